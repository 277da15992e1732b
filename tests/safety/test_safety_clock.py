"""Clocks that are set, and computers that sleep: no file is condemned for it, and what came last is undone first."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from safety_library import SafetyLibrary

from tagger_app.scan import pool as pooling
from tagger_app.scan.events import RootListed, ScanFinished, TrackFailed
from tagger_app.tagging import journal as journaling
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.undo import undo_writes
from tagger_app.tagging.write import write_fields


def test_a_clock_that_is_set_back_or_forward_condemns_no_file(
    library: SafetyLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        library.add(f"{number}.wav", seed=number)
    whole = time.time
    day_s = 86_400.0
    with monkeypatch.context() as patch:
        for event in library.start_scan():
            if isinstance(event, RootListed):
                patch.setattr(time, "time", lambda: whole() + random.choice((-day_s, day_s)))
            assert not isinstance(event, TrackFailed)
    assert library.scan()[-1] == ScanFinished(3, 0)


def test_the_last_write_is_undone_first_though_the_clock_was_set_back(
    library: SafetyLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = library.add("a.flac", kind="flac")
    with Journal.open(tmp_path / "j.db") as journal:
        write_fields(str(path), {"FILMGENRE_ACTION": ("0.10",)}, journal, "first")

        class Yesterday(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return datetime(2020, 1, 1, tzinfo=UTC)

        monkeypatch.setattr(journaling, "datetime", Yesterday)
        write_fields(str(path), {"FILMGENRE_ACTION": ("0.20",)}, journal, "second")
        monkeypatch.undo()
        assert [entry.batch for entry in journal.entries()] == ["second", "first"]
        assert len(list(undo_writes(journal, since=datetime.now(UTC) - timedelta(hours=1)))) == 1
        list(undo_writes(journal))
    assert library.fields(path) == {}


def test_a_computer_that_sleeps_condemns_no_file(library: SafetyLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time in which the parent doesn't run isn't time in which a worker was slow."""
    library.add("a.wav")
    whole, slept_s = time.monotonic, 0.0

    class Clock:
        monotonic = staticmethod(lambda: whole() + slept_s)

    monkeypatch.setattr(pooling, "time", Clock)
    for event in library.start_scan():
        if isinstance(event, RootListed):
            slept_s = 36_000.0
        assert not isinstance(event, TrackFailed)
    assert library.tracks().keys() == {"a.wav"}
