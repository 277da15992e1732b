"""The frozen build on a user's machine: where it lies, what surrounds it, and how its executables are run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from contents import EXECUTABLES
from traced import Allowed, read_accesses, traced


class SmokeError(Exception):
    """The build doesn't do what it should."""


class Installation:
    """The build, copied to a folder with a name that isn't plain, and a user who has nothing yet.

    Parameters
    ----------
    build : folder of the frozen build, or the .app
    place : an empty folder
    is_traced : log what every process opens
    """

    def __init__(self, build: Path, place: Path, is_traced: bool) -> None:
        program = place / "Prögramme und so" / build.name
        shutil.copytree(build, program, symlinks=True)
        self.program = program / "Contents" / "MacOS" if build.suffix == ".app" else program
        self.bundle = program
        self.user = place / "user"
        self.home = self.user / "home"
        self.music = self.user / "Müsik"
        self.log = place / "opened.log"
        self.is_traced = is_traced
        nothing = self.user / "no programs"
        for folder in (self.home, nothing, self.user / "temporary"):
            folder.mkdir(parents=True)
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "WINDIR", "USERNAME", "USER") if name in os.environ}
        if sys.platform == "win32":  # which tells where a user's folders are whatever the environment says
            kept["CUEFIT_DB"] = str(self.home / "library.db")
        self.environment = kept | {
            "PATH": str(nothing),
            "LANG": "C.UTF-8",
            **dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"), str(self.home)),
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self.user / "temporary")),
        }

    def plain_command(self, kind: str, arguments: Sequence[str]) -> list[str]:
        """The command line of an executable."""
        suffix = ".exe" if sys.platform == "win32" else ""
        return [str(self.program / f"{EXECUTABLES[kind]}{suffix}"), *arguments]

    def command(self, kind: str, arguments: Sequence[str]) -> list[str]:
        """The command line of an executable, logged where there is strace."""
        plain = self.plain_command(kind, arguments)
        return traced(plain, self.log) if self.is_traced else plain

    def run(self, *arguments: str, status: int = 0) -> str:
        """What the console executable prints.

        Raises
        ------
        SmokeError
            It ends with another status than expected, or something was opened that mustn't be.
        """
        command = self.command("console", arguments)
        done = subprocess.run(
            command, env=self.environment, cwd=self.user, capture_output=True, timeout=300, check=False
        )
        printed = done.stdout.decode("utf-8", "replace")
        if done.returncode != status:
            said = done.stderr.decode("utf-8", "replace")
            raise SmokeError(f"cuefit {' '.join(arguments)}: status {done.returncode}\n{printed}{said}")
        self.check_log(f"cuefit {arguments[0]}")
        return printed

    def check_log(self, what: str) -> list[str]:
        """Paths of all that was opened since the last time.

        Raises
        ------
        SmokeError
            Something was that mustn't be.
        """
        if not self.is_traced:
            return []
        allowed = Allowed((self.bundle,), (self.user,))
        with self.log.open(encoding="utf-8", errors="replace") as lines:
            accesses = list(read_accesses(lines))
        self.log.unlink()
        if complaints := sorted({complaint for access in accesses if (complaint := allowed.complaint(access))}):
            raise SmokeError(f"{what} opened what it shouldn't:\n  " + "\n  ".join(complaints))
        print(f"{what}: {len(accesses)} files and sockets, all of them allowed")
        return [access.path for access in accesses]

    def json_lines(self, *arguments: str) -> list[dict[str, object]]:
        """What the console executable prints as JSON, one object a line."""
        return [json.loads(line) for line in self.run(*arguments, "--json").splitlines()]


def expect(holds: bool, otherwise: str) -> None:
    """Raise a `SmokeError` unless something holds."""
    if not holds:
        raise SmokeError(otherwise)


def wait_until(holds: Callable[[], bool], limit_s: float, otherwise: str, every_s: float = 0.02) -> None:
    """Look again and again whether something holds; a `SmokeError` when time is up."""
    end = time.monotonic() + limit_s
    while not holds():
        expect(time.monotonic() < end, otherwise)
        time.sleep(every_s)
