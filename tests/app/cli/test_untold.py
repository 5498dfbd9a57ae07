"""A tag that no answer says no to: nothing tells a figure of it, and where there is room the reason stands there."""

from __future__ import annotations

import json
import math
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from core.jobs.file_specs import ScoreSpec
from core.jobs.run import run_job
from core.project import Project
from core.project.insight import gather_insight
from core.project.turns import gather_turns
from core.values import ImageId, TagsValue
from tests.app.cli.conftest import World, write_csv
from tests.app.cli.refusals import assert_refused
from tests.core.store.projects import version_saying

REASON = "no answer says no to it"


@pytest.fixture
def ticked(world, tmp_path) -> World:
    """`red` is told apart; `nice` was only ever ticked. With a version of these answers."""
    words = ["head", "add", world.project, "look", "--kind", "tags", "--labels", "red,nice", "--encoder", "signal"]
    rows = [(name, "red" if colour == "red" else "-red;nice") for name, colour in list(world.colour_of.items())[:18]]
    answers = write_csv(tmp_path / "look.csv", rows)
    for call in (words, ["annotate", world.project, "look", "--from", answers], ["train", world.project, "look"]):
        assert main([*map(str, call), "--quiet"]) == 0
    return world


def refuse(world: World, tmp_path) -> None:
    """The first no to `nice`."""
    name = next(name for name, colour in world.colour_of.items() if colour == "red")
    answers = write_csv(tmp_path / "no.csv", [(name, "red;-nice")])
    assert main(["annotate", str(world.project), "look", "--from", str(answers), "--quiet"]) == 0


def test_that_rank_says_nothing_of_it_and_why(winnow, ticked, tmp_path):
    for words in (("--by", "disagreement"), ("--by", "top", "--label", "nice")):
        found = winnow("rank", ticked.project, "look", *words, "--json").json
        told = [one["prediction"]["probabilities"] for one in found["images"]]
        assert {one["nice"] for one in told} == {None} and all(one["red"] is not None for one in told)
        assert found["untold"] == {"nice": REASON}
    assert {one["utility"] for one in found["images"]} == {None}, "the likeliness that the order goes by is its figure"
    assert "nothing is told of nice: no answer says no to it" in winnow("rank", ticked.project, "look").out
    refuse(ticked, tmp_path)
    found = winnow("rank", ticked.project, "look", "--json").json
    assert "untold" not in found
    assert all(one["prediction"]["probabilities"]["nice"] is not None for one in found["images"])


def test_that_score_says_nothing_of_it_and_why(winnow, ticked):
    head = f"{ticked.project}:look"
    found = winnow("score", head, ticked.images, "--json").json
    assert {one["probabilities"]["nice"] for one in found["images"]} == {None}
    assert found["untold"] == {head: {"nice": REASON}}
    assert winnow("score", head, ticked.images, "--label", "nice", "--min", "0", "--json").json["passed"] == 0
    assert "nothing is told of nice" in winnow("score", head, ticked.images).out


def test_that_compare_says_nothing_of_it_and_why(winnow, ticked, tmp_path):
    more = [(name, "red;nice" if colour == "red" else "-red;nice") for name, colour in ticked.colour_of.items()]
    winnow("annotate", ticked.project, "look", "--from", write_csv(tmp_path / "more.csv", more))
    changed = winnow("train", ticked.project, "look", "--json").json["changed"]
    words = ("compare", ticked.project, "look@1", "look@2")
    found = winnow(*words, "--json").json
    assert found["untold"] == {"nice": REASON}
    assert [one["name"] for one in found["distribution"]] == ["red"]
    assert not any("nice" in one["change"] for one in (*found["images"], *found["held_out_images"]))
    assert (changed["flips"], changed["held_out"]) == (found["flips"], found["held_out"])
    assert "nothing is told of nice: no answer says no to it" in winnow(*words).out
    flips = winnow("rank", ticked.project, "look", "--by", "flips", "--json").json
    assert (flips["untold"], flips["total"]) == ({"nice": REASON}, found["flips"])
    refuse(ticked, tmp_path)
    found = winnow(*words, "--json").json
    assert "untold" not in found
    assert [one["name"] for one in found["distribution"]] == ["red", "nice"]


