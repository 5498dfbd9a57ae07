"""Degraded copies of a folder of pictures, in a folder named as the seed names its classes, each with its row.

What a copy looks like hangs on the seed, the effect, the source's bytes and the copy's number, and on nothing else: not
on the order of files, on threads, or on what was there before. Nothing is ever written over.
"""

from __future__ import annotations

import math
import os
import re
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.random import Generator
from PIL import Image

from core.arrays.hashes import hash_of_bytes
from core.arrays.text_file import make_folder, new_file
from core.errors import WRITABLE, BadImage, Cancelled, EnvironmentProblem, UserError
from core.jobs.events import Event, JobStarted
from core.jobs.pace import Pace
from core.media.content import open_content
from core.media.decode import decode_rgb
from core.media.degrade.effects import Drawn, Effect, Range, encode
from core.media.listing import Found, Listed, Unlistable, list_files
from core.media.names import printable
from core.media.synthetic_table import SyntheticRow, SyntheticTable
from core.values import ContentHash

_JOB = "synth"
_CLASS_FOLDER = re.compile(r"(\d+)_(.+)")
_UNSAFE = re.compile(r"[^\w.() -]+")
_LONGEST_STEM = 60
_OTHERWISE = "is there already, made in another way; choose another seed or folder"


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """What to make of each picture below `source`."""

    source: str
    target: Path
    effect: Effect
    strength: Range
    kinds: tuple[str, ...]
    per_image: int = 1
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Copied:
    """`kept` copies were there already, made by an earlier call with the same settings."""

    folder: str
    written: int
    kept: int
    failed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Made:
    rows: tuple[SyntheticRow, ...]
    kept: int
    failed: tuple[tuple[str, str], ...]


def degrade_folder(plan: CopyPlan, emit: Callable[[Event], None], is_cancelled: Callable[[], bool]) -> Copied:
    """Raises Cancelled, EnvironmentProblem; what was finished is kept, and the next call goes on from there.

    Raises UserError, with nothing written, where there is no file to copy.
    """
    listed = list(list_files(plan.source))
    if not listed:
        raise UserError(f"there is no picture in {plan.source}", "name a folder that holds some, at any depth")
    folder = class_folder(plan.target, plan.effect.name)
    make_folder(plan.target / folder)
    emit(JobStarted(_JOB, f"writing {plan.effect.title} copies"))
    pace = Pace(_JOB, "degrading", emit)
    written = kept = 0
    failed: list[tuple[str, str]] = []
    with SyntheticTable(plan.target) as table:
        copier = _Copier(plan, folder, table.rows())
        for done, made in enumerate(_in_threads(copier, listed, is_cancelled), start=1):
            for row in made.rows:
                table.add(row)
            written += len(made.rows)
            kept += made.kept
            failed += made.failed
            pace.report(done, len(listed))
    return Copied(folder, written, kept, tuple(failed))


def class_folder(target: Path, name: str) -> str:
    """`N_name` as it stands in `target`, else with the first number above those in use; 0 is left to what is clean."""
    numbers = {0}
    with suppress(FileNotFoundError, NotADirectoryError):
        for entry in sorted(target.iterdir()):
            if match := _CLASS_FOLDER.fullmatch(entry.name):
                if match[2].casefold() == name.casefold() and entry.is_dir():
                    return entry.name
                numbers.add(int(match[1]))
    return f"{max(numbers) + 1}_{name}"


