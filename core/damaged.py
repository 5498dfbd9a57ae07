"""Why a file of JSON or of tensors cannot be used, in words that need no knowledge of the library that refused it."""

from __future__ import annotations

import errno
import json
import re
from typing import Final

_LONGEST: Final = 200
_SHOWN: Final = 60
_JSON: Final = {
    "Expecting value": "a value is missing",
    "Expecting ',' delimiter": "a comma, or an end, is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Expecting property name enclosed in double quotes": "a name in double quotes is missing",
    "Illegal trailing comma before end of object": "a comma stands before an end",
    "Illegal trailing comma before end of array": "a comma stands before an end",
    "Unterminated string starting at": "a text is never closed",
    "Invalid control character at": "a text goes over its line",
    "Invalid \\escape": "a backslash stands before what it cannot",
    "Invalid \\uXXXX escape": "a backslash stands before what it cannot",
    "Extra data": "more comes after its end",
    "Unexpected UTF-8 BOM (decode using utf-8-sig)": "a byte order mark stands before it",
}
"""By the words of Python's own reader."""
_TENSORS: Final = (
    (re.compile("not valid utf-8"), "its folder or name is no text in UTF-8, as the reader of such files needs"),
    (re.compile("header ?too ?(small|large)|invalid ?header ?length"), "it is cut off, or no .safetensors file"),
    (re.compile("incomplete"), "it is cut off, or something was added to it"),
    (re.compile("json|utf-8|header ?(deserialization|start)"), "its header is damaged, or of a newer kind"),
    (re.compile("offset|overflow|shape|tensor"), "its tensors do not lie as its header says"),
)
"""By the words of the package safetensors, of several versions."""


def json_problem(error: ValueError | RecursionError) -> str:
    """ "line 3, column 7: a comma is missing"; of what is no fault of JSON the error's own words."""
    match error:
        case json.JSONDecodeError() if not error.doc.strip():
            return "it is empty"
        case json.JSONDecodeError():
            what = _JSON.get(error.msg.removesuffix(":"), "this is not JSON")
            return f"line {error.lineno}, column {error.colno}: {what}"
        case UnicodeDecodeError():
            return f"it is no text in UTF-8 (byte {error.start + 1:,})"
        case RecursionError():
            return "it is nested too deeply"
        case _:
            return str(error)


def name_problem(error: BaseException) -> str | None:
    """Of a name that the system takes none of that length of, or a library none of that is no text; else None."""
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return f"{str(error.filename)[:_SHOWN]}… is longer than a path can be on this disk; choose a shorter one"
    if not isinstance(error, UnicodeEncodeError) or "surrogates" not in error.reason:
        return None
    return f"{error.object[:_LONGEST]} is no text in UTF-8, which is needed here; name a file or folder whose path is"


def tensors_problem(error: Exception) -> str:
    """Of an error of the package safetensors."""
    said = str(error).lower()
    return next(
        (text for words, text in _TENSORS if words.search(said.partition("header: ")[2] or said)), "it is damaged"
    )
