"""What an import would do, in rows and words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.models.import_preview import PreviewRow
from core.errors import UserError, WinnowError
from core.exchange.folder_names import Misnamed, misnamed, told
from core.exchange.forms import AnswersForm
from core.exchange.numbered import Scale
from core.exchange.preview import TableFound, TreeFound, check_scores, read_as
from core.values import Head
from core.wording import counted, sentence


@dataclass(frozen=True, slots=True)
class Preview:
    rows: tuple[PreviewRow, ...] = ()
    images: int = 0
    """Files that would be answered; 0: there is nothing to import."""
    summary: str = ""
    wrong: str = ""
    doubt: str = ""
    """What would be taken in, but perhaps not as it is meant."""
    left_out: tuple[tuple[str, str], ...] = ()


def preview_of(
    form: AnswersForm,
    found: TreeFound | TableFound | WinnowError | None,
    head: Head,
    scale: tuple[float, float],
) -> Preview:
    match found:
        case None:
            return Preview()
        case WinnowError():
            return Preview(wrong=str(found))
        case TableFound():
            return _table(found)
        case TreeFound():
            return _tree(form, found, head, scale)


def _table(found: TableFound) -> Preview:
    rows = tuple(PreviewRow("", text, count) for text, count in found.counts)
    left = len(found.failed)
    summary = f"{counted(found.images, 'image')} of the project answered"
    summary += f"; {counted(left, 'row')} left out" if left else ""
    wrong = "" if found.images else "no row can be used"
    return Preview(rows, found.images, summary, wrong, sentence(found.replaced.told), left_out=found.failed)


def _tree(form: AnswersForm, found: TreeFound, head: Head, scale: tuple[float, float]) -> Preview:
    try:
        numbers = Scale(*scale)
    except UserError as error:
        return Preview(wrong=str(error))
    rows, doubts = _rows(found, head, numbers)
    read = sum(row.files for row in rows if row.readable)
    silent = [row for row in rows if not row.readable]
    what = "embedding" if form is AnswersForm.NPY else "image"
    read_from = _places(found, [row.source for row in rows if row.readable])
    parts = [f"{read_from}, {counted(read, what)} to take in"]
    if silent:
        left = sum(row.files for row in silent)
        parts.append(f"{_places(found, [row.source for row in silent])} not read, with {counted(left, what)}")
    if found.failed:
        parts.append(f"{counted(len(found.failed), 'other file or folder', 'other files or folders')} left out")
    text = "; ".join(parts)
    if found.said:
        text += ". An export of Winnow: what it says of each file counts."
    left_out = (*((row.source, row.read_as) for row in silent), *found.failed)
    wrong = "" if read else f"no folder says anything to the {head.kind.value} head {head.name}"
    doubt = told(doubts) or _of_classes(found, head, numbers) if read else ""
    return Preview(tuple(rows), read, text, wrong, doubt, left_out)


def _of_classes(found: TreeFound, head: Head, scale: Scale) -> str:
    """That folders which look like classes are read as scores."""
    try:
        check_scores(head, scale, () if found.said else [folder.sample for folder in found.folders])
    except UserError as error:
        return error.problem
    return ""


def _places(found: TreeFound, names: list[str]) -> str:
    """Folders, and the evaluation files beside them."""
    beside = {folder.name for folder in found.folders if folder.sample.evaluation}
    files = sum(name in beside for name in names)
    folders = counted(len(names) - files, "folder")
    return f"{folders} and {counted(files, 'evaluation file')}" if files else folders


def _rows(found: TreeFound, head: Head, scale: Scale) -> tuple[list[PreviewRow], tuple[Misnamed, ...]]:
    """Of an export of ours the files themselves say what they are, whatever the folders are called."""
    rows: list[PreviewRow] = []
    for folder in found.folders:
        try:
            rows.append(PreviewRow(folder.name, read_as(folder, head, scale), folder.files))
        except ValueError as error:
            rows.append(PreviewRow(folder.name, str(error), folder.files, readable=False))
    if found.said:
        return rows, ()
    labels = [label.name for label in head.labels]
    doubts = misnamed(((row.source, row.read_as) for row in rows if row.readable), labels)
    doubted = {one.folder: one.text for one in doubts}
    return [replace(row, doubt=doubted.get(row.source, "")) for row in rows], doubts
