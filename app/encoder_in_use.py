"""Which encoder a project works with: the one rule of a new head, on the command line and in the window."""

from __future__ import annotations

from core.names import BUILT_IN
from core.project import Project
from core.store.encoders import encoder_name
from core.values import Head

_STARTED = 0.5
"""An embedding that holds less than this share of the largest one was only begun."""


def encoder_in_use(project: Project, *, content: bool = False) -> str | None:
    """The encoder that the project was embedded with last; None before the first embedding.

    One that was only begun comes after the others, and so does one that sees no content for a question of `content`.
    """
    used = project.encoders.all()
    if len(used) < 2:
        return used[0].encoder if used else None
    counts = [len(project.embeddings(one)) for one in used]
    whole = [one.encoder for one, count in zip(used, counts, strict=True) if count >= _STARTED * max(counts)]
    fit = [encoder for encoder in whole if encoder != BUILT_IN] if content else whole
    return next(iter(fit or whole))


def encoder_for_content(project: Project, usual: str | None) -> str | None:
    """`usual` where it tells what pictures show, else one of the project that does; None where it has none."""
    found = usual if usual not in (None, BUILT_IN) else encoder_in_use(project, content=True)
    return found if found != BUILT_IN else None


def sees_content(head: Head | None) -> bool:
    return head is None or head.encoder != BUILT_IN


def encoders_of(project: Project) -> tuple[str, ...]:
    """Those it has embeddings of, the last used first, then those that heads wait for."""
    used = [signature.encoder for signature in project.encoders.all()]
    needed = [head.encoder for head in project.heads.all()]
    return tuple(dict.fromkeys(encoder_name(one) for one in (*used, *needed) if one))
