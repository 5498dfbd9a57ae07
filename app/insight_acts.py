"""The acts of the insight view: from picture to picture, from mark to mark, and into the images of one."""

from __future__ import annotations

from app.acts import INSIGHT, Act, Group

INSIGHT_ACTS = (
    Act(
        "open_marked",
        "Open what is marked",
        ("Enter", "Space"),
        "As a queue, where keys correct; Esc leads back to the picture",
        Group.LOOK,
        views=INSIGHT,
        meaning="Open what is marked (insight)",
    ),
    Act(
        "next_picture",
        "Next picture",
        ("Down",),
        "The next of the list",
        Group.LOOK,
        views=INSIGHT,
        repeats=True,
        meaning="Next picture (insight)",
    ),
    Act(
        "previous_picture",
        "Previous picture",
        ("Up",),
        "The one before in the list",
        Group.LOOK,
        views=INSIGHT,
        repeats=True,
        meaning="Previous picture (insight)",
    ),
    Act(
        "next_mark",
        "Next mark",
        ("Right",),
        "The next bar, cell or point that holds images; of a threshold a step up",
        Group.LOOK,
        views=INSIGHT,
        repeats=True,
        meaning="Next mark, threshold up (insight)",
    ),
    Act(
        "previous_mark",
        "Previous mark",
        ("Left",),
        "The one before; of a threshold a step down",
        Group.LOOK,
        views=INSIGHT,
        repeats=True,
        meaning="Previous mark, threshold down (insight)",
    ),
    Act(
        "next_choice",
        "Next label",
        ("Q",),
        "What the picture is about: the next label, tag or colouring",
        Group.LOOK,
        views=INSIGHT,
        meaning="Next label (insight)",
    ),
    Act(
        "next_group",
        "Next group",
        ("N",),
        "False positives, false negatives, true ones; said otherwise, said as answered",
        Group.LOOK,
        views=INSIGHT,
        meaning="Next group (insight)",
    ),
)
