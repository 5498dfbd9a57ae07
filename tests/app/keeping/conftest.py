"""The screen of limits, open on a head whose version is sure of some images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.arrays.predictions import Predictions, write_predictions
from core.project import Project
from core.project.folder import predictions_file
from core.values import ClassValue, ImageId
from tests.app.conftest import ANIMALS, draw_pictures, scanned_project
from tests.app.keeping.screen import CAT, IMAGES, wait_for
from tests.core.store.projects import class_head, embed_all, version_saying


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    """A class head whose version says cat the more, the higher an image's number; two answers."""
    draw_pictures(tmp_path / "many", IMAGES)
    with scanned_project(tmp_path / "limits", tmp_path / "many") as project:
        embed_all(project)
        head = class_head(project, labels=ANIMALS)
        values = {ImageId(place + 1): ClassValue(head.labels[place].label_id) for place in range(2)}
        project.annotations.annotate(head.head_id, values)
        version_saying(project, head, ["cat"] * IMAGES)
        _say(project, head.name, np.stack([CAT, [1 - each for each in CAT], np.zeros(IMAGES)], axis=1))
    return tmp_path / "limits"


def _say(project: Project, name: str, probabilities: np.ndarray) -> None:
    head = project.heads.get(name)
    version = project.versions.in_force(head.head_id)
    assert version is not None
    said = probabilities.astype(np.float16)
    members = np.repeat(said[:, None], 8, axis=1)
    hashes = project.images.all().hashes
    utility, order = np.zeros(len(hashes), np.float32), np.arange(len(hashes))
    file = predictions_file(project.folder / version.folder)
    write_predictions(file, Predictions(hashes, said, members, utility, order))


@pytest.fixture
def limited(open_shell, pool, qtbot):
    shell = open_shell(pool)
    QTest.keyClick(shell.window, Qt.Key.Key_K)
    wait_for(shell, qtbot)
    return shell
