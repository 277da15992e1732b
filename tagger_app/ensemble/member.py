"""One member of the ensemble: an int8 network in LiteRT."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from tagger_app.errors import displayable
from tagger_app.features.mfcc import Floats

_LONGEST_QUOTE = 300
_BATCH_TILES = 8
"""Tiles a call. The interpreter is prepared for this number once: preparing it for every track's length costs more than
the tiles that pad the last batch."""


class Member:
    """A network: from tiles to scores of one genre or several, and its last hidden layer.

    One thread; use it from the thread that made it.

    Parameters
    ----------
    content : a TFLite model with int8 tiles in, and int8 scores (batch, n_scores) and hidden layer (batch, n_hidden)
        out, the hidden layer being the larger one
    tile_shape : (n_mfcc, n_frames) that it must take
    n_scores : scores that it must give
    accelerated : with XNNPACK, which LiteRT announces on standard error; a mere check does without

    Raises
    ------
    ValueError
        It isn't a TFLite model that LiteRT can run, or has other inputs or outputs.
    """

    def __init__(
        self, content: bytes, tile_shape: tuple[int, int], n_scores: int = 1, *, accelerated: bool = True
    ) -> None:
        kernels = OpResolverType.AUTO if accelerated else OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
        try:
            self._interpreter = _interpreter(content, kernels)
            self._input = self._only(self._interpreter.get_input_details(), "input")
            self._interpreter.resize_tensor_input(self._input["index"], (_BATCH_TILES, *tile_shape), strict=True)
            self._interpreter.allocate_tensors()
            # The shapes of the outputs are those of the new batch only after a first run.
            self._interpreter.invoke()
        except RuntimeError as error:
            raise ValueError(_refusal(error)) from error
        self._input = self._only(self._interpreter.get_input_details(), "input")
        if self._input["dtype"] is not np.int8 or tuple(self._input["shape"]) != (_BATCH_TILES, *tile_shape):
            raise ValueError(
                f"takes {self._input['shape']} {self._input['dtype'].__name__}, not int8 tiles {tile_shape}"
            )
        outputs = sorted(self._interpreter.get_output_details(), key=lambda output: int(output["shape"][-1]))
        if len(outputs) != 2 or any(
            output["dtype"] is not np.int8 or len(output["shape"]) != 2 or output["shape"][0] != _BATCH_TILES
            for output in outputs
        ):
            raise ValueError("doesn't give an int8 score and an int8 hidden layer")
        self._score, self._hidden = outputs
        if self._score["shape"][1] != n_scores:
            raise ValueError(f"gives {self._score['shape'][1]} scores a tile, not {n_scores}")
        self.n_scores = n_scores
        self.n_hidden = int(self._hidden["shape"][1])

    @staticmethod
    def _only(details: list[dict[str, Any]], what: str) -> dict[str, Any]:
        if len(details) != 1:
            raise ValueError(f"has {len(details)} {what}s, not one")
        return details[0]

    def run(self, tiles: Floats) -> tuple[Floats, Floats]:
        """Hear tiles.

        Parameters
        ----------
        tiles : float32 [shape=(n_tiles, n_mfcc, n_frames)], standardised

        Returns
        -------
        scores : float32 [shape=(n_tiles, n_scores)], 0 to 1, not calibrated
        hidden : float32 [shape=(n_tiles, n_hidden)]
        """
        scores = np.empty((len(tiles), self.n_scores), dtype=np.float32)
        hidden = np.empty((len(tiles), self.n_hidden), dtype=np.float32)
        batch = np.zeros((_BATCH_TILES, *tiles.shape[1:]), dtype=np.int8)
        for start in range(0, len(tiles), _BATCH_TILES):
            n_tiles = min(_BATCH_TILES, len(tiles) - start)
            batch[:n_tiles] = _quantise(tiles[start : start + n_tiles], self._input)
            self._interpreter.set_tensor(self._input["index"], batch)
            self._interpreter.invoke()
            for output, values in ((self._score, scores), (self._hidden, hidden)):
                values[start : start + n_tiles] = self._output(output)[:n_tiles]
        return scores, hidden

    def _output(self, details: dict[str, Any]) -> Floats:
        scale, zero_point = details["quantization"]
        quantised = self._interpreter.get_tensor(details["index"]).astype(np.float32)
        return np.asarray((quantised - np.float32(zero_point)) * np.float32(scale), dtype=np.float32)


def _interpreter(content: bytes, kernels: OpResolverType) -> Interpreter:
    try:
        return Interpreter(model_content=content, num_threads=1, experimental_op_resolver_type=kernels)
    except ValueError as error:  # no network, or operators that it doesn't know
        raise ValueError(_refusal(error)) from error


def _refusal(error: Exception) -> str:
    """One line: LiteRT speaks in several, and quotes what the network calls its operators."""
    said = displayable(" ".join(str(error).split()))
    return f"LiteRT can't run it ({said[:_LONGEST_QUOTE]})"


def _quantise(tiles: Floats, details: dict[str, Any]) -> npt.NDArray[np.int8]:
    scale, zero_point = details["quantization"]
    steps = tiles * np.float32(1.0 / scale)
    np.rint(steps, out=steps)
    steps += np.float32(zero_point)
    return np.clip(steps, -128, 127, out=steps).astype(np.int8)
