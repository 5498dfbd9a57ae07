"""What limits keep of a pool of which most is answered: a trained head, and the truth of each image is known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from core.jobs.events import JobFinished
from core.jobs.run import run_job
from core.project.turns import Turns, gather_turns
from core.review.limits import Limits
from core.review.strata import Kept, kept
from core.values import ClassValue, ImageId
from tests.core.store.projects import SIGNAL, class_head, embed_all, invented_project

IMAGES, OPEN = 240, 40
LIMITS = Limits(0.6)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Turns, np.ndarray]]:
    """Turns, and whether each image (by its id) is wanted; the open ones are those of which the answer is plainest."""
    with invented_project(tmp_path_factory.mktemp("mostly"), count=IMAGES) as project:
        embed_all(project)
        head, rng = class_head(project, labels=("cat", "dog")), np.random.default_rng(4)
        vectors = project.embeddings(SIGNAL).gather(np.arange(IMAGES)).astype(np.float32)
        plain = np.abs(vectors[:, 0])
        cats = vectors[:, 0] + rng.normal(0, 0.8, IMAGES) > 0.5
        ids = [ImageId(int(one)) for one in project.images.all().ids]
        given = np.argsort(plain)[:-OPEN].tolist()
        project.annotations.annotate(
            head.head_id, {ids[row]: ClassValue(head.labels[int(not cats[row])].label_id) for row in given}
        )
        spec = project.training_spec("train", project.heads.get("content"), "cpu")
        project.adopt(JobFinished("train", run_job(spec, lambda _: None, lambda: False)))
        turns = gather_turns(project, project.heads.get("content"), project.images.all())
    yield turns, cats[np.argsort(ids)]


def test_that_answered_images_are_counted_as_the_version_keeps_them(judged):
    turns, cats = judged
    found, inside, known = _kept(turns), LIMITS.within(turns.kept_said[:, 0]), ~np.isnan(turns.kept_targets[:, 0])
    assert found.inside.images == inside.sum()
    assert found.inside.answered == (inside & known).sum()
    assert found.inside.yes == (inside & known & cats).sum()
    assert (found.inside.images - found.inside.left) / found.inside.images > 0.5


def test_that_figures_are_of_what_is_kept_and_hold_what_is_known_of_it(judged):
    turns, cats = judged
    found, inside = _kept(turns), LIMITS.within(turns.kept_said[:, 0])
    size, left = found.inside.images, found.inside.left
    assert found.inside.yes / size <= found.precision.low <= found.precision.high <= (found.inside.yes + left) / size
    assert found.precision.low <= (inside & cats).sum() / size <= found.precision.high
    assert found.recall.low <= (inside & cats).sum() / cats.sum() <= found.recall.high


def test_that_the_figure_of_unseen_images_stands_apart(judged):
    turns, _ = judged
    found = _kept(turns)
    pool = turns.pool(0, LIMITS)
    unseen = LIMITS.within(pool.said) & ~np.isnan(pool.wanted)
    assert found.unseen.value is not None and found.unseen.n <= unseen.sum()
    assert found.unseen.high - found.unseen.low > found.precision.high - found.precision.low


def _kept(turns: Turns) -> Kept:
    return kept(turns.pool(0, LIMITS), LIMITS)
