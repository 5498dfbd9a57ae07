"""versions, use, compare and the queue of flips, through the program's own entry."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from app.__main__ import main
from core.project import Project
from core.values import Field, HeadKind, ImageId, ScoreValue
from tests.app.cli.conftest import World, write_csv
from tests.app.cli.refusals import assert_refused
from tests.core.store.projects import version_saying


@pytest.fixture(scope="module")
def twice(trained, tmp_path_factory) -> World:
    """A second version, taught four wrong answers more. Read only."""
    folder = tmp_path_factory.mktemp("twice")
    shutil.copytree(trained.project, folder / "project")
    wrong = {"red": "green", "green": "blue", "blue": "red"}
    rows = [(name, wrong[colour]) for name, colour in list(trained.colour_of.items())[1:16:2]]
    answers = write_csv(folder / "wrong.csv", rows)
    assert main(["annotate", str(folder / "project"), "colour", "--from", str(answers), "--quiet"]) == 0
    assert main(["train", str(folder / "project"), "colour", "--quiet"]) == 0
    return World(folder / "project", trained.images, trained.half, trained.colour_of)


@pytest.fixture
def retrained(twice, tmp_path) -> World:
    """A copy to write in."""
    shutil.copytree(twice.project, tmp_path / "project")
    return World(tmp_path / "project", twice.images, twice.half, twice.colour_of)


def test_that_every_version_is_listed_with_what_is_known_of_it(winnow, twice):
    first, second = winnow("versions", twice.project, "colour", "--json").json
    assert (first["version"], first["in_force"], second["in_force"]) == (1, False, True)
    assert (first["annotations"], second["annotations"]) == (12, 20)
    assert first["metrics"]["by"] == "out-of-fold" and first["metrics"]["n"] == 12
    assert (first["recipe"], first["device"], first["note"]) == ("default", "cpu", "")
    assert first["seconds"] > 0 and first["at"]
    shown = winnow("versions", twice.project, "colour").out
    assert "v2 in force" in shown and "95 % interval" in shown and "all: recipe default" in shown


def test_that_versions_fit_into_a_narrow_terminal(winnow, retrained):
    winnow("versions", retrained.project, "colour@2", "--note", "after the mix-up")
    lines = winnow("versions", retrained.project, "colour").out.splitlines()
    assert max(len(line.rstrip()) for line in lines[: lines.index("v2 in force")]) < 80
    assert "v2: after the mix-up" in lines and any(line.startswith("all: out-of-fold") for line in lines)


def test_that_a_training_without_a_new_answer_is_told_of_before(winnow, retrained):
    train = ("train", retrained.project, "colour")
    winnow("use", retrained.project, "colour@1")
    assert "since v" not in winnow(*train).err
    ran = winnow(*train)
    assert "nothing changed since v3: a retrain on cpu says the same again" in ran.err
    assert "0 predictions changed" in ran.out
    said = "no answer is new since v4; recipe: epochs 30, was 15; seed: 7, was 0; otherwise nothing changed"
    (retrained.project / "epochs.yaml").write_text("epochs: 30")
    assert said in winnow(*train, "--seed", 7, "--recipe", retrained.project / "epochs.yaml").err
    assert "recipe: epochs 15, was 30; seed: 0, was 7; otherwise nothing changed" in winnow(*train).err
    assert winnow(*train, "--quiet").err == ""


def test_that_a_note_is_written_beside_a_version(winnow, retrained):
    [noted] = winnow("versions", retrained.project, "colour@1", "--note", "before the mix-up", "--json").json
    assert noted["note"] == "before the mix-up"
    notes = [one["note"] for one in winnow("versions", retrained.project, "colour", "--json").json]
    assert notes == ["before the mix-up", ""]
    assert_refused(winnow("versions", retrained.project, "colour", "--note", "x"), says="--note needs a version")


def test_that_a_version_is_put_in_force_and_back(winnow, retrained):
    ran = winnow("use", retrained.project, "colour@1", "--json")
    assert ran.json == {"head": "colour", "version": 1, "before": 2}
    assert winnow("rank", retrained.project, "colour", "--json").json["version"] == 1
    assert "v1 is in force already" in winnow("use", retrained.project, "colour@1").out
    assert "puts v1 back" in winnow("use", retrained.project, "colour@2").out
    assert_refused(winnow("use", retrained.project, "colour"), says="names no version")
    assert_refused(winnow("use", retrained.project, "colour@9"), says="no version 9")


def test_that_compare_tells_flips_fixed_broken_and_the_figures(winnow, twice):
    found = winnow("compare", twice.project, "colour@1", "colour@2", "--json").json
    assert found["flips"] == len(found["images"]) > 0
    assert found["compared"] == 24
    parts = ("fixed", "broken", "neither", "unannotated")
    assert sum(found[part] for part in parts) == found["flips"]
    assert found["fixed"] >= found["fixed_that_only_newer_was_taught"] > 0
    assert found["metrics"]["older"]["n"] == 12
    assert found["held_out"]["images"] == 12
    change = found["metrics"]["difference"]
    assert (change["figure"], change["images"]) == ("accuracy", 12)
    assert change["low"] <= change["change"] <= change["high"]
    gained = found["held_out"]["fixed"] - found["held_out"]["broken"]
    assert change["change"] == pytest.approx(gained / 12)
    assert sum(one["before"] for one in found["distribution"]) == 24
    one = found["images"][0]
    assert one["change"].count("→") == 1 and one["path"].endswith(".png")
    limited = winnow("compare", twice.project, "colour@1", "colour@2", "--limit", 1, "--json").json
    assert (limited["flips"], len(limited["images"])) == (found["flips"], 1)


def test_that_a_version_is_not_compared_with_itself(winnow, twice):
    ran = winnow("compare", twice.project, "colour@2", "colour@2")
    assert_refused(ran, says="colour@2 and colour@2 are one version; there is nothing to compare: name another one")


def test_that_compare_lists_what_was_fixed_and_broken_with_what_heads_said_that_had_not_seen_it(winnow, twice):
    found = winnow("compare", twice.project, "colour@1", "colour@2", "--json").json
    listed, unseen = found["held_out_images"], found["held_out"]
    assert unseen["fixed"] + unseen["broken"] == len(listed) > 0
    assert [one["verdict"] for one in listed].count("broken") == unseen["broken"]
    for one in listed:
        was, now = one["change"].split(" → ")
        right, wrong = (now, was) if one["verdict"] == "fixed" else (was, now)
        assert right == one["annotation"] != wrong and "only_newer_was_taught" not in one
    assert [one["moved"] for one in listed] == sorted((one["moved"] for one in listed), reverse=True)
    own = {one["path"]: one["change"] for one in found["images"]}
    assert any(own.get(one["path"]) != one["change"] for one in listed), "not what the versions say themselves"
    shown = winnow("compare", twice.project, "colour@1", "colour@2").out
    told = shown.split("fixed and broken, with what heads said that had not seen the image")[1]
    assert all(one["path"].split("/")[-1] in told for one in listed)
    limited = winnow("compare", twice.project, "colour@1", "colour@2", "--limit", 1, "--json").json
    assert (limited["held_out"], limited["held_out_images"]) == (unseen, listed[:1])


def test_that_compare_shows_as_many_as_asked_for(winnow, twice, monkeypatch):
    monkeypatch.setattr("app.cli.versions._SHOWN", 1)
    found = winnow("compare", twice.project, "colour@1", "colour@2", "--json").json
    assert found["flips"] > 2
    shown = winnow("compare", twice.project, "colour@1", "colour@2", "--limit", 2).out
    assert all(one["path"].split("/")[-1] in shown for one in found["images"][:2])
    assert f"and {found['flips'] - 2} more" in shown
    assert f"and {found['flips'] - 1} more" in winnow("compare", twice.project, "colour@1", "colour@2").out


def test_that_compare_counts_what_was_fixed_or_broken_and_is_gone(winnow, retrained):
    listed = winnow("compare", retrained.project, "colour@1", "colour@2", "--json").json
    gone = next(iter(listed["held_out_images"]))
    with Project.open(retrained.project) as project:
        image = project.images.by_path(gone["path"])
    with sqlite3.connect(retrained.project / "project.sqlite") as database:
        database.execute("UPDATE files SET missing = 1 WHERE image_id = ?", (image,))
    found = winnow("compare", retrained.project, "colour@1", "colour@2", "--json").json
    assert found["held_out"] == listed["held_out"]
    assert found["held_out_images"] == listed["held_out_images"][1:]
    shown = " ".join(winnow("compare", retrained.project, "colour@1", "colour@2").out.split())
    assert "1 fixed or broken without a file to be seen in" in shown


def test_that_compare_speaks_plainly(winnow, retrained):
    with Project.open(retrained.project) as project:
        head = project.heads.get("colour")
        ids = [ImageId(int(one)) for one in project.images.all().ids]
        project.annotations.mark(head.head_id, ids, Field.PINNED, on=True)
    shown = winnow("compare", retrained.project, "colour@1", "colour@2").out
    assert "of 24 predictions changed" in shown
    assert "v2 was taught those answers, v1 was not" in shown
    assert "pinned:" in shown and "of 24 changed" in shown
    assert "points right on the same 12 images by their committees, 95 % interval" in " ".join(shown.split())


def test_that_compare_tells_how_far_the_scale_moved(winnow, world):
    with Project.open(world.project) as project:
        head, _ = project.heads.add("taste", HeadKind.SCORE)
        ids = [ImageId(int(one)) for one in project.images.all().ids]
        project.annotations.annotate(head.head_id, {one: ScoreValue(8.0) for one in ids[:6]})
        project.annotations.annotate(head.head_id, {ids[6]: ScoreValue(2.0)})
        for said in (6.0, 7.5):
            version_saying(project, head, [said + (place % 2) / 10 for place in range(len(ids))])
    found = winnow("compare", world.project, "taste@1", "taste@2", "--json").json["scale"]
    two, eight = found["brackets"]
    assert (found["n"], two["n"], two["low"], eight["bracket"], eight["n"]) == (7, 1, None, 8, 6)
    assert eight["low"] <= eight["drift"] == pytest.approx(1.5, abs=0.01)
    shown = winnow("compare", world.project, "taste@1", "taste@2").out
    assert "bracket 8 moved most, +1.50 (6.05 to 7.55)" in shown and "bracket given" in shown


def test_that_compare_refuses_what_cannot_be_compared(winnow, twice):
    assert_refused(winnow("compare", twice.project, "colour", "colour@2"), says="names no version")
    assert_refused(winnow("compare", twice.project, "colour@1", "other@2"), says="two heads")
    assert_refused(winnow("compare", twice.project, "colour@1", "colour@7"), says="no version 7")


def test_that_flips_are_a_queue_beside_the_version_before(winnow, twice):
    compared = winnow("compare", twice.project, "colour@1", "colour@2", "--json").json
    ranked = winnow("rank", twice.project, "colour", "--by", "flips", "--json").json
    assert (ranked["by"], ranked["version"], ranked["total"]) == ("flips", 2, compared["flips"])
    assert all(one["reason"].startswith("from v1 to v2: ") for one in ranked["images"])
    assert [one["path"] for one in ranked["images"]] == [one["path"] for one in compared["images"]]
    utilities = [one["utility"] for one in ranked["images"]]
    assert utilities == sorted(utilities, reverse=True)
    assert_refused(winnow("rank", twice.project, "colour@1", "--by", "flips"), says="no version before v1")


def test_that_flips_that_are_to_be_asked_blind_are_not_told_in_tables_and_marked_in_json(winnow, retrained):
    winnow("head", "audit", retrained.project, "colour", "--share", "1")
    found = winnow("compare", retrained.project, "colour@1", "colour@2", "--json").json["images"]
    flips = winnow("rank", retrained.project, "colour", "--by", "flips", "--json").json["images"]
    for listed in (found, flips):
        assert {one["path"] for one in listed if one.get("blind")} == {
            one["path"] for one in listed if one["annotation"] is None
        }
        assert {one.get("blind") for one in listed} == {None, True}
    assert all(one["prediction"] for one in flips), "programs are told"
    assert all("chance" in one["reason"] for one in flips if one.get("blind"))
    for words in (("compare", "colour@1", "colour@2"), ("rank", "colour", "--by", "flips")):
        shown = winnow(words[0], retrained.project, *words[1:]).out
        for one in found:
            [line] = [line for line in shown.splitlines() if one["path"].split("/")[-1] in line]
            assert ("blind" in line, "→" in line) == (("blind" in one), ("blind" not in one))


def test_that_a_comparison_reads_no_pool_for_what_is_asked_blind(winnow, twice, monkeypatch):
    monkeypatch.setattr("app.queue.ranking.Pool.drawn", None)
    assert winnow("compare", twice.project, "colour@1", "colour@2", "--json").json["images"]


def test_that_training_tells_what_it_changed_and_what_only_it_was_taught(winnow, retrained):
    winnow("use", retrained.project, "colour@1")
    told = winnow("train", retrained.project, "colour", "--seed", 5, "--json").json["changed"]
    compared = winnow("compare", retrained.project, "colour@1", "colour@3", "--json").json
    alone = [f"{what}_that_only_newer_was_taught" for what in ("fixed", "broken")]
    same = ("flips", "fixed", "broken", *alone, "held_out")
    difference = {"difference": compared["metrics"]["difference"]}
    assert told == {"than": 1} | {key: compared[key] for key in same} | difference
    assert told["fixed_that_only_newer_was_taught"] > 0
    plain = " ".join(winnow("train", retrained.project, "colour", "--seed", 6).out.split())
    assert "beside v3: the same answers on the same 20 images by their committees" in plain
    unseen = told["held_out"]
    first = winnow("compare", retrained.project, "colour@1", "colour@3").out
    said = f"by heads that had not seen the image: {unseen['fixed']} fixed, {unseen['broken']} broken of 12"
    assert said in " ".join(first.split())
    before, listed = first.split("fixed and broken, with what heads said that had not seen the image")
    assert before.count(" fixed") == before.count(" broken") == 1
    assert "now right" not in listed and "now wrong" not in listed
    assert plain.count(" fixed,") == 1, "told by heads that had not seen the images, and by nothing else"


def test_that_a_training_is_done_though_the_version_before_it_cannot_be_read(winnow, retrained):
    [file] = retrained.project.glob("heads/*/v2/predictions.safetensors")
    file.write_bytes(b"torn")
    ran = winnow("train", retrained.project, "colour", "--json")
    assert (ran.code, ran.json["version"], ran.json["changed"]) == (0, 3, None)


def test_that_a_head_without_versions_says_how_to_get_one(winnow, made):
    assert winnow("versions", made.project, "colour", "--json").json == []
    assert "`winnow train` makes one" in winnow("versions", made.project, "colour").out


@pytest.mark.parametrize("words", [("rank",), ("rank", "--by", "marked"), ("export", "head")])
def test_that_a_version_in_force_without_its_folder_is_told_with_what_to_run(winnow, after_training, tmp_path, words):
    project = after_training.project
    shutil.rmtree(project / "heads" / "colour" / "v1")
    command, (verb, *more) = words, words
    place = [tmp_path / "out"] if verb == "export" else []
    ran = winnow(verb, *(more if verb == "export" else ()), project, "colour", *place, *(() if place else more))
    assert ran.code == 2 and not (tmp_path / "out").exists(), command
    told = "colour v1 is in force, but its folder heads/colour/v1 is not there; a check of the project puts another one"
    way = f"`winnow check {project} --repair` or `winnow train {project} colour`"
    assert ran.err == f"winnow: error: {told} in force, a training makes one: {way}\n"
