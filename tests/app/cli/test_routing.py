"""winnow route: a class head picks which score head judges each image."""

import shutil
from pathlib import Path

import pytest

from app.__main__ import main
from tests.app.cli.conftest import write_csv


@pytest.fixture(scope="session")
def routed(trained, shared, tmp_path_factory) -> Path:
    """The class head `colour`, and the score heads `warm` of its encoder and `cold` of another."""
    project = tmp_path_factory.mktemp("routed") / "project"
    shutil.copytree(trained.project, project)
    encoder = {"warm": "signal", "cold": str(shared / "encoder" / "mobilenet_v2")}
    low = {"warm": {"red": 2, "green": 4, "blue": 3}, "cold": {"red": 9, "green": 7, "blue": 8}}
    for name, scores in low.items():
        answers = write_csv(
            project.parent / f"{name}.csv", [(file, scores[colour]) for file, colour in trained.colour_of.items()]
        )
        for words in (
            ["embed", project, "--encoder", encoder[name]],
            ["head", "add", project, name, "--kind", "score", "--encoder", encoder[name]],
            ["annotate", project, name, "--from", answers],
            ["train", project, name],
        ):
            assert main([*map(str, words), "--quiet"]) == 0
    return project


def test_that_each_image_goes_to_the_head_of_its_label(winnow, routed, trained):
    warm, cold = f"{routed}:warm", f"{routed}:cold"
    ran = winnow(
        "route", trained.images, "--by", f"{routed}:colour", "--use", f"red={warm}", "--use", f"blue={cold}", "--json"
    )
    assert (ran.code, len(ran.json["images"]), ran.json["failed"]) == (0, 24, [])
    asked = {model: winnow("score", model, trained.images, "--json").json["images"] for model in (warm, cold)}
    alone = {model: {one["path"]: one["score"] for one in images} for model, images in asked.items()}
    said = winnow("score", f"{routed}:colour", trained.images, "--json").json["images"]
    labels = {one["path"]: one["label"] for one in said}
    for image in ran.json["images"]:
        assert image["label"] == labels[image["path"]]
        model = {"red": warm, "blue": cold}.get(image["label"])
        assert image["model"] == model
        assert image["score"] == (pytest.approx(alone[model][image["path"]], abs=1e-4) if model else None)
    assert {image["label"] for image in ran.json["images"]} == {"red", "green", "blue"}


def test_that_one_head_may_serve_two_labels_and_a_bad_file_is_listed(winnow, routed, trained, tmp_path):
    (tmp_path / "torn.png").write_bytes(b"\x89PNG torn")
    uses = ["--use", f"red={routed}:warm", "--use", f"green={routed}:warm"]
    out = tmp_path / "routed.csv"
    ran = winnow(
        "route", trained.images, tmp_path / "torn.png", "--by", f"{routed}:colour", *uses, "--out", out, "--json"
    )
    assert (ran.code, [Path(one["path"]).name for one in ran.json["failed"]]) == (1, ["torn.png"])
    scored = [image for image in ran.json["images"] if image["score"] is not None]
    assert {image["label"] for image in scored} == {"red", "green"}
    assert out.read_text().splitlines()[0] == "path,label,model,score" and len(out.read_text().splitlines()) == 25


WRONG = {
    "{images} --by {p}:colour": "missing option '--use'",
    "{images} --use red={p}:warm": "missing option '--by'",
    "{images} --by {p}:colour --use red": "write LABEL=MODEL",
    "{images} --by {p}:colour --use pink={p}:warm": "no label 'pink'",
    "{images} --by {p}:colour --use red={p}:warm --use red={p}:cold": "twice",
    "{images} --by {p}:warm --use red={p}:warm": "--by takes a class head",
    "{images} --by {p}:colour --use red={p}:colour": "--use takes score heads",
    "{images} --by {p}:colour --use red={p}:nothing": "there is no head 'nothing'",
    "{p}/nowhere --by {p}:colour --use red={p}:warm": "there is no file or folder",
}


@pytest.mark.parametrize("call", WRONG)
def test_that_a_wrong_call_is_one_line(winnow, routed, trained, call):
    ran = winnow("route", *(word.format(images=trained.images, p=routed) for word in call.split()))
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert WRONG[call] in ran.err
