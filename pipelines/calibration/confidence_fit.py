"""Fits the curves of ``confidence.yaml``: isotonic regression over a few bins, drawn to the field's mean where little is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.calibration.confidence import ANY, Curve

OWN_CURVE = 60  # observations from which a method has a curve of its own
MOST_BINS = 6
LEAST_IN_BIN = 15
PRIOR = 4.0  # imagined observations at the field's mean, in every bin
CEILING = 0.99  # no sample of a few hundred can tell certainty


@dataclass(frozen=True, slots=True)
class Judged:
    """One value that a step gave, its raw score, and whether the label agrees; it counts ``times`` in a curve."""

    field: str
    method: str
    raw: float
    right: bool
    document: str = ""  # what is left out as a whole where a curve is measured
    times: int = 1


@dataclass(slots=True)
class _Pool:
    score: float  # sum
    right: float
    size: float


def fit_curves(judged: Iterable[Judged]) -> dict[str, dict[str, Curve]]:
    """``{field: {method or "any": curve}}``; a field without observations has none."""
    by_field: dict[str, list[Judged]] = {}
    for one in judged:
        by_field.setdefault(one.field, []).extend([one] * one.times)
    return {field: _field_curves(rows) for field, rows in sorted(by_field.items())}


def _field_curves(rows: Sequence[Judged]) -> dict[str, Curve]:
    methods = sorted({r.method for r in rows})
    own = {m: [r for r in rows if r.method == m] for m in methods}
    large = {m: held for m, held in own.items() if OWN_CURVE <= len(held) < len(rows)}
    return {ANY: fit_curve(rows), **{m: fit_curve(held) for m, held in large.items()}}


def fit_curve(rows: Sequence[Judged]) -> Curve:
    """The rising curve through the smoothed shares of right values, by bins of equal size."""
    ordered = sorted(rows, key=lambda r: r.raw)
    mean = (sum(r.right for r in ordered) + 1) / (len(ordered) + 2)
    bins = max(1, min(MOST_BINS, len(ordered) // LEAST_IN_BIN))
    cuts = [round(i * len(ordered) / bins) for i in range(bins + 1)]
    pools = [_pool(ordered[a:b], mean) for a, b in pairwise(cuts) if b > a]
    points = [(round(p.score / p.size, 4), round(min(CEILING, p.right / p.size), 4)) for p in _rising(pools)]
    return Curve(len(ordered), _distinct(points))


def _pool(rows: Sequence[Judged], mean: float) -> _Pool:
    """A bin with its prior; the prior's score is the bin's own, so that only the share right is drawn to the mean."""
    size = len(rows) + PRIOR
    return _Pool(sum(r.raw for r in rows) * size / len(rows), sum(r.right for r in rows) + PRIOR * mean, size)


def _rising(pools: Iterable[_Pool]) -> list[_Pool]:
    """Pools adjacent violators until the share right never falls."""
    held: list[_Pool] = []
    for pool in pools:
        held.append(pool)
        while len(held) > 1 and held[-2].right / held[-2].size >= held[-1].right / held[-1].size:
            last = held.pop()
            held[-1] = _Pool(held[-1].score + last.score, held[-1].right + last.right, held[-1].size + last.size)
    return held


def _distinct(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """One point a score (the higher share), as scores of rules may be constants."""
    best: dict[float, float] = {}
    for score, share in points:
        best[score] = max(share, best.get(score, 0.0))
    return tuple(sorted(best.items()))
