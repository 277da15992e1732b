"""What excites a filter, on a network whose filters are set by hand."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import scipy.fft
from keras import layers

from tagger_app.errors import DecodeError
from trainer.learning.network import build_network
from trainer.report.excerpts import mel_energies
from trainer.report.filter_section import show_filters
from trainer.report.filters import (
    excite,
    find_late_layer,
    first_kernels,
    measure_raise,
    most_excited,
    tell_apart,
)


@pytest.fixture
def network() -> keras.Model:
    """A filter that hears level and one that hears rise; only the second counts for the score."""
    keras.mixed_precision.set_dtype_policy("float32")
    tile = keras.Input((2, 8))
    convolution = layers.Conv2D(2, (2, 3), activation="relu")
    x = convolution(layers.Reshape((2, 8, 1))(tile))
    hidden = layers.Dense(1, activation="relu", name="embedding")
    score = layers.Dense(1, activation="sigmoid", name="score")
    network = keras.Model(tile, score(hidden(layers.GlobalAveragePooling2D()(x))))
    kernels = np.zeros((2, 3, 1, 2))
    kernels[..., 0] = 0.1
    kernels[0, :, 0, 1] = (-1, 0, 1)
    convolution.set_weights([kernels, np.zeros(2)])
    hidden.set_weights([np.array([[0.0], [1.0]]), np.zeros(1)])
    score.set_weights([np.array([[2.0]]), np.zeros(1)])
    return network


@pytest.fixture
def tiles() -> np.ndarray:
    """One tile is level; one rises at its fifth frame."""
    tiles = np.zeros((2, 2, 8), np.float32)
    tiles[0] = 1.0
    tiles[1, 0, 4:] = 1.0
    return tiles


def test_excitement_is_the_mean_and_where_it_is_largest(network, tiles):
    layer = find_late_layer(network)
    assert (layer.step_frames, layer.width_frames, layer.n_filters) == (1, 3, 2)
    excitement = excite(layer, [tiles[:1], tiles[1:]])
    # Six places hear three frames each: the level one everywhere 6 tenths, the rising one 1 at frames 2 and 3.
    np.testing.assert_allclose(excitement.means[:, 0], [0.6, (0.1 + 0.2 + 0.3 + 0.3) / 6], atol=1e-6)
    np.testing.assert_allclose(excitement.means[:, 1], [0, 2 / 6], atol=1e-6)
    assert excitement.peaks[1, 1] == 2


def test_a_filter_raises_what_falls_when_it_is_silenced(network, tiles):
    raised = measure_raise(find_late_layer(network), tiles)
    # Of two tiles one has the rise: its mean, 2 / 6, counts twice in the log odds.
    np.testing.assert_allclose(raised, [[0.0], [1 / 3]], atol=1e-5)


def test_the_receptive_field_of_the_papers_network():
    layer = find_late_layer(build_network("cnn", (40, 100)))
    assert (layer.step_frames, layer.width_frames, layer.n_filters) == (8, 28, 256)
    heard = np.zeros((2, 40, 100), np.float32)
    heard[1, :, 8 * 3 : 8 * 3 + 28] = np.random.default_rng(0).normal(size=(40, 28))
    silent, sounding = np.asarray(layer.hears.predict_on_batch(heard))
    changed = np.abs(sounding - silent).sum(axis=(0, 2)) > 0
    assert changed[3]
    # What lies outside the field of a place changes nothing there.
    heard[1, :, 8 * 3 : 8 * 3 + 28] = 0
    heard[1, :, : 8 * 3] = heard[1, :, 8 * 3 + 28 :] = 5
    silent, sounding = np.asarray(layer.hears.predict_on_batch(heard))
    np.testing.assert_array_equal(sounding[:, 3], silent[:, 3])


@pytest.mark.parametrize(("kind", "shape"), [("cnn", (32, 5, 5)), ("fully_connected", (512, 40, 100))])
def test_first_kernels_have_the_largest_first(kind, shape):
    kernels = first_kernels(build_network(kind, (40, 100)), (40, 100))
    assert kernels.shape == shape
    norms = np.square(kernels).sum(axis=(1, 2))
    assert (np.diff(norms) <= 1e-5).all()


def test_the_layer_that_only_unmixes_is_no_first_layer():
    network = build_network("fully_connected", (40, 100), unmixing=np.eye(40, dtype=np.float32))
    assert first_kernels(network, (40, 100)).shape == (512, 40, 100)


def test_a_network_without_convolutions_is_heard_by_its_hidden_layer():
    layer = find_late_layer(build_network("fully_connected", (40, 100)))
    assert (layer.width_frames, layer.n_filters) == (100, 50)
    excitement = excite(layer, [np.ones((3, 40, 100), np.float32)])
    assert excitement.means.shape == (3, 50)
    assert not excitement.peaks.any()
    assert measure_raise(layer, np.ones((3, 40, 100), np.float32)).shape == (50, 1)


def test_one_tile_a_soundtrack_and_none_that_leaves_the_filter_cold():
    means = np.array([0.5, 0.9, 0.8, 0.0, 0.1], np.float32)
    soundtracks = np.array(["a", "b", "b", "c", "d"])
    np.testing.assert_array_equal(most_excited(means, soundtracks, 5), [1, 0, 4])
    np.testing.assert_array_equal(most_excited(means, soundtracks, 1), [1])


def test_telling_apart_is_a_coin_without_difference():
    assert tell_apart(np.array([1, 1, 2, 2], np.float32), np.array([True, False, True, False])) == 0.5


def test_mel_energies_come_back():
    energies = np.random.default_rng(2).normal(size=(40, 100))
    np.testing.assert_allclose(mel_energies(scipy.fft.dct(energies, axis=0, norm="ortho")), energies, atol=1e-5)


class TestSection:
    def test_only_what_is_free_is_heard_and_everything_is_named(self, material):
        kernels, *filters = show_filters(material, "free", lambda doing: None).passages
        assert [picture.title for picture in kernels.pictures] == ["Kernels of the first layer"]
        assert len(filters) == 2
        clips = [clip for passage in filters for clip in passage.clips]
        assert len(clips) >= 4
        for clip in clips:
            licence = material.dataset.tracks[int(clip.title.rsplit(" ", 1)[1])].licence
            assert bool(clip.audio) == (licence == "CC-BY-4.0")
            if clip.audio:
                assert clip.audio.startswith("data:audio/flac;base64,")
                assert clip.credit.startswith("by <b>me</b>")
                assert clip.licence_link == "https://creativecommons.org/licenses/by/4.0/"
            else:
                assert clip.credit.startswith("Nothing to hear: its licence")

    @pytest.mark.parametrize(("choice", "heard"), [("all", True), ("none", False)])
    def test_all_or_none_where_asked(self, material, choice, heard):
        passages = show_filters(material, choice, lambda doing: None).passages
        assert {bool(clip.audio) for passage in passages for clip in passage.clips} == {heard}

    def test_what_cannot_be_decoded_is_said(self, material, monkeypatch):
        def fail(path, start_s, length_s):
            raise DecodeError(path, "is silent at 1.0 s")

        monkeypatch.setattr("trainer.report.excerpts.cut_clip", fail)
        passages = show_filters(material, "all", lambda doing: None).passages
        clips = [clip for passage in passages for clip in passage.clips]
        assert {(clip.audio, clip.credit) for clip in clips} == {("", "Nothing to hear: is silent at 1.0 s.")}

    @pytest.mark.parametrize(
        "settings",
        [
            {"network": "crnn"},
            {"network": "fully_connected", "targets": "softmax"},
            {"network": "fully_connected", "targets": "binary"},
        ],
        ids=lambda settings: "-".join(settings.values()),
    )
    def test_other_kinds_of_system(self, load_trained, settings):
        name = "-".join(settings.values())
        kernels, *filters = show_filters(load_trained(name, **settings), "none", lambda doing: None).passages
        assert kernels.pictures
        assert len(filters) == 2
        assert all(passage.clips for passage in filters)
