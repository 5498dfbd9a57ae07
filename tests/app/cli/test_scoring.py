"""What winnow score does with a folder: several heads, filters, tables, copies, and going on where it was."""

import csv
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.__main__ import main
from core.errors import Cancelled
from core.jobs.file_specs import ScoreSpec
from core.jobs.run import run_job
from core.names import MANIFEST
from core.project import Project
from core.project.turns import gather_turns
from core.review.limits import Limits, between_numbers
from core.scoring import looking
from core.values import BRACKETS, Field
from tests.app.cli.conftest import write_csv


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch) -> Path:
    """Vectors of other tests are not at hand."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("WINNOW_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session")
def two_heads(trained, tmp_path_factory) -> Path:
    """The trained project with a score head beside the class head."""
    project = tmp_path_factory.mktemp("two") / "project"
    shutil.copytree(trained.project, project)
    answers = project.parent / "taste.csv"
    with answers.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "value"))
        writer.writerows(
            (name, {"red": 9, "green": 5, "blue": 1}[colour]) for name, colour in trained.colour_of.items()
        )
    for words in (
        ["head", "add", project, "taste", "--kind", "score", "--encoder", "signal"],
        ["annotate", project, "taste", "--from", answers],
        ["train", project, "taste"],
    ):
        assert main([*map(str, words), "--quiet"]) == 0
    return project


@pytest.fixture
def pictures(trained, tmp_path) -> Path:
    """Three levels of folders outside any project."""
    folder = tmp_path / "pictures"
    for number, path in enumerate(sorted(trained.images.iterdir())[:9]):
        below = folder / "/".join(["a", "b"][: number % 3])
        below.mkdir(parents=True, exist_ok=True)
        with Image.open(path) as image:
            image.rotate(180).save(below / path.name)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(MANIFEST)
    }


def no_encoding(*arguments, **options):
    raise AssertionError("a picture was looked at again")


def test_that_several_heads_answer_at_once_in_every_form_of_the_call(winnow, two_heads, pictures):
    colour, taste = f"{two_heads}:colour", f"{two_heads}:taste"
    before = winnow("score", colour, taste, pictures, "-r", "--json").json["images"]
    by_option = winnow("score", colour, pictures, "-r", "--head", taste, "--json").json["images"]
    alone = {model: winnow("score", model, pictures, "-r", "--json").json["images"] for model in (colour, taste)}
    assert before == by_option and len(before) == 9
    for image, one, other in zip(before, alone[colour], alone[taste], strict=True):
        assert image["heads"][colour]["probabilities"] == one["probabilities"]
        assert image["heads"][taste]["score"] == other["score"]


def test_that_a_band_may_be_of_a_label_that_the_second_head_has(winnow, two_heads, pictures):
    call = ("score", f"{two_heads}:taste", f"{two_heads}:colour", pictures, "-r", "--json")
    ran = winnow(*call, "--label", "red", "--min", "0.5", "--max", "0.999").json
    values = [image["heads"][f"{two_heads}:colour"]["probabilities"]["red"] for image in ran["images"]]
    assert [image["passed"] for image in ran["images"]] == [0.5 <= value <= 0.999 for value in values]


def test_that_every_head_may_have_limits_and_the_best_go_by_the_head_that_is_named(winnow, two_heads, pictures):
    colour, taste = f"{two_heads}:colour", f"{two_heads}:taste"
    call = ("score", colour, taste, pictures, "-r", "--json", "--label", "colour:red,green", "--min", "0.6")
    both = winnow(*call, "--min", "taste:5.5").json["images"]

    def said(image) -> tuple[float, float]:
        shares = image["heads"][colour]["probabilities"]
        return max(shares["red"], shares["green"]), image["heads"][taste]["score"]

    assert [image["passed"] for image in both] == [said(image)[0] >= 0.6 and said(image)[1] >= 5.5 for image in both]
    assert 0 < sum(image["passed"] for image in both) < len(both)
    best = winnow(*call, "--top", "2", "--by", taste).json["images"]
    within = [image for image in best if said(image)[0] >= 0.6]
    assert [image["path"] for image in best if image["passed"]] == [image["path"] for image in within[:2]]
    assert [said(image)[1] for image in best] == sorted((said(image)[1] for image in best), reverse=True)


def test_that_labels_of_one_head_may_be_named_one_by_one(winnow, two_heads, pictures):
    call = ("score", f"{two_heads}:colour", pictures, "-r", "--json", "--min", "0.6")
    together = winnow(*call, "--label", "red,green").json
    assert winnow(*call, "--label", "red", "--label", "colour:green").json == together


SEVERAL_WRONG = {
    "--label mauve": "no head that is asked has 'mauve'; they have {colour}:red, {colour}:green, {colour}:blue",
    "--label taste:red": "taste has no label 'red'; a score head has none",
    "--min taste:high": "--min cannot be 'taste:high'; give a number, or HEAD:NUMBER with HEAD one of",
    "--min taste:5 --min taste:6": "--min is said twice of",
    "--top 3 --by nobody": "no head that is asked is called 'nobody'; --by takes one of",
    "--label red --min taste:11": "the lowest value 11 is out of range: taste answers with a score from 0 to 10",
}


@pytest.mark.parametrize("words", SEVERAL_WRONG)
def test_that_wrong_limits_of_several_heads_are_one_line(winnow, two_heads, pictures, words):
    ran = winnow("score", f"{two_heads}:colour", f"{two_heads}:taste", pictures, *words.split())
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1), ran
    assert SEVERAL_WRONG[words].format(colour=f"{two_heads.name}:colour") in ran.err


def test_that_a_head_file_judges_files_outside_any_project(winnow, two_heads, pictures, tmp_path):
    [file] = (two_heads / "heads").glob("taste*/v1/taste-v1.safetensors")
    shutil.copytree(file.parent, tmp_path / "elsewhere")
    ran = winnow("score", tmp_path / "elsewhere" / file.name, pictures, "-r", "--json")
    assert ran.json["images"] == winnow("score", f"{two_heads}:taste", pictures, "-r", "--json").json["images"]


def test_that_the_folder_of_a_head_is_a_head_before_the_paths_too(winnow, two_heads, pictures, tmp_path):
    out = tmp_path / "out_head"
    assert winnow("export", "head", two_heads, "taste", out, "--quiet").code == 0
    call = ("score", f"{two_heads}:colour", out, pictures, "-r", "--json")
    ran = winnow(*call)
    assert (ran.code, ran.json["failed"]) == (0, []) and str(out) in ran.json["images"][0]["heads"]
    with Image.open(next(pictures.glob("*.png"))) as image:
        image.save(out / "one.png")
    assert str(out / "one.png") in [one["path"] for one in winnow(*call).json["images"]]


@pytest.mark.parametrize("act", ["copy", "link", "move"])
@pytest.mark.parametrize("structure", [True, False])
def test_that_what_passes_is_put_there_and_putback_undoes_it(winnow, two_heads, pictures, tmp_path, act, structure):
    before, target = files(pictures), tmp_path / "target"
    keep = ["--keep-structure"] if structure else []
    ran = winnow("score", f"{two_heads}:taste", pictures, "-r", "--top", 4, f"--{act}-to", target, *keep, "--json")
    chosen = {Path(image["path"]).relative_to(pictures).as_posix() for image in ran.json["images"] if image["passed"]}
    names = chosen if structure else {Path(name).name for name in chosen}
    assert (ran.code, len(chosen), set(files(target))) == (0, 4, names)
    assert {Path(one["target"]).is_symlink() for one in ran.json["transferred"]} == {act == "link"}
    assert set(files(pictures)) == (set(before) - chosen if act == "move" else set(before))
    undone = winnow("putback", ran.json["manifest"], "--json")
    assert (undone.code, undone.json) == (0, {"undone": 4, "failed": []})
    assert (files(pictures), files(target)) == (before, {})


def test_that_nothing_is_written_over_and_the_same_call_adds_nothing(winnow, two_heads, pictures, tmp_path):
    shutil.copy(pictures / "00 red.png", pictures / "a" / "same name.png")
    Image.new("RGB", (40, 40), "teal").save(pictures / "a" / "b" / "same name.png")
    call = ("score", f"{two_heads}:taste", pictures, "-r", "--copy-to", tmp_path / "target", "--json")
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "00 red.png").write_bytes(b"mine")
    first = winnow(*call).json
    after = files(tmp_path / "target")
    assert after["00 red.png"] == b"mine" and {"00 red-2.png", "same name.png", "same name-2.png"} <= set(after)
    assert sorted(after.values()) == sorted([b"mine", *files(pictures).values()])
    second = winnow(*call).json
    assert (len(first["transferred"]), second["transferred"], second["kept"]) == (11, [], 11)
    assert files(tmp_path / "target") == after


def test_that_a_dry_run_touches_nothing_and_says_what_would_be_done(winnow, two_heads, pictures, tmp_path):
    before = files(pictures)
    call = ("score", f"{two_heads}:taste", pictures, "-r", "--min", 5, "--move-to", tmp_path / "target", "--json")
    dry = winnow(*call, "--dry-run").json
    assert files(pictures) == before and not (tmp_path / "target").exists() and dry["manifest"] is None
    assert winnow(*call).json["transferred"] == dry["transferred"]


def test_that_the_manifest_is_there_before_anything_moves(winnow, two_heads, pictures, tmp_path, monkeypatch):
    def stopped(one):
        raise Cancelled

    monkeypatch.setattr("core.scoring.transfers._carry_out", stopped)
    before = files(pictures)
    ran = winnow("score", f"{two_heads}:taste", pictures, "-r", "--move-to", tmp_path / "target")
    [manifest] = (tmp_path / "target").glob(f"{MANIFEST}*")
    assert (ran.code, files(pictures)) == (130, before)
    assert len(manifest.read_text().splitlines()) == 12  # columns, the folder, that it was made, nine pictures
    assert winnow("putback", manifest, "--json").json == {"undone": 0, "failed": []}


def test_that_nothing_passed_is_said_of_copies_and_sheets(winnow, two_heads, pictures, tmp_path):
    call = ("score", f"{two_heads}:taste", pictures, "--min", "10", "--copy-to", tmp_path / "target")
    said = winnow(*call, "--sheet", tmp_path / "n.png").out
    assert "nothing passed, so nothing was copied" in said and "n.png, empty: nothing passed" in said


def test_that_putback_leaves_what_was_changed_since(winnow, two_heads, pictures, tmp_path):
    ran = winnow("score", f"{two_heads}:taste", pictures, "--copy-to", tmp_path / "target", "--json").json
    changed = Path(ran["transferred"][0]["target"])
    changed.write_bytes(b"worked on")
    undone = winnow("putback", ran["manifest"], "--json")
    assert (undone.code, list(files(tmp_path / "target"))) == (1, [changed.name])
    assert [one["path"] for one in undone.json["failed"]] == [str(changed)]


def test_that_a_folder_with_a_manifest_has_nothing_unreadable(winnow, two_heads, pictures, tmp_path):
    winnow("score", f"{two_heads}:taste", pictures, "-r", "--copy-to", tmp_path / "target")
    ran = winnow("score", f"{two_heads}:taste", tmp_path / "target", "--json")
    assert (ran.code, len(ran.json["images"])) == (0, 9)


def test_that_a_second_call_looks_at_no_picture_again(winnow, two_heads, pictures, monkeypatch):
    call = ("score", f"{two_heads}:taste", pictures, "-r", "--json")
    first = winnow(*call).json
    monkeypatch.setattr("core.scoring.eyes.load_encoder", no_encoding)
    assert winnow(*call).json == first
    assert winnow("score", f"{two_heads}:colour", pictures, "-r", "--json").code == 0


def test_that_nothing_is_kept_where_that_is_not_wanted(winnow, two_heads, pictures, own_cache):
    assert winnow("score", f"{two_heads}:taste", pictures, "--no-cache").code == 0
    assert list(own_cache.iterdir()) == []


def test_that_files_of_a_project_take_its_vectors(winnow, two_heads, trained, monkeypatch):
    monkeypatch.setattr("core.scoring.eyes.load_encoder", no_encoding)
    monkeypatch.setattr(looking, "_read", no_encoding)
    ran = winnow("score", f"{two_heads}:taste", trained.images, "--no-cache", "--json")
    assert (ran.code, len(ran.json["images"])) == (0, 24)


def test_that_a_file_changed_since_it_was_scanned_is_looked_at_anew(winnow, two_heads, trained):
    file = sorted(trained.images.iterdir())[0]
    data, status = file.read_bytes(), file.stat()
    model = f"{two_heads}:taste"
    before = winnow("score", model, file, "--json").json["images"][0]["score"]
    try:
        Image.new("RGB", (96, 72), "blue").save(file)
        assert winnow("score", model, file, "--json").json["images"][0]["score"] != before
    finally:
        file.write_bytes(data)
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_that_an_interrupted_call_goes_on_where_it_was(winnow, two_heads, pictures, monkeypatch, own_cache):
    encoded = looking._Looking._encoded
    seen: list[str] = []

    def one_batch(self, batch):
        if seen:
            raise Cancelled
        done = encoded(self, batch[:4])
        seen.extend(done.paths)
        return done

    call = ("score", f"{two_heads}:taste", pictures, "-r", "--json")
    monkeypatch.setattr("core.encoders.signal.encoder.SignalEncoder.batch_size", 4)
    monkeypatch.setattr(looking._Looking, "_encoded", one_batch)
    assert winnow(*call).code == 130
    monkeypatch.setattr(looking._Looking, "_encoded", encoded)
    read: list[object] = []
    prepared = looking.prepared
    monkeypatch.setattr(looking, "prepared", lambda *given: read.append(given) or prepared(*given))
    assert len(winnow(*call).json["images"]) == 9
    assert (len(seen), len(read)) == (4, 5)


@pytest.mark.parametrize("shape", [(1, -1), (-1,)])
def test_that_vector_files_are_judged_as_their_pictures(winnow, two_heads, trained, tmp_path, shape):
    from core.project import Project

    with Project.open(two_heads, read_only=True) as project:
        store = project.embeddings(project.encoders.all()[0])
        [file] = project.images.get([project.images.all().ids[0]])
        where = store.positions(np.frombuffer(bytes.fromhex(file.content_hash), np.uint8)[None])
        np.save(tmp_path / "a.npy", store.gather(where).reshape(shape).astype(np.float32))
    (tmp_path / "torn.npy").write_bytes(b"\x93NUMPY")
    np.save(tmp_path / "short.npy", np.ones((1, 7), np.float32))
    np.save(tmp_path / "object.npy", np.array([{}]), allow_pickle=True)
    ran = winnow("score", f"{two_heads}:taste", tmp_path, "--json")
    [image] = ran.json["images"]
    assert image["score"] == winnow("score", f"{two_heads}:taste", file.path, "--json").json["images"][0]["score"]
    assert {Path(one["path"]).name for one in ran.json["failed"]} == {"torn.npy", "short.npy", "object.npy"}


def test_that_a_table_may_be_parquet_and_holds_every_head(winnow, two_heads, pictures, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    out = tmp_path / "scores.parquet"
    ran = winnow("score", f"{two_heads}:colour", f"{two_heads}:taste", pictures, "-r", "--out", out, "--json")
    rows = parquet.read_table(out).to_pylist()
    assert [row["path"] for row in rows] == [image["path"] for image in ran.json["images"]]
    names = {path.rpartition("/")[2] for path in (f"{two_heads}:colour", f"{two_heads}:taste")}
    assert {column.rpartition(".")[0] for column in rows[0]} == {"", *names}


def test_that_a_table_of_nothing_is_written_too(winnow, two_heads, pictures, tmp_path):
    for ending in ("csv", "jsonl", "parquet"):
        out = tmp_path / f"none.{ending}"
        ran = winnow("score", f"{two_heads}:taste", pictures, "--min", 10, "--out", out)
        assert ran.code == 0 and out.exists()


def test_that_a_sheet_shows_what_passes_and_bars_go_to_stderr(winnow, two_heads, pictures, tmp_path):
    sheet = tmp_path / "best.png"
    ran = winnow("score", f"{two_heads}:taste", pictures, "-r", "--top", 4, "--sheet", sheet, "--json")
    with Image.open(sheet) as image:
        assert image.format == "PNG" and image.size == (2 * 198 + 6, 2 * 218 + 6)
        pixels = np.asarray(image.convert("RGB"))
        assert np.ptp(pixels[20:140, 20:180].reshape(-1, 3), axis=0).max() > 10
    bars = [line for line in ran.err.splitlines() if " to " in line and "%" in line]
    assert len(bars) == 10 and sum(int(line.split("(")[0].split()[-1]) for line in bars) == 9
    assert json.loads(ran.out)["passed"] == 4
    assert ran.json["written"] == [sheet.as_posix()]


@pytest.mark.parametrize("option", ["--out=/proc/x.csv", "--sheet=/proc/x.png"])
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder that nobody may write to")
def test_that_a_place_that_takes_no_file_is_told_before_the_work(winnow, two_heads, pictures, option):
    ran = winnow("score", f"{two_heads}:taste", pictures, "-r", option)
    assert ran.code == 2
    assert ran.err.startswith("winnow: error: cannot write /proc/x")


def test_that_bars_of_a_class_head_count_its_labels_or_spread_the_one_asked_for(winnow, two_heads, pictures):
    model = f"{two_heads}:colour"
    plain = winnow("score", model, pictures, "-r").err
    assert [line.split()[0] for line in plain.splitlines() if line.endswith("%)")] == ["red", "green", "blue"]
    asked = winnow("score", model, pictures, "-r", "--label", "red").err
    assert sum(line.endswith("%)") for line in asked.splitlines()) == 10
    assert "%)" not in winnow("score", model, pictures / "00 red.png").err


WRONG = {
    "{model} {images} --copy-to {out} --move-to {out}": "exclude each other",
    "{model} {images} --dry-run": "--dry-run is about files",
    "{model} {images} --keep-structure": "--keep-structure is about files",
    "{model} {images} --copy-to {file}": "is a file",
    "{model} {images} --sheet x.jpg": "ends in .png",
    "{model} {images} --sheet {out}/x.png": "there is no folder",
    "{model} {images} --out x.txt": "ends in .csv, .jsonl or .parquet",
    "{model} {images} --out {out}/x.csv": "there is no folder",
    "{model} {images} --min 11": "out of range",
    "{model} {images} --min 6 --max 5": "nothing could pass",
    "{model} {images} --label red": "a score head has none",
    "{model} {model}": "there is nothing to score",
    "{model} {images} --head {out}": "there is no head",
}


@pytest.mark.parametrize("call", WRONG)
def test_that_a_wrong_call_is_one_line_and_touches_nothing(winnow, two_heads, pictures, tmp_path, call):
    (tmp_path / "file").write_text("text")
    places = {"model": f"{two_heads}:taste", "images": pictures, "out": tmp_path / "out", "file": tmp_path / "file"}
    before = files(pictures)
    ran = winnow("score", *(word.format(**places) for word in call.split()))
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1), ran
    assert WRONG[call] in ran.err
    assert files(pictures) == before and not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "act,source,target\nburn,x,y\n"])
def test_that_putback_takes_no_other_table(winnow, tmp_path, text):
    (tmp_path / "x.csv").write_text(text)
    ran = winnow("putback", tmp_path / "x.csv")
    assert (ran.code, ran.out) == (2, "") and "is no manifest" in ran.err
    assert "there is no file" in winnow("putback", tmp_path / "nothing.csv").err


def test_that_limits_keep_the_same_files_as_in_the_window(winnow, two_heads, trained):
    with Project.open(two_heads, read_only=True) as project:
        for name, label, scale in (("colour", "red", 1), ("taste", None, BRACKETS)):
            turns = gather_turns(project, project.heads.get(name), project.images.all())
            for value in (0.2, 0.5, 0.8):
                low = between_numbers(value)
                kept = {path for _, path, _ in project.files.of(turns.kept(0, Limits(low)))}
                asked = ["--min", round(low * scale, 9), *(["--label", label] if label else [])]
                ran = winnow("score", f"{two_heads}:{name}", trained.images, *asked, "--json")
                assert {image["path"] for image in ran.json["images"] if image["passed"]} == kept


def test_that_an_excluded_image_passes_no_limits_here_nor_in_the_window(winnow, two_heads, trained, tmp_path):
    project = tmp_path / "project"
    shutil.copytree(two_heads, project)
    asked = (trained.images, "--label", "red", "--min", "0.2", "--top", "3")
    ran = winnow("score", f"{project}:colour", *asked, "--json")
    before = [image["path"] for image in ran.json["images"] if image["passed"]]
    with Project.open(project) as opened:
        head, first = opened.heads.get("colour"), opened.images.by_path(Path(before[0]).name)
        opened.annotations.mark(head.head_id, [first], Field.EXCLUDED, on=True)
        assert first not in gather_turns(opened, head, opened.images.all()).kept_ids
        folder = project / opened.versions.of(head.head_id)[-1].folder
    ran = winnow("score", f"{project}:colour", *asked, "--copy-to", tmp_path / "red", "--json")
    after = [image["path"] for image in ran.json["images"] if image["passed"]]
    assert (len(after), ran.json["passed"], before[0] in after) == (3, 3, False) and after[:2] == before[1:]
    assert not (tmp_path / "red" / Path(before[0]).name).exists()
    assert winnow("score", f"{project}:taste", trained.images, "--json").json["passed"] == len(trained.colour_of)
    assert "1 excluded image left out" in winnow("score", f"{project}:colour", *asked).out
    spec = ScoreSpec("score", (str(trained.images),), False, (str(folder),), "cpu", project=str(project))
    assert run_job(spec, lambda event: None, lambda: False).left_out == {before[0]}


def test_that_a_tag_that_nothing_was_learned_of_has_no_number_and_meets_no_limit(winnow, world, pictures):
    rows = [(name, "red" if colour == "red" else "-red") for name, colour in world.colour_of.items()]
    answers = write_csv(world.project.parent / "tags.csv", rows)
    winnow("head", "add", world.project, "tags", "--kind", "tags", "--labels", "red,sky", "--encoder", "signal")
    winnow("annotate", world.project, "tags", "--from", answers)
    winnow("train", world.project, "tags")
    model = f"{world.project}:tags"
    said = winnow("score", model, pictures, "-r", "--label", "sky", "--min", "0.1", "--json").json
    assert said["passed"] == 0
    for image in said["images"]:
        assert image["probabilities"]["sky"] is None and 0 <= image["probabilities"]["red"] <= 1
    ran = winnow("score", model, pictures, "-r", "--label", "sky")
    assert "tags learned nothing of sky: no image is within a limit on it" in ran.out
    assert "nothing was learned of this" in ran.err and "nan" not in ran.out + ran.err and "sky 5" not in ran.out
    assert winnow("score", model, pictures, "-r", "--label", "sky,red", "--min", "0", "--json").json["passed"] == 9
