"""What a threshold would do on the pool, told on the command line."""

from __future__ import annotations

import csv
import re
import shutil

import pytest

from core.project import Project
from core.project.turns import gather_turns
from core.values import ClassValue, ImageId
from tests.app.cli.refusals import assert_refused

KEYS = {"value", "low", "high", "n"}


@pytest.fixture
def audited(winnow, trained, tmp_path):
    """The trained project with half of the pool drawn, and a version trained on all of its answers."""
    shutil.copytree(trained.project, tmp_path / "project")
    winnow("head", "audit", tmp_path / "project", "colour", "--share", "0.5")
    return tmp_path / "project"


def test_that_every_figure_has_its_interval_and_its_number(winnow, audited):
    found = winnow("estimate", audited, "colour", "--threshold", "0.4", "--label", "red", "--json").json
    for name in ("precision", "recall", "f1", "kept"):
        assert found[name].keys() >= KEYS
        assert 0 <= found[name]["low"] <= found[name]["high"] <= 1
    assert (found["head"], found["by"], found["n"]) == ("colour", "audit", found["kept"]["n"])


def test_that_the_share_of_the_set_is_told_and_kept(winnow, audited):
    found = winnow("head", "audit", audited, "colour", "--json").json
    assert found["share"] == 0.5
    assert 0 < found["images"] < 24
    with Project.open(audited, read_only=True) as project:
        assert project.audits.share(project.heads.get("colour").head_id) == 0.5


def test_that_the_audit_says_why_early_answers_wait_and_what_to_answer_next(winnow, audited):
    winnow("head", "audit", audited, "colour", "--share", "1")
    first = winnow("head", "audit", audited, "colour", "--json").json
    said = winnow("head", "audit", audited, "colour").out
    assert first["answered"] > first["counted"] and len(first["next"]) == 2
    assert f"{first['answered']} answered, {first['counted']} count: " in said and "still open" in said
    assert all(path in said for path in first["next"])


def test_that_a_draw_too_small_for_a_figure_names_the_share_that_draws_more(winnow, audited):
    said = winnow("head", "audit", audited, "colour").out
    assert "fewer than the 20 it takes" in said and f"head audit {audited.as_posix()} colour --share 1`" in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--threshold", "1.5"), "--threshold cannot be 1.5"),
        (
            ("--threshold", "0.9", "--max", "0.3", "--label", "red"),
            "--max 0.3 is below --threshold 0.9, so",
        ),
        (("--threshold", "0.5", "--max", "0.9"), "--max means nothing for a class head as a whole; name a label"),
        (("--threshold", "0.5", "--label", "gren"), "did you mean 'green'?"),
    ],
)
def test_that_a_wrong_estimate_is_one_line(winnow, audited, words, says):
    assert_refused(winnow("estimate", audited, "colour", *words), says=says)


def test_that_a_share_beyond_the_whole_is_one_line(winnow, audited):
    assert_refused(winnow("head", "audit", audited, "colour", "--share", "2"), says="give a share from 0 to 1")


def test_that_a_table_tells_the_set_apart(winnow, audited, tmp_path):
    assert winnow("export", "dataset", audited, "colour", tmp_path / "out.csv", "--format", "csv").code == 0
    with (tmp_path / "out.csv").open(newline="") as file:
        assert {row["audit"] for row in csv.DictReader(file)} <= {"True", "False"}


def test_that_limits_are_judged_on_the_pool_as_the_window_does(winnow, trained):
    ran = winnow(
        "estimate", trained.project, "colour", "--threshold", "0.3", "--max", "0.9", "--label", "red", "--json"
    )
    found = ran.json["limits"]
    assert ran.code == 0 and found["of"] == 24 and 0 <= found["images"] <= 24
    assert {"value", "low", "high", "n"} == found["precision"].keys() == found["recall"].keys()


def test_that_answered_images_among_those_kept_are_counted(winnow, trained):
    words = ("estimate", trained.project, "colour", "--threshold", "0.3", "--label", "red")
    found = winnow(*words, "--json").json["limits"]
    assert 0 < found["right"] <= found["answered"] <= found["images"]
    assert found["right"] / found["images"] <= found["precision"]["low"]
    assert found["unseen"].keys() == KEYS
    said = winnow(*words).out
    assert f"of 24 images are kept, {found['answered']} of them answered, {found['right']} right" in " ".join(
        said.split()
    )


