"""File names for people."""

import os

from hypothesis import given
from hypothesis import strategies as st

from core.media.names import printable


def test_that_an_ordinary_path_is_left_alone():
    assert printable("Größe/図 1.jpg") == "Größe/図 1.jpg"


def test_that_undecodable_bytes_and_line_breaks_are_spelled_out():
    assert printable(os.fsdecode(b"caf\xe9.jpg")) == "caf\\xe9.jpg"
    assert printable("a\nb\tc") == "a\\x0ab\\x09c"


@given(st.binary(max_size=40))
def test_that_any_name_can_be_printed_on_one_line(name):
    text = printable(os.fsdecode(name))
    assert text.encode("utf-8").decode() == text
    assert len(text.splitlines()) <= 1
