"""What chance reaches: the whole procedure on shuffled cases whose dimensions know nothing of each other, at every k in question.

To choose k by its p and then to tell the same p would be too good: with more ks tried one of them looks well by luck. So a p is
corrected for all ks that were compared (smallest p of Westfall and Young 1993): every shuffle counts with the best p that it reaches
at any of them. The shuffles are the same for all ks and seeded. Whichever k is chosen and why, cases without structure then get
p ≤ 0.05 in at most one of twenty draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.personas import cluster
from analysis.personas.features import Features, parts
from analysis.personas.procedure import personify
from analysis.stats import Floats, Ints, rng, silhouettes, tidy
from analysis.thresholds import thresholds


@dataclass(frozen=True)
class Chance:
    """Mean silhouettes at each of ``ks``: observed, of every group (−1 where none of its cases is in the sample), and of the shuffles."""

    ks: tuple[int, ...]
    observed: Floats  # ks
    groups: tuple[tuple[float, ...], ...]  # ks × their groups
    null: Floats  # shuffles × ks

    def at(self, k: int) -> int:
        """The column of ``k``."""
        return self.ks.index(k)

    def p_value(self, k: int, value: float | None = None) -> float:
        """How often shuffles do as well at any k as ``value`` (the observed one by default) does at ``k``; itself counted in."""
        column = self.at(k)
        reached = self._share(column, self.observed[column] if value is None else value)
        return tidy((1 + float((self._least <= reached + 1e-12).sum())) / (len(self.null) + 1))

    def _share(self, column: int, value: float) -> float:
        """Plain p at one k: the share of the shuffles and the observed one that are at least as large."""
        return (1 + float((self.null[:, column] >= value - 1e-12).sum())) / (len(self.null) + 1)

    @cached_property
    def _least(self) -> Floats:
        """The smallest plain p of every shuffle over the ks, among the shuffles and the observed one."""
        every = np.vstack([self.observed[None, :], self.null])
        plain = (every[None, :, :] >= self.null[:, None, :] - 1e-12).mean(1)
        return np.asarray(plain.min(1))


def against_chance(distance: Floats, features: Features, made: Mapping[int, Ints]) -> Chance:
    """``made`` (k → labels of n) against shuffled cases; on a sample beyond ``null_size``, the shuffles cut anew in each k."""
    rule, n = thresholds().clustering, len(distance)
    some = np.arange(n) if n <= rule.null_size else np.sort(rng(rule.seed, 4).choice(n, rule.null_size, replace=False))
    near, inner, draw = distance[np.ix_(some, some)], features.take(some), rng(rule.seed, 5)
    measured = parts(inner)
    deals = (inner.deal(draw) for _ in range(rule.permutations))
    own = {k: silhouettes(near, labels[some]) for k, labels in made.items()}
    return Chance(
        ks=tuple(made),
        observed=np.asarray([v.mean() for v in own.values()]),
        groups=tuple(_by_group(own[k], labels[some], int(labels.max()) + 1) for k, labels in made.items()),
        null=np.asarray([_reached(inner.dealt(deal), measured.dealt(deal), tuple(made)) for deal in deals]),
    )


def _by_group(values: Floats, labels: Ints, groups: int) -> tuple[float, ...]:
    return tuple(float(values[labels == g].mean()) if (labels == g).any() else -1.0 for g in range(groups))


def _reached(features: Features, distance: Floats, ks: tuple[int, ...]) -> list[float]:
    """The silhouettes that the whole procedure reaches on (shuffled) cases at each of ``ks``."""
    tree = cluster.tree(distance)
    return [float(silhouettes(distance, personify(distance, features, k, tree)[0]).mean()) for k in ks]
