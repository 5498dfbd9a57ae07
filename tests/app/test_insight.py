"""The insight view: pictures of answers beside what is said unseen; every mark opens its images, keys correct them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from app.acts import View
from app.bootstrap import Shell
from app.models.insight import NAMES, NOTHING, Axis, Chart, Mark, Picture, Tone
from app.presenting.insight_charts import spread_chart
from app.presenting.insight_marks import first_mark
from core.changes import Changes
from core.project.insight import gather_insight
from core.values import ClassValue, HeadKind, ImageId, ScoreValue
from tests.app.conftest import ANIMALS, PICTURES, add_head
from tests.app.keys import Key, press
from tests.app.reviews import BIRD, CAT, DOG, adopt, answer, likely, standing
from tests.core.store.projects import embed_all, version_saying


@pytest.fixture
def wait(qtbot):
    def until_drawn(shell: Shell) -> None:
        view = shell.window.insight_view
        qtbot.waitUntil(
            lambda: view.is_settled() and not shell.counting.busy and not shell.mapping.busy, timeout=10_000
        )

    return until_drawn


@pytest.fixture
def judged(class_shell, wait) -> Shell:
    """Four answers; the second is said to be a cat, the fourth a dog; the view is open."""
    answer(class_shell, a=CAT, b=DOG, c=BIRD, d=BIRD)
    adopt(class_shell, likely(CAT, CAT, BIRD, DOG))
    press(class_shell, Key.Key_I)
    wait(class_shell)
    return class_shell


def show(shell: Shell, picture: Picture, wait) -> None:
    shell.window.insight_view.picture_chosen.emit(picture)
    wait(shell)


def marks(shell: Shell) -> tuple[Mark, ...]:
    return shell.window.insight_view._state.chart.marks


def marked(shell: Shell) -> list[int]:
    return shell.window.insight_view.strip._model.ids.tolist()


def told(shell: Shell) -> str:
    return shell.window.insight_view._told.text


def test_that_the_distribution_says_of_which_images_it_tells_nothing(class_shell):
    """Those that are still to be asked blind."""
    project, head = class_shell.workspace.opened()
    project.audits.set_share(head.head_id, 0.5)
    answer(class_shell, a=CAT, b=DOG)
    embed_all(project)
    version_saying(project, head, ["cat"] * PICTURES)
    chart = spread_chart(gather_insight(project, project.heads.by_id(head.head_id), project.images.all()))
    told = sum(int(text.rpartition("n = ")[2]) for tone, text in chart.key if tone is not Tone.SAID)
    blind = PICTURES - told
    assert blind > 0
    assert chart.note.endswith(f"; in none: {blind} image{'s' * (blind > 1)} still to be asked blind")


def test_that_i_opens_the_pictures_and_leads_back(judged):
    assert judged.window.view is View.INSIGHT
    press(judged, Key.Key_I)
    assert judged.window.view is View.LABEL


def test_that_up_and_down_choose_the_picture(judged, wait):
    press(judged, Key.Key_Down)
    press(judged, Key.Key_Down)
    wait(judged)
    assert judged.window.insight_view._title.text == NAMES[Picture.CONFUSION]
    press(judged, Key.Key_Up)
    wait(judged)
    assert judged.window.insight_view._title.text == NAMES[Picture.AGAINST]


def test_that_the_distribution_counts_answers_and_what_is_said_unseen(judged):
    counts = [(mark.tone.value, len(mark.ids)) for mark in marks(judged)]
    assert counts == [("answered", 1), ("said", 2), ("answered", 1), ("said", 1), ("answered", 2), ("said", 1)]


def test_that_what_stands_below_answered_images_is_said_to_be_of_heads_that_did_not_learn_from_them(judged, wait):
    said_by = judged.window.insight_view._said_by
    assert not said_by.isHidden() and "did not learn from them" in said_by.text
    show(judged, Picture.MAP, wait)
    judged.window.insight_view.map.chosen.emit(np.array([PICTURES]))
    assert said_by.isHidden(), "an open image"


def test_that_a_cell_of_the_matrix_opens_its_images_as_a_queue(judged, wait):
    show(judged, Picture.CONFUSION, wait)
    assert told(judged).startswith("answered dog, said cat: 1 image")
    assert marked(judged) == [2]
    before = judged.workspace.queue.ids.tolist()
    press(judged, Key.Key_Return)
    assert judged.window.view is View.LABEL
    assert judged.workspace.queue.ids.tolist() == [2]
    card = judged.window.label_view.panel._card
    assert card.source == "unseen"
    assert [row.probability for row in card.rows] == pytest.approx([0.9, 0.05, 0.05], abs=1e-3)
    press(judged, Key.Key_Escape)
    assert judged.window.view is View.INSIGHT
    assert judged.workspace.queue.ids.tolist() == before


def test_that_a_correction_is_seen_in_the_picture(judged, wait):
    show(judged, Picture.CONFUSION, wait)
    press(judged, Key.Key_Return)
    press(judged, Key.Key_1)
    assert standing(judged, ImageId(2)) == ANIMALS[CAT]
    press(judged, Key.Key_Escape)
    wait(judged)
    assert marks(judged)[0].ids.tolist() == [1, 2]


def test_that_backspace_takes_a_correction_back_and_shows_the_image(judged, wait):
    show(judged, Picture.CONFUSION, wait)
    press(judged, Key.Key_Return)
    press(judged, Key.Key_1)
    press(judged, Key.Key_Backspace)
    assert standing(judged, ImageId(2)) == ANIMALS[DOG]
    assert judged.workspace.queue.current == 2


def test_that_right_and_left_go_from_cell_to_cell_that_holds_images(judged, wait):
    show(judged, Picture.CONFUSION, wait)
    press(judged, Key.Key_Left)
    assert told(judged).startswith("answered cat, said cat")
    press(judged, Key.Key_Right)
    press(judged, Key.Key_Right)
    assert told(judged).startswith("answered bird, said dog")


def test_that_a_click_marks_a_cell_and_a_double_click_opens_it(judged, wait):
    show(judged, Picture.CONFUSION, wait)
    canvas = judged.window.insight_view.canvas
    canvas.pick(QPointF(BIRD, BIRD), opens=False)
    assert marked(judged) == [3]
    canvas.pick(QPointF(DOG, BIRD), opens=True)
    assert judged.window.view is View.LABEL
    assert judged.workspace.queue.ids.tolist() == [4]


def test_that_arrows_move_the_threshold_and_a_dragged_line_does(judged, wait):
    show(judged, Picture.PRECISION, wait)
    assert told(judged).startswith(
        "from 50.0 % on · precision 50.0 % of 2, says little · recall 100.0 % of 1, says little"
    )
    assert marked(judged) == [2]
    press(judged, Key.Key_Left)
    assert "4 images kept" in told(judged)
    judged.window.insight_view.canvas._threshold.setValue(0.95)
    assert told(judged).startswith("from 95.0 % on · no precision · recall 0.0 %")
    press(judged, Key.Key_N)
    assert marked(judged) == [1]


def test_that_q_chooses_the_label(judged, wait):
    show(judged, Picture.PRECISION, wait)
    press(judged, Key.Key_Q)
    wait(judged)
    assert judged.window.insight_view._state.choice == DOG
    assert marked(judged) == [4]


def test_that_a_lasso_around_dots_marks_their_images(judged, wait):
    show(judged, Picture.AGAINST, wait)
    assert marked(judged) == [2, 4]
    canvas = judged.window.insight_view.canvas
    corners = [QPointF(1.5, 0.5), QPointF(2.5, 0.5), QPointF(2.5, 1.0), QPointF(1.5, 1.0)]
    canvas.drag(corners, done=True)
    assert marked(judged) == [3]


def test_that_every_point_of_reliability_and_of_the_learning_curve_holds_images(judged, wait):
    show(judged, Picture.RELIABILITY, wait)
    assert [mark.ids.tolist() for mark in marks(judged)] == [[2, 4, 1, 3]]
    show(judged, Picture.LEARNING, wait)
    assert judged.window.insight_view._state.message.title == "No learning curve yet"


def test_that_without_a_version_a_picture_says_what_it_lacks(class_shell, wait):
    answer(class_shell, a=CAT)
    press(class_shell, Key.Key_I)
    show(class_shell, Picture.CONFUSION, wait)
    message = class_shell.window.insight_view._state.message
    assert "needs a version: Ctrl+R" in message.text
    assert [action.act for action in message.actions] == ["retrain"]


def test_that_without_a_head_the_view_says_so(shell, wait):
    press(shell, Key.Key_I)
    wait(shell)
    assert shell.window.insight_view._state.message.title == "Nothing to draw yet"


def test_that_scores_are_drawn_by_bracket(shell, wait):
    add_head(shell, HeadKind.SCORE, ())
    project, head = shell.workspace.opened()
    scores = {ImageId(number): ScoreValue(9.0 if number == 3 else 5.0) for number in range(1, 7)}
    shell.workspace.announce(project.annotations.annotate(head.head_id, scores))
    adopt(shell, np.full((6, 1), 0.5))
    press(shell, Key.Key_I)
    for picture in Picture:
        show(shell, picture, wait)
        assert shell.window.insight_view._title.text == NAMES[picture]
    show(shell, Picture.CONFUSION, wait)
    assert told(shell).startswith("answered 9, said 5: 1 image")


def test_that_an_order_chosen_leads_back_to_the_whole_queue(judged, wait):
    show(judged, Picture.CONFUSION, wait)
    press(judged, Key.Key_Return)
    judged.commands.use_order("random")
    assert judged.workspace.picked is None
    assert len(judged.workspace.queue) > 1


def test_that_the_end_of_what_was_picked_leads_back(judged, wait):
    show(judged, Picture.CONFUSION, wait)
    press(judged, Key.Key_Return)
    press(judged, Key.Key_Right)
    assert judged.window.view is View.EMPTY
    assert judged.window.empty_view._title.text() == "That was all that is marked"
    press(judged, Key.Key_Escape)
    assert judged.window.view is View.INSIGHT


def test_that_theme_and_size_follow(judged, wait):
    for picture in Picture:
        show(judged, picture, wait)
        judged.commands.perform("theme_light")
        judged.commands.perform("larger")
    assert judged.window.insight_view.canvas._theme.name == "light"


def test_that_a_click_with_the_mouse_reaches_the_mark(qtbot, judged, wait):
    show(judged, Picture.CONFUSION, wait)
    canvas = judged.window.insight_view.canvas
    place = next(at for at, mark in enumerate(marks(judged)) if mark.text.startswith("answered cat, said cat"))
    mark = marks(judged)[place]
    qtbot.waitUntil(lambda: canvas._pixel(mark.x, mark.y).x() > 60)
    at = canvas._canvas.viewport().mapFrom(canvas, canvas._pixel(mark.x, mark.y).toPoint())
    qtbot.mouseClick(canvas._canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: marked(judged) == [1])


def show_map(shell: Shell, wait) -> None:
    embed_all(shell.workspace.project)
    show(shell, Picture.MAP, wait)


def test_that_the_map_places_every_image_and_opens_what_is_circled(judged, wait):
    show_map(judged, wait)
    canvas = judged.window.insight_view.map
    assert len(canvas._map.ids) == PICTURES
    assert canvas._map.codes.tolist()[:5] == [CAT, DOG, BIRD, BIRD, NOTHING]
    whole = canvas.rect()
    canvas.chosen.emit(canvas.circle([QPointF(corner) for corner in corners(whole)]))
    assert sorted(marked(judged)) == list(range(1, PICTURES + 1))
    press(judged, Key.Key_Return)
    assert len(judged.workspace.queue) == PICTURES


def test_that_the_map_goes_by_prediction_and_by_conflict(judged, wait):
    show_map(judged, wait)
    press(judged, Key.Key_Q)
    wait(judged)
    canvas = judged.window.insight_view.map
    assert canvas._map.codes.tolist()[:4] == [CAT, CAT, BIRD, DOG]
    press(judged, Key.Key_Q)
    wait(judged)
    assert canvas._map.codes.tolist()[:4] == [0, 4, 0, 4]
    press(judged, Key.Key_Right)
    press(judged, Key.Key_Right)
    assert marked(judged) == [2, 4]


def test_that_plus_and_minus_zoom_the_map(judged, wait):
    show_map(judged, wait)
    canvas = judged.window.insight_view.map
    press(judged, Key.Key_Plus)
    press(judged, Key.Key_Plus)
    assert canvas._zoom > 1.5
    press(judged, Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert canvas._zoom == 1.0


@pytest.mark.parametrize(("share", "tones"), [(0.0, {"answered", "open"}), (1.0, {"answered"})])
def test_that_nothing_shows_what_is_said_of_images_that_are_asked_blind(judged, wait, share, tones):
    workspace = judged.workspace
    embed_all(workspace.project)
    version_saying(workspace.project, workspace.head, [ANIMALS[CAT]] * PICTURES)
    workspace.announce(workspace.project.audits.set_share(workspace.head.head_id, share))
    workspace.announce(Changes(head=workspace.head.head_id, heads=True, versions=True))
    wait(judged)
    assert {mark.tone.value for mark in marks(judged)} == tones


def test_that_without_embeddings_the_map_says_what_it_lacks_and_comes_with_them(qtbot, judged, wait):
    show(judged, Picture.MAP, wait)
    view = judged.window.insight_view
    assert "no image is embedded" in view._state.message.text.lower()
    embed_all(judged.workspace.project)
    judged.workspace.announce(Changes(embeddings=True))
    qtbot.waitUntil(lambda: view._state.map is not None, timeout=10_000)


def corners(whole):
    return whole.topLeft(), whole.topRight(), whole.bottomRight(), whole.bottomLeft()


def test_that_agreement_with_oneself_is_a_picture_whose_marks_open_their_images(judged, wait):
    show(judged, Picture.AGREEMENT, wait)
    assert "2 % of the answered images come back" in judged.window.insight_view._state.message.text
    project, head = judged.workspace.opened()
    cat = ClassValue(head.labels[CAT].label_id)
    for image in (1, 2):
        judged.workspace.announce(project.annotations.answer_again(head.head_id, ImageId(image), cat, 1))
    wait(judged)
    assert [(mark.x, mark.y, mark.ids.tolist()) for mark in marks(judged)] == [(0, 1.0, [1]), (1, 0.0, [2])]
    assert all(mark.low is not None and mark.high is not None for mark in marks(judged))
    press(judged, Key.Key_Q)
    wait(judged)
    assert [mark.ids.tolist() for mark in marks(judged)] == [[1, 2]]
    press(judged, Key.Key_Return)
    assert judged.workspace.queue.ids.tolist() == [1, 2]


def test_that_at_first_a_bar_with_images_is_marked():
    marks = tuple(Mark("", np.zeros(size, np.int64), 0.0, 1.0, Tone.SAID) for size in (0, 3))
    assert first_mark(Chart("", Axis("x", 0.0, 1.0), Axis("y", 0.0, 1.0), marks)) == 1
