"""The seed's `N_name/` folders of images: the project scans them, and a folder's number answers its pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from core.errors import Cancelled
from core.exchange.numbered import Entry, Gathered, Scale, answer_of, read_manifest
from core.exchange.reading import folders_read
from core.exchange.trees import look
from core.jobs.events import Event, FilesScanned
from core.jobs.exchange import AnswersRead, ImportAnswersSpec
from core.jobs.pace import Pace
from core.jobs.spec import ScanSpec
from core.media.scan import run_scan
from core.project import Project
from core.store.roots import absolute
from core.values import AnswerValue, ContentHash, HeadKind

Emit = Callable[[Event], None]
IsCancelled = Callable[[], bool]
_STAGE = "reading"


def read_folders(project: Project, spec: ImportAnswersSpec, emit: Emit, is_cancelled: IsCancelled) -> AnswersRead:
    """Scans the tree, which lies in an image folder of the project. Raises UserError where it is none; Cancelled."""
    root, scale = Path(spec.source), Scale(*spec.scale)
    entries, failed = look(root, is_cancelled, [label.name for label in spec.head.labels])
    seen = _Seen(emit)
    roots = (_root_of(project, root),)
    run_scan(
        ScanSpec(spec.job, str(project.folder), roots),
        {one: project.images.known(one) for one in roots},
        seen.note,
        is_cancelled,
    )
    gathered, found = Gathered[ContentHash](failed=failed), list[tuple[Entry, AnswerValue]]()
    said, pace = read_manifest(root), Pace(spec.job, _STAGE, emit)
    contents = _contents(project, entries, seen)
    for done, (entry, content) in enumerate(zip(entries, contents, strict=True), start=1):
        if is_cancelled():
            raise Cancelled
        pace.report(done, len(entries))
        if content is None:
            gathered.failed.append((entry.path, seen.broken.get(absolute(entry.path), "no picture that can be read")))
            continue
        try:
            answer = answer_of(entry, said.get(_below(root, entry.path)), spec.head, scale)
        except ValueError as error:
            gathered.failed.append((entry.path, str(error)))
            continue
        if gathered.add(content, entry, answer):
            found.append((entry, answer))
    return AnswersRead(
        head_id=spec.head.head_id,
        answers=tuple(gathered.values.items()),
        failed=tuple(gathered.failed),
        folders=folders_read(found, spec.head),
        scale=spec.scale if spec.head.kind is HeadKind.SCORE else None,
        evaluation=tuple(gathered.evaluation),
    )


class _Seen:
    """What the scan says of each file, passed on as it comes: nobody need have taken it in yet."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self.contents: dict[str, ContentHash] = {}
        """Absolute path -> content."""
        self.broken: dict[str, str] = {}

    def note(self, event: Event) -> None:
        if isinstance(event, FilesScanned):
            for file in event.found:
                self.contents[absolute(f"{file.root}/{file.relative}")] = ContentHash(file.content_hash)
            for bad in event.failed:
                self.broken[absolute(f"{bad.root}/{bad.relative}")] = bad.reason
        self._emit(event)


def _contents(project: Project, entries: Sequence[Entry], seen: _Seen) -> list[ContentHash | None]:
    """Of each file: what the scan found, else what was known before; None where it is no picture."""
    paths = [absolute(entry.path) for entry in entries]
    known_before = [path for path in paths if path not in seen.contents and path not in seen.broken]
    ids = dict(zip(known_before, project.images.by_paths(known_before), strict=True))
    held = {image.image_id: image.content_hash for image in project.images.get([one for one in ids.values() if one])}
    for path, reason in project.images.failed():
        seen.broken.setdefault(absolute(path), reason)
    return [
        seen.contents.get(path) or (held[image] if (image := ids.get(path)) is not None else None) for path in paths
    ]


def _root_of(project: Project, folder: Path) -> str:
    """The image folder of the project that `folder` is or lies in."""
    here = absolute(folder.as_posix())
    return next(root for root in project.roots if here == absolute(root) or here.startswith(f"{absolute(root)}/"))


def _below(root: Path, path: str) -> str:
    return PurePosixPath(path).relative_to(root.as_posix()).as_posix()
