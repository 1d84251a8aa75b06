"""The counting part of the analysis from a cube: segments and shares, needs, vendors side by side, what is over-represented.

The figures are those of ``analysis.json`` (``distributions``, ``comparison.profiles``, the tests behind
``comparison.differences``): the same functions of ``analysis.stats`` on the same counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.insight.vendors import COMPARED, ENOUGH
from analysis.labels import label
from analysis.model import Count, Share
from analysis.partition.columns import DIMENSIONS
from analysis.scope import AnalysisError
from analysis.stats import discoveries, over_represented, share, tidy
from analysis.thresholds import thresholds
from pipelines.vocabulary import known_codes

Counts = Counter[tuple[str, str | None]]  # (vendor, code) → cases


@dataclass(frozen=True, slots=True)
class Over:
    """What a vendor's cases have more often than the category's: tested, false discoveries controlled over all tests."""

    vendor: str
    dimension: str
    code: str
    share: Share
    lift: float
    p_value: float
    significant: bool


@dataclass(frozen=True, slots=True)
class Counting:
    """Everything that can be counted without holding the cases."""

    category: str
    n_cases: int
    distributions: Mapping[str, tuple[Count, ...]]
    factors: tuple[Count, ...]
    profiles: Mapping[str, Mapping[str, tuple[Count, ...]]]  # vendor → dimension or factor → counts
    over: tuple[Over, ...]


def counting(cube: pd.DataFrame, category: str) -> Counting:
    """The figures of a cube; raises AnalysisError where it counts no case."""
    held = _by_dimension(cube)
    vendors = Counter({v: n for (v, _), n in held["vendor"].items()})
    if not vendors:
        raise AnalysisError(f"导出里没有 {category} 的案例；请换一个品类，用 insights library 查看")
    total = sum(vendors.values())
    return Counting(
        category=category,
        n_cases=total,
        distributions={d: _counts(d, _codes(held[d]), total) for d in DIMENSIONS},
        factors=_counts("factor", _codes(held["factor"]), total),
        profiles={v: _profile(held, v, vendors[v]) for v in sorted(vendors)},
        over=tuple(_over(held, vendors)),
    )


def strange(found: Counting) -> Iterator[tuple[str, str, int]]:
    """(dimension, code, cases) of what is no code of this release: the export is of another one. It is counted as it stands."""
    held = {**found.distributions, "factor": found.factors}
    for dimension in ("industry_leaf", "company_size", "maturity", "scenario", "factor"):
        known = known_codes("industry" if dimension == "industry_leaf" else dimension)
        yield from ((dimension, c.code, c.share.n) for c in held[dimension] if c.code is not None and c.code not in known)


def _by_dimension(cube: pd.DataFrame) -> dict[str, Counts]:
    out: dict[str, Counts] = {name: Counter() for name in (*DIMENSIONS, "factor")}
    for dimension, vendor, code, n in cube.itertuples(index=False):
        out[str(dimension)][str(vendor), code] += int(n)
    return out


def _codes(counts: Counts, vendor: str | None = None) -> Counter[str | None]:
    found: Counter[str | None] = Counter()
    for (v, code), n in counts.items():
        if vendor in (None, v):
            found[code] += n
    return found


def _counts(dimension: str, codes: Counter[str | None], of: int) -> tuple[Count, ...]:
    """Most first, then by code, the unknown last: as ``insight.world.counts``."""
    ordered = sorted(codes.items(), key=lambda item: (item[0] is None, -item[1], item[0] or ""))
    return tuple(Count(code, label(dimension, code), share(n, of)) for code, n in ordered)


def _profile(held: Mapping[str, Counts], vendor: str, of: int) -> dict[str, tuple[Count, ...]]:
    return {d: _counts(d, _codes(held[d], vendor), of) for d in COMPARED}


def _over(held: Mapping[str, Counts], vendors: Counter[str]) -> Iterator[Over]:
    tests = [t for d in COMPARED for t in _tests(d, held[d], vendors)]
    kept = discoveries([t.p_value for t in tests], thresholds().discovery_rate)
    for test, yes in zip(tests, kept, strict=True):
        if yes:
            yield test


def _tests(dimension: str, counts: Counts, vendors: Counter[str]) -> Iterator[Over]:
    """A test for every vendor with enough cases and every value that one of them has; the unknown is no value."""
    known = vendors if dimension == "factor" else Counter({v: _known(counts, v) for v in vendors})
    total, totals = sum(known.values()), _codes(counts)
    for (vendor, code), hits in sorted(counts.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        if code is not None and known[vendor] >= ENOUGH:
            mine, with_ = known[vendor], totals[code]
            p = over_represented(hits, mine, with_, total)
            yield Over(vendor, dimension, code, share(hits, mine), tidy((hits / mine) / (with_ / total), 2), p, True)


def _known(counts: Counts, vendor: str) -> int:
    return sum(n for (v, code), n in counts.items() if v == vendor and code is not None)
