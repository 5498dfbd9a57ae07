"""What the review view says where it has no image to show, and the thresholds it offers."""

from __future__ import annotations

from app.actions import Bindings
from app.models.bars import EmptyAction
from app.models.reviewed import ReviewMessage
from core.review.orders import ReviewOrder
from core.values import BRACKETS, HeadKind
from core.wording import counted

_ANSWER_ON = EmptyAction("single", "Go on answering", primary=True)
_NEXT_QUEUE = EmptyAction("next_queue", "Next queue")
_RETRAIN = EmptyAction("retrain", "Retrain", primary=True)
_NOTHING = {
    ReviewOrder.CONFLICT: "No answer is contradicted by heads that have not seen its image.",
    ReviewOrder.FALSE_POSITIVE: "No image is said to have the label against your answer. Try another threshold.",
    ReviewOrder.FALSE_NEGATIVE: "No image with the label goes unseen. Try another label or threshold.",
    ReviewOrder.CONTRADICTIONS: "No two answers of yours contradict each other.",
    ReviewOrder.DUPLICATES: "No two pictures that look alike are answered differently.",
    ReviewOrder.SYNTHETIC: "No answered copy is told from its source otherwise than your answers say.",
}
_CLASS_STEPS = (0.1, 0.3, 0.5, 0.7, 0.9)


def thresholds(kind: HeadKind) -> tuple[tuple[float | None, str], ...]:
    if kind is HeadKind.SCORE:
        return tuple((step / BRACKETS, f"a score of {step}") for step in range(1, BRACKETS + 1))
    return ((None, "what is likeliest"), *((step, f"{100 * step:.0f} %") for step in _CLASS_STEPS))


def first_threshold(kind: HeadKind) -> float | None:
    return 0.5 if kind is HeadKind.SCORE else None


def key_hint(bindings: Bindings) -> str:
    said = (("stands", "the answer stands"), ("undo", "takes back"))
    keys = [f"{bindings.keys_of(act)[0]}: {what}" for act, what in said if bindings.keys_of(act)]
    return " · ".join(["digits correct", *keys])


def no_head() -> ReviewMessage:
    return ReviewMessage(
        "Nothing to look at again yet",
        "Make a head and answer some images; a version then tells which answers it would not have given.",
        (EmptyAction("new_head", "New head…", primary=True),),
    )


def no_version(answered: int) -> ReviewMessage:
    text = (
        "A version keeps what heads say of each answered image that they have not seen. Retrain makes the first one."
        if answered
        else "Answer some images first, then retrain: a version tells which answers it would not have given."
    )
    return ReviewMessage("No version to look again with yet", text, (_RETRAIN if answered else _ANSWER_ON,))


def too_old(problem: str) -> ReviewMessage:
    return ReviewMessage("This version cannot be held against your answers", f"{problem}.", (_RETRAIN,))


def not_read(error: BaseException) -> ReviewMessage:
    """Of any view that looks through the project beside the window."""
    return ReviewMessage("This could not be looked at", f"{error}.", (_ANSWER_ON,))


def nothing_left(order: ReviewOrder, looked_at: int) -> ReviewMessage:
    if not looked_at:
        return ReviewMessage("Nothing to look at again", _NOTHING[order], (_ANSWER_ON, _NEXT_QUEUE))
    images = counted(looked_at, "image")
    again = EmptyAction("retrain", "Retrain")
    return ReviewMessage(
        "All looked at",
        f"You looked at {images} again. What you corrected teaches the next version; what you confirmed stays out of "
        "here until the answer, or what is said of it, changes. Left goes back.",
        (_ANSWER_ON, again),
    )