def test_that_what_is_counted_is_not_told_as_an_estimate(winnow, after_training):
    project, wide = after_training.project, ("--threshold", "0", "--label", "red")
    with Project.open(project) as engine:
        head = engine.heads.get("colour")
        answers = {ImageId(int(one)): ClassValue(head.labels[0].label_id) for one in engine.images.all().ids}
        engine.annotations.annotate(head.head_id, answers)
    said = winnow("estimate", project, "colour", *wide).out
    assert "24 of 24 images are kept, all answered, 24 right" in said and "in turn" not in said
    rows = [re.split(r"\s{2,}", line.strip())[1:] for line in said.split("all answered, 24 right")[1].splitlines()]
    assert [row for row in rows if "counted" in row] == [["100.0%", "counted", "all answered"]] * 3


def test_that_limits_that_no_answer_judges_say_so_beside_what_is_answered(winnow, after_training):
    project = after_training.project
    with Project.open(project) as engine:
        head = engine.heads.get("colour")
        first = gather_turns(engine, head, engine.images.all()).ids[0]
        engine.annotations.annotate(head.head_id, {ImageId(int(first)): None})
    said = winnow("estimate", project, "colour", "--threshold", "0", "--label", "red").out
    assert "right; no answer judges the open ones yet" in said


def test_that_a_limit_beyond_the_scale_is_refused(winnow, trained):
    ran = winnow("estimate", trained.project, "colour", "--threshold", "0.3", "--max", "3", "--label", "red")
    assert ran.code == 2 and "--max cannot be 3" in ran.err


def test_that_an_estimate_of_which_nothing_is_judged_is_one_line(winnow, audited):
    with Project.open(audited) as project:
        head = project.heads.get("colour")
        known = project.annotations.annotated_set(head).hashes
        ids = [ImageId(int(one)) for one in project.images.by_hash(known)]
        project.annotations.annotate(head.head_id, dict.fromkeys(ids))
    ran = winnow("estimate", audited, "colour", "--threshold", "0.3", "--label", "red")
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 1 and "of 24 images are kept; nothing is judged yet" in ran.out


def test_that_a_figure_that_could_be_almost_anything_says_so(winnow, audited):
    words = ("estimate", audited, "colour", "--threshold", "0.3", "--label", "red")
    found, said = winnow(*words, "--json").json, winnow(*words).out
    rows = [re.split(r"\s{2,}", line.strip()) for line in said.splitlines() if " judged" in line]
    told = [row[-1].endswith(", says little") for row in rows if row[0] in found]
    figures = [
        part[row[0]] for part, part_rows in ((found, rows[:4]), (found["limits"], rows[4:])) for row in part_rows
    ]
    wide = [one["value"] is not None and one["high"] - one["low"] > 0.5 for one in figures]
    assert told == wide and any(told) and not all(told)


def test_that_two_tables_say_what_they_are_and_which_to_go_by(winnow, audited):
    ran = winnow("estimate", audited, "colour", "--threshold", "0.3", "--max", "0.9", "--label", "red")
    lines = ran.out.splitlines()
    titles = [line for line in lines if "table" in line]
    assert titles[0].endswith("of the whole pool, without --max; the second table is the one to go by")
    assert titles[1].endswith("those near the limits too; go by this table")
    rows = [(row[0], row[-1]) for row in (re.split(r"\s{2,}", line.strip()) for line in lines) if len(row) == 4]
    counted = [(name, of.partition(" ")[2]) for name, of in rows if name]
    first, second = counted[:4], counted[4:]
    first, second = ([(name, of.partition(",")[0]) for name, of in told] for told in (first, second))
    assert dict(first)["f1"] == "judged and kept or wanted" and dict(first)["kept"] == "judged"
    assert second == [("precision", "judged and kept"), ("recall", "judged and wanted"), ("f1", "judged")]
