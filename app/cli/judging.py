"""A head with its encoder, ready to judge files; and the filters and tables of `winnow score`."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.cli.later import not_yet
from app.cli.learning import parse_version
from app.cli.words import prediction_json, prediction_text
from core.encoders.base import Encoder
from core.encoders.devices import resolve_device
from core.encoders.registry import load_encoder
from core.errors import UserError
from core.heads.checkpoint import LoadedHead, load_head, usual_tiles
from core.heads.hub import fetch_head, hub_name
from core.jobs.events import Event
from core.media.listing import Found, Listed, Unlistable, list_files
from core.scoring import ScoredFile, UnscoredFile, score_files
from core.values import BRACKETS, Combine, HeadKind, Tiles

if TYPE_CHECKING:
    from core.values import EncoderSignature


@dataclass(frozen=True, slots=True)
class JudgedImage:
    path: str
    values: tuple[float, ...]
    """(outputs,)"""
    said: dict[str, object]
    text: str
    passed: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    images: tuple[JudgedImage, ...]
    failed: tuple[UnscoredFile, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """What to judge, and what is there but cannot be: links to nothing, folders that may not be listed."""

    files: tuple[str, ...]
    failed: tuple[UnscoredFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Judge:
    head: LoadedHead
    encoder: Encoder
    combine: Combine
    """How the answers for the crops of one image become one."""

    def predict(self, embeddings: NDArray[np.floating]) -> NDArray[np.float32]:
        return self.head.predict(embeddings, combine=self.combine)

    def judge(self, listing: Listing, show: Callable[[Event], None], is_cancelled: Callable[[], bool]) -> Judged:
        """An answer or a reason for each file, after the reasons why some could not be listed."""
        images: list[JudgedImage] = []
        failed = list(listing.failed)
        for one in score_files(self, self.encoder, listing.files, show, is_cancelled):
            match one:
                case UnscoredFile():
                    failed.append(one)
                case ScoredFile(path=path, values=values):
                    said = prediction_json(self.head.kind, self.head.labels, values)
                    images.append(
                        JudgedImage(path, values, said, prediction_text(self.head.kind, self.head.labels, values))
                    )
        return Judged(tuple(images), tuple(failed))


def load_judge(model: str, *, encoder: str | None, tiles: Tiles | None, combine: Combine | None, device: str) -> Judge:
    """Raises UserError where the head cannot be found, or does not fit the encoder."""
    head = load_head(find_model(model), device=resolve_device(device))
    signature = head.signature
    crops = tiles or usual_tiles(head)
    loaded = load_encoder(encoder or _encoder_of(head), tiles=crops, device=device)
    if loaded.signature.dim != head.features:
        raise UserError(
            f"the head reads {head.features} values and {loaded.signature.encoder} gives {loaded.signature.dim}",
            "name the encoder it was trained on with --encoder",
        )
    if encoder is None and signature is not None and _differs(signature, loaded.signature):
        raise UserError(
            f"the head was trained on other weights of {signature.encoder}",
            "train it again, or insist with --encoder",
        )
    return Judge(head, loaded, combine or head.combine)


def _differs(trained: EncoderSignature, loaded: EncoderSignature) -> bool:
    return (trained.revision, trained.preprocessing) != (loaded.revision, loaded.preprocessing)


def _encoder_of(head: LoadedHead) -> str:
    encoder = head.config.encoder(head.features)
    if encoder is None:
        raise UserError(f"the head does not say which encoder its {head.features} values come from", "add --encoder ID")
    return encoder


def find_model(text: str) -> Path:
    """The file or folder of a head: as it is, as PROJECT:HEAD[@N] names it, or a head of the hub by REPOSITORY/NAME."""
    path = Path(text)
    if _project_of(path) is not None:
        raise UserError(f"{text} is a project", f"name its head too: {text}:HEAD")
    if path.exists():
        return path
    folder, mark, name = text.rpartition(":")
    project = _project_of(Path(folder)) if mark else None
    if project is None and (wanted := hub_name(text)) is not None:
        return fetch_head(wanted)
    if project is None:
        raise UserError(f"there is no head {text}", "give a head file, its folder, or PROJECT:HEAD")
    return _version_folder(project, *parse_version(name))


def _project_of(folder: Path) -> Path | None:
    """The project that `folder` is or hides, found as everywhere else."""
    from core.project.folder import existing

    try:
        return existing(folder)
    except UserError:
        return None


def _version_folder(folder: Path, name: str, number: int | None) -> Path:
    from app.cli.session import opened

    with opened(folder) as project:
        head = project.heads.get(name)
        versions = {info.number: info for info in project.versions.of(head.head_id)}
    wanted = number if number is not None else head.version
    if wanted is None:
        raise UserError(f"{name} has no version yet", f"`winnow train {folder} {name}` makes one")
    if wanted not in versions:
        known = ", ".join(f"v{one}" for one in sorted(versions)) or "none yet"
        raise UserError(f"{name} has no version {wanted}", f"there is {known}")
    return folder / versions[wanted].folder


def list_pictures(paths: Sequence[Path], *, recursive: bool) -> Listing:
    """Files as the person named them, and below the folders they named, each once."""
    if not any(path.exists() for path in paths):
        raise UserError(f"there is no file or folder {paths[0]}", "check the name")
    files: dict[str, None] = {}
    failed: dict[str, str] = {}
    for path in paths:
        if not path.is_dir():
            files[path.as_posix()] = None
            continue
        for each in _in_folder(path, recursive=recursive):
            match each:
                case Found(relative=relative):
                    files[(path / relative).as_posix()] = None
                case Unlistable(relative=relative, reason=reason):
                    failed[(path / relative).as_posix()] = reason
    if not files and not failed:
        raise UserError("there is nothing to score in these folders", "look deeper with --recursive, or name others")
    return Listing(tuple(files), tuple(UnscoredFile(path, reason) for path, reason in failed.items()))


def _in_folder(folder: Path, *, recursive: bool) -> Iterator[Listed]:
    listed = list_files(folder.as_posix())  # a folder's own files come before those of the folders in it
    if recursive:
        return listed
    own = itertools.takewhile(lambda each: "/" not in each.relative, listed)
    return (each for each in own if isinstance(each, Found) or not each.relative or not _is_folder(folder, each))


def _is_folder(folder: Path, each: Listed) -> bool:
    return (folder / each.relative).is_dir()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which judged images pass. Limits are inclusive, in brackets for a score head, else as a probability."""

    outputs: tuple[int, ...]
    """The outputs of which the highest counts."""
    scale: float
    at_least: float | None = None
    at_most: float | None = None
    top: int | None = None

    @classmethod
    def of(
        cls, judge: Judge, *, at_least: float | None, at_most: float | None, label: str | None, top: int | None
    ) -> Filter:
        """Raises UserError for labels the head has not, and for limits that nothing can pass."""
        is_score = judge.head.kind is HeadKind.SCORE
        scale = float(BRACKETS) if is_score else 1.0
        for option, limit in (("--min", at_least), ("--max", at_most)):
            if limit is not None and not 0 <= limit <= scale:
                raise UserError(f"{option} {limit:g} is out of range", f"choose 0 to {scale:g}")
        if at_least is not None and at_most is not None and at_least > at_most:
            raise UserError(f"--min {at_least:g} is over --max {at_most:g}", "nothing could pass; swap them")
        return cls(_outputs(judge.head, label), scale, at_least, at_most, top)

    def value(self, image: JudgedImage) -> float:
        return max(image.values[output] for output in self.outputs) * self.scale

    def apply(self, judged: Judged) -> Judged:
        """The same images, each with whether it passed; with --top the highest come first."""
        images = tuple(replace(image, passed=self._within(self.value(image))) for image in judged.images)
        if self.top is None:
            return replace(judged, images=images)
        ranked = sorted(images, key=self.value, reverse=True)
        kept = {id(image) for image in [image for image in ranked if image.passed][: self.top]}
        return replace(judged, images=tuple(replace(image, passed=id(image) in kept) for image in ranked))

    def _within(self, value: float) -> bool:
        over = self.at_least is None or value >= self.at_least
        return over and (self.at_most is None or value <= self.at_most)


