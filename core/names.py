"""Names by which a project is recognised, for those too who only look for one."""

from __future__ import annotations

from typing import Final

PROJECT_FILE: Final = "project.sqlite"
HIDDEN_PROJECT: Final = ".winnow"
"""Where a folder of images keeps its project when it was opened without one."""
SYNTHETIC_TABLE: Final = "synthetic.csv"
"""Beside degraded copies: which file was made of which, and how."""
MANIFEST: Final = "winnow-files-"
"""Start of the name of a table of files that were copied, linked or moved."""
