"""Following a scan: a progress bar while it runs, and a report of what it did."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from tagger_app.cli.output import count_of, print_failures, show_length, show_rate
from tagger_app.errors import displayable
from tagger_app.scan.events import IndexLocked, IndexReleased, ScanEvent
from tagger_app.scan.report import ScanReport


def follow_scan(events: Generator[ScanEvent, None, None], console: Console) -> ScanReport:
    """Run a scan to its end or to a Ctrl-C, with a progress bar if the console is a terminal.

    Ctrl-C ends it in good order, and `finished` of the report stays None. Inside `one_interrupt` a second one has no
    effect: the index is being closed, which takes a moment.
    """
    report = ScanReport()
    started = time.monotonic()
    with _progress_bar(console) as progress:
        task = progress.add_task("", total=None, files="looking for music", rate="")
        try:
            for event in events:
                report.add(event)
                _tell_of_lock(event, progress.console)
                if report.n_pending or report.n_tagged:
                    took_s = time.monotonic() - started
                    # An unknown total shows as a moving bar.
                    progress.update(
                        task,
                        completed=report.done_bytes,
                        total=report.pending_bytes or None,
                        files=_show_progress(report),
                        rate=show_rate(report.heard_s, took_s),
                    )
        except KeyboardInterrupt:
            progress.update(task, rate="stopping")
        finally:
            events.close()
    report.took_s = time.monotonic() - started
    return report


def _tell_of_lock(event: ScanEvent, console: Console) -> None:
    match event:
        case IndexLocked(path):
            text = "is locked by another program; what is heard is kept, and written when that program lets go"
            console.print(Text(f"{displayable(path)}: {text}"), soft_wrap=True)
        case IndexReleased(path):
            console.print(Text(f"{displayable(path)}: can be written again"), soft_wrap=True)


def _show_progress(report: ScanReport) -> str:
    parts = [f"{report.n_done:,}/{report.n_pending:,} files"] if report.n_pending else []
    if report.failed:
        parts.append(f"{len(report.failed):,} failed")
    if not report.n_pending:
        parts.append(f"{count_of(report.n_tagged, 'file')} tagged")
    return ", ".join(parts)


class _TimeLeft(TimeRemainingColumn):
    """The time left, in words; nothing as long as it can't be told."""

    def render(self, task: Task) -> Text:
        if task.finished or task.time_remaining is None:
            return Text("")
        return Text(f"{show_length(task.time_remaining)} left")


def _progress_bar(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.fields[files]}", markup=False),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[rate]}", markup=False),
        _TimeLeft(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
        expand=True,
        speed_estimate_period=120.0,
    )


@contextmanager
def one_interrupt() -> Iterator[None]:
    """Let the first Ctrl-C interrupt, and ignore those after it: all that is left to do is to end in good order."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    interrupted = False

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        nonlocal interrupted
        interrupted = True
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        if not interrupted:
            signal.signal(signal.SIGINT, before)


def print_report(report: ScanReport, console: Console, errors: Console) -> None:
    """What a scan did, to people: numbers on standard output, each failure with its reason on standard error."""
    print_failures(errors, "couldn't be read", report.failed)
    print_failures(errors, "couldn't be tagged", report.untagged)
    for path, reason in report.offline:
        errors.print(Text(f"Offline: {displayable(path)}: {displayable(reason)}"), soft_wrap=True)
    for path, reason in report.unreadable:
        errors.print(Text(f"Not looked at: {displayable(path)}: {displayable(reason)}"), soft_wrap=True)
    for line in _report_lines(report):
        console.print(line, soft_wrap=True)


def _report_lines(report: ScanReport) -> Iterator[str]:
    n_files = sum(root.n_files for root in report.listed)
    n_unchanged = sum(root.n_unchanged for root in report.listed)
    n_failed_before = sum(root.n_failed_before for root in report.listed)
    n_missing = sum(root.n_missing for root in report.listed)
    rate = show_rate(report.heard_s, report.took_s)
    yield f"{count_of(n_files, 'file')} looked at in {show_length(report.took_s)}{f' ({rate})' if rate else ''}"
    counts = (
        (report.n_listened, f"listened to, {show_length(report.heard_s)} of music"),
        (report.n_recognised, "recognised by their sound"),
        (n_unchanged, "unchanged since the last scan"),
        (len(report.failed), "failed"),
        (n_failed_before, "failed before and not tried again (--retry-failed does)"),
        (n_missing, "gone since the last scan; what was heard of them is kept"),
        (report.n_tagged, "tagged (cuefit tags undo --batch last takes it back)"),
        (report.n_tagged_before, "tagged before"),
        (len(report.untagged), "not tagged"),
    )
    width = max(len(f"{number:,}") for number, _ in counts)
    for number, what in counts:
        if number:
            yield f"  {number:>{width},} {what}"
    if report.finished:
        n_tracks, n_failed = report.finished.n_tracks, report.finished.n_failed
        kept = f" and remembers {count_of(n_failed, 'failure')}" if n_failed else ""
        yield f"The index now holds {count_of(n_tracks, 'track')} from here{kept}."
    else:
        yield "Stopped. What was done is kept; the same command goes on from here."
