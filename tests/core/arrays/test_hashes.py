"""Content hashes as text, bytes and keys."""

import hashlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.arrays.hashes import content_hash, hash_bytes, hash_keys, hash_text

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
