"""Do the personas combine the four dimensions of document 1 §2.1, or are they one of them by another name?

With few industries shared and sizes unknown, the scenario alone may cut the cases: then a persona is its scenario, and the reader is told.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.personas.features import Features
from analysis.stats import Ints, adjusted_rand, tidy
from analysis.thresholds import thresholds

FIELDS = {"top": "industry", "scenario": "scenario", "size": "company_size", "maturity": "maturity"}  # of the features, as cases call them


@dataclass(frozen=True)
class OneDimension:
    """The dimension that comes nearest to the personas, and how near: 1 the same partition, about 0 none of it; then the next one."""

    field: str
    value: float
    second: str
    next_: float

    def alone(self) -> bool:
        """Whether the others tell next to nothing: where several dimensions fall together the personas are more than one of them."""
        return self.next_ < thresholds().dominant


def one_dimension(features: Features, labels: Ints) -> OneDimension | None:
    """Over all placed cases, an unknown value as a value of its own; None with fewer than two personas."""
    placed = np.flatnonzero(labels >= 0)
    if len(np.unique(labels[placed])) < 2:
        return None
    found = {field: tidy(adjusted_rand(labels[placed], getattr(features, name)[placed])) for name, field in FIELDS.items()}
    best, second, *_ = sorted(found, key=lambda field: (-found[field], field))
    return OneDimension(best, found[best], second, found[second])
