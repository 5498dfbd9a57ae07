"""What the window loads, and the window drawn to a file."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from app.bootstrap import screenshot
from app.screenshots import Shot
from core.errors import UserError
from tests.app.conftest import scanned_project

PROBE = """
import sys
from pathlib import Path
from app.bootstrap import build
from app.settings import SettingsFile
shell = build(SettingsFile(Path(sys.argv[1]) / "settings.json"))
shell.window.show()
shell.open(Path(sys.argv[2]))
assert shell.workspace.project is not None
shell.close()
print(*sorted(sys.modules))
"""
PROBE_LATER = """
import sys
import time
from pathlib import Path
from app import bootstrap, fetching
from app.settings import SettingsFile
fetching.AHEAD_MS = 0
shell = bootstrap.build(SettingsFile(Path(sys.argv[1]) / "settings.json"))
bootstrap._put_off(shell)
shell.window.show()
shell.open(Path(sys.argv[2]))
end = time.monotonic() + 60
while "pyqtgraph" not in sys.modules or shell.counting.busy:
    shell.application.processEvents()
    assert time.monotonic() < end
shell.close()
print(*sorted(sys.modules))
"""
SHOWN_LATER = ("_dialog", ".apply_view", ".insight_view", ".keep_view", ".page_view", ".review_view", ".versions_view")
"""Modules of dialogs, and of views that are not the first."""


def modules_after(probe: str, project: Path, settings: Path) -> set[str]:
    command = [sys.executable, "-c", probe, str(settings), str(project)]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
    return set(done.stdout.split())


def test_that_the_window_opens_a_project_without_loading_what_its_first_picture_does_not_need(project_folder, tmp_path):
    loaded = modules_after(PROBE, project_folder, tmp_path)
    packages = {name.partition(".")[0] for name in loaded}
    assert not packages & {"torch", "torchvision", "transformers", "scipy", "alembic", "pyqtgraph"}
    assert not {name for name in loaded if name.endswith(SHOWN_LATER)}


def test_that_what_other_views_need_is_fetched_after_the_first_picture_and_nothing_heavier(project_folder, tmp_path):
    loaded = modules_after(PROBE_LATER, project_folder, tmp_path)
    assert {"pyqtgraph.graphicsItems.PlotItem", "app.views.versions_view", "app.views.keep_view"} <= loaded
    packages = {name.partition(".")[0] for name in loaded}
    assert not packages & {"torch", "torchvision", "transformers", "scipy", "alembic"}


@pytest.mark.parametrize("view", ["label", "grid"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_that_a_screenshot_has_the_size_asked_for(qapp, class_shell, project_folder, tmp_path, view, theme):
    class_shell.close()
    out = screenshot(project_folder, tmp_path / "shots" / "window.png", Shot(view, (1000, 640), theme))
    with Image.open(out) as picture:
        assert picture.size == (1000, 640)
        colours = picture.convert("RGB").resize((50, 32)).getcolors(1600)
    assert colours is not None and len(colours) > 50


def test_that_a_screenshot_changes_nothing_in_the_project(qapp, class_shell, project_folder, tmp_path):
    class_shell.close()
    before = (project_folder / "project.sqlite").read_bytes()
    screenshot(project_folder, tmp_path / "window.png", Shot("label", (800, 600), "light"))
    assert (project_folder / "project.sqlite").read_bytes() == before


def test_that_a_screenshot_can_be_taken_while_a_window_is_open(qapp, class_shell, project_folder, tmp_path):
    assert screenshot(project_folder, tmp_path / "window.png", Shot("label", (800, 600), "light")).is_file()


def test_that_a_view_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UserError, match="no view"):
        screenshot(tmp_path, tmp_path / "window.png", Shot("cellar", (800, 600), "light"))


@pytest.mark.parametrize("size", [(719, 480), (720, 479), (1, 1)])
def test_that_a_size_that_no_window_has_is_refused(project_folder, tmp_path, size):
    with pytest.raises(UserError, match=r"no window is as small as .*; give 720x480 or more"):
        screenshot(project_folder, tmp_path / "window.png", Shot("label", size))
    assert not (tmp_path / "window.png").exists()


def test_that_the_smallest_window_is_drawn_as_it_is(qapp, class_shell, project_folder, tmp_path):
    class_shell.close()
    with Image.open(screenshot(project_folder, tmp_path / "window.png", Shot("label", (720, 480)))) as picture:
        assert picture.size == (720, 480)


def test_that_a_folder_that_is_no_project_is_refused(tmp_path):
    with pytest.raises(UserError):
        screenshot(tmp_path, tmp_path / "window.png", Shot("label", (800, 600), "light"))


def test_that_a_project_of_no_images_can_be_drawn(qapp, tmp_path: Path):
    (tmp_path / "nothing").mkdir()
    scanned_project(tmp_path / "empty", tmp_path / "nothing").close()
    assert screenshot(tmp_path / "empty", tmp_path / "window.png", Shot("label", (800, 600), "dark")).is_file()


def test_that_a_screenshot_of_a_head_that_is_not_there_names_those_that_are(
    qapp, class_shell, project_folder, tmp_path
):
    class_shell.close()
    with pytest.raises(UserError, match="question"):
        screenshot(project_folder, tmp_path / "window.png", Shot(head="nonsense"))


@pytest.mark.parametrize("view", ["label", "grid"])
def test_that_every_thumbnail_in_sight_is_in_the_screenshot(qapp, class_shell, project_folder, tmp_path, view):
    class_shell.close()
    shutil.rmtree(project_folder / "thumbnails", ignore_errors=True)
    early = screenshot(project_folder, tmp_path / "early.png", Shot(view, (1600, 900)))
    late = screenshot(project_folder, tmp_path / "late.png", Shot(view, (1600, 900)))
    # Those of the first time were not yet compressed to JPEG, so they differ by a little.
    with Image.open(early) as first, Image.open(late) as second:
        difference = ImageChops.difference(first.convert("L"), second.convert("L"))
    assert difference.getextrema()[1] < 60
