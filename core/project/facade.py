"""The one object that the window, the command line and the worker hold of a project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from core.changes import Changes
from core.jobs.events import Event
from core.jobs.spec import EmbedSpec, LiveChange, LiveOpen, ScanSpec, TrainSpec
from core.project import adoption, specs
from core.project import folder as places
from core.project.check import check_files
from core.project.kept_likeness import KeptLikeness
from core.project.last_look import files_to_keep
from core.project.outputs import read_version
from core.store.arrivals import Arrivals
from core.store.audits import Audits
from core.store.database import Database
from core.store.done import Acts
from core.store.edits import Edits
from core.store.encoders import Encoders
from core.store.file_list import FileList
from core.store.groups import Groups
from core.store.heads import Heads
from core.store.images import Images
from core.store.integrity import Integrity, Problem
from core.store.lock import WriterLock
from core.store.log import Annotations
from core.store.marks import Marks
from core.store.migrate import create_database, open_database
from core.store.orders import Orders
from core.store.origins import Origins
from core.store.pairs import Pairs
from core.store.repeats import Repeats
from core.store.roots import Roots, check_image_folder
from core.store.scanning import Scans
from core.store.search import Search
from core.store.unseen import Unseen
from core.store.versions import Versions
from core.values import EncoderSignature, Head, ImageId, Tiles

if TYPE_CHECKING:
    from core.arrays.embeddings import EmbeddingStore
    from core.arrays.predictions import Predictions
    from core.media.thumbnails import ThumbnailStore


class Project:
    """An open project. Its parts: images, files, groups, heads, edits, origins, annotations, acts, pairs, audits,
    repeats, marks, orders, versions, encoders, scans, search.

    One process at a time may hold it for writing; any number may read beside it. Any thread may read,
    and writes queue up.
    """

    def __init__(self, folder: Path, database: Database, lock: WriterLock | None, shown: Path | None = None) -> None:
        """`shown`: the folder as the person named it, for what is told."""
        self.folder = folder
        self.shown = (shown or folder).as_posix()
        self._database = database
        self._lock = lock
        self._roots = Roots(database, folder)
        self.images = Images(database, self._roots)
        self.files = FileList(database, self._roots)
        self.groups = Groups(database)
        self.heads = Heads(database)
        self.edits = Edits(database)
        self.origins = Origins(database)
        self.annotations = Annotations(database)
        self.acts = Acts(database)
        self.pairs = Pairs(database)
        self.audits = Audits(database)
        self.repeats = Repeats(database)
        self.marks = Marks(database)
        self.orders = Orders(database)
        self.versions = Versions(database)
        self.encoders = Encoders(database)
        self.scans = Scans(database, self._roots, self.images)
        self.unseen = Unseen(database, self._roots)
        self.search = Search(database, self._roots)
        self.arrivals = Arrivals(database, self.images, self.unseen, self.heads, self.annotations)
        self.kept_likeness = KeptLikeness()
        self._stores: dict[str, EmbeddingStore] = {}

    @classmethod
    def create(cls, folder: str | Path, roots: Sequence[str]) -> Project:
        """A new project of the image folders `roots`, open for writing; or an error and nothing left behind."""
        target = Path(folder).absolute()
        for root in roots:
            check_image_folder(root, target)
        with places.being_made(target):
            lock = WriterLock(target / places.LOCK)
            try:
                create_database(target / places.DATABASE, lambda database: Roots(database, target).add(roots))
                return cls(target, open_database(target / places.DATABASE, writable=True), lock, Path(folder))
            except BaseException:
                lock.release()
                raise

    @classmethod
    def open(cls, folder: str | Path, *, read_only: bool = False) -> Project:
        """An existing project, or the one that a folder of images hides in `.winnow`."""
        found = places.existing(Path(folder))
        lock = None if read_only else WriterLock(found / places.LOCK)
        try:
            shown = Path(folder) / found.relative_to(Path(folder).absolute())
            project = cls(found, open_database(found / places.DATABASE, writable=not read_only), lock, shown)
            if lock:
                for path in places.leftovers(found, files_to_keep(project)):
                    places.discard(path)
        except BaseException:
            if lock:
                lock.release()
            raise
        return project

    def lies_in(self, folder: Path) -> bool:
        """Whether that, or what it hides, is this project, which is held for writing here, moved there meanwhile."""
        lock = self._lock
        return lock is not None and any(lock.is_of(one / places.LOCK) for one in (folder, folder / places.HIDDEN))

    def close(self) -> None:
        self._database.close()
        if self._lock:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def roots(self) -> tuple[str, ...]:
        """The image folders as the person gave them, where that still leads there, else absolute."""
        return tuple(root.shown for root in self._roots.all)

    @cached_property
    def thumbnails(self) -> ThumbnailStore:
        from core.media.thumbnails import ThumbnailStore

        return ThumbnailStore(self.folder / places.THUMBNAILS)

    @property
    def lost_roots(self) -> tuple[str, ...]:
        """Those of them that were not there when they were last looked for."""
        return tuple(root.shown for root in self._roots.lost)

    def look_for_lost(self) -> tuple[str, ...]:
        """The same as it is now."""
        self._roots.look()
        return self.lost_roots

    def add_roots(self, paths: Sequence[str]) -> Changes:
        added = self._roots.add(paths)
        self.images.forget()
        return Changes(images=added)

    def relocate(self, old: str, new: str) -> Changes:
        """The image folder `old` is `new` from now on; where `new` is of the project already, both are one.

        Whether the images lie there is not asked: core.project.moved.
        """
        self._roots.relocate(old, new)
        self.images.forget()
        return Changes(images=True)

    def scan_spec(self, job: str) -> ScanSpec:
        return specs.scan_spec(self, job)

    def embed_spec(
        self, job: str, encoder: str, tiles: Tiles, device: str, first: NDArray[np.uint8] | None = None
    ) -> EmbedSpec:
        """`first` (images, 32) are the hashes to embed before the others."""
        return specs.embed_spec(self, job, encoder, tiles, device, first)

    def training_spec(
        self, job: str, head: Head, device: str, seed: int = 0, recipe: Mapping[str, Any] | None = None
    ) -> TrainSpec:
        """UserError where there is nothing to train on. `recipe` None: the one that the head was made with.

        From any thread: the order is of one state of the project, with the head as it is then.
        """
        with self._database.one_state():
            return specs.training_spec(self, job, self.heads.by_id(head.head_id), device, seed, recipe)

    def check_trainable(self, head: Head) -> None:
        """UserError where there is nothing to train on."""
        specs.check_trainable(self, head)

    def live_open(self, job: str, head: Head, device: str, seed: int = 0) -> LiveOpen:
        """From any thread. What is said while it is read may be in it by half: a `live_change` has to follow."""
        return specs.live_open(self, job, head, device, seed)

    def live_change(self, job: str, head: Head, ids: Iterable[ImageId]) -> LiveChange:
        return specs.live_change(self, job, head, ids)

    def adopt(self, event: Event) -> Changes:
        """Take in what the worker reports; events that report no data change nothing."""
        return adoption.adopt_event(self, event)

    def embeddings(self, signature: EncoderSignature) -> EmbeddingStore:
        """The same store at each call, so that its index is read once."""
        from core.arrays.embeddings import EmbeddingStore

        if signature.folder not in self._stores:
            self._stores[signature.folder] = EmbeddingStore(self.folder / places.EMBEDDINGS / signature.folder)
        return self._stores[signature.folder]

    def predictions(self, head: Head, version: int | None = None) -> Predictions | None:
        """Of the version in force or of another one, a column for each label the head has now; None before training."""
        return read_version(self, head, version)

    def check(self, *, repair: bool = False) -> list[Problem]:
        """What is wrong. With `repair` (open for writing), whatever can be derived from the rest is made anew."""
        problems = Integrity(self._database).check(repair=repair)
        if any(problem.kind == "database" for problem in problems):
            return problems
        return problems + list(check_files(self, repair=repair))
