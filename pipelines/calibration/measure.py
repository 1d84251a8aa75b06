"""Whether confidence means what it says: expected calibration error over equal bins (DESIGN §4, Confidence)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The values whose confidence lies in one bin: how many, their mean confidence, the share that is right."""

    values: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """``error`` is the expected calibration error: the mean gap of confidence and share right, by values (0…1)."""

    values: int
    confidence: float
    right: float
    error: float
    bins: tuple[Bin, ...]


def reliability(rows: Iterable[tuple[float, bool]]) -> Reliability:
    """The reliability of (confidence, right) pairs over ten bins; all zero where there are none."""
    held = list(rows)
    groups: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in held:
        groups.setdefault(min(BINS - 1, int(confidence * BINS)), []).append((confidence, right))
    bins = tuple(_bin(groups[k]) for k in sorted(groups))
    whole = _bin(held)
    error = sum(b.values * abs(b.confidence - b.right) for b in bins) / max(1, len(held))
    return Reliability(whole.values, whole.confidence, whole.right, error, bins)


def _bin(rows: list[tuple[float, bool]]) -> Bin:
    n = max(1, len(rows))
    return Bin(len(rows), sum(c for c, _ in rows) / n, sum(r for _, r in rows) / n)
