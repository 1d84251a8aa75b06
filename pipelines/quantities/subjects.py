"""What a quantity is about: the subject word that stands best to it."""

from __future__ import annotations

import re
from functools import cache

from pipelines.quantities import lexis
from pipelines.quantities.changes import Reading
from pipelines.quantities.clause import COMMA, Clause
from pipelines.quantities.lexis import Subject
from pipelines.quantities.patterns import pattern
from pipelines.quantities.units import Quantity
from pipelines.text import Hit

_COMPOUND = re.compile(r"(?: [\w'’-]{1,24})?[ -]|[\u4e00-\u9fff ]{0,2}", re.IGNORECASE)
_TIMED = frozenset({"latency", "availability"})  # load *time*, 宕机*时间*: the first word tells
_SHARES = frozenset({"level.share", "level.bare-percent", "level.percent"})
_NO_SHARE = frozenset({"cost", "time", "latency", "capacity", "throughput"})  # "90 % of" something is no share of a cost or time
_TIMES = frozenset({"level.time", "level.took"})  # "moved in 6 weeks with little downtime" tells no availability
_LONG = frozenset({"day", "week", "month", "quarter", "year"})
_NINES = 99  # a lone share from here to 100 is an availability
_SAVED = {"money": "cost", "time": "time", "ratio": "cost"}


def subject(c: Clause, q: Quantity, r: Reading) -> tuple[str, Hit[Subject] | None]:
    """The subject's code and its word; ``other`` without a word where nothing tells."""
    scored = [(score, -abs(h.start - q.start), h) for h in c.subjects if (score := _score(c, q, r, h)) > 0]
    if not scored:
        return _refined(c, q, r, _default(q, r)), None
    best = _head(c, q, max(scored, key=lambda row: row[:2])[2])
    return _refined(c, q, r, _fit(q, r, best.entry.subject)), best


def _refined(c: Clause, q: Quantity, r: Reading, code: str) -> str:
    """What the words around add: who was taught is no user, users served at one time are a capacity, a lone 99.9 % an availability."""
    if code == "other" and q.unit == "%" and _NINES <= q.value < 100 and _alone(c, q):
        return "availability"
    if q.unit == "%" and r.rule.startswith("level.") and r.cue and pattern("moved").match(c.text, *r.cue):
        return "other"  # how much was moved tells nothing of what it is good for
    if code != "users" or not r.rule.startswith("level."):
        return code
    left, right = c.bounds(q)
    near = {context.id for hit in c.contexts if left <= hit.start < right for context in hit.entry}
    if "learning" in near:
        return "other"
    return "capacity" if "at-once" in near and r.cue and pattern("serves").match(c.text, *r.cue) else code


def _alone(c: Clause, q: Quantity) -> bool:
    """Whether a figure is all that a tile or line holds."""
    return not (c.text[c.start : q.start] + c.text[q.end : c.end]).strip(" .*+")


def _head(c: Clause, q: Quantity, h: Hit[Subject]) -> Hit[Subject]:
    """The last word of a compound: customer enrollment *times*, storage *costs*, 运维*成本*."""
    for after in c.subjects:
        if after.start < h.end or (h.end <= q.start < after.end) or after.entry.rank < 1.9:
            continue
        gap = c.between(h.end, after.start)
        if not _COMPOUND.fullmatch(gap) or (after.entry.subject == "time" and h.entry.subject in _TIMED):
            return h
        h = after
    return h


def _fit(q: Quantity, r: Reading, code: str) -> str:
    """What the figure's own kind and the word of change allow: money is cost or revenue, a duration time or latency."""
    if r.implies in ("time", "efficiency", "accuracy") and code in ("time", "capacity", "users", "efficiency", "cost"):
        return r.implies
    if r.implies == "cost" or (q.dim == "money" and code not in ("cost", "revenue")):
        return "revenue" if q.dim == "money" and r.direction != "down" and r.implies != "cost" else "cost"
    if q.dim == "time":
        return _duration(q, r, code)
    if q.dim == "rate" and code in ("capacity", "latency", "time", "users", "efficiency"):
        return "throughput"
    if q.dim in ("count", "data") and r.rule.startswith("level."):
        return _default(q, r)
    if q.noun in _held() and code == "efficiency" and r.direction == "up":
        return "capacity"  # more servers are no efficiency
    if r.rule in _SHARES and code in _NO_SHARE:
        return "other"
    return code


