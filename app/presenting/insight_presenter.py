"""Keeps the insight view showing a picture of the head, and knows which images are marked in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Slot

from app.acts import View
from app.jobs.background import Background
from app.models.cards import Cell
from app.models.insight import NAMES, InsightState, Picture, Selected
from app.presenting.insight_charts import images
from app.presenting.insight_map import map_picture
from app.presenting.insight_marks import at_threshold, first_mark, next_colour, next_mark, sides_of
from app.presenting.insight_states import (
    Drawn,
    choices,
    draw,
    first_choice,
    mapping,
    no_head,
    reading,
    unmapped,
    unreadable,
)
from app.presenting.map_reader import MapReader
from app.presenting.proposals import unseen_opinion
from app.queue.picked import Picked, Unseen
from app.queue.ranking import Pool
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError, WinnowError
from core.project import Project
from core.project.insight import Insight, gather_insight
from core.project.mapping import ImageMap
from core.store.columns import ImageTable
from core.values import BRACKETS, HeadId, HeadKind, ImageId

if TYPE_CHECKING:
    from app.views.insight_view import InsightView
    from app.views.map_canvas import MapCanvas

READ, DRAW = "read for pictures", "draw a picture"
"""Work beside the window's thread."""
_FIRST_THRESHOLD = 0.5
_HOW_TO_MARK = "Circle images with the mouse, or press Right: from colour to colour. The wheel zooms."
_NOT_TAUGHT = "Below answered images: what heads say that did not learn from them"
SLOW_MS = 400
_STRIDES = 100
"""Strokes that lead a threshold over the whole curve."""


