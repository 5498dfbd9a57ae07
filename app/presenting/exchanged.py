"""What an import or export did, in words: a line for the bar, and the whole of it to be read on request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from app.presenting.states import figure_text
from core.changes import Changes
from core.exchange.forms import Exported
from core.jobs.exchange import AnswersRead, ExchangeResult, HeadRead, HeadWritten
from core.project.incoming import NOT_MEASURED
from core.review.telling import untold_text
from core.values import Head, HeadKind
from core.wording import counted


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    line: str
    text: str = ""
    failed: tuple[tuple[str, str], ...] = ()
    warns: bool = False
    """Something that was there is no more."""
    later: str = ""
    """The line once another act was done, as a key named in it takes back that one."""

    @property
    def has_more(self) -> bool:
        """More than the line says."""
        return bool(self.text or self.failed)

    @property
    def is_well(self) -> bool:
        return not (self.failed or self.warns)


def report_of(result: ExchangeResult, changes: Changes, head: Head | None, undo: str) -> Report:
    """`head` as it is now; `undo`: the key that takes an act back."""
    match result:
        case AnswersRead():
            return _answers(result, changes, head, undo)
        case HeadRead():
            return _head_in(result)
        case HeadWritten():
            return _head_out(result)
        case Exported():
            return _data_set(result)


def export_forecast(exported: Exported) -> str:
    written = f"{counted(exported.images, 'image')}, {counted(len(exported.files), 'file')} to write."
    return written + _excluded(exported)


def _answers(read: AnswersRead, changes: Changes, head: Head | None, undo: str) -> Report:
    taken = f"{counted(len(changes.annotated), 'answer')} imported"
    more = f", {changes.unchanged:,} held already" if changes.unchanged else ""
    if told := changes.replaced.told:
        more += f"; {told}"
    if read.evaluation:
        more += f", {len(read.evaluation):,} from evaluation files"
    if read.failed:
        more += f"; {counted(len(read.failed), 'file')} left out"
    takes_back = f" ({undo} takes it back)" if undo and changes.annotated else ""
    line, later = (f"{taken} as one act{how}{more}" for how in (takes_back, ""))
    text = later + "."
    if read.without_picture:
        text += f" {counted(read.without_picture, 'image')} known by the vector alone: they teach and are never shown."
    title = f"Imported into {head.name}" if head else "Imported"
    warns = changes.replaced.tags > 0
    return Report(title, line, text if read.failed else "", read.failed, warns=warns, later=later)


def _head_in(read: HeadRead) -> Report:
    judged = f"{counted(read.judged, 'image')} judged" if read.judged else "it judges the images once they are embedded"
    line = f"{read.name} v{read.number} is in force; {judged}"
    before = read.replaced
    if before is None or before.metrics.by == NOT_MEASURED:
        return Report(f"Imported {read.name}", line)
    known = f"v{before.number} ({figure_text(before.metrics)})"
    text = (
        f"{line}. It was not measured here.\n\nUntil now {known} was in force. "
        f"To go back: V shows the versions, choose v{before.number} there, and U puts it in force."
    )
    return Report(f"Imported {read.name}", f"{line}; {known} was until now", text)


def _head_out(written: HeadWritten) -> Report:
    names = [PurePosixPath(file).name for file in written.files]
    first = PurePosixPath(written.files[0])
    files = "\n".join(written.files)
    silent = untold_text(written.untold)
    files += f"\n\n{silent[0].upper()}{silent[1:]}." if silent else ""
    text = f"Written:\n{files}\n\nIn Winnow:\nwinnow score {first} PICTURES\n\nIn CityClassifiers:\n{_seed(written)}"
    return Report("Exported head", f"{counted(len(names), 'file')} written, beginning with {names[0]}", text)


def _seed(written: HeadWritten) -> str:
    heads = [PurePosixPath(file).stem for file in written.files if file.endswith(".safetensors")]
    runs = heads[1:] if written.kind is HeadKind.TAGS else heads
    if not written.in_the_seed:
        return "It takes heads of 768 values alone, those of clip-vit-l14-336; this one reads others."
    if not runs:
        return "It knows no tags. Exported once more with each tag as a score head of its own, those run there."
    return (
        "Put the files into its models folder; its scripts, such as demo_score_folder.py, then find "
        f"{', '.join(runs)} by name. Each lists its options with --help."
    )


def _data_set(exported: Exported) -> Report:
    line = f"{counted(exported.images, 'image')} exported, {counted(len(exported.files), 'file')} written"
    if exported.failed:
        line += f"; {len(exported.failed):,} failed"
    where = PurePosixPath(exported.files[0]) if exported.files else PurePosixPath()
    text = f"{line}. The first is {where}.{_excluded(exported)}"
    return Report("Exported answers", line, text, exported.failed)


def _excluded(exported: Exported) -> str:
    return f" {counted(exported.excluded, 'image')} kept out of training: left out." if exported.excluded else ""
