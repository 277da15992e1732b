"""How fast the window is with a large library: ``python tests/benchmarks/gui_speed.py --tracks 1000000``.

Fills an index with made-up tracks, opens the real window on it offscreen, and does what an editor does: waits for the
first rows, sorts, filters, rests for two seconds, moves the mixer, pages down. Every time is from the command until
the new rows have been painted; "all there" is the longest time until all rows of a listing are known, not only those
of its first page. A stall is the longest time in which the event loop didn't come round, watched every 2 ms. Start is
a process of its own, from before the first import. "CPU" is what the window's thread itself worked, whatever else ran.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_STARTED = time.perf_counter()


def measure_start(index_path: Path) -> None:
    """In a process of its own: print the seconds from before the imports until the first rows are painted."""
    window, _, _ = open_window(index_path)
    library = window.panels.library
    wait_until(lambda: library.model.rowCount() > 0 and library.model.track_at(0) is not None)
    window.grab()
    print(time.perf_counter() - _STARTED)
    os._exit(0)


def open_window(index_path: Path):  # type: ignore[no-untyped-def] # Qt is imported late, to be part of the start
    """The application's own session, window and event loop."""
    from PySide6.QtWidgets import QApplication

    from tagger_app.gui.application import Session

    application = QApplication(["cuefit"])
    application.setStyle("Fusion")
    session = Session(application, index_path, index_path.with_name("settings.json"))
    session.open()
    wait_until(lambda: session.window is not None)
    session.window.resize(1600, 1000)
    return session.window, session, application


def wait_until(condition: Callable[[], bool], timeout_s: float = 120.0) -> None:
    """Turn the event loop until something holds."""
    from PySide6.QtCore import QEventLoop, QTimer

    if condition():
        return
    loop = QEventLoop()
    timer = QTimer()
    timer.setInterval(1)
    end = time.perf_counter() + timeout_s

    def look() -> None:
        if condition() or time.perf_counter() > end:
            loop.quit()

    timer.timeout.connect(look)
    timer.start()
    loop.exec()
    if not condition():
        raise TimeoutError


def rest(milliseconds: int) -> None:
    """Turn the event loop; QTest.qWait would keep the interpreter's lock, and hold all other threads up."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class StallWatch:
    """The longest time between two turns of the event loop."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(2)
        self._timer.timeout.connect(self._tick)
        self._last = 0.0
        self.longest_s = 0.0

    def __enter__(self) -> StallWatch:
        self._last, self.longest_s = time.perf_counter(), 0.0
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._tick()
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest_s = max(self.longest_s, now - self._last)
        self._last = now


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--index", type=Path, help="keep the index here, and use it if it exists (default: temporary)")
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--measure-start", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure_start:
        measure_start(arguments.measure_start)
    from rich.console import Console

    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.index or Path(folder, "library.db")
        if not path.exists():
            from library_queries import fill

            fill(path, arguments.tracks, arguments.seed, console)
        starts = [time_start(path) for _ in range(arguments.starts)] or [0.0]
        measure(path, starts, console)


