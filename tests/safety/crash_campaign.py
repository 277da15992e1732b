"""Kills Cuefit a thousand times while it writes, and looks at what is left.

`python tests/safety/crash_campaign.py --kills 1000`

Over a library of one small file a format, `scan --write-tags`, `tags write`, `tags clear`, `tags undo`, an update of
the index's schema, a repair of a damaged index and an installation of a bundle are run again and again, and their
whole process group is killed: before a line of Python that is chosen at random among all that run in the modules that
write, or at a random moment. After every kill: each file opens, decodes to the same samples, and holds all of its old
or all of its new fields, with the other tags, times and permissions as they were; the index passes SQLite's checks, or
is the damaged one still; only whole bundles can be chosen, the earlier one always; and after the next start journal
and files agree and neither a copy nor anything else half made is left. What was killed is started again until it comes
to its end.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))  # for sound_samples, where pytest doesn't see to it

from crash_bundles import CrashBundles
from crash_library import KINDS, CrashLibrary
from crash_repair import CrashRepair

from tagger_app.unfinished import remove_unfinished

STAGES = ("scan", "undo", "write", "undo", "write", "clear", "undo", "install", "migrate", "repair")
"""Each begins where the one before it ended."""

_BACK = {"scan": "undo", "write": "undo", "undo": "write"}
"""What goes back to where a stage began."""

STEPWISE = ("install", "repair", "migrate", *_BACK)
"""Stages that can be killed at each of their lines."""

_WITHOUT_WORKERS = ("install", "migrate", "repair")

_SHARE_WHOLE = 0.15
_SHARE_BY_TIME = 0.2
_SHARE_LEFT_UNSETTLED = 0.3


class Outcome(NamedTuple):
    """What became of one child."""

    killed: bool
    status: int
    n_steps: int
    seconds: float


class Campaign:
    """Stages of a library's life, and kills in all of them.

    Parameters
    ----------
    folder : an empty folder
    seed : of the choice of kills
    share_whole : of the children that run the command line with real worker processes; the others do the same in one
        process, several times as fast
    kinds : of the library's files, one each
    place : an empty folder for all that the commands write; else `folder`
    """

    def __init__(
        self,
        folder: Path,
        seed: int,
        share_whole: float = _SHARE_WHOLE,
        kinds: Sequence[str] = KINDS,
        place: Path | None = None,
    ) -> None:
        self.library = CrashLibrary(place or folder, kinds)
        self.bundles = CrashBundles(place or folder)
        self.repair = CrashRepair(self.library.index_path)
        self.kills: Counter[tuple[str, str]] = Counter()
        self.n_finished = 0
        self._random = random.Random(seed)
        self._share_whole = share_whole
        self._log = folder / "log"
        self._saved = folder / "saved.db"
        self._n_steps: dict[str, int] = {}
        self._seconds: dict[tuple[str, bool], float] = {}
        script = Path(__file__).with_name("crash_child.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for stage in STAGES:
            self._prepare(stage)
            outcome = self._run(stage)
            assert outcome.status == 0, self._log.read_text()
            self._n_steps[stage] = max(outcome.n_steps, self._n_steps.get(stage, 0))
            self._seconds[stage, True] = outcome.seconds
            self._seconds[stage, False] = outcome.seconds + 2.0
            if stage == "scan":
                self.library.learn_new_fields()
            self._finish(stage)

    @property
    def n_kills(self) -> int:
        return self.kills.total()

    def run(self, n_kills: int, until: float | None = None) -> None:
        """Kill and check.

        Parameters
        ----------
        n_kills : in all; the stage that is under way then is brought to its end
        until : monotonic time after which nothing more is killed

        Raises
        ------
        AssertionError
            A promise was broken.
        """
        while self.n_kills < n_kills and (until is None or time.monotonic() < until):
            for stage in STAGES:
                self._prepare(stage)
                while not self._attempt(stage, kill=self.n_kills < n_kills):
                    pass
                self._finish(stage)
                self.n_finished += 1

    def kill_at_steps(
        self,
        stage: str,
        n_spread: int | None = None,
        n_last: int = 0,
        progress: Callable[[int, int], None] = lambda step, n_steps: None,
    ) -> int:
        """Kill one command before lines that it runs, one after the other, each time from its beginning.

        Parameters
        ----------
        stage : what is killed; see `STEPWISE`
        n_spread : at so many lines spread over it, and `n_last` at its end; None for each line there is
        progress : is told each line that has been tried, and how many there are

        Returns
        -------
        Kills.

        Raises
        ------
        AssertionError
            A promise was broken.
        """
        if stage in ("scan", "write"):  # these begin with files as they were
            assert self._run("undo").status == 0, self._log.read_text()
        elif stage == "undo":
            assert self._run("write").status == 0, self._log.read_text()
        n_steps = self._n_steps[stage]
        stride = 1 if n_spread is None else max(1, n_steps // n_spread)
        steps = sorted({*range(1, n_steps, stride), *range(max(1, n_steps - n_last), n_steps + 1)})
        n_killed = 0
        for step in steps:
            self._prepare(stage)
            outcome = self._run(stage, step=step)
            try:
                if outcome.killed:
                    n_killed += 1
                    self._check_killed(stage)
                    if step % 2:
                        self._check_next_start()
                    # Else what is started again finds what the kill left.
                    outcome = self._run(stage)
                assert outcome.status == 0, self._log.read_text()[-4000:]
                self._finish(stage)
                if stage in _BACK:
                    assert self._run(_BACK[stage]).status == 0, self._log.read_text()[-4000:]
            except AssertionError as error:
                error.add_note(f"{stage}, killed at step {step}")
                raise
            progress(step, n_steps)
        return n_killed

    def close(self) -> None:
        """End the process that starts the children."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> Campaign:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _attempt(self, stage: str, *, kill: bool) -> bool:
        """Start a stage once; whether it came to its end."""
        inline = stage in _WITHOUT_WORKERS or self._random.random() >= self._share_whole
        choice: dict[str, Any] = {"inline": inline}
        if kill and self._random.random() < _SHARE_BY_TIME:
            choice["after_s"] = self._random.uniform(0.001, self._seconds[stage, inline])
        elif kill:
            # Some of the choices lie behind the end, or no stage that is killed before its first file would ever end.
            choice["step"] = self._random.randint(1, round(1.1 * self._n_steps[stage]))
        outcome = self._run(stage, **choice)
        try:
            if not outcome.killed:
                assert outcome.status == 0, self._log.read_text()[-4000:]
                return True
            how = ("one process" if inline else "with workers") + (" by time" if "after_s" in choice else " at a step")
            self.kills[stage, how] += 1
            self._check_killed(stage)
            if self._random.random() >= _SHARE_LEFT_UNSETTLED:
                self._check_next_start()
        except AssertionError as error:
            error.add_note(f"{stage}, kill {self.n_kills}: {choice}, {outcome}")
            raise
        return False

    def _check_killed(self, stage: str) -> None:
        if stage == "install":
            self.bundles.check()
            return
        if stage == "repair":
            self.repair.check()
            return
        self.library.check_files()
        self.library.check_index()
        if stage == "migrate":
            new = self.library.columns() & {"smell", "taste"}
            assert len(new) in (0, 2), "half of a migration is there"

    def _check_next_start(self) -> None:
        """What every start does: then journal and files agree, and nothing is left that nobody will finish."""
        for folder in (self.bundles.installed, self.library.index_path.parent):
            remove_unfinished(folder)
            left = [path.name for path in folder.iterdir() if path.name.startswith(".")]
            assert not left, f"left over in {folder.name}: {left}"
        self.library.settle_and_check()

    def _run(self, stage: str, *, inline: bool = True, step: int = 0, after_s: float = 0.0) -> Outcome:
        self._log.write_text("")
        order = {"stage": stage, "root": str(self.library.root), "index": str(self.library.index_path)}
        order |= {"trained": str(self.bundles.trained), "bundles": str(self.bundles.installed)}
        order |= {"inline": inline, "step": step, "after_s": after_s}
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Outcome(**json.loads(self._process.stdout.readline()))

    def _prepare(self, stage: str) -> None:
        if stage == "scan":
            for path in self.library.index_path.parent.glob("library.db*"):
                path.unlink()
        elif stage == "migrate":
            shutil.copyfile(self.library.index_path, self._saved)
        elif stage == "repair":
            self.repair.damage()
        elif stage == "install":
            self.bundles.forget()

    def _finish(self, stage: str) -> None:
        """Check what came to its end, and go back to before it where the next begins there."""
        match stage:
            case "install":
                self.bundles.check_finished()
            case "repair":
                self.repair.check_finished()
                self.repair.put_back()
            case _:
                self.library.check_finished(stage)
        if stage == "migrate":
            self._finish_migration()

    def _finish_migration(self) -> None:
        """Check that the update is there and backed up, and go back to before it."""
        assert {"smell", "taste"} <= self.library.columns()
        (backup,) = self.library.index_path.parent.glob("*.before-add_smell.db")
        backup.unlink()
        for path in self.library.index_path.parent.glob("library.db*"):
            path.unlink()
        shutil.copyfile(self._saved, self.library.index_path)


