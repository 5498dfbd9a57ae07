"""The files of images by id, read in batches before they are needed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from core.values import ImageFile, ImageId

Locate = Callable[[Sequence[ImageId]], Sequence[ImageFile]]
"""Reads the files of many images at once; called on the window's thread only."""


class ImageFiles:
    """Holds the files of the images looked at last, so that stepping on by one reads one."""

    def __init__(self, locate: Locate, *, capacity: int = 4096) -> None:
        self._locate = locate
        self._capacity = capacity
        self._files: OrderedDict[ImageId, ImageFile] = OrderedDict()

    def get(self, ids: Sequence[ImageId], ahead: Sequence[ImageId] = ()) -> list[ImageFile]:
        """In the order of `ids`; images that the source does not know are left out.

        Where one of `ids` has to be read, those of `ahead` are read with it.
        """
        if any(image_id not in self._files for image_id in ids):
            missing = [image_id for image_id in dict.fromkeys((*ids, *ahead)) if image_id not in self._files]
            self._files.update((image.image_id, image) for image in self._locate(missing))
        found = [self._files[image_id] for image_id in ids if image_id in self._files]
        for image in found:
            self._files.move_to_end(image.image_id)
        while len(self._files) > max(self._capacity, len(ids)):
            self._files.popitem(last=False)
        return found
