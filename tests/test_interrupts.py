"""A Ctrl-C that is put off."""

from __future__ import annotations

import signal

import pytest

from tagger_app.interrupts import put_off_interrupts

pytestmark = pytest.mark.usefixtures("interrupts")


def test_an_interrupt_that_was_put_off_comes_at_the_end_once():
    reached: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        _interrupted(reached)
    assert reached == ["end"]
    with put_off_interrupts():
        reached.append("again")
    assert reached == ["end", "again"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_error_within_goes_before_an_interrupt():
    with pytest.raises(ValueError, match="first"):
        _interrupted([], ValueError("first"))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def _interrupted(reached: list[str], error: Exception | None = None) -> None:
    with put_off_interrupts():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        reached.append("end")
        if error is not None:
            raise error
    reached.append("after")
