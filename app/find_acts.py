"""The acts that find images: by a query, by likeness, and in groups of near-duplicates."""

from __future__ import annotations

from app.acts import ANSWERED, PROJECT, TWINS, Act, Group

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
    Act(
        "twins",
        "Near-duplicates",
        ("Shift+L",),
        "Groups of images that look nearly the same, as strictly as you like",
        Group.FIND,
        views=PROJECT,
    ),
    Act(
        "exclude_others",
        "Exclude the others",
        ("X",),
        "All of the group but the framed one, as one act; it begins with the largest",
        Group.FIND,
        views=TWINS,
        meaning="Exclude the others (near-duplicates)",
    ),
    Act(
        "keep_next",
        "Keep the next one",
        ("Down",),
        "The frame moves on within the group, as a click moves it",
        Group.FIND,
        views=TWINS,
        meaning="Keep the next one (near-duplicates)",
    ),
    Act(
        "keep_previous",
        "Keep the one before",
        ("Up",),
        "The frame moves back",
        Group.FIND,
        views=TWINS,
        meaning="Keep the one before (near-duplicates)",
    ),
    Act(
        "looser",
        "Look less strictly",
        (",",),
        "Groups of images that are less alike",
        Group.FIND,
        views=TWINS,
        meaning="Look less strictly (near-duplicates)",
    ),
    Act(
        "stricter",
        "Look more strictly",
        (".",),
        "Groups of images that are more alike",
        Group.FIND,
        views=TWINS,
        meaning="Look more strictly (near-duplicates)",
    ),
    Act(
        "alike_in",
        "Alike in pixels or to the encoder",
        ("Q",),
        "Groups by small pictures, or by the embeddings of the head; each has its own strictness",
        Group.FIND,
        views=TWINS,
        meaning="Alike in pixels or to the encoder (near-duplicates)",
    ),
)
