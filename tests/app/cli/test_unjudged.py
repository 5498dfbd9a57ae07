"""Images that were embedded after a version was made are told of, with the command that judges them."""

from __future__ import annotations

from tests.core.exchange.trees import pictures


def add_two(winnow, world, tmp_path):
    folder = pictures(tmp_path / "new", {".": range(900, 902)})
    assert winnow("scan", world.project, "--images", folder, "--quiet").code == 0
    return winnow("embed", world.project, "--encoder", "signal", "--json", "--quiet").json["unjudged"]


def test_that_embed_tells_what_a_trained_version_has_not_judged_and_how_it_does(winnow, after_training, tmp_path):
    project = after_training.project
    assert add_two(winnow, after_training, tmp_path) == [{"head": "colour", "version": 1, "images": 2}]
    way = f"winnow train {project.as_posix()} colour"
    says = f"2 images have no prediction by colour v1 yet; `{way}` makes a version that judges all"
    assert says in winnow("embed", project, "--encoder", "signal", "--quiet").out.splitlines()
    assert winnow(*way.split()[1:], "--quiet").code == 0
    assert winnow("embed", project, "--encoder", "signal", "--json", "--quiet").json["unjudged"] == []


def test_that_embed_tells_how_a_head_from_elsewhere_judges_what_came_later(winnow, after_training, tmp_path):
    project = after_training.project
    winnow("export", "head", project, "colour", tmp_path / "out", "--quiet")
    winnow("import", "head", project, tmp_path / "out", "--name", "colour", "--encoder", "signal", "--quiet")
    assert add_two(winnow, after_training, tmp_path) == [{"head": "colour", "version": 2, "images": 2}]
    told = winnow("embed", project, "--encoder", "signal", "--quiet").out.splitlines()[-1]
    assert told.startswith("2 images have no prediction by colour v2 yet; ")
    assert winnow(*told.split("`")[1].split()[1:], "--quiet").code == 0
    assert winnow("embed", project, "--encoder", "signal", "--json", "--quiet").json["unjudged"] == []


def test_that_unify_tells_which_images_its_heads_have_not_judged(winnow, after_training, tmp_path):
    add_two(winnow, after_training, tmp_path)
    ran = winnow("head", "unify", after_training.project, "all", "--from", "colour")
    assert "2 images have no prediction by colour v1 yet; `winnow train" in ran.err


def test_that_a_query_for_predictions_tells_what_has_none(winnow, after_training, tmp_path):
    add_two(winnow, after_training, tmp_path)
    assert "2 images have no prediction by colour v1 yet" in winnow("find", after_training.project, "predicted:red").err
    assert winnow("find", after_training.project, "label:red").err == ""


def test_that_what_is_not_embedded_yet_is_told_where_it_is_left_out(winnow, after_training, tmp_path):
    project, folder = after_training.project, pictures(tmp_path / "new", {".": range(900, 902)})
    asked = (("train", project, "colour"), ("rank", project, "colour"), ("estimate", project, "colour"))
    for ask in asked:
        more = ("--threshold", "0.5") if ask[0] == "estimate" else ()
        assert "not embedded" not in winnow(*ask, *more).err
    assert winnow("scan", project, "--images", folder, "--quiet").code == 0
    for ask in asked:
        more = ("--threshold", "0.5") if ask[0] == "estimate" else ()
        told = winnow(*ask, *more).err
        assert "2 images are not embedded yet and are left out; `winnow embed " in told
    way = next(line for line in told.splitlines() if "not embedded" in line).split("`")[1]
    assert winnow(*way.split()[1:], "--quiet").code == 0
    assert "not embedded" not in winnow("rank", project, "colour").err
