"""What the prediction panel says, and what a click on it means."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF

from app.models.cards import AS_LEFT, UNSEEN, CardRow
from app.theme import DARK, LIGHT, Theme
from app.views.figures import count, duration, file_size
from app.views.label_rows import LabelRows
from app.views.prediction_panel import PredictionPanel
from app.views.score_scale import ScoreScale, committee_text, spread_band
from app.views.votes import count_votes
from core.values import BRACKETS, MEMBERS, HeadKind, ImageFile, ScoreValue
from core.wording import whole_percent
from tests.app.views.making import make_card

probabilities = st.lists(st.floats(0, 1), min_size=MEMBERS, max_size=MEMBERS)


@given(st.lists(probabilities, min_size=1, max_size=6))
def test_that_each_member_votes_for_one_class(members: list[list[float]]) -> None:
    rows = [CardRow("1", "a", votes=tuple(values)) for values in members]
    assert sum(count_votes(HeadKind.CLASS, rows)) == MEMBERS


@given(st.lists(probabilities, min_size=1, max_size=6))
def test_that_tags_get_their_votes_apart(members: list[list[float]]) -> None:
    rows = [CardRow("1", "a", votes=tuple(values)) for values in members]
    assert count_votes(HeadKind.TAGS, rows) == [sum(value > 0.5 for value in values) for values in members]


def test_that_rows_without_a_committee_have_no_votes() -> None:
    assert count_votes(HeadKind.CLASS, [CardRow("1", "a"), CardRow("2", "b")]) == [0, 0]


def test_that_twenty_labels_fit_the_height_of_a_small_window(qtbot, theme: Theme, images: list[ImageFile]) -> None:
    rows = LabelRows(theme)
    qtbot.addWidget(rows)
    rows.show_card(make_card(images[0], count=20))
    rows.fit_height(480)
    assert rows.sizeHint().height() <= 480


def test_that_a_long_reason_wraps_and_is_whole(qtbot, theme: Theme, images: list[ImageFile]) -> None:
    panel = PredictionPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(theme.panel_width, 600)
    panel.show()
    reason = "the committee is split 4 : 4 between dandelion and tulips"
    panel.show_card(replace(make_card(images[0]), reason=reason))
    lines = panel._reason.shown_lines()
    assert len(lines) == 2
    assert " ".join(lines) == reason
    panel.show_card(replace(make_card(images[0]), reason=reason * 3))
    assert len(panel._reason.shown_lines()) == 2
    assert panel._reason.shown_lines()[1].endswith("…")


def test_that_more_labels_than_fit_stay_readable(qtbot, theme: Theme, images: list[ImageFile]) -> None:
    rows = LabelRows(theme)
    qtbot.addWidget(rows)
    rows.show_card(make_card(images[0], count=60))
    rows.fit_height(480)
    assert rows.sizeHint().height() == 60 * theme.row_dense


def test_that_rows_become_a_little_lower_where_that_shows_them_all(
    qtbot, theme: Theme, images: list[ImageFile]
) -> None:
    rows = LabelRows(theme)
    qtbot.addWidget(rows)
    rows.show_card(make_card(images[0], count=11))
    rows.fit_height(11 * theme.row_dense - 11)
    assert rows.sizeHint().height() == 11 * theme.row_dense - 11


def test_that_no_room_is_kept_for_a_reason_that_is_told_elsewhere(qtbot, theme: Theme, images: list[ImageFile]) -> None:
    heights = []
    for reasons in (True, False):
        panel = PredictionPanel(theme, reasons=reasons)
        qtbot.addWidget(panel)
        panel.resize(theme.panel_width, 340)
        panel.show()
        panel.show_card(make_card(images[0], count=11))
        heights.append(panel._scroll.viewport().height())
    assert heights[1] - heights[0] >= 2 * theme.small


def test_that_a_click_on_a_row_answers_it(qtbot, theme: Theme, images: list[ImageFile]) -> None:
    rows = LabelRows(theme)
    qtbot.addWidget(rows)
    rows.show_card(make_card(images[0]))
    rows.resize(rows.sizeHint())
    with qtbot.waitSignal(rows.activated) as activated:
        qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=rows.row_rect(1).center().toPoint())
    assert activated.args == [1]


@pytest.mark.parametrize(
    ("button", "modifier"),
    [
        (Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier),
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_that_a_tag_can_be_denied_by_mouse(qtbot, theme: Theme, images, button, modifier) -> None:
    rows = LabelRows(theme)
    qtbot.addWidget(rows)
    rows.show_card(make_card(images[0], HeadKind.TAGS))
    rows.resize(rows.sizeHint())
    with qtbot.waitSignal(rows.denied) as denied:
        qtbot.mouseClick(rows, button, modifier, rows.row_rect(2).center().toPoint())
    assert denied.args == [2]


@pytest.mark.parametrize(
    ("modifier", "half"), [(Qt.KeyboardModifier.NoModifier, 0.0), (Qt.KeyboardModifier.ShiftModifier, 0.5)]
)
def test_that_a_click_on_a_bracket_scores_it(qtbot, theme: Theme, images, modifier, half: float) -> None:
    scale = ScoreScale(theme)
    qtbot.addWidget(scale)
    scale.resize(scale.sizeHint())
    scale.show_card(make_card(images[0], HeadKind.SCORE))
    for bracket in range(BRACKETS):
        with qtbot.waitSignal(scale.activated) as activated:
            qtbot.mouseClick(scale, Qt.MouseButton.LeftButton, modifier, QPoint(round(scale._x(bracket)), 120))
        assert activated.args == [bracket + half]


@pytest.mark.parametrize("many", [8, 20])
def test_that_dots_of_one_place_stand_below_the_figure(qtbot, theme: Theme, images, many: int) -> None:
    scale = ScoreScale(theme)
    qtbot.addWidget(scale)
    scale.resize(scale.sizeHint())
    scale.show_card(replace(make_card(images[0], HeadKind.SCORE), score=5.6))
    dots = scale.dots([5.6] * many)
    figure = theme.px(40) + QFontMetricsF(theme.font(theme.small)).descent()
    assert len({dot.top() for dot in dots}) == many
    assert min(dot.top() for dot in dots) >= figure


def test_that_the_spread_is_drawn_about_what_the_members_say(images) -> None:
    card = replace(make_card(images[0], HeadKind.SCORE), score=2.3, spread=0.8, members=(3.0,) * 6 + (4.0, 5.6))
    assert spread_band(card) == pytest.approx((2.65, 4.25))
    assert spread_band(replace(card, members=(9.8,) * 8)) == pytest.approx((9.0, 10.0))
    assert spread_band(replace(card, spread=None)) is None


def test_that_a_score_stands_beside_what_its_committee_says_in_words(qtbot, theme: Theme, images) -> None:
    card = replace(make_card(images[0], HeadKind.SCORE), score=2.3, spread=0.8, members=(3.0,) * 6 + (4.0, 5.5))
    assert committee_text(card) == "committee: 3.0 to 5.5"
    assert committee_text(replace(card, members=(3.02, 2.98))) == "committee: 3.0"
    assert committee_text(replace(card, members=(3.0,))) == "" == committee_text(replace(card, members=()))
    scale = ScoreScale(theme)
    qtbot.addWidget(scale)
    scale.show_card(card)
    assert scale.accessibleDescription() == "predicted 2.3, committee: 3.0 to 5.5"


def test_that_the_scale_speaks_of_prediction_and_answer(qtbot, theme: Theme, images: list[ImageFile]) -> None:
    scale = ScoreScale(theme)
    qtbot.addWidget(scale)
    scale.show_card(replace(make_card(images[0], HeadKind.SCORE), score=6.84, answer=ScoreValue(6.5)))
    assert scale.accessibleDescription() == "predicted 6.8, answered 6.5"


def test_that_the_panel_names_where_the_prediction_is_from(qtbot, theme: Theme, images: list[ImageFile]) -> None:
    panel = PredictionPanel(theme)
    qtbot.addWidget(panel)
    panel.show_card(make_card(images[0]))
    assert panel._source.text == "no prediction yet"
    panel.show_card(replace(make_card(images[0]), source="v3"))
    assert panel._source.text == "v3"
    panel.show_card(replace(make_card(images[0]), source="live"))
    assert panel._source.text == "live: learns as you answer"
    panel.show_card(replace(make_card(images[0]), source=AS_LEFT))
    assert panel._source.text == "live, as you left it"
    assert "knows no answer given since" in panel._source.toolTip()
    panel.show_card(replace(make_card(images[0]), source=UNSEEN))
    assert panel._source.text == "did not learn from it"
    panel.set_prediction_hidden(hidden=True, key="H")
    assert panel._source.text == "hidden"
    assert panel._reason.text == "predictions are hidden: H shows them"


def test_that_a_hidden_prediction_leaves_no_trace_in_the_pixels(qtbot, theme: Theme, images: list[ImageFile]) -> None:
    panel = PredictionPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(theme.panel_width, 500)
    panel.set_prediction_hidden(hidden=True)
    panel.show_card(make_card(images[0]))
    without = panel.grab().toImage()
    swayed = make_card(images[0])
    rows = tuple(replace(row, probability=0.9 - 0.4 * n, proposed=n == 0) for n, row in enumerate(swayed.rows))
    panel.show_card(replace(swayed, rows=rows))
    assert panel.grab().toImage() == without


def test_that_a_long_name_is_told_in_full_by_the_tip(qtbot, theme: Theme, images: list[ImageFile]) -> None:
    panel = PredictionPanel(theme)
    qtbot.addWidget(panel)
    path = "pictures/" + "a very long name " * 10 + ".jpg"
    panel.show_card(make_card(replace(images[0], path=path)))
    assert panel._name.toolTip() == path


def test_that_figures_read_as_people_write_them() -> None:
    assert count(1234567) == "1,234,567"
    assert [file_size(size) for size in (12, 4_200, 2_100_000)] == ["12 B", "4 kB", "2.1 MB"]
    assert [duration(s) for s in (8, 60, 200, 3600, 7500)] == ["8 s", "1 min", "3 min 20 s", "1 h", "2 h 5 min"]


@pytest.mark.parametrize("other", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_that_the_widest_figure_has_room_in_bold(qtbot, theme: Theme, other: Theme, scale: float) -> None:
    rows = LabelRows(other.at(scale))
    qtbot.addWidget(rows)
    metrics = QFontMetricsF(other.at(scale).font(bold=True))
    assert rows._percent >= max(metrics.horizontalAdvance(whole_percent(value)) for value in (0.996, 1.0))