def test_that_two_versions_of_such_tags_alone_are_not_compared(winnow, ticked):
    call = ["head", "add", ticked.project, "likes", "--kind", "tags", "--labels", "nice", "--encoder", "signal"]
    assert main([*map(str, call), "--quiet"]) == 0
    with Project.open(ticked.project) as project:
        head = project.heads.get("likes")
        ids = [ImageId(int(one)) for one in project.images.all().ids[:8]]
        nice = frozenset({head.labels[0].label_id})
        project.annotations.annotate(head.head_id, {one: TagsValue(nice) for one in ids[1:]})
        project.annotations.annotate(head.head_id, {ids[0]: TagsValue(frozenset(), nice)})
        for _ in range(2):
            version_saying(project, head, ["nice"] * len(project.images.all()))
    assert winnow("compare", ticked.project, "likes@1", "likes@2").code == 0
    winnow("undo", ticked.project)
    ran = winnow("compare", ticked.project, "likes@1", "likes@2")
    assert_refused(ran, says="nothing is told of nice: no answer says no to it")


def test_that_a_version_from_before_the_no_was_taken_back_is_silent_too(winnow, ticked, tmp_path):
    refuse(ticked, tmp_path)
    assert winnow("train", ticked.project, "look", "--quiet").code == 0
    head = f"{ticked.project}:look"
    told = winnow("score", head, ticked.images, "--json").json["images"]
    assert all(one["probabilities"]["nice"] is not None for one in told)
    winnow("undo", ticked.project)
    assert {one["probabilities"]["nice"] for one in winnow("score", head, ticked.images, "--json").json["images"]} == {
        None
    }
    files = winnow("export", "head", ticked.project, "look", tmp_path / "out", "--json").json["files"]
    [config] = [file for file in files if file.endswith(".json")]
    assert json.loads(Path(config).read_text())["unlearned"] == ["nice"]


def test_that_a_version_from_before_the_rule_is_silent_by_whatever_name_it_is_asked(winnow, ticked):
    forget_the_rule(ticked)
    folder = ticked.project / "heads" / "look" / "v1"
    for model in (folder, folder / "look-v1.safetensors", f"{ticked.project}:look@1"):
        found = winnow("score", model, ticked.images, "--json").json
        assert {one["probabilities"]["nice"] for one in found["images"]} == {None}, model
        assert found["untold"] == {str(model): {"nice": REASON}}
    spec = ScoreSpec("s", (str(ticked.images),), recursive=False, models=(str(folder),), device="cpu")
    [values] = run_job(spec, lambda _: None, lambda: False).values
    assert np.isnan(values[:, 1]).all() and not np.isnan(values[:, 0]).any()