class InsightPresenter(QObject):
    """Everything is read and counted beside the window's thread; here it is looked up."""

    def __init__(
        self,
        workspace: Workspace,
        background: Background,
        maps: MapReader,
        window: MainWindow,
        cell: Callable[[ImageId], Cell],
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._background = background
        self._maps = maps
        maps.arrived.connect(self._take_map)
        self._window = window
        self._cell = cell
        self._picture = Picture.SPREAD
        self._choice: dict[Picture, int] = {}
        self._insight: Insight | None = None
        self._unseen = Unseen()
        self._drawn = Drawn()
        self._selected = Selected()
        self._sides: tuple[NDArray[np.int64], ...] = ()
        self._shown_of: HeadId | None = None
        self._outdated = True
        self._position = 0
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        """What takes longer is told of."""
        self._slow.timeout.connect(self._show)
        workspace.changed.connect(self._follow)
        window.view_shown.connect(self._on_view)
        window.insight_view_made.connect(self._take_view)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What the keys of the view do."""
        return {
            "next_picture": partial(self.step_picture, 1),
            "previous_picture": partial(self.step_picture, -1),
            "next_mark": partial(self.step, 1),
            "previous_mark": partial(self.step, -1),
            "next_choice": self.next_choice,
            "next_group": self.next_group,
        }

    def choose(self, picture: Picture, choice: int | None = None) -> None:
        """Another picture, or what it is about."""
        self._picture = picture
        if choice is not None:
            self._choice[picture] = choice
        self._selected = Selected()
        self._draw()

    def step_picture(self, by: int) -> None:
        pictures = list(Picture)
        place = pictures.index(self._picture) + by
        if 0 <= place < len(pictures):
            self.choose(pictures[place])

    def next_choice(self) -> None:
        if self._insight is not None and (known := choices(self._insight.head, self._picture)):
            self.choose(self._picture, (self._chosen() + 1) % len(known))

    def next_group(self) -> None:
        """The other side of the threshold, or those said otherwise and those said as answered."""
        if self._selected.groups:
            self._choose_group((self._selected.group + 1) % len(self._selected.groups))

    def step(self, by: int) -> None:
        """The next mark that holds an image, or the threshold a hundredth of the curve further."""
        chart, curve = self._drawn.chart, self._drawn.curve
        if self._drawn.map is not None:
            if (colour := next_colour(self._drawn.map, self._selected.mark, by)) is not None:
                self._select(colour)
            return
        if chart is None:
            return
        if curve is not None and self._selected.threshold is not None:
            stride = max(1, len(curve.thresholds) // _STRIDES)
            self._put_threshold(curve.next_threshold(self._selected.threshold / self._scale(), by * stride))
            return
        if (place := next_mark(chart, self._selected.mark, by)) is not None:
            self._mark(place)

    @Slot(int)
    def open_at(self, position: int) -> None:
        """What is marked, from this image on."""
        self._position = position
        self._window.insight_view.act_requested.emit("open_marked")
        self._position = 0

    def picked(self) -> Picked:
        """The images that are marked. Raises UserError without any."""
        if not len(self._selected.ids):
            raise UserError("nothing is marked in the picture", "click a mark, or press Right")
        return Picked(
            self._selected.ids, f"{NAMES[self._picture]}: {self._selected.text}", self._unseen, self._position
        )

    def describe(self, image_id: ImageId) -> Cell:
        """As everywhere, but of an answered image what heads say that had not seen it."""
        cell = self._cell(image_id)
        opinion = unseen_opinion(self._unseen.evidence, self._unseen.row_of(image_id))
        best = opinion.likeliest() if opinion is not None else None
        if opinion is None or best is None or self._insight is None:
            return cell
        head = self._insight.head
        if head.kind is HeadKind.SCORE:
            return replace(cell, caption=f"{opinion.score:.1f}", probability=None)
        return replace(cell, caption=head.labels[best].name, probability=opinion.probabilities[best])

    @Slot(object)
    def _take_view(self, view: InsightView) -> None:
        view.describe_by(self.describe)
        view.picture_chosen.connect(self.choose)
        view.choice_chosen.connect(lambda choice: self.choose(self._picture, choice))
        view.group_chosen.connect(self._choose_group)
        view.canvas_made.connect(self._take_canvas)
        view.map_made.connect(self._take_map_canvas)
        view.opened.connect(self.open_at)

    @Slot(object)
    def _take_canvas(self, canvas: QObject) -> None:
        from app.views.chart_canvas import ChartCanvas

        assert isinstance(canvas, ChartCanvas)
        canvas.mark_chosen.connect(self._mark)
        canvas.mark_opened.connect(self._open_mark)
        canvas.dots_chosen.connect(self._take_dots)
        canvas.threshold_moved.connect(lambda value: self._put_threshold(value / self._scale()))

    @Slot(object)
    def _take_map_canvas(self, canvas: MapCanvas) -> None:
        canvas.chosen.connect(self._take_dots)
        canvas.opened.connect(self._open_dots)

    @Slot(object)
    def _open_dots(self, ids: NDArray[np.int64]) -> None:
        self._take_dots(ids)
        if len(ids):
            self.open_at(0)

    def _reload(self) -> None:
        project, head = self._workspace.project, self._workspace.head
        if head is None or head.head_id != self._shown_of:
            self._choice, self._selected, self._drawn, self._insight = {}, Selected(), Drawn(), None
        self._shown_of, self._outdated = (head.head_id if head is not None else None), False
        if project is None or head is None:
            self._background.forget()
            self._drawn = Drawn(message=no_head())
            self._show()
            return
        work = partial(_read, project.folder, head.head_id, self._workspace.pool)
        self._background.run(READ, work, self._take_insight)
        if self._insight is None:
            self._slow.start()
            self._show()

    def _take_insight(self, found: Insight | str) -> None:
        if isinstance(found, str):
            self._drawn = Drawn(message=unreadable(found))
            self._show()
            return
        self._insight, self._unseen = found, Unseen(found.ids, found.evidence)
        self._draw()

    def _chosen(self) -> int:
        assert self._insight is not None
        return self._choice.get(self._picture, first_choice(self._insight.head, self._picture))

    def _draw(self) -> None:
        insight = self._insight
        if insight is None:
            return
        if self._picture is not Picture.MAP:
            self._background.run(DRAW, partial(draw, insight, self._picture, self._chosen()), self._take_drawn)
            return
        where = self._maps.ask(insight.head)
        if isinstance(where, ImageMap):
            work = partial(_draw_map, insight, where, self._chosen())
            self._background.run(DRAW, work, self._take_drawn)
        elif where is None:
            self._wait_for_map()
        else:
            self._take_drawn(Drawn(message=unmapped(where)))

    def _wait_for_map(self) -> None:
        self._background.forget(DRAW)
        self._drawn = Drawn(message=mapping(len(self._workspace.pool)))
        self._show()

    @Slot()
    def _take_map(self) -> None:
        if self._picture is Picture.MAP:
            self._draw()

    def _take_drawn(self, drawn: Drawn) -> None:
        self._drawn = drawn
        self._show()
        self._select_again()

    def _show(self) -> None:
        if self._window.view is not View.INSIGHT:
            return
        head = self._insight.head if self._insight is not None else None
        known = choices(head, self._picture) if head is not None else ()
        state = InsightState(
            picture=self._picture,
            choices=known,
            choice=self._chosen() if known else 0,
            chart=self._drawn.chart,
            map=self._drawn.map,
            message=reading() if self._drawn.empty and not self._slow.isActive() else self._drawn.message,
            waiting=self._drawn.empty or (self._picture is Picture.MAP and self._maps.waiting),
        )
        self._window.insight_view.show_state(state)

    def _select_again(self) -> None:
        """What was marked, in the picture of now; at first what is most worth a look."""
        chart, before = self._drawn.chart, self._selected
        if self._drawn.map is not None:
            self._select(before if len(before.ids) else Selected(_HOW_TO_MARK))
        elif chart is None:
            self._select(Selected())
        elif self._drawn.curve is not None:
            threshold = _FIRST_THRESHOLD if before.threshold is None else before.threshold / self._scale()
            self._put_threshold(threshold)
        elif chart.dots is not None:
            self._offer_sides(before)
        elif chart.marks:
            again = before.mark if before.mark is not None and before.mark < len(chart.marks) else first_mark(chart)
            self._mark(again)

    def _offer_sides(self, before: Selected) -> None:
        assert self._drawn.chart is not None
        self._sides, groups = sides_of(self._drawn.chart)
        self._selected = Selected(groups=groups)
        self._choose_group(before.group if before.groups else 0)

    @Slot(int)
    def _choose_group(self, place: int) -> None:
        selected = self._selected
        if self._drawn.curve is not None and selected.threshold is not None:
            self._selected = replace(selected, group=place)
            self._put_threshold(selected.threshold / self._scale())
        elif place < len(self._sides):
            text = f"{images(len(self._sides[place]))}: {selected.groups[place].name}"
            self._select(replace(selected, text=text, ids=self._sides[place], group=place))

    @Slot(int)
    def _mark(self, place: int) -> None:
        chart = self._drawn.chart
        if chart is not None and place < len(chart.marks):
            mark = chart.marks[place]
            self._select(Selected(mark.text, mark.ids, mark=place))

    @Slot(int)
    def _open_mark(self, place: int) -> None:
        self._mark(place)
        self.open_at(0)

    @Slot(object)
    def _take_dots(self, ids: NDArray[np.int64]) -> None:
        if len(ids):
            self._select(replace(self._selected, text=images(len(ids)), ids=ids, mark=None, group=-1))

    def _put_threshold(self, threshold: float) -> None:
        """0 to 1, whatever the kind."""
        curve, insight = self._drawn.curve, self._insight
        if curve is None or insight is None:
            return
        group = self._selected.group if self._selected.groups else 0
        self._select(at_threshold(insight, curve, max(0.0, min(threshold, 1.0)), group, self._scale()))

    def _scale(self) -> float:
        """Of the axis that thresholds are on."""
        scored = self._insight is not None and self._insight.head.kind is HeadKind.SCORE
        return float(BRACKETS) if scored else 1.0

    def _select(self, selected: Selected) -> None:
        below = _NOT_TAUGHT if self._unseen.knows_any(selected.ids) else ""
        self._selected = replace(selected, below=below)
        if self._window.view is View.INSIGHT:
            self._window.insight_view.show_selected(self._selected)

    @Slot(str)
    def _on_view(self, view: str) -> None:
        if view == View.INSIGHT:
            if self._outdated:
                self._reload()
            else:
                self._show()
                self._select(self._selected)

    @Slot(object, object)
    def _follow(self, changes: Changes, initiator: object) -> None:
        if changes.annotated or changes.heads or changes.versions or changes.images:
            self._outdated = True
        if self._window.view is not View.INSIGHT:
            return
        if self._outdated:
            self._reload()
        elif changes.embeddings and self._picture is Picture.MAP and self._drawn.map is None:
            self._draw()


def _draw_map(insight: Insight, where: ImageMap, choice: int) -> Drawn:
    return Drawn(map=map_picture(insight, where, choice))


def _read(folder: Path, head_id: HeadId, pool: Pool) -> Insight | str:
    """Reads the project beside the window, which goes on writing it; says in a line why there is nothing to draw."""
    try:
        with Project.open(folder, read_only=True) as project:
            return gather_insight(project, project.heads.by_id(head_id), ImageTable(pool.ids, pool.hashes))
    except WinnowError as error:
        return str(error)
