"""import, export and stats, through the program's own entry."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from tests.app.cli.refusals import assert_refused
from tests.core.exchange.trees import pictures, vector_files
from tests.core.heads.seed_network import release
from tests.core.store.projects import picture


@pytest.fixture
def hub(tmp_path, monkeypatch) -> Path:
    """A cache of the hub with one repository of two heads."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    folder = tmp_path / "hub" / "models--City96--AnimeClassifiers" / "snapshots" / "f00d"
    release(folder, "CCAnime-ChromaticAberration-v1.16", ("Pass", "Chromatic Aberration"))
    release(folder, "CCAnime-Compression-v1.5", ("Pass", "JPEG", "WEBP"))
    return folder


def test_that_a_head_of_the_hub_comes_in_by_repository_and_name(winnow, world, hub):
    name = "City96/AnimeClassifiers/CCAnime-Compression-v1.5"
    ran = winnow("import", "head", world.project, name, "--json", "--quiet")
    assert (ran.code, ran.json["head"], ran.json["kind"]) == (0, "CCAnime-Compression-v1.5", "class")
    assert (ran.json["labels"], ran.json["encoder"]) == (["Pass", "JPEG", "WEBP"], "clip-vit-l14-336")
    listed = winnow("head", "list", world.project, "--json").json
    assert [(one["head"], one["version"]) for one in listed] == [("colour", None), ("CCAnime-Compression-v1.5", 1)]


def test_that_a_repository_alone_says_what_it_has(winnow, world, hub):
    ran = winnow("import", "head", world.project, "City96/AnimeClassifiers")
    assert_refused(ran, says="on this machine are CCAnime-ChromaticAberration-v1.16, CCAnime-Compression-v1.5")


def test_that_a_hub_out_of_reach_is_one_line(winnow, world, hub):
    ran = winnow("import", "head", world.project, "City96/CityAesthetics/CityAesthetics-Anime-v1.8")
    assert_refused(ran, says="is not on this machine and the hub cannot be reached; fetch CityAesthetics-Anime-v1.8")


def test_that_score_takes_a_head_of_the_hub_and_says_what_it_lacks(winnow, made, hub):
    name = "City96/AnimeClassifiers/CCAnime-Compression-v1.5"
    ran = winnow("score", name, made.images, "--encoder", "signal")
    assert_refused(ran, says="values and signal gives")
    assert "; clip-vit-l14-336 fits, and is taken where none is named" in ran.err and "--encoder" not in ran.err
    assert_refused(winnow("score", f"{name}6", made.images), says="the hub cannot be reached")


def test_that_a_head_comes_in_by_file_and_by_folder(winnow, world, tmp_path):
    file = release(tmp_path / "one", "Taste", None)
    by_file = winnow("import", "head", world.project, file, "--json", "--quiet").json
    by_folder = winnow("import", "head", world.project, file.parent, "--name", "Second", "--json", "--quiet").json
    assert (by_file["head"], by_file["version"], by_file["judged"]) == ("Taste", 1, 0)
    assert (by_folder["head"], by_folder["kind"]) == ("Second", "score")


def test_that_a_head_that_does_not_fit_changes_nothing(winnow, world, tmp_path):
    file = release(tmp_path, "Taste", None)
    assert_refused(
        winnow("import", "head", world.project, file, "--encoder", "signal"), says="reads 768 values and signal"
    )
    assert len(winnow("head", "list", world.project, "--json").json) == 1


def test_that_an_exported_head_judges_by_the_file_alone(winnow, after_training, tmp_path):
    ran = winnow("export", "head", after_training.project, "colour", tmp_path / "out", "--json", "--quiet")
    file = tmp_path / "out" / "colour-v1.safetensors"
    assert (ran.code, ran.json["files"]) == (
        0,
        [file.as_posix(), (tmp_path / "out" / "colour-v1.config.json").as_posix()],
    )
    by_project = winnow("score", f"{after_training.project}:colour", after_training.images, "--json").json
    assert winnow("score", file, after_training.images, "--json").json == by_project
    file.with_name("colour-v1.config.json").unlink()
    alone = winnow("score", file, after_training.images, "--encoder", "signal", "--tiles", "none", "--json").json
    renamed = dict(zip("012", ("red", "green", "blue"), strict=True))
    for one, other in zip(alone["images"], by_project["images"], strict=True):
        assert {renamed[label]: value for label, value in one["probabilities"].items()} == other["probabilities"]


