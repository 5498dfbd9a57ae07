"""The table of acts and the keys bound to them."""

from __future__ import annotations

import pytest

from app.actions import ACTS, Bindings
from app.acts import View
from app.input.keys import Chord
from app.windows.menus import MENUS, SEPARATOR, SUBMENUS
from core.errors import UserError
from core.values import HeadKind


def find(text: str, kind: HeadKind | None = HeadKind.CLASS, view: View = View.LABEL, bindings: Bindings | None = None):
    act = (bindings or Bindings()).find(Chord.parse(text), kind=kind, view=view)
    return None if act is None else act.act_id


def test_that_the_default_keys_do_not_clash():
    bindings = Bindings()
    assert {act.act_id: bindings.keys_of(act.act_id) for act in ACTS} == {act.act_id: act.keys for act in ACTS}


def test_that_ids_are_unique():
    assert len({act.act_id for act in ACTS}) == len(ACTS)


@pytest.mark.parametrize(
    ("keys", "act"),
    [
        ("1", "answer_1"),
        ("0", "answer_0"),
        ("Shift+6", "second_6"),
        ("Space", "confirm"),
        ("Enter", "confirm"),
        ("Backspace", "undo"),
        ("Ctrl+Z", "undo"),
        ("Ctrl+Shift+Z", "redo"),
        ("Ctrl+Y", "redo"),
        ("Right", "next"),
        ("Left", "previous"),
        ("Home", "first"),
        ("End", "last"),
        ("N", "next_undecided"),
        ("S", "skip"),
        ("X", "exclude"),
        ("F", "flag"),
        ("U", "clear"),
        ("Z", "actual_size"),
        ("Shift+Z", "lock_zoom"),
        ("Ctrl+0", "fit"),
        ("+", "zoom_in"),
        ("G", "grid"),
        ("E", "single"),
        ("H", "hide_prediction"),
        ("Ctrl+R", "retrain"),
        ("F5", "retrain"),
        ("?", "key_overlay"),
        ("Tab", "next_head"),
    ],
)
def test_that_the_keys_people_know_are_bound(keys, act):
    assert find(keys) == act


@pytest.mark.parametrize("keys", ["-", "Num+", "T"])
def test_that_score_ten_is_one_stroke(keys):
    assert find(keys, HeadKind.SCORE) == "top_score"


def test_that_the_minus_key_zooms_where_there_is_no_score():
    assert find("-", HeadKind.CLASS) == "zoom_out"


def test_that_letters_that_other_tools_use_in_two_ways_are_free():
    assert find("A") is None
    assert find("D") is None


def test_that_arrows_are_left_to_the_grid():
    assert find("Left", view=View.GRID) is None


def test_that_a_key_can_be_changed():
    bindings = Bindings({"skip": ["D"]})
    assert find("D", bindings=bindings) == "skip"
    assert find("S", bindings=bindings) is None


def test_that_a_clash_is_refused_and_names_both_acts():
    with pytest.raises(UserError, match=r"Flag.*Skip|Skip.*Flag"):
        Bindings({"skip": ["F"]})


def test_that_a_change_cannot_hide_another_act_in_one_kind_of_head():
    with pytest.raises(UserError, match="means both"):
        Bindings({"top_score": ["F"]})


def test_that_unknown_acts_are_refused():
    with pytest.raises(UserError, match="no act"):
        Bindings({"fly": ["F"]})


def test_that_every_bound_act_stands_in_the_key_list():
    lines = Bindings().lines()
    keys = " · ".join(line.keys for line in lines)
    missing = [act.act_id for act in ACTS if act.keys and not act.line and act.keys[0] not in keys]
    assert not missing
    assert any(line.keys == "1–9, 0" for line in lines)


def test_that_the_menus_name_acts_of_the_table():
    ids = {act.act_id for act in ACTS} | {SEPARATOR, "recent", *SUBMENUS}
    named = {act_id for _, act_ids in (*MENUS, *SUBMENUS.values()) for act_id in act_ids}
    assert named <= ids


def test_that_every_menu_is_opened_by_a_letter_of_its_own():
    letters = [title[title.index("&") + 1].casefold() for title, _ in MENUS]
    assert len(set(letters)) == len(MENUS)


def test_that_every_act_can_be_performed(shell):
    assert set(shell.commands.handlers) == {act.act_id for act in ACTS}
