from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tagger_app.genres import GENRES
from tagger_app.paths import resource_path
from trainer.configuration import Configuration
from trainer.corpora.feels import parse_feels
from trainer.corpora.loading import load_tracks
from trainer.corpora.report import measure_corpus
from trainer.corpora.settings import CorpusSettings
from trainer.corpora.tracks import (
    IDENTIFIED,
    demo_pieces,
    label_matrix,
    load_debian,
    load_free_cues,
    load_packaged,
    unite_shared_streams,
)
from trainer.errors import CorpusError

AUDIO = Path("audio")
CUES = Path("cues")
OPEN_CORPORA = Configuration(corpus=CorpusSettings(audio=AUDIO, free_cues=CUES))

DEBIAN_HEADER = "package,path,title,artist,seconds,genres,evidence,licence,container\n"


def debian_list(folder: Path, *rows: str) -> Path:
    listing = folder / "list.csv"
    listing.write_text(DEBIAN_HEADER + "".join(row + "\n" for row in rows), encoding="utf-8")
    return listing


def test_both_lists_load() -> None:
    debian, cues = load_debian(AUDIO), load_free_cues(CUES)
    assert (len(debian), len(cues)) == (738, 223)
    assert len({track.path for track in debian + cues}) == 961
    for track in debian + cues:
        assert track.licence
        assert track.attribution
        assert list(track.genres) == [genre for genre in GENRES if genre in track.genres]
    assert cues[0].path == CUES / "bryan_teoh_honor_bound.opus"
    assert debian[0].path == AUDIO / "debian/0ad-data/audio/music/Sands_of_Time.ogg"
    assert [track.unpacked_path(AUDIO) for track in load_packaged()] == [track.path for track in debian]


@pytest.mark.parametrize(
    ("evidence", "feels"),
    [
        ("Action: feel Action [incompetech genre Rock, feel Action, Driving]", {"Action", "Driving"}),
        ("nothing [incompetech genre Silent Film Score, feel Calm, ?, Bright]", {"Calming", "Bright"}),
        ("[incompetech genre Polka]", set()),
        ('Adventure: FreePD category "Epic", feel good', set()),
        ("", set()),
    ],
)
def test_feels_are_what_the_catalogue_says(evidence: str, feels: set[str]) -> None:
    assert parse_feels(evidence) == feels


def test_most_cues_say_how_they_feel(tmp_path: Path) -> None:
    cues = load_free_cues(tmp_path)
    words = Counter(word for cue in cues for word in cue.feels)
    assert sum(bool(cue.feels) for cue in cues) > 200
    assert len(words) == 19
    assert min(words.values()) >= 10
    assert not any(track.feels for track in load_debian(tmp_path))


def test_identified_tracks_are_in_the_list() -> None:
    assert set(IDENTIFIED) <= {(track.package, track.path) for track in load_packaged()}


def test_a_piece_belongs_to_one_soundtrack() -> None:
    soundtracks: dict[tuple[str, str], set[str]] = {}
    for track in load_tracks(OPEN_CORPORA):
        if track.piece is not None:
            soundtracks.setdefault(track.piece, set()).add(track.soundtrack)
    assert all(len(names) == 1 for names in soundtracks.values())
    names = Counter(track.soundtrack for track in load_tracks(OPEN_CORPORA))
    assert names["debian:flare-game + debian:supertux-data"] == 59
    assert names["debian:singularity-music + debian:starfighter-data"] == 27
    assert len(names) == 90


def test_the_demo_is_left_out() -> None:
    held_back = demo_pieces(resource_path("demo", "cues.csv"))
    corpus = load_tracks(OPEN_CORPORA)
    assert len(corpus) == 961 - len(held_back)
    assert not [track for track in corpus if track.piece in held_back]


def test_versions_of_demo_pieces_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listing = tmp_path / "cues.csv"
    listing.write_text("file,title,artist\na.mp3,Theme for Harold,Kevin MacLeod\n", encoding="utf-8")
    monkeypatch.setattr("trainer.corpora.loading.resource_path", lambda *_parts: listing)
    assert len(load_tracks(OPEN_CORPORA)) == 961 - 3


