"""A Ctrl-C that comes in the worst moments of a scan."""

from __future__ import annotations

import signal
from contextlib import closing

import pytest

from tagger_app.index.changes import PutFailure, PutTrack
from tagger_app.index.writer import IndexWriter
from tagger_app.scan.events import TrackDone, TrackFailed

pytestmark = pytest.mark.usefixtures("interrupts")


def _interrupt_after(change_type, monkeypatch: pytest.MonkeyPatch) -> None:
    put = IndexWriter.put

    def put_and_interrupt(writer: IndexWriter, change) -> None:
        put(writer, change)
        if isinstance(change, change_type):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(IndexWriter, "put", put_and_interrupt)


@pytest.mark.parametrize(("kept", "told"), [(PutTrack, TrackDone), (PutFailure, TrackFailed)])
def test_what_the_index_was_given_is_told_before_the_interrupt_comes(library, monkeypatch, kept, told):
    if told is TrackDone:
        library.add("a.wav", seconds=1.5)
    else:
        (library.root / "a.wav").write_bytes(b"RIFF and no more")
    _interrupt_after(kept, monkeypatch)
    events = []
    with closing(library.start_scan()) as scan, pytest.raises(KeyboardInterrupt):
        events.extend(scan)  # what came before the interrupt is in it
    assert [type(event) for event in events].count(told) == 1
    assert isinstance(events[-1], told)
    assert library.tracks().keys() == {"a.wav"}