def test_that_a_second_export_to_one_place_is_refused(winnow, after_training, tmp_path):
    winnow("export", "head", after_training.project, "colour@1", tmp_path / "out")
    assert_refused(winnow("export", "head", after_training.project, "colour@1", tmp_path / "out"), says="there already")


def test_that_a_seed_tree_comes_over_in_one_command(winnow, tmp_path):
    tree = pictures(tmp_path / "ratings", {"0_reg": range(5), "1_chroma": range(5, 9)})
    (tree / "0_reg" / "torn.jpg").write_text("no picture")
    picture(tree / "1_test.png", 99)
    words = ("import", "folders", tmp_path / "p", "defects", tree, "--kind", "class", "--labels", "Pass,CA")
    ran = winnow(*words, "--encoder", "signal", "--json", "--quiet")
    assert (ran.code, ran.json["annotated"], ran.json["scale"]) == (1, 10, None)
    assert ran.json["evaluation"] == 1
    assert ran.json["folders"] == [
        {"folder": "0_reg", "value": "Pass", "images": 5},
        {"folder": "1_chroma", "value": "CA", "images": 4},
        {"folder": "1_test.png", "value": "CA", "images": 1},
    ]
    assert [failed["path"] for failed in ran.json["failed"]] == [(tree / "0_reg" / "torn.jpg").as_posix()]
    assert winnow("undo", tmp_path / "p", "--json").json["images"] == 10


def test_that_folders_numbered_otherwise_than_the_labels_are_warned_of(winnow, tmp_path):
    tree = pictures(tmp_path / "ratings", {"0_daisy": range(2), "1_rose": range(2, 4)})
    words = ("import", "folders", tmp_path / "p", "kind", tree, "--kind", "class", "--labels", "rose,daisy")
    said = winnow(*words, "--encoder", "signal").out
    assert "warning: 0_daisy is read as rose, not as daisy; 1_rose is read as daisy, not as rose" in said
    assert len(winnow(*words[:5], "--json", "--quiet").json["warnings"]) == 1


def test_that_a_folder_without_a_label_is_refused_in_one_line(winnow, tmp_path):
    tree = pictures(tmp_path / "ratings", {"0_daisy": range(2), "1_rose": range(2, 4), "2_tulip": range(4, 16)})
    words = ("import", "folders", tmp_path / "p", "kind", tree, "--kind", "class", "--encoder", "signal", "--labels")
    ran = winnow(*words, "daisy,rose", "--quiet")
    line = "failed: 2_tulip: 12 files: there is no label 2: kind has 0 to 1"
    assert (ran.code, ran.err.splitlines()) == (1, [line])
    assert "2_tulip refused 12" in [" ".join(row.split()) for row in ran.out.splitlines()]
    again = winnow(*words, "daisy,rose,tulip", "--json")
    assert len(again.json["failed"]) == 12
    assert "kind exists with daisy, rose; --labels is not used; add a label in the window" in again.err


def test_that_another_encoder_than_that_of_the_head_is_refused(winnow, tmp_path):
    tree = pictures(tmp_path / "ratings", {"0_daisy": range(2), "1_rose": range(2, 4)})
    words = ("import", "folders", tmp_path / "p", "kind", tree, "--kind", "class", "--labels", "daisy,rose")
    assert winnow(*words, "--encoder", "signal", "--quiet").code == 0
    assert winnow(*words, "--encoder", "signal", "--quiet").code == 0
    says = "kind is a head on signal already; leave --encoder out, or name another head"
    assert_refused(winnow(*words, "--encoder", "clip-vit-l14-336"), says=says)


