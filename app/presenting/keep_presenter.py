"""Keeps the screen of limits showing what they keep and how good that is, and knows which image is to be judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Slot

from app.actions import Bindings
from app.acts import View
from app.jobs.background import Background
from app.loading.image_files import Locate
from app.models.keeping import KeepMessage, KeepState, Passing
from app.operations.keeping import command_line
from app.presenting.border_strip import BorderStrip
from app.presenting.keep_files import KeepFiles
from app.presenting.keep_states import (
    best_text,
    figure_rows,
    found_text,
    no_head,
    note_of,
    pending,
    warning_of,
)
from app.presenting.keep_work import Judged, Said, judge, read_turns
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError
from core.project.turns import Turns
from core.review.choosing import Found, least_wrong, most_found
from core.review.limits import Limits, best, count_within, just_above, just_below, least
from core.review.strata import Kept, Pool
from core.values import BRACKETS, HeadId, HeadKind, ImageId

if TYPE_CHECKING:
    from app.views.keep_view import KeepView

READ, JUDGE, FIND = "read for limits", "judge limits", "find a limit"
"""Work beside the window's thread."""
REST_MS = 200
"""A limit that rests so long is meant: the images near it are asked."""
STRIP = 12
"""Images that are asked ahead."""
_STEP = 0.01
_MANY = 2_000


