"""Lossy codecs: what JPEG and WebP leave of a picture."""

from __future__ import annotations

import io

from PIL import Image

SUBSAMPLING = {"4:2:0": 2, "4:2:2": 1, "4:4:4": 0}
"""How coarse the chroma of a JPEG is -> Pillow's number for it; the commonest first."""


def jpeg(image: Image.Image, quality: int, *, kind: str = "4:2:0") -> Image.Image:
    """Through a JPEG file of `quality`; with halved chroma, as most programs write it, unless `kind` says otherwise."""
    return _read(jpeg_file(image, quality, kind=kind), "JPEG")


def jpeg_file(image: Image.Image, quality: int, *, kind: str = "4:2:0") -> bytes:
    return _file(image, "JPEG", quality=quality, subsampling=SUBSAMPLING[kind])


def webp(image: Image.Image, quality: int) -> Image.Image:
    """Through a lossy WebP file of `quality`."""
    return _read(webp_file(image, quality), "WEBP")


def webp_file(image: Image.Image, quality: int) -> bytes:
    return _file(image, "WEBP", quality=quality, method=4)


def png_file(image: Image.Image) -> bytes:
    """Without loss, and quickly."""
    return _file(image, "PNG", compress_level=1)


def _file(image: Image.Image, picture_format: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, picture_format, **options)
    return buffer.getvalue()


def _read(data: bytes, picture_format: str) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=[picture_format]) as written:
        degraded = written.convert("RGB")
    degraded.info = {}
    return degraded