def _duration(q: Quantity, r: Reading, code: str) -> str:
    """Milliseconds are latency, hours and days never; a downtime or failover that changed stays availability."""
    if r.implies == "saved":
        return "time"
    if code == "capacity" and r.direction == "up":
        return code  # what is kept for longer
    if q.unit in ("ms", "μs"):
        return "latency"
    if code == "availability" and not (r.rule in _TIMES and q.unit in _LONG):
        return code
    if q.unit == "s" and (r.rule.startswith("level.") or not code):
        return "latency"
    return "latency" if code == "latency" and q.unit in ("s", "min") else "time"


def _default(q: Quantity, r: Reading) -> str:
    if r.implies == "saved":
        return _SAVED.get(q.dim, "other")
    if r.implies:
        return r.implies
    if q.dim == "time":
        return _duration(q, r, "")
    if q.dim == "count":
        return _counted(q, r)
    by_dim = {"rate": "throughput", "data": "capacity", "money": "cost" if r.direction == "down" else "revenue"}
    return by_dim.get(q.dim, "other")


def _counted(q: Quantity, r: Reading) -> str:
    if q.unit == "people" and r.direction == "down":
        return "efficiency"
    if q.unit in ("users", "people"):
        return "users"
    held = q.noun in _held() or not q.noun.isascii() or not q.noun
    return "capacity" if held and r.rule in ("level.volume", "level.stated", "level.to") else "other"


def counted_kind(q: Quantity) -> str:
    """What a count counts: users, people, ``held`` things whose number is a capacity, or other things."""
    return "held" if q.noun in _held() else q.unit


@cache
def _held() -> frozenset[str]:
    return frozenset(lexis.units().held.split())


def _score(c: Clause, q: Quantity, r: Reading, h: Hit[Subject]) -> float:
    """Rank of the word plus its place: between verb and figure, right after the figure, before the verb, elsewhere."""
    if r.cue and h.start >= r.cue[0] and h.end <= r.cue[1] and r.rule != "change.after":
        return 0.0
    rank = h.entry.rank
    if h.start >= q.start and h.end <= q.end:
        return rank if q.dim in ("count", "rate") else 0.0
    if h.start >= q.end:
        gap = c.between(q.end, h.start)
        if len(gap) > (18 if c.han else 70) or COMMA.search(gap) or pattern("without").search(gap) or _next_change(c, q, r, h):
            return 0.0
        if pattern("and_or").search(gap):
            rank -= 2.0
        return rank + 2.5 - len(gap) / (12 if c.han else 30) - 1.2 * _heads(gap)
    gap = c.between(h.end, q.start)
    if any(h.end <= p.start and p.end <= q.start and p is not r.before for p in c.quantities):
        rank -= 4.0 if r.rule == "change.after" else 2.5
    if r.cue and r.cue[1] <= h.start:
        return (
            rank + 3.0 - 1.2 * _heads(c.between(r.cue[1], h.start)) - len(gap) / (40 if c.han else 90) - (1.5 if COMMA.search(gap) else 0)
        )
    span = len(gap)
    if pattern("while").search(gap) or span > (40 if c.han else 130):
        return 0.0
    if pattern("and_or").search(gap):
        rank -= 1.0
    commas = len(COMMA.findall(gap))
    return rank + 1.6 - span / (12 if c.han else 40) - 1.3 * commas


def _next_change(c: Clause, q: Quantity, r: Reading, h: Hit[Subject]) -> bool:
    """``fell from 40 to 12 and reduced costs``: behind another verb of change stands what that one tells of."""
    verbs = (d for d in c.directions if q.end <= d.start and d.end <= h.start and d.entry.place != "noun" and d.entry.direction != "reach")
    return any(pattern("and_or").search(c.between(q.end, d.start)) and (d.start, d.end) != r.cue for d in verbs)


def _heads(gap: str) -> int:
    """How many prepositions stand between: a word behind one is rarely the head."""
    return len(pattern("breaks_head").findall(gap))
