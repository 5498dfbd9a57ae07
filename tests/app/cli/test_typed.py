"""Paths are told as they were typed."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from app.cli.typed import as_typed
from tests.app.cli.conftest import paint
from tests.app.cli.refusals import assert_refused


@pytest.fixture
def here(world, monkeypatch) -> Path:
    """A folder to be in, with the project `project` and the pictures `pictures` in it."""
    monkeypatch.chdir(world.project.parent)
    paint(Path("pictures"))
    return world.project.parent


def test_that_a_path_is_replaced_whole_and_nothing_else_is(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    text = f"{tmp_path}/flowers is open; see {tmp_path}/flowers/logs and {tmp_path}/flowers2"
    assert as_typed(text, ["flowers"]) == f"flowers is open; see flowers/logs and {tmp_path}/flowers2"
    assert as_typed(f"{tmp_path}/flowers.", ["./flowers:kind@2"]) == "./flowers."
    assert as_typed(text, [f"{tmp_path}/flowers", "--limit", "colour", "3"]) == text
    assert as_typed(f"no room in {tmp_path}/out", ["--copy-to=out"]) == "no room in out"
    assert as_typed(f"{tmp_path}/p is old", ["p/heads/look/v1"]) == "p is old"
    assert as_typed(f"{tmp_path} is old", ["p/heads/look/v1"]) == f"{tmp_path} is old"


@pytest.mark.parametrize(
    "call",
    [
        "train project colour",
        "rank project colour --by similar --to x.png",
        "embed project --encoder signal --device cuda:77",
        "create project --images pictures",
        "export head project colour out",
    ],
)
def test_that_an_error_names_no_absolute_path_where_none_was_typed(winnow, here, call):
    ran = winnow(*call.split())
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert str(here) not in ran.err, ran.err


def test_that_a_project_that_is_open_elsewhere_is_named_as_it_was_typed(winnow, here, world):
    from core.project import Project

    with Project.open("project"):
        ran = winnow("annotate", "project", "colour", "--from", world.half)
    assert "project is open in another Winnow" in ran.err and str(here) not in ran.err


def test_that_what_was_put_somewhere_is_named_as_in_the_call(winnow, here, trained):
    shutil.copytree(trained.project, "trained")
    call = ("score", "trained:colour", "pictures", "--top", 2, "--copy-to", "out", "--json", "--quiet")
    (Path("out")).mkdir()
    dry, ran = winnow(*call, "--dry-run").json, winnow(*call).json
    assert dry["transferred"] == ran["transferred"] and len(ran["transferred"]) == 2
    for one in ran["transferred"]:
        assert one["source"].startswith("pictures/") and one["target"].startswith("out/"), one
    Path(ran["transferred"][0]["target"]).write_text("something else")
    failed = winnow("putback", ran["manifest"], "--json", "--quiet").json["failed"]
    assert [one["path"] for one in failed] == [ran["transferred"][0]["target"]]


def test_that_a_lost_folder_is_one_line_with_the_command_to_type(winnow, here):
    words = ("create", "other", "--images", "pictures", "--quiet")
    assert winnow(*words).code == 0
    Path("pictures").rename("elsewhere")
    ran = winnow("embed", "other", "--encoder", "signal", "--json", "--quiet")
    reason = "24 files: the image folder cannot be reached; if it was moved, run `winnow scan other --relocate pictures"
    assert (ran.code, ran.json["embedded"]) == (1, 0)
    assert [(one["path"], one["reason"]) for one in ran.json["failed"]] == [("pictures", f"{reason} NEW`")]
    assert f"{reason} NEW`" not in winnow("check", "other").out  # it says of a folder that it is not there
    assert "`winnow scan other --relocate pictures NEW`" in winnow("check", "other").out


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know no such names")
def test_that_a_name_that_is_no_text_keeps_its_label_and_a_project_by_one_is_one_line(winnow, here):
    strange, folder = os.fsdecode(b"caf\xe9.png"), os.fsdecode(b"d\xefr")
    Path("pictures/00 red.png").rename(f"pictures/{strange}")
    Path(folder).mkdir()
    Path("pictures/02 blue.png").rename(f"{folder}/a.png")
    csv_file = Path("a.csv")
    rows = f"path,value\npictures/{strange},red\n{folder}/a.png,blue\n"
    csv_file.write_text(rows, encoding="utf-8", errors="surrogateescape")
    for project, given in (("one", csv_file), ("two", Path("out.csv"))):
        assert winnow("create", project, "--images", "pictures", folder, "--quiet").code == 0
        assert winnow("head", "add", project, "colour", "--kind", "class", "--labels", "red,blue", "--quiet").code == 0
        ran = winnow("annotate", project, "colour", "--from", given, "--json", "--quiet")
        assert (ran.code, ran.json["annotated"]) == (0, 2)
        if project == "one":
            assert winnow("export", "dataset", project, "colour", "out.csv", "--format", "csv", "--quiet").code == 0
    found = winnow("find", "two", "label:red", "--json").json["images"]
    assert [one["path"] for one in found] == [f"pictures/{strange}"]
    assert_refused(winnow("create", f"{folder}/project", "--images", "pictures"), says="is no text in UTF-8")
