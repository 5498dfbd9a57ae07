"""An answer that was looked at again and stands: one undoable act of the same history."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import Bug, UserError
from core.project import Project
from core.project.act_words import name_act
from core.store.codec import value_of, value_text
from core.values import ClassValue, Confirmation, Field, Head, HeadKind, ImageId, LabelId, ScoreValue, TagsValue
from tests.core.store.projects import class_head

ONE, TWO = ImageId(1), ImageId(2)


@pytest.fixture
def head(project: Project) -> Head:
    return class_head(project)


def confirmed(head: Head) -> Confirmation:
    first, second = (ClassValue(label.label_id) for label in head.labels[:2])
    return Confirmation(first, second)


def test_that_a_confirmation_holds_and_leaves_the_answer_alone(project, head):
    value = confirmed(head)
    project.annotations.annotate(head.head_id, {ONE: value.stands})
    changes = project.annotations.confirm(head.head_id, {ONE: value})
    assert changes.annotated == {ONE}
    assert project.annotations.confirmations(head.head_id) == {ONE: value}
    assert project.annotations.standing_of(head.head_id, [ONE])[0].answer == value.stands
    assert project.annotations.count(head.head_id) == 1


def test_that_a_confirmation_said_again_is_not_written_again(project, head):
    project.annotations.confirm(head.head_id, {ONE: confirmed(head)})
    assert not project.annotations.confirm(head.head_id, {ONE: confirmed(head)})


def test_that_many_confirmations_are_one_act_that_undo_takes_back_after_a_restart(project, head, tmp_path: Path):
    project.annotations.confirm(head.head_id, dict.fromkeys([ONE, TWO], confirmed(head)))
    folder = project.folder
    project.close()
    with Project.open(folder) as again:
        assert set(again.annotations.confirmations(head.head_id)) == {ONE, TWO}
        assert again.annotations.undo().annotated == {ONE, TWO}
        assert again.annotations.confirmations(head.head_id) == {}
        assert again.annotations.redo().annotated == {ONE, TWO}
        assert set(again.annotations.confirmations(head.head_id)) == {ONE, TWO}
        assert again.annotations.history(head.head_id)[0].field is Field.CONFIRMED


def test_that_only_an_answer_of_the_head_can_be_confirmed(project, head):
    with pytest.raises(UserError, match="cannot be an answer"):
        project.annotations.confirm(head.head_id, {ONE: Confirmation(ScoreValue(3.0), None)})
    with pytest.raises(Bug, match="confirm"):
        project.annotations.mark(head.head_id, [ONE], Field.CONFIRMED, on=True)


@pytest.mark.parametrize(
    "value",
    [
        Confirmation(ClassValue(LabelId(1)), None),
        Confirmation(ScoreValue(2.5), ScoreValue(7.0)),
        Confirmation(TagsValue(frozenset({LabelId(1)})), TagsValue(frozenset(), frozenset({LabelId(1)}))),
    ],
)
def test_that_a_confirmation_is_read_back_as_it_was_written(value: Confirmation):
    assert value_of(value_text(value)) == value


def test_that_answers_are_withdrawn_in_the_act_that_confirms_others(project, head):
    value = confirmed(head)
    project.annotations.annotate(head.head_id, dict.fromkeys([ONE, TWO], value.stands))
    changes = project.annotations.confirm(head.head_id, {ONE: value}, withdrawn=[TWO])
    assert changes.annotated == {ONE, TWO}
    assert [one.answer for one in project.annotations.standing_of(head.head_id, [ONE, TWO])] == [value.stands, None]
    assert project.annotations.undo().annotated == {ONE, TWO}
    assert project.annotations.confirmations(head.head_id) == {}
    assert project.annotations.count(head.head_id) == 2


def test_that_an_image_that_was_corrected_and_is_marked_again_waits_again(project, head):
    value, annotations = confirmed(head), project.annotations
    for _ in range(2):
        annotations.annotate(head.head_id, {ONE: value.stands})
        assert not annotations.marked_wrong(head.head_id)
        annotations.confirm(head.head_id, {}, withdrawn=[ONE])
        assert list(annotations.marked_wrong(head.head_id)) == [ONE]


def test_that_a_mark_on_a_tag_takes_back_that_tag_alone(project):
    tags = project.heads.add("tags", HeadKind.TAGS, ["a", "b", "c"])[0]
    a, b, c = (label.label_id for label in tags.labels)
    annotations = project.annotations
    annotations.annotate(tags.head_id, {ONE: TagsValue(frozenset({a, b}), frozenset({c}))})
    act = annotations.confirm(tags.head_id, {}, withdrawn=[ONE], tag=a).act
    assert annotations.standing_of(tags.head_id, [ONE])[0].answer == TagsValue(frozenset({b}), frozenset({c}))
    assert annotations.marked_wrong(tags.head_id) == {ONE: frozenset({a})}
    assert act is not None
    assert name_act(project, act, tags.head_id) == "mark as wrong"
    annotations.annotate(tags.head_id, {ONE: TagsValue(frozenset({b, c}))})
    assert list(annotations.marked_wrong(tags.head_id)) == [ONE], "another tag is no answer to this one"
    annotations.annotate(tags.head_id, {ONE: TagsValue(frozenset({b}), frozenset({a}))})
    assert not annotations.marked_wrong(tags.head_id)


def test_that_a_marked_tag_that_was_answered_waits_no_more_when_that_answer_is_cleared(project):
    tags = project.heads.add("tags", HeadKind.TAGS, ["a", "b"])[0]
    a, b = (label.label_id for label in tags.labels)
    annotations = project.annotations
    annotations.annotate(tags.head_id, {ONE: TagsValue(frozenset({a, b}))})
    annotations.confirm(tags.head_id, {}, withdrawn=[ONE], tag=a)
    annotations.annotate(tags.head_id, {ONE: TagsValue(frozenset({b}), frozenset({a}))})
    annotations.annotate(tags.head_id, {ONE: None})
    assert not annotations.marked_wrong(tags.head_id), "as of a class"
    annotations.confirm(tags.head_id, {}, withdrawn=[ONE], tag=b)
    assert annotations.marked_wrong(tags.head_id) == {ONE: frozenset({b})}
    annotations.undo(2)
    assert annotations.standing_of(tags.head_id, [ONE])[0].answer == TagsValue(frozenset({b}), frozenset({a}))
    assert not annotations.marked_wrong(tags.head_id)
    annotations.undo()
    assert annotations.marked_wrong(tags.head_id) == {ONE: frozenset({a})}, "as before it was answered"
    annotations.redo()
    assert not annotations.marked_wrong(tags.head_id)


def test_that_tags_stand_one_by_one_each_beside_what_was_said_against_it(project):
    tags = project.heads.add("tags", HeadKind.TAGS, ["a", "b", "c"])[0]
    a, b, c = (label.label_id for label in tags.labels)
    annotations = project.annotations
    annotations.annotate(tags.head_id, {ONE: TagsValue(frozenset({a, b}), frozenset({c}))})
    only_a = Confirmation(TagsValue(frozenset({a})), TagsValue(frozenset(), frozenset({a})))
    annotations.confirm(tags.head_id, {ONE: only_a})
    annotations.confirm(tags.head_id, {ONE: Confirmation(TagsValue(frozenset({b})), None)})
    both = Confirmation(TagsValue(frozenset({a, b})), TagsValue(frozenset(), frozenset({a})))
    assert annotations.confirmations(tags.head_id) == {ONE: both}
    assert not annotations.confirm(tags.head_id, {ONE: only_a}), "it stands already"
    annotations.undo()
    assert annotations.confirmations(tags.head_id) == {ONE: only_a}
