from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from tagger_app.ensemble.member import Member
from tagger_app.ensemble.scoring import Ensemble, calibrated, logits
from tagger_app.ensemble.standardise import CLIP, Standardisation
from tagger_app.ensemble.thresholds import with_thresholds
from tagger_app.genres import GENRES


def _tiles(n_tiles: int, seed: int = 1) -> np.ndarray:
    """Tiles of plausible coefficients."""
    random = np.random.default_rng(seed)
    tiles = random.normal(scale=2.0, size=(n_tiles, 40, 100))
    tiles[:, 0] += random.normal(-40.0, 20.0, (n_tiles, 1))
    return tiles.astype(np.float32)


@pytest.fixture(scope="module")
def member(bundle) -> Member:
    return bundle.open_members()[0]


@pytest.mark.parametrize("n_tiles", [*range(1, 21), 64])
def test_a_tile_is_heard_alike_alone_and_among_others(member, n_tiles):
    tiles = np.clip(_tiles(n_tiles), -CLIP, CLIP)
    scores, hidden = member.run(tiles)
    assert scores.shape == (n_tiles, member.n_scores)
    assert hidden.shape == (n_tiles, member.n_hidden)
    assert scores.dtype == hidden.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all()
    alone = [member.run(tile[np.newaxis]) for tile in tiles]
    np.testing.assert_array_equal(scores, [score[0] for score, _ in alone])
    np.testing.assert_array_equal(hidden, [layer[0] for _, layer in alone])


def test_what_was_heard_before_does_not_matter(member):
    tiles = np.clip(_tiles(11), -CLIP, CLIP)
    first = member.run(tiles)
    member.run(np.full((3, 40, 100), CLIP, np.float32))
    again = member.run(tiles)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])


def test_no_tiles(member):
    scores, hidden = member.run(np.zeros((0, 40, 100), np.float32))
    assert scores.shape == (0, member.n_scores)
    assert hidden.shape == (0, member.n_hidden)


@pytest.mark.parametrize("content", [b"", b"no network", b"\0" * 4096])
def test_what_is_no_network(content):
    with pytest.raises(ValueError):  # noqa: PT011 - whatever LiteRT says of it
        Member(content, (40, 100))


def test_a_network_for_other_tiles(bundle):
    with pytest.raises(ValueError):  # noqa: PT011
        Member(bundle.contents[0], (40, 50))


class TestStandardisation:
    mean = np.linspace(-30, 5, 40, dtype=np.float32)
    deviation = np.linspace(20, 0.5, 40, dtype=np.float32)

    def test_on_the_corpus(self):
        tiles = _tiles(3)
        standardisation = Standardisation("corpus", self.mean, self.deviation)
        applied = standardisation.apply(tiles, standardisation.centre_of(tiles, np.ones(3, bool)))
        wanted = (tiles - self.mean[:, None]) / self.deviation[:, None]
        np.testing.assert_allclose(applied, np.clip(wanted, -CLIP, CLIP), rtol=1e-5, atol=1e-5)
        assert applied.dtype == np.float32

    def test_on_the_track(self):
        tiles = _tiles(5)
        sounding = np.array([True, False, True, True, False])
        standardisation = Standardisation("track", self.mean, 10 * self.deviation)
        applied = standardisation.apply(tiles, standardisation.centre_of(tiles, sounding))
        np.testing.assert_allclose(applied[sounding].mean(axis=(0, 2)), 0.0, atol=1e-3)
        # Level and equalisation of a track are gone.
        louder = tiles + np.linspace(-3, 3, 40, dtype=np.float32)[:, None]
        again = standardisation.apply(louder, standardisation.centre_of(louder, sounding))
        np.testing.assert_allclose(again[sounding], applied[sounding], atol=1e-4)

    def test_the_tiles_given_stay_as_they_are(self):
        tiles = _tiles(2)
        before = tiles.copy()
        Standardisation("corpus", self.mean, self.deviation).apply(tiles, self.mean)
        np.testing.assert_array_equal(tiles, before)

    def test_what_is_far_out_is_clipped(self):
        tiles = np.full((1, 40, 100), 1e6, np.float32)
        applied = Standardisation("corpus", self.mean, self.deviation).apply(tiles, self.mean)
        assert (applied == CLIP).all()


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=50))
def test_logits_are_finite_rise_with_the_score_and_are_undone_by_the_logistic(values):
    scores = np.sort(np.array(values, np.float32))
    found = logits(scores)
    assert np.isfinite(found).all()
    assert (np.diff(found) >= 0).all()
    np.testing.assert_allclose(expit(found), np.clip(scores, 1 / 512, 1 - 1 / 512), atol=1e-5)


