"""`winnow rank` over annotated images: judged by heads that did not see them, each with its reason."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from PIL import Image

from app.__main__ import main
from core.project import Project
from core.project.reviewing import gather, look_again
from core.review.orders import ReviewOrder
from core.review.second_look import Asked
from core.values import ClassValue, Confirmation, HeadKind, ImageId, TagsValue
from tests.app.cli.conftest import World, write_csv

WRONG, LATE = "02 strong.png", "01 some.png"
NOISE = {"none": 1, "some": 10, "strong": 40}


@pytest.fixture(scope="module")
def answered(tmp_path_factory) -> World:
    """Pictures of three strengths of noise; all but two are answered, one of them wrongly, and trained on."""
    folder = tmp_path_factory.mktemp("noisy")
    (folder / "images").mkdir()
    rng = np.random.default_rng(5)
    truth: dict[str, str] = {}
    for number in range(30):
        strength = list(NOISE)[number % 3]
        name = f"{number:02} {strength}.png"
        shade = np.linspace(60, 180, 96)[None, :, None] + rng.uniform(-40, 40, (1, 1, 3))
        pixels = shade + rng.normal(0, NOISE[strength], (72, 96, 3))
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(folder / "images" / name)
        truth[name] = strength
    given = [(name, "none" if name == WRONG else noise) for name, noise in list(truth.items())[2:]]
    answers = write_csv(folder / "given.csv", given)
    project = folder / "project"
    for words in (
        ["create", project, "--images", folder / "images"],
        ["embed", project, "--encoder", "signal"],
        ["head", "add", project, "noise", "--kind", "class", "--labels", ",".join(NOISE), "--encoder", "signal"],
        ["annotate", project, "noise", "--from", answers],
        ["train", project, "noise"],
    ):
        assert main([*map(str, words), "--quiet"]) == 0
    return World(project, folder / "images", answers, truth)


@pytest.fixture
def mistaken(answered, tmp_path) -> World:
    """A copy to write in."""
    shutil.copytree(answered.project, tmp_path / "project")
    return World(tmp_path / "project", answered.images, answered.half, answered.colour_of)


def listed(winnow, world, *words, head="noise") -> list[dict]:
    ran = winnow("rank", world.project, head, "--by", *words, "--json")
    assert ran.code == 0, ran.err
    return ran.json["images"]


def test_that_a_wrong_answer_is_the_first_conflict_and_says_why(winnow, mistaken):
    first = listed(winnow, mistaken, "conflict")[0]
    assert first["path"].endswith(WRONG)
    assert first["annotation"] == "none"
    assert first["prediction"]["label"] == "strong"
    assert first["utility"] > 0.5
    assert first["reason"].startswith("you said none; ")
    assert "members, none of which saw it, say strong" in first["reason"]
    assert WRONG in winnow("rank", mistaken.project, "noise", "--by", "conflict").out


def test_that_it_is_a_false_positive_of_one_label_and_a_false_negative_of_the_other(winnow, mistaken):
    for by, label in (("false-positive", "strong"), ("false-negative", "none")):
        assert listed(winnow, mistaken, by, "--label", label)[0]["path"].endswith(WRONG)
    assert listed(winnow, mistaken, "false-positive", "--label", "some", "--threshold", "0.99") == []


def test_that_a_corrected_answer_is_a_conflict_no_more(winnow, mistaken, tmp_path):
    before = [one["path"] for one in listed(winnow, mistaken, "conflict")]
    winnow("annotate", mistaken.project, "noise", "--from", write_csv(tmp_path / "right.csv", [(WRONG, "strong")]))
    after = [one["path"] for one in listed(winnow, mistaken, "conflict")]
    assert [path.rsplit("/", 1)[-1] for path in before if path not in after] == [WRONG]


def test_that_an_answer_given_after_the_training_is_judged_by_the_version_that_never_saw_it(winnow, mistaken, tmp_path):
    winnow("annotate", mistaken.project, "noise", "--from", write_csv(tmp_path / "late.csv", [(LATE, "none")]))
    late = [one for one in listed(winnow, mistaken, "conflict") if one["path"].endswith(LATE)]
    assert late[0]["prediction"]["label"] == "some"


def test_that_a_confirmed_conflict_comes_back_only_with_another_answer(winnow, mistaken):
    with Project.open(mistaken.project) as project:
        head = project.heads.get("noise")
        none, some, strong = (ClassValue(label.label_id) for label in head.labels)
        image = project.images.by_path(str(mistaken.images / WRONG))
        assert image is not None

        def conflicts() -> list[int]:
            material = gather(project, project.heads.get("noise"))
            return [int(material.ids[one.row]) for one in look_again(material).find(Asked(ReviewOrder.CONFLICT))]

        assert image in conflicts()
        project.annotations.confirm(head.head_id, {image: Confirmation(none, against=strong)})
        assert image not in conflicts()
        project.annotations.undo()
        assert image in conflicts()
        project.annotations.confirm(head.head_id, {image: Confirmation(none, against=some)})
        assert image in conflicts(), "something else is said now"
        project.annotations.confirm(head.head_id, {image: Confirmation(none, against=strong)})
        project.annotations.annotate(head.head_id, {image: some})
        assert image in conflicts(), "another answer is another conflict"
        project.annotations.undo()
        assert image not in conflicts()


def test_that_twins_answered_differently_need_no_version(winnow, world):
    with Project.open(world.project) as project:
        head = project.heads.get("colour")
        table = project.images.all()
        red, green, _ = (ClassValue(label.label_id) for label in head.labels)
        one, two = (ImageId(int(each)) for each in table.ids[:2])
        names = [bytes(row).hex() for row in table.hashes[:2]]
        project.groups.join([(names[0], names[1])])
        project.annotations.annotate(head.head_id, {one: red, two: green})
    found = listed(winnow, world, "duplicates", head="colour")
    assert len(found) == 2
    assert found[0]["reason"].startswith("nearly the same picture as ")


def test_that_similar_images_come_by_likeness(winnow, trained):
    found = listed(winnow, trained, "similar", "--to", trained.images / "00 red.png", head="colour")
    assert found[0]["path"].endswith("00 red.png")
    assert found[0]["utility"] == pytest.approx(1.0, abs=1e-3)
    likeness = [one["utility"] for one in found]
    assert np.all(np.diff(likeness) <= 1e-6)
    assert len(found) == len(trained.colour_of)


def test_that_a_version_without_out_of_fold_answers_asks_for_another_training(winnow, mistaken):
    (file,) = mistaken.project.glob("heads/*/v1/out_of_fold.safetensors")
    file.unlink()
    ran = winnow("rank", mistaken.project, "noise", "--by", "conflict")
    assert (ran.code, "train again" in ran.err) == (2, True)


def test_that_what_was_marked_as_wrong_is_listed_until_it_has_another_answer(winnow, mistaken):
    with Project.open(mistaken.project) as project:
        head = project.heads.get("noise")
        wrong, late = (project.images.by_path(str(mistaken.images / name)) for name in (WRONG, LATE))
        project.annotations.annotate(head.head_id, {wrong: None}, wrong=[wrong, late])
    (first, second) = listed(winnow, mistaken, "marked")
    assert (first["path"].endswith(WRONG), first["annotation"], first["utility"]) == (True, None, None)
    assert first["prediction"]["label"] in NOISE
    assert [one["path"] for one in listed(winnow, mistaken, "marked", "--where", "some")] == [second["path"]]
    with Project.open(mistaken.project) as project:
        values = {image: ClassValue(head.labels[2].label_id) for image in (wrong, late)}
        project.annotations.annotate(head.head_id, values)
    assert "nothing that was marked as wrong waits" in winnow("rank", mistaken.project, "noise", "--by", "marked").out


def test_that_a_tag_that_was_marked_as_wrong_is_named_beside_the_other_tags(winnow, mistaken):
    with Project.open(mistaken.project) as project:
        head, _ = project.heads.add("tags", HeadKind.TAGS, ["tree", "car", "sky"])
        tree, car, sky = (label.label_id for label in head.labels)
        wrong = project.images.by_path(str(mistaken.images / WRONG))
        project.annotations.annotate(head.head_id, {wrong: TagsValue(frozenset({tree, car}), frozenset({sky}))})
        project.annotations.confirm(head.head_id, {}, withdrawn=[wrong], tag=car)
    (one,) = listed(winnow, mistaken, "marked", head="tags")
    assert (one["annotation"], one["reason"]) == ({"yes": ["tree"], "no": ["sky"]}, "car marked as wrong")


def test_that_answers_that_give_way_to_those_of_a_table_are_counted(winnow, mistaken, tmp_path):
    with Project.open(mistaken.project) as project:
        head, _ = project.heads.add("tags", HeadKind.TAGS, ["tree", "car", "sky"])
        tree, car, sky = (label.label_id for label in head.labels)
        wrong = project.images.by_path(str(mistaken.images / WRONG))
        project.annotations.annotate(head.head_id, {wrong: TagsValue(frozenset({tree, car}), frozenset({sky}))})
    table = tmp_path / "tags.csv"
    table.write_text(f"path,value\n{WRONG},car\n{LATE},car\n")
    ran = winnow("annotate", mistaken.project, "tags", "--from", table, "--json")
    assert (ran.json["annotated"], ran.json["replaced"], ran.json["tags_lost"]) == (2, 1, 2)
    winnow("undo", mistaken.project)
    told = winnow("annotate", mistaken.project, "tags", "--from", table).out
    assert "1 answer that was there is replaced, by which 2 answers to tags are lost; `winnow undo" in told


def test_that_duplicates_by_embedding_are_what_is_alike_to_the_encoder(winnow, mistaken):
    by = ("duplicates", "--by-embedding")
    listings = [listed(winnow, mistaken, *by, "--threshold", least) for least in ("1", "0.99", "0.9")]
    assert [len(one) for one in listings] == sorted(len(one) for one in listings)
    found = listings[-1]
    assert any(one["path"].endswith(WRONG) for one in found)
    assert all(one["reason"].startswith("nearly the same picture as ") for one in found)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("duplicates", "--by-embedding", "--threshold", "0.2"), "give a number from 0.5 to 1"),
        (("conflict", "--by-embedding"), "--by-embedding means nothing for --by conflict"),
    ],
)
def test_that_duplicates_by_embedding_are_refused_where_they_mean_nothing(winnow, mistaken, words, line):
    ran = winnow("rank", mistaken.project, "noise", "--by", *words)
    assert (ran.code, line in ran.err) == (2, True)


def test_that_predictions_of_answered_images_are_said_to_be_of_heads_that_had_not_seen_them(winnow, answered):
    said = "predictions by heads that had not seen the image"
    assert winnow("rank", answered.project, "noise", "--by", "conflict").out.startswith(said)
    assert said not in winnow("rank", answered.project, "noise", "--by", "margin").out