@pytest.mark.parametrize(("size", "encoder"), [(768, "clip-vit-l14-336"), (1024, "metaclip-h14"), (92, "signal")])
def test_that_embeddings_make_project_and_head_on_an_encoder_of_their_size(winnow, tmp_path, size, encoder):
    tree = vector_files(tmp_path / "CLIP", {"0_pass": range(3), "1_jpeg": range(3, 5)}, dim=size)
    words = ("import", "npy", tmp_path / "p", "kind", tree, "--kind", "class", "--labels", "pass,jpeg")
    ran = winnow(*words, "--json", "--quiet")
    assert (ran.code, ran.json["annotated"], ran.json["without_picture"]) == (0, 5, 5)
    assert winnow("head", "list", tmp_path / "p", "--json").json[0]["encoder"] == encoder


@pytest.mark.parametrize("scale", [("5", "1"), ("1", "5")])
def test_that_a_scale_that_cannot_be_leaves_no_project_behind(winnow, tmp_path, scale):
    tree = pictures(tmp_path / "ratings", {"0_daisy": range(2), "1_rose": range(2, 4)})
    words = ("--kind", "class", "--labels", "daisy,rose", "--scale", *scale)
    assert_refused(winnow("import", "folders", tmp_path / "p", "kind", tree, *words))
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize(
    ("form", "encoder", "says"),
    [
        ("npy", (), "no encoder known here gives 320 values, as these files hold; name the one that made them"),
        ("npy", ("--encoder", "signal"), "holds 320 values, and signal gives"),
        ("folders", ("--encoder", "nothing"), "nothing"),
    ],
)
def test_that_an_import_that_fails_leaves_neither_project_nor_head(winnow, world, tmp_path, form, encoder, says):
    tree = tmp_path / "tree"
    pictures(tree, {"0": range(2)}) if form == "folders" else vector_files(tree, {"0": range(3)}, dim=320)
    words = ("flo", tree, "--kind", "class", "--labels", "pass,jpeg", *encoder, "--quiet")
    heads = winnow("head", "list", world.project, "--json").json
    assert_refused(winnow("import", form, tmp_path / "deep" / "p", *words), says=says)
    assert_refused(winnow("import", form, world.project, *words), says=says)
    assert not (tmp_path / "deep").exists()
    assert winnow("head", "list", world.project, "--json").json == heads


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_that_names_with_line_breaks_stay_on_one_line(winnow, tmp_path):
    tree = pictures(tmp_path / "ratings", {"0_day\nlight": range(2), "1_\x1b[31mrose": range(2, 3)})
    (tree / "0_day\nlight" / "to\nrn.jpg").write_text("no picture")
    ran = winnow("import", "folders", tmp_path / "p", "kind", tree, "--kind", "class", "--labels", "a,b", "--quiet")
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert r"to\nrn.jpg" in ran.err and "\x1b" not in ran.out
    assert r"0_day\nlight a 2" in [" ".join(row.split()) for row in ran.out.splitlines()]


def test_that_a_folder_is_listed_as_refused_once_whatever_the_reasons(winnow, tmp_path):
    tree = vector_files(tmp_path / "CLIP", {"0_pass": range(4), "1_jpeg": range(4)})
    words = ("import", "npy", tmp_path / "p", "kind", tree, "--kind", "class", "--labels", "pass,jpeg", "--quiet")
    assert [row.split() for row in winnow(*words).out.splitlines() if "refused" in row] == [["1_jpeg", "refused", "4"]]


def test_that_a_head_over_a_measured_one_says_what_was_in_force_and_how_to_go_back(winnow, after_training, tmp_path):
    winnow("export", "head", after_training.project, "colour", tmp_path / "out", "--quiet")
    file = tmp_path / "out" / "colour-v1.safetensors"
    ran = winnow("import", "head", after_training.project, file, "--name", "colour", "--encoder", "signal", "--quiet")
    back = f"winnow use {after_training.project.as_posix()} colour@1"
    assert "v2 is in force now, not measured, instead of v1, accuracy" in ran.out and f"`{back}` goes back" in ran.out
    assert winnow(*back.split()[1:]).code == 0
    assert winnow("head", "list", after_training.project, "--json").json[0]["version"] == 1


