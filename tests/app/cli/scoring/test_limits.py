"""What passes the limits of several heads."""

import shutil
from pathlib import Path

import pytest

from core.jobs.file_specs import ScoreSpec
from core.jobs.run import run_job
from core.project import Project
from core.project.turns import gather_turns
from core.review.limits import Limits, between_numbers
from core.scoring.words import prediction_json
from core.values import BRACKETS, Field, HeadKind
from tests.app.cli.conftest import write_csv


def test_that_several_heads_answer_at_once_in_every_form_of_the_call(winnow, two_heads, pictures):
    colour, taste = f"{two_heads}:colour", f"{two_heads}:taste"
    before = winnow("score", colour, taste, pictures, "-r", "--json").json["images"]
    by_option = winnow("score", colour, pictures, "-r", "--head", taste, "--json").json["images"]
    alone = {model: winnow("score", model, pictures, "-r", "--json").json["images"] for model in (colour, taste)}
    assert before == by_option and len(before) == 9
    for image, one, other in zip(before, alone[colour], alone[taste], strict=True):
        assert image["heads"][colour]["probabilities"] == one["probabilities"]
        assert image["heads"][taste]["score"] == other["score"]


def test_that_a_band_may_be_of_a_label_that_the_second_head_has(winnow, two_heads, pictures):
    call = ("score", f"{two_heads}:taste", f"{two_heads}:colour", pictures, "-r", "--json")
    ran = winnow(*call, "--label", "red", "--min", "0.5", "--max", "0.999").json
    values = [image["heads"][f"{two_heads}:colour"]["probabilities"]["red"] for image in ran["images"]]
    assert [image["passed"] for image in ran["images"]] == [0.5 <= value <= 0.999 for value in values]


def test_that_every_head_may_have_limits_and_the_best_go_by_the_head_that_is_named(winnow, two_heads, pictures):
    colour, taste = f"{two_heads}:colour", f"{two_heads}:taste"
    call = ("score", colour, taste, pictures, "-r", "--json", "--label", "colour:red,green", "--min", "0.6")
    both = winnow(*call, "--min", "taste:5.5").json["images"]

    def said(image) -> tuple[float, float]:
        shares = image["heads"][colour]["probabilities"]
        return max(shares["red"], shares["green"]), image["heads"][taste]["score"]

    assert [image["passed"] for image in both] == [said(image)[0] >= 0.6 and said(image)[1] >= 5.5 for image in both]
    assert 0 < sum(image["passed"] for image in both) < len(both)
    best = winnow(*call, "--top", "2", "--by", taste).json["images"]
    within = [image for image in best if said(image)[0] >= 0.6]
    assert [image["path"] for image in best if image["passed"]] == [image["path"] for image in within[:2]]
    assert [said(image)[1] for image in best] == sorted((said(image)[1] for image in best), reverse=True)


def test_that_labels_of_one_head_may_be_named_one_by_one(winnow, two_heads, pictures):
    call = ("score", f"{two_heads}:colour", pictures, "-r", "--json", "--min", "0.6")
    together = winnow(*call, "--label", "red,green").json
    assert winnow(*call, "--label", "red", "--label", "colour:green").json == together


@pytest.mark.parametrize(("head", "limit"), [("colour", "--label red --min"), ("taste", "--min"), ("taste", "--max")])
def test_that_every_number_as_it_is_told_is_a_limit_that_its_own_image_meets(winnow, two_heads, pictures, head, limit):
    def number(image) -> float:
        return image["probabilities"]["red"] if head == "colour" else image["score"]

    call = ("score", f"{two_heads}:{head}", pictures, "-r", "--json")
    told = {image["path"]: number(image) for image in winnow(*call).json["images"]}
    for bound in sorted(told.values())[:5]:
        passed = {image["path"] for image in winnow(*call, *limit.split(), bound).json["images"] if image["passed"]}
        within = bound.__ge__ if "max" in limit else bound.__le__
        assert passed == {path for path, value in told.items() if within(value)}


def test_that_the_label_that_is_told_is_the_likeliest_however_close() -> None:
    assert prediction_json(HeadKind.CLASS, ("cat", "dog"), (0.49998, 0.50002))["label"] == "dog"
    assert prediction_json(HeadKind.TAGS, ("cat", "dog"), (0.50002, 0.4))["labels"] == ["cat"]


