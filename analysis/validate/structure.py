"""Is there structure at all? The groups' silhouette against shuffled cases whose dimensions know nothing of each other.

The shuffled cases go through the same choice of k, so that the freedom of choosing does not count as structure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.personas.features import Features, gower
from analysis.personas.find import Found, personify
from analysis.stats import Floats, Ints, rng, silhouettes, tidy
from analysis.thresholds import thresholds


@dataclass(frozen=True)
class Structure:
    """Observed mean silhouette, those of shuffled cases, and how often these reach the whole's and every group's."""

    value: float
    null: tuple[float, ...]
    p_value: float
    group_p: tuple[float, ...]

    def null_mean(self) -> float:
        """The silhouette that shuffled cases reach on average."""
        return tidy(float(np.mean(self.null))) if self.null else 0.0


def structure(features: Features, found: Found) -> Structure | None:
    """The test on the clustered cases (a sample beyond ``null_size``); None with fewer than two groups."""
    rule = thresholds().clustering
    if found.groups() < 2:
        return None
    n = len(found.core)
    some = np.arange(n) if n <= rule.null_size else np.sort(rng(rule.seed, 4).choice(n, rule.null_size, replace=False))
    inner = features.take(found.core[some])
    observed = silhouettes(found.distance[np.ix_(some, some)], found.core_labels[some])
    draw = rng(rule.seed, 5)
    null = [_reached(inner.shuffled(draw), found.k) for _ in range(rule.permutations)]
    return _against(observed, found.core_labels[some], found.groups(), null)


def _reached(features: Features, k: int) -> float:
    """The silhouette that the whole procedure reaches on (shuffled) cases."""
    distance, _ = gower(features)
    labels, _ = personify(distance, features, k)
    return float(silhouettes(distance, labels).mean())


def _against(observed: Floats, labels: Ints, count: int, null: list[float]) -> Structure:
    own = [float(observed[labels == g].mean()) if (labels == g).any() else -1.0 for g in range(count)]
    value = float(observed.mean())
    return Structure(tidy(value), tuple(tidy(x) for x in null), _p(value, null), tuple(_p(v, null) for v in own))


def _p(value: float, null: list[float]) -> float:
    """Share of the null that is at least as large, the observed one counted in."""
    return tidy((1 + sum(x >= value - 1e-12 for x in null)) / (len(null) + 1))
