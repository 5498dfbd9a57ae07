"""A small YAML file of settings: read safely, never large, and refused in one line where it is something else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from core.errors import UserError

SIZE_LIMIT = 1 << 16


def read_mapping(file: Path, what: str) -> dict[Any, Any]:
    """{} for an empty file; `what` is what the file should have been, for the error. Raises UserError."""
    try:
        with file.open("rb") as stream:
            data = stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise UserError(f"cannot read the {what} {file}: {error.strerror or error}", "name a readable file") from error
    if len(data) > SIZE_LIMIT:
        raise UserError(f"{file} is too large for a {what}", "name a YAML file of settings")
    return parse_mapping(data, str(file), what)


def parse_mapping(data: bytes, name: str, what: str) -> dict[Any, Any]:
    try:
        settings = yaml.safe_load(data.decode("utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError, TypeError) as error:
        raise UserError(f"{name} is not YAML: {_why(error)}", "write one 'setting: value' on each line") from error
    if settings is None:
        return {}
    if not isinstance(settings, dict):
        raise UserError(f"{name} holds no {what}", "write one 'setting: value' on each line")
    return settings


def _why(error: Exception) -> str:
    """What is wrong and in which line, without the picture of it that the parser draws."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}: {' '.join(error.problem.split())}"
    return " ".join(str(error).split())[:120]
