"""Messages over a pipe."""

import io
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.jobs.channel import CancelJob, Channel, Unsendable, encode
from core.jobs.events import JobNotice


def over_memory(*messages):
    buffer = io.BytesIO()
    sender = Channel(io.BytesIO(), buffer)
    for message in messages:
        sender.send(message)
    return Channel(io.BytesIO(buffer.getvalue()), io.BytesIO())


@given(st.lists(st.builds(JobNotice, st.text(), st.text())))
def test_that_messages_arrive_whole_and_in_order(messages):
    receiver = over_memory(*messages)
    assert [receiver.receive() for _ in messages] == messages


def test_that_a_closed_pipe_is_the_end():
    with pytest.raises(EOFError):
        over_memory().receive()


@given(st.data())
def test_that_a_message_cut_anywhere_is_the_end(data):
    whole = io.BytesIO()
    Channel(io.BytesIO(), whole).send(JobNotice("job", "text"))
    cut = data.draw(st.integers(0, len(whole.getvalue()) - 1))
    with pytest.raises(EOFError):
        Channel(io.BytesIO(whole.getvalue()[:cut]), io.BytesIO()).receive()


def test_that_what_cannot_be_pickled_is_refused_before_a_byte_is_sent():
    sent = io.BytesIO()
    with pytest.raises(Unsendable, match="JobNotice cannot cross"):
        Channel(io.BytesIO(), sent).send(JobNotice("job", threading.Lock()))
    assert sent.getvalue() == b""


def test_that_an_oversize_message_is_refused():
    with pytest.raises(Unsendable, match="over the limit of 100"):
        encode(CancelJob("x" * 200), limit=100)


def test_that_threads_do_not_mix_their_messages():
    buffer = io.BytesIO()
    sender = Channel(io.BytesIO(), buffer)

    def send_some(name):
        for _ in range(200):
            sender.send(JobNotice(name, name * 50))

    threads = [threading.Thread(target=send_some, args=[name]) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    receiver = Channel(io.BytesIO(buffer.getvalue()), io.BytesIO())
    received = [receiver.receive() for _ in range(800)]
    assert all(event.text == event.job * 50 for event in received)
