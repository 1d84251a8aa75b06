"""Signs that the place of a figure in its sentence gives: its unit, a change told beside it, the period it is told for.

They say nothing alone; ``vocab/benefit_weights.yaml`` gives them points, learned from labels.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.quantities.clause import Clause
from pipelines.quantities.units import Quantity

NEAR = 50
_CHANGES = frozenset({"up", "down", "good"})


def cues(c: Clause, q: Quantity) -> Iterator[str]:
    """``unit.U`` of a time or rate, ``near.change`` beside a word of change, ``near.period`` for the time another figure took."""
    if q.dim in ("time", "rate", "ratio"):
        yield f"unit.{q.unit}"
    if any(d.entry.direction in _CHANGES for d in c.directions):
        yield "near.change"
    if q.dim == "time" and _period(c, q):
        yield "near.period"


def _period(c: Clause, q: Quantity) -> bool:
    """``30,000 downloads in six hours``: the time in which another figure was reached."""
    other = c.previous(q)
    gap = c.between(other.end, q.start) if other else ""
    return other is not None and other.dim not in ("time", "date", "none") and len(gap) < NEAR and "," not in gap
