"""Projects whose images have embeddings of a given size, without an encoder at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.jobs.events import JobFinished, ShardWritten
from core.jobs.run import run_job
from core.project import Project
from core.values import EncoderSignature, Head, Tiles
from tests.core.store.projects import scanned_project

CLIP = EncoderSignature("clip-vit-l14-336", "clip-1", "abc", '{"size": 336}', 768)
QUICK = {"components": 16, "parts": 2, "units": 32, "steps": 60}


def vectors(count: int, signature: EncoderSignature = CLIP) -> np.ndarray:
    """In two heaps, so that there is something to learn."""
    shape = (count, signature.dim) if signature.tiles is Tiles.NONE else (count, 5, signature.dim)
    rows = np.random.default_rng(4).normal(0, 0.5, shape)
    rows[::2] += 1.0
    return rows.astype(np.float16)


def embed(project: Project, signature: EncoderSignature = CLIP) -> np.ndarray:
    table = project.images.all()
    values = vectors(len(table), signature)
    with project.embeddings(signature).writer(signature) as writer:
        writer.add(table.hashes, values)
    project.adopt(ShardWritten("embed", signature, len(table)))
    return values


def embedded_project(tmp_path: Path, count: int = 12, signature: EncoderSignature = CLIP) -> Project:
    project = scanned_project(tmp_path, count)
    embed(project, signature)
    return project


def train(project: Project, head: Head) -> Head:
    """A real version, quickly."""
    spec = project.training_spec("train", head, "cpu", recipe=QUICK)
    project.adopt(JobFinished("train", run_job(spec, lambda event: None, lambda: False)))
    return project.heads.by_id(head.head_id)
