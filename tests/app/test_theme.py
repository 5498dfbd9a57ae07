"""Both themes can be read."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QWidget,
)

from app import theme as themes
from app.theme import DARK, LIGHT, Theme

GROUNDS = ("window", "surface", "canvas", "hover", "accent_wash")
TEXTS = ("text", "dim")
AA_TEXT, AA_SHAPE = 4.5, 3.0


def luminance(colour: QColor) -> float:
    """WCAG 2.2 relative luminance."""
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour.getRgbF()[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


both = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


@both
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_that_text_keeps_aa_contrast_on_every_ground(theme: Theme, text: str, ground: str) -> None:
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= AA_TEXT


@both
@pytest.mark.parametrize("ground", ["window", "surface", "hover", "pressed"])
def test_that_what_cannot_be_used_now_can_still_be_read(theme: Theme, ground: str) -> None:
    assert contrast(theme.disabled, getattr(theme, ground)) >= AA_SHAPE


@both
@pytest.mark.parametrize("colour", ["warning", "danger", "accent"])
def test_that_coloured_text_keeps_aa_contrast_on_bars_and_panels(theme: Theme, colour: str) -> None:
    assert contrast(getattr(theme, colour), theme.window) >= AA_TEXT


@both
def test_that_text_on_the_accent_keeps_aa_contrast(theme: Theme) -> None:
    assert contrast(theme.accent_text, theme.accent) >= AA_TEXT
    assert contrast(theme.accent_text, theme.accent_hover) >= AA_TEXT


@both
@pytest.mark.parametrize("ground", ["window", "surface"])
def test_that_outlines_of_keys_and_boxes_can_be_told_from_their_ground(theme: Theme, ground: str) -> None:
    assert contrast(theme.edge, getattr(theme, ground)) >= AA_SHAPE


@both
def test_that_greys_around_the_picture_have_no_tint(theme: Theme) -> None:
    for name in ("canvas", "window", "surface", "track", "line"):
        red, green, blue, _ = getattr(theme, name).getRgb()
        assert red == green == blue


@pytest.mark.parametrize("mode", ["light", "dark", "system"])
def test_that_every_mode_dresses_the_application(qapp: QApplication, mode: themes.Mode) -> None:
    theme = themes.apply(qapp, mode)
    assert qapp.palette().window().color() == theme.window
    assert "$" not in qapp.styleSheet()


@pytest.mark.parametrize(
    ("width", "height", "dots", "scale"),
    [
        (1280, 800, 96, 1.0),
        (1920, 1080, 96, 1.0),
        (2560, 1440, 96, 1.25),
        (3840, 2160, 96, 1.75),
        (1920, 1080, 144, 1.5),
    ],
)
def test_that_the_first_interface_size_follows_the_screen(width: int, height: int, dots: float, scale: float) -> None:
    assert themes.fitting_scale(width, height, dots) == scale


@pytest.mark.parametrize(
    ("window", "dots", "scale"),
    [((1280, 800), 96, 1.0), ((1450, 1000), 96, 1.1), ((1600, 1000), 96, 1.25), ((1280, 800), 120, 1.25)],
)
def test_that_the_interface_is_no_larger_than_the_window_has_room_for(
    window: tuple[int, int], dots: float, scale: float
) -> None:
    assert themes.fitting_scale(2560, 1440, dots, window=window) == scale


def test_that_sizes_step_within_their_bounds() -> None:
    assert themes.next_scale(1.0, 1) == 1.1
    assert themes.next_scale(themes.SCALES[0], -1) == themes.SCALES[0]
    assert themes.next_scale(themes.SCALES[-1], 1) == themes.SCALES[-1]


@both
def test_that_every_length_and_font_grows_with_the_interface(theme: Theme) -> None:
    large = theme.at(2.0)
    assert (large.base, large.panel_width, large.frame, large.cell) == (26, 640, 144, 336)
    assert large.at(1.0) == theme


def test_that_style_sheets_grow_but_for_their_hairlines() -> None:
    sheet = themes.style_sheet(LIGHT.at(2.0))
    assert "padding: 8px 16px" in sheet
    assert "border: 1px solid" in sheet


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_that_hints_of_empty_fields_keep_aa_contrast_under_the_style_sheet(
    qapp: QApplication, mode: themes.Mode
) -> None:
    theme, edit = themes.apply(qapp, mode), QLineEdit()
    edit.ensurePolished()
    hint = edit.palette().color(QPalette.ColorRole.PlaceholderText)
    assert (hint.alpha(), contrast(hint, theme.surface) >= AA_TEXT) == (255, True)


@pytest.mark.parametrize("scale", [1.0, 1.25, 2.0])
def test_that_fields_for_numbers_are_as_high_as_other_fields(qapp: QApplication, scale: float) -> None:
    themes.apply(qapp, "dark", scale)
    panel = QWidget()
    row = QHBoxLayout(panel)
    fields = [QLineEdit(panel), QComboBox(panel), QSpinBox(panel), QDoubleSpinBox(panel)]
    for field in fields:
        row.addWidget(field, 0, Qt.AlignmentFlag.AlignTop)
    panel.resize(800, 200)
    panel.show()
    heights = {field.height() for field in fields}
    panel.close()
    themes.apply(qapp, "dark")
    assert len(heights) == 1


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_that_arrows_of_qts_own_file_dialog_can_be_told_from_their_ground(
    qapp: QApplication, mode: themes.Mode
) -> None:
    theme = themes.apply(qapp, mode)
    chooser = QFileDialog()
    chooser.ensurePolished()
    for name in ("backButton", "forwardButton", "toParentButton"):
        drawn = chooser.findChild(QToolButton, name).icon().pixmap(32).toImage()
        colours = [drawn.pixelColor(x, y) for x in range(drawn.width()) for y in range(drawn.height())]
        assert max(contrast(one, theme.window) for one in colours if one.alpha() == 255) >= AA_TEXT


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_that_what_is_wrong_in_a_dialog_has_the_colour_of_warnings(qapp: QApplication, mode: themes.Mode) -> None:
    theme, note = themes.apply(qapp, mode), QLabel("there is no such folder")
    note.setObjectName("notice")
    note.ensurePolished()
    assert note.palette().color(QPalette.ColorRole.WindowText) == theme.warning
