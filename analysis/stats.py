"""The statistics behind every figure of a report: small, exact where they can be, and deterministic.

Arrays are one-dimensional over cases unless a shape is given. Shares are 0…1. Nothing here knows what a case is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from analysis.model import Interval, Share

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def rng(seed: int, *path: int) -> np.random.Generator:
    """A generator that depends on nothing but its numbers, so that stages never disturb each other's draws."""
    return np.random.default_rng([seed, *path])


def wilson(n: int, of: int, level: float = 0.95) -> Interval | None:
    """Wilson's score interval for ``n`` of ``of``; None where ``of`` is 0. Raises ValueError for impossible counts."""
    if not 0 <= n <= of:
        raise ValueError(f"{n} of {of} is no share")
    if of == 0:
        return None
    z = _deviations(level)
    p, z2 = n / of, z * z
    centre = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = z * np.sqrt(p * (1 - p) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return Interval(0.0 if n == 0 else tidy(centre - half), 1.0 if n == of else tidy(centre + half), "wilson", level)


def tail(deviations: float) -> float:
    """The share of a normal distribution that lies above so many standard deviations."""
    return 1 - NormalDist().cdf(deviations)


@cache
def _deviations(level: float) -> float:
    """How many standard deviations to either side hold the share ``level`` of a normal distribution."""
    from scipy.special import ndtri  # scipy takes as long to load as all else: only where it is needed

    return float(ndtri(0.5 + level / 2))


def share(n: int, of: int) -> Share:
    """``n`` of ``of`` with its Wilson interval."""
    return Share(n, of, tidy(n / of) if of else 0.0, wilson(n, of))


def tidy(value: float, digits: int = 4) -> float:
    """A figure as it is written to the file: rounded, so that the last bits of another machine do not show."""
    return round(float(value), digits) + 0.0


def percentile_interval(samples: Sequence[float] | Floats, method: str = "bootstrap", level: float = 0.95) -> Interval | None:
    """The percentile interval of bootstrap samples; None for fewer than ten."""
    clean = np.asarray(samples, dtype=np.float64)
    clean = clean[~np.isnan(clean)]
    if clean.size < 10:
        return None
    low, high = np.quantile(clean, [(1 - level) / 2, (1 + level) / 2])
    return Interval(tidy(low), tidy(high), method, level)


def over_represented(hits: int, group: int, total_hits: int, total: int) -> float:
    """P(X ≥ hits) where ``group`` of ``total`` are drawn and ``total_hits`` of ``total`` carry the mark (one-sided Fisher)."""
    from scipy.stats import hypergeom

    return float(hypergeom.sf(hits - 1, total, total_hits, group))


def under_represented(hits: int, group: int, total_hits: int, total: int) -> float:
    """P(X ≤ hits) under the same draw: few or none where more were expected."""
    from scipy.stats import hypergeom

    return float(hypergeom.cdf(hits, total, total_hits, group))


def discoveries(p_values: Sequence[float], rate: float) -> list[bool]:
    """Benjamini–Hochberg: which hypotheses are rejected at false-discovery ``rate``; empty in, empty out."""
    m = len(p_values)
    order = sorted(range(m), key=lambda i: (p_values[i], i))
    last = max((rank for rank, i in enumerate(order, 1) if p_values[i] <= rate * rank / m), default=0)
    kept = set(order[:last])
    return [i in kept for i in range(m)]


def contingency(a: Ints, b: Ints) -> NDArray[np.int64]:
    """Counts (values of a × values of b); negative codes are unknown and left out."""
    known = (a >= 0) & (b >= 0)
    if not known.any():
        return np.zeros((0, 0), dtype=np.int64)
    rows, cols = int(a[known].max()) + 1, int(b[known].max()) + 1
    flat = np.bincount(a[known] * cols + b[known], minlength=rows * cols).reshape(rows, cols)
    return np.asarray(flat[flat.sum(1) > 0][:, flat.sum(0) > 0], dtype=np.int64)


def cramers_v(a: Ints, b: Ints) -> float:
    """Bias-corrected Cramér's V (Bergsma 2013) between two codings: 0 independent, 1 one tells the other."""
    table = contingency(a, b).astype(np.float64)
    n = table.sum()
    if min(table.shape, default=0) < 2 or n < 2:
        return 0.0
    expected = np.outer(table.sum(1), table.sum(0)) / n
    phi2 = float(((table - expected) ** 2 / expected).sum() / n)
    r, c = table.shape
    phi2 = max(0.0, phi2 - (r - 1) * (c - 1) / (n - 1))
    least = min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1
    return tidy(np.sqrt(phi2 / least)) if least > 0 else 0.0


def adjusted_rand(a: Ints, b: Ints) -> float:
    """Adjusted Rand index of two labellings of the same items: 1 the same partition, about 0 chance."""
    table = np.zeros((int(a.max()) + 2, int(b.max()) + 2))
    np.add.at(table, (a + 1, b + 1), 1)
    pairs = float((table * (table - 1) / 2).sum())
    rows, cols = (float((s * (s - 1) / 2).sum()) for s in (table.sum(1), table.sum(0)))
    total = len(a) * (len(a) - 1) / 2
    expected = rows * cols / total if total else 0.0
    top = (rows + cols) / 2
    return 1.0 if top == expected else (pairs - expected) / (top - expected)


def overlap(a: Floats, b: Floats) -> float:
    """What two distributions have in common: the sum of the smaller shares, 0…1; 0 where one of them is empty."""
    if not a.sum() or not b.sum():
        return 0.0
    return float(np.minimum(a / a.sum(), b / b.sum()).sum())


def silhouettes(distance: Floats, labels: Ints) -> Floats:
    """Silhouette of every item (n) from a distance matrix (n × n); 0 for the unassigned (-1) and where one cluster stands alone."""
    found = np.unique(labels[labels >= 0])
    out = np.zeros(len(labels))
    if len(found) < 2:
        return out
    member = (labels[:, None] == found[None, :]).astype(np.float64)
    sums, sizes = distance @ member, member.sum(0)
    own = np.searchsorted(found, labels)
    rows = np.flatnonzero(labels >= 0)
    n_own = sizes[own[rows]]
    inner = sums[rows, own[rows]] / np.maximum(n_own - 1, 1)
    others = sums[rows] / sizes
    others[np.arange(len(rows)), own[rows]] = np.inf
    outer = others.min(1)
    top = np.maximum(inner, outer)
    out[rows] = np.where((n_own > 1) & (top > 0), (outer - inner) / np.where(top > 0, top, 1.0), 0.0)
    return out