class KeepPresenter(QObject):
    def __init__(
        self,
        workspace: Workspace,
        background: Background,
        window: MainWindow,
        bindings: Bindings,
        locate: Locate,
        files: KeepFiles,
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._background = background
        self._window = window
        self._files = files
        self._keeping = files.keeping
        self._strip = BorderStrip(workspace, bindings, locate)
        self._turns: Turns | None = None
        self._message: KeepMessage | None = None
        self._said: Said | None = None
        self._judged: Kept | None = None
        self._found = ""
        self._shown_of: tuple[Path, HeadId] | None = None
        self._outdated = True
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask_anew)
        files.changed.connect(self._show)
        workspace.changed.connect(self._follow)
        window.view_shown.connect(self._on_view)
        window.keep_view_made.connect(self._connect)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {
            "limit_down": partial(self.step, -1),
            "limit_up": partial(self.step, 1),
            "limit_down_one": partial(self.step_one, -1),
            "limit_up_one": partial(self.step_one, 1),
            "next_passing": self.next_passing,
            "other_limit": self.other_limit,
            "next_kept_label": self.next_label,
            "keep_wanted": self.pass_wanted,
            "keep_target": self._files.ask_target,
            "keep_preview": partial(self._put, dry_run=True),
            "keep_put": partial(self._put, dry_run=False),
            "keep_undo": self._files.put_back,
            "keep_table": lambda: self._files.save_table(*self._kept_images()),
            "keep_command": self._copy_command,
        }

    def current(self) -> ImageId | None:
        """The image to be judged."""
        return self._strip.current() if self._turns is not None else None

    def step(self, by: int) -> None:
        """The limit that the arrows move, a hundredth up or down."""
        keeping = self._keeping
        value = keeping.high if keeping.moves_high else keeping.low
        self._move(round(value / _STEP + by) * _STEP, keeping.moves_high)

    def step_one(self, by: int) -> None:
        """To the next value that is said of an image: one more is kept, or one less."""
        keeping, rising = self._keeping, self._values()
        if not len(rising):
            return
        value = keeping.high if keeping.moves_high else keeping.low
        place = int(np.searchsorted(rising, value, side="left"))
        if by > 0 and place < len(rising):
            self._move(just_above(float(rising[place])), keeping.moves_high)
        elif by < 0 and place > 0:
            self._move(just_below(float(rising[place - 1])), keeping.moves_high)

    def next_passing(self) -> None:
        ways = list(Passing)
        self._pass_by(ways[(ways.index(self._keeping.passing) + 1) % len(ways)])

    def pass_wanted(self) -> None:
        if self._turns is not None and self._turns.head.kind is HeadKind.SCORE:
            self._keeping.pass_wanted()
            self._after_move()

    def other_limit(self) -> None:
        if self._keeping.passing is Passing.BETWEEN:
            self._keeping.moves_high = not self._keeping.moves_high
            self._show()

    def next_label(self) -> None:
        if self._turns is not None and (labels := self._turns.head.labels):
            self._choose((self._keeping.output + 1) % len(labels))

    def _move(self, value: float, upper: bool) -> None:  # noqa: FBT001 - the signal's argument
        self._keeping.move(max(0.0, min(value, 1.0)), upper=upper)
        self._after_move()

    def _after_move(self) -> None:
        self._background.forget(FIND)  # what is looked for is another limit's
        self._found = ""
        self._judge(ask=False)
        self._rest.start()
        self._show()

    @Slot(float, float)
    def _type(self, low: float, high: float) -> None:
        keeping = self._keeping
        if abs(low - keeping.low) > abs(high - keeping.high):
            self._move(low, upper=False)
        else:
            self._move(high, upper=True)

    @Slot(object)
    def _pass_by(self, passing: Passing) -> None:
        self._keeping.pass_by(passing)
        self._after_move()

    @Slot(object)
    def _choose(self, output: int) -> None:
        self._keeping.output = output
        self._after_move()

    @Slot(float, float)
    def _want(self, low: float, high: float) -> None:
        self._keeping.want(low, high)
        self._after_move()

    @Slot(int)
    def _keep_best(self, number: int) -> None:
        keeping, rising = self._keeping, self._values()
        if keeping.passing is Passing.LOWEST:
            keeping.take(Limits(None, least(rising, number)))
        elif keeping.passing is Passing.BETWEEN:
            below = rising[: int(np.searchsorted(rising, keeping.high, side="right"))]
            keeping.take(Limits(best(below, number), None))
        else:
            keeping.take(Limits(best(rising, number), None))
        self._after_move()
        self._found = best_text(number, self._count())
        self._show()

    @Slot(float)
    def _find_wrong(self, share: float) -> None:
        self._find("wrong", least_wrong, share)

    @Slot(float)
    def _find_share(self, share: float) -> None:
        self._find("found", most_found, share)

    def _find(self, asked: str, find: Callable[[Pool, Limits, float], Found | None], share: float) -> None:
        if self._turns is None:
            return
        pool, limits = self._pool(), self._keeping.limits
        self._found = "Looking for it…"
        self._background.run(FIND, partial(find, pool, limits, share), partial(self._take_found, asked, share))
        self._show()

    def _take_found(self, asked: str, share: float, found: Found | None) -> None:
        if found is not None:
            self._keeping.take(found.limits)
        self._after_move()
        self._found = found_text(asked, found, share)
        self._show()

    def _pool(self) -> Pool:
        assert self._turns is not None
        keeping = self._keeping
        return self._turns.pool(keeping.output, keeping.limits, keeping.wanted)

    def _values(self) -> NDArray[np.float32]:
        """What the version says of every image, rising."""
        return self._said.rising(self._keeping.output) if self._said is not None else np.zeros(0, np.float32)

    def _count(self) -> int:
        return count_within(self._values(), self._keeping.limits)

    def _kept_images(self) -> tuple[Turns, NDArray[np.int64]]:
        if self._turns is None:
            raise UserError("there are no limits yet", "train the head first (Ctrl+R)")
        return self._turns, self._turns.kept(self._keeping.output, self._keeping.limits)

    def _put(self, *, dry_run: bool) -> None:
        self._files.put(self._kept_images()[1], dry_run=dry_run)

    def _copy_command(self) -> None:
        from PySide6.QtGui import QGuiApplication

        QGuiApplication.clipboard().setText(self._command())

    def _command(self) -> str:
        project, turns = self._workspace.project, self._turns
        return command_line(project, turns.head, self._keeping) if project is not None and turns is not None else ""

    def _judge(self, *, ask: bool) -> None:
        """The figures anew, and where `ask` is on the images to ask next."""
        turns = self._turns
        if turns is None:
            return
        rows = turns.rows(self._keeping.output)
        waiting = turns.rows_of(self._keeping.output, self._strip.waiting())
        lacking = max(0, STRIP - len(waiting)) if ask else 0
        work = partial(judge, self._pool(), turns.ids[rows], self._keeping.limits, waiting, lacking)
        self._background.run(JUDGE, work, partial(self._take_judged, turns))

    def _take_judged(self, turns: Turns, judged: Judged) -> None:
        if turns is not self._turns:
            return
        self._judged = judged.kept
        self._strip.add(judged.asked)
        self._show()

    @Slot()
    def _ask_anew(self) -> None:
        """The limits rest: the images near them, beginning with the one in sight."""
        self._strip.clear_waiting()
        self._judge(ask=True)

    def reload(self) -> None:
        project, head = self._workspace.project, self._workspace.head
        self._background.forget(READ, JUDGE, FIND)
        self._outdated, self._turns, self._judged, self._message, self._found = False, None, None, None, ""
        self._said = None
        if head is None or project is None:
            self._message = no_head()
            self._show()
            return
        if (project.folder, head.head_id) != self._shown_of:
            self._shown_of = (project.folder, head.head_id)
            self._keeping.begin(head.kind)
            self._strip.clear()
        self._keeping.output = min(self._keeping.output, max(0, len(head.labels) - 1))
        work = partial(read_turns, project.folder, head.head_id, self._workspace.pool)
        self._background.run(READ, work, self._take_turns)
        self._show()

    def _take_turns(self, found: Turns | str) -> None:
        if isinstance(found, str):
            self._message = pending(found)
            self._show()
            return
        self._turns, self._said = found, Said(found)
        for image_id in self._strip.waiting():  # answered while the project was read
            self._follow_image(image_id)
        self._strip.clear_waiting()
        self._judge(ask=True)
        self._show()

    def _show(self) -> None:
        if self._window.view is not View.APPLY:
            return
        view = self._window.keep_view
        if self._message is not None:
            view.show_message(self._message)
            return
        view.show_state(self._state())
        view.show_strip(self._strip.state())

    def _state(self) -> KeepState:
        turns, keeping, files = self._turns, self._keeping, self._files
        if turns is None:
            return KeepState(busy=files.busy, plan=keeping.plan, told=files.told)
        head, number = turns.head, self._count()
        return KeepState(
            head=head.name,
            labels=tuple(label.name for label in head.labels),
            output=keeping.output,
            passing=keeping.passing,
            unit=float(BRACKETS) if head.kind is HeadKind.SCORE else 100.0,
            low=keeping.low,
            high=keeping.high,
            moves_high=keeping.moves_high,
            wanted=keeping.wanted,
            spread=self._said.spread(keeping.output) if self._said is not None else None,
            kept=number,
            total=len(turns.kept_ids),
            note=note_of(turns, keeping, self._judged),
            warning=warning_of(self._judged),
            figures=figure_rows(head, keeping, self._judged) if self._judged is not None else (),
            found=self._found,
            command=self._command(),
            busy=files.busy,
            plan=keeping.plan,
            files=number,
            told=files.told,
            can_put_back=keeping.manifest is not None,
        )

    @Slot(object)
    def _connect(self, view: KeepView) -> None:
        view.histogram.limit_moved.connect(self._move)
        panel = view.panel
        panel.label.chosen.connect(self._choose)
        panel.passing.chosen.connect(self._pass_by)
        panel.limits_typed.connect(self._type)
        panel.wanted_changed.connect(self._want)
        panel.best_asked.connect(self._keep_best)
        panel.wrong_asked.connect(self._find_wrong)
        panel.found_asked.connect(self._find_share)
        panel.footer.plan_changed.connect(self._files.change_plan)
        view.cards.film_activated.connect(self._go_to)

    @Slot(int)
    def _go_to(self, position: int) -> None:
        self._strip.go_to(position)
        self._show()

    @Slot(str)
    def _on_view(self, view: str) -> None:
        if view == View.APPLY:
            if self._outdated or self._message is not None:
                self.reload()
            else:
                self._show()

    @Slot(object, object)
    def _follow(self, changes: Changes, initiator: object) -> None:
        if changes.heads or changes.versions or changes.images:
            self._outdated = True
        if self._window.view is not View.APPLY:
            self._outdated |= bool(changes.annotated)
            return
        if self._outdated or len(changes.annotated) > _MANY:
            self.reload()
        elif changes.annotated and self._turns is not None:
            gone = [image_id for image_id in changes.annotated if not self._follow_image(image_id)]
            self._window.keep_view.refresh(changes.annotated)
            self._strip.follow(changes.annotated)
            self._judge(ask=True)
            self._show()
            if gone:
                self.reload()

    def _follow_image(self, image_id: ImageId) -> bool:
        """False of one that leaves the pool or comes back to it, which changes every figure."""
        turns, standing = self._turns, self._workspace.board.standing(image_id)
        assert turns is not None
        row = turns.row(image_id)
        if row is None:
            self._strip.mark(image_id, done=standing.excluded)
            return not self._strip.has(image_id)
        turns.take(row, standing.answer, skipped=standing.skipped)
        known = not np.isnan(turns.targets[row, self._keeping.output])
        self._strip.mark(image_id, done=known or standing.skipped or standing.excluded)
        return not standing.excluded
