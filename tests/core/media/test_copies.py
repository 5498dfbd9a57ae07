"""Degraded copies of a folder."""

import csv
import errno
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.arrays import text_file
from core.errors import Cancelled, UserError
from core.jobs.events import JobProgress
from core.media import content
from core.media.degrade import EFFECTS
from core.media.degrade.copies import CopyPlan, class_folder, degrade_folder
from core.media.synthetic_table import COLUMNS, kinship
from core.names import SYNTHETIC_TABLE
from tests.core.media.pictures import gradient


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "clean"
    (folder / "deep").mkdir(parents=True)
    for number in range(4):
        gradient(60 + number, 40).save(folder / ("deep" if number % 2 else "") / "same name.png")
        gradient(80 + number, 50).save(folder / f"{number}.png")
    return folder


def plan_of(sources: Path, name: str = "jpeg", **settings) -> CopyPlan:
    effect = EFFECTS[name]
    plan = CopyPlan(str(sources), sources.with_name("copies"), effect, effect.strength, effect.kinds)
    return replace(plan, **settings)


def copy(plan: CopyPlan):
    return degrade_folder(plan, lambda event: None, lambda: False)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / SYNTHETIC_TABLE).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", EFFECTS)
def test_that_the_same_seed_gives_the_same_bytes_and_another_seed_others(sources, tmp_path, name):
    first, again, other = (
        plan_of(sources, name, target=tmp_path / str(number), seed=seed) for number, seed in enumerate((1, 1, 2))
    )
    for plan in (first, again, other):
        assert copy(plan).written == 6
    assert files(first.target) == files(again.target)
    assert set(files(first.target).values()).isdisjoint(files(other.target).values())


def test_that_every_copy_has_its_row_with_strength_kind_source_and_seed(sources):
    plan = plan_of(sources, "chromatic-aberration", per_image=3, seed=7)
    assert copy(plan).written == 18
    found = rows(plan.target)
    assert tuple(found[0]) == COLUMNS
    assert {row["file"] for row in found} | {SYNTHETIC_TABLE} == set(files(plan.target))
    assert all(1 <= float(row["strength"]) <= 3 and row["unit"] == "px" and row["angle"] for row in found)
    assert {row["kind"] for row in found} == {"whole", "radial", "background"}
    assert {row["seed"] for row in found} == {"7"} and {row["copy"] for row in found} == {"1", "2", "3"}
    assert {row["source"] for row in found} == {path.as_posix() for path in sources.rglob("*.png")}


def test_that_a_copy_does_not_hang_on_the_other_files(sources, tmp_path):
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "2.png").write_bytes((sources / "2.png").read_bytes())
    many, one = plan_of(sources, "noise"), plan_of(alone, "noise", target=tmp_path / "one")
    copy(many), copy(one)
    [name] = [name for name in files(one.target) if name.endswith(".png")]
    assert files(many.target)[name] == files(one.target)[name]


def test_that_a_second_call_goes_on_and_writes_nothing_over(sources):
    plan = plan_of(sources, "noise")
    copy(plan)
    before = files(plan.target)
    gone = next(name for name in before if name.endswith(".png"))
    (plan.target / gone).unlink()
    copied = copy(replace(plan, per_image=2))
    assert (copied.written, copied.kept, copied.failed) == (7, 5, ())
    assert {name: files(plan.target)[name] for name in before if name != SYNTHETIC_TABLE} == {
        name: data for name, data in before.items() if name != SYNTHETIC_TABLE
    }


def test_that_files_of_others_are_left_alone_and_listed(sources):
    plan = plan_of(sources, "noise")
    copy(plan)
    stranger = next(name for name in files(plan.target) if name.endswith(".png"))
    (plan.target / SYNTHETIC_TABLE).unlink()
    (plan.target / stranger).write_bytes(b"mine")
    copied = copy(plan)
    assert (plan.target / stranger).read_bytes() == b"mine"
    assert [path for path, _ in copied.failed] == [(plan.target / stranger).as_posix()]
    assert len(rows(plan.target)) == 5


def test_that_copies_of_other_settings_are_not_mistaken_for_these(sources):
    plan = plan_of(sources, "blur")
    copy(plan)
    copied = copy(replace(plan, strength=replace(plan.strength, low=2, high=3)))
    assert (copied.written, copied.kept, len(copied.failed)) == (0, 0, 6)


