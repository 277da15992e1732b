"""Float parameters of an int8 member, so that training can go on from a bundle that holds no others.

A TFLite model keeps int8 weights with a scale an output channel, and int32 biases whose scale is that of their inputs
times that of the weights: value = scale (q - zero point) (Jacob et al. 2018; LiteRT's 8-bit quantization
specification).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema

from tagger_app.features.mfcc import Floats

_LAYERS = (schema.BuiltinOperator.CONV_2D, schema.BuiltinOperator.FULLY_CONNECTED)
_TYPES: dict[int, type[np.generic]] = {
    schema.TensorType.INT8: np.int8,
    schema.TensorType.INT32: np.int32,
    schema.TensorType.FLOAT32: np.float32,
}


def float_weights(content: bytes) -> list[Floats]:
    """Kernels and biases of a member's convolutions and dense layers, in the order of `keras.Model.get_weights`.

    Parameters
    ----------
    content : a TFLite model of `trainer.learning.export.export_int8`, of a network without recurrence

    Raises
    ------
    ValueError
        It holds a layer without weights of its own, or weights of another type.
    """
    model = schema.Model.GetRootAs(content, 0)
    graph = model.Subgraphs(0)
    weights = []
    for place in range(graph.OperatorsLength()):
        operator = graph.Operators(place)
        if _kind(model, operator) not in _LAYERS:
            continue
        inputs = operator.InputsAsNumpy()
        if len(inputs) < 3 or inputs[2] < 0:
            raise ValueError("holds a layer without a bias, which no network that can be trained further has")
        kernel, bias = (_values(model, graph.Tensors(int(index))) for index in inputs[1:3])
        # TFLite has the outputs first, Keras last.
        weights += [np.ascontiguousarray(np.moveaxis(kernel, 0, -1)), bias]
    return weights


def _kind(model: Any, operator: Any) -> int:
    code = model.OperatorCodes(operator.OpcodeIndex())
    return max(int(code.BuiltinCode()), int(code.DeprecatedBuiltinCode()))


def _values(model: Any, tensor: Any) -> Floats:
    buffer = model.Buffers(tensor.Buffer()).DataAsNumpy()
    kind = _TYPES.get(tensor.Type())
    if kind is None or not isinstance(buffer, np.ndarray):
        raise ValueError("holds weights of another type than int8, int32 and float32")
    values: npt.NDArray[Any] = buffer.view(kind).reshape(tensor.ShapeAsNumpy())
    if kind is np.float32:
        return values.astype(np.float32)
    quantisation = tensor.Quantization()
    scales, zeros = quantisation.ScaleAsNumpy(), quantisation.ZeroPointAsNumpy()
    shape = [1] * values.ndim
    shape[quantisation.QuantizedDimension()] = -1
    return np.asarray((values - zeros.reshape(shape)) * scales.reshape(shape), dtype=np.float32)
