"""Keeps the view of pairs showing which images to compare, chosen beside the window's thread and decoded ahead."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.actions import Bindings
from app.acts import View
from app.jobs.background import Background
from app.loading.image_files import Locate
from app.models.beside import BesidePane, BesideState
from app.operations.pairing import judge_pairs
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.arrays.predictions import Predictions
from core.changes import Changes
from core.errors import UserError
from core.pairs import Comparison, Outcome, as_shown, best_of
from core.project import Project
from core.project.pairing import pair_material, propose_four, propose_pairs
from core.values import HeadId, HeadKind, ImageId
from core.wording import counted

if TYPE_CHECKING:
    from app.views.beside_view import BesideView

TOPIC = "pairs"
_AT_ONCE, _FEW = 12, 4
_FOURS = 4


class PairPresenter(QObject):
    """What the head says of the images is not shown: the person judges them unswayed."""

    _stage_reached = Signal(str)
    """Of what is prepared, from the thread that works on it."""

    def __init__(
        self, workspace: Workspace, background: Background, window: MainWindow, bindings: Bindings, files: Locate
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._background = background
        self._window = window
        self._bindings = bindings
        self._files = files
        self._coming: list[tuple[ImageId, ...]] = []
        self._fours = False
        self._waits = False
        self._nothing_left = False
        """No two images are worth asking about: not asked again until something changes."""
        self._problem = ""
        """Why none could be chosen."""
        self._stage = ""
        self._seed = 0
        self._judging = False
        self._told_early = False
        """The bar says that a key came before there was a pair."""
        self._judged: set[frozenset[ImageId]] = set()
        """Since pairs were looked for: who chose them may not have known."""
        self._asks: tuple[Project | None, HeadId | None] = (None, None)
        """What the coming pairs are of."""
        self._stage_reached.connect(self._show_stage)
        workspace.changed.connect(self._follow)
        window.view_shown.connect(self._on_view)

    def handlers(self) -> dict[str, partial[Changes | None]]:
        return {
            "pair_left": partial(self.choose, 0),
            "pair_right": partial(self.choose, 1),
            "pair_third": partial(self.choose, 2),
            "pair_fourth": partial(self.choose, 3),
            "pair_tie": partial(self.judge, Outcome.TIE),
            "pair_skip": partial(self.judge, Outcome.SKIPPED),
        }

    def choose(self, place: int) -> Changes | None:
        """The image in that place is the best one. None where it is not on screen yet."""
        if self._waits_for(self._view.unread()):
            return None
        images = self._shown()
        if place >= len(images):
            raise UserError("there are two images", "press 1 or 2, or ask for the best of four")
        if len(images) == 2:
            return self._say((Comparison(images[0], images[1], (Outcome.LEFT, Outcome.RIGHT)[place]),))
        return self._say(best_of(images, images[place]))

    def judge(self, outcome: Outcome) -> Changes | None:
        """Of two a tie; skipped, of four every two of them that could have been said something of."""
        if self._waits_for(outcome is not Outcome.SKIPPED and self._view.unread()):
            return None
        images = self._shown()
        if outcome is Outcome.TIE and len(images) > 2:
            raise UserError("four images are no tie", "choose the best one, or skip them")
        return self._say(tuple(Comparison(images[0], other, outcome) for other in images[1:]))

    def toggle_fours(self) -> None:
        self._fours = not self._fours
        self._coming = []
        self._background.forget(TOPIC)
        self._waits = self._nothing_left = False
        self._show()

    @property
    def _view(self) -> BesideView:
        return self._window.pair_view

    def _shown(self) -> tuple[ImageId, ...]:
        if not self._coming:
            if self._problem:
                raise UserError(self._problem)
            raise UserError("no two images are left to compare", "add images, or judge more in the queue")
        return self._coming[0]

    def _waits_for(self, unread: bool) -> bool:  # noqa: FBT001 - what it waits for
        """Nothing is judged that is not on screen: until it is the key is answered by a line."""
        if not self._coming and self._waits:
            self._told_early = True
            self._window.job_bar.show_deed("No pair yet: the first one is still being chosen")
            return True
        if unread:
            self._window.job_bar.show_deed("Not judged: the pictures are still being read")
        return unread

    def _say(self, said: tuple[Comparison, ...]) -> Changes:
        self._judging = True
        try:
            changes = judge_pairs(self._workspace, said)
        finally:
            self._judging = False
        self._judged.add(frozenset(self._coming.pop(0)))
        self._nothing_left = False
        self._show()
        return changes

    @Slot(object)
    def _on_view(self, _view: object) -> None:
        self._nothing_left = False
        if self._window.view is View.PAIRS:
            self._show()
        elif self._coming:
            self._coming = self._coming[:1]  # the head may know more when the person comes back

    @Slot(object, object)
    def _follow(self, changes: Changes, _initiator: object) -> None:
        if self._judging:
            return  # the next pair is shown at once
        self._nothing_left = False
        head = self._workspace.head
        asks = self._workspace.project, head.head_id if head is not None else None
        if changes.heads or asks != self._asks:  # the workspace may have forgotten what was being looked for
            self._asks = asks
            self._coming, self._waits = [], False
            self._background.forget(TOPIC)
        elif changes.act is not None:
            self._return_to(changes)
        self._show()

    def _return_to(self, changes: Changes) -> None:
        """An undo leads back to the images that it is about."""
        project, head = self._workspace.project, self._workspace.head
        if project is None or head is None or changes.act is None:
            return
        said = project.pairs.of_act(changes.act)
        if not said:
            return
        images = as_shown(said)
        held = project.pairs.holding(head.head_id)
        if any(one in held for one in said):
            self._coming = [one for one in self._coming if one != images]
        else:
            self._coming.insert(0, images)

    @Slot()
    def _show(self) -> None:
        if self._window.view is not View.PAIRS:
            return
        project, head = self._workspace.project, self._workspace.head
        if project is None or head is None or head.kind is not HeadKind.SCORE:
            self._view.show_state(BesideState("Pairs", message="Pairs are judged under a score head."))
            return
        if len(self._coming) < (1 if self._fours else _FEW) and not self._waits and not self._nothing_left:
            self._ask(project, head.head_id)
        judged = project.pairs.count(head.head_id)
        title = f"{head.name} · {counted(judged, 'pair')} judged"
        if not self._coming:
            text = f"{self._stage}…" if self._waits else self._problem or "No two images are left to compare."
            self._view.show_state(BesideState(title, self._hint(2), message=text, waiting=self._waits))
            return
        images = self._coming[0]
        keys = self._keys(len(images))
        panes = tuple(BesidePane(image, key) for image, key in zip(self._files(images), keys, strict=False))
        ahead = [image for group in self._coming[1:3] for image in group]
        self._view.show_state(BesideState(title, self._hint(len(images)), panes, tuple(self._files(ahead))))

    def _predictions(self) -> Predictions | None:
        ranking = self._workspace.ranking
        return None if ranking is None else ranking.predictions

    def _ask(self, project: Project, head_id: HeadId) -> None:
        self._seed += 1
        self._waits, self._problem = True, ""
        self._judged.clear()
        self._stage = f"Reading what was said of {counted(len(self._workspace.pool), 'image')}"
        work = partial(
            _propose, project.folder, head_id, self._predictions(), self._seed, self._fours, self._stage_reached.emit
        )
        self._background.run(TOPIC, work, self._take, failed=self._give_up)

    @Slot(str)
    def _show_stage(self, stage: str) -> None:
        self._stage = stage
        if not self._coming:
            self._show()

    def _take(self, found: list[tuple[ImageId, ...]]) -> None:
        self._waits = False
        known = self._judged | {frozenset(group) for group in self._coming}
        new = [group for group in found if frozenset(group) not in known]
        self._coming += new
        self._nothing_left = not new
        if self._coming and self._told_early:
            self._told_early = False
            self._window.job_bar.clear_deed()
        self._show()

    def _give_up(self, error: BaseException) -> None:
        """Until the person comes back, or something changes."""
        self._waits, self._nothing_left = False, True
        self._problem = f"No pair could be chosen: {error}"
        self._show()

    def _keys(self, count: int) -> list[str]:
        acts = ("pair_left", "pair_right", "pair_third", "pair_fourth")[:count]
        return [(self._bindings.keys_of(act) or ("",))[-1] for act in acts]

    def _hint(self, count: int) -> str:
        tie, skip, four, undo = (
            (self._bindings.keys_of(act) or ("",))[0] for act in ("pair_tie", "pair_skip", "pair_four", "undo")
        )
        if count == 2:
            return f"the key below the better image · {tie} as good · {skip} skip · {undo} undo · {four} best of four"
        return f"the key below the best image · {skip} skip · {undo} undo · {four} two at a time"


def _propose(
    folder: Path,
    head_id: HeadId,
    predictions: Predictions | None,
    seed: int,
    fours: bool,  # noqa: FBT001 - a partial
    tell: Callable[[str], object],
) -> list[tuple[ImageId, ...]]:
    """Reads the project beside the window, which goes on writing it."""
    with Project.open(folder, read_only=True) as project:
        material = pair_material(project, project.heads.by_id(head_id), predictions)
    what = "four images" if fours else "pairs"
    tell(f"Choosing {what} that teach most among {counted(len(material.ids), 'image')}")
    if fours:
        found = [propose_four(material, seed=seed * 100 + number) for number in range(_FOURS)]
        return [group for group in dict.fromkeys(found) if len(group) == 4]
    return [(pair.left, pair.right) for pair in propose_pairs(material, _AT_ONCE, seed=seed)]
