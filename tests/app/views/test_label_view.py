"""The picture, the panel and the film strip together, with real pictures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from app.loading.pictures import FULL, PictureKey, PictureLoader
from app.loading.thumbnails import ThumbnailLoader
from app.models.cards import Cell
from app.theme import DARK, LIGHT, Theme
from app.views.film_strip import FilmStrip
from app.views.label_view import LabelView
from core.values import HeadKind, ImageFile, ImageId
from tests.app.mouse import turn_wheel
from tests.app.views.making import make_card


@pytest.fixture
def view(qtbot, theme: Theme, pictures: PictureLoader, thumbnails: ThumbnailLoader) -> Iterator[LabelView]:
    made = LabelView(theme, pictures, thumbnails, describe=lambda image_id: Cell(f"{image_id}.png", "yes"))
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    yield made
    pictures.pool._pool.waitForDone()


def show(view: LabelView, images: list[ImageFile], position: int) -> None:
    view.film_strip.set_queue([image.image_id for image in images], position)
    view.show_card(make_card(images[position]))


def shown_colour(view: LabelView, across: float, down: float) -> QColor:
    image = view.image_view
    grabbed = image.grab().toImage()
    return grabbed.pixelColor(round(across * grabbed.width()), round(down * grabbed.height()))


def test_that_a_shown_image_is_painted_and_says_so_once(qtbot, view: LabelView, images: list[ImageFile]) -> None:
    with qtbot.waitSignal(view.image_painted) as painted:
        show(view, images, 0)
    assert painted.args == [1]
    with qtbot.assertNotEmitted(view.image_painted, wait=50):
        view.image_view.update()


def test_that_a_broken_picture_counts_as_painted_with_its_reason(
    qtbot, view: LabelView, images: list[ImageFile]
) -> None:
    with qtbot.waitSignal(view.image_painted) as painted:
        show(view, images, len(images) - 1)
    assert painted.args == [images[-1].image_id]


def test_that_the_next_images_are_decoded_before_they_are_asked_for(
    qtbot, view: LabelView, pictures: PictureLoader, images: list[ImageFile]
) -> None:
    show(view, images, 0)
    qtbot.waitUntil(lambda: pictures.pool.waiting() == 0 and view.image_view.has_picture())
    qtbot.wait(50)
    show(view, images, 1)
    assert view.image_view.has_picture()


def test_that_the_picture_on_screen_has_its_own_colours(qtbot, view: LabelView, images: list[ImageFile]) -> None:
    with qtbot.waitSignal(view.image_painted):
        show(view, images, 4)
    assert shown_colour(view, 0.5, 0.75).getRgb()[:3] == (200, 55, 90)


def test_that_actual_size_asks_for_every_pixel(
    qtbot, view: LabelView, pictures: PictureLoader, images: list[ImageFile]
) -> None:
    show(view, images, 2)
    view.image_view.actual_size()
    qtbot.waitUntil(lambda: pictures.pixmap(PictureKey(images[2].image_id, FULL)) is not None)
    assert view.image_view.zoom_text == "100 %"


def test_that_the_wheel_zooms_in_and_back_to_fit(qtbot, view: LabelView, images: list[ImageFile]) -> None:
    show(view, images, 2)
    for turn, fitted in ((120, False), (-1200, True)):
        turn_wheel(view.image_view, turn)
        assert view.image_view.zoom_text.startswith("Fit") is fitted


def test_that_a_locked_zoom_stays_for_the_next_image(qtbot, view: LabelView, images: list[ImageFile]) -> None:
    show(view, images, 0)
    view.image_view.actual_size()
    view.image_view.lock_zoom(True)
    show(view, images, 1)
    assert view.image_view.zoom_text == "100 % · locked"
    view.image_view.lock_zoom(False)
    show(view, images, 2)
    assert view.image_view.zoom_text.startswith("Fit")


def test_that_showing_the_same_image_again_leaves_the_zoom(qtbot, view: LabelView, images: list[ImageFile]) -> None:
    show(view, images, 2)
    view.image_view.actual_size()
    show(view, images, 2)
    assert view.image_view.zoom_text == "100 %"
    show(view, images, 4)
    assert view.image_view.zoom_text.startswith("Fit")


def test_that_a_click_goes_to_actual_size_and_back(qtbot, view: LabelView, images: list[ImageFile]) -> None:
    show(view, images, 2)
    qtbot.mouseClick(view.image_view, Qt.MouseButton.LeftButton)
    assert view.image_view.zoom_text == "100 %"
    qtbot.mouseClick(view.image_view, Qt.MouseButton.LeftButton)
    assert view.image_view.zoom_text.startswith("Fit")


def test_that_the_badge_of_a_frame_that_is_cut_lies_in_its_visible_part(
    qtbot, theme: Theme, thumbnails: ThumbnailLoader, images: list[ImageFile]
) -> None:
    strip = FilmStrip(theme, thumbnails, describe=lambda image_id: Cell(answer_text="tulips"))
    qtbot.addWidget(strip)
    strip.set_queue([image.image_id for image in images], 1)
    frame = strip.frame_rect(1)
    pitch = frame.left() - strip.frame_rect(0).left()
    for cut, drawn in ((0.25, True), (0.75, False)):
        strip.resize(round(2 * (pitch - cut * frame.width()) + frame.width()), strip.height())
        assert strip.frame_rect(0).left() < 0
        band = strip.grab().toImage().copy(0, 0, round(strip.frame_rect(0).right()), strip.height())
        painted = [
            x for x in range(band.width()) for y in range(band.height()) if band.pixelColor(x, y) == theme.accent
        ]
        assert bool(painted) is drawn
        assert not painted or min(painted) >= theme.grid


def test_that_a_click_on_the_film_names_its_position(qtbot, view: LabelView, images: list[ImageFile]) -> None:
    show(view, images, 1)
    place = view.film_strip.frame_rect(3).center().toPoint()
    with qtbot.waitSignal(view.film_activated) as activated:
        qtbot.mouseClick(view.film_strip, Qt.MouseButton.LeftButton, pos=place)
    assert activated.args == [3]


def test_that_the_current_frame_keeps_its_place(view: LabelView, images: list[ImageFile]) -> None:
    show(view, images, 0)
    first = view.film_strip.frame_rect(0)
    show(view, images, 4)
    assert view.film_strip.frame_rect(4) == first


def test_that_neighbours_are_those_that_come_then_those_that_were(view: LabelView, images: list[ImageFile]) -> None:
    show(view, images, 3)
    assert view.film_strip.neighbours(2, 2) == [ImageId(5), ImageId(6), ImageId(3), ImageId(2)]


def test_that_no_part_takes_the_keyboard(view: LabelView) -> None:
    for part in (view, view.image_view, view.film_strip, view.panel):
        assert part.focusPolicy() is Qt.FocusPolicy.NoFocus


@pytest.mark.parametrize("kind", list(HeadKind))
@pytest.mark.parametrize("other", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_that_every_kind_of_head_paints_in_both_themes(
    qtbot, view: LabelView, images: list[ImageFile], kind: HeadKind, other: Theme
) -> None:
    view.set_theme(other)
    view.film_strip.set_queue([image.image_id for image in images], 0)
    view.show_card(make_card(images[0], kind))
    assert shown_colour(view, 0.01, 0.01) == other.canvas
    shown = view.panel.grab().toImage()
    view.set_theme(DARK if other is LIGHT else LIGHT)
    assert view.panel.grab().toImage() != shown


def test_that_nothing_to_show_is_painted_too(qtbot, view: LabelView, images: list[ImageFile]) -> None:
    show(view, images, 0)
    assert view.panel.isVisible()
    view.show_card(None)
    assert not view.panel.isVisible()
    assert not view.image_view.has_picture()
