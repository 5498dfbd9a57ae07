"""The parts of the live head: its book of answers, its columns and its workers."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch

from core.heads import columns, votes
from core.heads.answer_book import AnswerBook
from core.heads.columns import SimilarityColumns, similarities, unit_half
from core.heads.similarity import rbf, unit_rows
from core.heads.votes import Votes
from core.jobs.spec import LiveChange
from core.values import Annotated, HeadKind
from core.workers import Workers
from tests.core.heads.material import blobs, hashes_of

NONE = np.empty((0, 32), dtype=np.uint8)


@pytest.fixture
def workers():
    found = Workers(2)
    yield found
    found.close()


@pytest.fixture
def exact(monkeypatch):
    """Products in float32, whatever the processor at hand multiplies."""
    monkeypatch.setattr(columns, "native_bfloat16", lambda: False)


def _answers(rows: list[int], value: float = 1.0) -> Annotated:
    count = len(rows)
    targets = np.full((count, 1), value, dtype=np.float32)
    return Annotated(hashes_of(20)[rows], targets, np.ones(count, dtype=np.float32), np.arange(count))


def test_that_an_empty_book_has_arrays_of_the_right_shape():
    learned = AnswerBook(_answers([]), NONE).to_learn_from()
    assert learned.hashes.shape == (0, 32)
    assert learned.targets.shape == (0, 1)


def test_that_the_last_answer_of_an_image_holds_and_keeps_its_place():
    book = AnswerBook(_answers([3, 4]), NONE)
    book.apply(LiveChange("job", _answers([3], 0.2), NONE, NONE))
    assert book.to_learn_from().targets[:, 0].tolist() == pytest.approx([0.2, 1.0])


def test_that_taking_back_what_was_never_said_changes_nothing():
    book = AnswerBook(_answers([1]), NONE)
    book.apply(LiveChange("job", _answers([9], np.nan), NONE, NONE))
    assert len(book) == 1


def test_that_an_excluded_answer_is_kept_but_not_learned_from():
    book = AnswerBook(_answers([1, 2]), hashes_of(20)[[1]])
    assert len(book.to_learn_from()) == 1
    assert len(book.answered_hashes()) == 2


def test_that_columns_are_the_same_however_they_came(workers, monkeypatch, exact):
    monkeypatch.setattr(columns, "COLUMNS_A_BLOCK", 4)
    vectors = unit_half(blobs(50)[0], workers)
    support = unit_rows(blobs(11, seed=5)[0])
    at_once, bit_by_bit = SimilarityColumns("cpu", workers), SimilarityColumns("cpu", workers)
    at_once.add_chunk(vectors)
    at_once.put(range(11), support)
    bit_by_bit.put(range(3), support[:3])
    bit_by_bit.add_chunk(vectors[:20])
    bit_by_bit.put(range(3, 9), support[[3, 10, 5, 9, 7, 8]])
    bit_by_bit.add_chunk(vectors[20:])
    bit_by_bit.put([9, 4, 10, 6], support[[9, 4, 10, 6]])
    wanted = torch.from_numpy(vectors.astype(np.float32)) @ support.T
    for kept in (at_once, bit_by_bit):
        found = torch.cat([torch.cat(parts, dim=1) for _, parts in kept.rows()])
        assert torch.allclose(found, wanted, atol=1e-5)


@pytest.mark.parametrize("widths", [(0.5,), (0.9, 0.2), (0.4, None), (0.7, 0.05), (0.05, 0.3, 0.6, None)])
def test_that_columns_hold_what_a_reader_wants_of_them(workers, exact, widths):
    vectors = unit_half(blobs(50)[0], workers)
    support = unit_rows(blobs(11, seed=5)[0])
    kept = SimilarityColumns("cpu", workers)
    kept.add_chunk(vectors)
    kept.put(range(7), support[:7])
    for width in widths:
        kept.hold(width)
    kept.put(range(7, 11), support[7:])
    found = torch.cat([torch.cat(parts, dim=1) for _, parts in kept.rows()])
    products = torch.from_numpy(vectors.astype(np.float32)) @ support.T
    wanted = products if kept.width is None else rbf(products, kept.width)
    assert kept.width == (widths[-1] if widths[-1] != 0.05 else None)
    assert torch.allclose(found, wanted, atol=1e-5)


def test_that_rows_walk_the_whole_pool_once(workers):
    kept = SimilarityColumns("cpu", workers)
    for count in (3, 1500, 40):
        kept.add_chunk(np.zeros((count, 8), dtype=np.float16))
    covered = [number for where, _ in kept.rows() for number in range(where.start, where.stop)]
    assert covered == list(range(1543))


def test_that_native_bfloat16_products_are_near_the_exact_ones_of_vectors_that_point_one_way(monkeypatch, exact):
    rows = unit_rows(blobs(30)[0] + 4.0)
    vectors, support, centre = rows.half().numpy(), rows[:6].T, rows.mean(0)
    wanted = similarities(vectors, support, "cpu", centre=centre)
    assert wanted.mean() > 0.9
    monkeypatch.setattr(columns, "native_bfloat16", lambda: True)
    assert torch.allclose(similarities(vectors, support, "cpu", centre=centre), wanted, atol=0.001)


def test_that_workers_leave_the_cores_of_other_threads_alone():
    before = torch.get_num_threads()
    Workers(2).close()
    later: list[int] = []
    thread = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert torch.get_num_threads() == before
    assert later == [before]


def test_that_workers_compute_on_one_core_each(workers):
    seen: set[int] = set()
    workers.each(lambda part: seen.add(torch.get_num_threads()), range(8))
    assert seen == {1}
    assert workers.run(torch.get_num_threads) == 1


def test_that_work_may_itself_ask_for_work_side_by_side(workers):
    done: list[int] = []
    workers.run(workers.each, done.append, range(5))
    assert sorted(done) == [0, 1, 2, 3, 4]


def test_that_a_failing_part_is_heard_of(workers):
    def fail(part: int) -> None:
        raise ArithmeticError(part)

    with pytest.raises(ArithmeticError):
        workers.each(fail, range(3))


@pytest.mark.parametrize("kind", list(HeadKind))
def test_that_doubt_is_the_same_in_pieces_on_all_cores(workers, monkeypatch, kind):
    drawn = np.random.default_rng(0).random((23, 8, 1 if kind is HeadKind.SCORE else 3)).astype(np.float16)
    said = Votes(drawn.mean(axis=1), drawn)
    whole = said.doubt(kind)
    monkeypatch.setattr(votes, "_BLOCK", 5)
    assert len(np.unique(whole)) > 15
    np.testing.assert_array_equal(said.doubt(kind, workers.each), whole)