def _outputs(head: LoadedHead, label: str | None) -> tuple[int, ...]:
    names = list(head.labels)
    if label is None:
        return tuple(range(max(len(names), 1)))
    wanted = [name.strip() for name in label.split(",")]
    for name in wanted:
        if name not in names:
            known = f"it has {', '.join(names)}" if names else "a score head has none; leave --label out"
            raise UserError(f"the head has no label {name!r}", known)
    return tuple(names.index(name) for name in wanted)


def check_table(path: Path) -> None:
    """Before any work: can the table be written?"""
    if path.suffix.lower() == ".parquet":
        raise not_yet("`score --out` as .parquet")
    if path.suffix.lower() not in (".csv", ".jsonl"):
        raise UserError(f"--out cannot be {path.name!r}", "choose a name that ends in .csv or .jsonl")
    if not path.absolute().parent.is_dir():
        raise UserError(f"there is no folder {path.parent}", "make it first")


def write_table(path: Path, judged: Judged) -> None:
    """One row for each image that passed: its path, then what the head says."""
    rows = [{"path": image.path, **_flat(image.said)} for image in judged.images if image.passed]
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        if path.suffix.lower() == ".csv":
            writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else ["path"])
            writer.writeheader()
            writer.writerows(rows)
        else:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    unfinished.replace(path)


def _flat(said: dict[str, object]) -> dict[str, object]:
    """Columns: probabilities side by side, lists joined as `winnow annotate` reads them."""
    columns: dict[str, object] = {}
    for key, value in said.items():
        if isinstance(value, dict):
            columns |= {str(name): one for name, one in value.items()}
        else:
            columns[key] = ";".join(value) if isinstance(value, list) else value
    return columns
