"""Do personas tell more than the industry alone? Needs predicted for a case from its persona's other cases, against its industry's.

For fairness the case's own needs are hidden when it is placed: its persona is the one nearest by industry, scenario, size
and maturity only. The measure is the Brier score over all factors, lower is better; lift is how much of the industry
rule's error the personas remove.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.model import Interval
from analysis.personas.cluster import members
from analysis.personas.features import Features, parts
from analysis.personas.find import Found
from analysis.stats import Floats, Ints, percentile_interval, rng, tidy
from analysis.thresholds import thresholds

PRIOR = 3.0  # cases' worth of the category's own shares that every group starts with


@dataclass(frozen=True)
class Lift:
    """Relative error removed, with its interval, and the two errors."""

    value: float
    interval: Interval | None
    persona: float
    industry: float


def lift(features: Features, found: Found) -> Lift | None:
    """The comparison over the clustered cases; None with fewer than two groups or no needs."""
    inner = features.take(found.core)
    if found.groups() < 2 or not inner.needs.any():
        return None
    blind = _blind(inner, found.core_labels)
    mine = _errors(inner.needs, found.core_labels, blind)
    theirs = _errors(inner.needs, inner.top + 1, inner.top + 1)
    rule = thresholds()
    draw, n = rng(rule.clustering.seed, 7), len(mine)
    samples = []
    for _ in range(200):
        index = draw.choice(n, n)
        samples.append(1 - mine[index].mean() / max(float(theirs[index].mean()), 1e-12))
    value = 1 - mine.mean() / max(float(theirs.mean()), 1e-12)
    return Lift(tidy(value), percentile_interval(samples), tidy(mine.mean()), tidy(theirs.mean()))


def _blind(inner: Features, labels: Ints) -> Ints:
    """Every case's nearest group with its needs hidden, itself left out."""
    weights = {d: w for d, w in thresholds().clustering.weights.items() if d != "needs"}
    distance = parts(inner).total(weights)
    inside = members(labels)
    sizes = inside.sum(0)[None, :] - inside
    return np.asarray(np.argmin((distance @ inside) / np.maximum(sizes, 1e-9) + (sizes < 0.5) * 9.0, axis=1), dtype=np.int64)


def _errors(needs: Floats, group: Ints, used: Ints) -> Floats:
    """Brier score of every case (n) when its needs are foretold from the other cases of group ``used``, drawn to the category's shares."""
    inside = (group[:, None] == np.arange(int(max(group.max(), used.max())) + 1)[None, :]).astype(np.float64)
    total, sizes = inside.T @ needs, inside.sum(0)
    own = (group == used).astype(np.float64)[:, None]
    base = needs.mean(0)[None, :]
    foretold = (total[used] - own * needs + PRIOR * base) / (sizes[used][:, None] - own + PRIOR)
    return np.asarray(((needs - foretold) ** 2).mean(1))
