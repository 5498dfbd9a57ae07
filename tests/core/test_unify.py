"""Several class heads become one tags head, and no answer says more than was said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import UserError
from core.project import Project
from core.project.tag_counts import TagCount, planned_counts, standing_counts
from core.project.unify import Sight, Unified, plan_tags, sight_of, take_over, unify
from core.values import Combine, Field, Head, HeadKind, ImageId, Label, Source, Tiles
from tests.core.store.projects import invented_project
from tests.core.unified import classify, defect_heads, judge_pool, label, said, tags


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with invented_project(tmp_path, 8) as made:
        yield made


@pytest.fixture
def heads(project: Project) -> tuple[Head, Head]:
    """Images 1 to 3 are answered by the one head, 4 and 5 by the other, 6 by both."""
    compression, colours = defect_heads(project)
    classify(project, compression, {1: "JPEG", 2: "WebP", 3: "Pass", 6: "JPEG"})
    classify(project, colours, {4: "Shifted", 5: "Clean", 6: "Shifted"})
    return compression, colours


def make(project: Project, *sources: Head, name: str = "defects", **options: object) -> Unified:
    return unify(project, plan_tags(project, sources, **options), name, sight_of(sources))


def again(project: Project, head: Head, *more: Head, **options: object) -> Unified:
    target = project.heads.by_id(head.head_id)
    return unify(project, plan_tags(project, more, target=target, **options), "", sight_of([target]))


def names(head: Head) -> list[str]:
    return [one.name for one in head.labels]


def test_that_the_tags_are_the_labels_without_each_heads_default(project, heads):
    head = make(project, *heads).head
    assert (head.kind, names(head)) == (HeadKind.TAGS, ["JPEG", "WebP", "Shifted"])


@pytest.mark.parametrize(
    ("image", "yes", "no"),
    [
        (1, {"JPEG"}, {"WebP"}),
        (2, {"WebP"}, {"JPEG"}),
        (3, set(), {"JPEG", "WebP"}),
        (4, {"Shifted"}, set()),
        (5, set(), {"Shifted"}),
        (6, {"JPEG", "Shifted"}, {"WebP"}),
    ],
)
def test_that_an_answer_speaks_of_the_tags_of_its_own_head_alone(project, heads, image, yes, no):
    assert said(project, make(project, *heads).head, image) == (yes, no)


def test_that_an_image_that_nobody_answered_stays_open(project, heads):
    assert said(project, make(project, *heads).head, 7) is None


def test_that_the_heads_and_their_answers_stay(project, heads):
    before = [(project.heads.by_id(head.head_id), project.annotations.count(head.head_id)) for head in heads]
    make(project, *heads)
    assert [(project.heads.by_id(head.head_id), project.annotations.count(head.head_id)) for head in heads] == before


def test_that_one_undo_takes_all_of_it_back_and_one_redo_brings_it_again(project, heads):
    head = make(project, *heads).head
    project.annotations.undo()
    assert project.heads.all() == list(heads)
    assert project.annotations.count(heads[0].head_id) == 4
    project.annotations.redo()
    assert said(project, head, 6) == ({"JPEG", "Shifted"}, {"WebP"})


def test_that_what_was_taken_over_says_so_in_the_log(project, heads):
    head = make(project, *heads).head
    rows = project.annotations.history(head.head_id)
    assert ({row.source for row in rows}, len({row.act_id for row in rows}), len(rows)) == ({Source.UNIFIED}, 1, 6)


def test_that_a_label_0_that_names_a_kind_of_its_own_is_a_tag(project, heads):
    flowers, _ = project.heads.add("flower", HeadKind.CLASS, ["daisy", "rose"])
    classify(project, flowers, {1: "daisy", 2: "rose"})
    head = make(project, heads[0], flowers).head
    assert names(head) == ["JPEG", "WebP", "daisy", "rose"]
    assert said(project, head, 1) == ({"JPEG", "daisy"}, {"WebP", "rose"})


def test_that_a_default_can_be_kept_and_a_label_dropped(project, heads):
    kept = make(project, *heads, keep_default=True, name="all").head
    assert names(kept) == ["Pass", "JPEG", "WebP", "Clean", "Shifted"]
    assert said(project, kept, 3) == ({"Pass"}, {"JPEG", "WebP"})
    dropped = make(project, *heads, drop=["compression:webp"], name="fewer").head
    assert names(dropped) == ["JPEG", "Shifted"]
    assert said(project, dropped, 2) == (set(), {"JPEG"})


def test_that_a_label_of_one_name_in_two_heads_is_told_apart(project, heads):
    other, _ = project.heads.add("web", HeadKind.CLASS, ["ok", "jpeg"])
    assert names(make(project, heads[0], other).head) == ["JPEG (compression)", "WebP", "jpeg (web)"]


def test_that_tags_come_from_a_tags_head_too(project, heads):
    themes, _ = project.heads.add("themes", HeadKind.TAGS, ["sky", "sea"])
    project.annotations.annotate(themes.head_id, {ImageId(1): tags(themes, yes=["sky"])})
    head = make(project, heads[0], themes).head
    assert said(project, head, 1) == ({"JPEG", "sky"}, {"WebP"})


def test_that_what_a_head_keeps_out_of_training_is_not_taken_over(project, heads):
    project.annotations.mark(heads[0].head_id, [ImageId(1), ImageId(6)], Field.EXCLUDED, on=True)
    head = make(project, *heads).head
    assert (said(project, head, 1), said(project, head, 6)) == (None, ({"Shifted"}, set()))


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"drop": ["JPG"]}, "no label is called 'JPG'"),
        ({"drop": ["JPEG", "WebP", "Shifted"]}, "no tag is left"),
    ],
)
def test_that_labels_that_cannot_be_dropped_are_refused(project, heads, options, problem):
    with pytest.raises(UserError, match=problem):
        plan_tags(project, heads, **options)


def test_that_a_score_head_cannot_be_unified(project, heads):
    taste, _ = project.heads.add("taste", HeadKind.SCORE)
    with pytest.raises(UserError, match="'taste' is a score head"):
        plan_tags(project, [*heads, taste])


def test_that_a_head_made_otherwise_takes_nothing_over(project, heads):
    themes, _ = project.heads.add("themes", HeadKind.TAGS, ["sky"])
    with pytest.raises(UserError, match="was not made from other heads"):
        plan_tags(project, heads, target=themes)


def test_that_it_learns_from_what_most_of_the_heads_learn_from(project, heads):
    tiled = project.heads.add("fine", HeadKind.CLASS, ["a", "b"], "clip", Tiles.FIVE_CROP, Combine.MAX)[0]
    assert sight_of([tiled, *heads]) == Sight("signal", Tiles.NONE, Combine.MEAN)
    assert sight_of([tiled, heads[0]]) == Sight("clip", Tiles.FIVE_CROP, Combine.MAX)


def test_that_nothing_new_writes_nothing(project, heads):
    head = make(project, *heads).head
    last = project.annotations.last_id()
    done = again(project, head)
    assert (len(done.changes.annotated), done.changes.unchanged, done.kept) == (0, 6, 0)
    assert (project.annotations.last_id(), project.heads.by_id(head.head_id)) == (last, head)


def test_that_what_was_answered_since_is_taken_over(project, heads):
    head = make(project, *heads).head
    classify(project, heads[1], {1: "Shifted", 7: "Clean"})
    classify(project, heads[0], {2: "Pass", 3: None})
    done = again(project, head)
    assert done.changes.annotated == {1, 2, 3, 7}
    assert said(project, head, 1) == ({"JPEG", "Shifted"}, {"WebP"})
    assert (said(project, head, 2), said(project, head, 3)) == ((set(), {"JPEG", "WebP"}), None)


def test_that_what_a_person_said_in_the_unified_head_stands(project, heads):
    head = make(project, *heads).head
    values = {ImageId(1): tags(head, yes=["WebP"], no=["JPEG", "Shifted"]), ImageId(2): tags(head, yes=["WebP"])}
    project.annotations.annotate(head.head_id, values)
    classify(project, heads[1], {1: "Shifted"})
    done = again(project, head)
    assert (done.kept, said(project, head, 1)) == (1, ({"WebP"}, {"JPEG", "Shifted"}))
    assert said(project, head, 2) == ({"WebP"}, set()), "a tag that was put back to open stays open"


def test_that_a_persons_word_stands_after_another_head_spoke_of_the_same_image(project, heads):
    head = make(project, *heads).head
    project.annotations.annotate(head.head_id, {ImageId(1): tags(head, yes=["WebP"], no=["JPEG"])})
    classify(project, heads[1], {1: "Shifted"})
    again(project, head)
    done = again(project, head)
    assert said(project, head, 1) == ({"WebP", "Shifted"}, {"JPEG"})
    assert (len(done.changes.annotated), done.kept) == (0, 0)


def test_that_after_an_undo_it_is_all_taken_over_again(project, heads):
    head = make(project, heads[0]).head
    again(project, head, heads[1])
    project.annotations.undo()
    assert names(project.heads.by_id(head.head_id)) == ["JPEG", "WebP"]
    joined = again(project, head, heads[1]).head
    assert said(project, joined, 6) == ({"JPEG", "Shifted"}, {"WebP"})


def test_that_another_head_and_a_new_label_join(project, heads):
    head = make(project, heads[0]).head
    labels: list[Label | str] = [*heads[0].labels, "AVIF"]
    project.heads.edit(heads[0].head_id, labels=labels)
    classify(project, project.heads.get("compression"), {8: "AVIF"})
    joined = again(project, head, heads[1]).head
    assert names(joined) == ["JPEG", "WebP", "AVIF", "Shifted"]
    assert said(project, joined, 8) == ({"AVIF"}, {"JPEG", "WebP"})
    assert said(project, joined, 1) == ({"JPEG"}, {"WebP", "AVIF"})
    assert said(project, joined, 6) == ({"JPEG", "Shifted"}, {"WebP", "AVIF"})


def test_that_a_tag_that_was_taken_out_does_not_come_back_and_one_that_was_added_stays(project, heads):
    head = make(project, *heads).head
    edited, _ = project.heads.edit(head.head_id, labels=[label(head, "JPEG"), label(head, "Shifted"), "odd"])
    project.annotations.annotate(head.head_id, {ImageId(1): tags(edited, yes=["JPEG", "odd"])})
    classify(project, heads[1], {1: "Clean"})
    assert names(again(project, head).head) == ["JPEG", "Shifted", "odd"]
    assert said(project, edited, 1) == ({"JPEG", "odd"}, {"Shifted"})


def test_that_the_tags_of_a_head_that_was_removed_keep_their_answers(project, heads):
    head = make(project, *heads).head
    project.heads.remove(heads[0].head_id)
    classify(project, heads[1], {1: "Shifted"})
    again(project, head)
    assert said(project, head, 1) == ({"JPEG", "Shifted"}, {"WebP"})
    assert said(project, head, 2) == ({"WebP"}, {"JPEG"})


def test_that_the_origins_outlive_the_program_and_a_change_of_the_head(project, heads):
    head = make(project, *heads).head
    project.heads.edit(head.head_id, name="all defects")
    project.close()
    with Project.open(project.folder) as reopened:
        assert [origin.head_id for origin in reopened.origins.of(head.head_id)] == [one.head_id for one in heads]
        assert len(again(reopened, head).changes.annotated) == 0


def test_that_each_tag_is_counted_and_the_others_images_wait_for_its_head(project, heads):
    judge_pool(project, heads[1], [[1 - one, one] for one in (0.9, 0.2, 0.6, 0.1, 0.1, 0.9, 0.9, 0.9)])
    plan = plan_tags(project, heads)
    planned = planned_counts(project, plan, take_over(project, plan))
    head = make(project, *heads).head
    assert planned == standing_counts(project, head)
    assert dict(zip(names(head), planned, strict=True)) == {
        "JPEG": TagCount(yes=2, no=2, unknown=2, review=0, likely=0),
        "WebP": TagCount(yes=1, no=3, unknown=2, review=0, likely=0),
        "Shifted": TagCount(yes=2, no=1, unknown=3, review=3, likely=2),
    }
