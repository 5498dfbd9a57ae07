"""Judging pairs, taking judgements back, and what holds afterwards."""

from __future__ import annotations

import random
import sqlite3
from contextlib import suppress

import pytest

from core.errors import UserError
from core.pairs import Comparison, Outcome, best_of
from core.project import Project
from core.project.untaught import count_said, count_untaught
from core.store.schema import pairs
from core.values import Field, Head, HeadKind, ImageId, ScoreValue
from tests.core.store.projects import class_head, embed_all, make_version

ONE, TWO, THREE, FOUR = (ImageId(number) for number in (1, 2, 3, 4))


@pytest.fixture
def head(project: Project) -> Head:
    project.heads.add("taste", HeadKind.SCORE, (), "signal")
    return project.heads.get("taste")


def judge(project: Project, head: Head, left: ImageId, right: ImageId, outcome: Outcome = Outcome.LEFT) -> Comparison:
    said = Comparison(left, right, outcome)
    project.pairs.judge(head.head_id, [said])
    return said


def test_that_a_judgement_is_an_act_that_names_its_images(project, head):
    changes = project.pairs.judge(head.head_id, [Comparison(ONE, TWO, Outcome.TIE)])
    assert (changes.annotated, changes.head, changes.act) == ({ONE, TWO}, head.head_id, 2)
    assert project.annotations.focus(changes) == ONE


def test_that_of_the_same_two_images_the_newest_judgement_holds(project, head):
    judge(project, head, ONE, TWO)
    newest = judge(project, head, TWO, ONE)
    assert project.pairs.holding(head.head_id) == [newest]


def test_that_a_judgement_that_holds_already_is_not_written_again(project, head):
    judge(project, head, ONE, TWO, Outcome.LEFT)
    changes = project.pairs.judge(head.head_id, [Comparison(TWO, ONE, Outcome.RIGHT)])
    assert not changes
    assert (changes.unchanged, len(project.pairs.history())) == (1, 1)


def test_that_the_best_of_four_is_one_act_of_three_pairs(project, head):
    changes = project.pairs.judge(head.head_id, best_of((ONE, TWO, THREE, FOUR), THREE))
    assert changes.annotated == {ONE, TWO, THREE, FOUR}
    assert project.pairs.count(head.head_id) == 3
    project.annotations.undo()
    assert project.pairs.count(head.head_id) == 0


def test_that_undo_and_redo_go_through_answers_and_pairs_in_turn(project, head):
    project.annotations.annotate(head.head_id, {ONE: ScoreValue(7.0)})
    said = judge(project, head, ONE, TWO)
    assert project.annotations.undo().annotated == {ONE, TWO}
    assert project.pairs.holding(head.head_id) == []
    assert project.annotations.undo().annotated == {ONE}
    project.annotations.redo(2)
    assert project.pairs.holding(head.head_id) == [said]


def test_that_judgements_and_their_undo_outlive_the_program(project, head):
    judge(project, head, ONE, TWO)
    said = judge(project, head, THREE, TWO)
    folder = project.folder
    project.close()
    with Project.open(folder) as again:
        assert again.annotations.undo().annotated == {THREE, TWO}
        assert again.annotations.redo().annotated == {THREE, TWO}
        assert said in again.pairs.holding(head.head_id)


def test_that_history_tells_what_was_said_and_what_was_taken_back(project, head):
    said = judge(project, head, ONE, TWO, Outcome.RIGHT)
    project.annotations.undo()
    newest, oldest = project.pairs.history(head.head_id)
    assert (oldest.said, oldest.retracts) == (said, None)
    assert (newest.said, newest.retracts) == (None, said)


def test_that_ties_teach_half_a_win_and_skipped_pairs_nothing(project, head):
    judge(project, head, ONE, TWO, Outcome.TIE)
    judge(project, head, ONE, THREE, Outcome.SKIPPED)
    judge(project, head, ONE, FOUR, Outcome.RIGHT)
    taught = project.pairs.training_set(head.head_id)
    assert taught.share.tolist() == [0.5, 0.0]
    assert taught.left_groups.tolist() == [1, 1]
    assert taught.right.shape == (2, 32)


