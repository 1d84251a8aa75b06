"""Counts of mentions by code, damped, as named features: what the linear models weigh.

Every feature is a number that a person can check: a damped count (``log1p`` of the weighted count) of mentions in some
stance or zone, or the code's share of all such mentions of the case (names that begin with ``share_``).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.evidence_scoring.mentions import Mention, Stance, Zone

KIND_WEIGHT: Mapping[str, float] = {"pain": 1.0, "aspect": 0.7, "weak": 0.25}
_ALL = frozenset(KIND_WEIGHT)
_STRONG = frozenset({"pain", "aspect"})


@dataclass(frozen=True, slots=True)
class Count:
    """Which mentions a feature counts; None takes all."""

    kinds: frozenset[str] = _ALL
    stances: frozenset[Stance] | None = None
    zones: frozenset[Zone] | None = None

    def of(self, mentions: Iterable[Mention]) -> float:
        """The weighted count."""
        return sum(KIND_WEIGHT[m.kind] for m in mentions if self._takes(m))

    def _takes(self, m: Mention) -> bool:
        return m.kind in self.kinds and (self.stances is None or m.stance in self.stances) and (self.zones is None or m.zone in self.zones)


COUNTS: Mapping[str, Count] = {
    "all": Count(),
    "asked": Count(stances=frozenset({Stance.COMPLAINT, Stance.NEED})),
    "complaint": Count(_STRONG, frozenset({Stance.COMPLAINT})),
    "need": Count(_STRONG, frozenset({Stance.NEED})),
    "relief": Count(_STRONG, frozenset({Stance.RELIEF})),
    "plain": Count(_STRONG, frozenset({Stance.PLAIN})),
    "pain": Count(frozenset({"pain"})),
    "weak": Count(frozenset({"weak"})),
    "head": Count(zones=frozenset({Zone.HEAD})),
    "challenge": Count(zones=frozenset({Zone.CHALLENGE})),
    "outcome": Count(_STRONG, zones=frozenset({Zone.OUTCOME})),
}
SHARES: Sequence[str] = ("all", "asked", "head", "challenge")
NAMES: tuple[str, ...] = (*COUNTS, *(f"share_{name}" for name in SHARES))


def features(mentions: Collection[Mention], codes: Sequence[str]) -> dict[str, dict[str, float]]:
    """``{code: {feature: value}}`` for every code, with zeros where nothing was mentioned."""
    by_code: dict[str, list[Mention]] = {code: [] for code in codes}
    for mention in mentions:
        by_code[mention.code].append(mention)
    counted = {code: {name: count.of(held) for name, count in COUNTS.items()} for code, held in by_code.items()}
    totals = {name: 1.0 + sum(row[name] for row in counted.values()) for name in SHARES}
    return {code: _damped(row, totals) for code, row in counted.items()}


def _damped(row: Mapping[str, float], totals: Mapping[str, float]) -> dict[str, float]:
    values = {name: math.log1p(value) for name, value in row.items()}
    return values | {f"share_{name}": row[name] / totals[name] for name in SHARES}
