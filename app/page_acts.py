"""The acts of the view of pages."""

from __future__ import annotations

from app.acts import ALL_VIEWS, CARDS, PAGES, Act, Group, View

PAGE_ACTS = (
    Act(
        "pages",
        "Pages",
        ("Shift+G",),
        "Images that one answer holds for, look-alikes together: mark the wrong ones, Enter confirms the rest",
        Group.LOOK,
        views=ALL_VIEWS,
    ),
    Act(
        "confirm_page",
        "Confirm the page",
        ("Enter",),
        "Its answer goes to every image that is not marked, as one act; then the next page",
        Group.PAGES,
        views=PAGES,
        meaning="Confirm the page (pages)",
    ),
    Act(
        "mark_wrong",
        "Mark as wrong",
        ("Space",),
        "Or take the mark off, as a click does; a digit answers all that are marked",
        Group.PAGES,
        views=PAGES,
        meaning="Mark as wrong (pages)",
    ),
    Act(
        "next_label",
        "Next label",
        ("Q",),
        "Pages of the next label, tag or bracket",
        Group.PAGES,
        views=PAGES,
        meaning="Next label (pages)",
    ),
    Act(
        "check_answers",
        "Check answers",
        ("C",),
        "Pages of what is answered already; again for open images",
        Group.PAGES,
        views=PAGES,
        meaning="Check answers (pages)",
    ),
    Act(
        "correct_marked",
        "Correct what is marked",
        ("M",),
        "Images that were marked as wrong and wait for another answer, one after another; Esc leads back to the pages",
        Group.PAGES,
        views=PAGES | CARDS | {View.REVIEW},
    ),
    Act(
        "spread_group",
        "Spread the group",
        ("D",),
        "Near-duplicates behind one card each on their own; again to put them together",
        Group.PAGES,
        views=PAGES,
        meaning="Spread the group (pages)",
    ),
)
