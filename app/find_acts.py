"""The acts that find images: by a query, by likeness."""

from __future__ import annotations

from app.acts import ANSWERED, PROJECT, Act, Group

FIND_ACTS: tuple[Act, ...] = (
    Act(
        "find",
        "Find…",
        ("/",),
        "By path, answer, prediction, score, conflict, version, date, mark; Esc leads back",
        Group.FIND,
        views=PROJECT,
    ),
    Act(
        "similar",
        "Similar images",
        ("L",),
        "The images most like this one, nearest first",
        Group.FIND,
        views=ANSWERED,
    ),
)
