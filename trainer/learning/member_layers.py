"""The layers of a network, done so that many members can be computed at once.

A member axis makes a grouped convolution of a convolution, which is slow on a CPU (an epoch of four members took 16
times as long), and the gradient of a maximum pool is a scatter. The same sums written as patches times a matrix become
one batched matrix product, which is what matrix units are for, and as maxima of blocks they are element-wise.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

_ALIGNED = 8
"""Matrix units want rows of a multiple of so many bfloat16 numbers (16 bytes)."""


class MatrixConv2D(layers.Conv2D):  # type: ignore[misc]
    """A convolution as a matrix product: the same parameters and, but for rounding, the same answers."""

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        n_rows, n_columns, _, n_filters = kernel.shape
        height, width = inputs.shape[1] - n_rows + 1, inputs.shape[2] - n_columns + 1
        # Patches in two strides, along columns and then along rows: fewer slices than one for each of their elements.
        wide = ops.concatenate([inputs[:, :, start : start + width] for start in range(n_columns)], axis=-1)
        patches = ops.concatenate([wide[:, start : start + height] for start in range(n_rows)], axis=-1)
        matrix = ops.reshape(kernel, (-1, n_filters))
        missing = -matrix.shape[0] % _ALIGNED
        if missing:
            patches = ops.pad(patches, [(0, 0), (0, 0), (0, 0), (0, missing)])
            matrix = ops.pad(matrix, [(0, missing), (0, 0)])
        return ops.matmul(patches, matrix)


class BlockMaxPooling2D(layers.MaxPooling2D):  # type: ignore[misc]
    """Maxima of blocks that don't overlap. Where several elements are the largest, they share the gradient."""

    def call(self, inputs: Any) -> Any:
        rows, columns = self.pool_size
        n_rows, n_columns, n_channels = inputs.shape[1] // rows, inputs.shape[2] // columns, inputs.shape[3]
        whole = inputs[:, : n_rows * rows, : n_columns * columns]
        blocks = ops.reshape(whole, (-1, n_rows, rows, n_columns, columns, n_channels))
        return ops.max(blocks, axis=(2, 4))


def clone_for_members(network: keras.Model) -> keras.Model:
    """The same network of layers that a member axis can be added to; its variables have the same order and shapes."""
    return keras.models.clone_model(network, clone_function=_clone)


def _clone(layer: keras.Layer) -> keras.Layer:
    kind = type(layer)
    if kind is layers.Conv2D and _is_plain_convolution(layer):
        kind = MatrixConv2D
    elif kind is layers.MaxPooling2D and layer.strides == layer.pool_size and layer.padding == "valid":
        kind = BlockMaxPooling2D
    return kind.from_config(layer.get_config())


def _is_plain_convolution(layer: keras.Layer) -> bool:
    plain = (layer.padding, layer.strides, layer.dilation_rate, layer.groups, layer.data_format)
    return plain == ("valid", (1, 1), (1, 1), 1, "channels_last")
