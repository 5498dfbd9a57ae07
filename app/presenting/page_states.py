"""What the view of pages says: which page, what Enter does, and what to do where there are no pages."""

from __future__ import annotations

from app.models.bars import EmptyAction
from app.models.reviewed import ReviewMessage
from core.values import HeadKind
from core.wording import counted

THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95)
USUAL = 0.8
_ANSWER_ON = EmptyAction("single", "Go on answering", primary=True)
_ANSWER = EmptyAction("single", "Answer images", primary=True)
_NEXT = EmptyAction("next_label", "Next label")
_CHECK = EmptyAction("check_answers", "Check answers")


def thresholds(kind: HeadKind) -> tuple[float, ...]:
    """A score is near its bracket or is not."""
    return () if kind is HeadKind.SCORE else THRESHOLDS


def page_line(*, page: int, pages: int, answer: str, images: int, marked: int, right: int, waiting: int) -> str:
    """`images` of the page, of which `marked` are wrong and `right` would be confirmed; the rest is done already.

    `waiting`: images that were marked before and have no other answer yet.
    """
    amount = counted(images, "image")
    wrong = f", {marked:,} marked" if marked else ""
    done = ", all done" if not marked and not right else ""
    does = f"Enter confirms {right:,}" if right else "Enter turns the page"
    corrects = f" · M corrects {waiting:,}" if waiting else ""
    return f"Page {page:,} of {pages:,}: {answer}, {amount}{wrong}{done} — {does}{corrects}"


def no_head() -> ReviewMessage:
    return ReviewMessage(
        "No pages yet",
        "Make a head and answer some images; what it is sure of then comes in pages, to be confirmed many at once.",
        (EmptyAction("new_head", "New head…", primary=True),),
    )


def laying_out() -> ReviewMessage:
    return ReviewMessage(
        "Laying out the pages…", "What the head says of the images is read; the cards come in a moment."
    )


def not_predicted(*, answered: bool) -> ReviewMessage:
    """`answered`: some images are, so that predictions may be on their way."""
    learns = "What was answered is being learned, which takes some seconds after a start: pages come by themselves. "
    return ReviewMessage(
        "No pages yet",
        f"Nothing is predicted so far. {learns if answered else ''}Answer some images of each kind; "
        "pages show what the head is sure of then.",
        (_ANSWER_ON, EmptyAction("retrain", "Retrain"), _CHECK) if answered else (_ANSWER,),
    )


def nothing_found(answer: str, *, checks: bool, threshold: float) -> ReviewMessage:
    if checks:
        return ReviewMessage(
            "Nothing to check", f"No answer {answer} waits to be looked at again.", (_NEXT, _ANSWER_ON)
        )
    sure = f" at {100 * threshold:.0f} % or more" if threshold else ""
    return ReviewMessage(
        "Nothing to confirm",
        f"The head is sure of {answer} for no open image{sure}. Take another label or a lower threshold.",
        (EmptyAction("next_label", "Next label", primary=True), _ANSWER_ON),
    )


def all_seen(answer: str, *, marked: int, unlisted: int) -> ReviewMessage:
    wrong = f" {marked:,} marked images wait to be corrected." if marked > 1 else ""
    wrong = " The marked image waits to be corrected." if marked == 1 else wrong
    more = f" {unlisted:,} more wait: open the pages again." if unlisted else ""
    text = f"You went through all pages of {answer}.{wrong}{more} PageUp goes back."
    following = EmptyAction("next_label", "Next label", primary=not marked)
    correct = (EmptyAction("correct_marked", "Correct what is marked", primary=True),) if marked else ()
    return ReviewMessage("All pages done", text, (*correct, following, _ANSWER_ON))
