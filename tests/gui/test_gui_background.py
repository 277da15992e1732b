from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from tagger_app.errors import LibraryIndexError
from tagger_app.gui.background import Background


class Answers(QObject):
    """What came back, and on which thread."""

    def __init__(self):
        super().__init__()
        self.results, self.errors, self.threads, self.n_done = [], [], [], 0

    def take(self, result):
        self.results.append(result)
        self.threads.append(threading.current_thread())

    def fail(self, error):
        self.errors.append(error)
        self.threads.append(threading.current_thread())

    def end(self):
        self.n_done += 1


@pytest.fixture
def answers(qapp):
    return Answers()


def test_a_result_comes_back_on_the_gui_thread(qtbot, background, answers):
    task = background.submit(threading.current_thread, answers.take, answers.fail)
    qtbot.waitUntil(lambda: bool(answers.results))
    assert answers.results[0] is not threading.current_thread()
    assert answers.threads == [threading.current_thread()]
    assert not task.is_running


def test_an_expected_error_goes_to_failed(qtbot, background, answers):
    error = LibraryIndexError(Path("library.db"), "is locked")

    def work():
        raise error

    background.submit(work, answers.take, answers.fail)
    qtbot.waitUntil(lambda: bool(answers.errors))
    assert answers.errors == [error]
    assert answers.results == []
    assert answers.threads == [threading.current_thread()]


def test_a_bug_surfaces_on_the_gui_thread(qtbot, background, answers):
    with qtbot.captureExceptions() as bugs:
        task = background.submit(lambda: 1 / 0, answers.take, answers.fail)
        qtbot.waitUntil(lambda: bool(bugs))
    assert bugs[0][0] is ZeroDivisionError
    assert not task.is_running
    assert (answers.results, answers.errors) == ([], [])


def test_a_cancelled_task_answers_nobody(qtbot, background, answers):
    go_on = threading.Event()
    task = background.submit(go_on.wait, answers.take, answers.fail)
    assert task.is_running
    task.cancel()
    assert not task.is_running
    go_on.set()
    assert task.wait(5)
    background.submit(lambda: "later", answers.take, answers.fail)
    qtbot.waitUntil(lambda: bool(answers.results))
    assert answers.results == ["later"]


def test_a_deleted_receiver_is_not_called(qtbot, background, answers):
    doomed = Answers()
    go_on = threading.Event()
    task = background.submit(go_on.wait, doomed.take, doomed.fail)
    doomed.deleteLater()
    qtbot.wait(10)
    go_on.set()
    task.wait(5)
    background.submit(lambda: 1, answers.take, answers.fail)
    qtbot.waitUntil(lambda: bool(answers.results))
    assert doomed.results == []


def test_events_come_in_order_then_done(qtbot, background, answers):
    def events():
        yield from range(5_000)

    background.follow(events, answers.take, answers.end, answers.fail)
    qtbot.waitUntil(lambda: answers.n_done == 1)
    assert answers.results == list(range(5_000))
    assert set(answers.threads) == {threading.current_thread()}


def test_a_generator_that_fails_gives_what_came_before(qtbot, background, answers):
    def events():
        yield 1
        raise LibraryIndexError(Path("library.db"), "is full")

    background.follow(events, answers.take, answers.end, answers.fail)
    qtbot.waitUntil(lambda: bool(answers.errors))
    assert (answers.results, answers.n_done) == ([1], 0)


def test_a_cancelled_generator_is_closed_on_its_own_thread(qtbot, background, answers):
    closed_by = []

    def events():
        try:
            while True:
                yield time.monotonic()
        finally:
            closed_by.append(threading.current_thread())

    task = background.follow(events, answers.take, answers.end, answers.fail)
    qtbot.waitUntil(lambda: bool(answers.results))
    task.cancel()
    assert task.wait(5)
    n_results = len(answers.results)
    qtbot.wait(20)
    assert len(answers.results) == n_results
    assert answers.n_done == 0
    assert closed_by != [threading.current_thread()]
    assert len(closed_by) == 1


def test_closing_ends_everything(qapp, answers):
    background = Background()
    closed = threading.Event()

    def events():
        try:
            while True:
                time.sleep(0.001)
                yield 1
        finally:
            closed.set()

    background.follow(events, answers.take, answers.end, answers.fail)
    background.submit(lambda: 1, answers.take, answers.fail)
    background.close()
    assert closed.is_set()
    begun = []
    task = background.submit(lambda: begun.append(1), answers.take, answers.fail)
    assert not task.is_running
    assert task.wait(0)
    assert begun == []
