"""Names and tags of a stranger on a terminal, in tables, in playlists and in the trainer's lists."""

from __future__ import annotations

import csv
import gzip
import io
import os
import re
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from mutagen.flac import FLAC

from tagger_app.errors import CuefitError, displayable
from tests.cli.cli_samples import make_record, run_cuefit, store
from tests.sound_samples import write_music
from trainer.configuration import load_configuration
from trainer.corpora.albums import Album
from trainer.corpora.film_matching import Candidate
from trainer.corpora.imdb import Film, find_films
from trainer.corpora.review import write_review
from trainer.corpora.tracks import load_debian
from trainer.errors import CorpusError

HOSTILE = {
    "line break": "a\nb",
    "carriage return": "fine\rrm -rf",
    "escape sequence": "\x1b[2J\x1b]0;title\x07\x1b]52;c;cm0=\x07",
    "control sequence in one character": "\x9b31m",
    "backspaces": "ham\x08\x08\x08spam",
    "written from right to left": "song\u202egpm.exe",
    "isolated direction": "\u2066a\u2069\u061c",
    "nothing to be seen": "\u200b\ufeff\u00ad\u2060",
    "line separators": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "markup": "[bold red]loud[/bold red] [link=https://example.org]here[/link]",
    "formula": '=HYPERLINK("https://example.org")',
    "formula behind a space": " \t=1+1",
    "playlist": "a\n#EXTINF:1,other\n/etc/passwd",
    "lone surrogate": "\udcff\ud800",
    "beyond": "\U0010ffff\U000e0001",
}
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\u061c\ufeff]")


