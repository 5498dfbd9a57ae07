"""head agreement: a person's answers beside their own of earlier."""

from __future__ import annotations

import shutil

import pytest

from core.project import Project
from core.values import ClassValue
from tests.app.cli.refusals import assert_refused


@pytest.fixture
def twice(trained, tmp_path):
    """Ten images were asked again; of the first one another answer was given."""
    shutil.copytree(trained.project, tmp_path / "project")
    with Project.open(tmp_path / "project") as project:
        head = project.heads.get("colour")
        standings = project.annotations.standing(head.head_id)
        answered = [standings.row(row) for row in range(len(standings)) if standings.answered[row]][:10]
        for number, one in enumerate(answered):
            assert isinstance(one.answer, ClassValue)
            other = next(label.label_id for label in head.labels if label.label_id != one.answer.label)
            value = ClassValue(other) if number == 0 else one.answer
            project.annotations.answer_again(head.head_id, one.image_id, value, 1)
    return tmp_path / "project"


def test_that_agreement_comes_with_interval_kappa_and_a_line_for_each_label(winnow, twice):
    found = winnow("head", "agreement", twice, "colour", "--json").json
    assert (found["n"], found["share"], found["contradictions"]) == (10, 0.02, 1)
    whole = found["agreement"]
    assert whole["low"] < whole["value"] == 0.9 < whole["high"]
    assert 0 < found["kappa"] < 1
    assert sum(one["n"] for one in found["by"]) == 10
    assert [one["images"] for one in found["blocks"]] == [10]
    assert found["drift"] is None


def test_that_the_contradiction_is_ranked_with_its_reason(winnow, twice):
    (first,) = winnow("rank", twice, "colour", "--by", "contradictions", "--json").json["images"]
    assert first["reason"].startswith("you answered it twice: ")
    assert first["path"] in winnow("rank", twice, "colour", "--by", "contradictions").out


def test_that_the_lines_tell_the_same(winnow, twice):
    out = winnow("head", "agreement", twice, "colour").out
    assert "answered alike: 90.0% (" in out
    assert "1 differ and wait" in out


def test_that_the_share_is_set_and_one_beyond_half_is_refused(winnow, twice):
    assert winnow("head", "agreement", twice, "colour", "--share", "0", "--json").json["share"] == 0
    assert_refused(winnow("head", "agreement", twice, "colour", "--share", "0.7"), says="give a share from 0 to 0.5")
    assert winnow("head", "agreement", twice, "colour", "--json").json["share"] == 0


def test_that_the_log_shows_both_answers(winnow, twice):
    rows = winnow("history", twice, "--json").json
    assert any(set(row["value"]) == {"first", "second"} for row in rows if isinstance(row["value"], dict))
