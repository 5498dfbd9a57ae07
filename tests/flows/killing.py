"""Plays a person at work and kills the window or the worker at random moments; prints what was found afterwards.

Run as `python -m tests.flows.killing PROJECT MOMENTS SEED`. Each moment is a fork of this process, so that nothing is
imported anew: the fork opens the project as the window does, annotates image after image and keeps a real worker busy,
and says on a pipe what it is about to do and what it has done. Then SIGKILL, and the project is opened and read.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import random
import select
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import UserError
from core.jobs.events import JobCancelled, JobFailed, JobFinished, WorkerDied
from core.jobs.process import WorkerProcess
from core.project import Project
from core.values import ClassValue, ImageId, Tiles

HEAD = "colour"


@dataclass
class Record:
    """What the person was told. `tried` may or may not hold; everything in `done` must."""

    done: dict[int, int] = field(default_factory=dict)
    tried: tuple[int, int] | None = None
    acknowledged: int = 0

    def read(self, line: str) -> None:
        word, image, label = line.split()
        if word == "try":
            self.tried = (int(image), int(label))
        elif word == "ack":
            self.done[int(image)] = int(label)
            self.tried = None
            self.acknowledged += 1

    def lost(self, held: dict[int, int]) -> list[int]:
        """Images whose standing answer is neither the last one acknowledged nor the one under way."""
        wrong = [image for image, label in self.done.items() if held.get(image) != label]
        return [image for image in wrong if self.tried != (image, held.get(image))]


def work(folder: Path, seed: int, pipe: int) -> None:
    """The window's side, until it is killed."""
    rng = random.Random(seed)
    events: queue.SimpleQueue = queue.SimpleQueue()
    with opened(folder) as project:
        worker = WorkerProcess(events.put)
        ids = project.images.all().ids.tolist()
        labels = [label.label_id for label in project.heads.get(HEAD).labels]
        head_id = project.heads.get(HEAD).head_id
        submit(project, worker, rng)
        say(pipe, f"worker {worker.pid} 0")
        while True:
            image, label = rng.choice(ids), rng.choice(labels)
            say(pipe, f"try {image} {label}")
            project.annotations.annotate(head_id, {ImageId(image): ClassValue(label)})
            say(pipe, f"ack {image} {label}")
            while not events.empty():
                event = events.get()
                project.adopt(event)
                if isinstance(event, JobFinished | JobFailed | JobCancelled | WorkerDied):
                    submit(project, worker, rng)
                    say(pipe, f"worker {worker.pid} 0")
            time.sleep(rng.uniform(0, 0.004))


def submit(project: Project, worker: WorkerProcess, rng: random.Random) -> None:
    """Scan, embed or train, whatever is possible now."""
    job = f"{rng.random()}"
    head = project.heads.get(HEAD)
    orders = [
        lambda: project.scan_spec(job),
        lambda: project.embed_spec(job, "signal", Tiles.NONE, "cpu"),
        lambda: project.training_spec(job, head, "cpu"),
    ]
    try:
        worker.submit(rng.choice(orders)())
    except UserError:
        worker.submit(orders[1]())


def say(pipe: int, line: str) -> None:
    os.write(pipe, f"{line}\n".encode())


def play(folder: Path, record: Record, rng: random.Random) -> str:
    """One moment: start, wait, kill; everything said before the end is read. Returns what was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            work(folder, rng.getrandbits(32), writing)
        finally:
            os._exit(1)
    os.close(writing)
    patience = rng.choice([0.02, 0.1, 0.4, 1.5])
    listener = Ear(reading, record)
    listener.hear_for(rng.uniform(0, patience))
    victim = "window"
    if rng.random() < 0.5 and listener.worker is not None:
        victim = "worker"
        kill(listener.worker)
        listener.hear_for(rng.uniform(0, patience))
    kill(child)
    os.waitpid(child, 0)
    listener.hear_all()
    os.close(reading)
    return victim


class Ear:
    """Reads what the fork says, line by line."""

    def __init__(self, pipe: int, record: Record) -> None:
        self._pipe = pipe
        self._record = record
        self._rest = b""
        self.worker: int | None = None

    def hear_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self._pipe], [], [], left)[0] and not self._take():
                return

    def hear_all(self) -> None:
        while self._take():
            pass

    def _take(self) -> bool:
        data = os.read(self._pipe, 65536)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line.startswith(b"worker"):
                pid = line.split()[1]
                self.worker = int(pid) if pid != b"None" else None
            else:
                self._record.read(line.decode())
        return bool(data)


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it may have ended by itself
        os.kill(pid, signal.SIGKILL)


def opened(folder: Path) -> Project:
    """As a new window opens it, within two seconds.

    A window that dies while it starts a worker leaves a child that holds the lock for the moment until it executes.
    """
    end = time.monotonic() + 2
    while True:
        try:
            return Project.open(folder)
        except UserError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def held(folder: Path) -> dict[int, int]:
    """The answers that a new window finds."""
    with opened(folder) as project:
        standing = project.annotations.standing(project.heads.get(HEAD).head_id)
    pairs = zip(standing.ids.tolist(), standing.values, strict=True)
    return {image: value.label for image, value in pairs if value is not None}


def main(folder: Path, moments: int, seed: int) -> None:
    rng, record = random.Random(seed), Record()
    victims = {"window": 0, "worker": 0}
    lost: list[int] = []
    for _ in range(moments):
        victims[play(folder, record, rng)] += 1
        found = held(folder)
        lost += record.lost(found)
        record.done, record.tried = found, None
    sys.stdout.write(json.dumps({"victims": victims, "acknowledged": record.acknowledged, "lost": lost}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
