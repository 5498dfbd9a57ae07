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
from core.project.reviewing import find_evidence, gather
from core.review.conflicts import conflicting
from core.values import HeadKind, Label
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
