"""The query strategies by name. What each was measured to do is in docs/learning.md."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from core.query import batches, covering, doubts, hunting, utilities
from core.query.strategy import Draw, Need, QueryStrategy, Standing, Successor
from core.values import HeadKind, Strategy

_SAID = frozenset({Need.PREDICTIONS})
_PLACES = frozenset({Need.EMBEDDINGS})
_BOTH = _SAID | _PLACES
_TARGET = frozenset({Need.PREDICTIONS, Need.TARGET})
_HUNT = _TARGET | _PLACES
_LABELS = frozenset({HeadKind.CLASS, HeadKind.TAGS})
_top_k = partial(QueryStrategy, needs=_SAID, standing=Standing.TO_LOOK_AT)
_ACTIVE_SEARCH = 'Warmuth et al., "Active learning in the drug discovery process" (2002)'

_DISAGREEMENT = QueryStrategy(
    Strategy.DISAGREEMENT,
    "answers that settle most of what the committee is unsure of, no two the same",
    'Ji & Han, "A variance minimization criterion to active learning on graphs" (2012); Ma, Garnett & Schneider, '
    '"Sigma-optimality for active learning on Gaussian random fields" (2013); Scheffer, Decomain & Wrobel, '
    '"Active hidden Markov models" (2001)',
    doubts.teaching,
    _BOTH,
    Standing.DEFAULT,
    hunting.disagreement,
    Draw.WEIGHTED,
    cost="m m (answers + k), at most 1,024 images and 400 answers",
)

_MEMBERS = (
    _DISAGREEMENT,
    QueryStrategy(
        Strategy.HUNT,
        "the likeliest of a rare label by what was found and refused, until 20 are found; then mostly disagreement",
        f'{_ACTIVE_SEARCH}; Garnett et al., "Bayesian optimal active search and surveying" (2012)',
        hunting.promise,
        _HUNT,
        Standing.HUNTS,
        hunting.hunt,
        Draw.HIGHEST,
        cost="m answers, at most 1024 of them",
        successor=Successor(_DISAGREEMENT, hunting.is_over, hunting.TOP_SHARE),
    ),
    QueryStrategy(
        Strategy.MARGIN,
        "the two likeliest answers closest; of scores the widest spread",
        'Scheffer, Decomain & Wrobel, "Active hidden Markov models for information extraction" (2001)',
        doubts.doubt,
        _SAID,
        Standing.TEACHES,
    ),
    QueryStrategy(
        Strategy.MARGIN_CLUSTERED,
        "the most central of each cluster of small margins",
        'Zhdanov, "Diverse mini-batch active learning" (2019)',
        doubts.doubt,
        _BOTH,
        Standing.TEACHES,
        batches.margin_and_kmeans,
        Draw.HIGHEST,
        cost="25 k k",
    ),
    QueryStrategy(
        Strategy.MARGIN_FACILITY,
        "of small margins those that stand for the others",
        'Wei, Iyer & Bilmes, "Submodularity in data subset selection and active learning" (2015)',
        doubts.doubt,
        _BOTH,
        Standing.TEACHES,
        batches.margin_and_facility_location,
        Draw.HIGHEST,
        cost="(25 k)^2 k",
    ),
    QueryStrategy(
        Strategy.COVERAGE,
        "one of each cluster of what the committee is unsure of, where none is answered",
        'Zhdanov, "Diverse mini-batch active learning" (2019); Hacohen, Dekel & Weinshall, "Active learning on a '
        'budget" (2022)',
        doubts.teaching,
        _BOTH,
        Standing.TEACHES,
        covering.weighted,
        Draw.WEIGHTED,
        cost="m (answers + k), at most 600 clusters",
    ),
    QueryStrategy(
        Strategy.DROPQUERY,
        "one of each cluster of images that half of the members see otherwise",
        'Gupte et al., "Revisiting active learning in the era of vision foundation models" (2024)',
        doubts.dissent,
        _BOTH,
        Standing.TEACHES,
        batches.dropquery,
        Draw.HIGHEST,
        cost="m k",
    ),
    QueryStrategy(
        Strategy.BADGE,
        "unsure in unlike ways: k-means++ on gradients",
        'Ash et al., "Deep batch active learning by diverse, uncertain gradient lower bounds" (2020)',
        doubts.doubt,
        _BOTH,
        Standing.TEACHES,
        batches.badge,
        Draw.WEIGHTED,
        _LABELS,
        cost="m k",
    ),
    QueryStrategy(
        Strategy.FALCUN,
        "unsure, and with votes unlike each other",
        'Gilhuber et al., "FALCUN: a simple and efficient deep active learning strategy" (2024)',
        doubts.doubt,
        _BOTH,
        Standing.TEACHES,
        batches.falcun,
        Draw.WEIGHTED,
        cost="m k",
    ),
    QueryStrategy(
        Strategy.TYPICLUST,
        "the most typical image of each part of the pool without an answer",
        'Hacohen, Dekel & Weinshall, "Active learning on a budget" (TypiClust, 2022)',
        doubts.evenly,
        _PLACES,
        Standing.TEACHES,
        covering.typiclust,
        cost="m (answers + k), at most 500 clusters",
    ),
    QueryStrategy(
        Strategy.DIVERSE,
        "typical and unlike each other, whatever the head says: for the first answers",
        'Yuan, Lin & Boyd-Graber, "Cold-start active learning through self-supervised language modeling" (2020)',
        doubts.evenly,
        _PLACES,
        Standing.TEACHES,
        hunting.coverage,
        cost="m (answers + k), at most 600 clusters",
    ),
    QueryStrategy(
        Strategy.PROBCOVER,
        "balls of one radius that cover most of what is uncovered",
        'Yehuda et al., "Active learning through a covering lens" (2022)',
        doubts.evenly,
        _PLACES,
        Standing.TEACHES,
        covering.probcover,
        cost="m m",
    ),
    QueryStrategy(
        Strategy.CORE_SET,
        "farthest from all that has an answer: outliers first",
        'Sener & Savarese, "Active learning for convolutional neural networks: a core-set approach" (2018)',
        doubts.evenly,
        _PLACES,
        Standing.TO_LOOK_AT,
        covering.core_set,
        cost="m (answers + k)",
    ),
    _top_k(
        Strategy.ENTROPY,
        "the flattest prediction over all labels",
        'Shannon, "A mathematical theory of communication" (1948); Settles, "Active learning literature survey" (2009)',
        doubts.by(utilities.entropy),
    ),
    _top_k(
        Strategy.VOTE_ENTROPY,
        "the members' votes most split",
        'Dagan & Engelson, "Committee-based sampling for training probabilistic classifiers" (1995)',
        doubts.by(utilities.vote_entropy),
    ),
    _top_k(
        Strategy.BALD,
        "members sure of themselves and not of each other",
        'Houlsby et al., "Bayesian active learning for classification and preference learning" (2011)',
        doubts.by(utilities.bald),
    ),
    _top_k(
        Strategy.COMMITTEE,
        "the members' probabilities farthest apart: query by committee",
        'Seung, Opper & Sompolinsky, "Query by committee" (1992)',
        doubts.by(utilities.apart),
    ),
    QueryStrategy(Strategy.TOP, "the likeliest first", _ACTIVE_SEARCH, doubts.wanted, _TARGET, Standing.HUNTS),
    QueryStrategy(
        Strategy.TOP_CLUSTERED,
        "the likeliest first, no two alike next to each other",
        f'{_ACTIVE_SEARCH}; Zhdanov, "Diverse mini-batch active learning" (2019)',
        doubts.wanted,
        _HUNT,
        Standing.HUNTS,
        hunting.top_and_kmeans,
        Draw.HIGHEST,
        cost="m + k k",
    ),
    QueryStrategy(
        Strategy.MIX,
        "in turn the likeliest and the smallest margin",
        'Garnett et al., "Bayesian optimal active search and surveying" (2012)',
        doubts.wanted,
        _TARGET,
        Standing.HUNTS,
        hunting.mix,
        Draw.HIGHEST,
    ),
    QueryStrategy(
        Strategy.NEAREST,
        "nearest to any positive found so far",
        'Garnett et al., "Bayesian optimal active search and surveying" (2012), its one-neighbour rule',
        doubts.wanted,
        _HUNT,
        Standing.HUNTS,
        hunting.nearest,
        Draw.HIGHEST,
        cost="m positives",
    ),
    QueryStrategy(
        Strategy.RANDOM,
        "a fair draw: the only order that honest figures can be read from",
        'Fisher, "The design of experiments" (1935)',
        doubts.evenly,
        frozenset(),
        Standing.FAIR,
    ),
)

FAMILY: Mapping[Strategy, QueryStrategy] = {each.name: each for each in _MEMBERS}