def time_start(index_path: Path) -> float:
    """Seconds from starting the interpreter's first statement to the first rows."""
    command = [sys.executable, __file__, "--measure-start", str(index_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(run.stdout.split()[-1])


def measure(index_path: Path, starts: list[float], console) -> None:  # type: ignore[no-untyped-def]
    """Print the table."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer
    from PySide6.QtTest import QTest
    from rich.table import Table

    from tagger_app.genres import GENRES

    table = Table(title="milliseconds to the first page, painted; longest stall of the event loop meanwhile and after")
    for column in ("what", "median", "worst", "longest stall", "CPU", "all there"):
        table.add_column(column, justify="left" if column == "what" else "right")
    table.add_row("start to first rows", f"{statistics.median(starts) * 1e3:.0f}", f"{max(starts) * 1e3:.0f}", "")

    window, session, _ = open_window(index_path)
    library, model = window.panels.library, window.panels.library.model
    view = library.table.viewport()
    wait_until(lambda: model.is_complete)
    n_rows = model.rowCount()

    def time_change(change: Callable[[], None]) -> tuple[float, float, float, float]:
        """Seconds until the first rows of another listing are painted; of the window's thread; stall; all rows."""
        # Left at once when the rows are there: one turn of the loop more, and they would be painted twice.
        arrival = QEventLoop()
        connection = model.changed.connect(lambda _new: arrival.quit())
        QTimer.singleShot(120_000, arrival, lambda: arrival.exit(1))
        with StallWatch() as watch:
            started, worked = time.perf_counter(), time.thread_time()
            change()
            if arrival.exec():
                raise TimeoutError
            view.repaint()
            took_s, worked_s = time.perf_counter() - started, time.thread_time() - worked
            wait_until(lambda: model.is_complete)
            complete_s = time.perf_counter() - started
            rest(50)
        model.changed.disconnect(connection)
        return took_s, worked_s, watch.longest_s, complete_s

    def add(what: str, changes: list[Callable[[], None]]) -> None:
        times = [time_change(change) for change in changes]
        took, worked = ([one[place] * 1e3 for one in times] for place in (0, 1))
        stall, complete = (max(one[place] for one in times) * 1e3 for place in (2, 3))
        cells = (statistics.median(took), max(took), stall, statistics.median(worked), complete)
        table.add_row(what, *(f"{cell:.0f}" for cell in cells))

    sorts = ["artist", "-title", "length", "thriller", "-comedy", "path", "-added", "title"]
    add("sort by a column", [lambda sort=sort: library.sort_by(sort) for sort in sorts])
    from tagger_app.index.query import parse_query

    queries = ["thriller>0.7", "thriller>0.7 -comedy length<3:00", "strings", "night piano drama>0.5", "codec:wav", ""]
    add("filter", [lambda text=text: library.set_query(parse_query(text)) for text in queries])
    common = ["library", "library -strings", "orchestra library", "library thriller>0.7", "s", "music"]
    add(
        "filter by words that most tracks have",
        [lambda text=text: library.set_query(parse_query(text)) for text in common],
    )
    library.set_query(parse_query(""))
    wait_until(lambda: model.is_complete)
    rest(2_000)  # the mixer is made ready once nothing else is asked for

    trained = [row for row in window.panels.mixer.rows if row.slider.isEnabled()]
    with StallWatch() as watch:
        started = time.perf_counter()
        trained[0].slider.setValue(5)
        wait_until(lambda: model.mix is not None)
        first_s = time.perf_counter() - started
    table.add_row("mixer: first step after that", f"{first_s * 1e3:.0f}", "", f"{watch.longest_s * 1e3:.0f}")
    steps = [
        (lambda row=row, value=value: row.slider.setValue(value))
        for row, value in zip(trained * 10, (7, -4, 9, -12, 14, 6, 3, -8, 11, 19), strict=False)
    ]
    add(f"mixer: one step, up to {len(trained)} of {len(GENRES)} genres", steps)
    window.panels.mixer.reset()
    wait_until(lambda: model.mix is None and model.is_complete)

    library.table.setFocus()
    library.table.select_row(0)
    pages, works, empty = [], [], 0
    with StallWatch() as watch:
        for _ in range(100):
            started, worked = time.perf_counter(), time.thread_time()
            QTest.keyClick(library.table, Qt.Key.Key_PageDown)
            view.repaint()
            pages.append((time.perf_counter() - started) * 1e3)
            works.append((time.thread_time() - worked) * 1e3)
            rest(25)
            top = library.table.rowAt(0)
            empty += model.track_at(top) is None
    name = f"page down, 100 times, 40 a second ({empty} pages not yet there 25 ms later)"
    cells = (statistics.median(pages), max(pages), watch.longest_s * 1e3, statistics.median(works))
    table.add_row(name, *(f"{cell:.0f}" for cell in cells))
    bar = library.table.verticalScrollBar()
    jumps = []
    with StallWatch() as watch:
        for number in range(40):
            started = time.perf_counter()
            row = (number * 7_919_993) % max(n_rows, 1)
            bar.setValue(row)
            wait_until(lambda row=row: model.track_at(min(row, bar.value())) is not None)
            view.repaint()
            jumps.append((time.perf_counter() - started) * 1e3)
    name = "scroll bar to anywhere, until the rows are there"
    table.add_row(name, f"{statistics.median(jumps):.0f}", f"{max(jumps):.0f}", f"{watch.longest_s * 1e3:.0f}")
    console.print(table)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"{n_rows:,} tracks; peak memory of the process {peak_mb:.0f} MiB")
    window.close()
    session.close()


if __name__ == "__main__":
    main()
