"""Orders for the worker hold all that it needs, or say what is still to be done."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from core.arrays.hashes import hash_bytes
from core.errors import UserError
from core.jobs.events import FilesGone
from core.project import Project, specs
from core.store.log import Annotations
from core.values import ClassValue, Field, Head, HeadKind, ImageId, ScoreValue, TagsValue, Tiles
from tests.core.store.projects import SIGNAL, class_head, embed_all, invented_project

ONE, TWO, THREE, FOUR = (ImageId(number) for number in (1, 2, 3, 4))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with invented_project(tmp_path) as made:
        class_head(made)
        yield made


@pytest.fixture
def head(project: Project) -> Head:
    return project.heads.get("content")


def classify(project: Project, head: Head, *labels: int) -> None:
    """The first images get these labels, by position."""
    values = {ImageId(n + 1): ClassValue(head.labels[label].label_id) for n, label in enumerate(labels)}
    project.annotations.annotate(head.head_id, values)


def hashes(project: Project, *ids: ImageId) -> np.ndarray:
    return hash_bytes([image.content_hash for image in project.images.get(ids)])


def test_that_specs_travel_through_a_pipe(project, head):
    embed_all(project)
    classify(project, head, 0, 1)
    specs = [
        project.scan_spec("a"),
        project.embed_spec("b", "signal", Tiles.NONE, "cpu"),
        project.training_spec("c", head, "cpu"),
        project.live_open("d", head, "cpu"),
        project.live_change("e", head, [ONE]),
    ]
    assert [pickle.loads(pickle.dumps(spec)).job for spec in specs] == ["a", "b", "c", "d", "e"]


def test_that_a_training_without_vectors_says_how_to_embed(project, head):
    classify(project, head, 0, 1)
    with pytest.raises(UserError, match=r"no image is embedded with signal yet, .*; embed the images first"):
        project.training_spec("train", head, "cpu")


def test_that_vectors_whose_writer_was_killed_before_it_could_tell_are_found(project, head):
    classify(project, head, 0, 1)
    with project.embeddings(SIGNAL).writer(SIGNAL) as writer:
        writer.add(project.images.all().hashes, np.zeros((4, SIGNAL.dim), dtype=np.float16))
    project.close()
    with Project.open(project.folder) as again:
        assert again.training_spec("train", head, "cpu").signature == SIGNAL


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ((), "has 0 answers on embedded images; give at least two labels"),
        ((1,), "has 1 answer on embedded images, all of them 'dog'"),
        ((1, 1, 1), "has 3 answers on embedded images, all of them 'dog'"),
    ],
)
def test_that_a_class_head_needs_two_labels_answered(project, head, labels, reason):
    embed_all(project)
    classify(project, head, *labels)
    with pytest.raises(UserError, match=reason):
        project.training_spec("train", head, "cpu")


@pytest.mark.parametrize("scores", [(), (5.0,), (5.0, 5.0)])
def test_that_a_score_head_needs_two_different_scores(project, scores):
    embed_all(project)
    taste, _ = project.heads.add("taste", HeadKind.SCORE)
    project.annotations.annotate(taste.head_id, {ImageId(n + 1): ScoreValue(one) for n, one in enumerate(scores)})
    with pytest.raises(UserError, match="two different scores; score a good and a bad image"):
        project.training_spec("train", taste, "cpu")


def test_that_a_tags_head_needs_one_tag_with_yes_and_no(project):
    embed_all(project)
    themes, _ = project.heads.add("themes", HeadKind.TAGS, ["sky", "sea"])
    sky, sea = (frozenset({label.label_id}) for label in themes.labels)
    project.annotations.annotate(themes.head_id, {ONE: TagsValue(sky), TWO: TagsValue(sea)})
    with pytest.raises(UserError, match="no tag with both yes and no"):
        project.training_spec("train", themes, "cpu")
    project.annotations.annotate(themes.head_id, {THREE: TagsValue(frozenset(), sky)})
    assert len(project.training_spec("train", themes, "cpu").annotated) == 3


def test_that_a_training_order_holds_answers_exclusions_number_and_place(project, head):
    embed_all(project)
    classify(project, head, 0, 2, 1)
    project.annotations.mark(head.head_id, [TWO, FOUR], Field.EXCLUDED, on=True)
    spec = project.training_spec("train", head, "cpu", seed=7, recipe={"epochs": 2})
    assert (spec.annotated.hashes == hashes(project, ONE, THREE)).all()
    assert spec.annotated.targets.tolist() == [[1, 0, 0], [0, 1, 0]]
    assert (spec.excluded == hashes(project, TWO, FOUR)).all()
    assert (spec.number, spec.seed, spec.recipe) == (1, 7, {"epochs": 2})
    assert spec.last_annotation == project.annotations.last_id() == 5
    assert Path(spec.output).parent == project.folder / "heads" / "content"
    assert not Path(spec.output).exists()


def test_that_a_training_order_is_of_one_state_whatever_is_answered_meanwhile(project, head, monkeypatch):
    embed_all(project)
    classify(project, head, 0, 1)
    project.images.all()
    last, whole = project.annotations.last_id(), Annotations.annotated_set

    def write() -> None:
        project.annotations.annotate(head.head_id, {THREE: ClassValue(head.labels[0].label_id)})
        project.annotations.mark(head.head_id, [FOUR], Field.EXCLUDED, on=True)
        project.heads.edit(head.head_id, name="renamed")

    def read(annotations: Annotations, asked: Head):
        found = whole(annotations, asked)
        thread = Thread(target=write)
        thread.start()
        thread.join()
        return found

    monkeypatch.setattr(Annotations, "annotated_set", read)
    spec = project.training_spec("train", head, "cpu")
    assert (spec.last_annotation, len(spec.annotated), len(spec.excluded)) == (last, 2, 0)
    assert project.annotations.last_id() == last + 2
    monkeypatch.undo()
    later = project.training_spec("train", head, "cpu")
    assert (len(later.annotated), len(later.excluded), later.head.name) == (3, 1, "renamed")


def test_that_images_of_an_older_state_are_not_kept_for_those_who_ask_next(project, head, monkeypatch):
    embed_all(project)
    classify(project, head, 0, 1)
    gone, whole = project.images.get([FOUR])[0], Annotations.annotated_set

    def read(annotations: Annotations, asked: Head):
        found = whole(annotations, asked)
        event = FilesGone("scan", gone.root, (Path(gone.path).name,))
        thread = Thread(target=project.adopt, args=[event])
        thread.start()
        thread.join()
        return found

    monkeypatch.setattr(Annotations, "annotated_set", read)
    assert len(project.training_spec("train", head, "cpu").hidden) == 0
    assert (project.images.all().ids.tolist(), len(project.images.hidden_hashes())) == ([1, 2, 3], 1)


def test_that_a_retrain_is_refused_or_not_as_its_order_is(project, head):
    embed_all(project)
    classify(project, head, 0, 0, 0)
    with pytest.raises(UserError, match="has 3 answers on embedded images, all of them 'cat'"):
        project.check_trainable(head)
    classify(project, head, 0, 1, 0)
    project.check_trainable(head)
    project.annotations.mark(head.head_id, [TWO], Field.EXCLUDED, on=True)
    with pytest.raises(UserError, match="has 2 answers on embedded images, all of them 'cat'"):
        project.check_trainable(head)


@pytest.mark.parametrize("few", [1, 500])
def test_that_a_few_images_tell_whether_there_is_enough_to_train_on(project, head, monkeypatch, few):
    embed_all(project)
    classify(project, head, 0, 1, 0, 1)
    monkeypatch.setattr(specs, "_A_FEW", few)
    monkeypatch.setattr(Annotations, "annotated_set", None)
    project.check_trainable(head)


def test_that_answers_whose_first_and_last_images_teach_nothing_are_all_looked_at(project, head, monkeypatch):
    embed_all(project)
    monkeypatch.setattr(specs, "_A_FEW", 1)
    classify(project, head, 0, 0, 0, 1)
    project.annotations.mark(head.head_id, [ONE, THREE], Field.EXCLUDED, on=True)
    project.check_trainable(head)
    project.annotations.mark(head.head_id, [TWO], Field.EXCLUDED, on=True)
    with pytest.raises(UserError, match="all of them 'dog'"):
        project.check_trainable(head)


def test_that_the_recipe_of_the_head_is_used_unless_another_is_given(project):
    embed_all(project)
    head, _ = project.heads.add("asked", HeadKind.CLASS, ["a", "b"], recipe={"epochs": 9})
    classify(project, head, 0, 1)
    assert project.training_spec("train", head, "cpu").recipe == {"epochs": 9}
    assert project.training_spec("train", head, "cpu", recipe={}).recipe == {}


def test_that_images_without_a_vector_are_left_out(project, head):
    classify(project, head, 0, 1, 2)
    table = project.images.all()
    with project.embeddings(SIGNAL).writer(SIGNAL) as writer:
        writer.add(table.hashes[[0, 2]], np.zeros((2, SIGNAL.dim), dtype=np.float16))
    project.encoders.remember(SIGNAL)
    project.embeddings(SIGNAL).refresh()
    assert (project.training_spec("train", head, "cpu").annotated.hashes == hashes(project, ONE, THREE)).all()


def test_that_scores_and_unknown_tags_become_targets(project):
    taste, _ = project.heads.add("taste", HeadKind.SCORE)
    themes, _ = project.heads.add("themes", HeadKind.TAGS, ["sky", "sea", "sun"])
    sky, sea, _ = (label.label_id for label in themes.labels)
    project.annotations.annotate(taste.head_id, {ONE: ScoreValue(7.5), TWO: ScoreValue(0)})
    project.annotations.annotate(themes.head_id, {ONE: TagsValue(frozenset({sky}), frozenset({sea}))})
    assert project.annotations.annotated_set(taste).targets.tolist() == [[0.75], [0.0]]
    np.testing.assert_array_equal(project.annotations.annotated_set(themes).targets, [[1, 0, np.nan]])


def test_that_a_head_without_answers_has_an_empty_set_of_the_right_shape(project, head):
    annotated = project.annotations.annotated_set(head)
    assert (annotated.hashes.shape, annotated.targets.shape) == ((0, 32), (0, 3))


def test_that_a_live_change_tells_answers_retractions_and_exclusions(project, head):
    embed_all(project)
    classify(project, head, 0, 1)
    project.annotations.mark(head.head_id, [TWO], Field.EXCLUDED, on=True)
    change = project.live_change("live", head, [THREE, ONE, TWO])
    assert (change.changed.hashes == hashes(project, ONE, TWO, THREE)).all()
    nothing = [np.nan] * 3
    np.testing.assert_array_equal(change.changed.targets, [[1, 0, 0], nothing, nothing])
    assert (change.excluded == hashes(project, TWO)).all()
    assert (change.included == hashes(project, ONE, THREE)).all()


def test_that_a_live_change_after_an_undo_takes_the_answer_back(project, head):
    embed_all(project)
    classify(project, head, 0)
    changes = project.annotations.undo()
    change = project.live_change("live", head, changes.annotated)
    assert np.isnan(change.changed.targets).all()


def test_that_a_live_head_may_begin_without_answers(project, head):
    embed_all(project)
    spec = project.live_open("live", head, "cpu", seed=3)
    assert (len(spec.annotated), spec.seed) == (0, 3)
    assert Path(spec.output).is_relative_to(project.folder)
