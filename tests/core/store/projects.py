"""Small real projects for the tests."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from core.arrays.predictions import Predictions, write_predictions
from core.arrays.tensor_file import write_tensors
from core.heads.head_config import HeadConfig, write_config
from core.jobs.events import FilesScanned, JobFinished, ScannedFile, ShardWritten, TrainResult
from core.jobs.spec import TrainSpec
from core.media.scan import run_scan
from core.project import Project
from core.project.folder import predictions_file
from core.project.inputs import write_inputs
from core.store.scanning import ScanReport
from core.values import MEMBERS, EncoderSignature, Head, HeadKind, Metrics, VersionInfo

SIGNAL = EncoderSignature("signal", "signal", "1", "{}", dim=4)


def picture(path: Path, colour: int) -> Path:
    """Two colours never give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (6, 4), (colour % 256, colour // 256, 90)).save(path, "PNG")
    return path


def photos(folder: Path, count: int) -> Path:
    for number in range(count):
        picture(folder / f"{number}.png", number)
    return folder


def scan(project: Project, job: str = "scan") -> ScanReport:
    """A real scan, taken in as the window and the command line do."""
    spec = project.scan_spec(job)
    known = {root: project.images.expected(root) for root in spec.roots}
    run_scan(spec, known, project.adopt, lambda: False)
    return project.scans.report(job)


def scanned_project(tmp_path: Path, count: int = 4) -> Project:
    project = Project.create(tmp_path / "project", [str(photos(tmp_path / "photos", count))])
    scan(project)
    return project


def invented_project(tmp_path: Path, count: int = 4) -> Project:
    """Images that only the database has: for tests that look at no file."""
    root = tmp_path / "photos"
    root.mkdir()
    project = Project.create(tmp_path / "project", [str(root)])
    files = tuple(
        ScannedFile(str(root), f"{number}.png", hashlib.sha256(bytes([number])).hexdigest(), 6, 4, "PNG", 80, 1)
        for number in range(count)
    )
    project.adopt(FilesScanned("scan", files))
    return project


def class_head(project: Project, name: str = "content", labels: Sequence[str] = ("cat", "dog", "bird")) -> Head:
    return project.heads.add(name, HeadKind.CLASS, labels)[0]


def embed_all(project: Project) -> None:
    table = project.images.all()
    values = np.random.default_rng(0).normal(size=(len(table), SIGNAL.dim)).astype(np.float16)
    with project.embeddings(SIGNAL).writer(SIGNAL) as writer:
        writer.add(table.hashes, values)
    project.adopt(ShardWritten("embed", SIGNAL, len(table)))


def trained(spec: TrainSpec) -> TrainResult:
    """What a training leaves behind: a folder with predictions and the end of a head, and its report."""
    folder = Path(spec.output)
    folder.mkdir(parents=True)
    images, outputs = len(spec.annotated), spec.head.outputs
    probabilities = np.tile(np.arange(1, outputs + 1, dtype=np.float16) / 8, (images, 1))
    write_predictions(
        folder / "predictions.safetensors",
        Predictions(
            hashes=spec.annotated.hashes,
            probabilities=probabilities,
            members=np.repeat(probabilities[:, None], MEMBERS, axis=1),
            utility=np.zeros(images, dtype=np.float32),
            order=np.arange(images),
        ),
    )
    write_tensors(folder / f"head-v{spec.number}.safetensors", {"down.5.bias": np.zeros(outputs, np.float32)}, {})
    write_inputs(folder, spec.inputs)
    labels = tuple(label.name for label in spec.head.labels)
    config = HeadConfig(spec.head.name, "", spec.head.kind, labels, data=_learned(spec))
    write_config(folder / f"head-v{spec.number}.config.json", config)
    return TrainResult(
        folder=spec.output,
        number=spec.number,
        head_id=spec.head.head_id,
        annotations=images,
        last_annotation=spec.last_annotation,
        last_pair=spec.last_pair,
        metrics=Metrics(images, "out-of-fold", accuracy=0.5, per_label={"cat": {"n": 2.0}}),
        seconds=0.1,
        device="cpu",
        seed=spec.seed,
        labels=tuple(label.label_id for label in spec.head.labels),
    )


def _learned(spec: TrainSpec) -> str:
    said = (spec.annotated.hashes, spec.annotated.targets, spec.pairs.left, spec.pairs.right, spec.pairs.share)
    return hashlib.sha256(b"".join(values.tobytes() for values in said)).hexdigest()


def make_version(project: Project, head: Head) -> VersionInfo:
    project.adopt(JobFinished("train", trained(project.training_spec("train", head, "cpu"))))
    version = project.versions.in_force(head.head_id)
    assert version is not None
    return version


def version_saying(project: Project, head: Head, said: Sequence[str | float], known: int | None = None) -> int:
    """A version that answers image 1, 2, ... so; `known`: only the first so many images."""
    head = project.heads.by_id(head.head_id)
    version = make_version(project, head)
    if head.kind is HeadKind.SCORE:
        probabilities = np.array(said, np.float16)[:, None] / 10
    else:
        names = [label.name for label in head.labels]
        probabilities = np.array([np.eye(len(names))[names.index(str(name))] for name in said], np.float16)
    hashes = project.images.all().hashes[:known]
    members = np.repeat(probabilities[:known, None], MEMBERS, axis=1)
    utility, order = np.zeros(len(hashes), np.float32), np.arange(len(hashes))
    predictions = Predictions(hashes, probabilities[:known], members, utility, order)
    write_predictions(predictions_file(project.folder / version.folder), predictions)
    return version.number
