"""One file sent somewhere, with nobody who watches."""

from __future__ import annotations

from pathlib import Path

from core.scoring.transfers import Act, Transferred, plan_transfers, transfer


def nothing(event: object) -> None:
    pass


def never() -> bool:
    return False


def sent(act: Act, source: Path, folder: Path, name: str = "a.png") -> Transferred:
    planned, kept = plan_transfers(act, folder, [(source, name)])
    return transfer(planned, folder, kept, nothing, never)
