"""What changed between two versions of a real project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from core.arrays.hashes import find_hashes
from core.arrays.held_out import HeldOut, write_held_out
from core.errors import UserError
from core.jobs.events import JobFinished, TrainResult
from core.project import Project
from core.project.comparison import compare_versions
from core.project.figures import beside_texts, brief_text, changed_figure, changed_text
from core.project.folder import held_out_file, predictions_file
from core.project.recipe_text import recipe_text
from core.review.flips import Verdict
from core.store.columns import ImageTable
from core.values import MEMBERS, ClassValue, Field, Head, HeadKind, ImageId, Label, Metrics, ScoreValue, TagsValue
from tests.core.store.projects import class_head, embed_all, invented_project, version_saying


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with invented_project(tmp_path, 6) as made:
        embed_all(made)
        yield made


def answer(project: Project, head: Head, **labels: str) -> None:
    """Image "i3" is said to be so."""
    ids = {label.name: label.label_id for label in head.labels}
    values = {ImageId(int(image[1:])): ClassValue(ids[name]) for image, name in labels.items()}
    project.annotations.annotate(head.head_id, values)


def test_that_flips_are_judged_by_the_answers_that_hold(project):
    head = class_head(project)
    answer(project, head, i1="cat", i2="dog", i3="bird")
    first = version_saying(project, head, ["dog", "dog", "cat", "cat", "cat", "bird"])
    second = version_saying(project, head, ["cat", "cat", "dog", "dog", "cat", "bird"])
    found = compare_versions(project, head, first, second)
    verdicts = dict(zip(found.flips.ids.tolist(), map(Verdict, found.flips.verdict.tolist()), strict=True))
    assert verdicts == {1: Verdict.FIXED, 2: Verdict.BROKEN, 3: Verdict.NEITHER, 4: Verdict.UNANNOTATED}
    assert found.images == 6
    assert [(one.name, one.before, one.after) for one in found.distribution] == [
        ("cat", 3, 3), ("dog", 2, 2), ("bird", 1, 1)
    ]  # fmt: skip


def test_that_answers_only_the_newer_version_was_taught_are_counted_apart(project):
    head = class_head(project)
    answer(project, head, i1="cat", i2="dog")
    first = version_saying(project, head, ["dog"] * 6)
    answer(project, head, i3="cat")
    second = version_saying(project, head, ["cat", "dog", "cat", "dog", "dog", "dog"])
    found = compare_versions(project, head, first, second)
    assert found.flips.count(Verdict.FIXED) == 2
    assert found.since(Verdict.FIXED) == 1
    assert found.flips.ids[found.flips.since].tolist() == [3]
    backwards = compare_versions(project, head, second, first)
    assert (backwards.flips.count(Verdict.BROKEN), backwards.since(Verdict.BROKEN)) == (2, 0)


def test_that_an_answer_given_after_both_versions_was_taught_to_neither(project):
    head = class_head(project)
    answer(project, head, i1="cat", i2="dog")
    first = version_saying(project, head, ["dog"] * 6)
    second = version_saying(project, head, ["cat", "dog", "cat", "dog", "dog", "dog"])
    answer(project, head, i3="cat")
    found = compare_versions(project, head, first, second)
    assert (found.flips.count(Verdict.FIXED), found.since(Verdict.FIXED)) == (2, 0)


def test_that_a_version_from_outside_was_taught_nothing_here(project):
    head = class_head(project)
    answer(project, head, i1="cat", i2="dog")
    outside = TrainResult("heads/outside", 1, head.head_id, 0, project.annotations.last_id(), Metrics(0, ""), 0, "", 0)
    (project.folder / outside.folder).mkdir(parents=True)
    project.adopt(JobFinished("import", outside))
    (made,) = project.versions.of(head.head_id)
    second = version_saying(project, head, ["cat"] * 6)
    third = version_saying(project, head, ["dog"] * 6)
    answers = predictions_file(project.folder / project.versions.get(head.head_id, third).folder)
    answers.rename(predictions_file(project.folder / made.folder))
    found = compare_versions(project, head, made.number, second)
    assert (found.flips.count(Verdict.FIXED), found.since(Verdict.FIXED)) == (1, 1)
    assert compare_versions(project, head, second, made.number).since(Verdict.BROKEN) == 0


def test_that_the_regression_set_is_told_apart(project):
    head = class_head(project)
    answer(project, head, i1="cat", i2="dog")
    first = version_saying(project, head, ["cat", "cat", "cat", "cat", "cat", "cat"])
    second = version_saying(project, head, ["dog", "dog", "dog", "cat", "cat", "cat"])
    pins = [ImageId(1), ImageId(3), ImageId(4)]
    assert project.annotations.mark(head.head_id, pins, Field.PINNED, on=True).head is None
    found = compare_versions(project, head, first, second)
    assert (found.pinned, int(found.flips.pinned.sum()), found.pinned_broken) == (3, 2, 1)
    project.annotations.undo()
    assert compare_versions(project, head, first, second).pinned == 0


def say_held_out(project: Project, head: Head, number: int, said: Sequence[int]) -> None:
    """What heads that had not seen them say in that version of the images 1, 2, ..., by the place of the label."""
    keep_held_out(project, head, number, np.eye(3)[list(said)])


def keep_held_out(project: Project, head: Head, number: int, said: np.ndarray) -> None:  # (images, labels)
    hashes, answers = project.images.all().hashes[: len(said)], said.astype(np.float16)
    held = project.annotations.annotated_set(head)
    members, targets = np.repeat(answers[:, None], MEMBERS, axis=1), held.targets[find_hashes(held.hashes, hashes)]
    folder = project.folder / project.versions.get(head.head_id, number).folder
    write_held_out(held_out_file(folder), HeldOut(hashes, answers, members, targets))


def test_that_held_out_answers_are_judged_beside_the_others(project):
    head = class_head(project)
    answer(project, head, i1="cat", i2="dog", i3="bird")
    first = version_saying(project, head, ["cat", "dog", "bird", "cat", "cat", "cat"])
    second = version_saying(project, head, ["cat", "dog", "bird", "cat", "cat", "dog"])
    assert compare_versions(project, head, first, second).held_out is None
    for number, said in ((first, [0, 2, 2]), (second, [1, 1, 2])):
        say_held_out(project, head, number, said)
    found = compare_versions(project, head, first, second)
    unseen = found.held_out
    assert (unseen.images, unseen.fixed, unseen.broken, unseen.gain.by.value) == (3, 1, 1, 0.0)
    assert unseen.gain.by.low == -unseen.gain.by.high < 0
    assert found.flips.ids.tolist() == [6]


def test_that_what_was_fixed_and_broken_by_heads_that_had_not_seen_it_is_kept_with_what_they_said(project):
    head = class_head(project)
    answer(project, head, i1="cat", i2="dog", i3="bird")
    first = version_saying(project, head, ["cat", "dog", "bird", "cat", "cat", "cat"])
    second = version_saying(project, head, ["cat", "dog", "bird", "cat", "cat", "dog"])
    for number, said in ((first, [0, 2, 2]), (second, [1, 1, 2])):
        say_held_out(project, head, number, said)
    project.annotations.mark(head.head_id, [ImageId(2)], Field.PINNED, on=True)
    flips = compare_versions(project, head, first, second).held_out.flips
    verdicts = dict(zip(flips.ids.tolist(), map(Verdict, flips.verdict.tolist()), strict=True))
    assert verdicts == {1: Verdict.BROKEN, 2: Verdict.FIXED}
    rows = flips.ids.tolist()
    assert flips.before[rows.index(2)].argmax() == 2 and flips.after[rows.index(2)].argmax() == 1
    assert (flips.pinned[rows.index(2)], flips.pinned[rows.index(1)], flips.since.any()) == (True, False, False)


def test_that_images_without_a_file_are_counted_as_held_out_and_not_listed(project):
    head = class_head(project)
    answer(project, head, i1="cat", i2="dog", i3="bird")
    first, second = (version_saying(project, head, ["cat"] * 6) for _ in range(2))
    for number, said in ((first, [0, 2, 2]), (second, [1, 1, 2])):
        say_held_out(project, head, number, said)
    every = project.images.all()
    there = ImageTable(every.ids[1:], every.hashes[1:])
    unseen = compare_versions(project, head, first, second, images=there).held_out
    assert (unseen.fixed, unseen.broken, unseen.flips.ids.tolist(), unseen.gone) == (1, 1, [2], 1)


def test_that_only_images_that_both_answer_and_that_are_there_are_compared(project):
    head = class_head(project)
    answer(project, head, i1="cat", i2="dog")
    first = version_saying(project, head, ["cat"] * 6, known=4)
    second = version_saying(project, head, ["dog"] * 6)
    assert compare_versions(project, head, first, second).images == 4
    every = project.images.all()
    fewer = ImageTable(every.ids[1:], every.hashes[1:])
    assert compare_versions(project, head, first, second, images=fewer).flips.ids.tolist() == [2, 3, 4]


def test_that_versions_with_other_labels_are_compared_on_those_in_common(project):
    head = class_head(project)
    answer(project, head, i1="cat", i2="dog")
    first = version_saying(project, head, ["cat", "dog", "bird", "cat", "cat", "bird"])
    cat, dog, _ = head.labels
    edited, _ = project.heads.edit(head.head_id, labels=["fish", dog, Label(cat.label_id, "kitten")])
    second = version_saying(project, head, ["dog", "dog", "fish", "kitten", "fish", "kitten"])
    found = compare_versions(project, edited, first, second)
    assert [label.name for label in found.labels] == ["dog", "kitten"]
    assert found.left_out == ("fish",)
    assert found.flips.ids.tolist() == [1]  # a fish or a bird says nothing of dogs and kittens
    assert {one.name: one.after - one.before for one in found.distribution} == {"fish": 2, "dog": 1, "kitten": -1}


def test_that_a_tag_is_compared_from_the_first_no_to_it_on(project):
    head, _ = project.heads.add("look", HeadKind.TAGS, ["red", "nice"])
    red, nice = (label.label_id for label in head.labels)
    said = {1: TagsValue(frozenset({red, nice})), 2: TagsValue(frozenset({nice}), frozenset({red}))}
    project.annotations.annotate(head.head_id, {ImageId(image): value for image, value in said.items()})
    first = version_saying(project, head, ["red", "red", "nice", "nice", "nice", "red"])
    second = version_saying(project, head, ["red", "red", "red", "nice", "nice", "red"])
    found = compare_versions(project, head, first, second)
    assert [label.name for label in found.labels] == ["red"]
    assert (found.untold, found.left_out) == (("nice",), ())
    assert (found.flips.after.shape, [one.name for one in found.distribution]) == ((1, 1), ["red"])
    project.annotations.annotate(head.head_id, {ImageId(4): TagsValue(frozenset(), frozenset({nice}))})
    found = compare_versions(project, head, first, second)
    assert (found.untold, [(one.name, one.after - one.before) for one in found.distribution]) == (
        (), [("red", 1), ("nice", -1)]
    )  # fmt: skip


def test_that_tags_are_compared_by_the_figure_that_their_versions_are_told_by(project):
    head, _ = project.heads.add("look", HeadKind.TAGS, ["red", "nice"])
    red, nice = (label.label_id for label in head.labels)
    one, other = TagsValue(frozenset({red}), frozenset({nice})), TagsValue(frozenset({nice}), frozenset({red}))
    project.annotations.annotate(head.head_id, {ImageId(image): one if image < 3 else other for image in range(1, 5)})
    first, second = (version_saying(project, head, ["red"] * 6) for _ in range(2))
    silent = np.array([[0.3, 0.2], [0.2, 0.1], [0.1, 0.4], [0.4, 0.3]])  # no to all, in either version
    keep_held_out(project, head, first, silent)
    keep_held_out(project, head, second, np.array([[0.3, 0.2], [0.4, 0.1], [0.1, 0.4], [0.2, 0.3]]))
    found = compare_versions(project, head, first, second)
    changed = changed_figure(found)
    assert changed is not None and (changed.figure, changed.images) == ("average_precision", 4)
    assert changed.change > 0.2 and (found.held_out.fixed, found.held_out.broken) == (0, 0)
    assert "points of average precision on the same 4 images by their committees, 95 % interval" in changed_text(found)
    brief, _ = beside_texts(project, head, second)
    assert f"points of AP beside v{first} (" in brief


def test_that_versions_that_answer_alike_are_told_so_without_an_interval(project):
    head = class_head(project)
    answer(project, head, i1="cat", i2="dog", i3="bird")
    first, second, third = (version_saying(project, head, ["cat"] * 6) for _ in range(3))
    keep_held_out(project, head, first, np.eye(3)[[0, 0, 2]])
    keep_held_out(project, head, second, np.eye(3)[[0, 0, 2]] * 0.6 + 0.1)  # less sure of the same
    keep_held_out(project, head, third, np.eye(3)[[0, 2, 2]])  # as wrong of the second, otherwise
    same = "the same answers on the same 3 images by their committees"
    found = compare_versions(project, head, first, second)
    assert (changed_text(found), brief_text(found)) == (same, "the same answers to 3 unseen")
    assert beside_texts(project, head, second) == (f"answers as v{first} does", f"Beside v{first}: {same}")
    assert "95 % interval" in changed_text(compare_versions(project, head, second, third))


def test_that_versions_without_a_common_label_are_refused(project):
    head = class_head(project)
    answer(project, head, i1="cat", i2="dog")
    version_saying(project, head, ["cat"] * 6)
    edited, _ = project.heads.edit(head.head_id, labels=["fish", "snail"])
    answer(project, edited, i1="fish", i2="snail")
    version_saying(project, edited, ["fish"] * 6)
    with pytest.raises(UserError, match="too few labels in common"):
        compare_versions(project, edited, 1, 2)


def test_that_a_version_without_its_predictions_is_refused(project):
    head = class_head(project)
    answer(project, head, i1="cat", i2="dog")
    for _ in range(2):
        version_saying(project, head, ["cat"] * 6)
    predictions_file(project.folder / "heads" / "content" / "v1").unlink()
    with pytest.raises(UserError, match="v1 cannot be used: its predictions are not there"):
        compare_versions(project, head, 1, 2)


def test_that_scores_are_compared_by_bracket(project):
    head, _ = project.heads.add("taste", HeadKind.SCORE)
    project.annotations.annotate(head.head_id, {ImageId(1): ScoreValue(8.5), ImageId(2): ScoreValue(2)})
    first = version_saying(project, head, [3, 3, 3, 4.4, 5, 10])
    second = version_saying(project, head, [7, 6, 3, 4.6, 5, 0])
    found = compare_versions(project, head, first, second)
    assert found.flips.ids.tolist() == [6, 1, 2]
    assert (found.flips.count(Verdict.FIXED), found.flips.count(Verdict.BROKEN)) == (1, 1)
    assert [one.before for one in found.distribution] == [0, 0, 0, 3, 1, 1, 0, 0, 0, 0, 1]


def test_that_a_recipe_is_told_by_its_name_and_what_differs(tmp_path):
    assert recipe_text(tmp_path) == ""
    (tmp_path / "recipe.yaml").write_text("name: default\nmethod: compact\nepochs: 30\nlabel_weights: {}\n")
    assert recipe_text(tmp_path) == "default, epochs 30"
    (tmp_path / "recipe.yaml").write_text("name: seed-faithful\nepochs: 30\n")
    assert recipe_text(tmp_path) == "seed-faithful"
    (tmp_path / "recipe.yaml").write_bytes(b"\xff\x00[")
    assert recipe_text(tmp_path) == ""


def test_that_the_scale_is_compared_on_images_that_neither_version_had_seen(project):
    head, _ = project.heads.add("taste", HeadKind.SCORE)
    given = {ImageId(image): ScoreValue(score) for image, score in ((1, 7.0), (2, 7.0), (3, 2.0))}
    project.annotations.annotate(head.head_id, given)
    first = version_saying(project, head, [5.0, 6.0, 3.0, 1.0, 1.0, 1.0])
    second = version_saying(project, head, [6.0, 7.0, 3.0, 2.0, 2.0, 2.0])
    scale = compare_versions(project, head, first, second).scale
    assert scale is not None and [(one.bracket, one.images) for one in scale.brackets] == [(2, 1), (7, 2)]
    assert scale.brackets[1].drift == pytest.approx(1.0, abs=0.01)

    hashes, targets = project.images.all().hashes[:1], np.array([[0.7]], np.float32)
    folder = project.folder / project.versions.get(head.head_id, second).folder
    learned = HeldOut(hashes, targets.astype(np.float16), np.zeros((1, MEMBERS, 1), np.float16), targets)
    write_held_out(held_out_file(folder), learned)
    scale = compare_versions(project, head, first, second).scale
    assert scale is not None and scale.images == 2


def test_that_labels_have_no_scale_to_drift(project):
    head = class_head(project)
    answer(project, head, i1="cat", i2="dog")
    first, second = (version_saying(project, head, ["cat"] * 6) for _ in range(2))
    assert compare_versions(project, head, first, second).scale is None
