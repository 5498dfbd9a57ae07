"""Several class heads become one tags head by a command, and each sorts the others' images."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from core.media.degrade.channels import chromatic_aberration
from core.media.degrade.coding import jpeg
from core.media.draw import draw_scene
from core.project import Project
from tests.app.cli.conftest import write_csv

BOTH = 3
"""Pictures with both defects that one head alone was asked about, for each head."""


@pytest.fixture
def asked(winnow, world):
    """Two heads on the same pictures; the first half of the answers is red's, the second blue's."""
    for name, labels in (("reds", "none,red"), ("blues", "none,blue")):
        winnow("head", "add", world.project, name, "--kind", "class", "--labels", labels, "--encoder", "signal")
        colour = name.removesuffix("s")
        chosen = list(world.colour_of.items())[: 12 if name == "reds" else 18]
        answers = [(file, colour if said == colour else "none") for file, said in chosen[-12:]]
        winnow("annotate", world.project, name, "--from", write_csv(world.project.parent / f"{name}.csv", answers))
    return world


def test_that_class_heads_become_one_tags_head(winnow, asked):
    ran = winnow("head", "unify", asked.project, "colours", "--from", "reds,blues", "--json")
    told = ran.json
    assert (ran.code, told["labels"], told["kind"], told["made"]) == (0, ["red", "blue"], "tags", True)
    assert (told["annotated"], told["unchanged"], told["kept"]) == (18, 0, 0)
    assert told["counts"]["red"] == {"yes": 4, "no": 8, "unknown": 6}
    assert told["from"][1] == {
        "head": "blues",
        "annotations": 12,
        "version": None,
        "tags": {"none": None, "blue": "blue"},
    }
    assert told["review"] == {"red": 0, "blue": 0}
    assert "reds, blues cannot sort the others' images before `winnow train`" in ran.err


def test_that_what_becomes_of_label_0_is_said_and_can_be_chosen(winnow, world):
    for name, labels in (("kind", "sauber,red"), ("hue", "pass,blue")):
        winnow("head", "add", world.project, name, "--kind", "class", "--labels", labels, "--encoder", "signal")
    plain = winnow("head", "unify", world.project, "one", "--from", "kind,hue", "--json")
    assert plain.json["labels"] == ["sauber", "red", "blue"]
    assert "label 0 of kind, 'sauber', is a tag like the others; --default kind:sauber makes it a no" in plain.err
    assert "label 0 of hue, 'pass', becomes no tag: it is no to blue" in plain.err
    for number, named in enumerate(("sauber", "kind:SAUBER", "0")):
        told = winnow(
            "head", "unify", world.project, f"two{number}", "--from", "kind,hue", "--default", named, "--json"
        )
        assert told.json["labels"] == ["red", "blue"]
    refused = winnow("head", "unify", world.project, "three", "--from", "kind,hue", "--default", "red")
    assert refused.code == 2 and "no label 0 is called 'red'; labels 0 are kind:sauber, hue:pass" in refused.err


def test_that_it_can_be_called_again_and_be_undone(winnow, asked):
    winnow("head", "unify", asked.project, "colours", "--from", "reds", "--from", "blues")
    again = winnow("head", "unify", asked.project, "colours", "--json")
    assert (again.code, again.json["annotated"], again.json["unchanged"], again.json["made"]) == (0, 0, 18, False)
    row = winnow("history", asked.project, "--limit", "1", "--json").json[0]
    assert (row["head"], row["source"]) == ("colours", "unified")
    undone = winnow("undo", asked.project, "--json").json
    assert (undone["images"], undone["acts"]) == (18, ["head made, answers · 18 images"])
    assert winnow("head", "unify", asked.project, "colours", "--json").code == 2, "the head is gone with its answers"
    assert winnow("redo", asked.project, "--json").json["images"] == 18
    assert winnow("head", "unify", asked.project, "colours", "--json").json["unchanged"] == 18


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["all"], "it is not said which heads to unify; name class heads with --from HEAD,HEAD"),
        (["all", "--from", "reds,blue"], "there is no head 'blue' in this project; did you mean 'blues'?"),
        (["all", "--from", "reds", "--drop", "pink"], "no label is called 'pink'; they are: none, red"),
        (["reds", "--from", "blues"], "'reds' was not made from other heads; choose another name for the unified head"),
        (["a@b", "--from", "reds"], "'a@b' cannot name a head: it must not contain @ : / or \\; choose another name"),
        (["all", "--from", "reds", "--tiles", "six"], "--tiles cannot be 'six'; choose one of none, five-crop"),
    ],
)
def test_that_a_wrong_call_changes_nothing_and_says_so_in_one_line(winnow, asked, words, line):
    ran = winnow("head", "unify", asked.project, *words)
    assert (ran.code, ran.out, ran.err) == (2, "", f"winnow: error: {line}\n")
    assert len(winnow("head", "list", asked.project, "--json").json) == 3


def test_that_overlaps_need_a_head_that_was_made_from_trained_ones(winnow, asked):
    winnow("head", "unify", asked.project, "colours", "--from", "reds,blues")
    for head, problem in (("reds", "reds was not made from other heads"), ("colours", "has a version to judge by")):
        ran = winnow("rank", asked.project, head, "--by", "overlap")
        assert ran.code == 2
        assert problem in ran.err


def draw_defects(folder: Path) -> dict[str, list[str]]:
    """Small scenes: clean, coded, shifted, or both; file names by what was done to them."""
    folder.mkdir()
    rng = np.random.default_rng(11)
    made: dict[str, list[str]] = {"clean": [], "coded": [], "shifted": [], "both": []}
    for number in range(3 * 14 + 2 * BOTH):
        what = list(made)[number % 3] if number < 3 * 14 else "both"
        scene = draw_scene(rng, 192, 144)
        if what in ("shifted", "both"):
            scene = chromatic_aberration(scene, 3.0, angle=float(rng.uniform(0, 6.28)))
        if what in ("coded", "both"):
            scene = jpeg(scene, 60)
        name = f"{number:02} {what}.png"
        scene.save(folder / name)
        made[what].append(name)
    return made


@pytest.fixture(scope="module")
def defects(tmp_path_factory) -> tuple[Path, list[str], list[str]]:
    """Two trained heads; of the pictures with both defects each was asked about half, and told its own defect."""
    folder = tmp_path_factory.mktemp("defects")
    made = draw_defects(folder / "images")
    coded, shifted = made["both"][:BOTH], made["both"][BOTH:]
    half = {what: names[:7] for what, names in made.items()}
    rest = {what: names[7:] for what, names in made.items()}
    compression = [(name, "JPEG") for name in made["coded"] + coded]
    compression += [(name, "Pass") for name in half["clean"] + half["shifted"]]
    colours = [(name, "Shifted") for name in made["shifted"] + shifted]
    colours += [(name, "Clean") for name in rest["clean"] + rest["coded"]]
    commands = [
        ["create", folder / "project", "--images", folder / "images"],
        ["embed", folder / "project", "--encoder", "signal"],
    ]
    for name, labels, answers in (("compression", "Pass,JPEG", compression), ("colours", "Clean,Shifted", colours)):
        file = write_csv(folder / f"{name}.csv", answers)
        add = ["head", "add", folder / "project", name, "--kind", "class", "--labels", labels, "--encoder", "signal"]
        commands += [add, ["annotate", folder / "project", name, "--from", file], ["train", folder / "project", name]]
    commands += [["head", "unify", folder / "project", "defects", "--from", "compression,colours"]]
    for words in commands:
        assert main([*map(str, words), "--quiet"]) == 0
    return folder / "project", coded, shifted


def test_that_pictures_with_two_defects_come_first_by_what_the_other_head_says(winnow, defects):
    project, coded, shifted = defects
    ranked = winnow("rank", project, "defects", "--by", "overlap", "--limit", 2 * BOTH, "--json").json
    wanted = dict.fromkeys(coded, "Shifted") | dict.fromkeys(shifted, "JPEG")
    assert {Path(image["path"]).name: image["tag"] for image in ranked["images"]} == wanted
    assert (ranked["source"], ranked["version"]) == ("heads", None)
    utilities = [image["utility"] for image in ranked["images"]]
    assert utilities == sorted(utilities, reverse=True)
    assert all(0 < value <= 1 for value in utilities)


def test_that_what_waits_for_review_is_counted_and_no_opinion_becomes_an_answer(winnow, defects):
    project, _, _ = defects
    told = winnow("head", "unify", project, "defects", "--json").json
    assert (told["annotated"], told["review"]) == (0, {"JPEG": 17, "Shifted": 17})
    ranked = winnow("rank", project, "defects", "--by", "overlap", "--json").json["images"]
    likely = Counter(image["tag"] for image in ranked if image["utility"] is not None and image["utility"] > 0.5)
    assert told["likely"] == {"JPEG": likely["JPEG"], "Shifted": likely["Shifted"]}
    assert likely.total()
    assert told["counts"]["Shifted"] == {"yes": 17, "no": 14, "unknown": 17}


def test_that_overlaps_of_images_to_be_asked_blind_stand_without_what_the_heads_say(winnow, defects, tmp_path):
    project, coded, _ = defects
    shutil.copytree(project, tmp_path / "project")
    winnow("head", "audit", tmp_path / "project", "defects", "--share", "1")
    with Project.open(tmp_path / "project") as opened:
        cleared = opened.images.by_path(coded[0])
        opened.annotations.annotate(opened.heads.get("defects").head_id, {cleared: None})
    ranked = winnow("rank", tmp_path / "project", "defects", "--by", "overlap", "--json").json["images"]
    [blind] = [one for one in ranked if one.get("blind")]
    assert blind["path"].endswith(coded[0]) and blind["prediction"] is not None
    shown = winnow("rank", tmp_path / "project", "defects", "--by", "overlap", "--limit", 100).out
    lines = [line for line in shown.splitlines() if ".png" in line]
    assert ["says" not in line and "blind" in line for line in lines] == [coded[0] in line for line in lines]
