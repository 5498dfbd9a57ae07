"""What nobody said of a tag teaches a unified head nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from core.arrays.hashes import hash_bytes
from core.heads.losses import importance, mean_loss
from core.jobs.events import JobFinished, ShardWritten
from core.jobs.run import run_job
from core.project import Project
from core.project.unify import plan_tags, sight_of, unify
from core.values import EncoderSignature, Head, HeadKind, ImageId
from tests.core.heads.material import QUICK
from tests.core.store.projects import invented_project
from tests.core.unified import classify, defect_heads

IMAGES, OF_COMPRESSION = 90, 60
DRAWN = EncoderSignature("signal", "signal", "1", "{}", dim=12)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with invented_project(tmp_path, IMAGES) as made:
        yield made


@pytest.fixture
def shifted(project: Project) -> np.ndarray:
    """Whether each image is shifted, which its vector tells, as it tells whether it was coded."""
    rng = np.random.default_rng(4)
    vectors = rng.normal(0, 0.4, (IMAGES, DRAWN.dim))
    coded, shifted = rng.random((2, IMAGES)) < 0.5
    vectors[coded, :4] += 2.0
    vectors[shifted, 4:8] += 2.0
    images = project.images.get([ImageId(number) for number in range(1, IMAGES + 1)])
    with project.embeddings(DRAWN).writer(DRAWN) as writer:
        writer.add(hash_bytes([image.content_hash for image in images]), vectors.astype(np.float16))
    project.adopt(ShardWritten("embed", DRAWN, IMAGES))
    compression, colours = defect_heads(project)
    classify(project, compression, {n + 1: "JPEG" if coded[n] else "Pass" for n in range(OF_COMPRESSION)})
    classify(project, colours, {n + 1: "Shifted" if shifted[n] else "Clean" for n in range(OF_COMPRESSION, IMAGES)})
    return shifted


@pytest.fixture
def head(project: Project, shifted: np.ndarray) -> Head:
    sources = project.heads.all()
    return unify(project, plan_tags(project, sources, drop=["WebP"]), "defects", sight_of(sources)).head


def test_that_an_unknown_tag_pulls_at_no_output(project, head):
    targets = torch.from_numpy(project.annotations.annotated_set(head).targets)
    logits = torch.zeros_like(targets, requires_grad=True)
    weights = importance(targets, torch.ones(len(targets)), torch.ones(2), HeadKind.TAGS)
    mean_loss(logits, targets, weights, HeadKind.TAGS).backward()
    assert logits.grad is not None
    assert torch.isnan(targets).sum(dim=0).tolist() == [IMAGES - OF_COMPRESSION, OF_COMPRESSION]
    assert (logits.grad == 0).equal(torch.isnan(targets))


def test_that_images_answered_for_another_tag_are_not_learned_as_a_no(project, head, shifted):
    """Of the images with a word on compression half are shifted, and nobody said so: as noes they would outvote all."""
    spec = project.training_spec("train", head, "cpu", recipe=QUICK)
    project.adopt(JobFinished("train", run_job(spec, lambda event: None, lambda: False)))
    said = project.predictions(project.heads.get("defects"))
    assert said is not None
    rows = project.images.by_hash(said.hashes) - 1
    others = rows < OF_COMPRESSION
    right = (said.probabilities[:, 1] > 0.5) == shifted[rows]
    assert right[others].mean() > 0.95
