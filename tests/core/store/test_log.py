"""Annotating, taking back and bringing back."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from sqlalchemy import Select

from core.errors import Bug, UserError
from core.project import Project
from core.replaced import Replaced
from core.store import annotations
from core.store.schema import IMAGE_LEVEL, log
from core.values import ClassValue, Field, Head, HeadKind, ImageId, LabelId, ScoreValue, Source, TagsValue
from tests.core.store.projects import class_head

ONE, TWO, THREE, FOUR = (ImageId(number) for number in (1, 2, 3, 4))


@pytest.fixture
def head(project: Project) -> Head:
    return class_head(project)


def answer(project: Project, head: Head, image: ImageId) -> str | None:
    """Name of the label that holds."""
    value = project.annotations.standing_of(head.head_id, [image])[0].answer
    names = {label.label_id: label.name for label in head.labels}
    return names[value.label] if isinstance(value, ClassValue) else None


def say(project: Project, head: Head, image: ImageId, name: str) -> None:
    label = next(label for label in head.labels if label.name == name)
    project.annotations.annotate(head.head_id, {image: ClassValue(label.label_id)})


def test_that_an_answer_holds_until_the_next_one(project, head):
    say(project, head, ONE, "cat")
    say(project, head, ONE, "dog")
    assert answer(project, head, ONE) == "dog"


def test_that_annotate_names_the_images_it_changed_and_the_act(project, head):
    value = ClassValue(head.labels[0].label_id)
    changes = project.annotations.annotate(head.head_id, {ONE: value, TWO: value})
    assert (changes.annotated, changes.head, changes.act) == ({ONE, TWO}, head.head_id, 2)


def test_that_a_value_that_holds_already_writes_nothing(project, head):
    say(project, head, ONE, "cat")
    before = project.annotations.last_id()
    changes = project.annotations.annotate(head.head_id, {ONE: ClassValue(head.labels[0].label_id)})
    assert not changes
    assert (changes.unchanged, project.annotations.last_id()) == (1, before)


def test_that_only_the_news_of_a_bulk_is_written(project, head):
    say(project, head, ONE, "cat")
    value = ClassValue(head.labels[0].label_id)
    changes = project.annotations.annotate(head.head_id, {ONE: value, TWO: value})
    assert (changes.annotated, changes.unchanged) == ({TWO}, 1)


def test_that_none_clears_an_answer(project, head):
    say(project, head, ONE, "cat")
    project.annotations.annotate(head.head_id, {ONE: None})
    assert answer(project, head, ONE) is None
    assert project.annotations.count(head.head_id) == 0


def test_that_clearing_what_was_never_answered_writes_nothing(project, head):
    assert project.annotations.annotate(head.head_id, {ONE: None}).unchanged == 1
    assert project.annotations.last_id() == 0


def test_that_undo_restores_the_previous_annotation(project, head):
    say(project, head, ONE, "cat")
    say(project, head, ONE, "dog")
    project.annotations.undo()
    assert answer(project, head, ONE) == "cat"


def test_that_undo_of_the_first_annotation_leaves_none(project, head):
    say(project, head, ONE, "cat")
    project.annotations.undo()
    assert answer(project, head, ONE) is None


def test_that_one_undo_takes_back_a_whole_bulk(project, head):
    say(project, head, ONE, "cat")
    value = ClassValue(head.labels[1].label_id)
    project.annotations.annotate(head.head_id, {ONE: value, TWO: value, THREE: value}, Source.IMPORT)
    changes = project.annotations.undo()
    assert changes.annotated == {ONE, TWO, THREE}
    assert [answer(project, head, image) for image in (ONE, TWO, THREE)] == ["cat", None, None]


def test_that_undo_says_which_image_to_go_back_to(project, head):
    say(project, head, ONE, "cat")
    say(project, head, THREE, "dog")
    changes = project.annotations.undo()
    assert project.annotations.focus(changes) == THREE


def test_that_undo_goes_back_step_by_step_and_then_says_so(project, head):
    say(project, head, ONE, "cat")
    say(project, head, TWO, "cat")
    assert project.annotations.undo().annotated == {TWO}
    assert project.annotations.undo().annotated == {ONE}
    project.annotations.undo()  # that the head was made
    assert not project.annotations.undo()


def test_that_several_acts_are_undone_in_one_call(project, head):
    for image in (ONE, TWO, THREE):
        say(project, head, image, "cat")
    changes = project.annotations.undo(2)
    assert changes.annotated == {TWO, THREE}
    assert project.annotations.focus(changes) == TWO
    assert project.annotations.count(head.head_id) == 1


def test_that_redo_brings_back_in_the_order_of_the_annotations(project, head):
    say(project, head, ONE, "cat")
    say(project, head, ONE, "dog")
    project.annotations.undo(2)
    project.annotations.redo()
    assert answer(project, head, ONE) == "cat"
    project.annotations.redo()
    assert answer(project, head, ONE) == "dog"


def test_that_there_is_nothing_to_redo_without_an_undo(project, head):
    say(project, head, ONE, "cat")
    assert not project.annotations.redo()


def test_that_a_new_annotation_ends_the_chance_of_redo(project, head):
    say(project, head, ONE, "cat")
    project.annotations.undo()
    say(project, head, TWO, "dog")
    assert not project.annotations.redo()
    assert answer(project, head, ONE) is None


def test_that_undo_passes_over_acts_that_are_taken_back_for_good(project, head):
    say(project, head, ONE, "cat")
    say(project, head, TWO, "cat")
    project.annotations.undo()
    say(project, head, THREE, "cat")
    assert project.annotations.undo().annotated == {THREE}
    assert project.annotations.undo().annotated == {ONE}


def test_that_an_act_can_be_undone_and_redone_again_and_again(project, head):
    say(project, head, ONE, "cat")
    for _ in range(3):
        project.annotations.undo()
        assert answer(project, head, ONE) is None
        project.annotations.redo()
        assert answer(project, head, ONE) == "cat"


def test_that_undo_and_redo_reach_across_a_restart(tmp_path, project, head):
    say(project, head, ONE, "cat")
    say(project, head, ONE, "dog")
    project.close()
    with Project.open(tmp_path / "project") as again:
        again.annotations.undo()
        assert answer(again, head, ONE) == "cat"
    with Project.open(tmp_path / "project") as again:
        again.annotations.redo()
        assert answer(again, head, ONE) == "dog"


def test_that_undo_reaches_over_heads(project, head):
    taste = project.heads.add("taste", HeadKind.SCORE)[0]
    say(project, head, ONE, "cat")
    project.annotations.annotate(taste.head_id, {ONE: ScoreValue(7.5)})
    assert project.annotations.undo().head == taste.head_id
    assert answer(project, head, ONE) == "cat"


def test_that_marks_are_undone_like_answers(project, head):
    project.annotations.mark(head.head_id, [ONE, TWO], Field.EXCLUDED, on=True)
    project.annotations.mark(head.head_id, [ONE], Field.EXCLUDED, on=False)
    project.annotations.undo()
    assert [one.excluded for one in project.annotations.standing_of(head.head_id, [ONE, TWO])] == [True, True]
    project.annotations.undo()
    assert not any(one.excluded for one in project.annotations.standing_of(head.head_id, [ONE, TWO]))


def test_that_taking_off_a_mark_that_is_not_there_writes_nothing(project, head):
    assert project.annotations.mark(head.head_id, [ONE], Field.SKIPPED, on=False).unchanged == 1
    assert project.annotations.last_id() == 0


def test_that_a_flag_belongs_to_the_image_and_an_exclusion_to_the_head(project, head):
    other = class_head(project, "other")
    project.annotations.mark(head.head_id, [ONE], Field.FLAGGED, on=True)
    project.annotations.mark(head.head_id, [ONE], Field.EXCLUDED, on=True)
    standing = project.annotations.standing_of(other.head_id, [ONE])[0]
    assert (standing.flagged, standing.excluded) == (True, False)


def test_that_history_tells_every_row_newest_first(project, head):
    say(project, head, ONE, "cat")
    project.annotations.mark(head.head_id, [TWO], Field.FLAGGED, on=True)
    project.annotations.undo()
    rows = project.annotations.history()
    assert [(row.annotation_id, row.image_id, row.field, row.value, row.retracts) for row in rows] == [
        (3, TWO, Field.FLAGGED, None, 2),
        (2, TWO, Field.FLAGGED, True, None),
        (1, ONE, Field.ANSWER, ClassValue(head.labels[0].label_id), None),
    ]
    assert [row.head_id for row in rows] == [None, None, head.head_id]


def test_that_history_can_be_kept_to_one_head_and_a_few_rows(project, head):
    other = class_head(project, "other")
    for image in (ONE, TWO, THREE):
        say(project, head, image, "cat")
        say(project, other, image, "dog")
    assert [row.image_id for row in project.annotations.history(other.head_id, limit=2)] == [THREE, TWO]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (HeadKind.SCORE, ScoreValue(11)),
        (HeadKind.SCORE, ScoreValue(3.3)),
        (HeadKind.SCORE, ScoreValue(float("nan"))),
        (HeadKind.SCORE, ClassValue(LabelId(1))),
        (HeadKind.CLASS, ClassValue(LabelId(99))),
        (HeadKind.CLASS, ScoreValue(5)),
        (HeadKind.TAGS, TagsValue(frozenset({LabelId(99)}))),
        (HeadKind.TAGS, TagsValue(frozenset({LabelId(1)}), frozenset({LabelId(1)}))),
    ],
)
def test_that_a_value_the_head_cannot_take_is_refused_and_nothing_written(project, kind, value):
    head, _ = project.heads.add("asked", kind, [] if kind is HeadKind.SCORE else ["a", "b"])
    with pytest.raises(UserError):
        project.annotations.annotate(head.head_id, {ONE: value})
    assert project.annotations.last_id() == 0


def test_that_tags_that_say_nothing_are_no_answer(project):
    head, _ = project.heads.add("themes", HeadKind.TAGS, ["sky"])
    project.annotations.annotate(head.head_id, {ONE: TagsValue(frozenset({head.labels[0].label_id}))})
    project.annotations.annotate(head.head_id, {ONE: TagsValue(frozenset())})
    assert project.annotations.standing_of(head.head_id, [ONE])[0].answer is None


def test_that_an_unknown_head_is_a_user_error(project):
    with pytest.raises(UserError, match="no head number 77"):
        project.annotations.annotate(77, {ONE: None})


def test_that_a_failed_write_leaves_nothing_behind(project, head):
    value = ClassValue(head.labels[0].label_id)
    with pytest.raises(Bug):
        project.annotations.annotate(head.head_id, {ONE: value, ImageId(4711): value})
    assert project.annotations.last_id() == 0
    assert answer(project, head, ONE) is None


@pytest.mark.parametrize("table", ["annotations", "acts", "head_edits"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET id = 99 WHERE id = 1",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE id = 1",
    ],
)
def test_that_the_log_refuses_to_be_changed_even_by_another_program(tmp_path, project, head, table, statement):
    say(project, head, ONE, "cat")
    project.close()
    with sqlite3.connect(tmp_path / "project" / "project.sqlite") as raw:
        before = raw.execute(f"SELECT * FROM {table}").fetchall()
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            raw.execute(statement.format(table=table))
        assert raw.execute(f"SELECT * FROM {table}").fetchall() == before
    raw.close()


def test_that_our_own_code_cannot_change_the_log_either(project, head):
    say(project, head, ONE, "cat")
    with pytest.raises(Bug, match="append-only"), project._database.write() as connection:
        connection.execute(log.update().values(value="true"))


def plan_of(project: Project, query: Select[Any], **asked: Any) -> str:
    """How SQLite goes about it."""
    with project._database.read() as connection:
        text = query.params(asked).compile(connection, compile_kwargs={"literal_binds": True})
        return " · ".join(row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))


def test_that_what_every_key_reads_goes_through_no_other_answers(project, head):
    looked_up = plan_of(project, annotations._STANDING_OF, levels=[head.head_id, IMAGE_LEVEL], images=[ONE])
    assert "head_id=? AND field=? AND image_id=?" in looked_up
    counted = plan_of(project, annotations._GIVEN_LATELY, head=head.head_id, learned=7)
    assert "rowid>?" in counted and "head_id=? AND field=? AND image_id=?" in counted
    few = plan_of(project, annotations._MANY_SINCE, head=head.head_id, learned=7, few=5_000)
    assert "COVERING INDEX annotations_by_head (head_id=? AND rowid>?)" in few
    undone = plan_of(project, annotations._TAKEN_BACK, head=head.head_id, learned=7, act=3)
    assert "annotations USING INDEX ix_annotations_act_id (act_id=?)" in undone


def test_that_what_holds_of_all_images_is_read_by_value_and_not_one_by_one(project, head, monkeypatch):
    rows = []
    plain = annotations._numbers
    monkeypatch.setattr(annotations, "_numbers", lambda text: rows.append(text) or plain(text))
    for image in (ONE, TWO, THREE):
        say(project, head, image, "dog" if image == TWO else "cat")
    project.annotations.mark(head.head_id, [ONE, THREE], Field.FLAGGED, on=True)
    held = project.annotations.standing(head.head_id)
    cat, dog = (head.labels[place].label_id for place in (0, 1))
    assert (held.ids.tolist(), held.flagged.tolist()) == ([1, 2, 3], [True, False, True])
    assert held.values == (ClassValue(cat), ClassValue(dog), ClassValue(cat))
    assert sorted(rows) == ["1,3", "1,3", "2"]


def test_that_a_tag_that_was_removed_keeps_its_answers_while_others_change(project):
    head, _ = project.heads.add("tags", HeadKind.TAGS, ["a", "b", "c"])
    a, b, c = (label.label_id for label in head.labels)
    one, annotations = ImageId(1), project.annotations
    annotations.annotate(head.head_id, {one: TagsValue(frozenset({a, b}))})
    assert annotations.label_counts(head.head_id) == {a: 1, b: 1}
    project.heads.edit(head.head_id, labels=head.labels[1:])
    annotations.annotate(head.head_id, {one: TagsValue(frozenset({c}), frozenset({b}))})
    assert annotations.standing_of(head.head_id, [one])[0].answer == TagsValue(frozenset({c}), frozenset({b}))
    project.heads.edit(head.head_id, labels=["a", *head.labels[1:]])
    assert annotations.standing_of(head.head_id, [one])[0].answer == TagsValue(frozenset({a, c}), frozenset({b}))


def test_that_an_answer_taken_back_is_not_told_as_replaced_by_what_a_removed_tag_keeps(project):
    head, _ = project.heads.add("tags", HeadKind.TAGS, ["a", "b", "c"])
    a, b, c = (label.label_id for label in head.labels)
    one, annotations = ImageId(1), project.annotations
    annotations.annotate(head.head_id, {one: TagsValue(frozenset({a, b}))})
    project.heads.edit(head.head_id, labels=head.labels[1:])
    assert annotations.annotate(head.head_id, {one: TagsValue(frozenset({c}))}).replaced == Replaced(1, 1)
    assert annotations.annotate(head.head_id, {one: None}).replaced == Replaced()
