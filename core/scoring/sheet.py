"""A contact sheet: one picture of the first hundred, row by row, each with what each head said of it."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from core.arrays.text_file import check_writable, replaced
from core.errors import BadImage, UserError
from core.media.decode import decode_rgb

MOST = 100
_CELL, _GAP, _CAPTION, _LINE = 192, 6, 20, 16
_GROUND, _INK = (24, 24, 26), (232, 232, 234)
_LONGEST = 26
Picture = tuple[str, Sequence[str]]
"""Its path and the lines below it."""


def check_sheet(path: Path) -> None:
    """Before any work: can the sheet be written?"""
    if path.suffix.lower() != ".png":
        raise UserError(f"a contact sheet cannot be called {path.name!r}", "choose a name that ends in .png")
    if not path.absolute().parent.is_dir():
        raise UserError(f"there is no folder {path.parent}", "make it first")
    if path.is_dir():
        raise UserError(f"{path} is a folder", "name a file")
    check_writable(path)


def write_sheet(path: Path, pictures: Sequence[Picture]) -> None:
    """The best first; those beyond the hundredth are left out."""
    shown = pictures[:MOST]
    across = max(1, math.ceil(math.sqrt(len(shown))))
    down = max(1, math.ceil(len(shown) / across))
    height = _CELL + _CAPTION + _LINE * (max((len(lines) for _, lines in shown), default=1) - 1)
    sheet = Image.new("RGB", (across * (_CELL + _GAP) + _GAP, down * (height + _GAP) + _GAP), _GROUND)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(13)
    with ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="sheet") as pool:
        for place, (small, (_, lines)) in enumerate(zip(pool.map(_small, shown), shown, strict=True)):
            left = _GAP + place % across * (_CELL + _GAP)
            top = _GAP + place // across * (height + _GAP)
            if small is not None:
                sheet.paste(small, (left + (_CELL - small.width) // 2, top + (_CELL - small.height) // 2))
            for number, line in enumerate(lines):
                middle = top + _CELL + _CAPTION // 2 + _LINE * number
                pen.text((left + _CELL // 2, middle), _cut(line), _INK, font, anchor="mm")
    _save(path, sheet)


def _small(picture: Picture) -> Image.Image | None:
    """None for what is no picture, such as a vector file."""
    try:
        return decode_rgb(picture[0], max_side=_CELL)
    except (BadImage, MemoryError):
        return None


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _save(path: Path, sheet: Image.Image) -> None:
    with replaced(path) as unfinished:
        sheet.save(unfinished, "PNG")
