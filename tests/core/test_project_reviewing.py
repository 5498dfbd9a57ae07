"""What heads that did not see them say of the annotated images of a project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.arrays.hashes import hash_text
from core.arrays.held_out import HeldOut, write_held_out
from core.project import Project
from core.project.folder import held_out_file
from core.project.insight import gather_insight
from core.project.reviewing import find_evidence, gather, look_again
from core.review.conflicts import conflicting
from core.review.orders import ReviewOrder
from core.review.second_look import Asked
from core.values import ClassValue, Confirmation, Head, HeadKind, ImageId, Label, TagsValue
from tests.core.store.projects import invented_project
from tests.core.unified import classify, judge_pool


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with invented_project(tmp_path, 3) as made:
        yield made


def test_that_a_version_says_nothing_of_an_answer_whose_label_it_never_knew(project):
    head, _ = project.heads.add("kind", HeadKind.CLASS, ["rose", "tulip"])
    judge_pool(project, head, [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    labels: list[Label | str] = [*head.labels, "daisy"]
    head, _ = project.heads.edit(head.head_id, labels=labels)
    classify(project, head, {1: "rose", 2: "rose", 3: "daisy"})
    evidence = find_evidence(gather(project, head))
    assert evidence.judged().tolist() == [True, True, False]
    assert conflicting(evidence).tolist() == [1]
    assert np.isnan(evidence.members[2]).all()


def test_that_an_answer_given_later_is_not_judged_by_a_version_that_saw_its_twin(project):
    head, _ = project.heads.add("kind", HeadKind.CLASS, ["rose", "tulip"])
    said = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], np.float16)
    judge_pool(project, head, said.tolist())
    head = project.heads.by_id(head.head_id)
    classify(project, head, {1: "rose", 2: "tulip", 3: "tulip"})
    hashes = project.images.all().hashes
    project.groups.join([(hash_text(hashes[0]), hash_text(hashes[1]))])
    folder = project.folder / project.versions.get(head.head_id, 1).folder
    learned = np.array([[1.0, 0.0]], np.float32)
    write_held_out(held_out_file(folder), HeldOut(hashes[:1], said[:1], said[:1, None], learned))
    assert find_evidence(gather(project, head)).judged().tolist() == [True, False, True]


def test_that_an_answer_out_of_fold_does_not_count_once_its_twin_is_found_in_another_fold(project):
    head, _ = project.heads.add("kind", HeadKind.CLASS, ["rose", "tulip"])
    said = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], np.float16)
    judge_pool(project, head, said.tolist())
    head = project.heads.by_id(head.head_id)
    classify(project, head, {1: "tulip", 2: "tulip", 3: "tulip"})
    hashes = project.images.all().hashes
    folder = project.folder / project.versions.get(head.head_id, 1).folder
    targets, groups = np.tile(np.float32([0, 1]), (3, 1)), np.arange(1, 4)
    write_held_out(held_out_file(folder), HeldOut(hashes, said, said[:, None], targets, groups))
    assert find_evidence(gather(project, head)).judged().all()
    assert gather_insight(project, head, project.images.all()).wrong[1].tolist() == [1, 3]
    project.groups.join([(hash_text(hashes[0]), hash_text(hashes[1]))])
    assert find_evidence(gather(project, head)).judged().tolist() == [False, False, True]
    assert gather_insight(project, head, project.images.all()).wrong[1].tolist() == [3]


def test_that_an_old_version_is_not_called_wrong_by_a_label_it_never_knew(project):
    head, _ = project.heads.add("kind", HeadKind.CLASS, ["rose", "tulip"])
    said = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], np.float16)
    judge_pool(project, head, said.tolist())
    labels: list[Label | str] = [*head.labels, "daisy"]
    head, _ = project.heads.edit(head.head_id, labels=labels)
    classify(project, head, {1: "tulip", 2: "tulip", 3: "daisy"})
    folder = project.folder / project.versions.get(head.head_id, 1).folder
    targets = np.tile(np.float32([0, 1]), (3, 1))
    write_held_out(held_out_file(folder), HeldOut(project.images.all().hashes, said, said[:, None], targets))
    assert gather_insight(project, head, project.images.all()).wrong[1].tolist() == [1]


def contradictions(project: Project, head: Head) -> list[tuple[int, str]]:
    material = gather(project, head)
    look, asked = look_again(material), Asked(ReviewOrder.CONTRADICTIONS)
    return [(int(material.ids[one.row]), look.reason(asked, one)) for one in look.find(asked)]


def test_that_an_answer_that_differs_the_second_time_is_a_contradiction_until_it_is_decided(project):
    head, _ = project.heads.add("kind", HeadKind.CLASS, ["rose", "tulip"])
    rose, tulip = (ClassValue(label.label_id) for label in head.labels)
    classify(project, head, {1: "rose", 2: "rose", 3: "rose"})
    for image, second in ((1, rose), (2, tulip), (3, tulip)):
        project.annotations.answer_again(head.head_id, ImageId(image), second, 1)
    found = contradictions(project, head)
    assert [image for image, _ in found] == [3, 2]
    assert found[0][1].startswith("you answered it twice: rose at first, and tulip when")
    project.annotations.annotate(head.head_id, {ImageId(3): rose})
    project.annotations.confirm(head.head_id, {ImageId(2): Confirmation(tulip, None)})
    assert contradictions(project, head) == []
    project.annotations.undo()
    assert [image for image, _ in contradictions(project, head)] == [2]
    folder = project.folder
    project.close()
    with Project.open(folder) as again:
        again.annotations.undo()
        assert [image for image, _ in contradictions(again, head)] == [3, 2]


def test_that_a_confirmation_from_before_the_second_answer_settles_nothing(project):
    head, _ = project.heads.add("kind", HeadKind.CLASS, ["rose", "tulip"])
    tulip = ClassValue(head.labels[1].label_id)
    classify(project, head, {1: "tulip"})
    project.annotations.confirm(head.head_id, {ImageId(1): Confirmation(tulip, None)})
    classify(project, head, {1: "rose"})
    project.annotations.answer_again(head.head_id, ImageId(1), tulip, 1)
    assert [image for image, _ in contradictions(project, head)] == [1]


def test_that_the_same_confirmation_given_after_the_second_answer_settles_it(project):
    head, _ = project.heads.add("kind", HeadKind.CLASS, ["rose", "tulip"])
    tulip = ClassValue(head.labels[1].label_id)
    stands = {ImageId(1): Confirmation(tulip, None)}
    classify(project, head, {1: "tulip"})
    project.annotations.confirm(head.head_id, stands)
    classify(project, head, {1: "rose"})
    project.annotations.answer_again(head.head_id, ImageId(1), tulip, 1)
    assert project.annotations.confirm(head.head_id, stands)
    assert contradictions(project, head) == []
    assert not project.annotations.confirm(head.head_id, stands), "it stands since"
    project.annotations.undo()
    assert [image for image, _ in contradictions(project, head)] == [1]


def test_that_a_tag_that_stood_before_its_second_answer_is_not_settled_by_another_tag(project):
    head, _ = project.heads.add("tags", HeadKind.TAGS, ["car", "tree"])
    car, tree = (label.label_id for label in head.labels)
    one, annotations = ImageId(1), project.annotations
    a_car, a_tree = TagsValue(frozenset({car})), TagsValue(frozenset({tree}))
    annotations.annotate(head.head_id, {one: TagsValue(frozenset({car, tree}))})
    annotations.confirm(head.head_id, {one: Confirmation(a_car, None)})
    annotations.annotate(head.head_id, {one: TagsValue(frozenset({tree}), frozenset({car}))})
    annotations.answer_again(head.head_id, one, a_car, 1)
    assert [image for image, _ in contradictions(project, head)] == [1]
    annotations.confirm(head.head_id, {one: Confirmation(a_tree, None)})
    assert [image for image, _ in contradictions(project, head)] == [1], "cars were not looked at since"
    annotations.confirm(head.head_id, {one: Confirmation(a_car, None)})
    assert contradictions(project, head) == []
    annotations.confirm(head.head_id, {one: Confirmation(a_tree, a_car)})
    assert contradictions(project, head) == [], "what was looked at since stands beside more"


def test_that_a_tag_that_was_looked_at_settles_the_contradictions_of_no_other(project):
    head, _ = project.heads.add("tags", HeadKind.TAGS, ["car", "tree"])
    car, tree = (label.label_id for label in head.labels)
    both, neither = TagsValue(frozenset({car, tree})), TagsValue(frozenset(), frozenset({car, tree}))
    one, annotations = ImageId(1), project.annotations
    annotations.annotate(head.head_id, {one: both})
    annotations.answer_again(head.head_id, one, neither, 1)
    only_car = TagsValue(frozenset(), frozenset({car}))
    annotations.confirm(head.head_id, {one: Confirmation(only_car, None)})
    assert [image for image, _ in contradictions(project, head)] == [1], "trees were answered otherwise too"
    annotations.annotate(head.head_id, {one: TagsValue(frozenset({tree}), frozenset({car}))})
    assert contradictions(project, head) == []


def test_that_twins_answered_differently_are_contradictions_too(project):
    head, _ = project.heads.add("kind", HeadKind.CLASS, ["rose", "tulip"])
    classify(project, head, {1: "rose", 2: "tulip"})
    hashes = project.images.all().hashes
    project.groups.join([(hash_text(hashes[0]), hash_text(hashes[1]))])
    assert [image for image, _ in contradictions(project, head)] == [1, 2]


def test_that_a_confirmed_conflict_stays_away_after_a_restart_until_something_else_is_said(project):
    head, _ = project.heads.add("kind", HeadKind.CLASS, ["rose", "tulip"])
    rose, tulip = (ClassValue(label.label_id) for label in head.labels)
    judge_pool(project, head, [[0.9, 0.1], [0.2, 0.8], [0.1, 0.9]])
    classify(project, head, {1: "tulip"})
    project.annotations.confirm(head.head_id, {ImageId(1): Confirmation(tulip, rose)})
    folder = project.folder
    project.close()

    def conflicts(opened: Project) -> list[int]:
        material = gather(opened, opened.heads.get("kind"))
        return [int(material.ids[one.row]) for one in look_again(material).find(Asked(ReviewOrder.CONFLICT))]

    for _ in range(2):
        with Project.open(folder) as again:
            assert conflicts(again) == []
    with Project.open(folder) as again:
        again.annotations.annotate(head.head_id, {ImageId(1): rose})
        again.annotations.annotate(head.head_id, {ImageId(1): tulip})
        assert conflicts(again) == []
        classify(again, head, {3: "rose"})
        assert conflicts(again) == [3]