SEVERAL_WRONG = {
    "--label mauve": "no head that is asked has 'mauve'; they have {colour}:red, {colour}:green, {colour}:blue",
    "--label taste:red": "taste has no label 'red'; a score head has none",
    "--min ١": "--min cannot be '١'; give a number",
    "--min taste:high": "--min cannot be 'taste:high'; give a number, or HEAD:NUMBER with HEAD one of",
    "--min taste:5 --min taste:6": "--min is said twice of",
    "--top 3 --by nobody": "no head that is asked is called 'nobody'; --by takes one of",
    "--label red --min taste:11": "the lowest value 11 is out of range: taste answers with a score from 0 to 10",
}


@pytest.mark.parametrize("words", SEVERAL_WRONG)
def test_that_wrong_limits_of_several_heads_are_one_line(winnow, two_heads, pictures, words):
    ran = winnow("score", f"{two_heads}:colour", f"{two_heads}:taste", pictures, *words.split())
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1), ran
    assert SEVERAL_WRONG[words].format(colour=f"{two_heads.name}:colour") in ran.err


def test_that_limits_keep_the_same_files_as_in_the_window(winnow, two_heads, trained):
    with Project.open(two_heads, read_only=True) as project:
        for name, label, scale in (("colour", "red", 1), ("taste", None, BRACKETS)):
            turns = gather_turns(project, project.heads.get(name), project.images.all())
            for value in (0.2, 0.5, 0.8):
                low = between_numbers(value)
                kept = {path for _, path, _ in project.files.of(turns.kept(0, Limits(low)))}
                asked = ["--min", round(low * scale, 9), *(["--label", label] if label else [])]
                ran = winnow("score", f"{two_heads}:{name}", trained.images, *asked, "--json")
                assert {image["path"] for image in ran.json["images"] if image["passed"]} == kept


def test_that_an_excluded_image_passes_no_limits_here_nor_in_the_window(winnow, two_heads, trained, tmp_path):
    project = tmp_path / "project"
    shutil.copytree(two_heads, project)
    asked = (trained.images, "--label", "red", "--min", "0.2", "--top", "3")
    ran = winnow("score", f"{project}:colour", *asked, "--json")
    before = [image["path"] for image in ran.json["images"] if image["passed"]]
    with Project.open(project) as opened:
        head, first = opened.heads.get("colour"), opened.images.by_path(Path(before[0]).name)
        opened.annotations.mark(head.head_id, [first], Field.EXCLUDED, on=True)
        assert first not in gather_turns(opened, head, opened.images.all()).kept_ids
        folder = project / opened.versions.of(head.head_id)[-1].folder
    ran = winnow("score", f"{project}:colour", *asked, "--copy-to", tmp_path / "red", "--json")
    after = [image["path"] for image in ran.json["images"] if image["passed"]]
    assert (len(after), ran.json["passed"], before[0] in after) == (3, 3, False) and after[:2] == before[1:]
    assert not (tmp_path / "red" / Path(before[0]).name).exists()
    assert winnow("score", f"{project}:taste", trained.images, "--json").json["passed"] == len(trained.colour_of)
    assert "1 excluded image left out" in winnow("score", f"{project}:colour", *asked).out
    spec = ScoreSpec("score", (str(trained.images),), False, (str(folder),), "cpu", project=str(project))
    assert run_job(spec, lambda event: None, lambda: False).left_out == {before[0]}


def test_that_a_tag_that_nothing_was_learned_of_has_no_number_and_meets_no_limit(winnow, world, pictures):
    rows = [(name, "red" if colour == "red" else "-red") for name, colour in world.colour_of.items()]
    answers = write_csv(world.project.parent / "tags.csv", rows)
    winnow("head", "add", world.project, "tags", "--kind", "tags", "--labels", "red,sky", "--encoder", "signal")
    winnow("annotate", world.project, "tags", "--from", answers)
    winnow("train", world.project, "tags")
    model = f"{world.project}:tags"
    said = winnow("score", model, pictures, "-r", "--label", "sky", "--min", "0.1", "--json").json
    assert said["passed"] == 0
    for image in said["images"]:
        assert image["probabilities"]["sky"] is None and 0 <= image["probabilities"]["red"] <= 1
    ran = winnow("score", model, pictures, "-r", "--label", "sky")
    assert "tags learned nothing of sky: no image is within a limit on it" in ran.out
    assert "nothing was learned of this" in ran.err and "nan" not in ran.out + ran.err and "sky 5" not in ran.out
    assert winnow("score", model, pictures, "-r", "--label", "sky,red", "--min", "0", "--json").json["passed"] == 9
