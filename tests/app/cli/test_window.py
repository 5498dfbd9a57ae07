"""Which project the window is opened on."""

import os
import sys
from types import SimpleNamespace

import pytest

from app.project_places import project_of
from tests.app.cli.conftest import paint


@pytest.fixture
def opened(monkeypatch):
    """What the window was asked to open, without one."""
    asked = []

    def run_window(folder, *, images=None):
        asked.append((folder, images))
        return 0

    monkeypatch.setitem(sys.modules, "app.bootstrap", SimpleNamespace(run_window=run_window))
    return asked


def test_that_no_argument_opens_an_empty_window(winnow, opened):
    assert (winnow().code, opened) == (0, [(None, None)])


def test_that_a_project_is_opened(winnow, opened, made):
    assert (winnow(made.project).code, opened) == (0, [(made.project, None)])


def test_that_a_folder_of_images_gets_a_hidden_project(winnow, opened, made):
    winnow(made.images)
    assert opened == [(made.images / ".winnow", made.images)]


@pytest.fixture
def read_only(tmp_path, monkeypatch):
    """Images in a folder that nothing can be written into, and where the person's data lie."""
    monkeypatch.setattr("os.access", lambda path, mode, **how: not mode & os.W_OK)
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *a, **k: str(tmp_path / "data"))
    paint(tmp_path / "images")
    return tmp_path / "images"


def test_that_a_read_only_folder_gets_its_project_in_the_users_data(read_only, tmp_path):
    first, again = project_of(read_only), project_of(read_only)
    assert first == again
    assert first.parent == tmp_path / "data" / "projects"


def test_that_commands_find_the_project_of_a_read_only_folder(winnow, read_only):
    place = project_of(read_only)
    assert winnow("create", place, "--images", read_only, "--quiet").code == 0
    assert winnow("head", "add", read_only, "taste", "--kind", "score", "--encoder", "signal").code == 0
    assert [one["head"] for one in winnow("head", "list", read_only, "--json").json] == ["taste"]
    ran = winnow("score", f"{read_only}:other", read_only)
    assert "it has: taste" in ran.err, "its heads are looked up"


def test_that_a_folder_that_can_be_written_by_now_keeps_the_project_it_has(winnow, read_only, monkeypatch):
    place = project_of(read_only)
    assert winnow("create", place, "--images", read_only, "--quiet").code == 0
    monkeypatch.setattr("os.access", lambda path, mode, **how: True)
    assert project_of(read_only) == place
