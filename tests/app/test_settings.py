"""A person's preferences survive crashes, other versions and broken files."""

from __future__ import annotations

import json

from app.settings import HIDDEN_KEPT, RECENT_KEPT, Settings, SettingsFile


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


def test_that_predictions_stay_hidden_in_a_project_however_many_others_were_opened_since(tmp_path):
    settings = SettingsFile(tmp_path / "settings.json")
    settings.hide_predictions(tmp_path / "hidden", hidden=True)
    for number in range(RECENT_KEPT + 1):
        settings.remember(tmp_path / str(number))
    settings.hide_predictions(tmp_path / "0", hidden=True)
    settings.hide_predictions(tmp_path / "0", hidden=False)
    assert SettingsFile(tmp_path / "settings.json").value.hidden_in == (str(tmp_path / "hidden"),)


def test_that_the_projects_with_hidden_predictions_are_kept_within_bounds(tmp_path):
    settings = SettingsFile(tmp_path / "settings.json")
    settings.change(hidden_in=tuple(map(str, range(HIDDEN_KEPT))))
    settings.hide_predictions(tmp_path, hidden=True)
    assert (len(settings.value.hidden_in), settings.value.hidden_in[-1]) == (HIDDEN_KEPT, str(tmp_path))


def test_that_predictions_hidden_everywhere_by_an_earlier_program_stay_hidden_where_one_was(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"prediction_hidden": True, "recent": ["a", "b"]}))
    settings = SettingsFile(path)
    assert settings.value.hidden_in == ("a", "b")
    settings.change(hidden_in=())
    assert SettingsFile(path).value.hidden_in == ()
