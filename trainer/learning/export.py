"""Export of a trained member as an int8 TFLite model, and its comparison with the float model."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from tagger_app.ensemble.member import Member
from tagger_app.ensemble.standardise import CLIP
from tagger_app.features.mfcc import Floats
from trainer.metrics import roc_auc

MOST_MEAN_DIFFERENCE = 0.02
MOST_AUC_LOSS = 0.005
_LOG = logging.getLogger("absl")


@dataclass(frozen=True)
class Parity:
    """How far an int8 member is from its float model on the same tiles.

    Attributes
    ----------
    mean_difference : mean absolute difference of the scores
    auc_loss : ROC-AUC of the float model less that of the int8 member; 0 where there is nothing to tell apart
    """

    mean_difference: float
    auc_loss: float

    @property
    def within_limits(self) -> bool:
        """Whether the int8 member may stand in for its float model."""
        return self.mean_difference <= MOST_MEAN_DIFFERENCE and self.auc_loss <= MOST_AUC_LOSS


def export_int8(network: keras.Model, representative: Floats, scores: Sequence[int] | None = None) -> bytes:
    """Convert a member to TFLite with int8 tiles in, and int8 score and last hidden layer out.

    Full-integer post-training quantisation (Jacob et al. 2018): ranges are taken from representative tiles; the input's
    is the whole range that standardised tiles are clipped to, so every member takes the same int8 tiles.

    Parameters
    ----------
    network : in float32, as `trainer.learning.network.build_network` makes it
    representative : float32 [shape=(n_tiles, n_mfcc, n_frames)], standardised
    scores : of the network, those that the member gives; all of them unless given
    """
    given = network.output if scores is None else keras.ops.take(network.output, list(scores), axis=1)
    outputs = keras.Model(network.input, {"score": given, "hidden": network.get_layer("embedding").output})
    signature = tf.TensorSpec((None, *representative.shape[1:]), tf.float32)
    function = tf.function(lambda tile: outputs(tile, training=False)).get_concrete_function(signature)
    _LOG.addFilter(_is_no_advice)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    calibration = np.concatenate([representative, _extremes(representative.shape[1:])])
    converter.representative_dataset = lambda: ([tile[np.newaxis]] for tile in calibration)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    with warnings.catch_warnings():
        # The converter says so of every model whose tensors it is about to measure itself.
        warnings.filterwarnings("ignore", "Statistics for quantized inputs were expected", UserWarning)
        return bytes(converter.convert())


def _extremes(tile_shape: tuple[int, ...]) -> Floats:
    tile = np.zeros(tile_shape, dtype=np.float32)
    tile[0, 0], tile[0, 1] = -CLIP, CLIP
    return tile[np.newaxis]


def compare(network: keras.Model, member: Member, tiles: Floats, positive: npt.NDArray[np.bool_]) -> list[Parity]:
    """Compare an exported member with its float model on tiles that it was not trained on, score by score.

    Parameters
    ----------
    positive : bool [shape=(n_tiles, n_scores)]
    """
    float_scores = network.predict(tiles, batch_size=256, verbose=0).astype(np.float64)
    int8_scores = member.run(tiles)[0].astype(np.float64)
    return [
        Parity(
            mean_difference=float(np.abs(own - other).mean()),
            auc_loss=roc_auc(labels, own) - roc_auc(labels, other) if labels.any() and not labels.all() else 0.0,
        )
        for labels, own, other in zip(positive.T, float_scores.T, int8_scores.T, strict=True)
    ]


def _is_no_advice(record: logging.LogRecord) -> bool:
    """What the converter advises, to be given the object besides the function, would make it convert in another way."""
    return "trackable_obj" not in record.getMessage()