class TestScores:
    def test_everything_has_its_shape(self, ensemble, bundle):
        scores = ensemble.score(_tiles(7), np.ones(7, bool))
        trained = np.array([genre in bundle.trained_genres for genre in GENRES])
        assert scores.fits.shape == (10,)
        assert scores.curve.shape == (7, 10)
        assert np.array_equal(np.isfinite(scores.fits), trained)
        assert np.array_equal(np.isfinite(scores.curve), np.broadcast_to(trained, (7, 10)))
        assert scores.embedding.shape == (bundle.manifest.embedding.size,)
        assert np.linalg.norm(scores.embedding) == pytest.approx(1.0, abs=1e-5)
        assert scores.tile_embeddings.shape == (7, bundle.manifest.embedding.size)
        np.testing.assert_allclose(np.linalg.norm(scores.tile_embeddings, axis=1), 1.0, atol=1e-5)

    def test_a_fit_is_the_calibrated_mean_of_the_logits(self, ensemble, bundle):
        tiles = _tiles(5)
        scores = ensemble.score(tiles, np.ones(5, bool))
        centre = bundle.standardisation.centre_of(tiles, np.ones(5, bool))
        heard = bundle.standardisation.apply(tiles, centre)
        odds: dict[str, list[float]] = {genre: [] for genre in bundle.trained_genres}
        for entry, member in zip(bundle.manifest.members, bundle.open_members(), strict=True):
            raw, _ = member.run(heard)
            bounded = np.clip(raw, 1 / 512, 511 / 512)
            for genre, mean in zip(entry.genres, np.log(bounded / (1 - bounded)).mean(axis=0), strict=True):
                odds[genre].append(mean)
        for entry in bundle.manifest.calibrations:
            cautious = np.mean(odds[entry.genre]) - entry.caution * np.std(odds[entry.genre])
            fit = 1 / (1 + np.exp(-(entry.slope * cautious + entry.offset)))
            assert scores.fits[GENRES.index(entry.genre)] == pytest.approx(fit, abs=1e-4)

    def test_members_that_disagree_lower_the_fit(self, bundle):
        entry = msgspec.structs.replace(bundle.manifest.calibrations[0], slope=1.0, offset=0.0)
        by_member = np.array([[1.0, -2.0], [1.0, 2.0]], np.float32)
        bold, cautious = (msgspec.structs.replace(entry, caution=caution) for caution in (0.0, 1.0))
        np.testing.assert_allclose(calibrated(by_member, bold), expit([1.0, 0.0]), rtol=1e-6)
        np.testing.assert_allclose(calibrated(by_member, cautious), expit([1.0, -2.0]), rtol=1e-6)

    @pytest.mark.parametrize("sounding", [[1, 0, 1], [0, 0, 1], [1, 1, 0]])
    def test_silent_tiles_count_for_nothing(self, ensemble, sounding):
        mask = np.array(sounding, bool)
        tiles = _tiles(3)
        scores = ensemble.score(tiles, mask)
        alone = ensemble.score(tiles[mask], np.ones(mask.sum(), bool))
        np.testing.assert_array_equal(scores.fits, alone.fits)
        np.testing.assert_array_equal(scores.curve[mask], alone.curve)
        np.testing.assert_array_equal(scores.embedding, alone.embedding)
        assert np.isnan(scores.curve[~mask]).all()
        np.testing.assert_array_equal(scores.tile_embeddings[mask], alone.tile_embeddings)
        assert not scores.tile_embeddings[~mask].any()

    def test_a_long_track_is_heard_in_parts_to_its_end(self, ensemble, bundle):
        assert bundle.standardisation.centre == "corpus", "else a tile would depend on the others"
        tiles, sounding = _tiles(150), np.ones(150, bool)
        sounding[[3, 100]] = False
        scores = ensemble.score(tiles, sounding)
        for first, last in ((0, 50), (40, 130), (149, 150)):
            part = ensemble.score(tiles[first:last], sounding[first:last])
            np.testing.assert_array_equal(scores.curve[first:last], part.curve)
            np.testing.assert_allclose(scores.tile_embeddings[first:last], part.tile_embeddings, atol=1e-5)

    def test_one_tile_is_its_own_track(self, ensemble):
        scores = ensemble.score(_tiles(1), np.ones(1, bool))
        np.testing.assert_allclose(scores.curve[0], scores.fits, rtol=1e-6)

    def _with_thresholds(self, bundle, thresholds: list[float]) -> Ensemble:
        return Ensemble(with_thresholds(bundle, dict(zip(bundle.trained_genres, thresholds, strict=True))))

    def test_nothing_is_assigned_below_the_thresholds(self, bundle):
        abstaining = self._with_thresholds(bundle, [1.0] * len(bundle.trained_genres))
        scores = abstaining.score(_tiles(3), np.ones(3, bool))
        assert scores.assigned == tuple(genre for genre in GENRES if scores.fits[GENRES.index(genre)] >= 1.0)

    def test_genres_at_or_above_their_thresholds_are_assigned_best_first(self, bundle, ensemble):
        tiles, sounding = _tiles(3), np.ones(3, bool)
        everything = self._with_thresholds(bundle, [0.0] * len(bundle.trained_genres)).score(tiles, sounding)
        fits = [everything.fits[GENRES.index(genre)] for genre in everything.assigned]
        assert set(everything.assigned) == set(bundle.trained_genres)
        assert fits == sorted(fits, reverse=True)
        just = [float(everything.fits[GENRES.index(genre)]) for genre in bundle.trained_genres]
        assert self._with_thresholds(bundle, just).score(tiles, sounding).assigned == everything.assigned
        over = [min(1.0, fit + 1e-3) for fit in just]
        assert self._with_thresholds(bundle, over).score(tiles, sounding).assigned == tuple(
            genre for genre in everything.assigned if everything.fits[GENRES.index(genre)] >= 1.0
        )
