"""The command line on the real photographs, the real encoder and the folder of nasty files."""

import csv
import json

import pytest

from app.__main__ import main

FLOWERS = ("daisy", "roses", "tulips")
EACH = 12


@pytest.fixture
def winnow(capsys):
    """Runs a command with --json; returns the exit code and the document."""

    def run(*words):
        capsys.readouterr()
        code = main([*map(str, words), "--json", "--quiet"])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else err

    return run


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")
def test_that_every_nasty_file_is_listed_and_every_good_one_embedded(winnow, shared, tmp_path):
    code, created = winnow("create", tmp_path / "project", "--images", shared / "nasty")
    assert code == 1
    assert created["images"] > 0
    assert all(failed["reason"] and "\n" not in failed["reason"] for failed in created["failed"])
    listed = {failed["path"] for failed in created["failed"]}
    assert len(listed) == len(created["failed"])
    assert all(path.startswith(shared.as_posix()) for path in listed)
    code, done = winnow("embed", tmp_path / "project", "--encoder", "signal")
    assert (code, done["embedded"], done["failed"]) == (0, created["images"], [])
    with (shared / "index.csv").open(newline="", encoding="utf-8") as file:
        broken = [row["path"] for row in csv.DictReader(file) if row["set"] == "nasty" and "Bomb" in row["label"]]
    assert {(shared / path).as_posix() for path in broken} <= listed


def test_that_photographs_go_the_whole_way_from_folder_to_scores(winnow, shared, tmp_path):
    images = tmp_path / "flowers"
    images.mkdir()
    chosen = [path for name in FLOWERS for path in sorted((shared / "flowers5" / name).iterdir())[:EACH]]
    for path in chosen:
        (images / f"{path.parent.name} {path.name}").symlink_to(path)
    names = [path.name for path in sorted(images.iterdir())]
    answers = tmp_path / "answers.csv"
    answers.write_text("path,value\n" + "".join(f"{name},{name.split()[0]}\n" for name in names[::2]))
    project, encoder = tmp_path / "project", shared / "encoder" / "mobilenet_v2"

    assert winnow("create", project, "--images", images)[1]["images"] == len(chosen)
    assert winnow("embed", project, "--encoder", encoder)[1]["embedded"] == len(chosen)
    assert winnow("head", "add", project, "flower", "--kind", "class", "--labels", ",".join(FLOWERS))[0] == 0
    assert winnow("annotate", project, "flower", "--from", answers)[1]["annotated"] == len(chosen) // 2
    code, version = winnow("train", project, "flower")
    assert (code, version["version"], version["metrics"]["n"]) == (0, 1, len(chosen) // 2)
    queue = winnow("rank", project, "flower")[1]["images"]
    assert len(queue) == len(chosen) // 2
    right = [image["prediction"]["label"] == name_of(image["path"]) for image in queue]
    assert sum(right) > len(right) / 2
    code, scored = winnow("score", f"{project}:flower", images, "--label", "roses", "--top", "5")
    assert code == 0
    best = [name_of(image["path"]) for image in scored["images"] if image["passed"]]
    assert best.count("roses") >= 4
    [head_file] = (project / "heads").glob("*/v1/*-v1.safetensors")
    assert_scores_what_it_can(winnow, head_file, encoder, [images, shared / "nasty" / "exif_orientation"], broken=0)
    assert_scores_what_it_can(winnow, head_file, encoder, [images, shared / "nasty" / "libjxl"], broken=1)


def assert_scores_what_it_can(winnow, head_file, encoder, folders, *, broken):
    """Every file is answered or listed with its reason, with the encoder that the head names and with one named now."""
    there = {path.as_posix() for folder in folders for path in folder.rglob("*") if path.is_file()}
    for named in ([], ["--encoder", encoder]):
        code, scored = winnow("score", head_file, *folders, "--recursive", *named)
        failed = {one["path"]: one["reason"] for one in scored["failed"]}
        answered = {one["path"] for one in scored["images"]}
        assert (code, len(failed) >= broken, len(answered) > 0) == (min(broken, 1), True, True)
        assert answered.isdisjoint(failed)
        assert answered | failed.keys() <= there
        assert all(reason and "\n" not in reason for reason in failed.values())


def name_of(path):
    return path.rpartition("/")[2].split()[0]
