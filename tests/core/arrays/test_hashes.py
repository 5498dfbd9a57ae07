"""Content hashes as text, bytes and keys."""

import hashlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.arrays.hashes import content_hash, find_hashes, hash_bytes, hash_keys, hash_text

digests = st.binary(min_size=32, max_size=32).map(bytes.hex)


def test_that_the_content_hash_is_sha_256_of_the_bytes(tmp_path):
    data = bytes(range(256)) * 9000
    (tmp_path / "a").write_bytes(data)
    assert content_hash(tmp_path / "a") == hashlib.sha256(data).hexdigest()


@given(st.lists(digests, max_size=20))
def test_that_text_survives_the_way_through_bytes(texts):
    packed = hash_bytes(texts)
    assert packed.shape == (len(texts), 32)
    assert [hash_text(row) for row in packed] == texts


@given(st.lists(digests, min_size=2, max_size=20))
def test_that_keys_sort_as_the_texts_do(texts):
    keys = hash_keys(hash_bytes(texts))
    assert keys.dtype == np.uint64
    assert [int(key) for key in keys] == [int(text[:16], 16) for text in texts]


def test_that_hashes_are_found_in_any_order_and_missing_ones_are_told():
    rng = np.random.default_rng(4)
    known = rng.integers(0, 256, (300, 32), dtype=np.uint8)
    order = rng.permutation(300)
    wanted = np.vstack([known[order], rng.integers(0, 256, (20, 32), dtype=np.uint8)])
    assert find_hashes(known, wanted).tolist() == [*order.tolist(), *[-1] * 20]
    assert find_hashes(known, known).tolist() == list(range(300))
    assert find_hashes(known[:0], wanted).tolist() == [-1] * 320
    assert find_hashes(known, wanted[:0]).tolist() == []
