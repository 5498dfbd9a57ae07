"""A committee as it was written down beside its version: the file says all that a committee is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.heads.committee import Committee
from core.heads.members import Member, Response
from core.values import HeadKind


def committee_of(arrays: Mapping[str, NDArray[np.float32]], kind: HeadKind) -> Committee:
    members = tuple(Member(Response(int(response)), float(width)) for response, width in arrays["members"])
    fields = (arrays["coefficients"], arrays["mass"], arrays["mean"])
    return Committee(kind, arrays["support"], members, *fields, float(arrays["sharpness"][0]))
