"""The first look at a pool too large to keep: a committee of linear members, one product for each image.

Letters: dim = values of an embedding, outputs = labels, or 1 for a score.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from core.heads.committee import Committee, member_of, solve_alike
from core.heads.kernel import solve_left_out, system_of
from core.heads.live_fit import LiveFit
from core.heads.members import Each, in_turn
from core.heads.squash import choose_sharpness
from core.query.clustering import Projection


def linear_committee(fit: LiveFit, *, seed: int, each: Each = in_turn) -> Committee:
    """Members as resampled as those of `fit`, linear, with their support folded into coefficients of (dim, outputs).

    Its `support` are the axes themselves: similarities to it are the unit vectors.
    """
    answers, kind = fit.answers, fit.committee.kind
    shape = answers.choose_shape(seed, linear=True)
    system = system_of(answers, fit.support, shape, each=each)
    _, left_out = solve_left_out(answers, system, each=each)
    sharpness = choose_sharpness(left_out, answers.known_targets(), torch.from_numpy(answers.weights), kind)
    dual = solve_alike(answers, system, fit.draws, seed, each=each)  # (members, m, outputs)
    rows = answers.rows[fit.support].cpu().numpy()  # (m, dim)
    primal = np.einsum("md,jmo->jdo", rows, dual, optimize=True).astype(np.float32)  # (members, dim, outputs)
    members = tuple(member_of(shape) for _ in range(len(dual)))
    mass = np.zeros(primal.shape[:2], dtype=np.float32)
    axes = np.eye(rows.shape[1], dtype=np.float32)
    return Committee(kind, axes, members, primal, mass, fit.committee.mean, sharpness)


def on_components(committee: Committee, projection: Projection) -> Committee:
    """The same committee for principal components with a 1 after them: what lies outside them counts as average."""
    inside = np.einsum("xd,jxo->jdo", projection.axes, committee.coefficients, optimize=True)
    average = np.einsum("x,jxo->jo", projection.centre, committee.coefficients, optimize=True)
    return _with_constant(committee, inside, average)


def on_vectors(committee: Committee, projection: Projection) -> Committee:
    """What `on_components` says, for unit vectors with a 1 after them, whose components need not be known."""
    known = on_components(committee, projection).coefficients
    inside, average = known[:, :-1], known[:, -1]
    whole = np.einsum("xd,jdo->jxo", projection.axes, inside, optimize=True)
    centre = np.einsum("x,jxo->jo", projection.centre, whole, optimize=True)
    return _with_constant(committee, whole, average - centre)


def _with_constant(committee: Committee, values: NDArray[np.float32], constant: NDArray[np.float32]) -> Committee:
    """`values` (members, columns, outputs), `constant` (members, outputs)."""
    coefficients = np.concatenate([values, constant[:, None]], axis=1).astype(np.float32)
    mass = np.zeros(coefficients.shape[:2], dtype=np.float32)
    return replace(committee, coefficients=coefficients, mass=mass)
