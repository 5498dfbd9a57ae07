"""What the last answers changed and the next are worth, in the head bar and under the learning curve."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.models.insight import Picture
from core.arrays.hashes import hash_keys
from core.query.audit_draw import in_order_of_draw
from core.values import ClassValue, ImageId
from tests.app.conftest import ANIMALS, draw_pictures, scanned_project
from tests.core.store.projects import class_head, embed_all, version_saying

IMAGES = 130


@pytest.fixture
def taught(tmp_path: Path) -> Path:
    """Three versions that say the same; every image is of the audit set, and all but the last of it are answered."""
    draw_pictures(tmp_path / "many", IMAGES + 1)
    with scanned_project(tmp_path / "taught", tmp_path / "many") as project:
        embed_all(project)
        head = class_head(project, labels=ANIMALS)
        project.audits.set_share(head.head_id, 1.0)
        table = project.images.all()
        asked = np.sort(table.ids[in_order_of_draw(hash_keys(table.hashes))[:-1]]).tolist()
        for answered in (40, 60, IMAGES):
            values = {ImageId(one): ClassValue(head.labels[one % 2].label_id) for one in asked[:answered]}
            project.annotations.annotate(head.head_id, values)
            version_saying(project, head, [ANIMALS[one % 2] for one in range(1, IMAGES + 2)])
    return tmp_path / "taught"


def test_that_the_bar_says_that_the_last_answers_changed_nothing(open_shell, taught, qtbot):
    shell = open_shell(taught)
    bar = shell.window.head_bar
    qtbot.waitUntil(lambda: "last 90 changed nothing" in bar._figure.text, timeout=10_000)
    assert "The last 90 answers changed nothing" in bar._figure.toolTip()


def test_that_the_learning_curve_says_it_in_sentences_and_leads_on(open_shell, taught, qtbot):
    shell = open_shell(taught)
    shell.commands.perform("insight")
    shell.commands._looks.insight.choose(Picture.LEARNING)
    view = shell.window.insight_view
    qtbot.waitUntil(lambda: "changed nothing" in view.words.text(), timeout=10_000)
    assert view.words.isVisibleTo(shell.window)
    chart = view._state.chart
    assert len(chart.lines) == 4 and chart.lines[1].x.tolist() == [IMAGES, IMAGES + 50]
    assert "130 audit answers" in chart.marks[0].text
    shell.commands._looks.insight.choose(Picture.SPREAD)
    qtbot.waitUntil(lambda: not view.words.isVisibleTo(shell.window), timeout=10_000)
