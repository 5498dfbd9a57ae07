"""Names by which projects, their files and encoders are recognised, for those too who only look for one."""

from __future__ import annotations

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
