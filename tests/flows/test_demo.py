"""The demo, played without a window."""

import json

import numpy as np
import pytest

from app.__main__ import main
from app.cli import demo_loop, demo_pictures
from core.media.degrade.demonstrated import CLEAN, LABELS, demonstrate
from core.media.draw import draw_scene


@pytest.fixture
def small(monkeypatch):
    """Fewer rounds and smaller pictures than a person would get."""
    monkeypatch.setattr(demo_loop, "ROUNDS", 2)
    monkeypatch.setattr(demo_pictures, "WIDTH", 240)
    monkeypatch.setattr(demo_pictures, "HEIGHT", 180)


def test_that_the_demo_plays_both_annotators_and_can_be_called_again(small, tmp_path, capsys):
    documents = []
    for _ in range(2):
        assert main(["demo", str(tmp_path / "demo"), "--no-window", "--pictures", "50", "--json", "--quiet"]) == 0
        documents.append(json.loads(capsys.readouterr().out))
    first, second = documents
    assert (first["images"], [one["annotations"] for one in first["rounds"]]) == (50, [5, 10])
    assert all(0 <= one["accuracy"] <= 1 and 0 <= one["random_accuracy"] <= 1 for one in first["rounds"])
    assert first["rounds"] == second["rounds"]


@pytest.mark.parametrize("label", LABELS)
def test_that_a_defect_changes_the_picture_and_is_drawn_from_its_whole_range(label):
    scene = draw_scene(np.random.default_rng(0), 160, 120)
    plain = np.asarray(scene, np.int16)
    changes = [
        float(np.abs(np.asarray(demonstrate(label, scene, np.random.default_rng(seed)), np.int16) - plain).mean())
        for seed in range(12)
    ]
    assert (max(changes) == 0) == (label == CLEAN)
    assert label == CLEAN or max(changes) > 1.5 * min(changes) > 0


def test_that_the_played_demo_says_what_its_figures_are_and_goes_on_when_called_again(small, tmp_path, capsys):
    call = ["demo", str(tmp_path / "demo"), "--no-window", "--pictures", "50"]
    spoken = []
    for _ in range(2):
        assert main(call) == 0
        spoken.append(capsys.readouterr())
    first, second = spoken
    assert "\\n" not in first.out and sum(line.endswith("█") for line in map(str.rstrip, first.out.splitlines())) == 2
    assert "percentage points" in first.out and "the release head trained once from all 10 annotations" in first.out
    assert "goes on with what is there" in second.err and "goes on" not in first.err


def test_that_the_help_of_the_demo_says_where_it_goes_by_default(capsys):
    assert main(["demo", "--help"]) == 0
    assert "by default demo in Winnow's user data" in " ".join(capsys.readouterr().out.split())
