"""The seed's `N_name/` folders of images become images and annotations of a project, as one act that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from core.exchange.numbered import (
    MANIFEST,
    Entry,
    Gathered,
    Scale,
    answer_of,
    check_folder,
    check_tree,
    evaluation_entry,
    number_of_folder,
    read_manifest,
)
from core.exchange.reading import Imported, folders_read
from core.jobs.spec import ScanSpec
from core.media.listing import Found, Unlistable, list_files
from core.project import Project
from core.store.roots import absolute
from core.values import AnswerValue, Head, HeadKind, Source

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})
"""What the seed takes for a picture; of files outside numbered folders only these are missed."""

Scan = Callable[[ScanSpec], object]


def import_folders(project: Project, head: Head, root: Path, scale: Scale, job: str, scan: Scan) -> Imported:
    """Scans `root` (with `scan`, which runs the job) and answers what lies in it. Raises UserError for no such tree."""
    entries, failed = look(root)
    project.add_roots([root.as_posix()])
    scan(ScanSpec(job, str(project.folder), (_root_of(project, root),)))
    broken = {absolute(path): reason for path, reason in project.images.failed()}
    gathered, found = Gathered(failed=failed), list[tuple[str, AnswerValue]]()
    said = read_manifest(root)
    ids = project.images.by_paths([absolute(entry.path) for entry in entries])
    for entry, image in zip(entries, ids, strict=True):
        if image is None:
            gathered.failed.append((entry.path, broken.get(absolute(entry.path), "no picture that can be read")))
            continue
        try:
            answer = answer_of(entry, said.get(_below(root, entry.path)), head, scale)
        except ValueError as error:
            gathered.failed.append((entry.path, str(error)))
            continue
        if gathered.add(image, entry.path, answer):
            found.append((entry.folder, answer))
    changes = project.annotations.annotate(head.head_id, gathered.values, source=Source.IMPORT)
    used = scale if head.kind is HeadKind.SCORE else None
    return Imported(changes, used, folders_read(found), tuple(gathered.failed))


def look(root: Path) -> tuple[list[Entry], list[tuple[str, str]]]:
    """Files that may be pictures with what their place says, and what can say nothing. Raises UserError for no tree."""
    check_folder(root)
    entries: list[Entry] = []
    failed: dict[str, str] = {}
    for listed in list_files(root.as_posix()):
        path = (root / listed.relative).as_posix()
        match listed:
            case Unlistable(reason=reason):
                failed[path] = reason
            case Found(relative=relative):
                for item in _entry(root, relative):
                    if isinstance(item, Entry):
                        entries.append(item)
                    else:
                        failed[item[0]] = item[1]
    check_tree(root, entries, "image")
    return entries, list(failed.items())


def _entry(root: Path, relative: str) -> Iterator[Entry | tuple[str, str]]:
    place = PurePosixPath(relative)
    path = (root / relative).as_posix()
    if len(place.parts) == 1:
        evaluation = evaluation_entry(path, place.name, place.stem)
        if evaluation is not None:
            yield evaluation
        elif place.suffix.lower() in _PICTURES and place.name != MANIFEST:
            yield path, "lies in no folder named by a number"
        return
    number = number_of_folder(place.parts[0])
    if number is None:
        yield (root / place.parts[0]).as_posix(), "the folder's name begins with no number"
    else:
        yield Entry(path, place.parts[0], number)


def _root_of(project: Project, folder: Path) -> str:
    """The image folder of the project that `folder` is or lies in."""
    here = absolute(folder.as_posix())
    return next(root for root in project.roots if here == absolute(root) or here.startswith(f"{absolute(root)}/"))


def _below(root: Path, path: str) -> str:
    return PurePosixPath(path).relative_to(root.as_posix()).as_posix()
