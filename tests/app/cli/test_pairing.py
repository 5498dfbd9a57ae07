"""Pairs on the command line: from a file into the log, into a head, and out again."""

from __future__ import annotations

import csv
import itertools

import pytest


@pytest.fixture
def project(world):
    return world.project


@pytest.fixture
def taste(winnow, project):
    winnow("head", "add", project, "taste", "--kind", "score", "--encoder", "signal")
    return [one["path"] for one in winnow("rank", project, "taste", "--by", "random", "--json").json["images"]]


def write_pairs(path, rows):
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([("left", "right", "winner"), *rows])
    return path


def test_that_a_file_of_pairs_is_one_act_which_undo_takes_back(winnow, project, taste, tmp_path):
    one, two, three = taste[:3]
    file = write_pairs(tmp_path / "pairs.csv", [(one, two, "left"), (two, three, three), (one, three, "tie")])
    assert winnow("annotate", project, "taste", "--pairs", file, "--json").json["annotated"] == 3
    rows = winnow("history", project, "--json").json[:3]
    assert [row["value"]["winner"] for row in rows] == ["tie", "right", "left"]
    assert {row["field"] for row in rows} == {"pair"}
    assert "3 images taste judged pairs import" in " ".join(winnow("history", project, "--limit", "1").out.split())
    undone = {"undone": 1, "asked": 1, "images": 3, "acts": ["judged pairs · 3 images"]}
    assert winnow("undo", project, "--json").json == undone
    assert [row["retracts"] for row in winnow("history", project, "--json").json][:3] == [3, 2, 1]


def test_that_rows_that_say_nothing_usable_are_named(winnow, project, taste, tmp_path):
    rows = [(taste[0], taste[1], "both"), (taste[0], "nowhere.png", "left"), (taste[0], taste[0], "left")]
    file = write_pairs(tmp_path / "pairs.csv", [*rows, (taste[0], taste[1], "LEFT")])
    ran = winnow("annotate", project, "taste", "--pairs", file, "--json")
    assert (ran.code, ran.json["annotated"]) == (1, 1)
    assert [failed["path"] for failed in ran.json["failed"]] == ["line 2", "line 3", "line 4"]


def test_that_pairs_are_read_as_spreadsheets_write_them_and_lines_are_those_of_the_file(
    winnow, project, taste, tmp_path
):
    rows = [";".join((f'"{one}"', f'"{taste[2]}"', winner)) for one, winner in ((taste[0], "left"), (taste[1], "both"))]
    (tmp_path / "pairs.csv").write_text("\ufeffleft;right;winner\n\n" + "\n\n".join(rows), encoding="utf-8")
    ran = winnow("annotate", project, "taste", "--pairs", tmp_path / "pairs.csv", "--json")
    assert (ran.code, ran.json["annotated"]) == (1, 1)
    assert [failed["path"] for failed in ran.json["failed"]] == ["line 5"]


def test_that_other_columns_other_heads_and_two_files_are_refused(winnow, project, taste, tmp_path):
    file = write_pairs(tmp_path / "pairs.csv", [(taste[0], taste[1], "left")])
    (tmp_path / "answers.csv").write_text("path,value\n", encoding="utf-8")
    winnow("head", "add", project, "kind", "--kind", "class", "--labels", "a,b", "--encoder", "signal")
    for call in (
        ("taste", "--pairs", tmp_path / "answers.csv"),
        ("kind", "--pairs", file),
        ("taste", "--pairs", file, "--from", tmp_path / "answers.csv"),
        ("taste",),
        ("taste", "--pairs", tmp_path / "none.csv"),
    ):
        assert winnow("annotate", project, *call).code == 2


def test_that_pairs_to_judge_are_ranked_with_the_reason(winnow, project, taste, tmp_path):
    ran = winnow("rank", project, "taste", "--by", "pairs", "--limit", "3", "--json")
    assert len(ran.json["pairs"]) == 3
    assert all(pair["left"] != pair["right"] and pair["reason"] for pair in ran.json["pairs"])


