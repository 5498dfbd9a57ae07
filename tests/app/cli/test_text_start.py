"""A head whose encoder can read ranks the pool by its labels' own words until there are answers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.app.cli.conftest import paint
from tests.core.encoders.tiny_clip import save_clip

HEADS = (("colour", "class", "red,green,blue"), ("parts", "tags", "cat,dog"), ("taste", "score", ""))


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    return save_clip(tmp_path_factory.mktemp("models") / "clip")


@pytest.fixture
def reading(winnow, clip, tmp_path) -> Path:
    """A project embedded by a model with both sides, with a class, a tags and a score head."""
    paint(tmp_path / "images")
    project = tmp_path / "project"
    winnow("create", project, "--images", tmp_path / "images", "--quiet")
    assert winnow("embed", project, "--encoder", clip, "--device", "cpu", "--quiet").code == 0
    for head, kind, labels in HEADS:
        words = ("--kind", kind, *(("--labels", labels) if labels else ()), "--encoder", clip, "--quiet")
        assert winnow("head", "add", project, head, *words).code == 0
    return project


def test_that_a_class_head_ranks_by_its_labels_before_any_answer(winnow, reading):
    ran = winnow("rank", reading, "colour", "--by", "best", "--label", "red", "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["source"], ran.json["version"], ran.json["total"]) == ("text", None, 24)
    told = [image for image in ran.json["images"] if "blind" not in image]
    given = [image["prediction"]["probabilities"]["red"] for image in told]
    assert given == sorted(given, reverse=True)
    assert len(given) > 18
    assert "from the labels' text, no answers yet" in winnow("rank", reading, "colour").out


def test_that_a_tags_head_ranks_by_its_labels_too(winnow, reading):
    assert winnow("rank", reading, "parts", "--json").json["source"] == "text"


def test_that_a_score_head_and_an_encoder_without_words_say_so_in_one_line(winnow, reading, made):
    for project, head, reason in ((reading, "taste", "is a score head"), (made.project, "colour", "has no text side")):
        ran = winnow("rank", project, head, "--by", "margin")
        assert ran.code == 2
        assert reason in ran.err
        assert ran.err.count("\n") == 1


def test_that_words_no_longer_count_once_there_is_an_answer(winnow, reading, tmp_path):
    first = winnow("rank", reading, "colour", "--json").json["images"][0]["path"]
    with (tmp_path / "one.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("path", "value"), (first, "red")])
    assert winnow("annotate", reading, "colour", "--from", tmp_path / "one.csv", "--quiet").code == 0
    assert winnow("rank", reading, "colour", "--json").json["source"] == "live"


def test_that_words_find_the_images_that_they_describe_best(winnow, reading):
    ran = winnow("find", reading, 'text:"a red photo"', "--head", "colour", "--limit", "3", "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["by"], ran.json["total"]) == ("text", 24)
    given = [image["value"] for image in ran.json["images"]]
    assert given == sorted(given, reverse=True)
    only = winnow("find", reading, "text:red path:*blue*", "--head", "colour", "--json").json["images"]
    assert len(only) == 8
