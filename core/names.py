"""Names by which projects, their files and encoders are recognised, for those too who only look for one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

BUILT_IN: Final = "signal"
"""The encoder that has no weights: it sees faults of a picture, reads no words and sees no content."""
SEED_ENCODERS: Final = {768: "clip-vit-l14-336", 1024: "metaclip-h14"}
"""Encoders of CityClassifiers, by how many values they give."""
PROJECT_FILE: Final = "project.sqlite"
HIDDEN_PROJECT: Final = ".winnow"
"""Where a folder of images keeps its project when it was opened without one."""
SYNTHETIC_TABLE: Final = "synthetic.csv"
"""Beside degraded copies: which file was made of which, and how."""
MANIFEST: Final = "winnow-files-"
"""Start of the name of a table of files that were copied, linked or moved."""
VERSION_CONFIG: Final = "config.json"
"""Of the head in a version's folder; beside a head file elsewhere it has the file's name before it."""
VERSION_METRICS: Final = "metrics.json"
_OF_A_VERSION: Final = re.compile(r".*-v(\d+)", re.ASCII | re.DOTALL)


def head_config(file: Path) -> Path:
    """The config of a head file, there or not: its own, or that of the version whose folder it lies in."""
    own, version = file.with_name(f"{file.stem}.config.json"), file.with_name(VERSION_CONFIG)
    number = _OF_A_VERSION.fullmatch(file.stem)
    if number is None or own.is_file() or not version.is_file():
        return own
    is_versions = file.parent.name == f"v{number[1]}" or file.with_name(VERSION_METRICS).is_file()
    return version if is_versions else own


def short_encoder(encoder: str) -> str:
    """The folder's own name, or the last part of a hub id."""
    return encoder.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] or encoder
