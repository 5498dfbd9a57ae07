"""Looks at every file below the roots: hash, full decode, thumbnail. One bad file is one line, never the end.

Memory stays level: of a million files only the names are held, and a bounded number of pictures is in work.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Mapping, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import BadImage, Cancelled
from core.jobs.events import (
    LISTING,
    Event,
    FailedFile,
    FilesGone,
    FilesScanned,
    JobNotice,
    JobStarted,
    ScannedFile,
    ScanResult,
)
from core.jobs.pace import Pace
from core.jobs.spec import ScanSpec
from core.media.content import open_content
from core.media.decode import decode
from core.media.kin import find_kin
from core.media.listing import Found, Unlistable, list_files
from core.media.names import printable
from core.media.system_reasons import system_reason
from core.media.thumbnails import THUMBNAIL_SIDE, ThumbnailStore
from core.names import SYNTHETIC_TABLE
from core.values import ContentHash

__all__ = ["Found", "Unlistable", "inspect", "list_files", "run_scan"]

Emit = Callable[[Event], None]
IsCancelled = Callable[[], bool]
Stamps = Mapping[str, tuple[int, int]]
"""Relative path -> (size in bytes, time of change in ns) of files that, if they are there, need not be looked at."""

_BATCH_FILES = 200
_BATCH_SECONDS = 0.5
_GONE_AT_ONCE = 5_000
_CANCEL_SECONDS = 0.05
_MOST_THREADS = 32
_IN_WORK_PER_THREAD = 8


def inspect(root: str, found: Found, thumbnails: ThumbnailStore | None) -> ScannedFile | FailedFile:
    """Hash, decode in full, write the thumbnail; raises EnvironmentProblem where that cannot be written."""
    path = f"{root}/{found.relative}"
    try:
        with open_content(path) as content:
            decoded = decode(content.from_start(), max_side=THUMBNAIL_SIDE)
    except BadImage as bad:
        return FailedFile(root, found.relative, bad.reason, found.size_bytes, found.mtime_ns)
    except MemoryError:
        return FailedFile(root, found.relative, "too large for the memory", found.size_bytes, found.mtime_ns)
    if thumbnails is not None and content.hash not in thumbnails:
        thumbnails.write(content.hash, decoded.image)
    header = decoded.header
    return ScannedFile(
        root=root,
        relative=found.relative,
        content_hash=content.hash,
        width=header.width,
        height=header.height,
        format=header.format,
        size_bytes=content.size_bytes,
        mtime_ns=content.mtime_ns,
    )


def run_scan(spec: ScanSpec, known: Mapping[str, Stamps], emit: Emit, is_cancelled: IsCancelled) -> ScanResult:
    """Emits FilesScanned batches, of each root that could be listed FilesGone, then KinFound. `known` is by root.

    `emit` is called from the calling thread alone. Raises Cancelled soon after `is_cancelled` turns true; what was
    finished until then has been emitted.
    """
    emit(JobStarted(spec.job, "scanning"))
    thumbnails = ThumbnailStore(Path(spec.project) / "thumbnails")
    scan = _Scan(spec.job, emit, is_cancelled, thumbnails)
    try:
        listings = [scan.list_root(root, known.get(root, {})) for root in spec.roots]
        scan.inspect_all(listings, known)
        scan.find_kin()
    finally:
        scan.flush()
    return scan.result()


@dataclass(slots=True)
class _Listing:
    root: str
    relatives: set[str] = field(default_factory=set)
    """Everything that is there, readable or not."""
    to_inspect: list[str] = field(default_factory=list)
    unlistable: set[str] = field(default_factory=set)
    """Of what lies below these nothing is known; the root itself is ""."""

    def gone(self, known: Stamps) -> list[str]:
        """What was known and is there no more. What cannot be listed now is not gone for that."""
        return sorted(one for one in known.keys() - self.relatives if not _lies_below(one, self.unlistable))


@dataclass(slots=True)
class _Batch:
    since: float
    found: list[ScannedFile] = field(default_factory=list)
    failed: list[FailedFile] = field(default_factory=list)
    unchanged: int = 0
    ignored: int = 0

    def __len__(self) -> int:
        return len(self.found) + len(self.failed)


class _Scan:
    """One run: what is in work, what waits to be emitted, and the counts."""

    def __init__(self, job: str, emit: Emit, is_cancelled: IsCancelled, thumbnails: ThumbnailStore) -> None:
        self._job = job
        self._emit = emit
        self._is_cancelled = is_cancelled
        self._thumbnails = thumbnails
        self._in_work: deque[Future[ScannedFile | FailedFile]] = deque()
        self._batch = _Batch(time.monotonic())
        self._found = self._failed = self._unchanged = self._ignored = 0
        self._asked = time.monotonic()
        self._pace = Pace(job, LISTING, emit)
        self._inspected = self._to_inspect = 0
        self._tables: list[str] = []
        self._names: set[ContentHash] = set()
        """Of all that was found"""

    def list_root(self, root: str, known: Stamps) -> _Listing:
        listing = _Listing(root)
        for item in list_files(root, on_ignored=lambda relative: self._ignore(root, relative)):
            self._stop_if_cancelled()
            listing.relatives.add(item.relative)
            match item:
                case Unlistable():
                    self._take_unlistable(listing, item)
                case Found() if known.get(item.relative) == (item.size_bytes, item.mtime_ns):
                    self._batch.unchanged += 1
                case Found():
                    listing.to_inspect.append(item.relative)
            self._pace.report(len(listing.relatives), None)
        return listing

    def inspect_all(self, listings: list[_Listing], known: Mapping[str, Stamps]) -> None:
        self._to_inspect = sum(len(listing.to_inspect) for listing in listings)
        self._pace.finish()
        self._pace = Pace(self._job, "scanning", self._emit)
        threads = _threads()
        pool = ThreadPoolExecutor(threads, thread_name_prefix="scan")
        try:
            for listing in listings:
                for relative in listing.to_inspect:
                    self._in_work.append(pool.submit(_inspect_now, listing.root, relative, self._thumbnails))
                    self._collect(most=threads * _IN_WORK_PER_THREAD)
                self._collect(most=0)
                self.flush()
                self._tell_gone(listing, known.get(listing.root, {}))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        self._pace.report(self._inspected, self._to_inspect)

    def _tell_gone(self, listing: _Listing, known: Stamps) -> None:
        """Also that nothing is: then at least the root itself is there."""
        if "" in listing.unlistable:
            return
        gone = listing.gone(known)
        for start in range(0, max(len(gone), 1), _GONE_AT_ONCE):
            self._emit(FilesGone(self._job, listing.root, tuple(gone[start : start + _GONE_AT_ONCE])))

    def find_kin(self) -> None:
        find_kin(self._job, self._thumbnails, self._names, self._tables, self._emit, self._is_cancelled)

    def flush(self) -> None:
        """Emits what waits."""
        batch = self._batch
        self._batch = _Batch(time.monotonic())
        if len(batch) or batch.unchanged or batch.ignored:
            self._found += len(batch.found)
            self._failed += len(batch.failed)
            self._unchanged += batch.unchanged
            self._ignored += batch.ignored
            self._emit(FilesScanned(self._job, tuple(batch.found), tuple(batch.failed), batch.unchanged, batch.ignored))

    def result(self) -> ScanResult:
        return ScanResult(self._found, self._unchanged, self._failed, self._ignored)

    def _ignore(self, root: str, relative: str) -> None:
        self._batch.ignored += 1
        if relative.rpartition("/")[2] == SYNTHETIC_TABLE:
            self._tables.append(f"{root}/{relative}")

    def _take_unlistable(self, listing: _Listing, item: Unlistable) -> None:
        self._take(FailedFile(listing.root, item.relative, item.reason, 0, 0))
        listing.unlistable.add(item.relative)
        if not item.relative:
            text = f"{printable(listing.root)} is {item.reason}; its pictures are kept as they were"
            self._emit(JobNotice(self._job, text))

    def _collect(self, *, most: int) -> None:
        """Takes in what is finished, in the order of the listing, until at most `most` are in work."""
        while self._in_work and (self._in_work[0].done() or len(self._in_work) > most):
            self._wait_for(self._in_work[0])
            self._take(self._in_work.popleft().result())
            self._inspected += 1
            self._pace.report(self._inspected, self._to_inspect)

    def _wait_for(self, future: Future[ScannedFile | FailedFile]) -> None:
        self._stop_if_cancelled()
        while not future.done():
            try:
                future.exception(timeout=_CANCEL_SECONDS)
            except TimeoutError:
                self._stop_if_cancelled()

    def _take(self, seen: ScannedFile | FailedFile) -> None:
        match seen:
            case ScannedFile():
                self._batch.found.append(seen)
                self._names.add(ContentHash(seen.content_hash))
            case FailedFile():
                self._batch.failed.append(seen)
        if len(self._batch) >= _BATCH_FILES or time.monotonic() - self._batch.since > _BATCH_SECONDS:
            self.flush()

    def _stop_if_cancelled(self) -> None:
        now = time.monotonic()
        if now - self._asked >= _CANCEL_SECONDS:
            self._asked = now
            if self._is_cancelled():
                raise Cancelled


def _lies_below(relative: str, folders: Set[str]) -> bool:
    """Folder by folder upwards: beside many dead links a look at each of them would take long."""
    while folders and (cut := relative.rfind("/")) >= 0:
        relative = relative[:cut]
        if relative in folders:
            return True
    return False


def _inspect_now(root: str, relative: str, thumbnails: ThumbnailStore) -> ScannedFile | FailedFile:
    """Looks at the file's size again: it may have changed since it was listed, and listing keeps names only."""
    try:
        status = os.stat(f"{root}/{relative}")  # noqa: PTH116
    except OSError as error:
        return FailedFile(root, relative, system_reason(error), 0, 0)
    return inspect(root, Found(relative, status.st_size, status.st_mtime_ns), thumbnails)


def _threads() -> int:
    """One for each core this process may use, and two that wait for the disk."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_MOST_THREADS, cores + 2)
