"""The benchmark of scoring runs, and what it compares is the same work."""

import numpy as np
import pytest

from core.benchmarks import BenchOptions, score
from core.media.draw import draw_scene
from core.scoring.eyes import Eyes
from core.scoring.judging import Judge, Memory, judge_files
from core.values import Combine, Tiles


def test_that_it_runs_without_photographs():
    rows = score.run(BenchOptions(None, quick=True))
    assert [row.unit for row in rows] == ["images/s"] * 3
    assert all(row.value > 0 and row.baseline > 0 and "quick" in row.note for row in rows)


def test_that_the_folder_and_the_loop_of_one_at_a_time_give_the_same_scores(tmp_path):
    files = [str(tmp_path / f"{number}.png") for number in range(3)]
    for number, path in enumerate(files):
        draw_scene(np.random.default_rng(number), 160, 120).save(path)
    eyes = Eyes("signal", Tiles.NONE, "cpu")
    judge = Judge("bench", score._head(eyes.signature.dim, "cpu", 0), eyes, Combine.MEAN)
    judged = judge_files([judge], files, Memory(), lambda event: None, lambda: False)
    alone = score._loop(judge, files)
    assert [image.values[0][0] for image in judged.images] == pytest.approx(alone, abs=1e-6)
