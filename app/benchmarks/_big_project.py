"""A project of many images, made through the store: every file is a link to one of a few drawn pictures."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np

from core.arrays.predictions import Predictions, write_predictions
from core.jobs.events import FilesScanned, JobFinished, ScannedFile, TrainResult
from core.media.draw import draw_scene
from core.project import Project
from core.values import MEMBERS, ClassValue, Head, HeadKind, ImageId, Metrics

_DRAWN = 8
_BATCH = 5_000
_PER_FOLDER = 1_000
LABELS = ("one", "two", "three", "four", "five")


def make_big_project(folder: Path, images: int, *, annotations: int, seed: int) -> Path:
    """Images, a class head with answers, and a version with predictions of them all; returns the project folder."""
    rng = np.random.default_rng(seed)
    root = folder / "images"
    batches = _files(root, images, rng)
    with Project.create(folder / "project", [str(root)]) as project:
        for found in batches:
            project.adopt(FilesScanned("scan", found=found))
        head, _ = project.heads.add("which", HeadKind.CLASS, LABELS, "signal")
        chosen = rng.choice(project.images.all().ids, annotations, replace=False).tolist()
        labels = [head.labels[place].label_id for place in rng.integers(0, len(LABELS), annotations)]
        values = {ImageId(image): ClassValue(label) for image, label in zip(chosen, labels, strict=True)}
        project.annotations.annotate(head.head_id, values)
        _adopt_version(project, head, annotations, rng)
    return folder / "project"


def _files(root: Path, images: int, rng: np.random.Generator) -> list[tuple[ScannedFile, ...]]:
    drawn = [_draw(root.parent / f"drawn-{number}.jpg", rng) for number in range(_DRAWN)]
    found = []
    for number in range(images):
        relative = f"{number // _PER_FOLDER:04d}/{number:07d}.jpg"
        source, size = drawn[number % _DRAWN]
        _link(source, root / relative, first=number % _PER_FOLDER == 0)
        found.append(_seen(root, relative, rng.bytes(32).hex(), size, source))
    return [tuple(found[start : start + _BATCH]) for start in range(0, images, _BATCH)]


def _draw(path: Path, rng: np.random.Generator) -> tuple[Path, tuple[int, int]]:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = draw_scene(rng, 1600, 1200)
    picture.save(path, quality=90)
    return path, picture.size


def _link(source: Path, target: Path, *, first: bool) -> None:
    if first:
        target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # more links than the file system allows, or none at all
        shutil.copyfile(source, target)


def _seen(root: Path, relative: str, content: str, size: tuple[int, int], source: Path) -> ScannedFile:
    stat = source.stat()
    return ScannedFile(str(root), relative, content, size[0], size[1], "JPEG", stat.st_size, stat.st_mtime_ns)


def _adopt_version(project: Project, head: Head, annotations: int, rng: np.random.Generator) -> None:
    hashes = project.images.all().hashes
    count = len(hashes)
    part = project.folder / "heads" / "which" / ".v1.bench.part"
    part.mkdir(parents=True)
    members = rng.dirichlet(np.ones(len(LABELS)), (count, MEMBERS)).astype(np.float16)
    utility = rng.random(count, np.float32)
    write_predictions(
        part / "predictions.safetensors",
        Predictions(hashes, members.mean(axis=1), members, utility, np.argsort(-utility)[:48].astype(np.int64)),
    )
    metrics = Metrics(n=annotations, by="out-of-fold", accuracy=0.2)
    last = project.annotations.last_id()
    below = str(part.relative_to(project.folder))
    result = TrainResult(below, 1, head.head_id, annotations, last, metrics, 1.0, "cpu", 0)
    project.adopt(JobFinished("bench", result))
