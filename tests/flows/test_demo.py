"""The demo, played without a window."""

import json

import pytest

from app.__main__ import main
from app.cli import demo_loop


@pytest.fixture
def small(monkeypatch):
    """Fewer pictures and rounds than a person would get."""
    monkeypatch.setattr(demo_loop, "ROUNDS", 2)


def test_that_the_demo_plays_both_annotators_and_can_be_called_again(small, tmp_path, capsys):
    documents = []
    for _ in range(2):
        assert main(["demo", str(tmp_path / "demo"), "--no-window", "--pictures", "50", "--json", "--quiet"]) == 0
        documents.append(json.loads(capsys.readouterr().out))
    first, second = documents
    assert (first["images"], [one["annotations"] for one in first["rounds"]]) == (50, [5, 10])
    assert all(0 <= one["accuracy"] <= 1 and 0 <= one["random_accuracy"] <= 1 for one in first["rounds"])
    assert first["rounds"] == second["rounds"]