def _print_each_hundredth(step: int, n_steps: int) -> None:
    if step % 100 == 0:
        print(f"step {step} of {n_steps}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=0.0, help="kill no more after so many minutes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every-step-of", choices=STEPWISE, help="kill this alone, at each of its lines")
    parser.add_argument("--kind", choices=KINDS, help="a library of one file of this kind; else there is one of each")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cuefit-crashes-"))
    started = time.monotonic()
    until = started + 60 * arguments.minutes if arguments.minutes else None
    kinds = (arguments.kind,) if arguments.kind else KINDS
    with Campaign(folder, arguments.seed, kinds=kinds) as campaign:
        try:
            if arguments.every_step_of:
                n_kills = campaign.kill_at_steps(arguments.every_step_of, progress=_print_each_hundredth)
                print(f"{n_kills} kills, {time.monotonic() - started:.0f} s, no promise broken")
                shutil.rmtree(folder)
                return
            n_before = -1
            while campaign.n_kills < arguments.kills and campaign.n_kills > n_before:
                n_before = campaign.n_kills
                campaign.run(min(campaign.n_kills + 100, arguments.kills), until)
                print(f"{campaign.n_kills} kills, {time.monotonic() - started:.0f} s", flush=True)
        except AssertionError:
            print(f"a kill broke a promise; everything is left in {folder}", file=sys.stderr)
            raise
    shutil.rmtree(folder)
    print(f"{campaign.n_kills} kills, {campaign.n_finished} commands brought to their end, no promise broken:")
    for (stage, how), number in sorted(campaign.kills.items()):
        print(f"  {stage:8} {how:28} {number:5}")


if __name__ == "__main__":
    main()
