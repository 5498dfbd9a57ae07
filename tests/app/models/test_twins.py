"""Groups of near-duplicates that were seen stay where they are when more are found."""

from __future__ import annotations

from collections.abc import Iterator

from app.presenting.twin_states import renewed
from core.project.twins import TwinGroup, Twins
from core.values import ContentHash, ImageFile, ImageId


def file(number: int) -> ImageFile:
    return ImageFile(ImageId(number), ContentHash(bytes(32)), f"{number}.png", 8, 8, "PNG", 100)


def groups(*numbers: tuple[int, ...]) -> tuple[TwinGroup, ...]:
    return tuple(TwinGroup(tuple(file(number) for number in one), 1.0) for one in numbers)


def ids(twins: Twins) -> list[tuple[int, ...]]:
    return [tuple(int(image.image_id) for image in group.images) for group in twins.groups]


def test_that_groups_found_since_come_after_those_seen():
    before = Twins(groups((1, 2), (3, 4), (5, 6)), 6)
    found = Twins(groups((7, 8), (1, 2), (3, 4, 9), (5, 6)), 9)
    assert ids(renewed(before, found, 2)) == [(1, 2), (3, 4), (7, 8), (3, 4, 9), (5, 6)]


def test_that_what_is_left_of_a_group_that_was_seen_is_not_shown_again():
    before = Twins(groups((1, 2), (1, 2, 3)), 3)
    assert ids(renewed(before, Twins(groups((1, 2)), 3), 2)) == [(1, 2), (1, 2, 3)]
    assert ids(renewed(before, Twins(groups((2, 3)), 3), 2)) == [(1, 2), (1, 2, 3)]


def test_that_a_group_of_images_of_two_that_were_seen_is_shown():
    before = Twins(groups((1, 2), (3, 4)), 4)
    assert ids(renewed(before, Twins(groups((1, 2, 3, 4)), 4), 2)) == [(1, 2), (3, 4), (1, 2, 3, 4)]


class _Looked(tuple[ImageFile, ...]):
    """Counts how often its images are gone through."""

    times = 0

    def __iter__(self) -> Iterator[ImageFile]:
        _Looked.times += 1
        return super().__iter__()


def test_that_each_group_is_gone_through_once_however_many_were_seen():
    several = tuple(TwinGroup(_Looked((file(2 * n), file(2 * n + 1))), 1.0) for n in range(60))
    _Looked.times = 0
    renewed(Twins(several, 120), Twins(several, 120), 30)
    assert _Looked.times == 30 + 60
