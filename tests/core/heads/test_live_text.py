"""The live head before any answer: the labels' own words where they can be read, else nothing, and it says which."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.arrays.predictions import read_predictions
from core.encoders.registry import load_encoder
from core.heads.live import LiveSession
from core.heads.text_start import FROM_TEXT
from core.jobs.run import run_job
from core.project import Project
from core.project.last_look import last_look
from core.values import ClassValue, HeadKind, ImageId, Tiles
from tests.core.encoders.tiny_clip import save_clip


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_clip(tmp_path_factory.mktemp("models") / "clip"))


@pytest.fixture
def project(tmp_path: Path, clip: str) -> Iterator[Project]:
    (tmp_path / "pictures").mkdir()
    for number, pixels in enumerate(np.random.default_rng(0).integers(0, 256, (10, 40, 48, 3), np.uint8)):
        Image.fromarray(pixels).save(tmp_path / "pictures" / f"{number}.png")
    with Project.create(tmp_path / "project", [str(tmp_path / "pictures")]) as made:
        run_job(made.scan_spec("scan"), made.adopt, lambda: False)
        run_job(made.embed_spec("embed", clip, Tiles.NONE, "cpu"), made.adopt, lambda: False)
        made.encoders.remember(load_encoder(clip).signature)
        yield made


def test_that_words_order_the_pool_until_the_first_answers(project: Project, clip: str):
    head, _ = project.heads.add("colour", HeadKind.CLASS, ("red", "green"), clip)
    session = LiveSession(project.live_open("live", head, "cpu"))
    told = session.update()
    said = read_predictions(Path(told.file))
    assert (told.annotations, told.remark, said.metadata["source"]) == (0, FROM_TEXT, "text")
    np.testing.assert_allclose(said.probabilities.astype(np.float32).sum(axis=1), 1.0, atol=2e-3)
    assert said.members.shape == (10, 1, 2)
    assert (said.probabilities == session.look()[0].probabilities).all()
    assert last_look(project, head) is None, "words are at hand again"
    first, second = (ImageId(int(one)) for one in project.images.all().ids[:2])
    red, green = (ClassValue(label.label_id) for label in head.labels)
    project.annotations.annotate(head.head_id, {first: red, second: green})
    session.apply(project.live_change("live", head, [first, second]))
    told = session.update()
    assert (told.annotations, told.remark) == (2, "")
    assert "source" not in read_predictions(Path(told.file)).metadata
    assert last_look(project, head) is not None


def test_that_a_score_head_says_nothing_before_the_first_answer_and_why(project: Project, clip: str):
    head, _ = project.heads.add("taste", HeadKind.SCORE, (), clip)
    told = LiveSession(project.live_open("live", head, "cpu")).update()
    assert told.remark.startswith("no answers yet, and taste is a score head")
    assert np.isnan(read_predictions(Path(told.file)).probabilities).all()