def test_that_a_call_that_was_stopped_goes_on_where_it_was(sources):
    plan = plan_of(sources, "noise")
    done: list[int] = []

    def emit(event):
        if isinstance(event, JobProgress):
            done.append(event.done)

    with pytest.raises(Cancelled):
        degrade_folder(plan, emit, lambda: bool(done))
    kept = len(rows(plan.target))
    assert 0 < kept < 6
    copied = copy(plan)
    assert copied.kept == kept and len(rows(plan.target)) == 6
    assert not list(plan.target.rglob(".*"))


def test_that_copies_are_written_on_a_disk_without_hard_links_and_over_no_file(sources, monkeypatch):
    def refuse(*arguments, **options):
        raise OSError(errno.EPERM, "Operation not permitted")

    usual = plan_of(sources, target=sources.with_name("usual"))
    copy(usual)
    monkeypatch.setattr(text_file.os, "link", refuse)
    plan = plan_of(sources)
    assert copy(plan).written == 6
    made = files(plan.target)
    assert made.keys() == files(usual.target).keys() and not list(plan.target.rglob(".*"))
    (plan.target / SYNTHETIC_TABLE).unlink()
    changed = plan.target / rows(usual.target)[0]["file"]
    changed.write_bytes(b"mine")
    assert [path for path, _ in copy(plan).failed] == [str(changed)] and changed.read_bytes() == b"mine"


def test_that_copies_of_a_large_picture_are_those_of_a_small_one(sources, tmp_path, monkeypatch):
    first, second = (plan_of(sources, target=tmp_path / name) for name in ("whole", "pieces"))
    copy(first)
    monkeypatch.setattr(content, "_WHOLE_BYTES", 100)
    copy(second)
    assert files(first.target) == files(second.target)


def test_that_bad_files_are_listed_and_never_end_the_run(sources):
    (sources / "torn.png").write_bytes((sources / "2.png").read_bytes()[:60])
    (sources / "words.jpg").write_text("no picture")
    copied = copy(plan_of(sources))
    assert copied.written == 6
    assert [Path(path).name for path, reason in copied.failed if reason] == ["torn.png", "words.jpg"]


def test_that_a_picture_larger_than_the_codec_allows_is_listed(sources):
    Image.new("L", (17_000, 4), 90).save(sources / "long.png")
    copied = copy(plan_of(sources, "webp"))
    assert copied.written == 6
    assert [Path(path).name for path, _ in copied.failed] == ["long.png"]


def test_that_each_effect_has_the_next_free_number_and_keeps_it(tmp_path):
    assert class_folder(tmp_path / "nowhere", "jpeg") == "1_jpeg"
    for name in ("0_Pass", "4_WebP", "notes"):
        (tmp_path / name).mkdir()
    assert class_folder(tmp_path, "webp") == "4_WebP"
    assert class_folder(tmp_path, "jpeg") == "5_jpeg"


def test_that_another_table_is_never_written_to(sources):
    plan = plan_of(sources)
    plan.target.mkdir()
    (plan.target / SYNTHETIC_TABLE).write_text("a,b\n1,2\n")
    with pytest.raises(UserError, match="no table of synthetic copies"):
        copy(plan)
    assert (plan.target / SYNTHETIC_TABLE).read_text() == "a,b\n1,2\n"
    assert list(kinship(plan.target / SYNTHETIC_TABLE)) == []


def test_that_kin_are_a_copy_and_its_source_and_the_copies_of_one_source(sources):
    plan = plan_of(sources, per_image=2)
    copy(plan)
    pairs = set(kinship(plan.target / SYNTHETIC_TABLE))
    by_source: dict[str, list[str]] = {}
    for row in rows(plan.target):
        by_source.setdefault(row["source_sha256"], []).append(row["sha256"])
    expected = {(copy, source) for source, copies in by_source.items() for copy in copies}
    assert expected <= pairs
    assert pairs - expected == {(second, first) for first, second in by_source.values() if first != second}


def test_that_a_torn_last_row_is_left_out_and_written_anew(sources):
    plan = plan_of(sources, "noise")
    copy(plan)
    table = plan.target / SYNTHETIC_TABLE
    table.write_bytes(table.read_bytes()[:-70])
    copied = copy(plan)
    assert (copied.written, copied.kept) == (1, 5)
    whole = [row for row in rows(plan.target) if row["source_sha256"]]
    assert len(whole) == 6 and np.unique([row["file"] for row in whole]).size == 6
