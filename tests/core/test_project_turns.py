"""A head's pool in its turns: who is in it, what is said of it unseen, and which files its limits keep."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.arrays.hashes import hash_keys
from core.arrays.held_out import HeldOut, write_held_out
from core.errors import UserError
from core.heads.version_files import write_paired
from core.project import Project
from core.project.folder import held_out_file, learned_file
from core.project.taught import taught
from core.project.turns import Turns, gather_turns
from core.query.audit_draw import audit_mask
from core.review.limits import Limits
from core.review.strata import kept
from core.store.columns import Standings
from core.values import ClassValue, Field, Head, HeadKind, ImageId, ScoreValue
from tests.core.store.projects import class_head, embed_all, invented_project, version_saying

IMAGES = 40


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with invented_project(tmp_path, count=IMAGES) as made:
        embed_all(made)
        yield made


def turns(project: Project, name: str = "content") -> Turns:
    return gather_turns(project, project.heads.get(name), project.images.all())


def trained_class_head(project: Project) -> Head:
    """It says cat of every other image."""
    head = class_head(project)
    values = {ImageId(place + 1): ClassValue(head.labels[place].label_id) for place in range(2)}
    project.annotations.annotate(head.head_id, values)
    version_saying(project, head, ["cat" if number % 2 else "dog" for number in range(IMAGES)])
    return project.heads.get("content")


def test_that_images_of_the_audit_set_have_the_first_turns(project):
    head = trained_class_head(project)
    found = turns(project)
    table = project.images.all()
    share = project.audits.share(head.head_id)
    drawn = set(table.ids[audit_mask(hash_keys(table.hashes), share)].tolist())
    assert set(found.ids[: len(drawn)].tolist()) == drawn and len(found.ids) == IMAGES


def test_that_the_answers_of_all_images_are_not_listed_once_for_each_answer(project, monkeypatch):
    head = trained_class_head(project)
    asked, listed = [], Standings.values.fget
    monkeypatch.setattr(
        Standings, "values", property(lambda standings: (asked.append(standings), listed(standings))[1])
    )
    found = turns(project)
    assert found.targets[found.answered].tolist() == [[1.0, *[0.0] * (head.outputs - 1)], [0.0, 1.0, 0.0]]
    assert len(asked) < found.answered.sum()


def test_that_an_answer_in_its_turn_counts_at_once(project):
    head = trained_class_head(project)
    found = turns(project)
    before = kept(found.pool(0, Limits(0.5)), Limits(0.5)).n
    first = next(row for row in range(IMAGES) if not found.answered[row])
    found.take(int(found.ids[first]), ClassValue(head.labels[0].label_id), skipped=False)
    assert kept(found.pool(0, Limits(0.5)), Limits(0.5)).n >= before + 1


def test_that_an_image_that_was_taught_is_judged_by_who_did_not_see_it(project):
    head = trained_class_head(project)
    version = project.versions.get(head.head_id, 1)
    hashes = project.images.all().hashes[:1]
    said = np.array([[0.25, 0.5, 0.25]], np.float16)
    write_held_out(
        held_out_file(project.folder / version.folder),
        HeldOut(hashes, said, said[:, None], np.eye(3, dtype=np.float32)[:1]),
    )
    found = turns(project)
    assert found.said[found.ids == 1].tolist() == said.tolist()
    assert found.kept_said[found.kept_ids == 1].tolist() != said.tolist()


def test_that_an_image_of_a_taught_group_judges_nothing(project):
    trained_class_head(project)
    version = project.versions.get(project.heads.get("content").head_id, 1)
    hashes = project.images.all().hashes
    said = np.full((1, 3), 0.3, np.float16)
    write_held_out(
        held_out_file(project.folder / version.folder),
        HeldOut(hashes[:1], said, said[:, None], np.eye(3, dtype=np.float32)[:1]),
    )
    texts = [row.tobytes().hex() for row in hashes]
    project.groups.join([(texts[0], texts[1])])
    assert set(range(1, IMAGES + 1)) - set(turns(project).ids.tolist()) == {2}


def test_that_an_open_tag_of_an_answered_image_has_not_had_its_turn(project):
    head = trained_class_head(project)
    found = turns(project)
    first = next(row for row in range(IMAGES) if not found.answered[row])
    found.take(int(found.ids[first]), ClassValue(head.labels[0].label_id), skipped=False)
    assert found.pool(0, Limits(0.5)).passed[first]
    found.targets[first, 0] = np.nan  # as of a tags head where only the other tags were answered
    pool = found.pool(0, Limits(0.5))
    assert not pool.passed[first] and not pool.skipped[first]


def test_that_copies_found_after_the_training_judge_nothing(project):
    head = trained_class_head(project)
    version = project.versions.get(head.head_id, 1)
    project.annotations.annotate(head.head_id, {ImageId(n): ClassValue(head.labels[0].label_id) for n in (1, 2)})
    hashes = project.images.all().hashes[:2]
    said = np.full((2, 3), 0.3, np.float16)
    file = held_out_file(project.folder / version.folder)
    write_held_out(file, HeldOut(hashes, said, said[:, None], np.eye(3, dtype=np.float32)[:2], np.array([1, 2])))
    assert {1, 2} <= set(turns(project).ids.tolist())
    project.groups.join([(hashes[0].tobytes().hex(), hashes[1].tobytes().hex())])
    assert not {1, 2} & set(turns(project).ids.tolist())


def test_that_an_image_of_which_only_pairs_spoke_judges_nothing(project):
    head = trained_class_head(project)
    version = project.versions.get(head.head_id, 1)
    write_paired(learned_file(project.folder / version.folder), project.images.all().hashes[:1])
    assert 1 not in turns(project).ids
    project.annotations.annotate(head.head_id, {ImageId(1): ClassValue(head.labels[0].label_id)})
    assert taught(project.folder / version.folder, project.annotations.annotated_set(head)).any()


def test_that_an_excluded_image_judges_nothing_and_is_kept_by_no_limits(project):
    head = trained_class_head(project)
    project.annotations.mark(head.head_id, [ImageId(2)], Field.EXCLUDED, on=True)
    found = turns(project)
    assert 2 not in found.ids and not found.holds(2) and found.holds(4)
    assert found.kept(0, Limits(0.5)).tolist() == list(range(4, IMAGES + 1, 2))


def test_that_limits_keep_what_the_version_says(project):
    trained_class_head(project)
    assert turns(project).kept(0, Limits(0.5)).tolist() == list(range(2, IMAGES + 1, 2))
    assert turns(project).kept(0, Limits(None, 0.5)).tolist() == list(range(1, IMAGES + 1, 2))


def test_that_of_no_image_kept_no_share_is_right_whatever_unseen_heads_say(project):
    head = trained_class_head(project)
    version = project.versions.get(head.head_id, 1)
    said = np.array([[0.9375, 0.0625, 0.0]], np.float16)
    unseen = HeldOut(project.images.all().hashes[:1], said, said[:, None], np.eye(3, dtype=np.float32)[:1])
    write_held_out(held_out_file(project.folder / version.folder), unseen)
    found, limits = turns(project), Limits(0.9, 0.95)
    pool = found.pool(0, limits)
    assert limits.within(pool.said).any() and not len(found.kept(0, limits))
    judged = kept(pool, limits)
    assert (judged.precision.value, judged.f1.value) == (None, None) and judged.recall.high == 0
    assert kept(pool, Limits(0.5)).precision.n > 0


def test_that_a_pool_answered_whole_is_known_by_what_the_version_says_of_it(project):
    head = trained_class_head(project)
    values = {ImageId(place): ClassValue(head.labels[place % 2].label_id) for place in range(1, IMAGES + 1)}
    project.annotations.annotate(head.head_id, values)
    limits = Limits(0.5)
    found = turns(project)
    own = kept(found.pool(0, limits), limits).precision
    assert own.low == own.high == own.value == 1.0
    version = project.versions.get(head.head_id, 1)
    annotated = project.annotations.annotated_set(head)
    unseen = HeldOut(
        annotated.hashes,
        np.tile(np.array([[0.75, 0.25, 0.0]], np.float16), (IMAGES, 1)),
        np.zeros((IMAGES, 0, 3), np.float16),
        annotated.targets,
    )
    write_held_out(held_out_file(project.folder / version.folder), unseen)
    found = turns(project)
    judged = kept(found.pool(0, limits), limits)
    assert judged.precision.low == judged.precision.high == judged.recall.low == 1.0
    others = judged.unseen
    assert others.n == IMAGES and others.value == 0.5
    assert others.low < 0.4 and others.high > 0.6


def test_that_low_limits_want_what_is_not_the_label(project):
    head = trained_class_head(project)
    found = turns(project)
    row = int(np.flatnonzero(found.ids == 1)[0])
    assert head.labels[0].name == "cat"
    assert found.pool(0, Limits(0.5)).wanted[row] == 1
    assert found.pool(0, Limits(None, 0.5)).wanted[row] == 0


def test_that_scores_are_wanted_by_their_brackets(project):
    head = project.heads.add("taste", HeadKind.SCORE, ())[0]
    project.annotations.annotate(head.head_id, {ImageId(1): ScoreValue(6.5), ImageId(2): ScoreValue(7.0)})
    version_saying(project, head, [number / 4 for number in range(IMAGES)])
    found = turns(project, "taste")
    pool = found.pool(0, Limits(0.7), (7.0, 10.0))
    assert [pool.wanted[found.ids == image][0] for image in (1, 2)] == [0.0, 1.0]


def test_that_a_head_without_a_version_says_so(project):
    class_head(project)
    with pytest.raises(UserError, match="no version"):
        turns(project)


def test_that_the_rows_of_a_few_images_are_those_of_the_pool(project):
    trained_class_head(project)
    found = turns(project)
    found.said[3, 1] = np.nan  # nobody may judge it by this label
    rows = found.rows(1)
    for image_id in found.ids.tolist():
        [*told] = found.rows_of(1, [image_id])
        assert found.ids[rows[told]].tolist() == ([image_id] if image_id != found.ids[3] else [])
    assert found.rows_of(1, [IMAGES + 7]) == frozenset()
    assert found.row(IMAGES + 7) is None