def test_that_the_scale_is_kept_for_the_next_import(winnow, world, tmp_path):
    winnow("head", "add", world.project, "stars", "--kind", "score", "--encoder", "signal")
    first = pictures(tmp_path / "first", {"1": range(1), "5": range(1, 2)})
    second = pictures(tmp_path / "second", {"3": range(2, 3)})
    ran = winnow("import", "folders", world.project, "stars", first, "--scale", "1", "5", "--json", "--quiet").json
    assert (ran["scale"], [one["value"] for one in ran["folders"]]) == ({"low": 1, "high": 5}, [0, 10])
    ran = winnow("import", "folders", world.project, "stars", second, "--json", "--quiet").json
    assert (ran["scale"], [one["value"] for one in ran["folders"]]) == ({"low": 1, "high": 5}, [5])
    assert "numbers read as 1 (worst) to 5 (best)" in winnow("import", "folders", world.project, "stars", second).out


@pytest.mark.parametrize("form", ["folders", "npy"])
def test_that_folders_of_classes_are_no_scores_unless_it_is_said(winnow, world, tmp_path, form):
    winnow("head", "add", world.project, "taste", "--kind", "score", "--encoder", "signal")
    names = {f"{number}_{name}": [number] for number, name in enumerate(("clean", "shift", "jpeg", "noise"))}
    tree = pictures(tmp_path / "t", names) if form == "folders" else vector_files(tmp_path / "t", names, dim=92)
    call = ("import", form, world.project, "taste", tree)
    says = "0_clean to 3_noise look like classes, and taste is a score head; name a class head, or say"
    assert_refused(winnow(*call), says=f"{says} that they are scores (--kind score)")
    assert winnow("stats", world.project, "taste", "--json").json["total"] == 0
    assert winnow(*call, "--scale", 0, 3, "--json", "--quiet").json["annotated"] == 4
    assert winnow(*call, "--quiet").code == 0  # which is the scale from then on, and they span it
    assert winnow(*call, "--kind", "score", "--scale", 0, 10, "--json", "--quiet").json["annotated"] == 3


def test_that_embeddings_come_over_without_their_pictures(winnow, world, tmp_path):
    winnow("head", "add", world.project, "taste", "--kind", "score", "--encoder", "clip-vit-l14-336")
    tree = vector_files(tmp_path / "CLIP", {"3": range(4), "8": range(4, 8)})
    (tree / "3" / "torn.npy").write_bytes(b"no array")
    ran = winnow("import", "npy", world.project, "taste", tree, "--json", "--quiet")
    assert (ran.code, ran.json["annotated"], ran.json["without_picture"]) == (1, 8, 8)
    assert winnow("train", world.project, "taste", "--json", "--quiet").json["annotations"] == 8


def test_that_exported_vectors_say_what_made_them_and_are_refused_as_those_of_another(winnow, trained, world, tmp_path):
    out = tmp_path / "vectors"
    call = ("export", "dataset", trained.project, "colour", out, "--format", "npy", "--quiet")
    assert winnow(*call).code == 0
    table = out / ".annotations.csv"
    rows = list(csv.DictReader(table.open(encoding="utf-8", newline="")))
    assert {(row["encoder"].partition("-")[0], bool(row["revision"])) for row in rows} == {("signal", True)}
    into, score = ("import", "npy", world.project, "colour", out), ("score", f"{trained.project}:colour", out)
    assert winnow(*into, "--json", "--quiet").json["annotated"] == len(rows)
    assert len(winnow(*score, "--recursive", "--json", "--quiet").json["images"]) == len(rows)
    revision = rows[0]["revision"]
    text = table.read_text(encoding="utf-8").replace(f"-{revision},{revision}", "-older,older")
    table.write_text(text, encoding="utf-8")
    assert_refused(winnow(*into), says="was made by signal-older, and colour reads signal-")
    ran = winnow(*score, "--recursive", "--json", "--quiet")
    assert (ran.code, ran.json["images"], len(ran.json["failed"])) == (1, [], len(rows))
    assert ran.json["failed"][0]["reason"].startswith("made by signal-older, and the head reads signal-")


