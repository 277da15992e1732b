from __future__ import annotations

import shutil
import threading
from contextlib import closing

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QCheckBox, QLabel, QListWidget, QProgressBar, QPushButton
from sound_samples import write_music

from tagger_app.gui.docks import show_dock
from tagger_app.gui.main_window import MainWindow
from tagger_app.gui.scanning.controller import ScanController
from tagger_app.gui.scanning.failures import FailuresPanel
from tagger_app.gui.scanning.gate import Gate
from tagger_app.gui.scanning.pace import Pace
from tagger_app.gui.scanning.panel import ScanPanel
from tagger_app.gui.wording import plain_tip, read_position, show_length, show_position
from tagger_app.index.connection import open_for_reading
from tagger_app.index.ledger import list_failures, list_roots
from tagger_app.index.query import parse_query
from tagger_app.index.search import count, search
from tagger_app.scan import scan as scanning
from tagger_app.scan.events import IndexLocked, IndexReleased, TrackBegun
from tagger_app.settings import Settings
from tagger_app.tagging.containers import read_metadata

WAIT_MS = 60_000


class Log(QObject):
    """What the controller said, in order."""

    def __init__(self, controller):
        super().__init__()
        self.said, self.problems, self.released = [], [], []
        for name in ("started", "finished", "tracks_changed", "queue_changed"):
            getattr(controller, name).connect(lambda name=name: self.said.append(name))
        controller.problem.connect(self.problems.append)
        controller.before_tags_written.connect(self.released.append)


@pytest.fixture
def music(tmp_path):
    folder = tmp_path / "music"
    folder.mkdir()
    for number in range(3):
        write_music(folder / f"{number}.flac", 2.0, "flac", seed=number)
    return folder


@pytest.fixture
def controller(workspace):
    controller = ScanController(workspace)
    controller.n_workers = 1
    yield controller
    controller.cancel_all()


@pytest.fixture
def log(controller):
    return Log(controller)


def texts(widget, kind):
    return [child.text() for child in widget.findChildren(kind) if child.isVisibleTo(widget)]


def button(widget, start):
    (found,) = [child for child in widget.findChildren(QPushButton) if child.text().replace("&", "").startswith(start)]
    return found


def hold_scans(monkeypatch):
    """Let scans wait before each event that says what became of something, until they are told to go on."""
    go_on = threading.Semaphore(0)
    real = scanning.scan

    def held(*arguments):
        for event in real(*arguments):
            if not isinstance(event, TrackBegun):
                go_on.acquire(timeout=30)
            yield event

    monkeypatch.setattr("tagger_app.scan.scan.scan", held)
    return go_on


def test_a_scan_fills_the_index_and_says_so(qtbot, controller, log, music, index_path):
    panel = ScanPanel(controller)
    qtbot.addWidget(panel)
    assert "No scan is running" in texts(panel, QLabel)
    with qtbot.waitSignal(controller.finished, timeout=WAIT_MS):
        controller.scan([str(music)])
        assert controller.is_busy
        assert f"Scanning {music}" in texts(panel, QLabel)
    assert not controller.is_busy
    with closing(open_for_reading(index_path)) as connection:
        assert count(connection, parse_query("")) == 3
    assert log.said[-2:] == ["tracks_changed", "finished"]
    assert log.problems == []
    assert {"The scan is done", "3", "listened to"} <= set(texts(panel, QLabel))
    assert not panel.findChild(QProgressBar).isVisibleTo(panel)


