"""What helps out of an error is said in the words of the place: plain in the window, with its option in a terminal."""

import pytest

from app.cli.ways import in_words
from core.errors import UserError, Way


@pytest.mark.parametrize("way", Way)
def test_that_a_terminal_is_told_the_option_or_command_that_helps(way):
    details = {"project": "flowers", "head": "kind", "encoder": "signal", "tiles": "five-crop"}
    error = UserError("it cannot be", "do this", way, **details)
    assert str(error) == "it cannot be; do this"
    said = in_words(error, "score")
    assert said.startswith(str(error)) and ("--" in said or "`winnow " in said)


def test_that_no_option_is_advised_that_the_command_has_not():
    error = UserError("it does not fit", "train it again", Way.INSIST)
    assert in_words(error, "route") == in_words(error, "find") == "it does not fit; train it again"


def test_that_images_that_are_not_embedded_are_named_with_the_whole_command(winnow, world):
    words = ("--kind", "score", "--encoder", "clip-vit-l14-336", "--tiles", "five-crop")
    assert winnow("head", "add", world.project, "taste", *words, "--quiet").code == 0
    ran = winnow("rank", world.project, "taste", "--by", "similar", "--to", next(world.images.iterdir()))
    command = f"`winnow embed {world.project} --encoder clip-vit-l14-336 --tiles five-crop`"
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert f"embed the images first: {command}" in ran.err
