"""`winnow find`: the query language of the search box on the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.project import Project
from core.values import ClassValue, ImageId, TagsValue
from tests.app.cli.conftest import PER_COLOUR


def paths(ran) -> list[str]:
    assert ran.code == 0, ran.err
    return [image["path"].rsplit("/", 1)[-1] for image in ran.json["images"]]


def test_that_find_lists_what_the_query_means(winnow, trained):
    ran = winnow("find", trained.project, "label:red -path:*00*", "--json")
    assert paths(ran) == [name for name, colour in list(trained.colour_of.items())[2::2] if colour == "red"]
    assert ran.json["total"] == len(ran.json["images"])
    assert {image["annotation"] for image in ran.json["images"]} == {"red"}


def test_that_a_limit_shortens_the_list_and_not_the_count(winnow, trained):
    ran = winnow("find", trained.project, "is:open", "--limit", "2", "--json")
    assert (len(ran.json["images"]), ran.json["total"]) == (2, len(trained.colour_of) // 2)


def test_that_people_read_a_table_that_says_what_it_goes_by(winnow, trained):
    shown = winnow("find", trained.project, 'similar:"00 red.png"').out
    assert "similar" in shown and "00 red.png" in shown
    assert winnow("find", trained.project, "nowhere").out.startswith("nothing found: no image fits")
    why = winnow("find", trained.project, "label:red is:pinned").out.strip()
    assert why == "nothing found: no image fits is:pinned; loosen it or take it out"
    why = winnow("find", trained.project, "label:red label:blue").out
    assert "but none answers all; take one out" in why and "annotation:red: " in why


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("is:flaged", "did you mean is:flagged?"),
        ("red score:>7", "use confidence: or prediction:"),
        ("red (", "is missing here"),
        ("text:car", "no text side"),
    ],
)
def test_that_a_query_without_meaning_is_one_line_with_a_remedy(winnow, trained, query, told):
    ran = winnow("find", trained.project, query)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("winnow: error: ")
    assert told in ran.err
    assert len(ran.err.strip().splitlines()) == 1


def test_that_rank_keeps_to_what_a_query_finds(winnow, trained):
    ran = winnow("rank", trained.project, "colour", "--by", "margin", "--where", "blue", "--json")
    names = paths(ran)
    assert names and all(name.endswith("blue.png") for name in names)
    assert ran.json["total"] == len(names)
    assert winnow("rank", trained.project, "colour", "--by", "conflict", "--where", "blue").code == 2


def test_that_a_query_that_begins_with_a_minus_stands_behind_two_dashes(winnow, trained):
    found = paths(winnow("find", "--json", trained.project, "--", "-(label:red OR is:open)"))
    answered = list(trained.colour_of)[::2]
    assert sorted(found) == [name for name in answered if trained.colour_of[name] != "red"]


def test_that_a_picture_from_elsewhere_finds_what_is_like_it(winnow, trained, tmp_path, monkeypatch):
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    outside = shutil.copy(trained.images / "00 red.png", tmp_path / "from elsewhere.png")
    ran = winnow("find", trained.project, f'similar:"{outside}"', "--json")
    assert paths(ran)[0] == "00 red.png"
    assert ran.json["images"][0]["value"] == pytest.approx(1.0, abs=1e-3)


def test_that_twins_are_compared_as_strictly_as_asked(winnow, trained):
    assert winnow("rank", trained.project, "colour", "--by", "duplicates", "--threshold", "0.9").code == 0
    ran = winnow("rank", trained.project, "colour", "--by", "duplicates", "--threshold", "0.2")
    assert (ran.code, "give a number from 0.88 to 1" in ran.err) == (2, True)


def test_that_only_what_a_query_finds_is_exported(winnow, trained, tmp_path):
    command = ("export", "dataset", trained.project, "colour")
    ran = winnow(*command, tmp_path / "red.csv", "--format", "csv", "--where", "label:red", "--json")
    rows = (tmp_path / "red.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert (ran.code, ran.json["images"]) == (0, len(rows))
    assert rows and all("red" in row for row in rows)
    refused = winnow(*command, tmp_path / "none.csv", "--format", "csv", "--where", "is:flagged")
    assert (refused.code, "no annotation among what the query finds" in refused.err) == (2, True)
    assert not (tmp_path / "none.csv").exists()


def test_that_a_query_asks_the_head_that_has_its_labels(winnow, after_training):
    project = after_training.project
    assert winnow("head", "add", project, "tags", "--kind", "tags", "--labels", "sky,red").code == 0
    assert winnow("annotate", project, "tags", "--from", _tagged(after_training)).code == 0
    assert winnow("find", project, "is:answered", "--json").json["head"] == "tags"
    assert winnow("find", project, "label:red", "--json").json["head"] == "tags"
    assert winnow("find", project, "prediction:red", "--json").json["head"] == "colour"
    assert winnow("find", project, "label:blue", "--json").json["head"] == "colour"
    assert winnow("find", project, "label:blue").err.splitlines() == ["asked of colour; --head names another"]
    assert winnow("find", project, "--head", "colour", "label:blue").err == ""
    ran = winnow("find", project, "label:plane")
    assert ran.code == 2
    assert "tags has no label 'plane', and colour has no label 'plane'" in ran.err
    assert ran.err.endswith("; there are sky, red, green, blue\n")


def test_that_a_head_is_asked_the_alternatives_that_mean_something_under_it(winnow, after_training):
    project = after_training.project
    assert winnow("head", "add", project, "tags", "--kind", "tags", "--labels", "sky,red").code == 0
    assert winnow("annotate", project, "tags", "--from", _tagged(after_training)).code == 0
    assert winnow("find", project, "label:sky OR label:red", "--json").json["head"] == "tags"
    ran = winnow("find", project, "label:blue OR label:green OR tag:sky", "--json")
    assert (ran.json["head"], ran.json["left_out"]) == ("colour", ["tag:sky"])
    assert paths(ran) == paths(winnow("find", project, "label:blue OR label:green", "--json"))
    assert "asked of colour, under which tag:sky means nothing and is left out; --head names another" in ran.err
    ran = winnow("find", project, "label:blue OR label:plane")
    assert (ran.code, "tags has no label 'plane', and colour has no label 'plane'" in ran.err) == (2, True)
    assert winnow("find", project, "label:blue tag:sky").code == 2
    assert winnow("find", project, "--head", "colour", "label:blue OR tag:sky").code == 2


def test_that_the_head_used_last_is_found_however_much_was_done_since(winnow, after_training):
    project = after_training.project
    for name in ("second", "first"):
        assert winnow("head", "add", project, name, "--kind", "tags", "--labels", "sky").code == 0
    with Project.open(project) as engine:
        ids = [ImageId(int(one)) for one in engine.images.all().ids]
        sky = engine.heads.get("first").labels[0].label_id
        engine.annotations.annotate(engine.heads.get("first").head_id, {ids[0]: TagsValue(frozenset({sky}))})
        colour = engine.heads.get("colour")
        for number in range(60):
            engine.annotations.annotate(colour.head_id, {ids[0]: ClassValue(colour.labels[number % 2].label_id)})
    assert winnow("find", project, "label:sky", "--json").json["head"] == "first"


def _tagged(world):
    name = next(iter(world.colour_of))
    table = world.project.parent / "tags.csv"
    table.write_text(f"path,value\n{name},sky\n")
    return table


def test_that_a_head_in_the_place_of_the_query_is_told_its_option(winnow, trained):
    ran = winnow("find", trained.project, "colour", "label:red")
    assert (ran.code, "--head colour" in ran.err) == (2, True)


def test_that_found_images_whose_files_are_gone_are_listed_as_failed(winnow, trained, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(trained.images, "pictures")
    assert winnow("create", "other", "--images", "pictures", "--quiet").code == 0
    assert winnow("find", "other", "red", "--json").json["failed"] == []
    Path("pictures/00 red.png").unlink()
    ran = winnow("find", "other", "red", "--json")
    assert (ran.code, ran.json["total"]) == (1, PER_COLOUR)
    assert ran.json["failed"] == [{"path": "pictures/00 red.png", "reason": "it is not there"}]
    assert winnow("find", "other", "blue").code == 0
    Path("pictures").rename("elsewhere")
    ran = winnow("find", "other", "red")
    lost = f"failed: pictures: {PER_COLOUR} files: the image folder cannot be reached; if it was moved, run"
    assert ran.code == 1 and f"{lost} `winnow scan other --relocate pictures NEW`" in ran.err