@dataclass(frozen=True, slots=True)
class _Copier:
    plan: CopyPlan
    folder: str
    known: dict[str, SyntheticRow]

    def copy(self, item: Listed) -> _Made:
        """All copies of one picture; never raises for a bad one."""
        path = f"{self.plan.source}/{item.relative}" if item.relative else self.plan.source
        if isinstance(item, Unlistable):
            return _Made((), 0, ((path, item.reason),))
        try:
            with open_content(path) as content:
                image = decode_rgb(content.from_start())
            return self._copies(path, item, content.hash, image)
        except BadImage as bad:
            return _Made((), 0, ((path, bad.reason),))
        except MemoryError:
            return _Made((), 0, ((path, "too large for the memory"),))
        except FileExistsError as error:
            return _Made((), 0, ((str(error.filename2 or error.filename), _OTHERWISE),))
        except OSError as error:  # reading raises BadImage: this is the folder of the copies
            raise EnvironmentProblem(f"cannot write below {self.plan.target}: {error.strerror}", WRITABLE) from error
        except ValueError as error:  # larger than the codec's format allows
            return _Made((), 0, ((path, f"cannot be written as {self.plan.effect.title}: {error}"),))

    def _copies(self, path: str, item: Found, source: ContentHash, image: Image.Image) -> _Made:
        rows: list[SyntheticRow] = []
        kept = 0
        failed: list[tuple[str, str]] = []
        for number in range(1, self.plan.per_image + 1):
            rng = self._random(source, number)
            drawn = self.plan.effect.draw(rng, self.plan.kinds, self.plan.strength)
            row = self._row(path, item.relative, source, number, drawn)
            before = self.known.get(row.file)
            if before is not None and (self.plan.target / row.file).exists():
                if replace(row, source=before.source, sha256=before.sha256) == before:
                    kept += 1
                else:
                    failed.append((str(self.plan.target / row.file), _OTHERWISE))
                continue
            copied = encode(self.plan.effect, image, drawn, rng)
            _write_new(self.plan.target / row.file, copied)
            rows.append(replace(row, sha256=hash_of_bytes(copied)))
        return _Made(tuple(rows), kept, tuple(failed))

    def _random(self, source: ContentHash, number: int) -> Generator:
        effect = zlib.crc32(self.plan.effect.name.encode())
        return np.random.default_rng([self.plan.seed, effect, int(source, 16), number])

    def _row(self, path: str, relative: str, source: ContentHash, number: int, drawn: Drawn) -> SyntheticRow:
        effect = self.plan.effect
        return SyntheticRow(
            file=f"{self.folder}/{_stem(relative, source)}.{self.plan.seed}-{number}{effect.suffix}",
            source=path,
            effect=effect.name,
            kind=drawn.kind,
            strength=f"{drawn.strength:.6g}",
            unit=effect.strength.unit,
            angle=f"{math.degrees(drawn.angle):.6g}" if effect.directed else "",
            copy=str(number),
            seed=str(self.plan.seed),
            sha256="",
            source_sha256=source,
        )


def _stem(relative: str, source: ContentHash) -> str:
    """Readable, and another for each path and content: the class folder is flat and the source's may not be."""
    safe = _UNSAFE.sub("_", printable(PurePosixPath(relative).stem))[:_LONGEST_STEM].strip(" .") or "picture"
    return f"{safe}.{zlib.crc32(relative.encode(errors='surrogateescape') + source.encode()):08x}"


def _write_new(path: Path, data: bytes) -> None:
    """Whole or not at all. What an ended call wrote before it could say so counts; other files are left alone."""
    try:
        with new_file(path, lasting=False) as unfinished:
            unfinished.write_bytes(data)
    except FileExistsError:
        if path.read_bytes() != data:
            raise


def _in_threads(copier: _Copier, listed: Sequence[Listed], is_cancelled: Callable[[], bool]) -> Iterator[_Made]:
    """In the order of the listing, with few pictures in memory at once."""
    threads = os.cpu_count() or 1
    waiting: deque[Future[_Made]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="degrade")
    try:
        for item in listed:
            waiting.append(pool.submit(copier.copy, item))
            if len(waiting) > 2 * threads:
                yield _next(waiting, is_cancelled)
        while waiting:
            yield _next(waiting, is_cancelled)
    finally:
        pool.shutdown(cancel_futures=True)


def _next(waiting: deque[Future[_Made]], is_cancelled: Callable[[], bool]) -> _Made:
    if is_cancelled():
        raise Cancelled
    return waiting.popleft().result()
