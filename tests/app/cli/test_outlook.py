"""How a head comes on, told on the command line."""

from __future__ import annotations

from tests.app.cli.refusals import assert_refused


def test_that_progress_is_one_document_with_plain_sentences(winnow, trained):
    ran = winnow("head", "progress", trained.project, "colour", "--json")
    found = ran.json
    assert ran.code == 0 and found["head"] == "colour" and found["figure"] == "accuracy"
    assert [label["name"] for label in found["labels"]] == ["red", "green", "blue"]
    assert found["last"] is None and found["next"] is None
    assert "cannot be known yet" in found["said"][1]
    assert winnow("head", "progress", trained.project, "colour").out.splitlines()[-1].startswith("Few answers: ")


def test_that_progress_names_the_share_that_draws_enough(winnow, trained):
    said = winnow("head", "progress", trained.project, "colour").out
    assert f"head audit {trained.project.as_posix()} colour --share 1`" in said


def test_that_progress_of_an_unknown_head_is_one_line(winnow, trained):
    assert_refused(winnow("head", "progress", trained.project, "color"), says="color")