def test_files_that_fail_are_listed_and_tried_again(qtbot, controller, workspace, music, index_path):
    (music / "0.flac").write_bytes(b"no music")
    (music / "1.flac").write_bytes(b"")
    with qtbot.waitSignal(controller.finished, timeout=WAIT_MS):
        controller.scan([str(music)])
    failures = FailuresPanel(workspace)
    qtbot.addWidget(failures)
    model = failures._model
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    assert [model.index(row, 0).data() for row in range(2)] == ["0.flac", "1.flac"]
    assert model.index(1, 1).data() == "is empty"
    assert model.index(0, 2).data() == str(music)

    failures._filter.setText("EMPTY 1.fl")
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    with qtbot.waitSignal(failures.retry_requested) as asked:
        button(failures, "Try all again").click()
    assert asked.args == [[str(music / "1.flac")]]

    failures._table.selectRow(0)
    with qtbot.waitSignal(failures.show_requested) as shown:
        button(failures, "Show in table").click()
    with closing(open_for_reading(index_path)) as connection:
        assert [track.path for track in search(connection, parse_query(shown.args[0]))] == [str(music / "1.flac")]
    failures._table.clearSelection()
    with qtbot.waitSignal(failures.show_requested) as again:
        failures._table.activated.emit(model.index(0, 0))
    assert again.args == shown.args

    write_music(music / "1.flac", 2.0, "flac", seed=1)
    with qtbot.waitSignal(controller.finished, timeout=WAIT_MS):
        controller.retry(asked.args[0])
    failures._filter.clear()
    failures.refresh()
    qtbot.waitUntil(lambda: model.n_failures == 1 and model.index(0, 0).data() == "0.flac")
    with closing(open_for_reading(index_path)) as connection:
        assert [root.path for root in list_roots(connection)] == [str(music)]
        assert len(list_failures(connection)) == 1


