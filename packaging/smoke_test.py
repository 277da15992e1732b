"""Try the frozen build as a user has it: copied elsewhere, no Python to be found, a new home folder.

    python packaging/smoke_test.py [dist/Cuefit] [--screenshots FOLDER]

Scans, tags, undoes, suggests, and on Linux starts the desktop application on a display in memory. Where strace is
there, no process may open a file outside the build, the user's folders and the system's, or make a network socket.
Ends with status 1 and what went wrong.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from installation import Installation, SmokeError, expect, wait_until  # noqa: E402
from tagger_app import __version__  # noqa: E402
from traced import can_trace  # noqa: E402
from virtual_display import VirtualDisplay, missing_tools, virtual_display  # noqa: E402

_FIRST_PICTURE_S = 60.0
_MULTIMEDIA = "ffmpegmediaplugin"


def try_console(installation: Installation) -> None:
    """Self-test, scan with tags, suggestions, undo."""
    expect(installation.run("--version").strip() == f"Cuefit {__version__}", "--version says another version")
    self_test = installation.run("self-test")
    expect("All is well." in self_test and "EDL" in self_test, f"the self-test isn't well:\n{self_test}")
    demo = next(installation.bundle.rglob("cues.csv")).parent
    shutil.copytree(demo, installation.music, ignore=shutil.ignore_patterns("*.md", "*.csv"))
    files = sorted(str(path) for path in installation.music.iterdir())
    before = installation.json_lines("tags", "show", *files)
    installation.run("scan", str(installation.music), "--write-tags")
    found = installation.json_lines("find", "-n", "0")
    expect(len(found) == len(files), f"{len(found)} of {len(files)} cues in the index")
    tagged = installation.json_lines("tags", "show", *files)
    expect(all(entry["bundle"] for entry in tagged), "not every cue was tagged")
    suggestions = installation.json_lines("like", files[0], "-n", "3")
    expect(len(suggestions) == 3, f"{len(suggestions)} suggestions instead of 3")
    installation.run("tags", "undo", "--all")
    expect(installation.json_lines("tags", "show", *files) == before, "undo left tags behind")
    print(f"{len(files)} cues scanned, tagged, compared and given back their tags")


def try_desktop(installation: Installation, display: VirtualDisplay, screenshots: Path) -> None:
    """First start, the demo heard by workers of the desktop executable, a cue played, and the end by Ctrl+Q."""
    environment = installation.environment | {
        "DISPLAY": display.name,
        "QT_QPA_PLATFORM": "xcb",
    }
    command = installation.command("desktop", [])
    with subprocess.Popen(
        command, env=environment, cwd=installation.user, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            wait_until(
                lambda: not display.is_blank() or process.poll() is not None, _FIRST_PICTURE_S, "nothing was painted"
            )
            time.sleep(3)
            expect(process.poll() is None, "the desktop application ended at once")
            display.save(screenshots / "first-start.png")
            display.press("Cuefit", "Tab", "Return")  # from the choice of folders on to the demo
            wait_until(
                lambda: count_tracks(installation) == 10, 120, "the desktop application didn't hear the demo", every_s=1
            )
            time.sleep(3)
            display.press("Cuefit", "Down", "Return")
            time.sleep(3)
            display.save(screenshots / "demo-heard.png")
            with suppress(
                subprocess.CalledProcessError
            ):  # the window may be gone before xdotool has let go of the keys
                display.press("Cuefit", "ctrl+q")
            status = process.wait(30)
        except (SmokeError, subprocess.SubprocessError) as problem:
            display.save(screenshots / "failure.png")
            with suppress(ProcessLookupError):  # which has ended by itself, and has said why
                os.killpg(process.pid, signal.SIGKILL)  # strace alone would leave what it follows running
            said = process.communicate()[1].decode("utf-8", "replace")
            raise SmokeError(f"{problem}\n{said}") from problem
        said = process.communicate()[1].decode("utf-8", "replace")
    expect(status == 0, f"the desktop application ended with status {status}\n{said}")
    expect("Traceback" not in said, f"the desktop application met a bug:\n{said}")
    opened = installation.check_log("the desktop application")
    expect(not opened or any(_MULTIMEDIA in path for path in opened), "Qt Multimedia's FFmpeg back end wasn't loaded")


def count_tracks(installation: Installation) -> int:
    """Tracks in the user's index; 0 while there is none."""
    command = installation.plain_command("console", ["find", "-n", "0", "--json"])
    done = subprocess.run(command, env=installation.environment, capture_output=True, timeout=60, check=False)
    return len(done.stdout.splitlines()) if done.returncode == 0 else 0