def test_that_pairs_of_excluded_images_do_not_teach(project, head):
    judge(project, head, ONE, TWO)
    judge(project, head, THREE, FOUR)
    project.annotations.mark(head.head_id, [TWO], Field.EXCLUDED, True)
    assert len(project.pairs.training_set(head.head_id)) == 1


def test_that_only_score_heads_compare_and_never_an_image_with_itself(project, head):
    with pytest.raises(UserError, match="itself"):
        judge(project, head, ONE, ONE)
    with pytest.raises(UserError, match="class head"):
        judge(project, class_head(project), ONE, TWO)


def test_that_rows_of_pairs_cannot_be_changed_or_removed(project, head):
    judge(project, head, ONE, TWO)
    with sqlite3.connect(project.folder / "project.sqlite") as raw:
        for statement in (f"DELETE FROM {pairs.name}", f"UPDATE {pairs.name} SET outcome = 'right'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                raw.execute(statement)


def test_that_a_missing_guard_of_the_pairs_is_found_and_put_back(project):
    with sqlite3.connect(project.folder / "project.sqlite") as raw:
        raw.execute("DROP TRIGGER pairs_never_deleted")
    assert [problem.kind for problem in project.check(repair=True)] == ["guard"]
    assert project.check() == []


def test_that_acts_of_pairs_since_the_newest_version_are_counted_a_best_of_four_as_one(project, head):
    embed_all(project)
    project.pairs.judge(head.head_id, best_of((ONE, TWO, THREE, FOUR), ONE))
    judge(project, head, TWO, THREE, Outcome.SKIPPED)
    assert (count_said(project, head), count_untaught(project, head)) == (1, 1)
    make_version(project, head)
    assert (count_said(project, head), count_untaught(project, head)) == (1, 0)
    judge(project, head, TWO, FOUR)
    project.annotations.annotate(head.head_id, {ONE: ScoreValue(7.0)})
    assert (count_said(project, head), count_untaught(project, head)) == (3, 2)
    project.annotations.undo(2)
    assert (count_said(project, head), count_untaught(project, head)) == (1, 0)


@pytest.mark.parametrize("seed", range(3))
def test_that_as_many_are_counted_as_hold_whatever_was_said_and_taken_back(project, head, seed):
    chance = random.Random(seed)
    for _ in range(40):
        match chance.randrange(4):
            case 0:
                _, rows = project.annotations.to_turn(redo=False)
                if rows:  # otherwise the head itself
                    project.annotations.undo()
            case 1:
                with suppress(UserError):
                    project.annotations.redo()
            case _:
                left, right = chance.sample((ONE, TWO, THREE, FOUR), 2)
                judge(project, head, left, right, chance.choice(list(Outcome)))
        judged = [one for one in project.pairs.holding(head.head_id) if one.outcome is not Outcome.SKIPPED]
        assert project.pairs.count(head.head_id) == len(judged)


def test_that_a_large_import_repeats_no_judgement_that_holds(project, head, monkeypatch):
    monkeypatch.setattr("core.store.pairs._FEW", 2)  # images that are asked for by name
    said = [Comparison(left, right, Outcome.LEFT) for left in (ONE, TWO) for right in (THREE, FOUR)]
    judge(project, head, ONE, THREE)
    assert project.pairs.judge(head.head_id, said).unchanged == 1
    assert project.pairs.judge(head.head_id, said).unchanged == len(said)


def test_that_of_each_version_the_pairs_are_known_that_it_was_taught(project, head):
    embed_all(project)
    project.annotations.annotate(head.head_id, {ONE: ScoreValue(8.0), TWO: ScoreValue(2.0)})
    plain = make_version(project, head).number
    judge(project, head, ONE, THREE)
    judge(project, head, THREE, FOUR, Outcome.SKIPPED)
    taught = make_version(project, project.heads.by_id(head.head_id)).number
    judge(project, head, TWO, FOUR)
    assert project.pairs.learned(head.head_id) == {taught: 1} and plain != taught
