"""Heads and answers that go out of a project, and what lies there afterwards."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from core.exchange.answer_text import answer_text
from core.exchange.dataset import annotated_rows
from core.exchange.folders_out import export_folders
from core.exchange.forms import Exported, Form
from core.exchange.tables_out import export_table
from core.project import Project
from core.values import AnswerValue, ClassValue, Head, HeadKind, ScoreValue, TagsValue
from tests.core.exchange.places import CLIP

IMAGES = 8
FORMS = (Form.FOLDERS, Form.NPY)
NAMES = ("Pass", "Bad: 1/2", "0", "naïve")


def new_head(project: Project, kind: HeadKind, name: str | None = None) -> Head:
    labels = () if kind is HeadKind.SCORE else tuple(label for label in NAMES)
    return project.heads.add(name or f"head {len(project.heads.all())}", kind, labels, CLIP.encoder)[0]


def out(project: Project, head: Head, destination: Path, form: Form, **options) -> Exported:
    rows = annotated_rows(project, head)
    if form in (Form.CSV, Form.JSONL, Form.PARQUET):
        return export_table(rows, destination, form, **options)
    return export_folders(project, rows, destination, form, lambda event: None, lambda: False, **options)


def value_strategy(kind: HeadKind) -> st.SearchStrategy:
    """Answers by the places of labels, which the two projects share."""
    place = st.integers(0, len(NAMES) - 1)
    match kind:
        case HeadKind.CLASS:
            return place
        case HeadKind.SCORE:
            return st.integers(0, 20).map(lambda halves: halves / 2)
        case HeadKind.TAGS:
            said = st.dictionaries(place, st.booleans(), min_size=1)
            return said.map(lambda tags: tuple(sorted(tags.items())))


def value_for(head: Head, drawn) -> AnswerValue:
    ids = [label.label_id for label in head.labels]
    match head.kind:
        case HeadKind.CLASS:
            return ClassValue(ids[drawn])
        case HeadKind.SCORE:
            return ScoreValue(drawn)
        case HeadKind.TAGS:
            chosen = {yes: frozenset(ids[place] for place, said in drawn if said is yes) for yes in (True, False)}
            return TagsValue(chosen[True], chosen[False])


def without_ids(head: Head, found: dict[str, AnswerValue]) -> dict[str, str]:
    names = {label.label_id: label.name for label in head.labels}
    return {content_hash: answer_text(value, names) for content_hash, value in found.items()}


def layout(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file() and path.name[0] != "."}
