"""Trees as the seed has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.exchange.answers_in import Imported, import_answers
from core.exchange.forms import AnswersForm
from core.exchange.numbered import Scale
from core.jobs.exchange import ImportAnswersSpec
from core.project import Project
from core.values import Head, ImageId
from tests.core.store.projects import picture


def pictures(root: Path, folders: dict[str, range]) -> Path:
    """A picture for each number: one number is one picture, wherever it lies."""
    for folder, numbers in folders.items():
        for number in numbers:
            picture(root / folder / f"{number:05}.png", number)
    return root


def vector_files(root: Path, folders: dict[str, range], dim: int = 768) -> Path:
    for folder, numbers in folders.items():
        (root / folder).mkdir(parents=True, exist_ok=True)
        for number in numbers:
            shape = (1, dim) if number % 2 else (dim,)
            np.save(root / folder / f"{number:05}.npy", vector_of(number, dim).reshape(shape))
    return root


def vector_of(number: int, dim: int = 768) -> np.ndarray:  # (dim,)
    return np.random.default_rng(number).normal(0, 0.5, dim).astype(np.float16).astype(np.float32)


def take_folders(project: Project, head: Head, root: Path, scale: Scale | None = None) -> Imported:
    return _take(project, head, AnswersForm.FOLDERS, root, scale)


def take_vectors(project: Project, head: Head, root: Path, scale: Scale | None = None) -> Imported:
    return _take(project, head, AnswersForm.NPY, root, scale)


def _take(project: Project, head: Head, form: AnswersForm, root: Path, scale: Scale | None) -> Imported:
    read_on = scale or Scale()
    spec = ImportAnswersSpec("job", str(project.folder), head, form, root.as_posix(), (read_on.low, read_on.high))
    return import_answers(project, spec, lambda event: None, lambda: False)


def answers(project: Project, head: Head) -> dict[str, object]:
    """Content hash -> what holds, of every image with an answer."""
    standing = project.annotations.standing(head.head_id)
    ids = [ImageId(int(one)) for one in standing.ids]
    images = project.images.get(ids)
    return {one.content_hash: value for one, value in zip(images, standing.values, strict=True) if value is not None}


def named(project: Project, head: Head) -> dict[str, object]:
    """File name -> what holds."""
    hashes = answers(project, head)
    standing = project.annotations.standing(head.head_id)
    images = project.images.get([ImageId(int(one)) for one in standing.ids])
    return {Path(one.path).name: hashes[one.content_hash] for one in images if one.content_hash in hashes}
