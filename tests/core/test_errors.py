"""The error tree."""

import pickle

from core.errors import BadImage, UserError


def test_that_a_user_error_says_what_is_wrong_and_what_to_do():
    assert str(UserError("no project at x", "create one")) == "no project at x; create one"


def test_that_a_bad_image_crosses_the_process_border():
    error = pickle.loads(pickle.dumps(BadImage("a/b.png", "zero bytes")))
    assert (error.path, error.reason) == ("a/b.png", "zero bytes")
