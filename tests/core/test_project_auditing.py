"""Which images of the audit set count, and what a version says of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.arrays.hashes import hash_keys
from core.arrays.held_out import HeldOut, write_held_out
from core.errors import UserError
from core.exchange.dataset import annotated_rows
from core.project import Project
from core.project.auditing import AuditSet, audit_set, audit_version
from core.project.folder import held_out_file, judged_file
from core.query.audit_draw import audit_mask, in_order_of_draw
from core.values import ClassValue, Field, Head, ImageId
from tests.core.store.projects import SIGNAL, class_head, embed_all, invented_project, make_version

IMAGES, SHARE = 60, 0.3


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with invented_project(tmp_path, count=IMAGES) as made:
        embed_all(made)
        made.audits.set_share(class_head(made).head_id, SHARE)
        yield made


@pytest.fixture
def head(project: Project) -> Head:
    return project.heads.get("content")


def drawn(project: Project) -> list[ImageId]:
    """The audit set in the order in which it is asked."""
    table = project.images.all()
    keys = hash_keys(table.hashes)
    order = in_order_of_draw(keys)
    return [ImageId(int(one)) for one in table.ids[order[audit_mask(keys, SHARE)[order]]]]


def answer(project: Project, head: Head, ids: list[ImageId]) -> None:
    labels = head.labels
    values = {image: ClassValue(labels[place % 2].label_id) for place, image in enumerate(ids)}
    project.annotations.annotate(head.head_id, values)


def found(project: Project, head: Head) -> AuditSet:
    return audit_set(project, head, project.embeddings(SIGNAL).positions)


def answered(project: Project, head: Head) -> list[ImageId]:
    return [ImageId(int(one)) for one in project.images.by_hash(found(project, head).answered)]


def test_that_only_answers_before_the_first_open_image_count(project, head):
    ids = drawn(project)
    answer(project, head, [*ids[:3], *ids[4:8]])
    assert answered(project, head) == ids[:3]
    answer(project, head, [ids[3]])
    assert answered(project, head) == ids[:8]


def test_that_early_answers_are_counted_apart_and_the_open_images_are_named_in_order(project, head):
    ids = drawn(project)
    answer(project, head, [ids[0], *ids[3:5]])
    known = found(project, head)
    assert (known.given, len(known.answered)) == (3, 1)
    assert project.images.by_hash(known.waiting).tolist() == [*ids[1:3], *ids[5:]]


def test_that_a_skipped_image_is_passed_and_named(project, head):
    ids = drawn(project)
    answer(project, head, [*ids[:2], ids[3]])
    project.annotations.mark(head.head_id, [ids[2]], Field.SKIPPED, on=True)
    assert answered(project, head) == [*ids[:2], ids[3]]
    assert project.images.by_hash(found(project, head).skipped).tolist() == [ids[2]]


def test_that_an_excluded_image_is_no_part_of_the_pool(project, head):
    ids = drawn(project)
    answer(project, head, ids[:4])
    project.annotations.mark(head.head_id, [ids[1]], Field.EXCLUDED, on=True)
    assert answered(project, head) == [ids[0], *ids[2:4]]
    assert found(project, head).drawn == len(ids) - 1


def test_that_the_set_outlives_the_program_and_other_images(project, head, tmp_path):
    answer(project, head, drawn(project)[:5])
    before = answered(project, head)
    project.close()
    with Project.open(project.folder) as again:
        assert answered(again, again.heads.get("content")) == before


def test_that_a_share_beyond_the_whole_is_refused(project, head):
    with pytest.raises(UserError, match="of the pool"):
        project.audits.set_share(head.head_id, 1.2)


def test_that_an_answer_given_after_the_training_counts_at_once(project, head):
    ids = drawn(project)
    others = [ImageId(int(one)) for one in project.images.all().ids if one not in ids]
    answer(project, head, [*ids[:4], *others])
    version = make_version(project, head)
    assert len(audit_version(project, project.heads.get("content"), version).sheet.targets) == 4


def test_that_the_order_of_training_names_the_audit_set(project, head):
    ids = drawn(project)
    answer(project, head, ids[:6])
    spec = project.training_spec("train", head, "cpu")
    assert project.images.by_hash(spec.audit).tolist() == ids[:6]
    assert spec.audit_share == SHARE


def test_that_exported_rows_tell_the_set_apart(project, head):
    answer(project, head, [ImageId(int(one)) for one in project.images.all().ids])
    rows = annotated_rows(project, head).rows
    assert {row.image.image_id for row in rows if row.audit} == set(drawn(project))
    assert np.mean([row.audit for row in rows]) < 1


def test_that_an_answer_out_of_fold_is_no_part_once_its_twin_is_found_among_what_its_judge_learned(project, head):
    ids = drawn(project)
    other = next(ImageId(int(one)) for one in project.images.all().ids if one not in ids)
    answer(project, head, [*ids[:4], other])
    version, annotated = make_version(project, head), project.annotations.annotated_set(head)
    said = np.tile(np.float16([0.9, 0.1, 0.0]), (len(annotated), 1))
    unseen = HeldOut(annotated.hashes, said, said[:, None], annotated.targets, annotated.groups)
    folder = project.folder / version.folder
    write_held_out(held_out_file(folder), unseen)
    write_held_out(judged_file(folder), unseen)
    head = project.heads.get("content")
    assert audit_version(project, head, version).sheet.said.shape[0] == 4
    first, twin = (file.content_hash for file in project.images.get([ids[0], other]))
    project.groups.join([(first, twin)])
    assert audit_version(project, head, version).sheet.said.shape[0] == 3
