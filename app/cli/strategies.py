"""strategies: every query strategy that `winnow rank --by` knows, with its paper."""

from __future__ import annotations

from app.cli.options import JsonFlag, QuietFlag
from app.cli.terminal import Answer, Terminal, table


def strategies(*, json: JsonFlag = False, quiet: QuietFlag = False) -> int:
    """List the orders that choose what is asked, with papers.

    `winnow rank --by` takes them. Those that are "to look at" taught a head less than random order on hard sets: they
    show a side of the pool.
    """
    from core.query.family import FAMILY

    document = [
        {
            "by": each.name.value,
            "asks": each.line,
            "standing": each.standing.value,
            "needs": sorted(each.needs),
            "kinds": sorted(each.kinds),
            "cost": each.cost,
            "paper": each.paper,
        }
        for each in FAMILY.values()
    ]
    rows = [(each.name.value, each.standing.value, each.line, each.paper) for each in FAMILY.values()]
    drawn = table(("--by", "", "asks for", "paper"), rows, sentences=("asks for", "paper"))
    return Terminal(json=json, quiet=quiet).answer(Answer(document, (drawn,)))
