"""The labels that numbered folders give a head, and how each folder is said to be read."""

from __future__ import annotations

import pytest

from tests.core.exchange.trees import pictures, vector_files


@pytest.mark.parametrize("form", ["folders", "npy"])
@pytest.mark.parametrize("kind", ["class", "tags"])
def test_that_numbered_folders_say_the_labels_of_a_head_in_their_order(winnow, tmp_path, form, kind):
    names = {"1_daisy": range(2), "2_b_c": range(2, 4), "0_rose": range(4, 6)}
    tree = pictures(tmp_path / "t", names) if form == "folders" else vector_files(tmp_path / "t", names, dim=92)
    ran = winnow("import", form, tmp_path / "p", "kind", tree, "--kind", kind, "--encoder", "signal", "--json")
    assert (ran.code, ran.json["annotated"]) == (0, 6), ran.err
    assert winnow("head", "list", tmp_path / "p", "--json").json[0]["labels"] == ["rose", "daisy", "b_c"]


def test_that_a_number_without_a_folder_keeps_its_place_and_is_told(winnow, tmp_path):
    tree = pictures(tmp_path / "ratings", {"1_daisy": range(2), "2_rose": range(2, 4)})
    ran = winnow("import", "folders", tmp_path / "p", "kind", tree, "--kind", "class", "--encoder", "signal")
    assert "no folder names label 0; rename it in the window (Head menu, Edit the head)" in ran.err
    read = [" ".join(row.split()) for row in ran.out.splitlines()]
    assert {"1_daisy daisy 2", "2_rose rose 2"} <= set(read)


def test_that_our_export_of_tags_comes_back_with_its_labels_and_each_folder_is_read_as_its_own(winnow, tmp_path):
    photos = pictures(tmp_path / "photos", {"all": range(6)}) / "all"
    winnow("create", tmp_path / "one", "--images", photos, "--quiet")
    labels = ("--labels", "car,a/b,plane,truck")
    winnow("head", "add", tmp_path / "one", "seen", "--kind", "tags", *labels, "--encoder", "signal")
    said = ("car;truck;-plane", "car;-a/b", "a/b", "-car;-plane", "-car", "truck;car;-plane")
    rows = [f"{number:05}.png,{value}" for number, value in enumerate(said)]
    (tmp_path / "said.csv").write_text("\n".join(["path,value", *rows]) + "\n")
    assert winnow("annotate", tmp_path / "one", "seen", "--from", tmp_path / "said.csv").code == 0
    winnow("export", "dataset", tmp_path / "one", "seen", tmp_path / "out", "--format", "folders", "--quiet")
    words = ("import", "folders", tmp_path / "two", "seen", tmp_path / "out", "--kind", "tags", "--encoder", "signal")
    ran = winnow(*words)
    assert ran.code == 0, ran.err
    read = [" ".join(row.split()) for row in ran.out.splitlines()]
    assert {"0_car car 3", "1_a_b a/b 1", "3_truck truck 2", "4_none what is said of each file 2"} <= set(read)
    assert winnow("head", "list", tmp_path / "two", "--json").json[0]["labels"] == ["car", "a/b", "plane", "truck"]
    counts = [winnow("stats", tmp_path / project, "seen", "--json").json["counts"] for project in ("one", "two")]
    assert counts[0] == counts[1]
    folders = winnow(*words, "--json").json["folders"]
    assert [one["value"] for one in folders][-1] is None


def test_that_our_export_of_classes_makes_the_head_again(winnow, tmp_path):
    tree = pictures(tmp_path / "ratings", {"0_daisy": range(2), "1_rose": range(2, 4)})
    words = ("--kind", "class", "--encoder", "signal", "--quiet")
    labels = ("--labels", "daisy *,rose?")
    winnow("import", "folders", tmp_path / "one", "kind", tree, *words, *labels)
    winnow("export", "dataset", tmp_path / "one", "kind", tmp_path / "out", "--format", "folders", "--quiet")
    assert winnow("import", "folders", tmp_path / "two", "kind", tmp_path / "out", *words).code == 0
    assert winnow("head", "list", tmp_path / "two", "--json").json[0]["labels"] == ["daisy *", "rose?"]
