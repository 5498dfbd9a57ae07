"""Edits of heads, versions in force and notes: acts of the log like answers, told in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection

from core.errors import UserError
from core.project import Project
from core.store.database import Database
from core.values import ClassValue, Combine, Field, Head, HeadKind, ImageId, Label, Tiles
from tests.core.store.projects import class_head, embed_all, make_version

ONE = ImageId(1)


@pytest.fixture
def head(project: Project) -> Head:
    return class_head(project)


def said(project: Project) -> str:
    return project.edits.history(limit=1)[0].said


def answer(project: Project, head: Head, label: int = 0) -> None:
    project.annotations.annotate(head.head_id, {ONE: ClassValue(head.labels[label].label_id)})


def rename(project: Project, head: Head) -> None:
    project.heads.edit(head.head_id, name="subject" if head.name == "content" else f"{head.name} too")


def relabel(project: Project, head: Head) -> None:
    first, _, third = head.labels
    project.heads.edit(head.head_id, labels=[third, Label(first.label_id, "lynx"), "owl"])


def look_elsewhere(project: Project, head: Head) -> None:
    project.heads.edit(head.head_id, encoder="clip-vit-l14-336", tiles=Tiles.FIVE_CROP, combine=Combine.MAX)


def learn_otherwise(project: Project, head: Head) -> None:
    project.heads.edit(head.head_id, recipe={"epochs": 3})


def draw_more(project: Project, head: Head) -> None:
    project.audits.set_share(head.head_id, 0.1)


def ask_less(project: Project, head: Head) -> None:
    project.repeats.set_share(head.head_id, 0.0)


def train(project: Project, head: Head, times: int = 1) -> None:
    embed_all(project)
    values = {image: ClassValue(label.label_id) for image, label in zip((ONE, ImageId(2)), head.labels, strict=False)}
    project.annotations.annotate(head.head_id, values)
    for _ in range(times):
        make_version(project, head)


def state(project: Project, head: Head) -> tuple[object, ...]:
    return (
        project.heads.by_id(head.head_id),
        project.heads.recipe(head.head_id),
        project.audits.share(head.head_id),
        project.repeats.share(head.head_id),
    )


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (rename, "renamed from content to subject"),
        (relabel, "label owl added, label dog removed, label cat renamed to lynx, labels in another order"),
        (
            look_elsewhere,
            "encoder clip-vit-l14-336 instead of signal, tiles five-crop instead of none, "
            "tiles combined by max instead of mean",
        ),
        (learn_otherwise, "another recipe"),
        (draw_more, "audit set 10 % instead of 7 %"),
        (ask_less, "asked again 0 % instead of 2 %"),
    ],
)
def test_that_an_edit_is_one_act_that_is_told_undone_and_redone_after_a_restart(tmp_path, project, head, edit, words):
    before = state(project, head)
    edit(project, head)
    after = state(project, head)
    assert said(project) == words
    project.close()
    with Project.open(tmp_path / "project") as again:
        changes = again.annotations.undo()
        assert (changes.head, changes.heads, changes.annotated) == (head.head_id, True, frozenset())
        assert state(again, head) == before
        newest, done = again.edits.history(limit=2)
        assert (newest.retracts, newest.said) == (done.edit_id, words)
    with Project.open(tmp_path / "project") as again:
        again.annotations.redo()
        assert state(again, head) == after


def test_that_an_edit_that_changes_nothing_is_no_act(project, head):
    before = project.annotations.to_turn(redo=False)
    project.heads.edit(head.head_id, name="content", labels=list(head.labels))
    project.audits.set_share(head.head_id, project.audits.share(head.head_id))
    assert project.annotations.to_turn(redo=False) == before


def test_that_acts_of_all_kinds_are_taken_back_in_one_order(project, head):
    answer(project, head)
    relabel(project, head)
    project.annotations.mark(head.head_id, [ONE], Field.PINNED, on=True)
    rename(project, head)
    assert project.annotations.undo().heads
    assert project.annotations.undo().annotated == {ONE}
    assert project.annotations.undo().heads
    assert project.annotations.count(head.head_id) == 1
    assert project.annotations.undo().annotated == {ONE}
    assert project.annotations.count(head.head_id) == 0


def test_that_answers_of_a_label_that_was_taken_out_are_back_with_it(project, head):
    answer(project, head, label=1)
    relabel(project, head)
    assert project.annotations.standing_of(head.head_id, [ONE])[0].answer is None
    project.annotations.undo()
    assert project.annotations.standing_of(head.head_id, [ONE])[0].answer == ClassValue(head.labels[1].label_id)


def test_that_making_a_head_is_undone_by_hiding_it_with_its_versions(project, head):
    train(project, head)
    changes = project.annotations.undo(2)
    assert (changes.head, project.heads.all()) == (head.head_id, [])
    project.annotations.redo()
    assert project.versions.in_force(head.head_id) is not None


def test_that_redo_brings_a_head_back_before_its_answers(project, head):
    answer(project, head)
    project.annotations.undo(2)
    assert project.heads.all() == []
    assert project.annotations.redo().heads
    assert project.annotations.redo().annotated == {ONE}
    assert project.annotations.count(head.head_id) == 1


def test_that_a_head_that_was_removed_is_back_with_its_answers(project, head):
    answer(project, head)
    project.heads.remove(head.head_id)
    assert said(project) == "head removed"
    project.annotations.undo()
    assert (project.heads.all(), project.annotations.count(head.head_id)) == ([head], 1)
    project.annotations.redo()
    assert project.heads.all() == []


def test_that_a_name_taken_meanwhile_is_not_given_back(project, head):
    rename(project, head)
    changes = project.annotations.undo()
    project.annotations.redo()
    with project._database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO heads SELECT 9, 'content', 'f', kind, encoder, tiles, combine, recipe,"
            " version, archived FROM heads"
        )
    with pytest.raises(UserError, match="there is a head 'content' already"):
        project.annotations.undo(expected=changes.act)
    assert project.heads.by_id(head.head_id).name == "subject"


def test_that_another_version_in_force_is_one_act(project, head):
    train(project, head, 3)
    project.versions.use(head.head_id, 1)
    assert said(project) == "v1 put in force instead of v3"
    changes = project.annotations.undo()
    assert (changes.versions, project.heads.by_id(head.head_id).version) == (True, 3)
    project.annotations.redo()
    assert project.heads.by_id(head.head_id).version == 1


def test_that_a_version_trained_since_stays_in_force(project, head):
    train(project, head, 2)
    project.versions.use(head.head_id, 1)
    make_version(project, head)
    project.annotations.undo()
    assert project.heads.by_id(head.head_id).version == 3
    project.annotations.redo()
    assert project.heads.by_id(head.head_id).version == 1
    project.annotations.undo()
    assert project.heads.by_id(head.head_id).version == 3


def test_that_a_note_is_taken_back_to_the_one_before(project, head):
    train(project, head)
    for note in ("good", "better", ""):
        project.versions.annotate(head.head_id, 1, note)
    assert said(project) == "note on v1 removed"
    for note in ("better", "good", ""):
        project.annotations.undo()
        assert project.versions.get(head.head_id, 1).note == note


def test_that_what_is_done_in_one_go_is_one_act(project, head):
    with project.annotations.one_act():
        rename(project, head)
        draw_more(project, head)
        answer(project, head)
    changes = project.annotations.undo()
    assert (changes.heads, changes.annotated) == (True, {ONE})
    assert state(project, head)[::2] == (head, 0.07)
    assert project.annotations.count(head.head_id) == 0


def test_that_what_fails_in_one_go_is_not_done_at_all(project, head):
    with pytest.raises(UserError), project.annotations.one_act():
        other, _ = project.heads.add("taste", HeadKind.SCORE)
        assert project.heads.get("taste") == other
        project.heads.edit(other.head_id, name="content")
    assert project.heads.all() == [head]
    assert project.edits.history(limit=1)[0].head_id == head.head_id


def test_that_an_edit_alone_is_no_look_at_images(project, head):
    other, _ = project.heads.add("taste", HeadKind.SCORE)
    answer(project, head)
    at = project.repeats.last_act()
    rename(project, other)
    assert (project.annotations.newest_head(), project.repeats.last_act()) == (head.head_id, at)
    with project.annotations.one_act():
        rename(project, head)
        project.annotations.annotate(head.head_id, {ImageId(2): ClassValue(head.labels[1].label_id)})
    assert project.repeats.last_act() > at


@pytest.mark.parametrize(
    ("middle", "last", "held"),
    [
        (draw_more, lambda project, head: project.audits.set_share(head.head_id, 0.2), lambda p, h: p.audits.share(h)),
        (ask_less, lambda project, head: project.repeats.set_share(head.head_id, 0.1), lambda p, h: p.repeats.share(h)),
        (
            lambda project, head: project.versions.annotate(head.head_id, 1, "by another"),
            lambda project, head: project.versions.annotate(head.head_id, 1, "mine"),
            lambda project, head_id: project.versions.get(head_id, 1).note,
        ),
    ],
    ids=["audit share", "again share", "note"],
)
def test_that_undo_brings_back_what_another_thread_wrote_while_an_edit_waited(
    project, head, monkeypatch, middle, last, held
):
    train(project, head)
    write, waited = Database.write, []

    @contextmanager
    def after_another(database: Database) -> Iterator[Connection]:
        if not waited:
            waited.append(middle)
            middle(project, head)
        with write(database) as connection:
            yield connection

    monkeypatch.setattr(Database, "write", after_another)
    last(project, head)
    monkeypatch.undo()
    now = held(project, head.head_id)
    project.annotations.undo()
    before = held(project, head.head_id)
    project.annotations.undo()
    assert len({now, before, held(project, head.head_id)}) == 3


def test_that_a_block_inside_another_is_part_of_its_act(project, head):
    with project.annotations.one_act():
        answer(project, head)
        with project.annotations.one_act():
            project.annotations.mark(head.head_id, [ONE], Field.EXCLUDED, on=True)
        rename(project, head)
    assert [one.kind for one in project.acts.newest(head.head_id)][:2] == ["annotate", "annotate"]
    project.annotations.undo()
    assert project.heads.by_id(head.head_id) == head
    standing = project.annotations.standing_of(head.head_id, [ONE])[0]
    assert (standing.answer, standing.excluded) == (None, False)
