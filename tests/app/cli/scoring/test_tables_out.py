"""Tables, sheets and bars of what was scored."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


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
