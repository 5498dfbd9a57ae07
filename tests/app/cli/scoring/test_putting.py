"""What passes is copied, linked or moved, and put back."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from core.errors import Cancelled
from core.names import MANIFEST
from tests.app.cli.scoring.folders import files


@pytest.mark.parametrize("act", ["copy", "link", "move"])
@pytest.mark.parametrize("structure", [True, False])
def test_that_what_passes_is_put_there_and_putback_undoes_it(winnow, two_heads, pictures, tmp_path, act, structure):
    before, target = files(pictures), tmp_path / "target"
    keep = ["--keep-structure"] if structure else []
    ran = winnow("score", f"{two_heads}:taste", pictures, "-r", "--top", 4, f"--{act}-to", target, *keep, "--json")
    chosen = {Path(image["path"]).relative_to(pictures).as_posix() for image in ran.json["images"] if image["passed"]}
    names = chosen if structure else {Path(name).name for name in chosen}
    assert (ran.code, len(chosen), set(files(target))) == (0, 4, names)
    assert {Path(one["target"]).is_symlink() for one in ran.json["transferred"]} == {act == "link"}
    assert set(files(pictures)) == (set(before) - chosen if act == "move" else set(before))
    undone = winnow("putback", ran.json["manifest"], "--json")
    assert (undone.code, undone.json) == (0, {"undone": 4, "failed": []})
    assert (files(pictures), files(target)) == (before, {})


def test_that_nothing_is_written_over_and_the_same_call_adds_nothing(winnow, two_heads, pictures, tmp_path):
    shutil.copy(pictures / "00 red.png", pictures / "a" / "same name.png")
    Image.new("RGB", (40, 40), "teal").save(pictures / "a" / "b" / "same name.png")
    call = ("score", f"{two_heads}:taste", pictures, "-r", "--copy-to", tmp_path / "target", "--json")
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "00 red.png").write_bytes(b"mine")
    first = winnow(*call).json
    after = files(tmp_path / "target")
    assert after["00 red.png"] == b"mine" and {"00 red-2.png", "same name.png", "same name-2.png"} <= set(after)
    assert sorted(after.values()) == sorted([b"mine", *files(pictures).values()])
    second = winnow(*call).json
    assert (len(first["transferred"]), second["transferred"], second["kept"]) == (11, [], 11)
    assert files(tmp_path / "target") == after


def test_that_a_dry_run_touches_nothing_and_says_what_would_be_done(winnow, two_heads, pictures, tmp_path):
    before = files(pictures)
    call = ("score", f"{two_heads}:taste", pictures, "-r", "--min", 5, "--move-to", tmp_path / "target", "--json")
    dry = winnow(*call, "--dry-run").json
    assert files(pictures) == before and not (tmp_path / "target").exists() and dry["manifest"] is None
    assert winnow(*call).json["transferred"] == dry["transferred"]


def test_that_the_manifest_is_there_before_anything_moves(winnow, two_heads, pictures, tmp_path, monkeypatch):
    def stopped(one):
        raise Cancelled

    monkeypatch.setattr("core.scoring.transfers._carry_out", stopped)
    before = files(pictures)
    ran = winnow("score", f"{two_heads}:taste", pictures, "-r", "--move-to", tmp_path / "target")
    [manifest] = (tmp_path / "target").glob(f"{MANIFEST}*")
    assert (ran.code, files(pictures)) == (130, before)
    assert len(manifest.read_text().splitlines()) == 12  # columns, the folder, that it was made, nine pictures
    assert winnow("putback", manifest, "--json").json == {"undone": 0, "failed": []}


def test_that_nothing_passed_is_said_of_copies_and_sheets(winnow, two_heads, pictures, tmp_path):
    call = ("score", f"{two_heads}:taste", pictures, "--min", "10", "--copy-to", tmp_path / "target")
    said = winnow(*call, "--sheet", tmp_path / "n.png").out
    assert "nothing passed, so nothing was copied" in said and "n.png, empty: nothing passed" in said


def test_that_putback_leaves_what_was_changed_since(winnow, two_heads, pictures, tmp_path):
    ran = winnow("score", f"{two_heads}:taste", pictures, "--copy-to", tmp_path / "target", "--json").json
    changed = Path(ran["transferred"][0]["target"])
    changed.write_bytes(b"worked on")
    undone = winnow("putback", ran["manifest"], "--json")
    assert (undone.code, list(files(tmp_path / "target"))) == (1, [changed.name])
    assert [one["path"] for one in undone.json["failed"]] == [str(changed)]


def test_that_a_folder_with_a_manifest_has_nothing_unreadable(winnow, two_heads, pictures, tmp_path):
    winnow("score", f"{two_heads}:taste", pictures, "-r", "--copy-to", tmp_path / "target")
    ran = winnow("score", f"{two_heads}:taste", tmp_path / "target", "--json")
    assert (ran.code, len(ran.json["images"])) == (0, 9)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "act,source,target\nburn,x,y\n"])
def test_that_putback_takes_no_other_table(winnow, tmp_path, text):
    (tmp_path / "x.csv").write_text(text)
    ran = winnow("putback", tmp_path / "x.csv")
    assert (ran.code, ran.out) == (2, "") and "is no manifest" in ran.err
    assert "there is no file" in winnow("putback", tmp_path / "nothing.csv").err
