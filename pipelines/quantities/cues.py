"""Signs that the place of a figure in its sentence gives: its unit, a change told beside it, the period it is told for.

They say nothing alone; ``vocab/benefit_weights.yaml`` gives them points, learned from labels.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pipelines.quantities.changes import Reading
from pipelines.quantities.clause import COMMA, Clause
from pipelines.quantities.patterns import pattern
from pipelines.quantities.units import Quantity

NEAR = 50
_CHANGES = frozenset({"up", "down", "good"})

_SMALL, _LARGE = 10, 100_000


def cues(c: Clause, q: Quantity, r: Reading, seen: Collection[str]) -> Iterator[str]:
    """``unit.U`` of a time or rate, ``near.change`` beside a word of change, ``near.period`` for the time another figure took.

    ``share.of-number`` for a part of a counted whole, ``attributive`` for a 6-month something, ``took.*`` for a time that was
    needed then or is now, ``size.*`` of a count, ``whole`` for 100 %, ``just.done`` for what took *just* so long to be done,
    ``load.change`` for a load that grew, ``han.K`` for the family of rules in a Chinese sentence. ``seen`` are the ids of the
    contexts around the quantity.
    """
    if q.dim in ("time", "rate", "ratio"):
        yield f"unit.{q.unit}"
    if any(d.entry.direction in _CHANGES for d in c.directions):
        yield "near.change"
    if q.dim == "time" and _period(c, q):
        yield "near.period"
    if q.dim == "count":
        yield "size.small" if q.value < _SMALL else "size.large" if q.value >= _LARGE else "size.middle"
    if q.unit == "%" and q.value == 100:
        yield "whole"
    if q.dim == "time" and {"for.just", "for.done"} <= set(seen):
        yield "just.done"
    if "load" in seen and r.rule.startswith("change."):
        yield "load.change"
    if q.unit == "%" and pattern("of_number").match(c.text, q.end, c.end):
        yield "share.of-number"
    if q.dim == "time" and c.text[q.end - 1].isascii() and pattern("attributive").search(c.text, q.core, q.end):
        yield "attributive"
    if r.rule == "level.took":
        yield "took.past" if c.before("took", q.start, 30, q.core) else "took.now"
    if c.han:
        yield f"han.{r.rule.split('.')[0]}"


def _period(c: Clause, q: Quantity) -> bool:
    """``30,000 downloads in six hours``: the time in which another figure was reached."""
    other = c.previous(q)
    gap = c.between(other.end, q.start) if other else ""
    return other is not None and other.dim not in ("time", "date", "none") and len(gap) < NEAR and not COMMA.search(gap)
