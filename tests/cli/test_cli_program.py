from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from cli_samples import make_record, run_cuefit, start_cuefit, store

from tagger_app import __version__
from tagger_app.cli import main


def test_version_and_help_import_nothing_heavy() -> None:
    code = (
        "import sys; from tagger_app.cli import main; main(sys.argv[1:], standalone_mode=False);"
        "print(sorted({'numpy', 'scipy', 'rich', 'av', 'ai_edge_litert'} & set(sys.modules)))"
    )
    for option, expected in (("--version", __version__), ("--help", "analyze")):
        done = subprocess.run([sys.executable, "-c", code, option], capture_output=True, text=True, check=True)
        assert expected in done.stdout
        assert done.stdout.endswith("[]\n")


def test_python_m_runs_the_same_program() -> None:
    done = start_cuefit("--version")
    assert done.communicate(timeout=30)[0].decode() == f"Cuefit {__version__}\n"


@pytest.mark.parametrize("name", main.list_commands(None))  # type: ignore[arg-type]
def test_every_command_that_is_listed_is_there_and_helps(name: str) -> None:
    result = run_cuefit(name, "--help")
    assert result.exit_code == 0
    assert f"Usage: cuefit {name}" in result.stdout.replace("main", "cuefit")
    assert re.search(rf"^  {name} ", run_cuefit("--help").output, re.MULTILINE)


def test_every_command_takes_an_index_to_use() -> None:
    def leaves(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
        with group.make_context(name, [], resilient_parsing=True) as context:
            for part in group.list_commands(context):
                command = group.get_command(context, part)
                if isinstance(command, click.Group):
                    yield from leaves(command, f"{name} {part}")
                elif command:
                    yield f"{name} {part}", command

    commands = dict(leaves(main, "cuefit"))
    assert len(commands) > len(main.list_commands(None))  # type: ignore[arg-type]
    for name, command in commands.items():
        assert any("--db" in parameter.opts for parameter in command.params), name


def test_what_needs_no_index_takes_one_and_leaves_it_alone(tmp_path: Path, demo_folder: Path) -> None:
    index_path = tmp_path / "library.db"
    cue = demo_folder / "fluffing_a_duck.mp3"
    for command in (["analyze", cue], ["tags", "show", cue], ["self-test"]):
        result = run_cuefit(*command, "--db", index_path)
        assert (result.exit_code, result.stderr) == (0, "")
        assert "no index is read or written" in " ".join(run_cuefit(*command, "--help").stdout.split())
    assert not list(tmp_path.iterdir())


def test_without_a_display_the_window_is_refused_in_one_line(index_path: Path) -> None:
    nowhere = {"DISPLAY": None, "WAYLAND_DISPLAY": None, "QT_QPA_PLATFORM": None}
    for arguments in ((), ("gui", "--db", index_path)):
        result = run_cuefit(*arguments, **nowhere)
        assert result.exit_code == 3
        assert result.stdout == ""
        assert len(result.stderr.splitlines()) == 1
        assert "display" in result.stderr or "PySide6" in result.stderr
    assert not index_path.exists()


def test_wrong_usage_is_2() -> None:
    assert run_cuefit("no-such-command").exit_code == 2
    assert run_cuefit("find", "--no-such-option").exit_code == 2
    assert run_cuefit("scan").exit_code == 2


def test_a_query_that_makes_no_sense_is_2_with_a_caret_below_the_spot(index_path: Path) -> None:
    store(index_path, make_record("/music/a.flac"))
    result = run_cuefit("find", "音楽 thriller>2", "--db", index_path)
    assert result.exit_code == 2
    assert result.stdout == ""
    message, query, caret = result.stderr.splitlines()
    assert "0 to 1" in message
    assert query == "  音楽 thriller>2"
    assert caret == " " * (2 + 4 + 1 + len("thriller>")) + "^"  # each of the two letters is two cells wide
    assert run_cuefit("find", "--sort", "colour", "--db", index_path).exit_code == 2


def test_an_unusable_index_is_3(tmp_path: Path) -> None:
    for command in (["find"], ["like", "a.wav"], ["export", "csv", "-o", "-"], ["tags", "write", "--all"]):
        result = run_cuefit(*command, "--db", tmp_path / "none.db")
        assert result.exit_code == 3
        assert "scan a folder first" in result.stderr
    other = tmp_path / "letter.db"
    other.write_text("Dear editor, ...")
    for command in (["find"], ["info"], ["scan", str(tmp_path)]):
        result = run_cuefit(*command, "--db", other)
        assert result.exit_code == 3
        assert "isn't an index of Cuefit" in result.stderr
    assert other.read_text() == "Dear editor, ..."


def test_an_unusable_bundle_is_3_and_says_which_there_are(tmp_path: Path, demo_folder: Path) -> None:
    cue = demo_folder / "rumination.flac"
    result = run_cuefit("analyze", cue, "--bundle", "no-such-bundle")
    assert result.exit_code == 3
    assert "there are " in result.stderr
    (tmp_path / "manifest.json").write_text("{}")
    result = run_cuefit("scan", cue, "--bundle", tmp_path, "--db", tmp_path / "library.db")
    assert result.exit_code == 3
    assert "manifest" in result.stderr
    assert not (tmp_path / "library.db").exists()


def test_a_reader_that_goes_away_is_no_error(index_path: Path) -> None:
    store(index_path, *(make_record(f"/music/{number}.flac", number) for number in range(1_000)))
    for form in ("--json", "--paths", "--sort=title"):
        process = start_cuefit("find", form, "-n", "0", "--db", index_path)
        assert process.stdout is not None
        assert process.stdout.read(10)
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        process.stderr.close()
        process.wait(timeout=30)


def test_a_terminal_without_the_letters_gets_escapes(index_path: Path) -> None:
    store(index_path, make_record("/music/a.flac", title="Für Elise ♪"))
    process = start_cuefit("find", "--db", index_path, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    out, error = process.communicate(timeout=30)
    assert (process.returncode, error) == (0, b"")
    assert rb"F\xfcr Elise \u266a" in out
    assert b"0.91 ####" in out
