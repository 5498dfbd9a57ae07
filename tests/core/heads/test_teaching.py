"""Open images that a score head learns as its live head sees them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import hash_keys
from core.heads.lesson import Lesson
from core.heads.surroundings import Surroundings
from core.heads.teaching import draw_open, teach
from core.jobs.spec import TrainSpec
from core.query.audit_draw import audit_mask
from core.recipes.recipe import Recipe, parse_recipe
from core.values import HeadKind, Tiles
from tests.core.heads.material import QUICK, blobs, lay_ground, one_hot

N, POOL = 20, 200


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainSpec, EmbeddingStore, np.ndarray]:
    """Scores of two clumps, 0.2 and 0.8, for the first images of a pool."""
    folder: Path = tmp_path_factory.mktemp("ground")
    vectors, given = blobs(POOL, labels=2, noise=0.5)
    ground = lay_ground(folder, vectors)
    spec = ground.spec(np.where(given[:N] == 0, 0.2, 0.8)[:, None], HeadKind.SCORE, labels=())
    return spec, EmbeddingStore(folder / "embeddings" / ground.signature.folder), vectors


def lesson_of(spec: TrainSpec, vectors: np.ndarray) -> Lesson:
    known = spec.annotated
    rows, targets = torch.from_numpy(vectors[:N])[:, None], torch.from_numpy(known.targets)
    return Lesson(HeadKind.SCORE, rows, targets, torch.ones(N), torch.ones(1))


def test_that_neither_known_nor_excluded_nor_audit_images_are_drawn(project):
    spec, store, _ = project
    index = store.index().hashes
    spec = replace(spec, excluded=index[30:60], hidden=index[60:90], audit_share=0.5)
    drawn = draw_open(spec, Recipe(open_images=16), store, spec.annotated.hashes)
    blocked = audit_mask(hash_keys(index), 0.5)
    for hashes in (spec.annotated.hashes, index[30:90]):
        blocked[store.positions(hashes)] = True
    assert drawn.tolist() == np.flatnonzero(~blocked).tolist()


def test_that_there_are_many_however_few_the_answers_and_none_for_tiles(project):
    spec, store, _ = project
    known = spec.annotated.hashes
    whole = replace(spec, audit_share=0.0)
    assert len(draw_open(whole, Recipe(open_images=2), store, known)) == POOL - N
    assert len(draw_open(spec, Recipe(open_images=0), store, known)) == 0
    assert len(draw_open(spec, parse_recipe(QUICK | {"method": "seed-loop"}), store, known)) == 0
    tiled = replace(spec, signature=replace(spec.signature, tiles=Tiles.FIVE_CROP))
    assert len(draw_open(tiled, Recipe(), store, known)) == 0


def test_that_open_images_fade_as_answers_come(project):
    _, _, vectors = project
    weights = []
    for count in (300, 650, 999):
        rows = torch.from_numpy(vectors[np.arange(count) % POOL])[:, None]
        lesson = Lesson(HeadKind.SCORE, rows, torch.rand(count, 1), torch.ones(count), torch.ones(1))
        asked = lesson, [np.arange(count)], np.arange(count), None, rows[:100], Recipe()
        weights.append(float(teach(*asked, seed=0, watch=lambda: None).lesson.weights[-1]))
    assert weights == pytest.approx([1.0, 0.5, 1 / 700], abs=1e-3)


def test_that_labels_are_learned_as_given_and_open_images_as_seen(project):
    _, _, vectors = project
    given = np.arange(N) % 2
    rows, targets = torch.from_numpy(vectors[:N])[:, None], torch.from_numpy(one_hot(given, 2))
    lesson = Lesson(HeadKind.CLASS, rows, targets, torch.ones(N), torch.ones(2))
    others = torch.from_numpy(vectors[N:])[:, None]
    made = teach(lesson, [np.arange(N)], np.arange(N), None, others, Recipe(), seed=0, watch=lambda: None)
    assert made.softened is not None
    torch.testing.assert_close(made.softened[0][:N], targets)
    right = made.softened[0][N:].argmax(dim=1).numpy() == np.arange(N, POOL) % 2
    assert right.mean() > 0.9


def test_that_open_images_weigh_as_much_as_the_answers_together(project):
    spec, _, vectors = project
    others = torch.from_numpy(vectors[N : 4 * N])[:, None]
    taught = [np.arange(N), np.arange(5, N)]
    made = teach(lesson_of(spec, vectors), taught, np.arange(N), None, others, Recipe(), seed=0, watch=lambda: None)
    assert float(made.lesson.weights[N:].sum()) == pytest.approx(N)
    assert [len(rows) for rows in made.taught] == [N + 3 * N, N - 5 + 3 * N]


def test_that_the_head_of_a_fold_hears_of_open_images_from_a_teacher_of_its_own_answers(project):
    """What the fold is to judge changes nothing of what its head is taught."""
    spec, _, vectors = project
    others, fold = torch.from_numpy(vectors[N : 2 * N])[:, None], np.arange(5, N)

    def of_the_fold(lesson: Lesson) -> torch.Tensor:
        made = teach(lesson, [np.arange(N), fold], np.arange(N), None, others, Recipe(), seed=0, watch=lambda: None)
        assert made.softened is not None
        return made.softened[1]

    before, lesson = of_the_fold(lesson_of(spec, vectors)), lesson_of(spec, vectors)
    lesson.targets[:5] = 1.0 - lesson.targets[:5]
    torch.testing.assert_close(of_the_fold(lesson)[5:], before[5:])


def test_that_the_live_heads_answers_are_near_the_truth_of_open_images(project):
    spec, _, vectors = project
    others = torch.from_numpy(vectors[N:])[:, None]
    made = teach(
        lesson_of(spec, vectors), [np.arange(N)], np.arange(N), None, others, Recipe(), seed=0, watch=lambda: None
    )
    truth = np.where(np.arange(N, POOL) % 2 == 0, 0.2, 0.8)
    assert np.abs(made.lesson.targets[N:, 0].numpy() - truth).mean() < 0.2  # a constant would be off by 0.3


def test_that_there_are_so_many_for_each_answer_where_that_is_more(tmp_path):
    vectors, given = blobs(1_600, labels=2)
    ground = lay_ground(tmp_path, vectors)
    store = EmbeddingStore(tmp_path / "embeddings" / ground.signature.folder)
    for known, wanted in ((20, 1_000), (300, 1_200)):
        spec = ground.spec(one_hot(given[:known], 2), HeadKind.CLASS, labels=("red", "green"))
        drawn = draw_open(replace(spec, audit_share=0.0), Recipe(open_images=4), store, spec.annotated.hashes)
        assert len(drawn) == wanted


def test_that_surroundings_tell_a_class_head_more_of_open_images_and_a_score_head_nothing(project):
    spec, _, vectors = project
    given, around = np.arange(N) % 2, Surroundings(vectors)
    others = torch.from_numpy(vectors[N:])[:, None]
    scored = lesson_of(spec, vectors)
    named = replace(
        scored, kind=HeadKind.CLASS, targets=torch.from_numpy(one_hot(given, 2)), label_weights=torch.ones(2)
    )

    def told(lesson: Lesson, surroundings: Surroundings | None) -> torch.Tensor:
        asked = lesson, [np.arange(N)], np.arange(N), None, others, Recipe()
        made = teach(*asked, surroundings=surroundings, seed=0, watch=lambda: None)
        assert made.softened is not None
        return made.softened[0][N:]

    assert not torch.equal(told(named, around), told(named, None))
    assert torch.equal(told(named, Surroundings(vectors[:5])), told(named, None))
    assert torch.equal(told(scored, around), told(scored, None))


def test_that_a_tags_head_hears_of_open_images_but_not_of_tags_that_nobody_answered(project):
    _, _, vectors = project
    targets = np.stack([np.arange(N) % 2, np.full(N, np.nan), np.arange(N) % 2 == 0], axis=1).astype(np.float32)
    targets[:5, 2] = np.nan
    rows = torch.from_numpy(vectors[:N])[:, None]
    lesson = Lesson(HeadKind.TAGS, rows, torch.from_numpy(targets), torch.ones(N), torch.ones(3))
    others = torch.from_numpy(vectors[N:])[:, None]
    asked = lesson, [np.arange(N)], np.arange(N), None, others, Recipe()
    made = teach(*asked, surroundings=Surroundings(vectors), seed=0, watch=lambda: None)
    assert made.softened is not None
    given, said = made.softened[0][:N], made.softened[0][N:].numpy()
    torch.testing.assert_close(given, lesson.targets, equal_nan=True)
    assert np.isnan(said[:, 1]).all() and np.isfinite(said[:, [0, 2]]).all()
    first = np.arange(N, POOL) % 2 == 1
    assert ((said[:, 0] > 0.5) == first).mean() > 0.9 and ((said[:, 2] > 0.5) != first).mean() > 0.9
