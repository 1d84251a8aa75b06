"""How sure a quantity is a benefit of the customer: points of its signs, from ``vocab/benefit_weights.yaml``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from pipelines.vocabulary import VOCAB, load_yaml


@dataclass(frozen=True)
class Weights:
    """Points of log-odds by sign; a sign that is not listed weighs nothing."""

    base: float
    threshold: float
    points: Mapping[str, float]


@cache
def weights() -> Weights:
    """The documented table."""
    return load_yaml(VOCAB / "benefit_weights.yaml", Weights)


def score(signs: Iterable[str]) -> float:
    """A number between 0 and 1 that grows with every point of the signs."""
    table = weights()
    return round(1 / (1 + math.exp(-table.base - sum(table.points.get(s, 0.0) for s in signs))), 4)
