from __future__ import annotations

from pathlib import Path

import mutagen
import pytest
import soundfile

from tagger_app.genres import GENRES
from trainer.configuration import Configuration
from trainer.corpora.corrections import Correction, apply_corrections, parse_correction, read_file_corrections
from trainer.corpora.jamendo import load_jamendo, load_tags
from trainer.corpora.loading import load_tracks
from trainer.corpora.manifest import load_manifest
from trainer.corpora.report import count_co_occurrence, find_duplicates
from trainer.corpora.settings import CorpusSettings, CorrectionSettings, JamendoSettings, ManifestSettings
from trainer.errors import CorpusError

SAMPLES = Path(__file__).parent / "samples"
JAMENDO = SAMPLES / "autotagging_moodtheme-train.tsv"

MANIFEST = """path,soundtrack,genres,artist
Gladiator/01.flac,Gladiator (2000),Drama|Action,Hans Zimmer
Gladiator/02.flac,Gladiator (2000),Drama,Hans Zimmer
silence.wav,Nothing,,
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    listing = tmp_path / "corpus.csv"
    listing.write_text(MANIFEST, encoding="utf-8")
    return listing


class TestManifest:
    def test_lines_are_tracks(self, manifest):
        first, second, nothing = load_manifest(manifest)
        assert first.path == manifest.parent / "Gladiator" / "01.flac"
        assert first.genres == ("Action", "Drama")
        assert first.soundtrack == second.soundtrack == "Gladiator (2000)"
        assert first.artist == "Hans Zimmer"
        assert nothing.genres == ()

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (("soundtrack,", "album,"), "lacks the column soundtrack"),
            (("Drama|Action", "Western"), "line 2 names 'Western', which isn't one of the ten genres"),
            (("silence.wav", ""), "line 4 has no path"),
            ((",Nothing,", ",,"), "line 4 has no soundtrack"),
            (("silence.wav,Nothing,,", "silence.wav"), "line 4 has not as many fields"),
        ],
    )
    def test_what_is_wrong_is_named_with_its_line(self, manifest, change, reason):
        manifest.write_text(MANIFEST.replace(*change), encoding="utf-8")
        with pytest.raises(CorpusError, match=reason):
            load_manifest(manifest)

    def test_a_spreadsheets_byte_order_mark_is_no_column(self, manifest):
        manifest.write_text(MANIFEST, encoding="utf-8-sig")
        assert len(load_manifest(manifest)) == 3


class TestJamendo:
    def test_tags_stand_for_film_genres(self):
        tracks = load_jamendo(JAMENDO, Path("audio"), "train")
        assert {track.title: track.genres for track in tracks} == {
            "track_0002165": ("Sci-Fi", "Thriller"),
            "track_0003376": ("Romance",),
            "track_0013511": ("Comedy",),
        }
        assert tracks[0].path == Path("audio/65/2165.mp3")
        assert tracks[0].soundtrack == "jamendo:artist_000303"
        assert {track.part for track in tracks} == {"train"}

    def test_the_smaller_files_are_found_too(self, tmp_path):
        (tmp_path / "65").mkdir()
        (tmp_path / "65" / "2165.low.mp3").touch()
        assert load_jamendo(JAMENDO, tmp_path)[0].path == tmp_path / "65" / "2165.low.mp3"

    def test_every_tag_of_the_table_stands_for_something(self):
        assert all(load_tags().values())
        assert not {"Crime", "Musical"} & {genre for genres in load_tags().values() for genre in genres}

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (("TAGS", "LABELS"), "lacks the column TAGS"),
            (("65/2165.mp3", "../2165.mp3"), "line 3 isn't a track"),
            (("\t191.5", "\tlong"), "line 3: 'long' isn't a length"),
            (("track_0002165\tartist_000303\t", ""), "line 3"),
        ],
    )
    def test_another_file_is_refused(self, tmp_path, change, reason):
        listing = tmp_path / "list.tsv"
        listing.write_text(JAMENDO.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
        with pytest.raises(CorpusError, match=reason):
            load_jamendo(listing, tmp_path)


class TestCorrections:
    def test_rejecting_wins(self):
        assert parse_correction(["Thriller", "-Comedy", "sci-fi", "-thriller"]) == Correction(
            ("Sci-Fi",), ("Comedy", "Thriller")
        )
        assert parse_correction(["Western", ""]) is None

    def test_they_win_over_the_film(self, manifest):
        tracks = load_manifest(manifest)
        corrected = apply_corrections(
            tracks, {tracks[0].path.absolute(): Correction(("Thriller",), ("Action",))}, weight=5.0
        )
        assert corrected[0].genres == ("Drama", "Thriller")
        assert corrected[0].weight == 5.0
        assert corrected[1:] == tracks[1:]

    def test_of_other_tracks_only_what_was_said_is_known(self, tmp_path):
        (track,) = apply_corrections([], {tmp_path / "a.flac": Correction(("Drama",), ("Comedy",))}, weight=2.0)
        assert track.genres == ("Drama",)
        assert track.known_genres == ("Comedy", "Drama")

    def test_they_are_read_from_files(self, tmp_path):
        for name, decisions in (("a.flac", ["Thriller", "-Comedy"]), ("b.flac", [])):
            soundfile.write(tmp_path / name, [0.1, -0.1] * 400, 8000)
            tags = mutagen.File(tmp_path / name)
            if decisions:
                tags["FILMGENRE_USER"] = decisions
                tags.save()
        (tmp_path / "c.flac").write_bytes(b"no audio at all")
        assert read_file_corrections([tmp_path]) == {tmp_path / "a.flac": Correction(("Thriller",), ("Comedy",))}


class TestLoading:
    def test_sources_come_together(self, manifest, tmp_path):
        soundfile.write(tmp_path / "corrected.flac", [0.1, -0.1] * 400, 8000)
        tags = mutagen.File(tmp_path / "corrected.flac")
        tags["FILMGENRE_USER"] = ["Musical"]
        tags.save()
        for part in ("train", "validation", "test"):
            (tmp_path / f"autotagging_moodtheme-{part}.tsv").write_bytes(JAMENDO.read_bytes())
        configuration = Configuration(
            corpus=CorpusSettings(sources=("manifest", "jamendo", "corrections")),
            manifest=ManifestSettings(manifest),
            jamendo=JamendoSettings(tmp_path / "audio", tmp_path),
            corrections=CorrectionSettings(folders=(tmp_path,)),
        )
        tracks = load_tracks(configuration)
        assert [track.source for track in tracks] == ["manifest"] * 3 + ["jamendo"] * 3 + ["corrections"]
        counts = count_co_occurrence(tracks)
        action, drama = GENRES.index("Action"), GENRES.index("Drama")
        assert (counts[action, drama], counts[drama, drama]) == (1, 2)

    def test_nothing_to_learn_from_is_said(self, tmp_path):
        (tmp_path / "empty.csv").write_text("path,soundtrack,genres\n", encoding="utf-8")
        configuration = Configuration(
            corpus=CorpusSettings(sources=("manifest",)), manifest=ManifestSettings(tmp_path / "empty.csv")
        )
        with pytest.raises(CorpusError, match="nothing to learn from: manifest"):
            load_tracks(configuration)

    def test_copies_are_found_by_their_stream(self, manifest):
        tracks = load_manifest(manifest)
        streams = {tracks[0].path: "same", tracks[1].path: "other", tracks[2].path: "same"}
        assert find_duplicates(tracks, streams) == [[tracks[0], tracks[2]]]