def test_that_pairs_alone_train_a_head_and_then_rank_by_its_members(winnow, project, taste, tmp_path):
    rows = [(one, two, "left") for one, two in itertools.pairwise(taste)]
    winnow("annotate", project, "taste", "--pairs", write_pairs(tmp_path / "pairs.csv", rows))
    trained = winnow("train", project, "taste", "--json")
    assert (trained.code, trained.json["annotations"]) == (0, 0)
    figures = trained.json["metrics"]
    assert figures["n"] > 0
    assert figures["pair_accuracy_low"] <= figures["pair_accuracy"] <= figures["pair_accuracy_high"]
    assert f"% of {figures['n']} pairs (" in winnow("versions", project, "taste").out
    ran = winnow("rank", project, "taste", "--by", "pairs", "--limit", "2", "--json")
    assert "members say" in ran.json["pairs"][0]["reason"]


def test_that_pairs_lie_beside_the_table_of_a_data_set_and_come_in_again(winnow, project, taste, tmp_path):
    answers = tmp_path / "answers.csv"
    answers.write_text(f"path,value\n{taste[0]},7\n", encoding="utf-8")
    winnow("annotate", project, "taste", "--from", answers)
    said = [(taste[0], taste[1], "left"), (taste[1], taste[2], "tie")]
    winnow("annotate", project, "taste", "--pairs", write_pairs(tmp_path / "pairs.csv", said))
    ran = winnow("export", "dataset", project, "taste", tmp_path / "out.csv", "--format", "csv", "--json")
    beside = tmp_path / "out.pairs.csv"
    assert beside.as_posix() in ran.json["files"]
    again = winnow("annotate", project, "taste", "--pairs", beside, "--json").json
    assert (again["annotated"], again["unchanged"]) == (0, 2)


def test_that_pairs_of_a_head_without_answers_go_out_alone_and_over_nothing(winnow, project, taste, tmp_path):
    said = [(taste[0], taste[1], "left"), (taste[1], taste[2], "tie")]
    winnow("annotate", project, "taste", "--pairs", write_pairs(tmp_path / "pairs.csv", said))
    call = ("export", "dataset", project, "taste", tmp_path / "out.csv", "--format", "csv", "--json")
    beside = tmp_path / "out.pairs.csv"
    assert winnow(*call).json["files"] == [beside.as_posix()]
    with beside.open(newline="", encoding="utf-8") as stream:
        assert [tuple(row) for row in csv.reader(stream)][1:] == said
    assert winnow(*call).code == 2


def test_that_the_pairs_of_one_table_do_not_stand_in_the_way_of_another_form(winnow, project, taste, tmp_path):
    answers = tmp_path / "answers.csv"
    answers.write_text(f"path,value\n{taste[0]},7\n", encoding="utf-8")
    winnow("annotate", project, "taste", "--from", answers)
    winnow("annotate", project, "taste", "--pairs", write_pairs(tmp_path / "p.csv", [(taste[0], taste[1], "left")]))
    for form, name in (("csv", "out"), ("jsonl", "out.jsonl"), ("parquet", "out.parquet")):
        call = ("export", "dataset", project, "taste", tmp_path / f"out.{form}", "--format", form, "--json")
        ran = winnow(*call)
        assert (ran.code, ran.err) == (0, ""), form
        assert ran.json["files"] == [(tmp_path / one).as_posix() for one in (f"out.{form}", f"{name}.pairs.csv")]
        assert winnow("annotate", project, "taste", "--pairs", ran.json["files"][1], "--json").json["unchanged"] == 1
        assert winnow(*call).code == 2


def test_that_of_pairs_those_go_out_of_which_a_query_finds_both_images(winnow, project, taste, tmp_path):
    one, two, three = taste[:3]
    file = write_pairs(tmp_path / "pairs.csv", [(one, two, "left"), (two, three, "right")])
    winnow("annotate", project, "taste", "--pairs", file)
    name = one.rpartition("/")[2], two.rpartition("/")[2]
    out = tmp_path / "out.csv"
    ran = winnow(
        "export", "dataset", project, "taste", out, "--format", "csv", "--where", f'"{name[0]}" OR "{name[1]}"'
    )
    assert ran.code == 0, ran.err
    assert len((tmp_path / "out.pairs.csv").read_text(encoding="utf-8").splitlines()) == 2
