"""What each command does to a project, through the program's own entry."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from core.project import Project
from tests.app.cli.conftest import COLOURS, PER_COLOUR, paint, write_csv

ALL = PER_COLOUR * len(COLOURS)
OLD_PROJECT = Path(__file__).parents[2] / "data" / "schema_0001"


def test_that_create_counts_images_and_lists_failures(winnow, tmp_path):
    paint(tmp_path / "images")
    (tmp_path / "images" / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 not much of a picture")
    ran = winnow("create", tmp_path / "project", "--images", tmp_path / "images", "--json")
    [failed] = ran.json["failed"]
    assert (ran.code, ran.json["images"]) == (1, ALL)
    assert failed["path"] == (tmp_path / "images" / "torn.jpg").as_posix()
    assert failed["reason"]


def test_that_paths_are_as_the_person_gave_their_root(winnow, tmp_path, monkeypatch):
    paint(tmp_path / "images")
    monkeypatch.chdir(tmp_path)
    winnow("create", "project", "--images", "images")
    winnow("head", "add", "project", "h", "--kind", "score", "--encoder", "signal")
    images = winnow("rank", "project", "h", "--by", "random", "--json").json["images"]
    assert len(images) > 1
    assert all(image["path"].startswith("images/") for image in images)


def test_that_create_takes_several_folders(winnow, tmp_path):
    for name in ("a", "b"):
        paint(tmp_path / name)
        Image.new("RGB", (50, 50), name_colour(name)).save(tmp_path / name / "own.png")
    ran = winnow("create", tmp_path / "project", "--images", tmp_path / "a", tmp_path / "b", "--json")
    assert (ran.code, ran.json["images"]) == (0, ALL + 2)


def name_colour(name):
    return {"a": "red", "b": "blue"}[name]


def test_that_scan_tells_added_changed_missing_moved_and_duplicates(winnow, tmp_path):
    images = tmp_path / "images"
    paint(images)
    winnow("create", tmp_path / "project", "--images", images)
    first, second, third, fourth = sorted(images.iterdir())[:4]
    first.unlink()
    second.rename(images / "moved.png")
    Image.new("RGB", (40, 40), "teal").save(third)
    shutil.copy(fourth, images / "copy.png")
    Image.new("RGB", (40, 40), "gold").save(images / "new.png")
    ran = winnow("scan", tmp_path / "project", "--json")
    counts = {key: ran.json[key] for key in ("added", "changed", "missing", "moved", "duplicates")}
    assert counts == {"added": 1, "changed": 1, "missing": 1, "moved": 1, "duplicates": 1}
    assert ran.code == 0


def test_that_scan_follows_a_folder_that_was_moved(winnow, tmp_path):
    paint(tmp_path / "old")
    winnow("create", tmp_path / "project", "--images", tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    ran = winnow("scan", tmp_path / "project", "--relocate", tmp_path / "old", tmp_path / "new", "--json")
    assert (ran.code, ran.json["missing"], ran.json["added"]) == (0, 0, 0)


def test_that_scan_takes_no_wrong_folder_for_the_one_that_was_moved(winnow, world, tmp_path):
    some = tmp_path / "some"
    some.mkdir()
    for number, picture in enumerate(sorted(world.images.iterdir())):
        if number % 3 == 0:
            shutil.copy2(picture, some)
    for wrong, found in ((tmp_path / "project" / "embeddings", "none"), (some, "8")):
        ran = winnow("scan", world.project, "--relocate", world.images, wrong)
        assert ran.code == 2 and ran.err.startswith(f"winnow: error: {found} of the 24 known images of {world.images} ")
        assert str(wrong) in ran.err and len(ran.err.splitlines()) == 1
    with Project.open(world.project, read_only=True) as project:
        assert (project.roots, project.images.count()) == ((world.images.as_posix(),), ALL)


def test_that_scan_says_before_what_a_moved_folder_lacks(winnow, world, tmp_path):
    shutil.copytree(world.images, tmp_path / "most")
    for picture in sorted((tmp_path / "most").iterdir())[:6]:
        picture.unlink()
    ran = winnow("scan", world.project, "--relocate", world.images, tmp_path / "most", "--json")
    assert (ran.code, ran.json["missing"]) == (0, 6)
    assert ran.err.startswith(f"18 of the 24 known images of {world.images} are in {tmp_path}/most, 6 not")


def test_that_a_moved_folder_that_was_added_anew_becomes_one_with_its_old_place(winnow, tmp_path, monkeypatch):
    """What each command says leads to the end."""
    monkeypatch.chdir(tmp_path)
    first, *_ = paint(tmp_path / "my small")
    winnow("create", "sp", "--images", "my small")
    (tmp_path / "my small").rename(tmp_path / "small2")
    told = winnow("scan", "sp")
    command = "winnow scan sp --relocate 'my small' NEW"
    assert told.code == 1 and command in told.err.splitlines()[-1]
    assert command in winnow("check", "sp").out
    winnow("head", "add", "sp", "colour", "--kind", "score", "--encoder", "signal")
    winnow("annotate", "sp", "colour", "--from", write_csv(tmp_path / "a.csv", [(f"my small/{first}", 5)]))
    (failed,) = winnow("export", "dataset", "sp", "colour", "out", "--format", "folders", "--json").json["failed"]
    assert failed["path"] == "my small" and command in failed["reason"]
    winnow("scan", "sp", "--images", "small2")
    found = winnow("find", "sp", "path:*", "--json").json["images"]
    assert found and all(image["path"].startswith("small2/") for image in found)
    merged = winnow("scan", "sp", "--relocate", "my small", "small2", "--json")
    assert (merged.code, merged.json["duplicates"], merged.json["missing"]) == (0, 0, 0)
    assert winnow("check", "sp", "--json").json["ok"]
    (tmp_path / "small2").rename(tmp_path / "my small")
    assert winnow("scan", "sp", "--relocate", "small2", "my small", "--json").json["missing"] == 0


def test_that_embed_embeds_only_what_is_not_embedded_yet(winnow, world):
    ran = winnow("embed", world.project, "--encoder", "signal", "--json")
    assert (ran.code, ran.json["embedded"], ran.json["cached"]) == (0, 0, ALL)


def test_that_encoders_are_listed_with_the_built_in_one_at_hand(winnow):
    listed = {one["id"]: one for one in winnow("encoders", "--json").json}
    assert listed["signal"]["available"] is True
    assert {"id", "dim", "available", "reason"} <= listed["clip-vit-l14-336"].keys()


def test_that_a_head_is_listed_as_it_was_added(winnow, world):
    added = winnow("head", "add", world.project, "taste", "--kind", "score", "--encoder", "signal", "--json").json
    assert (added["head"], added["kind"], added["labels"]) == ("taste", "score", [])
    listed = winnow("head", "list", world.project, "--json").json
    assert [(one["head"], one["annotations"], one["version"]) for one in listed] == [
        ("colour", 0, None),
        ("taste", 0, None),
    ]


def test_that_a_new_head_takes_the_encoder_that_was_used(winnow, world):
    added = winnow("head", "add", world.project, "other", "--kind", "tags", "--labels", "a,b", "--json").json
    assert added["encoder"] == "signal"


def test_that_annotating_the_same_again_changes_nothing(winnow, world):
    first = winnow("annotate", world.project, "colour", "--from", world.half, "--json").json
    again = winnow("annotate", world.project, "colour", "--from", world.half, "--json").json
    assert (first["annotated"], first["unchanged"]) == (ALL // 2, 0)
    assert (again["annotated"], again["unchanged"]) == (0, ALL // 2)


def test_that_rows_that_say_nothing_usable_are_listed_and_the_others_count(winnow, world, tmp_path):
    names = list(world.colour_of)
    rows = [(names[0], "red"), (names[1], "purple"), ("nowhere.png", "red"), (names[2], "2")]
    ran = winnow("annotate", world.project, "colour", "--from", write_csv(tmp_path / "some.csv", rows), "--json")
    assert (ran.code, ran.json["annotated"]) == (1, 2)
    assert {failed["path"] for failed in ran.json["failed"]} == {names[1], "nowhere.png"}


def test_that_a_bulk_import_is_one_act_and_one_undo_takes_it_back(winnow, world):
    winnow("annotate", world.project, "colour", "--from", world.half)
    assert winnow("undo", world.project, "--json").json["undone"] == 1
    assert winnow("head", "list", world.project, "--json").json[0]["annotations"] == 0


@pytest.mark.parametrize("source", ["human", "import", "synthetic"])
def test_that_an_undo_is_logged_under_the_source_that_it_takes_back(winnow, world, source):
    winnow("annotate", world.project, "colour", "--from", world.half, "--source", source)
    winnow("undo", world.project)
    log = winnow("history", world.project, "--json").json
    assert {row["source"] for row in log if row["image"]} == {source}


def test_that_create_tells_how_many_equal_files_became_one_image(winnow, tmp_path):
    paint(tmp_path / "images")
    first = min((tmp_path / "images").iterdir())
    for name in ("copy", "again"):
        shutil.copy(first, tmp_path / "images" / f"{name}.png")
    ran = winnow("create", tmp_path / "project", "--images", tmp_path / "images", "--json")
    assert (ran.code, ran.json["images"], ran.json["duplicates"]) == (0, ALL, 2)
    assert "2 files hold exactly what another one holds" in ran.err


def test_that_history_is_cut_to_its_limit(winnow, after_training):
    assert len(winnow("history", after_training.project, "--limit", "3", "--json").json) == 3


def test_that_training_makes_a_version_with_a_figure_its_n_and_how_it_was_measured(winnow, after_training):
    ran = winnow("train", after_training.project, "colour", "--json", "--seed", "1")
    metrics = ran.json["metrics"]
    assert (ran.code, ran.json["version"], ran.json["annotations"]) == (0, 2, ALL // 2)
    assert (metrics["n"], metrics["by"]) == (ALL // 2, "out-of-fold")
    assert 0 <= metrics["accuracy"] <= 1


@pytest.mark.parametrize("order", ["disagreement", "margin", "entropy", "random", "diverse", "best", "worst"])
def test_that_every_order_holds_each_open_image_once(winnow, trained, order):
    ran = winnow("rank", trained.project, "colour", "--by", order, "--json")
    paths = [image["path"] for image in ran.json["images"]]
    answered = {(trained.images / name).as_posix() for name in list(trained.colour_of)[::2]}
    everything = {(trained.images / name).as_posix() for name in trained.colour_of}
    assert (ran.json["by"], ran.json["version"], len(paths)) == (order, 1, ALL // 2)
    assert set(paths) == everything - answered


def test_that_best_goes_by_the_probability_of_the_label(winnow, trained):
    images = winnow("rank", trained.project, "colour", "--by", "best", "--label", "red", "--json").json["images"]
    values = [image["prediction"]["probabilities"]["red"] for image in images]
    assert values == sorted(values, reverse=True)


def test_that_an_older_version_can_be_asked(winnow, after_training):
    winnow("train", after_training.project, "colour", "--seed", "1")
    ran = winnow("rank", after_training.project, "colour@1", "--limit", "2", "--json")
    assert (ran.json["version"], len(ran.json["images"])) == (1, 2)


def test_that_the_limit_keeps_the_head_of_the_queue(winnow, trained):
    everything = winnow("rank", trained.project, "colour", "--json").json["images"]
    assert winnow("rank", trained.project, "colour", "--limit", "4", "--json").json["images"] == everything[:4]


def test_that_a_head_scores_files_outside_its_project(winnow, trained, tmp_path):
    Image.new("RGB", (96, 72), COLOURS["blue"]).save(tmp_path / "a file.png")
    ran = winnow("score", f"{trained.project}:colour", tmp_path / "a file.png", "--json")
    [image] = ran.json["images"]
    assert (ran.code, image["path"]) == (0, (tmp_path / "a file.png").as_posix())
    assert image["probabilities"].keys() == set(COLOURS)


def test_that_a_versions_folder_and_file_score_like_the_project(winnow, trained):
    file = next(trained.images.iterdir())
    [folder] = (trained.project / "heads").glob("*/v1")
    [head_file] = list(folder.glob("colour-v1.safetensors"))
    models = [f"{trained.project}:colour", f"{trained.project}:colour@1", folder, head_file]
    said = [winnow("score", model, file, "--json").json["images"] for model in models]
    assert len(said[0]) == 1
    assert all(one == said[0] for one in said)


def test_that_one_bad_file_never_ends_a_scoring(winnow, trained, tmp_path):
    (tmp_path / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    shutil.copy(next(trained.images.iterdir()), tmp_path / "whole.png")
    ran = winnow("score", f"{trained.project}:colour", tmp_path, tmp_path / "absent.png", "--json")
    assert (ran.code, len(ran.json["images"]), ran.json["passed"]) == (1, 1, 1)
    assert {failed["path"] for failed in ran.json["failed"]} == {
        (tmp_path / "torn.png").as_posix(),
        (tmp_path / "absent.png").as_posix(),
    }
    assert {"path": (tmp_path / "absent.png").as_posix(), "reason": "it is not there"} in ran.json["failed"]


def test_that_folders_are_read_to_their_full_depth_only_when_asked(winnow, trained, tmp_path):
    (tmp_path / "deep").mkdir()
    pictures = sorted(trained.images.iterdir())
    shutil.copy(pictures[0], tmp_path / "top.png")
    shutil.copy(pictures[1], tmp_path / "deep" / "below.png")
    flat = winnow("score", f"{trained.project}:colour", tmp_path, "--json").json["images"]
    deep = winnow("score", f"{trained.project}:colour", tmp_path, "--recursive", "--json").json["images"]
    assert (len(flat), len(deep)) == (1, 2)


def test_that_limits_and_top_choose_what_passes(winnow, trained):
    model = f"{trained.project}:colour"
    ran = winnow("score", model, trained.images, "--label", "red", "--min", "0.5", "--json").json
    assert all(image["passed"] == (image["probabilities"]["red"] >= 0.5) for image in ran["images"])
    top = winnow("score", model, trained.images, "--label", "red,green", "--top", "3", "--json").json
    assert (top["passed"], [image["passed"] for image in top["images"][:4]]) == (3, [True, True, True, False])


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_that_scores_can_be_written_to_a_table(winnow, trained, tmp_path, ending):
    out = tmp_path / f"scores.{ending}"
    winnow("score", f"{trained.project}:colour", trained.images, "--top", "2", "--out", out)
    text = out.read_text()
    rows = list(csv.DictReader(text.splitlines())) if ending == "csv" else [json.loads(x) for x in text.splitlines()]
    assert [row.keys() >= {"path", "label", "probability", "red", "green", "blue"} for row in rows] == [True, True]


def test_that_an_encoder_of_another_size_is_refused(winnow, trained, shared):
    folder = shared / "encoder" / "mobilenet_v2"
    ran = winnow("score", f"{trained.project}:colour", trained.images, "--encoder", folder)
    assert (ran.code, ran.out) == (2, "")
    assert "1280; signal fits, and is taken where none is named" in ran.err and "--encoder" not in ran.err


def test_that_a_head_that_says_nothing_of_its_encoder_is_told_which_fit(winnow, trained, shared, tmp_path):
    winnow("export", "head", trained.project, "colour", tmp_path)
    (tmp_path / "colour-v1.config.json").unlink()
    file, folder = tmp_path / "colour-v1.safetensors", shared / "encoder" / "mobilenet_v2"
    assert "insist with --encoder ID" in winnow("score", file, trained.images).err
    ran = winnow("score", file, trained.images, "--encoder", folder)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert ran.err.rstrip().endswith(", such as signal") and "--encoder" not in ran.err


def test_that_a_whole_project_has_no_problem_and_a_torn_shard_is_one(winnow, world):
    assert winnow("check", world.project, "--json").json == {"ok": True, "problems": [], "notes": []}
    shard = next((world.project / "embeddings").glob("*/*.safetensors"))
    shard.write_bytes(shard.read_bytes()[:50])
    ran = winnow("check", world.project, "--json")
    assert (ran.code, ran.json["ok"]) == (1, False)
    assert winnow("check", world.project, "--repair").code == 0


def test_that_what_belongs_to_no_version_is_a_note_and_no_problem(winnow, after_training):
    [version] = (after_training.project / "heads").glob("*/v1")
    shutil.copytree(version, version.with_name("v2"))
    ran = winnow("check", after_training.project, "--json")
    assert (ran.code, ran.json["ok"], ran.json["problems"]) == (0, True, [])
    assert [note["kind"] for note in ran.json["notes"]] == ["leftover"]


def test_that_a_project_held_by_a_window_is_read_but_not_written(winnow, world):
    with Project.open(world.project):
        assert winnow("head", "list", world.project, "--json").code == 0
        ran = winnow("annotate", world.project, "colour", "--from", world.half)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert "is open in another Winnow" in ran.err


def test_that_a_benchmark_sets_its_value_beside_a_baseline(winnow, monkeypatch):
    from core.benchmarks import BenchRow, store

    monkeypatch.setattr(store, "run", lambda options: [BenchRow("a", 2.0, "s", 4.0, 0.5, f"quick {options.quick}")])
    [row] = winnow("bench", "store", "--quick", "--json").json
    assert (row["name"], row["value"], row["baseline"], row["ratio"], row["note"]) == ("a", 2.0, 4.0, 0.5, "quick True")


def test_that_the_table_for_people_holds_the_same_images(winnow, trained):
    ran = winnow("rank", trained.project, "colour", "--limit", "2")
    assert (ran.code, ran.err) == (0, "")
    assert "prediction" in ran.out


def test_that_what_a_folder_holds_and_cannot_be_listed_is_told(winnow, trained, tmp_path):
    shutil.copy(next(trained.images.iterdir()), tmp_path / "whole.png")
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (tmp_path / "back").mkdir()
    (tmp_path / "back" / "again").symlink_to(tmp_path)
    flat = winnow("score", f"{trained.project}:colour", tmp_path, "--json")
    assert (flat.code, len(flat.json["images"])) == (1, 1)
    assert [one["path"] for one in flat.json["failed"]] == [(tmp_path / "gone.png").as_posix()]
    deep = winnow("score", f"{trained.project}:colour", tmp_path, "-r", "--json").json
    assert {Path(one["path"]).name for one in deep["failed"]} == {"gone.png", "again"}


def test_that_a_folder_of_images_stands_for_the_project_that_it_hides(winnow, trained, tmp_path):
    shutil.copytree(trained.project, tmp_path / ".winnow")
    ran = winnow("score", f"{tmp_path}:colour", next(trained.images.iterdir()), "--json")
    assert (ran.code, len(ran.json["images"])) == (0, 1)
    assert "name its head too" in winnow("score", tmp_path, trained.images).err


def test_that_the_remedy_for_an_old_project_brings_it_up_to_date(winnow, tmp_path):
    shutil.copytree(OLD_PROJECT, tmp_path, dirs_exist_ok=True)
    refused = winnow("check", tmp_path / "project")
    assert (refused.code, "--repair" in refused.err) == (2, True)
    winnow("check", tmp_path / "project", "--repair")
    assert "older Winnow" not in winnow("check", tmp_path / "project").err


def test_that_history_names_heads_and_labels_that_were_removed(winnow, world):
    winnow("annotate", world.project, "colour", "--from", world.half)
    before = winnow("history", world.project, "--json").json
    with Project.open(world.project) as project:
        project.heads.remove(project.heads.get("colour").head_id)
    assert winnow("history", world.project, "--json").json[1:] == before


def test_that_a_folder_that_is_not_there_leaves_the_others_where_they_were(winnow, world, tmp_path):
    paint(tmp_path / "new")
    ran = winnow(
        "scan", world.project, "--relocate", world.images, tmp_path / "new", "--images", tmp_path / "absent", "--json"
    )
    assert ran.code == 2
    with Project.open(world.project, read_only=True) as project:
        assert project.roots == (world.images.as_posix(),)
