"""Cases as numbers, and Gower's distance between them (document 1 §2.1 dimensions, DESIGN §5).

A dimension that either case does not know is dropped from their distance and its weight with it; the less two cases know
in common, the nearer their distance stays to the average, which says nothing for or against.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.figures import implied
from analysis.model import CaseRow
from analysis.stats import Floats, Ints
from analysis.thresholds import Clustering, thresholds
from pipelines.vocabulary import codes

DIMENSIONS = ("industry", "scenario", "needs", "size", "maturity")
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Features:
    """n cases: codes (−1 unknown), ordinals and the needs (n × factors), those that the cases name in words apart from those that results
    imply; names of the codes by index."""

    ids: tuple[str, ...]
    leaf: Ints
    top: Ints
    scenario: Ints
    size: Ints  # 0 startup … 3 large
    maturity: Ints
    needs: Floats
    voiced: Floats
    vendor: Ints
    leaves: tuple[str, ...]
    tops: tuple[str, ...]
    scenarios: tuple[str, ...]
    sizes: tuple[str, ...]
    maturities: tuple[str, ...]
    factors: tuple[str, ...]
    vendors: tuple[str, ...]

    def take(self, index: Ints) -> Features:
        """The same features for some of the cases."""
        arrays = {name: getattr(self, name)[index] for name in _ARRAYS}
        return Features(ids=tuple(self.ids[i] for i in index), **arrays, **{n: getattr(self, n) for n in _NAMES})

    def alike(self) -> tuple[Ints, Ints]:
        """The first of every kind of case, and the kind of each case: cases that know the same are worked once."""
        bits = (self.needs @ (2.0 ** np.arange(self.needs.shape[1]))).astype(np.int64)
        table = np.column_stack([self.leaf, self.top, self.scenario, self.size, self.maturity, bits])
        _, first, same = np.unique(table, axis=0, return_index=True, return_inverse=True)
        return np.asarray(first, dtype=np.int64), np.asarray(same, dtype=np.int64).ravel()

    def deal(self, draw: np.random.Generator) -> dict[str, Ints]:
        """An order of the cases for every dimension, each drawn on its own."""
        return {name: draw.permutation(len(self.ids)) for name in DIMENSIONS}

    def dealt(self, order: Mapping[str, Ints]) -> Features:
        """The same values with each dimension dealt to the cases anew: what is left when dimensions know nothing of each other."""
        of = {"leaf": "industry", "top": "industry"}
        return replace(self, **{n: getattr(self, n)[order[of.get(n, n)]] for n in ("leaf", "top", "scenario", "size", "maturity", "needs")})

    def known(self) -> Floats:
        """Share of the weights that each case knows (n)."""
        weights = thresholds().clustering.weights
        have = {d: self._have(d).astype(np.float64) * weights[d] for d in DIMENSIONS}
        return np.asarray(sum(have.values()) / sum(weights[d] for d in DIMENSIONS))

    def _have(self, dimension: str) -> Bools:
        if dimension == "needs":
            return np.asarray(self.needs.any(1))
        return np.asarray(getattr(self, {"industry": "top"}.get(dimension, dimension)) >= 0)


_ARRAYS = ("leaf", "top", "scenario", "size", "maturity", "needs", "voiced", "vendor")
_NAMES = ("leaves", "tops", "scenarios", "sizes", "maturities", "factors", "vendors")


def needs_of(row: CaseRow) -> dict[str, float]:
    """Factor → weight for a case: what it complains of, and what its quantified results imply (``figures.implied``)."""
    rule = thresholds().weights
    results = {f: rule.benefit for b in row.benefits if (f := implied(b))}
    return results | dict.fromkeys(row.challenges, rule.challenge)


def encode(rows: Sequence[CaseRow]) -> Features:
    """Features of the rows, in their order; codes in the order of the contract."""
    book = codes()
    tops = tuple(book.industry)
    leaves = tuple(f"{top}.{leaf}" for top, entry in book.industry.items() for leaf in entry.leaves or {})
    sizes, maturities = tuple(reversed(tuple(book.company_size))), tuple(book.maturity)
    vendors = tuple(sorted({r.vendor for r in rows}))
    factors = tuple(book.factor)
    at = {name: {code: i for i, code in enumerate(names)} for name, names in _named(tops, leaves, sizes, maturities, vendors).items()}
    scenario_at = {code: i for i, code in enumerate(book.scenario)}
    return Features(
        ids=tuple(r.id for r in rows),
        leaf=_coded([r.industry for r in rows], at["leaves"]),
        top=_coded([r.industry.partition(".")[0] if r.industry else None for r in rows], at["tops"]),
        scenario=_coded([r.scenario for r in rows], scenario_at),
        size=_coded([r.company_size for r in rows], at["sizes"]),
        maturity=_coded([r.maturity for r in rows], at["maturities"]),
        needs=_marked([needs_of(r) for r in rows], factors),
        voiced=_marked([r.challenges for r in rows], factors),
        vendor=_coded([r.vendor for r in rows], at["vendors"]),
        leaves=leaves,
        tops=tops,
        scenarios=tuple(book.scenario),
        sizes=sizes,
        maturities=maturities,
        factors=factors,
        vendors=vendors,
    )


def _marked(held: Sequence[Iterable[str]], factors: Sequence[str]) -> Floats:
    """1 where a case has a factor (n × factors)."""
    out = np.zeros((len(held), len(factors)))
    column = {code: i for i, code in enumerate(factors)}
    for i, some in enumerate(held):
        out[i, [column[f] for f in some]] = 1.0
    return out


def _named(*names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return dict(zip(("tops", "leaves", "sizes", "maturities", "vendors"), names, strict=True))


def _coded(values: Sequence[str | None], at: dict[str, int]) -> Ints:
    return np.asarray([at.get(v, -1) if v is not None else -1 for v in values], dtype=np.int64)


@dataclass(frozen=True)
class Parts:
    """The distance by dimension (each a × b) and where both sides know it; apart, so that one can be left out or shuffled."""

    distance: dict[str, Floats]
    both: dict[str, Floats]

    def total(self, weights: Mapping[str, float] | None = None, average: float | None = None) -> Floats:
        """Gower's distance (a × b): the weighted mean over the dimensions that both know; what either does not know drops out.

        What little two cases share must not make twins of them: ``shrink`` of weight always counts as an average pair, so a
        pair that shares one dimension stays near the average and a pair that shares none is average. ``average`` is that of
        these very pairs unless given.
        """
        return _shrunk(*self._sums(weights or thresholds().clustering.weights), average)

    def dealt(self, order: Mapping[str, Ints]) -> Floats:
        """The distance (n × n) of the same cases with each dimension dealt anew, without measuring them again."""
        top, held = (sum(m[d].take(at, 0).take(at, 1) for d, at in order.items()) for m in self._weighted)
        distance = _shrunk(np.asarray(top), np.asarray(held))
        np.fill_diagonal(distance, 0.0)
        return distance

    @cached_property
    def _weighted(self) -> tuple[dict[str, Floats], dict[str, Floats]]:
        """Weighted distances and weights known to both, by dimension."""
        held = {d: weight * self.both[d] for d, weight in thresholds().clustering.weights.items()}
        return {d: self.distance[d] * known for d, known in held.items()}, held

    def average(self) -> float:
        """The average pair's distance."""
        return _average(*self._sums(thresholds().clustering.weights))

    def _sums(self, weights: Mapping[str, float]) -> tuple[Floats, Floats]:
        """Weighted distances and the weights known to both (each a × b)."""
        shape = next(iter(self.both.values())).shape
        top, held = np.zeros(shape), np.zeros(shape)
        for name, weight in weights.items():
            top += weight * self.distance[name] * self.both[name]
            held += weight * self.both[name]
        return top, held


