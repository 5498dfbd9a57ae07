"""A second answer, given blind: kept beside the first in an act of its own kind."""

from __future__ import annotations

import pytest

from core.errors import Bug, UserError
from core.project import Project
from core.store.codec import value_of, value_text
from core.values import ClassValue, Field, Head, HeadKind, ImageId, Repeat, ScoreValue, TagsValue
from tests.core.store.projects import class_head

ONE, TWO = ImageId(1), ImageId(2)


@pytest.fixture
def head(project: Project) -> Head:
    return class_head(project)


def values(head: Head) -> tuple[ClassValue, ClassValue]:
    first, second = (ClassValue(label.label_id) for label in head.labels[:2])
    return first, second


def answer_of(project: Project, head: Head):
    return project.annotations.standing_of(head.head_id, [ONE])[0].answer


def test_that_the_newer_answer_counts_and_both_are_kept(project, head):
    first, second = values(head)
    project.annotations.annotate(head.head_id, {ONE: first})
    changes = project.annotations.answer_again(head.head_id, ONE, second, 1)
    assert changes.annotated == {ONE}
    assert answer_of(project, head) == second
    (found,) = project.repeats.all(head.head_id)
    assert (found.image_id, found.first, found.second) == (ONE, first, second)
    assert project.annotations.count(head.head_id) == 1


def test_that_it_is_one_act_that_undo_takes_back_after_a_restart(project, head):
    first, second = values(head)
    project.annotations.annotate(head.head_id, {ONE: first})
    project.annotations.answer_again(head.head_id, ONE, second, 1)
    folder = project.folder
    project.close()
    with Project.open(folder) as again:
        assert len(again.repeats.all(head.head_id)) == 1
        assert again.annotations.undo().annotated == {ONE}
        assert again.repeats.all(head.head_id) == []
        assert answer_of(again, head) == first
        assert again.annotations.redo().annotated == {ONE}
        assert again.repeats.times(head.head_id) == {ONE: 1}
        assert answer_of(again, head) == second


def test_that_the_same_answer_given_again_counts_each_time(project, head):
    first, _ = values(head)
    project.annotations.annotate(head.head_id, {ONE: first})
    for times in (1, 2):
        project.annotations.answer_again(head.head_id, ONE, first, times)
    assert [one.second for one in project.repeats.all(head.head_id)] == [first, first]
    assert project.annotations.history(head.head_id)[0].field is Field.REASKED


def test_that_several_tags_are_one_second_answer_and_what_they_leave_open_stays(project):
    head, _ = project.heads.add("tags", HeadKind.TAGS, ["a", "b", "c"])
    a, b, c = (label.label_id for label in head.labels)
    project.annotations.annotate(head.head_id, {ONE: TagsValue(frozenset({a, b}), frozenset({c}))})
    for said in (TagsValue(frozenset({a})), TagsValue(frozenset({a}), frozenset({b}))):
        project.annotations.answer_again(head.head_id, ONE, said, 1)
    (found,) = project.repeats.all(head.head_id)
    assert found.first == TagsValue(frozenset({a, b}), frozenset({c}))
    assert found.second == TagsValue(frozenset({a}), frozenset({b}))
    assert answer_of(project, head) == TagsValue(frozenset({a}), frozenset({b, c}))


def test_that_only_an_answered_image_can_be_asked_again(project, head):
    with pytest.raises(Bug, match="answered"):
        project.annotations.answer_again(head.head_id, ONE, values(head)[0], 1)
    with pytest.raises(UserError, match="cannot be an answer"):
        project.annotations.answer_again(head.head_id, ONE, ScoreValue(3.0), 1)
    assert project.annotations.history(head.head_id) == []


@pytest.mark.parametrize("first", [ScoreValue(2.5), TagsValue(frozenset())])
def test_that_the_log_reads_back_what_it_wrote(first):
    value = Repeat(first, first, 3)
    assert value_of(value_text(value)) == value


def test_that_the_share_is_kept_and_is_at_most_half(project, head):
    assert project.repeats.share(head.head_id) == 0.02
    assert project.repeats.set_share(head.head_id, 0.1).heads
    assert not project.repeats.set_share(head.head_id, 0.1)
    with pytest.raises(UserError, match="cannot be asked again"):
        project.repeats.set_share(head.head_id, 0.6)
    assert project.repeats.share(head.head_id) == 0.1