def test_labels_follow_the_genres() -> None:
    tracks = load_free_cues(CUES)
    labels = label_matrix(tracks)
    assert labels.shape == (223, 10)
    assert labels.sum(axis=0).tolist() == [29, 35, 75, 11, 47, 29, 2, 5, 2, 60]
    assert [GENRES[i] for i in labels[3].nonzero()[0]] == list(tracks[3].genres)


def test_report_counts_what_the_lists_hold() -> None:
    rows = {row.genre: row.amounts for row in measure_corpus(load_debian(AUDIO) + load_free_cues(CUES))}
    assert list(rows) == [*GENRES, None, "all"]
    assert (rows["Sci-Fi"]["debian"].tracks, rows["Sci-Fi"]["debian"].soundtracks) == (270, 12)
    assert rows["Sci-Fi"]["debian"].hours == pytest.approx(17.94, abs=0.01)
    assert rows["Crime"]["free_cues"].tracks == 11
    assert rows[None]["free_cues"].tracks == 24
    assert rows["all"]["free_cues"].hours == pytest.approx(4.38, abs=0.01)


def test_one_stream_belongs_to_one_soundtrack() -> None:
    tracks = load_debian(AUDIO)
    first, last = tracks[0], tracks[-1]
    united = unite_shared_streams(tracks, {first.path: "f", last.path: "f", tracks[100].path: "g"})
    assert united[0].soundtrack == united[-1].soundtrack == "debian:0ad-data + debian:widelands-data"
    assert united[100].soundtrack == tracks[100].soundtrack


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("p,a.ogg,,,10,Western,,GPL,", "'Western', which isn't one of the ten"),
        ("p,../../etc/x.ogg,,,10,Action,,GPL,", "isn't a path inside the package"),
        ("p,/etc/x.ogg,,,10,Action,,GPL,", "isn't a path inside the package"),
        ("p,a\\..\\..\\x.ogg,,,10,Action,,GPL,", "isn't a path inside the package"),
        ("p,,,,10,Action,,GPL,", "isn't a path inside the package"),
        ("..,a.ogg,,,10,Action,,GPL,", "isn't a path inside the package"),
        ("p/q,a.ogg,,,10,Action,,GPL,", "isn't the name of a package"),
        ("p,a.ogg,,,10,Action,,GPL,../c.zip", "isn't a path inside the package"),
        ("p,a.ogg,,,ten,Action,,GPL,", "isn't a length in seconds"),
        ("p,a.ogg,,,nan,Action,,GPL,", "isn't a length in seconds"),
        ("p,a.ogg,,,-1,Action,,GPL,", "isn't a length in seconds"),
        ("p,a.ogg,,,10,Action,,GPL", "not as many fields"),
        ("p,a.ogg,,,10,Action,,GPL,,", "not as many fields"),
        ('p,"a".ogg,,,10,Action,,GPL,', "isn't a CSV file"),
    ],
)
def test_bad_rows_are_refused(tmp_path: Path, row: str, reason: str) -> None:
    listing = debian_list(tmp_path, "p,good.ogg,,,10,Action,,GPL,", row)
    with pytest.raises(CorpusError, match=r"list\.csv: ") as caught:
        load_debian(AUDIO, listing)
    assert reason in str(caught.value)


def test_bad_lists_are_refused(tmp_path: Path) -> None:
    listing = tmp_path / "list.csv"
    with pytest.raises(CorpusError, match="No such file"):
        load_debian(AUDIO, listing)
    listing.write_bytes(b"")
    with pytest.raises(CorpusError, match="lacks the columns package, path"):
        load_debian(AUDIO, listing)
    listing.write_text(DEBIAN_HEADER.replace("licence", "license"), encoding="utf-8")
    with pytest.raises(CorpusError, match="lacks the column licence"):
        load_debian(AUDIO, listing)
    listing.write_bytes(DEBIAN_HEADER.encode() + b"p,a.ogg,\xff,,10,Action,,GPL,\n")
    with pytest.raises(CorpusError, match="UTF-8"):
        load_debian(AUDIO, listing)
    listing.write_text("file,title,artist\na.mp3,,Somebody\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="line 2 has no title"):
        demo_pieces(listing)
