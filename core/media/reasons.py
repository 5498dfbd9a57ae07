"""Why a file cannot be read as a picture, in one line for a person."""

from __future__ import annotations

import struct
import zlib

from PIL import Image, UnidentifiedImageError

from core.media.system_reasons import SYSTEM, one_line, system_reason

PARSER_FAULTS = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    SyntaxError,
    EOFError,
    AssertionError,
    struct.error,
    zlib.error,
)
"""What Pillow's parsers raise on hostile bytes."""

HEAD_BYTES = 512
"""Enough of a file's start for `kind_of_file`."""

_PICTURES = (
    (b"\xff\xd8", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"DDS ", "DDS"),
    (b"8BPS", "PSD"),
    (b"\0\0\0\x0cjP", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
)
_OTHERS = (
    (b"%!PS", "PostScript: refused, because reading it would start another program"),
    (b"\xc5\xd0\xd3\xc6", "PostScript (EPS): refused, because reading it would start another program"),
    (b"\xd7\xcd\xc6\x9a", "Windows metafile: refused, because only the system can draw it"),
    (b"%PDF", "a PDF document, not a picture"),
    (b"\xff\x0a", "JPEG XL: no decoder for it; convert it to PNG or JPEG"),
    (b"\0\0\0\x0cJXL ", "JPEG XL: no decoder for it; convert it to PNG or JPEG"),
    (b"FUJIFILMCCD-RAW", "a raw camera file: convert it to TIFF or JPEG"),
    (b"GRIB", "GRIB weather data, not a picture"),
    (b"BUFR", "BUFR weather data, not a picture"),
    (b"\x89HDF", "HDF5 data, not a picture"),
    (b"SQLite format 3", "a database, not a picture"),
    (b"PK\x03\x04", "a ZIP archive, not a picture"),
    (b"\x1f\x8b", "a gzip archive, not a picture"),
    (b"\x1aE\xdf\xa3", "a video, not a picture"),
    (b"\0\0\x01\xba", "a video, not a picture"),
    (b"\0\0\x01\xb3", "a video, not a picture"),
    (b"P7\n", "PAM: no decoder for it; convert it to PNG"),
    (b"PF\n", "PFM in colour: no decoder for it; convert it to TIFF or PNG"),
    (b"#?RADIANCE", "Radiance HDR: no decoder for it; convert it to TIFF or PNG"),
)
_BRANDS = {
    b"avif": "broken AVIF: its header cannot be read",
    b"avis": "broken AVIF: its header cannot be read",
    b"crx ": "a raw camera file: convert it to TIFF or JPEG",
    **dict.fromkeys(
        (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"), "HEIC: no decoder for it; convert it to JPEG"
    ),
}
_CUT_SHORT = "truncated", "end of file", "unexpected eof", "not enough", "unpack requires", "unpack_from requires"
_PHRASES = (
    ("tile cannot extend outside", "a frame lies outside the picture"),
    ("max_text", "a text in it unpacks to more than any caption has"),
    ("could not create decoder", "its data cannot be decoded"),
    ("cannot load this image", "its data cannot be decoded"),
    ("data stream", "its data cannot be decoded"),
    ("decoder error", "its data cannot be decoded"),
    ("buffer overrun", "its data cannot be decoded"),
    ("function takes at most", "its parts contradict each other"),
    ("failed to read next frame", "its first frame cannot be decoded"),
    ("invalid argument", "it points outside of itself"),
    ("invalid dimensions", "its size makes no sense"),
)
"""What Pillow says, in lower case, and what it means to a person."""


def decoder_reason(error: BaseException, head: bytes, picture_format: str | None) -> str:
    """For a file whose bytes no decoder takes; `head` is its start, the format is None where none was recognised."""
    if isinstance(error, UnidentifiedImageError):
        return kind_of_file(head)
    if isinstance(error, Image.DecompressionBombError):
        return "refused: it claims more pixels than any picture has"
    if isinstance(error, MemoryError):
        return "too large for the memory"
    if isinstance(error, OSError) and error.errno in SYSTEM:
        return system_reason(error)
    name = picture_format or _picture_name(head) or "file"
    if isinstance(error, NotImplementedError):
        return f"a kind of {name} that cannot be read: {one_line(str(error))}"
    return _broken(name, str(error), error)


def kind_of_file(head: bytes) -> str:
    """What a file is that no decoder recognised."""
    if not head:
        return "zero bytes"
    for start, reason in _OTHERS:
        if head.startswith(start):
            return reason
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "a video, not a picture")
    if name := _picture_name(head):
        return f"broken {name}: its header cannot be read"
    if head[40:44] == b" EMF":
        return "Windows metafile: refused, because only the system can draw it"
    return _kind_of_text(head)


def _kind_of_text(head: bytes) -> str:
    if b"<svg" in head:
        return "an SVG drawing: no decoder for it; convert it to PNG"
    texty = all(byte >= 0x20 or byte in b"\t\n\r\f" for byte in head)
    return "text, not a picture" if texty else "not a picture"


def _picture_name(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    return next((name for start, name in _PICTURES if head.startswith(start)), None)


def _broken(name: str, message: str, error: BaseException) -> str:
    lowered = message.lower()
    if isinstance(error, EOFError) or any(words in lowered for words in _CUT_SHORT):
        return f"truncated {name}: the file ends before the picture does"
    for words, reason in _PHRASES:
        if words in lowered:
            return f"broken {name}: {reason}"
    if message.startswith(("Unsupported", "Unimplemented", "Unknown")):
        return f"a kind of {name} that cannot be read: {one_line(message)}"
    detail = one_line(message)
    return f"broken {name}: its data cannot be decoded" + (f" ({detail})" if detail else "")
