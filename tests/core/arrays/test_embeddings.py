"""The store of embeddings: whole shards, one index, the last vector of an image."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from safetensors import safe_open

from core.arrays import embedding_writer, embeddings, shards
from core.arrays.embeddings import EmbeddingStore
from core.errors import Bug, EnvironmentProblem
from core.values import EncoderSignature, Tiles

SIGNATURE = EncoderSignature("signal", "signal-1", "1", "{}", 4)


def hashes_of(*numbers: int) -> np.ndarray:
    rows = np.zeros((len(numbers), 32), np.uint8)
    rows[:, -1] = numbers
    return rows


def vectors_of(*numbers: float) -> np.ndarray:
    return np.repeat(np.array(numbers, np.float16)[:, None], 4, axis=1)


def write(folder: Path, numbers: list[int], values: list[float] | None = None) -> None:
    with EmbeddingStore(folder).writer(SIGNATURE) as writer:
        writer.add(hashes_of(*numbers), vectors_of(*(values or numbers)))


def test_that_a_new_store_is_empty(tmp_path):
    store = EmbeddingStore(tmp_path / "none")
    assert store.signature() is None
    assert len(store) == 0
    assert store.positions(hashes_of(1)).tolist() == [-1]
    assert store.load().shape == (0, 0)


def test_that_looking_again_where_nothing_changed_sorts_nothing_anew(tmp_path):
    write(tmp_path, [1, 2, 3])
    store = EmbeddingStore(tmp_path)
    before = store.index()
    store.refresh()
    assert store.index() is before
    write(tmp_path, [4])
    store.refresh()
    assert len(store.index()) == 4


def test_that_vectors_are_found_by_hash(tmp_path):
    write(tmp_path, [3, 1, 2])
    store = EmbeddingStore(tmp_path)
    positions = store.positions(hashes_of(2, 9, 3))
    assert positions.tolist() == [2, -1, 0]
    assert store.gather(positions[[0, 2]])[:, 0].tolist() == [2, 3]
    assert store.signature() == SIGNATURE


def test_that_hashes_alike_in_their_first_bytes_are_told_apart(tmp_path):
    write(tmp_path, list(range(20)))  # all share their first 31 bytes
    assert EmbeddingStore(tmp_path).positions(hashes_of(*range(25))).tolist() == [*range(20), *[-1] * 5]


def test_that_the_last_vector_of_an_image_wins_at_its_first_place(tmp_path):
    write(tmp_path, [1, 2, 3])
    write(tmp_path, [2, 4], [20, 4])
    store = EmbeddingStore(tmp_path)
    assert store.index().hashes[:, -1].tolist() == [1, 2, 3, 4]
    assert store.load()[:, 0].tolist() == [1, 20, 3, 4]


def compact(store: EmbeddingStore) -> int:
    return store.compact(store.writer(SIGNATURE))


@pytest.fixture
def few(monkeypatch) -> None:
    """Two shards are many."""
    monkeypatch.setattr(embeddings, "_MANY_SHARDS", 2)


@pytest.mark.usefixtures("few")
def test_that_positions_stay_valid_when_shards_are_added_and_compacted(tmp_path):
    write(tmp_path, [1, 2, 3])
    store = EmbeddingStore(tmp_path)
    positions = store.positions(hashes_of(1, 2, 3))
    write(tmp_path, [2, 4], [20, 4])
    store.refresh()
    assert compact(EmbeddingStore(tmp_path)) == 2
    assert store.gather(positions)[:, 0].tolist() == [1, 20, 3], "read through a view older than the compaction"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.usefixtures("few")
def test_that_compacting_twice_does_nothing_the_second_time(tmp_path):
    for number in range(5):
        write(tmp_path, [number])
    store = EmbeddingStore(tmp_path)
    assert compact(store) == 5
    assert compact(store) == 0
    assert store.load()[:, 0].tolist() == [0, 1, 2, 3, 4]


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("removals", range(4))
def test_that_every_vector_is_at_its_place_however_far_a_compaction_came(tmp_path, monkeypatch, removals):
    for numbers in ([1, 2], [3, 4], [2, 5], [6]):
        write(tmp_path, numbers)
    reader = EmbeddingStore(tmp_path)
    positions = reader.positions(hashes_of(*range(1, 7)))
    unlink, left = Path.unlink, [None] * removals

    def stopped(path: Path, *, missing_ok: bool = False) -> None:
        if path.suffix == ".safetensors":
            if not left:
                raise KeyboardInterrupt
            left.pop()
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", stopped)
    with pytest.raises(KeyboardInterrupt):
        compact(EmbeddingStore(tmp_path))
    assert len(list(tmp_path.glob("*.safetensors"))) == 5 - removals
    assert reader.gather(positions)[:, 0].tolist() == [1, 2, 3, 4, 5, 6]
    again = EmbeddingStore(tmp_path)
    assert again.positions(hashes_of(*range(1, 7))).tolist() == positions.tolist()
    assert again.load()[:, 0].tolist() == reader.load()[:, 0].tolist() == [1, 2, 3, 4, 5, 6]


@pytest.mark.usefixtures("few")
def test_that_only_what_fits_into_one_shard_is_compacted(tmp_path, monkeypatch):
    for number in range(6):
        write(tmp_path, [number])
    size = (tmp_path / "000001.safetensors").stat().st_size
    monkeypatch.setattr(embeddings, "_COMPACT_BYTES", 3 * size)
    store = EmbeddingStore(tmp_path)
    assert compact(store) == 3
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        f"00000{number}.safetensors" for number in (1, 2, 3, 7)
    ]
    assert store.load()[:, 0].tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.usefixtures("few")
def test_that_shards_that_go_while_they_are_looked_at_are_found_where_they_went(tmp_path, monkeypatch):
    for number in range(3):
        write(tmp_path, [number])
    read, other = embeddings.read_shard, EmbeddingStore(tmp_path)
    assert len(other) == 3

    def slow(path: Path) -> shards.Shard:
        if path.name == "000002.safetensors" and path.exists():
            compact(other)
        return read(path)

    monkeypatch.setattr(embeddings, "read_shard", slow)
    store = EmbeddingStore(tmp_path)
    assert store.load()[:, 0].tolist() == [0, 1, 2] and store.problems() == ()


def test_that_tiles_keep_their_dimension(tmp_path):
    signature = EncoderSignature("signal", "signal-1", "1", "{}", 4, Tiles.FIVE_CROP)
    values = np.arange(40, dtype=np.float16).reshape(2, 5, 4)
    with EmbeddingStore(tmp_path).writer(signature) as writer:
        writer.add(hashes_of(1, 2), values)
    store = EmbeddingStore(tmp_path)
    np.testing.assert_array_equal(store.load(), values)
    np.testing.assert_array_equal(store.gather(np.array([1])), values[1:])


def test_that_a_shard_opens_with_the_safetensors_package(tmp_path):
    write(tmp_path, [1, 2])
    with safe_open(tmp_path / "000001.safetensors", "np") as file:
        assert file.get_tensor("embeddings").shape == (2, 4)
        assert file.metadata() == {
            "encoder": "signal", "key": "signal-1", "revision": "1", "preprocessing": "{}", "dim": "4", "tiles": "none"
        }  # fmt: skip


def test_that_a_full_shard_is_written_at_once_and_the_rest_at_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(embedding_writer, "FLUSH_SECONDS", 1e9)
    with embedding_writer.EmbeddingWriter(tmp_path, SIGNATURE, shard_rows=3) as writer:
        assert writer.add(hashes_of(1, 2), vectors_of(1, 2)) == 0
        assert writer.add(hashes_of(3), vectors_of(3)) == 3
        assert writer.add(hashes_of(4), vectors_of(4)) == 0
    assert len(EmbeddingStore(tmp_path)) == 4


def test_that_rows_do_not_wait_longer_than_the_flush_time(tmp_path, monkeypatch):
    monkeypatch.setattr(embedding_writer, "FLUSH_SECONDS", -1.0)
    writer = EmbeddingStore(tmp_path).writer(SIGNATURE)
    assert writer.add(hashes_of(1), vectors_of(1)) == 1


def test_that_rows_that_do_not_fit_are_a_bug(tmp_path):
    writer = EmbeddingStore(tmp_path).writer(SIGNATURE)
    with pytest.raises(Bug):
        writer.add(hashes_of(1), np.zeros((1, 5), np.float16))


def test_that_another_encoder_may_not_write_into_the_store(tmp_path):
    write(tmp_path, [1])
    with pytest.raises(EnvironmentProblem, match="holds embeddings of signal"):
        EmbeddingStore(tmp_path).writer(EncoderSignature("signal", "signal-1", "2", "{}", 4))


def test_that_a_shard_that_names_a_folder_elsewhere_is_skipped(tmp_path, monkeypatch):
    metadata = shards._metadata(SIGNATURE) | {"key": "../elsewhere"}
    monkeypatch.setattr(shards, "_metadata", lambda signature: metadata)
    write(tmp_path, [1])
    store = EmbeddingStore(tmp_path)
    assert store.signature() is None and "no plain name of an encoder's folder" in store.problems()[0].reason


def test_that_broken_shards_are_skipped_and_reported(tmp_path):
    write(tmp_path, [1])
    (tmp_path / "000002.safetensors").write_bytes(b"garbage")
    whole = (tmp_path / "000001.safetensors").read_bytes()
    (tmp_path / "000003.safetensors").write_bytes(whole[:-1])
    (tmp_path / "notes.txt").write_text("not a shard")
    store = EmbeddingStore(tmp_path)
    assert store.load()[:, 0].tolist() == [1]
    assert [problem.name for problem in store.problems()] == ["000002.safetensors", "000003.safetensors"]
    write(tmp_path, [2])
    assert (tmp_path / "000004.safetensors").exists(), "a broken shard keeps its number"


def test_that_left_overs_of_a_killed_writer_are_removed(tmp_path):
    left_over = tmp_path / ".000001.safetensors.123.tmp"
    left_over.write_bytes(b"half")
    write(tmp_path, [1])
    assert not left_over.exists()


def test_that_a_shard_replaced_under_its_name_is_read_anew(tmp_path):
    write(tmp_path, [1])
    store = EmbeddingStore(tmp_path)
    assert len(store) == 1
    (tmp_path / "000001.safetensors").unlink()
    write(tmp_path, [5, 6])
    store.refresh()
    assert store.load()[:, 0].tolist() == [5, 6]


class EmbeddingsMachine(RuleBasedStateMachine):
    """The store against a plain dict."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = EmbeddingStore(Path(self.folder.name))
        self.model: dict[int, float] = {}

    @rule(rows=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 99)), min_size=1, max_size=12))
    def write(self, rows):
        with self.store.writer(SIGNATURE) as writer:
            for number, value in rows:
                writer.add(hashes_of(number), vectors_of(value))
                self.model[number] = value
        self.store.refresh()

    @rule()
    def compact(self):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(embeddings, "_MANY_SHARDS", 2)
            compact(self.store)

    @rule()
    def reopen(self):
        self.store = EmbeddingStore(Path(self.folder.name))

    @invariant()
    def store_equals_model(self):
        assert self.store.index().hashes[:, -1].tolist() == list(self.model)
        assert (self.store.load()[:, 0].tolist() if self.model else []) == list(self.model.values())
        positions = self.store.positions(hashes_of(*range(31)))
        assert {n for n in range(31) if positions[n] >= 0} == set(self.model)
        for number, value in self.model.items():
            assert self.store.gather(positions[[number]])[0, 0] == value

    def teardown(self):
        self.folder.cleanup()


