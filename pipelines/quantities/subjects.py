"""What a quantity is about: the subject word that stands best to it."""

from __future__ import annotations

import re

from pipelines.quantities.changes import Reading
from pipelines.quantities.clause import COMMA, Clause
from pipelines.quantities.lexis import Subject
from pipelines.quantities.units import Quantity
from pipelines.text import Hit

_HEAD = re.compile(r"\b(?:of|for|from|on|to|that|which|by|with|when|while|using|through|via)\b")
_SAVED = {"money": "cost", "time": "time", "ratio": "cost"}


def subject(c: Clause, q: Quantity, r: Reading) -> tuple[str, Hit[Subject] | None]:
    """The subject's code and its word; ``other`` without a word where nothing tells."""
    scored = [(score, -abs(h.start - q.start), h) for h in c.subjects if (score := _score(c, q, r, h)) > 0]
    if not scored:
        return _default(q, r), None
    _, _, best = max(scored, key=lambda row: row[:2])
    code = best.entry.subject
    if (
        r.implies in ("time", "efficiency", "accuracy")
        and code in ("time", "capacity", "users", "efficiency", "other")
        and r.implies != code
    ):
        return r.implies, best
    if r.implies == "cost":
        return "cost", best
    return _fit(q, code), best


def _fit(q: Quantity, code: str) -> str:
    """A money amount is about cost or revenue, a count of people about users, a time about time or latency."""
    if q.dim == "time" and code not in ("time", "latency", "availability", "efficiency"):
        return "time"
    if q.dim == "rate" and code in ("capacity", "latency", "time", "users", "efficiency"):
        return "throughput"
    return code


def _default(q: Quantity, r: Reading) -> str:
    if r.implies == "saved":
        return _SAVED.get(q.dim, "other")
    if r.implies:
        return r.implies
    if q.unit in ("ms", "μs"):
        return "latency"
    by_dim = {"time": "time", "rate": "throughput", "data": "capacity", "money": "cost" if r.direction == "down" else "revenue"}
    if q.dim == "count":
        return {"users": "users", "people": "users"}.get(q.unit, "capacity" if r.rule == "level.volume" else "other")
    return by_dim.get(q.dim, "other")


def _score(c: Clause, q: Quantity, r: Reading, h: Hit[Subject]) -> float:
    """Rank of the word plus its place: between verb and figure, right after the figure, before the verb, elsewhere."""
    if r.cue and h.start >= r.cue[0] and h.end <= r.cue[1] and r.rule != "change.after":
        return 0.0
    rank = h.entry.rank
    if h.start >= q.start and h.end <= q.end:
        return rank if q.dim in ("count", "rate") else 0.0
    if h.start >= q.end:
        gap = c.between(q.end, h.start)
        if len(gap) > (18 if c.han else 70) or COMMA.search(gap):
            return 0.0
        return rank + 2.5 - len(gap) / (12 if c.han else 30) - 1.2 * _heads(gap)
    gap = c.between(h.end, q.start)
    if r.cue and r.cue[1] <= h.start:
        return (
            rank + 3.0 - 1.2 * _heads(c.between(r.cue[1], h.start)) - len(gap) / (40 if c.han else 90) - (1.5 if COMMA.search(gap) else 0)
        )
    span = len(gap)
    if span > (40 if c.han else 130):
        return 0.0
    commas = len(COMMA.findall(gap))
    return rank + 1.6 - span / (12 if c.han else 40) - 1.3 * commas


def _heads(gap: str) -> int:
    """How many prepositions stand between: a word behind one is rarely the head."""
    return len(_HEAD.findall(gap))
