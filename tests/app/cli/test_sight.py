"""What is said where the built-in encoder is asked what a picture shows."""

from __future__ import annotations

import pytest

from app.cli.sight import SEES_FAULTS, word_for_poor_figure
from core.values import OUT_OF_FOLD, Combine, Head, HeadId, HeadKind, Metrics, Tiles
from tests.app.cli.conftest import write_csv

ADD = ("--kind", "class", "--labels", "daisy,rose")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (ADD, True),
        (("--preset", "shot-type"), True),
        (("--preset", "noise"), False),
        ((*ADD, "--encoder", "signal"), False),
    ],
    ids=["labels", "content", "defects", "named"],
)
def test_that_a_new_head_on_it_says_what_it_sees(winnow, world, words, said):
    ran = winnow("head", "add", world.project, "asked", *words)
    assert (ran.code, SEES_FAULTS in ran.err) == (0, said), ran.err


def test_that_a_poor_figure_says_why_it_may_be_poor(winnow, world, tmp_path):
    shuffled = write_csv(tmp_path / "shuffled.csv", zip(world.colour_of, sorted(world.colour_of.values()), strict=True))
    winnow("annotate", world.project, "colour", "--from", shuffled)
    assert SEES_FAULTS in winnow("train", world.project, "colour").err
    assert SEES_FAULTS in winnow("head", "progress", world.project, "colour").err


@pytest.mark.parametrize(
    ("encoder", "figures", "said"),
    [
        ("signal", Metrics(50, OUT_OF_FOLD, accuracy=0.55), True),
        ("signal", Metrics(50, OUT_OF_FOLD, accuracy=0.9), False),
        ("signal", Metrics(5, OUT_OF_FOLD, accuracy=0.2), False),
        ("signal", Metrics(50, OUT_OF_FOLD, mae=2.0, rank_correlation=0.1), True),
        ("clip-vit-l14-336", Metrics(50, OUT_OF_FOLD, accuracy=0.55), False),
        ("signal", None, False),
    ],
)
def test_that_only_a_poor_figure_on_it_is_spoken_of(encoder, figures, said):
    head = Head(HeadId(1), "kind", HeadKind.CLASS, (), encoder, Tiles.NONE, Combine.MEAN)
    assert bool(word_for_poor_figure(head, figures)) == said
