"""File names as text.

Inside the program a name is what Python makes of it: bytes that are not UTF-8 become lone surrogates
("surrogateescape"), so every file can be opened again by its name. JSON carries them as `\\udcXX`. Such text can be
neither printed nor drawn; `printable` is for people.
"""

from __future__ import annotations


def printable(path: str) -> str:
    """The path with undecodable bytes and control characters written as `\\xNN`, on one line."""
    if path.isprintable():
        return path
    return "".join(letter if letter.isprintable() else _escaped(letter) for letter in path)


def _escaped(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # an undecodable byte
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
