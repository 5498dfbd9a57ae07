"""The forms in which answers come in and go out, and what an export wrote."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """What `winnow export dataset --format` takes."""

    FOLDERS = "folders"
    """The seed's `N_label/` folders of images."""
    NPY = "npy"
    """The seed's `N_label/` folders of embeddings."""
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    IMAGEFOLDER = "imagefolder"
    """A folder for each label, or images with metadata.jsonl, as dataset libraries read it."""

    @property
    def is_table(self) -> bool:
        """One file; the others are folders."""
        return self in (Form.CSV, Form.JSONL, Form.PARQUET)


class AnswersForm(StrEnum):
    """As which answers come in."""

    FOLDERS = "folders"
    """The seed's `N_name/` folders of images."""
    NPY = "npy"
    """Its `N_name/` folders of embeddings."""
    CSV = "csv"
    """A table with the columns path and value."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A data set that was written, or would be."""

    files: tuple[str, ...]
    """As the person gave the destination, with "/" separators."""
    images: int
    failed: tuple[tuple[str, str], ...] = ()
    """(path, reason)"""
    excluded: int = 0
    """Images left out because they are kept out of training."""