@pytest.mark.parametrize("form", ["folders", "npy", "csv", "jsonl", "parquet", "imagefolder"])
def test_that_annotations_go_out_in_every_format(winnow, trained, tmp_path, form):
    dry = winnow(
        "export", "dataset", trained.project, "colour", tmp_path / "out", "--format", form, "--dry-run", "--json"
    )
    assert not (tmp_path / "out").exists()
    ran = winnow(
        "export", "dataset", trained.project, "colour", tmp_path / "out", "--format", form, "--json", "--quiet"
    )
    assert (ran.code, ran.json["images"], ran.json["failed"]) == (0, len(trained.colour_of) // 2, [])
    assert ran.json["files"] == dry.json["files"]
    assert all(Path(file).is_file() for file in ran.json["files"])


def test_that_an_exported_dataset_comes_back_by_annotate(winnow, after_training, tmp_path):
    winnow("export", "dataset", after_training.project, "colour", tmp_path / "out.csv", "--format", "csv")
    words = ("--kind", "class", "--labels", "red,green,blue", "--encoder", "signal")
    winnow("head", "add", after_training.project, "again", *words)
    winnow("annotate", after_training.project, "again", "--from", tmp_path / "out.csv")
    stats = [winnow("stats", after_training.project, head, "--json").json for head in ("colour", "again")]
    assert stats[0]["counts"] == stats[1]["counts"] == {"red": 4, "green": 4, "blue": 4}


def test_that_stats_are_the_seeds_tables(winnow, tmp_path):
    tree = pictures(tmp_path / "ratings", {"0_reg": range(12), "0_reg_booru": range(12, 15), "1_chroma": range(15, 20)})
    words = ("import", "folders", tmp_path / "p", "defects", tree, "--kind", "class", "--labels", "Pass,CA")
    winnow(*words, "--encoder", "signal", "--quiet")
    ran = winnow("stats", tmp_path / "p", "defects", "--json").json
    assert (ran["total"], ran["counts"]) == (20, {"Pass": 15, "CA": 5})
    assert ran["folders"] == {"0_reg": 12, "0_reg_booru": 3, "1_chroma": 5}
    assert winnow("stats", tmp_path / "p", "defects").out.splitlines() == [
        "20 images in dataset.",
        f"0_reg       - 12 {'|' * 24}",
        f"0_reg_booru -  3 {'|' * 6}",
        f"1_chroma    -  5 {'|' * 10}",
        "",
        "Class ratios:",
        f"00 Pass - 15 {'|' * 30}",
        f"01 CA   -  5 {'|' * 10}",
    ]


def test_that_stats_of_folders_named_after_their_labels_are_one_table(winnow, tmp_path):
    tree = pictures(tmp_path / "ratings", {"0_pass": range(12), "1_CA": range(12, 15)})
    words = ("import", "folders", tmp_path / "p", "defects", tree, "--kind", "class", "--labels", "Pass,CA")
    winnow(*words, "--encoder", "signal", "--quiet")
    assert winnow("stats", tmp_path / "p", "defects").out.splitlines() == [
        "15 images in dataset.",
        "",
        "Class ratios:",
        f"00 Pass - 12 {'|' * 32}",
        f"01 CA   -  3 {'|' * 8}",
    ]


def test_that_stats_of_nothing_are_noughts(winnow, made):
    ran = winnow("stats", made.project, "colour", "--json")
    assert (ran.code, ran.json["total"], ran.json["counts"]) == (0, 0, {"red": 0, "green": 0, "blue": 0})
    assert "No image has an answer yet." in winnow("stats", made.project, "colour").out


def test_that_stats_of_scores_have_every_bracket(winnow, world, tmp_path):
    winnow("head", "add", world.project, "taste", "--kind", "score", "--encoder", "signal")
    winnow("import", "folders", world.project, "taste", pictures(tmp_path / "r", {"3": range(3), "7.5": range(3, 4)}))
    ran = winnow("stats", world.project, "taste", "--json").json
    assert list(ran["counts"]) == ["0", "1", "2", "3", "4", "5", "6", "7", "7.5", "8", "9", "10"]
    assert (ran["total"], ran["counts"]["3"], ran["counts"]["7.5"]) == (4, 3, 1)


def test_that_folders_by_name_make_a_head_with_their_labels(winnow, tmp_path):
    tree = pictures(tmp_path / "flowers", {"rose": range(3), "daisy": range(3, 5)})
    ran = winnow(
        "import", "folders", tmp_path / "out", "kind", tree, "--kind", "class", "--encoder", "signal", "--json"
    )
    assert (ran.code, ran.json["annotated"]) == (0, 5), ran.err
    told = [(one["folder"], one["value"], one["images"]) for one in ran.json["folders"]]
    assert told == [("daisy", "daisy", 2), ("rose", "rose", 3)]
    assert winnow("head", "list", tmp_path / "out", "--json").json[0]["labels"] == ["daisy", "rose"]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("import head {project} {tmp}/none.safetensors", "there is no head"),
        ("import head {project} {tree}", "holds no head file"),
        ("import head {project} {file}", "a .safetensors file, or a .pth file that holds weights alone"),
        ("import head {project} {pth}", "cannot be read"),
        ("import head {tmp} {file}", "is not a project"),
        ("import folders {project} colour {tmp}/none", "there is no folder"),
        ("import folders {project} colour {tmp}", "holds no image in folders named by a number"),
        ("import folders {project} nothing {tree}", "there is no head 'nothing'"),
        ("import folders {project} colour {tree} --scale 0 5", "means nothing for the class head"),
        ("import folders {project} colour {tree} --labels a,b", "are for a new head"),
        ("import folders {project} colour {tree} --kind score", "is a class head already"),
        ("import folders {tmp}/out x {tree} --kind class", "needs labels"),
        ("import folders {tmp}/out x {tree}", "or add --kind class, score or tags, which makes project and head"),
        ("import npy {project} colour {tree}", "holds no .npy in folders named by a number"),
        ("import npy {project} colour {vectors}", "and signal gives"),
        ("head add {project} x --kind score --encoder {tree}", "ratings is no model folder: it has no config.json"),
        ("export dataset {project} colour {tmp}/out --format csv", "has no annotation"),
        ("export dataset {project} colour {tmp}/out --format zip", "choose one of folders, npy, csv"),
        ("export dataset {project} nothing {tmp}/out --format csv", "there is no head 'nothing'"),
        ("export dataset {project} colour {tmp}/out", "missing option '--format'"),
        ("stats {project} nothing", "there is no head 'nothing'"),
        ("export head {project} nothing {tmp}/out", "there is no head 'nothing'"),
        ("export head {project} colour {tmp}/out", "has no version yet"),
        ("export head {project} colour@4 {tmp}/out", "has no version 4"),
    ],
)
def test_that_a_wrong_call_is_one_line(winnow, made, tmp_path, call, says):
    (tmp_path / "file.txt").write_text("some text")
    (tmp_path / "head.pth").write_bytes(b"\x80\x04.")
    places = {
        "project": made.project,
        "tmp": tmp_path,
        "file": tmp_path / "file.txt",
        "pth": tmp_path / "head.pth",
        "tree": pictures(tmp_path / "tree" / "ratings", {"0": range(2)}),
        "vectors": vector_files(tmp_path / "vectors" / "CLIP", {"0": range(2)}),
    }
    assert_refused(winnow(*(word.format(**places) for word in call.split())), says=says)
    assert not (tmp_path / "out").exists()


def test_that_a_file_that_is_no_head_is_refused_with_what_to_do(winnow, world, tmp_path):
    (tmp_path / "g.safetensors").write_bytes(b"\x7f" * 500)
    ran = winnow("import", "head", world.project, tmp_path / "g.safetensors")
    assert_refused(ran, says="g.safetensors is broken or no head: ")
    assert ran.err.endswith("; copy it again\n")