def test_that_a_head_file_in_a_project_of_an_older_winnow_says_what_to_run(winnow, ticked, monkeypatch):
    monkeypatch.chdir(ticked.project.parent)
    with closing(sqlite3.connect(ticked.project / "project.sqlite")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0003'")
    ran = winnow("score", "project/heads/look/v1/look-v1.safetensors", ticked.images)
    assert_refused(ran, says="project was last used by an older Winnow")
    assert ran.err.rstrip().endswith(": `winnow check project --repair`")


def test_that_such_a_version_is_silent_in_the_project_that_imports_it(winnow, ticked, tmp_path):
    forget_the_rule(ticked)
    assert winnow("create", tmp_path / "other", "--images", ticked.images).code == 0
    assert winnow("import", "head", tmp_path / "other", f"{ticked.project}:look@1").code == 0
    [config] = (tmp_path / "other" / "heads").glob("*/v1/config.json")
    assert json.loads(config.read_text())["unlearned"] == ["nice"]


def forget_the_rule(world: World) -> None:
    """As versions were written before it: the file names no tag of which nothing is told."""
    [config] = (world.project / "heads").glob("*/v1/config.json")
    config.write_text(json.dumps(json.loads(config.read_text()) | {"unlearned": []}))


@pytest.mark.parametrize("before_the_rule", [False, True], ids=["now", "before the rule"])
def test_that_no_head_of_it_alone_is_exported_and_why(winnow, ticked, tmp_path, before_the_rule):
    if before_the_rule:
        forget_the_rule(ticked)
    ran = winnow("export", "head", ticked.project, "look", tmp_path / "out", "--each-tag", "--json")
    names = [Path(file).name for file in ran.json["files"]]
    assert [name for name in names if name.endswith(".safetensors")] == [
        "look-v1.safetensors",
        "look-red-v1.safetensors",
    ]
    assert (ran.code, ran.json["untold"]) == (0, {"nice": REASON})
    assert "nothing is told of nice: no answer says no to it; no head of that tag alone is written" in ran.err
    assert json.loads((tmp_path / "out" / "look-v1.config.json").read_text())["unlearned"] == ["nice"]
    told = winnow("export", "head", ticked.project, "look", tmp_path / "alone", "--json")
    assert told.json["untold"] == {"nice": REASON} and told.err.count("nothing is told of nice") == 1
    refuse(ticked, tmp_path)
    assert winnow("train", ticked.project, "look", "--quiet").code == 0
    ran = winnow("export", "head", ticked.project, "look", tmp_path / "out", "--each-tag", "--json")
    assert "untold" not in ran.json and (tmp_path / "out" / "look-nice-v2.safetensors").is_file()


def test_that_its_answers_flatter_no_figure_of_the_version(winnow, ticked):
    found = winnow("train", ticked.project, "look", "--json").json
    assert found["metrics"]["per_label"]["nice"]["n"] == 0
    assert any("nothing is told of nice" in note for note in found["notes"]), found


def test_that_limits_and_estimates_say_nothing_of_it(winnow, ticked):
    ran = winnow("estimate", ticked.project, "look", "--threshold", "0.5", "--label", "nice", "--json")
    assert ran.json["n"] == 0 and ran.json["precision"]["value"] is None
    assert ran.json["limits"]["images"] == 0 and ran.json["untold"] == {"nice": REASON}
    assert "nothing is told of nice" in ran.err
    with Project.open(ticked.project) as project:
        turns = gather_turns(project, project.heads.get("look"), project.images.all())
    assert np.isnan(turns.said[:, 1]).all() and np.isnan(turns.kept_said[:, 1]).all()
    assert not np.isnan(turns.kept_said[:, 0]).any()


def test_that_insight_and_the_second_look_say_nothing_of_it(winnow, ticked):
    with Project.open(ticked.project) as project:
        found = gather_insight(project, project.heads.get("look"), project.images.all())
    assert found.evidence is not None
    for said in (found.evidence.probabilities, found.open_said):
        assert np.isnan(said[:, 1]).all() and not np.isnan(said[:, 0]).all()
    again = winnow("rank", ticked.project, "look", "--by", "conflict", "--json").json
    assert again["untold"] == {"nice": REASON}
    assert all(one["prediction"]["probabilities"]["nice"] is None for one in again["images"] if one["prediction"])


def test_that_find_does_not_go_by_it(winnow, ticked):
    assert winnow("find", ticked.project, "prediction:red", "--head", "look", "--json").json["images"]
    assert not winnow("find", ticked.project, "prediction:nice", "--head", "look", "--json").json["images"]


def test_that_progress_names_it_and_judges_by_the_others(winnow, ticked):
    winnow("head", "audit", ticked.project, "look", "--share", "1")
    found = winnow("head", "progress", ticked.project, "look", "--json").json
    nice = found["labels"][1]
    assert (nice["name"], nice["told"], nice["missed"], nice["n"]) == ("nice", False, False, 0)
    assert any("no answer says no to" in line for line in found["said"])
    assert not any(math.isnan(one["value"]) for one in found["versions"])
