"""A person's preferences survive crashes, other versions and broken files."""

from __future__ import annotations

import json

from app.settings import RECENT_KEPT, Settings, SettingsFile


def test_that_settings_last(tmp_path):
    path = tmp_path / "deep" / "settings.json"
    SettingsFile(path).change(theme="dark", retrain_after=7)
    assert SettingsFile(path).value == Settings(theme="dark", retrain_after=7)


def test_that_an_unreadable_file_is_kept_aside(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text("{not json")
    assert SettingsFile(path).value == Settings()
    assert (tmp_path / "settings.unreadable.json").read_text() == "{not json"


def test_that_settings_of_a_newer_program_are_kept(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"wings": 2, "theme": "light"}))
    SettingsFile(path).change(theme="dark")
    assert json.loads(path.read_text())["wings"] == 2


def test_that_a_wrong_value_falls_back_alone(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"theme": "pink", "auto_retrain": False, "window": [3, "x"]}))
    assert SettingsFile(path).value == Settings(auto_retrain=False)


def test_that_the_newest_projects_are_remembered_once(tmp_path):
    settings = SettingsFile(tmp_path / "settings.json")
    for number in range(RECENT_KEPT + 3):
        settings.remember(tmp_path / str(number))
    settings.remember(tmp_path / "5")
    assert settings.value.recent[0] == str(tmp_path / "5")
    assert len(settings.value.recent) == RECENT_KEPT
    assert len(set(settings.value.recent)) == RECENT_KEPT


def test_that_keys_are_read_back(tmp_path):
    path = tmp_path / "settings.json"
    SettingsFile(path).change(keys={"skip": ("D",)})
    assert SettingsFile(path).value.keys == {"skip": ("D",)}


def test_that_the_interface_size_is_the_screens_until_one_is_chosen(tmp_path):
    path = tmp_path / "settings.json"
    assert SettingsFile(path).value.scale is None
    SettingsFile(path).change(scale=1.25)
    assert SettingsFile(path).value.scale == 1.25
    path.write_text(json.dumps({"scale": "huge"}))
    assert SettingsFile(path).value.scale is None
