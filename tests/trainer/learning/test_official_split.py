"""The official split of a corpus: its own training, validation and test parts instead of folds."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from trainer_samples import N_TRACKS, SETTINGS, make_dataset

from tagger_app.features.spec import FeatureSpec
from tagger_app.genres import GENRES
from trainer.configuration import Configuration
from trainer.corpora.jamendo import COLUMNS
from trainer.corpora.settings import CorpusSettings, JamendoSettings
from trainer.errors import SplitError, TrainingError
from trainer.evaluation.comparison import compare_systems
from trainer.learning.cross_validation import PARTS, learned_for, official_folds
from trainer.learning.members import export_members
from trainer.learning.systems import System
from trainer.report.material import load_material
from trainer.settings import AugmentationSettings, BundleSettings, SystemSettings
from trainer.tiles.cache import Hearing, TileCache
from trainer.tiles.dataset import Dataset

OFFICIAL = SystemSettings(name="official", network="fully_connected", targets="multilabel", split="official")
ACTION, DRAMA = GENRES.index("Action"), GENRES.index("Drama")
TRAINING = replace(SETTINGS, epochs=6)


def part_of(number: int) -> str:
    """Of 24 tracks, 12 to learn from, 6 to stop early by, 6 to measure; all have both genres."""
    return "train" if number < 12 else "validation" if number < 18 else "test"


def split(dataset: Dataset) -> Dataset:
    tracks = [replace(track, part=part_of(number)) for number, track in enumerate(dataset.tracks)]
    return Dataset(tracks, dataset.tiles)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return split(make_dataset())


def write_lists(folder: Path, artists: dict[int, str] | None = None) -> None:
    """The lists of MTG-Jamendo, in their format, for the tracks of `make_dataset`; a track has an artist of its own."""
    for part in PARTS:
        with (folder / f"autotagging_moodtheme-{part}.tsv").open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file, delimiter="\t", lineterminator="\n")
            table.writerow(COLUMNS)
            for number in range(N_TRACKS):
                if part_of(number) == part:
                    tag = "action" if number % 2 else "drama"
                    artist = (artists or {}).get(number, f"artist_{number:06}")
                    path = f"{number:02}/{number}.mp3"
                    table.writerow([f"track_{number:07}", artist, "album_000001", path, "27.9", f"mood/theme---{tag}"])


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    """MTG-Jamendo's lists, and a tile cache that has heard their audio."""
    write_lists(tmp_path)
    cache = TileCache(tmp_path / "tiles", FeatureSpec())
    for number, tiles in enumerate(make_dataset().tiles):
        path = tmp_path / f"{number:02}" / f"{number}.mp3"
        path.parent.mkdir()
        path.write_bytes(b"heard already")
        fingerprint = f"{number:016x}{0:048x}"
        hearing = Hearing(fingerprint, tiles, np.ones(len(tiles), np.bool_), 27.9, 44_100)
        cache.store(path, (path.stat().st_size, path.stat().st_mtime_ns), hearing)
    return Configuration(
        corpus=CorpusSettings(sources=("jamendo",), tiles=tmp_path / "tiles"),
        jamendo=JamendoSettings(audio=tmp_path, lists=tmp_path),
        system=OFFICIAL,
        training=TRAINING,
        bundle=BundleSettings(folder=tmp_path / "bundles", work=tmp_path / "work"),
    )


def test_networks_learn_from_the_training_part_alone(dataset: Dataset, tmp_path: Path) -> None:
    """What they answer for the other parts doesn't change with the test part's labels and sound."""
    system = System(dataset, TRAINING, OFFICIAL, AugmentationSettings(), tmp_path / "one")
    assert [part.fold for part in system.parts] == [0]
    answers = system.gather(list(system.train()))
    answered = np.isfinite(answers.track_logits[:, [ACTION, DRAMA]]).all(axis=1)
    assert answered.tolist() == [part_of(number) != "train" for number in range(N_TRACKS)]
    is_test = np.array([track.part == "test" for track in dataset.tracks])
    swapped = {("Action",): ("Drama",), ("Drama",): ("Action",)}
    pairs = list(zip(dataset.tracks, dataset.tiles, is_test, strict=True))
    changed = Dataset(
        [replace(track, genres=swapped[track.genres]) if test else track for track, _, test in pairs],
        [np.zeros_like(tiles) if test else tiles for _, tiles, test in pairs],
    )
    again = System(changed, TRAINING, OFFICIAL, AugmentationSettings(), tmp_path / "two")
    others = again.gather(list(again.train()))
    validation = answered & ~is_test
    np.testing.assert_array_equal(answers.track_logits[validation], others.track_logits[validation])
    assert not np.allclose(answers.track_logits[is_test][:, ACTION], others.track_logits[is_test][:, ACTION])


