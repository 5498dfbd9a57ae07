"""Files are read in batches, ahead of need, and few are held."""

from __future__ import annotations

from collections.abc import Sequence

from app.loading.image_files import ImageFiles
from core.values import ContentHash, ImageFile, ImageId


class Source:
    def __init__(self) -> None:
        self.asked: list[list[ImageId]] = []

    def __call__(self, ids: Sequence[ImageId]) -> list[ImageFile]:
        self.asked.append(list(ids))
        return [ImageFile(image_id, ContentHash("0" * 64), "a.png", 1, 1, "PNG", 1) for image_id in ids if image_id > 0]


def ids(*numbers: int) -> list[ImageId]:
    return [ImageId(number) for number in numbers]


def test_that_files_come_in_the_order_asked_for_and_are_read_once() -> None:
    source = Source()
    files = ImageFiles(source)
    assert [image.image_id for image in files.get(ids(3, 1, 2))] == [3, 1, 2]
    files.get(ids(1, 2))
    assert source.asked == [[3, 1, 2]]


def test_that_what_comes_later_is_read_along_with_what_is_missing_now() -> None:
    source = Source()
    files = ImageFiles(source)
    files.get(ids(1), ahead=ids(2, 3))
    files.get(ids(2), ahead=ids(3, 4))
    assert source.asked == [[1, 2, 3]]


def test_that_unknown_images_are_left_out() -> None:
    assert ImageFiles(Source()).get(ids(-1)) == []


def test_that_only_the_files_looked_at_last_are_held() -> None:
    source = Source()
    files = ImageFiles(source, capacity=2)
    files.get(ids(1, 2))
    files.get(ids(3))
    files.get(ids(2, 3))
    assert len(source.asked) == 2
    files.get(ids(1))
    assert len(source.asked) == 3
