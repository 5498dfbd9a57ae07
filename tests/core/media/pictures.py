"""Small real picture files for the tests of this folder."""

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image


def gradient(width: int = 40, height: int = 30) -> Image.Image:
    """Red grows to the right, green downwards: turns and crops can be told apart."""
    columns = np.linspace(0, 255, width)[None, :].repeat(height, 0)
    rows = np.linspace(0, 255, height)[:, None].repeat(width, 1)
    return Image.fromarray(np.dstack([columns, rows, np.full_like(rows, 60)]).astype(np.uint8))


def saved(image: Image.Image, picture_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, picture_format, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def write_picture(path: Path, *, seed: int = 0, size: tuple[int, int] = (40, 30)) -> Path:
    """A picture of its own for each seed; the format goes by the extension, PNG without one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
    Image.fromarray(pixels).save(path, None if path.suffix else "PNG")
    return path


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claiming(width: int, height: int, *, extra: bytes = b"") -> bytes:
    """A few bytes that claim a large picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = png_chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + extra + body + png_chunk(b"IEND", b"")


def non_utf8(folder: Path, name: bytes) -> str:
    """Path text of a name that is no UTF-8."""
    return os.fsdecode(os.fsencode(folder) + b"/" + name)
