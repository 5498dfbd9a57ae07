"""The store of thumbnails."""

import io

import pytest
from PIL import Image

from core.errors import EnvironmentProblem
from core.media.thumbnails import THUMBNAIL_SIDE, ThumbnailStore
from tests.core.media.pictures import gradient

HASH = "ab" * 32


def test_that_a_thumbnail_is_a_jpeg_with_the_longer_side_of_512(tmp_path):
    store = ThumbnailStore(tmp_path)
    store.write(HASH, gradient(2000, 500))
    data = store.read(HASH)
    assert data is not None
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("JPEG", (THUMBNAIL_SIDE, 128))


def test_that_a_small_picture_is_not_enlarged(tmp_path):
    store = ThumbnailStore(tmp_path)
    store.write(HASH, gradient(20, 10))
    with Image.open(store.path(HASH)) as image:
        assert image.size == (20, 10)


def test_that_folders_fan_out_and_nothing_is_left_behind(tmp_path):
    store = ThumbnailStore(tmp_path)
    store.write(HASH, gradient())
    store.write(HASH, gradient())
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")] == [f"ab/{HASH}.jpg"]
    assert HASH in store and "cd" * 32 not in store


def test_that_a_missing_or_half_written_thumbnail_reads_as_none(tmp_path):
    store = ThumbnailStore(tmp_path)
    assert store.read(HASH) is None
    store.write(HASH, gradient())
    store.path(HASH).write_bytes(store.path(HASH).read_bytes()[:-20])
    assert store.read(HASH) is None


def test_that_a_place_that_cannot_be_written_is_a_problem_of_the_machine(tmp_path):
    (tmp_path / "thumbnails").write_text("a file where the folder should be")
    with pytest.raises(EnvironmentProblem, match="cannot write a thumbnail"):
        ThumbnailStore(tmp_path / "thumbnails").write(HASH, gradient())
