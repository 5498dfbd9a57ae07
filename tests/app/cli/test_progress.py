"""What progress looks like in a log or a pipe."""

import pytest

from app.cli.progress import Reporter, describe, reporter
from core.jobs.events import JobProgress


@pytest.fixture
def shown(capsys):
    """The lines that a row of (stage, done, total) leaves on a stderr that is no terminal."""

    def show(*reports):
        with reporter(quiet=False) as lines:
            for stage, done, total in reports:
                lines.show(JobProgress("job", stage, done, total))
        return capsys.readouterr().err.splitlines()

    return show


def test_that_a_stage_of_many_steps_leaves_a_line_at_its_end(shown):
    assert shown(("predicting", 0, 299), ("predicting", 120, 299), ("predicting", 299, 299)) == ["predicting: 299/299"]


def test_that_a_quick_stage_of_one_step_leaves_none(shown):
    assert shown(("writing", 0, None), ("writing", 1, 1)) == []


def test_that_an_encoder_that_is_loaded_is_named_at_once(shown):
    assert shown(("loading clip", 0, None), ("embedding", 0, 9), ("embedding", 9, 9)) == [
        "loading clip",
        "embedding: 9/9",
    ]


def test_that_quiet_shows_nothing(capsys):
    with reporter(quiet=True) as silent:
        assert type(silent) is Reporter
        silent.show(JobProgress("job", "predicting", 299, 299))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("progress", "line"),
    [
        (JobProgress("job", "committee", 0, None), "committee"),
        (JobProgress("job", "listing", 1200, None, 600.0), "listing: 1,200, 600.0/s"),
        (JobProgress("job", "scanning", 5, 12, 2.5, 3.0), "scanning: 5/12, 2.5/s, 3 s left"),
        (JobProgress("job", "scanning", 5, 9000, 2.5, 3598.0), "scanning: 5/9,000, 2.5/s, 59 min left"),
        (JobProgress("job", "training", 5, 600_000, 50.0, 11_700.0), "training: 5/600,000, 50.0/s, about 3 h left"),
        (JobProgress("job", "scanning", 12, 12, 2.5, 0.0), "scanning: 12/12, 2.5/s"),
    ],
)
def test_that_a_line_says_only_what_is_known(progress, line):
    assert describe(progress) == line
