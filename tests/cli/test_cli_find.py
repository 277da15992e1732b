from __future__ import annotations

import json
import os
from pathlib import Path

from cli_samples import fits_of, make_record, run_cuefit, store


def test_a_table_for_people(index_path: Path) -> None:
    store(
        index_path,
        make_record("/music/a.flac", 1, title="Dark strings", assigned=("Drama", "Action")),
        make_record("/music/b.flac", 2, title="", assigned=(), duration_s=3_725.2),
        make_record("/music/c.flac", 3, title="Nothing", fits=fits_of(), assigned=(), unscored="silent"),
        make_record("/music/d.flac", 4, title="Mine", assigned=("Action",), user_genres=("Sci-Fi", "-Action")),
    )
    result = run_cuefit("find", "--db", index_path, "--sort", "path")
    assert (result.exit_code, result.stderr) == (0, "")
    header, _, first, second, third, fourth = result.stdout.splitlines()
    assert header.split() == ["Title", "Artist", "Length", "Genres"]
    assert first.split() == ["Dark", "strings", "Artist", "1:01", "Drama", "0.62", "██▌", "Action", "0.91", "███▋"]
    assert second.split() == ["b.flac", "Artist", "1:02:05", "none;", "nearest", "Action", "0.91"]
    assert third.split()[-3:] == ["no", "fits:", "silent"]
    assert fourth.split()[-4:] == ["Sci-Fi", "0.50", "(yours)", "██"]


def test_sorting_by_a_genre_shows_its_fit(index_path: Path) -> None:
    for number, fit in enumerate((0.3, 0.8, None, 0.5)):
        store(index_path, make_record(f"/music/{number}.flac", number, fits=fits_of(Thriller=fit), assigned=()))
    result = run_cuefit("find", "--sort", "thriller", "--db", index_path)
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Thriller  Title")
    assert [line.split()[0] for line in lines[2:]] == ["0.80", "0.50", "0.30", "-"]


def test_query_words_need_no_quotes_and_nothing_found_is_no_error(index_path: Path) -> None:
    store(index_path, make_record("/music/a.flac", 1), make_record("/music/b.flac", 2))
    assert "Title 2" in run_cuefit("find", "title:2", "action>0.9", "length<3:00", "--db", index_path).stdout
    result = run_cuefit("find", "nowhere", "--db", index_path)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "No track" in result.stderr
    assert run_cuefit("find", "nowhere", "--json", "--db", index_path).output == ""


def test_a_long_list_says_how_long_it_is(index_path: Path) -> None:
    store(index_path, *(make_record(f"/music/{number}.flac", number) for number in range(60)))
    result = run_cuefit("find", "--db", index_path)
    assert len(result.stdout.splitlines()) == 52
    assert "50 of 60 tracks" in result.stderr
    result = run_cuefit("find", "-n", "0", "--db", index_path)
    assert len(result.stdout.splitlines()) == 62
    assert result.stderr == ""


def test_json_has_everything_and_keeps_the_bytes_of_a_path(index_path: Path) -> None:
    path = os.fsdecode(b"/music/\xff\xfe\n[bold]x.flac")
    store(index_path, make_record(path, fits=fits_of(Action=0.87654, SciFi=0.1), assigned=("Action",)))
    result = run_cuefit("find", "--json", "--db", index_path)
    assert result.stdout.isascii()
    (line,) = result.stdout.splitlines()
    track = json.loads(line)
    assert track["path"] == path
    assert (track["scores"]["Action"], track["scores"]["Sci-Fi"], track["scores"]["Comedy"]) == (0.8765, 0.1, None)
    assert (track["assigned"], track["genres"], track["bundle"]) == (["Action"], ["Action"], "test-1")
    assert (track["duration_s"], track["status"], track["title"]) == (61.4, "present", "Title 0")


def test_paths_are_given_byte_for_byte(index_path: Path) -> None:
    raw = b"/music/\xff\xe9.flac"
    store(index_path, make_record(os.fsdecode(raw)))
    assert run_cuefit("find", "--paths", "--db", index_path).stdout_bytes == raw + b"\n"


def test_hostile_names_neither_crash_nor_reach_the_terminal(index_path: Path) -> None:
    names = {
        "escape \x1b[31m bell \x07": r"escape \x1b[31m bell \x07",
        "markup [bold]x[/bold] [/]": "markup [bold]x[/bold] [/]",
        "right to left \u202e gnp": r"right to left \x202e gnp",
        "שלום עולם": "שלום עולם",
        "line\nbreak": r"line\x0abreak",
    }
    for number, title in enumerate(names):
        store(index_path, make_record(f"/music/{number}.flac", number, title=title, artist=title))
    lone = os.fsdecode(b"/music/\xff lone.flac")
    store(index_path, make_record(lone, 99, title=""))
    for columns in ("200", "80", "40", "20", "5"):
        result = run_cuefit("find", "--sort", "action", "--db", index_path, COLUMNS=columns)
        assert result.exit_code == 0
        assert all(character.isprintable() or character == "\n" for character in result.stdout)
        assert "\u202e" not in result.stdout
        assert all(len(line) <= int(columns) for line in result.stdout.splitlines())
    shown = run_cuefit("find", "--db", index_path).stdout
    for expected in (*names.values(), r"\udcff lone.flac"):
        assert expected in shown


def test_a_narrow_terminal_counts_what_it_leaves_out(index_path: Path) -> None:
    genres = ("Action", "Drama", "Thriller", "Sci-Fi")
    store(index_path, make_record("/music/a.flac", title="A title of some length", assigned=genres))
    wide = run_cuefit("find", "--db", index_path, COLUMNS="160").stdout.splitlines()[-1]
    narrow = run_cuefit("find", "--db", index_path, COLUMNS="60").stdout.splitlines()[-1]
    assert [genre in wide for genre in genres] == [True] * 4
    assert narrow.rstrip().endswith("+3")
    assert "Action 0.91" in narrow


def test_colour_only_for_terminals(index_path: Path) -> None:
    store(index_path, make_record("/music/a.flac"))
    assert "\x1b" not in run_cuefit("find", "--db", index_path).stdout
    assert "\x1b[1;32m" in run_cuefit("find", "--db", index_path, FORCE_COLOR="1", TERM="xterm").stdout
    plain = run_cuefit("find", "--db", index_path, FORCE_COLOR="1", TERM="xterm", NO_COLOR="1").stdout
    assert "\x1b[1;32m" not in plain


def test_the_index_can_be_named_in_the_environment(index_path: Path) -> None:
    store(index_path, make_record("/music/a.flac"))
    assert "Title 0" in run_cuefit("find", CUEFIT_DB=str(index_path)).stdout