EmbeddingsMachine.TestCase.settings = settings(max_examples=12, stateful_step_count=8, deadline=None)
TestEmbeddingsMachine = EmbeddingsMachine.TestCase

ENDLESS_WRITER = """
import sys
from pathlib import Path
import numpy as np
from core.arrays.embeddings import EmbeddingStore
from core.arrays.embedding_writer import EmbeddingWriter
from core.values import EncoderSignature
folder = Path(sys.argv[1])
signature = EncoderSignature("signal", "signal-1", "1", "{}", 64)
store = EmbeddingStore(folder)
number = len(store)
writer = EmbeddingWriter(folder, signature, shard_rows=64)
while True:
    rows = np.arange(number, number + 16)
    hashes = np.zeros((16, 32), np.uint8)
    hashes[:, :4] = rows.astype(">u4").view(np.uint8).reshape(16, 4)
    done = writer.add(hashes, np.repeat((rows % 1000)[:, None], 64, axis=1).astype(np.float16))
    number += 16
    if done:
        print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_that_a_writer_killed_at_random_moments_leaves_whole_shards_and_goes_on(tmp_path):
    random.seed(7)
    for _ in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", ENDLESS_WRITER, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]
        )
        assert process.stdout is not None
        acknowledged = int(process.stdout.readline())
        time.sleep(random.random() * 0.05)
        os.kill(process.pid, signal.SIGKILL)
        rest, _ = process.communicate()
        acknowledged = int(rest.split()[-1]) if rest.split() else acknowledged
        store = EmbeddingStore(tmp_path)
        assert store.problems() == ()
        assert len(store) >= acknowledged and len(store) % 16 == 0
        np.testing.assert_array_equal(store.load()[:, 0], np.arange(len(store)) % 1000)
