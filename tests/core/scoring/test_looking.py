"""Files to vectors: what is no picture is not read to its end, and a large picture is read in pieces."""

import tracemalloc
from pathlib import Path

import numpy as np

from core.media import content
from core.scoring.answers import UnscoredFile
from core.scoring.eyes import Eyes
from core.scoring.looking import SeenFiles, look_at_files
from core.scoring.shelf import Shelf
from core.values import Tiles
from tests.core.media.pictures import write_picture


def look(path: Path) -> SeenFiles | UnscoredFile:
    eyes = Eyes("signal", Tiles.NONE, "cpu")
    [seen] = look_at_files(eyes, Shelf(eyes.signature), [str(path)], lambda event: None, lambda: False)
    return seen


def test_that_a_film_is_not_read_whole_to_see_that_it_is_no_picture(tmp_path):
    film = tmp_path / "film.mkv"
    with film.open("wb") as file:
        file.truncate(content._WHOLE_BYTES + 1)
    eyes = Eyes("signal", Tiles.NONE, "cpu")
    shelf = Shelf(eyes.signature)
    tracemalloc.start()
    try:
        [seen] = look_at_files(eyes, shelf, [str(film)], lambda event: None, lambda: False)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(seen, UnscoredFile) and seen.reason == "not a picture"
    assert peak < content._WHOLE_BYTES / 4


def test_that_a_large_picture_is_seen_as_a_small_one_is(tmp_path, monkeypatch):
    picture = write_picture(tmp_path / "a.png", size=(300, 200))
    whole = look(picture)
    monkeypatch.setattr(content, "_WHOLE_BYTES", 100)
    pieces = look(picture)
    assert isinstance(whole, SeenFiles) and isinstance(pieces, SeenFiles)
    np.testing.assert_array_equal(whole.vectors, pieces.vectors)


def test_that_an_empty_file_is_told_as_such(tmp_path):
    (tmp_path / "a.png").touch()
    assert look(tmp_path / "a.png") == UnscoredFile(str(tmp_path / "a.png"), "zero bytes")
