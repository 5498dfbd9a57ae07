"""The map: a dot for each image, which can be clicked, circled, moved and zoomed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from app.models.insight import NOTHING, MapPicture, Scheme
from app.theme import DARK
from app.views.map_canvas import MapCanvas
from app.views.palette import map_colours


def picture(places, codes) -> MapPicture:
    ids = np.arange(10, 10 + len(codes))
    names = ("cat", "dog")
    return MapPicture("", np.array(places, np.float32), ids, np.array(codes, np.int16), names, names, Scheme.LABELS)


@pytest.fixture
def canvas(qtbot) -> MapCanvas:
    made = MapCanvas(DARK)
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show_map(picture([[0, 0], [4, 0], [0, 4], [4, 4]], [0, 1, NOTHING, 0]))
    made.show()
    return made


def colour_at(canvas: MapCanvas, place: QPointF) -> str:
    return canvas.grab().toImage().pixelColor(place.toPoint()).name()


def test_that_every_dot_has_the_colour_of_its_code(canvas):
    cat, dog = (colour.name() for colour in map_colours(DARK, Scheme.LABELS, 2))
    colours = [colour_at(canvas, canvas.place_of(image)) for image in (10, 11, 12, 13)]
    assert colours == [cat, dog, DARK.dot.name(), cat]


def test_that_a_click_finds_the_image_and_a_click_beside_finds_none(qtbot, canvas):
    with qtbot.waitSignal(canvas.chosen) as told:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.place_of(11).toPoint())
    assert told.args[0].tolist() == [11]
    with qtbot.waitSignal(canvas.chosen) as told:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert told.args[0].tolist() == []


def test_that_a_lasso_holds_what_it_circles(qtbot, canvas):
    left, low = canvas.place_of(10), canvas.place_of(12)
    corners = [QPointF(left.x() - 9, left.y() - 9), QPointF(left.x() + 9, left.y() - 9)]
    corners += [QPointF(low.x() + 9, low.y() + 9), QPointF(low.x() - 9, low.y() + 9)]
    assert canvas.circle(corners).tolist() == [10, 12]


def test_that_zoom_keeps_what_is_under_the_mouse_and_moving_moves(canvas):
    before = canvas.place_of(13)
    canvas.zoom(3.0, before)
    after = canvas.place_of(13)
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()))
    canvas.move_by(QPointF(20, -10))
    moved = canvas.place_of(13)
    assert (moved.x() - after.x(), moved.y() - after.y()) == pytest.approx((20, -10))


def test_that_another_colouring_keeps_the_zoom(canvas):
    canvas.zoom(3.0, QPointF(100, 100))
    before = canvas.place_of(10)
    canvas.show_map(picture([[0, 0], [4, 0], [0, 4], [4, 4]], [1, 1, 1, 1]))
    assert canvas.place_of(10) == before


def test_that_marked_images_have_a_rim(canvas):
    plain = canvas.grab().toImage()
    canvas.mark(np.array([11]))
    assert canvas.grab().toImage() != plain


def test_that_many_labels_have_colours_of_their_own():
    assert len({colour.name() for colour in map_colours(DARK, Scheme.LABELS, 200)}) > 190
    assert len(map_colours(DARK, Scheme.RAMP, 11)) == 11
