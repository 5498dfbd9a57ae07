"""Any picture file to plain RGB: turned as its EXIF says, first frame, transparency over white, never a surprise.

Only decoders that work inside this process are used; PostScript and metafiles, which Pillow gives to other programs,
are refused. Colour profiles are not applied: every encoder and every view sees the same stored numbers.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from core.errors import BadImage
from core.media.opening import open_regular
from core.media.pixels import plain_rgb
from core.media.quiet import silence_decoders
from core.media.reasons import HEAD_BYTES, PARSER_FAULTS, decoder_reason

PIXEL_LIMIT = 178_956_970
"""Pictures that claim more are refused on their header. It is where Pillow draws its line too."""

DECODERS = (
    "JPEG", "MPO", "PNG", "WEBP", "AVIF", "GIF", "BMP", "DIB", "TIFF", "PPM", "TGA", "ICO", "CUR", "ICNS", "PCX", "DCX",
    "SGI", "JPEG2000", "DDS", "PSD", "XBM", "XPM", "QOI", "BLP", "FTEX", "FLI", "SUN", "PIXAR", "FITS", "MSP", "IM",
    "SPIDER", "GBR", "PCD", "MCIDAS", "XVTHUMB",
)  # fmt: skip
"""Not EPS and WMF (other programs), BUFR, GRIB, HDF5, MPEG (no decoder behind them), IPTC (opens any format inside)."""

Source = str | os.PathLike[str] | BinaryIO

_COMMON_HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SWAPS_SIDES = range(5, 9)
_GIANT_PIXELS = 40_000_000
_one_giant_at_a_time = threading.Lock()
"""A giant needs up to 1.5 GB while it is decoded; a pool of threads must not hold one each."""


@dataclass(frozen=True, slots=True)
class Header:
    """Of the picture after its EXIF turn."""

    width: int
    height: int
    format: str


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    image: Image.Image
    header: Header
    """Of the whole picture, also where `image` is a smaller copy."""


def decode_rgb(source: Source, *, max_side: int | None = None) -> Image.Image:
    """Raises BadImage. With `max_side` the longer side is that long, unless the picture is smaller; fast for JPEG.

    Threads may call this at will: the interpreter lock is free while pixels are unpacked, converted and scaled.
    """
    return decode(source, max_side=max_side).image


def decode(source: Source, *, max_side: int | None = None) -> Decoded:
    """Like `decode_rgb`, and says what the whole picture is."""
    with _opened(source) as (name, stream):
        return _decode(name, stream, max_side)


def check_recognised(source: Source) -> None:
    """Raises BadImage for what no decoder knows or would unpack; of a film the first kilobytes are enough."""
    with _opened(source) as (name, stream), _reasons(name, stream):
        _recognised(stream, name)


def read_header(source: Source) -> Header:
    """Raises BadImage. Reads no pixels, except of a PNG without EXIF: its turn may stand behind them."""
    with _opened(source) as (name, stream), _reasons(name, stream):
        image = _recognised(stream, name)
        return _header(image, _orientation(image))


def _decode(name: str, stream: BinaryIO, max_side: int | None) -> Decoded:
    with _reasons(name, stream) as said:
        image = _recognised(stream, name)
        said.format = image.format
        turn = _orientation(image)
        header = _header(image, turn)
        if max_side is not None and image.format in ("JPEG", "MPO"):
            _draft(image, max_side)
        with _one_giant_at_a_time if image.width * image.height > _GIANT_PIXELS else nullcontext():
            original = image.size
            image.load()
            if image.size != original:  # icons: the directory and the picture inside may differ
                header = _header(image, turn)
            rgb = plain_rgb(image, max_side)
        if turn in _TURNS:
            rgb = rgb.transpose(_TURNS[turn])
        rgb.info = {}
        return Decoded(rgb, header)


def _decoders(head: bytes) -> tuple[str, ...]:
    """Those that may know a file that begins with `head`."""
    return _common_decoders() if head.startswith(_COMMON_HEADS) else _all_decoders()


@functools.cache
def _common_decoders() -> tuple[str, ...]:
    silence_decoders()
    return ("JPEG", "PNG")


@functools.cache
def _all_decoders() -> tuple[str, ...]:
    """Pillow imports a module for each, which takes longer than the picture: not before a file needs it."""
    silence_decoders()
    Image.init()
    return tuple(name for name in DECODERS if name in Image.OPEN)


def _recognised(stream: BinaryIO, name: str) -> Image.Image:
    """The picture with its header read and its pixels not."""
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    image = Image.open(stream, formats=_decoders(head))
    if image.width * image.height > PIXEL_LIMIT:
        raise BadImage(name, f"refused: {image.width:,} × {image.height:,} pixels are more than {PIXEL_LIMIT:,}")
    return image


def _header(image: Image.Image, turn: int) -> Header:
    width, height = image.size
    if turn in _SWAPS_SIDES:
        width, height = height, width
    return Header(width, height, image.format or "")


def _orientation(image: Image.Image) -> int:
    """1..8; 1 where the EXIF data are broken, because the picture itself may be whole."""
    if image.format == "TIFF":  # Pillow turns these itself while it loads them
        return 1
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except PARSER_FAULTS:
        return 1
    return value if value in _TURNS else 1


def _draft(image: Image.Image, max_side: int) -> None:
    """Lets libjpeg unpack at 1/2, 1/4 or 1/8 of the size where that is still as large as asked for."""
    scale = max_side / max(image.size)
    if scale < 1:
        image.draft(None, (max(1, round(image.width * scale)), max(1, round(image.height * scale))))


@dataclass(slots=True)
class _Said:
    """What is known of a file when something goes wrong."""

    format: str | None = None


@contextmanager
def _reasons(name: str, stream: BinaryIO) -> Iterator[_Said]:
    """Whatever a decoder raises becomes BadImage with a reason for a person."""
    said = _Said()
    try:
        yield said
    except BadImage:
        raise
    except Exception as error:
        raise BadImage(name, decoder_reason(error, _head(stream), said.format)) from error


def _head(stream: BinaryIO) -> bytes:
    try:
        stream.seek(0)
        return stream.read(HEAD_BYTES)
    except (OSError, ValueError):
        return b""


@contextmanager
def _opened(source: Source) -> Iterator[tuple[str, BinaryIO]]:
    """The name for messages, and a stream that Pillow cannot close under us."""
    if isinstance(source, (str, os.PathLike)):
        with open_regular(source) as stream:
            yield os.fspath(source), stream
    else:
        name = getattr(source, "name", "")
        yield name if isinstance(name, str) else "", source
