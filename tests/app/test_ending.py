"""Ctrl+C in the terminal ends the window in its own way, and a second one at once."""

import os
import signal
import sys

import pytest

from app.ending import EndOnInterrupt

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def test_that_the_first_interrupt_ends_the_window_and_the_next_the_program(qapp, qtbot):
    before, ended = signal.getsignal(signal.SIGINT), []
    interrupt = EndOnInterrupt(lambda: ended.append(True), qapp)
    try:
        assert not interrupt.happened
        os.kill(os.getpid(), signal.SIGINT)
        qtbot.waitUntil(lambda: ended == [True])
        assert interrupt.happened
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    finally:
        interrupt.stop()
    assert signal.getsignal(signal.SIGINT) is before


def test_that_other_signals_end_nothing(qapp, qtbot):
    ended = []
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    interrupt = EndOnInterrupt(lambda: ended.append(True), qapp)
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
        qtbot.wait(50)
        assert not ended and not interrupt.happened
    finally:
        interrupt.stop()
        signal.signal(signal.SIGUSR1, before)
