from __future__ import annotations

import csv

import mutagen
import pytest

from tagger_app.audio.decode import open_audio
from tagger_app.paths import resource_path
from trainer.corpora.tracks import FREE_CUES_LIST

LISTING = resource_path("demo", "cues.csv")
with LISTING.open(encoding="utf-8", newline="") as file:
    CUES = list(csv.DictReader(file))
with FREE_CUES_LIST.open(encoding="utf-8", newline="") as file:
    SOURCES = {row["file"].rpartition("/")[2]: row for row in csv.DictReader(file)}


def test_the_demo_is_small_and_complete() -> None:
    folder = LISTING.parent
    assert 8 <= len(CUES) <= 10
    assert {path.name for path in folder.iterdir()} == {cue["file"] for cue in CUES} | {"cues.csv", "ATTRIBUTION.md"}
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 5_000_000
    genres = {genre for cue in CUES for genre in SOURCES[cue["source_file"]]["genres"].split("|")}
    assert genres >= {"Action", "Adventure", "Comedy", "Crime", "Drama", "Fantasy", "Thriller"}


@pytest.mark.parametrize("cue", CUES, ids=lambda cue: cue["file"])
def test_a_cue_plays_and_says_whose_it_is(cue: dict[str, str]) -> None:
    path = LISTING.parent / cue["file"]
    with open_audio(path) as audio:
        seconds = sum(len(block) for block in audio.blocks) / audio.rate_hz
    assert 15 <= seconds <= 45
    source = SOURCES[cue["source_file"]]
    assert (cue["title"], cue["artist"], cue["attribution"]) == (
        source["title"], source["artist"], source["attribution"],
    )  # fmt: skip
    assert source["licence"].startswith(cue["licence"])
    assert cue["licence"] in ("CC0-1.0", "CC-BY-4.0")
    tags = mutagen.File(path).tags
    texts = [str(value) for values in tags.values() for value in (values if isinstance(values, list) else [values])]
    assert cue["title"] in texts
    assert cue["artist"] in texts
    assert cue["attribution"] in texts
    attribution = (LISTING.parent / "ATTRIBUTION.md").read_text(encoding="utf-8")
    line = next(line for line in attribution.splitlines() if f"`{cue['file']}`" in line)
    assert cue["changes"] in line
    if cue["licence"] != "CC0-1.0":
        assert cue["attribution"] in attribution
