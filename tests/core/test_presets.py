"""The ready-made questions that come with the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import UserError
from core.project import Project
from core.project.presets import Preset, all_presets, find_preset, preset_names
from core.values import HeadKind, Tiles


def test_that_the_presets_are_those_for_composition_shot_angle_and_noise():
    assert preset_names() == ("camera-angle", "composition", "noise", "shot-type")
    assert find_preset("shot-type").kind is HeadKind.CLASS
    assert find_preset("noise").tiles is Tiles.FIVE_CROP


@pytest.mark.parametrize("preset", all_presets(), ids=lambda preset: preset.name)
def test_that_every_label_says_what_it_means_in_one_line_and_makes_a_head(preset: Preset, tmp_path: Path):
    assert preset.says
    assert all(meaning and "\n" not in meaning and len(meaning) < 90 for meaning in preset.labels.values())
    (tmp_path / "images").mkdir()
    with Project.create(tmp_path / "project", [str(tmp_path / "images")]) as project:
        head, _ = project.heads.add(preset.name, preset.kind, tuple(preset.labels))
    assert [label.name for label in head.labels] == list(preset.labels)


def test_that_an_unknown_preset_is_refused_with_those_there_are():
    with pytest.raises(UserError, match=r"there is no preset '\.\./x'; choose one of camera-angle, composition"):
        find_preset("../x")
