"""The layouts and tables in which annotations go out."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

from core.exchange.forms import Form
from core.values import HeadKind, ImageId, ScoreValue, Tiles
from tests.core.exchange.out.datasets import new_head, out, value_for
from tests.core.exchange.places import CLIP, embed
from tests.core.store.projects import scanned_project


def test_that_the_seeds_layout_is_numbered_folders(project, tmp_path):
    exported = out(project, project.heads.get("defects"), tmp_path / "out", Form.FOLDERS)
    assert [Path(file).relative_to(tmp_path / "out").as_posix() for file in exported.files] == [
        "0_Pass/0.png",
        "1_Bad_ 1_2/1.png",
    ]
    assert (exported.images, exported.excluded) == (2, 1)
    assert (tmp_path / "out" / "0_Pass" / "0.png").read_bytes() == (tmp_path / "photos" / "0.png").read_bytes()


def test_that_vectors_go_out_as_the_seed_reads_them(project, tmp_path):
    out(project, project.heads.get("defects"), tmp_path / "out", Form.NPY)
    vector = np.load(tmp_path / "out" / "0_Pass" / "0.npy")
    assert (vector.shape, vector.dtype) == ((1, 768), np.float32)
    np.testing.assert_array_equal(vector[0], project.embeddings(CLIP).load()[0].astype(np.float32))


def test_that_five_crops_go_out_as_their_mean(tmp_path):
    with scanned_project(tmp_path) as made:
        signature = type(CLIP)(CLIP.encoder, CLIP.key, CLIP.revision, CLIP.preprocessing, 768, Tiles.FIVE_CROP)
        values = embed(made, signature)
        head, _ = made.heads.add("taste", HeadKind.SCORE, (), CLIP.encoder, Tiles.FIVE_CROP)
        made.annotations.annotate(head.head_id, {ImageId(1): ScoreValue(7.5)})
        out(made, head, tmp_path / "out", Form.NPY)
    vector = np.load(tmp_path / "out" / "7.5" / "0.npy")
    np.testing.assert_allclose(vector, values[:1].astype(np.float32).mean(axis=1), atol=1e-6)


def test_that_the_library_layout_is_a_folder_for_each_label(project, tmp_path):
    out(project, project.heads.get("defects"), tmp_path / "out", Form.IMAGEFOLDER)
    assert sorted(file.relative_to(tmp_path / "out").as_posix() for file in (tmp_path / "out").glob("*/*")) == [
        "Bad_ 1_2/1.png",
        "Pass/0.png",
    ]


def test_that_scores_and_tags_go_out_with_metadata(project, tmp_path):
    taste, tags = new_head(project, HeadKind.SCORE, "taste"), new_head(project, HeadKind.TAGS, "tags")
    project.annotations.annotate(taste.head_id, {ImageId(1): ScoreValue(7.5)})
    project.annotations.annotate(tags.head_id, {ImageId(2): value_for(tags, ((0, True), (2, False)))})
    out(project, taste, tmp_path / "taste", Form.IMAGEFOLDER)
    out(project, tags, tmp_path / "tags", Form.IMAGEFOLDER)
    assert json.loads((tmp_path / "taste" / "metadata.jsonl").read_text()) == {
        "file_name": "images/0.png",
        "score": 7.5,
    }
    assert json.loads((tmp_path / "tags" / "metadata.jsonl").read_text()) == {
        "file_name": "images/1.png",
        "yes": ["Pass"],
        "no": ["0"],
    }


def test_that_tables_hold_every_answer_with_its_hash(project, tmp_path):
    from pyarrow import parquet

    head = project.heads.get("defects")
    for form in (Form.CSV, Form.JSONL, Form.PARQUET):
        assert out(project, head, tmp_path / f"out.{form}", form).images == 3
    with (tmp_path / "out.csv").open(newline="") as file:
        from_csv = [(row["path"], row["value"], row["hash"], row["excluded"]) for row in csv.DictReader(file)]
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    table = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert lines == table
    assert from_csv == [(row["path"], row["value"], row["hash"], str(row["excluded"])) for row in table]
    assert [row["value"] for row in table] == ["Pass", "Bad: 1/2", "Pass"]
    assert [row["excluded"] for row in table] == [False, False, True]


def test_that_tags_are_lists_in_parquet(project, tmp_path):
    from pyarrow import parquet

    tags = new_head(project, HeadKind.TAGS, "tags")
    project.annotations.annotate(tags.head_id, {ImageId(2): value_for(tags, ((0, True), (2, False)))})
    out(project, tags, tmp_path / "tags.parquet", Form.PARQUET)
    [row] = parquet.read_table(tmp_path / "tags.parquet").to_pylist()
    assert row["value"] == {"yes": ["Pass"], "no": ["0"]}
