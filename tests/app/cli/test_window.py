"""Which project the window is opened on."""

import sys
from types import SimpleNamespace

import pytest

from app.project_places import project_of


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


def test_that_a_read_only_folder_gets_its_project_in_the_users_data(made, tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *a, **k: str(tmp_path))
    first, again = project_of(made.images), project_of(made.images)
    assert first == again
    assert first.parent == tmp_path / "projects"