def parts(a: Features, b: Features | None = None) -> Parts:
    """The distances of ``a`` to ``b`` (to itself by default) by dimension."""
    other = b or a
    rule = thresholds().clustering
    made = {
        "industry": _industry(a, other, rule),
        "scenario": _same(a.scenario, other.scenario),
        "needs": _jaccard(a.needs, other.needs),
        "size": _ordinal(a.size, other.size, len(a.sizes)),
        "maturity": _ordinal(a.maturity, other.maturity, len(a.maturities)),
    }
    return Parts({d: m[0] for d, m in made.items()}, {d: m[1] for d, m in made.items()})


def gower(a: Features) -> tuple[Floats, float]:
    """Gower's distance of every case to every other (n × n), 0 to itself, and the average pair's."""
    pieces = parts(a)
    average = pieces.average()
    distance = pieces.total(average=average)
    np.fill_diagonal(distance, 0.0)
    return distance, average


def _shrunk(top: Floats, held: Floats, average: float | None = None) -> Floats:
    shrink = thresholds().clustering.shrink
    return np.asarray((top + shrink * (_average(top, held) if average is None else average)) / (held + shrink))


def _average(top: Floats, held: Floats) -> float:
    seen = held > 0
    return float((top[seen] / held[seen]).mean()) if seen.any() else 1.0


Pair = tuple[Floats, Floats]


def _industry(a: Features, b: Features, rule: Clustering) -> Pair:
    near = np.where((a.leaf[:, None] < 0) | (b.leaf[None, :] < 0), rule.same_leaf_unknown, rule.same_parent)
    inside = np.where(a.leaf[:, None] == b.leaf[None, :], 0.0, near)
    return np.where(a.top[:, None] == b.top[None, :], inside, 1.0), _both(a.top, b.top)


def _same(a: Ints, b: Ints) -> Pair:
    return (a[:, None] != b[None, :]).astype(np.float64), _both(a, b)


def _ordinal(a: Ints, b: Ints, levels: int) -> Pair:
    return np.abs(a[:, None] - b[None, :]) / (levels - 1), _both(a, b)


def _jaccard(a: Floats, b: Floats) -> Pair:
    """Jaccard's distance of the needs, smoothed: to share one need of one says less than to share four of four."""
    rule = thresholds().clustering
    shared = a @ b.T
    union = a.sum(1)[:, None] + b.sum(1)[None, :] - shared
    both = np.outer(a.any(axis=1), b.any(axis=1)).astype(np.float64)
    return 1.0 - (shared + rule.needs_prior * rule.needs_expected) / (union + rule.needs_prior), both


def _both(a: Ints, b: Ints) -> Floats:
    return ((a[:, None] >= 0) & (b[None, :] >= 0)).astype(np.float64)
