"""The worker's judging thread: asks heads about single pictures beside a running job, and keeps the heads it has open.

It also says where words, or a picture, lie among a project's vectors.

A newer order of a topic ends the one before, so that stepping through images never queues up work nobody looks at.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from core.errors import Cancelled, WinnowError
from core.jobs.events import Event, FilesJudged, JobNotice, JudgingDone, VectorFound
from core.jobs.run import Emit, failure
from core.jobs.spec import AskSpec, JudgeSpec, VectorSpec

if TYPE_CHECKING:
    from core.scoring.eyes import Eyes
    from core.scoring.judging import Judge
    from core.scoring.seeing import EyesKey

log = logging.getLogger(__name__)

_OPEN_HEADS = 16
_Key = tuple[str, str, int]
"""Head, way of looking, and when its file was written."""


class JudgeLane:
    """Any thread may submit; the work happens in the lane's own thread, which begins with the first order."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._waiting: deque[AskSpec] = deque()
        self._running: AskSpec | None = None
        self._outdated = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._bench = _Bench()

    def submit(self, spec: AskSpec) -> None:
        with self._changed:
            self._waiting = deque(one for one in self._waiting if one.topic != spec.topic)
            self._waiting.append(spec)
            if self._running is not None and self._running.topic == spec.topic:
                self._outdated = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="judge", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                spec = self._running = self._waiting.popleft()
                self._outdated = False
            try:
                self._answer(spec)
            except Cancelled:
                log.info("judging %s ended before its last file", spec.job)
            except Exception as error:
                log.exception("judging %s failed", spec.job)
                self._emit(failure(spec.job, error))
            finally:
                with self._changed:
                    self._running = None

    def _answer(self, spec: AskSpec) -> None:
        match spec:
            case JudgeSpec():
                self._judge(spec)
            case VectorSpec():
                from core.scoring.placing import vector_of

                self._emit(VectorFound(spec.job, tuple(vector_of(spec).tolist())))
            case _:
                assert_never(spec)

    def _judge(self, spec: JudgeSpec) -> None:
        from core.scoring.answers import UnscoredFile
        from core.scoring.by_tile import judge_tiles
        from core.scoring.shelf import cache_folder
        from core.scoring.tile_answers import TileAnswers

        judges, refused = self._bench.open(spec)
        shelves = (Path(spec.project) if spec.project else None, cache_folder())
        for group in _by_eyes(judges):
            try:
                for said in judge_tiles(group, spec.files, shelves, partial(self._pass_on, spec.job), self._is_over):
                    answers = tuple(one for one in said if isinstance(one, TileAnswers))
                    failed = tuple((one.path, one.reason) for one in said if isinstance(one, UnscoredFile))
                    self._emit(FilesJudged(spec.job, answers, failed))
            except WinnowError as error:  # the encoder of these heads cannot be had; others go on
                refused |= {judge.model: str(error) for judge in group}
        self._emit(JudgingDone(spec.job, tuple(refused.items())))

    def _pass_on(self, job: str, event: Event) -> None:
        """Of what is said on the way only what a person should know."""
        if isinstance(event, JobNotice):
            self._emit(JobNotice(job, event.text))

    def _is_over(self) -> bool:
        return self._outdated


class _Bench:
    """The heads that were asked last, with their encoders loaded."""

    def __init__(self) -> None:
        self._judges: dict[_Key, Judge] = {}
        self._eyes: dict[EyesKey, Eyes] = {}

    def open(self, spec: JudgeSpec) -> tuple[list[Judge], dict[str, str]]:
        """Those of the order, and why the others cannot be asked."""
        from core.scoring.seeing import Seeing, open_judge

        seeing = Seeing(tiles=spec.tiles, device=spec.device)
        judges: list[Judge] = []
        refused: dict[str, str] = {}
        for model in spec.models:
            try:
                key = _key(model, spec)
                judge = self._judges.get(key) or open_judge(model, Path(model), seeing, self._eyes)
            except (WinnowError, OSError) as error:
                refused[model] = str(error)
                continue
            self._judges[key] = judge
            judges.append(judge)
        self._forget(judges)
        return judges, refused

    def _forget(self, asked: list[Judge]) -> None:
        """Of the heads that were not asked now only a few stay; an encoder stays while one of its heads does."""
        others = [key for key, judge in self._judges.items() if judge not in asked]
        for key in others[: max(0, len(self._judges) - _OPEN_HEADS)]:
            del self._judges[key]
        seeing = {id(judge.eyes) for judge in self._judges.values()}
        self._eyes = {key: eyes for key, eyes in self._eyes.items() if id(eyes) in seeing}


def _key(model: str, spec: JudgeSpec) -> _Key:
    written = Path(model).stat().st_mtime_ns if Path(model).exists() else 0
    return model, f"{spec.tiles} {spec.device}", written


def _by_eyes(judges: list[Judge]) -> list[list[Judge]]:
    groups: dict[int, list[Judge]] = {}
    for judge in judges:
        groups.setdefault(id(judge.eyes), []).append(judge)
    return list(groups.values())