def test_the_lists_own_split_is_evaluated(configuration: Configuration) -> None:
    told: list[tuple[int, int]] = []
    constant, regression, ours = compare_systems([configuration], lambda _, done, n: told.append((done, n)))
    assert told[-1] == (1, 1)
    assert [genre.genre for genre in ours.genres] == ["Action", "Drama"]
    for evaluation in (constant, regression, ours):
        # Six test tracks of a soundtrack each are measured, and nothing else: a step of F1 or ROC-AUC says so.
        assert evaluation.macro_roc_auc.value * 9 * 2 == pytest.approx(round(evaluation.macro_roc_auc.value * 9 * 2))
    assert constant.macro_roc_auc.value == 0.5
    assert ours.macro_roc_auc.value > 0.9
    assert ours.by_tile is not None


def test_what_is_learned_for_an_official_part() -> None:
    folds = np.array([0, 1, -1, -1])
    assert learned_for(folds, 0).tolist() == learned_for(folds, 1).tolist() == [False, False, True, True]
    assert learned_for(np.array([0, 1, 2]), 1).tolist() == [True, False, True]


def test_an_artist_on_two_sides_is_refused(configuration: Configuration) -> None:
    write_lists(configuration.jamendo.lists, {3: "artist_000007", 20: "artist_000007"})
    with pytest.raises(SplitError, match=r"leaks: jamendo:artist_000007 is in its train and in its test part"):
        compare_systems([configuration], lambda *_: None)


def test_a_recording_on_two_sides_is_refused(configuration: Configuration) -> None:
    """Even where its other copy is the only track of its artist, and would be left out."""
    cache = TileCache(configuration.corpus.tiles, FeatureSpec())
    path = configuration.jamendo.audio / "14" / "14.mp3"
    path.write_bytes(b"the fifth track again")
    tiles = make_dataset().tiles[4]
    hearing = Hearing(f"{4:016x}{0:048x}", tiles, np.ones(len(tiles), np.bool_), 27.9, 44_100)
    cache.store(path, (path.stat().st_size, path.stat().st_mtime_ns), hearing)
    with pytest.raises(SplitError, match=r"4\.mp3 in its train part and .*14\.mp3 in its validation part are the same"):
        compare_systems([configuration], lambda *_: None)
    by_soundtrack = replace(configuration, system=replace(OFFICIAL, split="soundtrack"))
    assert len(compare_systems([by_soundtrack], lambda *_: None)) == 3


@pytest.mark.parametrize(
    ("part", "reason"),
    [(None, "12 tracks, as 12.ogg, belong to no official part"), ("train", "validation and test part has no track")],
)
def test_a_corpus_without_an_official_split_is_refused(dataset: Dataset, part: str | None, reason: str) -> None:
    tracks = [replace(track, part="train" if n < 12 else part) for n, track in enumerate(dataset.tracks)]
    with pytest.raises(SplitError, match=reason.replace("validation and test", "test and validation")):
        official_folds(Dataset(tracks, dataset.tiles))


def test_a_genre_that_a_part_lacks_is_not_trained(dataset: Dataset, tmp_path: Path) -> None:
    tracks = [
        replace(track, genres=() if n in (19, 21, 23) else track.genres) for n, track in enumerate(dataset.tracks)
    ]
    system = System(Dataset(tracks, dataset.tiles), TRAINING, OFFICIAL, AugmentationSettings(), tmp_path)
    assert system.genres == ["Drama"]


def test_what_needs_all_tracks_is_refused(configuration: Configuration, dataset: Dataset, tmp_path: Path) -> None:
    system = System(dataset, TRAINING, OFFICIAL, AugmentationSettings(), tmp_path)
    with pytest.raises(TrainingError, match="can be measured, but not shipped"):
        next(iter(export_members(system, tmp_path)))
    with pytest.raises(TrainingError, match="a report is of all tracks"):
        load_material([configuration], lambda _: None)
    by_soundtrack = replace(configuration, system=replace(OFFICIAL, split="soundtrack"))
    with pytest.raises(TrainingError, match="on the same split"):
        compare_systems([configuration, by_soundtrack], lambda *_: None)
