"""Projects that are closed at the end of the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.project import Project
from tests.core.store.projects import invented_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Four images that only the database has."""
    with invented_project(tmp_path) as made:
        yield made