def test_a_second_scan_waits_and_is_shown(qtbot, controller, log, music, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    write_music(other / "a.flac", 2.0, "flac", seed=9)
    go_on = hold_scans(monkeypatch)
    panel = ScanPanel(controller)
    qtbot.addWidget(panel)
    controller.scan([str(music)])
    controller.scan([str(other)])
    controller.scan([str(other)])
    controller.scan([str(tmp_path)])
    assert [request.paths for request in controller.waiting] == [(str(other),), (str(tmp_path),)]
    queue = next(child for child in panel.findChildren(QListWidget) if child.accessibleName() == "Scans that wait")
    assert [queue.item(row).text() for row in range(queue.count())] == [str(other), str(tmp_path)]
    queue.setCurrentRow(1)
    button(panel, "Remove from queue").click()
    assert [request.paths for request in controller.waiting] == [(str(other),)]
    go_on.release(100)
    qtbot.waitUntil(lambda: log.said.count("finished") == 2, timeout=WAIT_MS)
    assert [name for name in log.said if name in ("started", "finished")] == ["started", "finished"] * 2
    assert controller.waiting == ()


def test_files_in_work_are_shown(qtbot, controller, music, monkeypatch):
    panel = ScanPanel(controller)
    qtbot.addWidget(panel)
    go_on = hold_scans(monkeypatch)
    controller.scan([str(music)])
    assert controller.current_files == ()
    go_on.release(1)
    qtbot.waitUntil(lambda: controller.current_files == (str(music / "0.flac"),), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: str(music / "0.flac") in texts(panel, QLabel))
    go_on.release(1)
    qtbot.waitUntil(lambda: controller.current_files == (str(music / "1.flac"),), timeout=WAIT_MS)
    with qtbot.waitSignal(controller.finished, timeout=WAIT_MS):
        go_on.release(100)
    assert controller.current_files == ()
    assert not any(str(music) in text for text in texts(panel, QLabel))


def test_a_locked_library_is_said(qtbot, controller, music, monkeypatch):
    panel = ScanPanel(controller)
    qtbot.addWidget(panel)
    go_on = hold_scans(monkeypatch)
    controller.scan([str(music)])
    for event, is_said in ((IndexLocked("library.db", 3.0), True), (IndexReleased("library.db"), False)):
        controller._take(event)
        panel._show_progress()
        assert any("keeps the library locked" in text for text in texts(panel, QLabel)) == is_said
    go_on.release(100)
    qtbot.waitUntil(lambda: not controller.is_busy, timeout=WAIT_MS)


def test_a_paused_scan_takes_no_more_and_goes_on(qtbot, controller, log, music, monkeypatch):
    panel = ScanPanel(controller)
    qtbot.addWidget(panel)
    go_on = hold_scans(monkeypatch)
    controller.scan([str(music)])
    go_on.release(2)
    qtbot.waitUntil(lambda: controller.report.n_done == 1, timeout=WAIT_MS)
    button(panel, "Pause").click()
    assert controller.is_paused
    go_on.release(100)
    qtbot.wait(100)
    assert controller.report.n_done <= 2
    assert any(text.startswith("Paused") for text in texts(panel, QLabel))
    with qtbot.waitSignal(controller.finished, timeout=WAIT_MS):
        button(panel, "Resume").click()
    assert controller.report.n_done == 3
    assert controller.report.finished


@pytest.mark.parametrize("paused", [False, True])
def test_a_cancelled_scan_keeps_what_it_heard(qtbot, controller, music, index_path, monkeypatch, paused):
    panel = ScanPanel(controller)
    qtbot.addWidget(panel)
    go_on = hold_scans(monkeypatch)
    controller.scan([str(music)])
    go_on.release(2)
    qtbot.waitUntil(lambda: controller.report.n_done == 1, timeout=WAIT_MS)
    if paused:
        controller.pause()
    with qtbot.waitSignal(controller.finished, timeout=WAIT_MS):
        button(panel, "Cancel").click()
        assert controller.is_stopping
        go_on.release(1)
    assert controller.report.finished is None
    assert "The scan was cancelled; what was heard is kept" in texts(panel, QLabel)
    with closing(open_for_reading(index_path)) as connection:
        assert 1 <= count(connection, parse_query("")) < 3
    go_on.release(100)
    with qtbot.waitSignal(controller.finished, timeout=WAIT_MS):
        controller.scan([str(music)])
    with closing(open_for_reading(index_path)) as connection:
        assert count(connection, parse_query("")) == 3


def test_tags_are_written_after_the_player_lets_go(qtbot, controller, log, music):
    with qtbot.waitSignal(controller.finished, timeout=WAIT_MS):
        controller.scan([str(music)], write_tags=True)
    assert log.released == [[str(music)]]
    assert controller.report.n_tagged == 3
    assert "FILMGENRE_MODEL" in read_metadata(music / "0.flac").fields


def test_a_folder_that_vanished_is_told(qtbot, controller, log, music, index_path):
    panel = ScanPanel(controller)
    qtbot.addWidget(panel)
    with qtbot.waitSignal(controller.finished, timeout=WAIT_MS):
        controller.scan([str(music)])
    shutil.move(music, f"{music}-away")
    with qtbot.waitSignal(controller.finished, timeout=WAIT_MS):
        controller.scan([str(music)])
    (problem,) = log.problems
    assert problem.startswith(str(music))
    notices = next(child for child in panel.findChildren(QListWidget) if "couldn't" in child.accessibleName())
    assert notices.item(0).text() == problem
    with closing(open_for_reading(index_path)) as connection:
        assert count(connection, parse_query("status:offline")) == 3


def test_without_models_nothing_is_scanned(qtbot, no_bundle_workspace, music):
    controller = ScanController(no_bundle_workspace)
    log = Log(controller)
    controller.scan([str(music)])
    assert not controller.is_busy
    assert log.problems == ["Nothing can be scanned: there are no models here"]


def test_an_index_that_can_not_be_written_is_told(qtbot, controller, log, music, index_path):
    panel = ScanPanel(controller)
    qtbot.addWidget(panel)
    index_path.write_bytes(b"SQLite format 3, or so it says" * 100)
    with qtbot.waitSignal(controller.finished, timeout=WAIT_MS):
        controller.scan([str(music)])
    assert any(text.startswith("The scan failed: ") for text in texts(panel, QLabel))
    assert len(log.problems) == 1


def test_an_empty_list_of_failures_says_so(qtbot, workspace):
    panel = FailuresPanel(workspace)
    qtbot.addWidget(panel)
    qtbot.waitUntil(lambda: any("No failures" in text for text in texts(panel, QLabel)))
    assert not button(panel, "Try all again").isEnabled()
    assert not button(panel, "Show in table").isEnabled()


def test_failures_of_an_index_that_is_gone(qtbot, workspace, index_path):
    index_path.unlink()
    panel = FailuresPanel(workspace)
    qtbot.addWidget(panel)
    qtbot.waitUntil(lambda: any("there is no index" in text for text in texts(panel, QLabel)))


def test_the_model_keeps_the_rules(qtbot, qtmodeltester, controller, workspace, music):
    (music / "0.flac").write_bytes(b"x")
    with qtbot.waitSignal(controller.finished, timeout=WAIT_MS):
        controller.scan([str(music)])
    panel = FailuresPanel(workspace)
    qtbot.addWidget(panel)
    qtbot.waitUntil(lambda: panel._model.rowCount() == 1)
    qtmodeltester.check(panel._model)


def test_every_control_has_a_name(qtbot, controller, workspace):
    for panel in (ScanPanel(controller), FailuresPanel(workspace)):
        qtbot.addWidget(panel)
        for control in panel.findChildren(QPushButton):
            assert control.text() or control.accessibleName()
        for listing in panel.findChildren(QListWidget):
            assert listing.accessibleName()


def test_a_gate_ends_a_generator_that_is_held():
    closed = []

    def events():
        try:
            yield from range(10)
        finally:
            closed.append(True)

    gate = Gate()
    gate.pause()
    taken = []
    thread = threading.Thread(target=lambda: taken.extend(gate.pass_on(events())))
    thread.start()
    gate.stop()
    thread.join(5)
    assert (taken, closed) == ([0], [True])


def test_pace_leaves_out_pauses():
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert (pace.left_s(100), pace.times_realtime) == (None, None)
    now[0] = 10.0
    pace.note(1_000, 300.0)
    assert (pace.left_s(500), pace.times_realtime) == (5.0, 30.0)
    pace.pause()
    now[0] = 1_000.0
    pace.resume()
    assert pace.active_s == 10.0
    now[0] = 1_100.0
    pace.note(1_500, 400.0)
    assert pace.left_s(500) == pytest.approx(100.0)


def test_times_are_worded_and_read():
    assert (show_length(187.4), show_length(3750), show_position(83.4499)) == ("3:07", "1:02:30", "1:23.450")
    assert [read_position(text) for text in ("1:23.45", "83,45", "1:02:03", " 0:05 ")] == [83.45, 83.45, 3723.0, 5.0]
    assert [read_position(text) for text in ("", "x", "1:", "-1", "1:2:3:4", "1.5:3", "²")] == [None] * 7
    assert plain_tip("<b>&\n") == "<p style='white-space: pre-wrap'>&lt;b&gt;&amp;<br></p>"


def test_nothing_has_to_be_scrolled_at_the_first_height(qtbot, workspace, music, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    go_on = hold_scans(monkeypatch)
    window = MainWindow(workspace, Settings(n_workers=1))
    with qtbot.waitExposed(window):
        window.show()
    (music / "broken.flac").write_bytes(b"no music")
    scans, dock = window.panels.scans, window.docks.scan
    show_dock(dock)
    scans.scan([str(music)])
    scans.scan([str(other)])
    go_on.release(4)
    qtbot.waitUntil(lambda: scans.report is not None and scans.report.n_done >= 3, timeout=WAIT_MS)
    assert scans.waiting
    bar = dock.widget().verticalScrollBar()
    qtbot.waitUntil(lambda: not bar.isVisible() and bar.maximum() == 0)
    assert dock.widget().widget().height() >= dock.widget().widget().minimumSizeHint().height()
    go_on.release(100)
    qtbot.waitUntil(lambda: not scans.is_busy, timeout=WAIT_MS)
    window.close()
    window.deleteLater()


def test_the_choice_of_tags_goes_with_the_folder(qtbot, controller):
    panel = ScanPanel(controller)
    qtbot.addWidget(panel)
    box = next(box for box in panel.findChildren(QCheckBox) if "tags" in box.text())
    box.setChecked(True)
    with qtbot.waitSignal(panel.folder_wanted) as asked:
        button(panel, "Scan a folder …").click()
    assert asked.args == [True]
