"""Learning curves that are kept and not made twice."""

from __future__ import annotations

import numpy as np
import pytest

from core.benchmarks.kept_curves import KeptCurves
from core.benchmarks.learning_curves import Curve
from core.errors import UserError


def _curve() -> Curve:
    return Curve(np.array([10, 20]), np.array([0.5, 0.75]), np.array([np.nan, np.nan]), 0.5, np.array([0.25]))


def _never() -> Curve:
    raise AssertionError("made again")


def test_that_a_curve_is_made_once(tmp_path):
    KeptCurves(tmp_path / "kept").curve("digits: random", _curve)
    again = KeptCurves(tmp_path / "kept").curve("digits: random", _never)
    assert again.quality.tolist() == [0.5, 0.75]
    assert again.seconds == 0.5
    assert again.sooner.tolist() == [0.25]


def test_that_a_file_in_the_place_of_the_folder_is_named_before_the_work(tmp_path):
    (tmp_path / "kept").touch()
    with pytest.raises(UserError, match=r"kept is a file; .*name another folder"):
        KeptCurves(tmp_path / "kept").curve("digits: random", _never)


def test_that_a_curve_of_another_name_is_made(tmp_path):
    kept = KeptCurves(tmp_path)
    kept.curve("digits: random", _curve)
    with pytest.raises(AssertionError, match="made again"):
        kept.curve("digits: margin", _never)


def test_that_without_a_folder_every_curve_is_made():
    kept = KeptCurves(None)
    kept.curve("digits: random", _curve)
    with pytest.raises(AssertionError, match="made again"):
        kept.curve("digits: random", _never)


@pytest.mark.parametrize("kept_of_it", [lambda whole: b"nothing", lambda whole: b"", lambda whole: whole[:200]])
def test_that_a_file_that_is_no_curve_is_named(tmp_path, kept_of_it):
    kept = KeptCurves(tmp_path)
    kept.curve("digits: random", _curve)
    (file,) = tmp_path.iterdir()
    file.write_bytes(kept_of_it(file.read_bytes()))
    with pytest.raises(UserError, match="cannot be read"):
        kept.curve("digits: random", _curve)
