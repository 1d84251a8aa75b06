"""Do the personas only mirror how a vendor writes? Persona against vendor, and recovery with one vendor left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.personas.features import Features
from analysis.personas.find import Found, best_jaccard
from analysis.personas.procedure import personify
from analysis.stats import Ints, cramers_v, rng, tidy
from analysis.thresholds import thresholds


@dataclass(frozen=True)
class Leakage:
    """Cramér's V of persona × vendor, what shuffled vendors give, and the chance to see as much by luck."""

    value: float
    null: float
    p_value: float


def leakage(features: Features, labels: Ints) -> Leakage:
    """The test over all placed cases."""
    rule = thresholds().clustering
    placed = np.flatnonzero(labels >= 0)
    mine, vendors = labels[placed], features.vendor[placed]
    value = cramers_v(mine, vendors)
    draw = rng(rule.seed, 6)
    null = [cramers_v(mine, draw.permutation(vendors)) for _ in range(rule.permutations)] if len(placed) else []
    p = (1 + sum(x >= value - 1e-12 for x in null)) / (len(null) + 1)
    return Leakage(value, tidy(float(np.mean(null))) if null else 0.0, tidy(p))


def left_out(features: Features, found: Found) -> dict[str, list[float]]:
    """Vendor → for every group, how well it is found again without the vendor's cases: best Jaccard, nan where it has no others."""
    vendor = features.vendor[found.core]
    out: dict[str, list[float]] = {}
    for code in np.unique(vendor):
        keep = np.flatnonzero(vendor != code)
        if len(keep) < thresholds().floors.persona_min * 2:
            continue
        inner = features.take(found.core[keep])
        again, _ = personify(found.distance[np.ix_(keep, keep)], inner, found.k)
        out[features.vendors[int(code)]] = [tidy(v) for v in best_jaccard(found.core_labels[keep], again, found.groups())]
    return out
