"""`winnow rank --by hunt` and `winnow strategies`."""

from __future__ import annotations

import pytest

from app.queue.reasons import BY_CHANCE
from core.query.family import FAMILY
from core.query.strategy import Need
from core.wording import whole_percent
from tests.app.cli.conftest import write_csv


def test_that_every_strategy_is_listed_with_its_paper(winnow):
    listed = winnow("strategies", "--json").json
    assert [each["by"] for each in listed] == [each.value for each in FAMILY]
    assert all(each["paper"] and each["asks"] and each["standing"] for each in listed)
    shown = winnow("strategies").out
    assert "core-set" in shown
    assert max(map(len, shown.splitlines())) <= 100


@pytest.mark.parametrize("by", list(FAMILY))
def test_that_a_trained_head_is_ranked_by_every_strategy(winnow, trained, by):
    words = ("--label", "red") if Need.TARGET in FAMILY[by].needs else ()
    ranked = winnow("rank", trained.project, "colour", "--by", by, *words, "--json").json
    plain = winnow("rank", trained.project, "colour", "--by", "random", "--json").json
    assert sorted(image["path"] for image in ranked["images"]) == sorted(image["path"] for image in plain["images"])


def test_that_a_hunt_says_how_many_were_found_of_how_many(winnow, trained):
    document = winnow("rank", trained.project, "colour", "--by", "hunt", "--label", "red", "--json").json
    hunt = document["hunt"]
    assert (hunt["target"], hunt["over"]) == ("red", False)
    assert 0 < hunt["found"] < hunt["asked"]
    assert hunt["rate"] == hunt["found"] / hunt["asked"]
    said = winnow("rank", trained.project, "colour", "--by", "hunt", "--label", "red").out
    assert f"{hunt['found']} of {hunt['asked']} are red" in said


def test_that_a_hunt_begins_with_what_is_like_an_example_and_does_not_ask_it(winnow, made):
    example = next(name for name, colour in made.colour_of.items() if colour == "blue")
    words = ("--by", "hunt", "--label", "blue", "--to", made.images / example, "--json")
    ranked = winnow("rank", made.project, "colour", *words).json
    paths = [image["path"] for image in ranked["images"]]
    assert not any(path.endswith(example) for path in paths)
    assert ranked["total"] == len(paths) == len(made.colour_of) - 1
    similar = winnow("rank", made.project, "colour", "--by", "similar", "--to", made.images / example, "--json").json
    asked = [image["path"] for image in ranked["images"] if "blind" not in image]
    assert asked[0] == next(image["path"] for image in similar["images"][1:] if image["path"] in asked)
    assert ranked["source"] == "embeddings"
    told = {image["reason"] for image in ranked["images"] if "blind" not in image}
    assert told == {"like the image that the hunt began with"}


def test_that_a_hunt_that_is_over_goes_by_its_example_no_more(winnow, trained):
    example = next(name for name, colour in list(trained.colour_of.items())[1::2] if colour == "red")
    words = ("--by", "hunt", "--label", "red", "--until", 1)
    plain = winnow("rank", trained.project, "colour", *words, "--json").json
    over = winnow("rank", trained.project, "colour", *words, "--to", trained.images / example, "--json").json
    assert over["source"] == plain["source"] == "version" and over["hunt"]["over"]
    told = {image["path"]: image["reason"] for image in over["images"]}
    assert told == {image["path"]: image["reason"] for image in plain["images"] if not image["path"].endswith(example)}
    assert any("hunt over, 4 found: now what teaches most" in reason for reason in told.values())


@pytest.mark.parametrize("until", [4, 9])
def test_that_a_hunt_among_open_images_knows_what_was_found(winnow, trained, until):
    words = ("rank", trained.project, "colour", "--by", "hunt", "--label", "red", "--until", until, "--json")
    assert winnow(*words, "--where", "label:none").json["images"] == winnow(*words).json["images"]


def test_that_an_example_that_was_answered_still_counts_as_found(winnow, trained):
    words = ("rank", trained.project, "colour", "--by", "hunt", "--label", "red", "--until", 4, "--json")
    listed = winnow("find", trained.project, "label:red", "--json").json["images"]
    example = trained.images / listed[0]["path"].rsplit("/", 1)[-1]
    assert winnow(*words, "--to", example).json["images"] == winnow(*words).json["images"]


def test_that_a_hunt_where_enough_are_known_goes_on_for_as_many_more(winnow, trained, monkeypatch):
    monkeypatch.setattr("app.queue.hunting.ENOUGH_FOUND", 3)
    words = ("--by", "hunt", "--label", "red")
    hunt = winnow("rank", trained.project, "colour", *words, "--json").json["hunt"]
    assert (hunt["found"], hunt["enough"], hunt["over"]) == (4, 7, False)
    example = next(name for name, colour in trained.colour_of.items() if colour == "red")
    shown = winnow("rank", trained.project, "colour", *words, "--to", trained.images / example).out
    assert "the hunt ends at 7" in shown and "like what was found" in shown and "enough:" not in shown


def test_that_each_image_of_a_hunt_says_why_as_the_window_does(winnow, trained):
    listed = winnow("rank", trained.project, "colour", "--by", "hunt", "--label", "red", "--json").json["images"]
    for image in listed:
        likely = whole_percent(image["prediction"]["probabilities"]["red"])
        assert image["reason"] == (BY_CHANCE if image.get("blind") else f"likeliest red: {likely}")
    shown = " ".join(winnow("rank", trained.project, "colour", "--by", "hunt", "--label", "red").out.split())
    assert "reason" in shown and "likeliest red:" in shown
    mixed = winnow("rank", trained.project, "colour", "--by", "mix", "--label", "red", "--json").json["images"]
    assert mixed[0]["reason"].startswith("in turn likeliest red and smallest margin: ")


def test_that_a_hunt_for_a_label_without_an_answer_says_where_it_looks(winnow, world, tmp_path):
    greens = [(name, colour) for name, colour in world.colour_of.items() if colour != "blue"][:6]
    winnow("annotate", world.project, "colour", "--from", write_csv(tmp_path / "some.csv", greens))
    listed = winnow("rank", world.project, "colour", "--by", "hunt", "--label", "blue", "--json").json["images"]
    told = {image["reason"] for image in listed if "blind" not in image}
    assert told == {"no blue found yet: from a part of the pool not seen so far"}


def test_that_a_hunt_without_a_version_or_an_example_covers_the_pool(winnow, made):
    ranked = winnow("rank", made.project, "colour", "--by", "hunt", "--label", "blue", "--json").json
    assert ranked["hunt"]["found"] == 0
    assert len(ranked["images"]) == len(made.colour_of)


@pytest.mark.parametrize(
    ("words", "problem"),
    [(("hunt",), "needs --label"), (("hunt", "--label", "mauve"), "no label"), (("bald", "--label", "red"), "--label")],
)
def test_that_a_hunt_needs_a_label_and_other_orders_take_none(winnow, trained, words, problem):
    ran = winnow("rank", trained.project, "colour", "--by", *words)
    assert ran.code == 2
    assert problem in ran.err
