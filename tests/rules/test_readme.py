"""The README says what is true: its commands exist, its keys and figures are those of the program."""

import dataclasses
import re
from datetime import date

import pytest

from app.__main__ import main
from core.find.parsing import parse
from core.find.terms import conditions
from core.recipes.recipe import Recipe
from tests.rules import documents

README = documents.README.read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"winnow (demo|[a-z]+ flowers|(?:head|import|export) [a-z]+|encoders)\b", README)))


def test_that_two_commands_do_all_the_setting_up():
    commands = [line.strip() for line in README.splitlines() if line.strip().startswith("pip install")]
    assert commands == ["pip install uv && uv run winnow demo", "pip install uv && uv run pytest"]


def test_that_the_continuous_check_runs_the_second_command():
    script = (documents.ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "pip install uv && uv run pytest" in script


def test_that_the_key_list_is_that_of_the_window():
    assert documents.part(README, "keys") == documents.key_list()


def test_that_the_figures_are_those_that_were_measured():
    assert documents.part(README, "figures") == documents.figures()


def test_that_the_orders_are_those_of_the_family():
    assert documents.part(README, "orders") == documents.orders()


def test_that_every_setting_of_a_recipe_is_in_the_table():
    made = documents.settings()
    assert documents.part(documents.RECIPES.read_text(encoding="utf-8"), "settings") == made
    assert re.findall(r"^\| `(\w+)`", made, re.MULTILINE) == [field.name for field in dataclasses.fields(Recipe)]


@pytest.mark.parametrize("command", COMMANDS)
def test_that_a_command_of_the_readme_exists(command, capsys):
    words = command.removesuffix(" flowers").split()
    assert main([*words, "--help"]) == 0
    assert "Usage" in capsys.readouterr().out


def test_that_every_picture_and_page_the_readme_names_is_there():
    named = re.findall(r"\]\((docs/[^)]+)\)", README)
    assert named
    assert [name for name in named if not (documents.ROOT / name).is_file()] == []


QUERIES = re.findall(r'winnow find flowers "([^\n]+?)"(?:\s|$)', README)
WORDS = re.findall(r"`([^`]+)`", README[README.index("| word | finds |") : README.index("`label:none` and")])


@pytest.mark.parametrize("query", [*QUERIES, *(word for word in WORDS if word not in ("*", "?", "annotation:"))])
def test_that_a_query_of_the_readme_can_be_read(query):
    assert conditions(parse(query, date(2026, 11, 28)))
