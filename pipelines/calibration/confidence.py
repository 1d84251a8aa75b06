"""Maps the raw score of a step to a calibrated confidence by the curves of ``confidence.yaml``.

A field has one curve, or one a method where enough was labelled; without a curve the raw score stands.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipelines.case import Field, Many
from pipelines.vocabulary import DataError, load_yaml

FILE = Path(__file__).parent / "confidence.yaml"
ANY = "any"  # the curve of all methods of a field that have none of their own


@dataclass(frozen=True)
class Curve:
    """Points (raw score, share right), both rising; between them a straight line, beyond them the nearest point's value."""

    observations: int
    points: tuple[tuple[float, float], ...]

    def at(self, raw: float) -> float:
        """The share right at a raw score."""
        scores = [score for score, _ in self.points]
        k = bisect_right(scores, raw)
        if k == 0 or k == len(scores):
            return self.points[min(k, len(scores) - 1)][1]
        (x0, y0), (x1, y1) = self.points[k - 1], self.points[k]
        return y0 + (y1 - y0) * (raw - x0) / (x1 - x0)


Curves = Mapping[str, Mapping[str, Curve]]


@cache
def curves() -> Curves:
    """``{field: {method or "any": curve}}``, loaded once; raises DataError for a curve that does not rise or leaves 0…1."""
    loaded = load_yaml(FILE, dict[str, dict[str, Curve]])
    for field, methods in loaded.items():
        for method, curve in methods.items():
            if not _sound(curve):
                raise DataError(f"{FILE}: {field}.{method}: points must rise and lie within 0 and 1")
    return loaded


def _sound(curve: Curve) -> bool:
    rising = all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(curve.points))
    return bool(curve.points) and rising and all(0 <= y <= 1 for _, y in curve.points)


def calibrate(field_name: str, method: str, raw_score: float, known: Curves | None = None) -> float:
    """The confidence (0…1) of a value that ``method`` gave for a field with a raw score; rises with the raw score."""
    methods = (curves() if known is None else known).get(field_name, {})
    curve = methods.get(method) or methods.get(ANY)
    return round(min(1.0, max(0.0, raw_score if curve is None else curve.at(raw_score))), 4)


def calibrated(found: Mapping[str, Any], known: Curves | None = None) -> dict[str, Any]:
    """All that the steps found, with the confidence of every value calibrated; other attributes as they are."""
    return {name: _calibrated(name, held, known) for name, held in found.items()}


def _calibrated(name: str, held: Any, known: Curves | None) -> Any:
    if isinstance(held, Many):
        return replace(held, items=tuple(_calibrated(name, item, known) for item in held.items))
    if isinstance(held, Field) and held.value is not None:
        return replace(held, confidence=calibrate(name, held.method, held.confidence, known))
    return held