def measure_starts(installation: Installation, display: VirtualDisplay | None) -> None:
    """Print how long the executables take to start when their files are in memory.

    The time that passes grows with whatever else the machine does; the processor's own doesn't.
    """
    starts = []
    for _ in range(5):
        begun = time.monotonic()
        with subprocess.Popen(
            installation.plain_command("console", ["--version"]), env=installation.environment, stdout=subprocess.PIPE
        ) as process:
            processor_s = _wait_measuring(process)
        starts.append((time.monotonic() - begun, processor_s))
    print("console --version: {:.2f} s, {:.2f} s of processor (best of 5)".format(*map(min, zip(*starts, strict=True))))
    if display is None:
        return
    environment = installation.environment | {"DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb"}
    starts = []
    for _ in range(3):
        wait_until(display.is_blank, 20, "the window stays after its process has ended")
        begun = time.monotonic()
        with subprocess.Popen(
            installation.plain_command("desktop", []), env=environment, stderr=subprocess.DEVNULL
        ) as process:
            wait_until(lambda: not display.is_blank(), _FIRST_PICTURE_S, "nothing was painted")
            passed_s = time.monotonic() - begun
            used = psutil.Process(process.pid).cpu_times()
            starts.append((passed_s, used.user + used.system))
            time.sleep(1)
            process.terminate()
    print(
        "desktop to first paint: {:.2f} s, {:.2f} s of processor (best of 3)".format(
            *map(min, zip(*starts, strict=True))
        )
    )


def _wait_measuring(process: subprocess.Popen[bytes]) -> float:
    """Seconds of processor that a process has used at its end."""
    watched, used_s = psutil.Process(process.pid), 0.0
    while process.poll() is None:
        with suppress(psutil.Error):
            used = watched.cpu_times()
            used_s = used.user + used.system
        time.sleep(0.005)
    return used_s


def stay_alive(installation: Installation, seconds: float) -> None:
    """Start the desktop application on the system's own display, see that it stays, and end it."""
    with subprocess.Popen(installation.command("desktop", []), env=installation.environment) as process:
        time.sleep(seconds)
        status = process.poll()
        process.kill()
    expect(status is None, f"the desktop application ended with status {status}")


def main() -> None:
    """Read the command line, and try everything."""
    parser = argparse.ArgumentParser(description="Try the frozen build as a user has it.")
    built = "Cuefit.app" if sys.platform == "darwin" else "Cuefit"
    parser.add_argument("build", type=Path, nargs="?", default=ROOT / "dist" / built)
    parser.add_argument("--screenshots", type=Path, default=ROOT / "build" / "screenshots")
    options = parser.parse_args()
    is_traced = sys.platform == "linux" and can_trace()
    if not is_traced:
        print("No strace that may trace: what is opened isn't checked.")
    with tempfile.TemporaryDirectory(prefix="cuefit-smoke-") as place:
        installation = Installation(options.build.absolute(), Path(place).resolve(), is_traced)
        try:
            try_console(installation)
            if sys.platform != "linux":
                stay_alive(installation, 15)
                measure_starts(installation, None)
            elif missing := missing_tools():
                print(f"No {' and no '.join(missing)}: the desktop application isn't started.")
                measure_starts(installation, None)
            else:
                options.screenshots.mkdir(parents=True, exist_ok=True)
                shutil.rmtree(installation.home)
                installation.home.mkdir()
                with virtual_display() as display:
                    try_desktop(installation, display, options.screenshots)
                    measure_starts(installation, display)
        except (SmokeError, subprocess.SubprocessError) as problem:
            sys.exit(f"Smoke test failed: {problem}")
    print("The frozen build works.")


if __name__ == "__main__":
    main()