@pytest.fixture
def hostile_index(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "library.db"
    records = []
    for number, text in enumerate(HOSTILE.values()):
        name = os.fsdecode(os.fsencode(text.replace("\ud800", "")))
        records.append(
            make_record(f"/music/{name}/{number}.flac", number, title=text, artist=text, album=text, codec="FLAC")
        )
    store(path, *records)
    return path


@pytest.mark.parametrize(
    "command", [("find",), ("find", "--sort", "action"), ("like", "path:0"), ("info",), ("export", "m3u", "-o", "-")]
)
def test_nothing_but_text_reaches_a_terminal(hostile_index: Path, command: tuple[str, ...]) -> None:
    result = run_cuefit(*command, "--db", hostile_index, COLUMNS="200")
    shown = result.stdout.replace("\r\n", "\n")
    assert not _CONTROL.search(shown if command[0] != "export" else result.stderr)
    assert result.exit_code in (0, 1)


def test_markup_in_a_tag_is_text(hostile_index: Path) -> None:
    result = run_cuefit("find", "title:loud", "--db", hostile_index, COLUMNS="200")
    assert HOSTILE["markup"][:20] in result.stdout


def test_a_name_with_a_line_break_is_never_two_paths(hostile_index: Path) -> None:
    result = run_cuefit("find", "--paths", "-n", "0", "--db", hostile_index)
    lines = result.stdout_bytes.split(b"\n")
    assert all(line.startswith(b"/music/") for line in lines if line)
    assert result.stderr.count("Left out") >= 3


def test_every_cell_of_a_table_is_one_and_none_a_formula(hostile_index: Path) -> None:
    result = run_cuefit("export", "csv", "-o", "-", "--db", hostile_index)
    header, *rows = csv.reader(io.StringIO(result.stdout_bytes.decode("utf-8-sig"), newline=""))
    assert len(rows) == len(HOSTILE)
    for row in rows:
        assert len(row) == len(header)
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
        assert not any(_CONTROL.search(cell) for cell in row)


def test_a_playlist_names_no_file_but_those_of_the_index(hostile_index: Path) -> None:
    result = run_cuefit("export", "m3u", "-o", "-", "--db", hostile_index)
    lines = result.stdout_bytes.decode().split("\n")
    assert all(line.startswith(("#EXTM3U", "#EXTINF:", "/music/")) for line in lines if line)
    assert "/etc/passwd" not in lines


def test_all_that_is_shown_of_a_path_can_be_printed() -> None:
    for text in HOSTILE.values():
        assert displayable(text).isprintable()


@pytest.mark.parametrize("name", ["👩\u200d🚀 theme.flac", "نیم\u200cفاصله.mp3", "क्\u200dष.ogg"])
def test_names_that_are_spelt_with_joiners_are_shown_as_they_are(name: str) -> None:
    assert displayable(name) == name


@pytest.mark.skipif(os.name != "posix", reason="names that only POSIX allows")
def test_files_with_such_names_and_tags_are_scanned_and_tagged(tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    written = 0
    for number, text in enumerate(HOSTILE.values()):
        name = text.replace("/", "_").replace("\ud800", "")
        path = music / f"{number}{name}.flac"
        write_music(tmp_path / "plain.flac", 1.3, "flac", seed=number, rate_hz=22_050, n_channels=1)
        flac = FLAC(tmp_path / "plain.flac")
        if "\ud800" not in text:
            flac["title"] = text
        flac.save()
        os.replace(tmp_path / "plain.flac", path)  # noqa: PTH105
        written += 1
    index = tmp_path / "library.db"
    result = run_cuefit("scan", music, "--write-tags", "--workers", "1", "--db", index, COLUMNS="200")
    assert result.exit_code == 0, result.output
    assert not _CONTROL.search(result.stdout.replace("\r\n", "\n"))
    found = run_cuefit("find", "--json", "-n", "0", "--db", index).stdout.splitlines()
    assert len(found) == written
    assert len(list(music.iterdir())) == written


@pytest.mark.parametrize("content", ["[" * 20_000, "a = " + "[" * 20_000, "a = " + "{a=" * 5_000, "\0", "a = 1e999999"])
def test_a_configuration_that_is_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "hostile.toml"
    path.write_text(content)
    with pytest.raises(CuefitError):
        load_configuration(path)


_COLUMNS = "package,path,title,artist,seconds,genres,licence,container"


@pytest.mark.parametrize(
    "row",
    [
        "../../etc,passwd,t,a,1,Action,CC0,",
        "package,../../../etc/passwd,t,a,1,Action,CC0,",
        "package,/etc/passwd,t,a,1,Action,CC0,",
        "package,a.ogg,t,a,1,Action,CC0,../../x.zip",
        "package,a.ogg,t,a,nan,Action,CC0,",
        "package,a.ogg,t,a,-1,Action,CC0,",
        "package,a.ogg,t,a,1e999,Action,CC0,",
        "package,a.ogg,t,a,1,Western,CC0,",
        "package,a.ogg,t,a,1,Action",
        "package,a.ogg,t,a,1,Action,CC0,,more",
        'package,a.ogg,"never closed,a,1,Action,CC0,',
        "x" * 200_000 + ",a.ogg,t,a,1,Action,CC0,",
    ],
)
def test_a_list_of_tracks_that_is_none(tmp_path: Path, row: str) -> None:
    listing = tmp_path / "list.csv"
    listing.write_text(f"{_COLUMNS}\n{row}\n")
    with pytest.raises(CorpusError):
        load_debian(tmp_path, listing)


_TITLES = "tconst\ttitleType\tprimaryTitle\toriginalTitle\tstartYear\tgenres\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("=HYPERLINK(1)\tmovie\tDawn\tDawn\t2000\tDrama", "isn't the id of a title"),
        ("tt1\tmovie\tDawn\tDawn\t2000\t=1+1,Drama", "aren't genres"),
        ("tt1\tmovie\tDawn\tDawn\t=1+1\tDrama", "isn't a year"),
        ("tt1\tmovie\tDawn\tDawn\t2000", "has 5 fields"),
        ("tt1\tmovie\t" + "Dawn" * 50_000 + "\tDawn\t2000\tDrama", "line 2 is longer"),
    ],
)
def test_a_list_of_titles_that_is_none(tmp_path: Path, line: str, reason: str) -> None:
    listing = tmp_path / "title.basics.tsv"
    listing.write_text(_TITLES + line + "\n")
    with pytest.raises(CorpusError, match=reason):
        find_films(listing, {"dawn"})


def test_a_list_of_titles_that_inflates_or_is_damaged(tmp_path: Path) -> None:
    listing = tmp_path / "title.basics.tsv.gz"
    listing.write_bytes(gzip.compress(_TITLES.encode() + bytes(200_000_000), 9))
    assert listing.stat().st_size < 1_000_000
    tracemalloc.start()
    with pytest.raises(CorpusError, match="line 2 is longer"):
        find_films(listing, {"dawn"})
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    whole = gzip.compress((_TITLES + "tt1\tmovie\tDawn\tDawn\t2000\tDrama\n" * 2_000).encode())
    for place in range(10, len(whole) - 8, 7):
        listing.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        with suppress(CorpusError):
            find_films(listing, {"dawn"})


def test_a_title_is_no_formula_in_the_table_of_films(tmp_path: Path) -> None:
    titles = ("=1+1", " =1+1", "+1", "\t@SUM(1)", "-1")
    album = Album(tmp_path / "album", (), (HOSTILE["formula"],))
    found = (Film(f"tt{number}", "movie", title, 2000, ("Drama",)) for number, title in enumerate(titles))
    films = [Candidate(film, 0.5, ()) for film in found]
    write_review(tmp_path / "films.csv", [(album, films)])
    with (tmp_path / "films.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(titles)
    for row in rows:
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "\t")) for cell in row.values())
