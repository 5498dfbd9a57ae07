"""How a head comes on in a project: every version on the audit set of today."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from core.arrays.hashes import hash_keys
from core.arrays.held_out import HeldOut, write_held_out
from core.arrays.predictions import Predictions, write_predictions
from core.project import Project
from core.project.folder import held_out_file, judged_file, predictions_file
from core.project.progress import MOST, gather_progress
from core.query.audit_draw import audit_mask, in_order_of_draw
from core.review.progress import Verdict
from core.store import images as image_reading
from core.values import MEMBERS, ClassValue, Field, HeadKind, ImageId, TagsValue
from core.wording import exact_percent
from tests.core.store.projects import class_head, embed_all, invented_project, make_version, version_saying

IMAGES = 240


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with invented_project(tmp_path, count=IMAGES) as made:
        embed_all(made)
        yield made


def answer(project: Project, first: int, last: int) -> None:
    """Images first to last: cat of the odd ones, dog of the even ones."""
    head = project.heads.get("content")
    values = {ImageId(one): ClassValue(head.labels[1 - one % 2].label_id) for one in range(first, last + 1)}
    project.annotations.annotate(head.head_id, values)


def say(project: Project, wrong: int) -> None:
    """A version that is wrong of the first so many images."""
    right = ["cat" if one % 2 else "dog" for one in range(1, IMAGES + 1)]
    other = ["dog" if name == "cat" else "cat" for name in right[:wrong]]
    version_saying(project, project.heads.get("content"), [*other, *right[wrong:]])


def test_that_a_head_without_a_version_says_what_is_answered(project):
    class_head(project)
    answer(project, 1, 6)
    found = gather_progress(project, project.heads.get("content"))
    assert found.steps == () and found.last is None
    assert [(one.name, one.answers) for one in found.portions] == [("cat", 3), ("dog", 3), ("bird", 0)]


def test_that_all_versions_are_judged_on_the_audit_set_of_today(project):
    head = class_head(project)
    project.audits.set_share(head.head_id, 1.0)
    for answered, wrong in ((60, 120), (120, 90), (240, 24)):
        answer(project, 1, answered)
        say(project, wrong)
    found = gather_progress(project, project.heads.get("content"))
    assert [step.annotations for step in found.steps] == [60, 120, 240]
    assert [round(step.figure.value, 3) for step in found.steps] == [0.5, 0.625, 0.9]
    assert found.n == found.drawn == IMAGES
    assert found.last is not None and found.last.verdict is Verdict.BETTER and found.last.answers == 120


def test_that_the_images_are_read_once_where_they_are_not_kept(project, monkeypatch):
    head = class_head(project)
    for answered, wrong in ((60, 120), (120, 90)):
        answer(project, 1, answered)
        say(project, wrong)
    reads = Mock(wraps=image_reading.read_table)
    with Project.open(project.folder, read_only=True) as reader:
        monkeypatch.setattr(image_reading, "read_table", reads)
        assert gather_progress(reader, reader.heads.by_id(head.head_id)).larger is not None
    assert reads.call_count == 1


def test_that_next_answers_are_foretold_while_an_image_is_open(project):
    head = class_head(project)
    project.audits.set_share(head.head_id, 0.8)
    table = project.images.all()
    beyond = ImageId(int(table.ids[~audit_mask(hash_keys(table.hashes), 0.8)][0]))
    project.annotations.mark(head.head_id, [beyond], Field.EXCLUDED, True)
    for answered, wrong in ((70, 120), (120, 90), (240, 24)):
        answer(project, 1, answered)
        say(project, wrong)
    over = gather_progress(project, project.heads.get("content"))
    assert over.ahead.is_over and over.ahead.gain is None
    assert "No image is left to answer." in over.told()
    project.annotations.mark(head.head_id, [beyond], Field.EXCLUDED, False)
    project.annotations.annotate(head.head_id, {beyond: None})
    ahead = gather_progress(project, project.heads.get("content")).ahead
    assert not ahead.is_over and ahead.gain is not None and ahead.gain.high > 0


def test_that_versions_that_say_the_same_changed_nothing(project):
    head = class_head(project)
    project.audits.set_share(head.head_id, 1.0)
    for answered in (60, 120, 240):
        answer(project, 1, answered)
        say(project, 40)
    found = gather_progress(project, project.heads.get("content"))
    assert found.last is not None and found.last.moved == 0.0
    assert found.last.verdict is Verdict.NOTHING


def test_that_what_changed_is_bounded_by_the_whole_pool_and_not_by_its_open_rest(project):
    head = class_head(project)
    project.audits.set_share(head.head_id, 1.0)
    table = project.images.all()
    turns = table.ids[in_order_of_draw(hash_keys(table.hashes))].tolist()
    for answered, wrong in ((60, IMAGES // 2), (IMAGES - 5, 0)):
        for one in turns[:answered]:
            answer(project, one, one)
        say(project, 0)
        unseen_saying(project, wrong)
    found = gather_progress(project, project.heads.get("content")).last
    assert found is not None
    assert found.moved >= found.change.value > 0.1 and found.verdict is Verdict.BETTER


def unseen_saying(project: Project, wrong: int) -> None:
    """Heads that stand in for the newest version are wrong of the first so many images that it was taught."""
    head = project.heads.get("content")
    annotated = project.annotations.annotated_set(head)
    ids = project.images.by_hash(annotated.hashes)
    said = annotated.targets.copy()
    said[ids <= wrong] = said[ids <= wrong][:, [1, 0, 2]]
    version = project.versions.of(head.head_id)[-1]
    unseen = HeldOut(annotated.hashes, said.astype(np.float16), said[:, None].astype(np.float16), annotated.targets)
    for file in (held_out_file, judged_file):
        write_held_out(file(project.folder / version.folder), unseen)


def test_that_no_more_images_are_asked_for_than_the_draw_has_left(project):
    head = class_head(project)
    project.audits.set_share(head.head_id, 0.1)
    for answered, wrong in ((60, 110), (200, 125)):
        answer(project, 1, answered)
        say(project, wrong)
    found = gather_progress(project, head)
    assert found.last is not None and found.last.verdict is Verdict.UNKNOWN and found.last.more is not None
    assert 0 < found.left < found.last.more and found.larger is not None
    told = found.told("there")[0]
    share = exact_percent(found.larger)
    assert told.endswith(f"; it has {found.left} left, and a larger share draws more, {share} enough (there).")
    project.audits.set_share(head.head_id, found.larger)
    assert gather_progress(project, head).drawn >= found.n + found.last.more
    project.audits.set_share(head.head_id, 1.0)
    assert "of this pool has" not in gather_progress(project, head).told("there")[0]


def test_that_a_version_put_back_in_force_is_the_newest_one_looked_at(project):
    head = class_head(project)
    project.audits.set_share(head.head_id, 1.0)
    for answered, wrong in ((60, 120), (240, 10)):
        answer(project, 1, answered)
        say(project, wrong)
    project.versions.use(head.head_id, 1)
    found = gather_progress(project, project.heads.get("content"))
    assert [step.version for step in found.steps] == [1]


def test_that_a_version_from_as_many_answers_as_the_one_before_is_told_too(project):
    head = class_head(project)
    project.audits.set_share(head.head_id, 1.0)
    for answered, wrong in ((60, 120), (180, 90), (180, 30)):
        answer(project, 1, answered)
        say(project, wrong)
    found = gather_progress(project, project.heads.get("content"))
    assert [(step.version, step.annotations) for step in found.steps] == [(1, 60), (2, 180), (3, 180)]
    assert found.last is not None and (found.last.since, found.last.answers) == (1, 120)


def test_that_too_many_versions_leave_each_number_of_answers_its_last(project):
    head = class_head(project)
    project.audits.set_share(head.head_id, 1.0)
    for answered in (60, 120, *[180] * MOST):
        answer(project, 1, answered)
        say(project, 30)
    found = gather_progress(project, project.heads.get("content"))
    assert [step.version for step in found.steps] == [1, 2, MOST + 2]


def test_that_tags_right_are_no_merit_where_always_no_has_as_many(project):
    head, _ = project.heads.add("look", HeadKind.TAGS, ["red", "nice"])
    project.audits.set_share(head.head_id, 1.0)
    red, nice = (label.label_id for label in head.labels)
    no, rare = TagsValue(frozenset(), frozenset({red, nice})), TagsValue(frozenset({red}), frozenset({nice}))
    answers = {ImageId(one): rare if one % 10 == 0 else no for one in range(1, IMAGES + 1)}
    project.annotations.annotate(head.head_id, answers)
    hashes, silent = project.images.all().hashes, np.full((IMAGES, 2), 0.1, np.float16)
    version = make_version(project, project.heads.get("look"))
    members, order = np.repeat(silent[:, None], MEMBERS, axis=1), np.arange(IMAGES)
    predictions = Predictions(hashes, silent, members, np.zeros(IMAGES, np.float32), order)
    write_predictions(predictions_file(project.folder / version.folder), predictions)
    found = gather_progress(project, project.heads.get("look"))
    assert found.same_of_all == found.steps[-1].figure.value == pytest.approx(0.95)
    same = "always giving each tag its commoner answer (95.0 %)"
    assert f"v1 is not surely better than {same}, on the 240 images of the audit set that count." in found.told()


def test_that_two_answers_of_the_audit_set_tell_no_verdict(project):
    head = class_head(project)
    project.audits.set_share(head.head_id, 1.0)
    table = project.images.all()
    drawn = table.ids[in_order_of_draw(hash_keys(table.hashes))[:2]].tolist()
    cat, dog, _ = (ClassValue(label.label_id) for label in head.labels)
    project.annotations.annotate(head.head_id, dict(zip(map(ImageId, drawn), (cat, dog), strict=True)))
    version_saying(project, head, ["bird"] * IMAGES)
    same = "not yet to be told from always saying the commonest label (50.0 %)"
    told = gather_progress(project, project.heads.get("content")).told()
    assert f"v1 is {same}, on the 2 images of the audit set that count." in told
