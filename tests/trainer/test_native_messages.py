from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from trainer.errors import WorkError
from trainer.native_messages import native_messages_to

PROGRAM = """
import os, sys
from pathlib import Path
from trainer.native_messages import native_messages_to

try:
    with native_messages_to(Path(sys.argv[1])):
        os.write(2, b"from below\\n")
        print("from Python", file=sys.stderr)
        {ending}
finally:
    os.write(2, b"afterwards\\n")
"""


@pytest.mark.parametrize(
    ("ending", "says"), [("pass", ""), ("raise ValueError('a bug')", "ValueError: a bug"), ("os.abort()", None)]
)
def test_what_libraries_say_is_kept_apart(tmp_path: Path, ending: str, says: str | None) -> None:
    log = tmp_path / "work" / "log"
    program = [sys.executable, "-c", PROGRAM.format(ending=ending), str(log)]
    runs = [subprocess.run(program, capture_output=True, text=True, timeout=60) for _ in range(2)]
    assert log.read_text() == "from below\n" * 2  # even where the process is ended from below
    for run in runs:
        lines = run.stderr.splitlines()
        assert lines[0] == "from Python"
        if says is not None:
            assert lines[1] == "afterwards"
            assert says in run.stderr
        assert "from below" not in run.stderr


def test_it_works_where_python_has_another_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with native_messages_to(tmp_path / "log"):
        print("from Python", file=sys.stderr)
        os.write(2, b"from below\n")
    assert capsys.readouterr().err == "from Python\n"
    assert (tmp_path / "log").read_text() == "from below\n"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "work").touch()
    with pytest.raises(WorkError, match="log: can't be written"), native_messages_to(tmp_path / "work" / "log"):
        pass
