"""Heads by file and folder, and calls that are wrong."""

import shutil

import pytest
from PIL import Image

from tests.app.cli.scoring.folders import files


def test_that_a_head_file_judges_files_outside_any_project(winnow, two_heads, pictures, tmp_path):
    [file] = (two_heads / "heads").glob("taste*/v1/taste-v1.safetensors")
    shutil.copytree(file.parent, tmp_path / "elsewhere")
    ran = winnow("score", tmp_path / "elsewhere" / file.name, pictures, "-r", "--json")
    assert ran.json["images"] == winnow("score", f"{two_heads}:taste", pictures, "-r", "--json").json["images"]


def test_that_the_folder_of_a_head_is_a_head_before_the_paths_too(winnow, two_heads, pictures, tmp_path):
    out = tmp_path / "out_head"
    assert winnow("export", "head", two_heads, "taste", out, "--quiet").code == 0
    call = ("score", f"{two_heads}:colour", out, pictures, "-r", "--json")
    ran = winnow(*call)
    assert (ran.code, ran.json["failed"]) == (0, []) and str(out) in ran.json["images"][0]["heads"]
    with Image.open(next(pictures.glob("*.png"))) as image:
        image.save(out / "one.png")
    assert str(out / "one.png") in [one["path"] for one in winnow(*call).json["images"]]


def test_that_a_rule_for_crops_says_where_nothing_has_any(winnow, two_heads, pictures):
    said = "--combine changes nothing"
    whole = winnow("score", f"{two_heads}:taste", pictures, "--combine", "max", "--json")
    tiled = winnow("score", f"{two_heads}:taste", pictures, "--combine", "max", "--tiles", "five-crop", "--json")
    assert (whole.code, said in whole.err) == (0, True) and (tiled.code, said in tiled.err) == (0, False)


WRONG = {
    "{model} {images} --copy-to {out} --move-to {out}": "exclude each other",
    "{model} {images} --dry-run": "--dry-run is about files",
    "{model} {images} --keep-structure": "--keep-structure is about files",
    "{model} {images} --copy-to {file}": "is a file",
    "{model} {images} --sheet x.jpg": "ends in .png",
    "{model} {images} --sheet {out}/x.png": "there is no folder",
    "{model} {images} --out x.txt": "ends in .csv, .jsonl or .parquet",
    "{model} {images} --out {out}/x.csv": "there is no folder",
    "{model} {images} --min 11": "out of range",
    "{model} {images} --min 6 --max 5": "nothing could pass",
    "{model} {images} --label red": "a score head has none",
    "{model} {model}": "there is nothing to score",
    "{model} {images} --head {out}": "there is no head",
}


@pytest.mark.parametrize("call", WRONG)
def test_that_a_wrong_call_is_one_line_and_touches_nothing(winnow, two_heads, pictures, tmp_path, call):
    (tmp_path / "file").write_text("text")
    places = {"model": f"{two_heads}:taste", "images": pictures, "out": tmp_path / "out", "file": tmp_path / "file"}
    before = files(pictures)
    ran = winnow("score", *(word.format(**places) for word in call.split()))
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1), ran
    assert WRONG[call] in ran.err
    assert files(pictures) == before and not (tmp_path / "out").exists()
