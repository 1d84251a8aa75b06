"""Why a quantity is not a benefit, and the softer signs for and against one."""

from __future__ import annotations

import re
from collections.abc import Collection

from pipelines.case import Benefit
from pipelines.quantities.changes import Reading
from pipelines.quantities.clause import COMMA, Clause
from pipelines.quantities.excuses import excused
from pipelines.quantities.found import Verdict
from pipelines.quantities.lexis import Context
from pipelines.quantities.patterns import pattern
from pipelines.quantities.units import Quantity

_NEVER = {"date": "日期", "angle": "角度", "frequency": "频率"}
NEAR = 48
_OPENS = 12  # characters of a sentence before the words that open it: a quotation mark, a list's sign
NEAR_HAN = 16
_FEW = 10  # fewer people than this are a team, not users
_SHARE = 40  # characters between a share or a change and the time that belongs to it
_GENERATION = re.compile(r"[2-6]G(?![A-Za-z])")
_LONG_AGO = re.compile(r"(?<![\d.,$])19[0-8]\d(?![\d,.%])")


def signs(c: Clause, q: Quantity, r: Reading | None) -> tuple[list[Context], tuple[str, ...]]:
    """The contexts that decide against, strongest first, and the ids of all that were seen."""
    seen: dict[str, Context] = {}
    for hit in c.contexts:
        for context in hit.entry:
            if context.id not in seen and (not context.dims or q.dim in context.dims) and _in_scope(c, q, context, hit.start, hit.end):
                seen[context.id] = context
    hard = [context for context in seen.values() if context.hard and not excused(c, context, q, r)]
    return hard, tuple(seen)


def _in_scope(c: Clause, q: Quantity, context: Context, start: int, end: int) -> bool:
    if context.negatable and pattern("negated").search(c.text, max(c.start, start - NEAR_HAN), start):
        return False
    if context.scope == "touch":
        return end <= q.core and c.between(end, q.core).strip(" -#") == ""
    if context.scope == "touchboth":
        return start <= q.core < end
    if context.scope == "after":
        own = q.dim == "count" and q.core < start and end <= q.end  # the counted noun itself: 25 个节点
        return own or (start >= q.end and start - q.end <= (1 if c.han else 4))
    if context.scope == "before":
        left = _opened(c, c.bounds(q)[0], end) if c.han else c.start
        return end <= q.core and start >= left and q.core - end <= (NEAR_HAN if c.han else NEAR)
    if context.scope == "ahead":
        return c.bounds(q)[0] <= start and end <= q.core and not pattern("and_between").search(c.text, end, q.core)
    if context.scope == "opening":
        return start - c.start <= _OPENS and end <= q.core and _tells_of_before(c, q, start, end)
    if context.scope == "near":
        return (end <= q.core and q.core - end <= (NEAR_HAN if c.han else NEAR)) or 0 <= start - q.end <= 20
    if context.scope == "clause":
        left, right = c.bounds(q)
        return left <= start < right
    return True


def _tells_of_before(c: Clause, q: Quantity, start: int, end: int) -> bool:
    """Whether the word that opens the sentence governs the figure: not 较之前 or 过去的五年, and nothing of now in between."""
    if pattern("compared_to").search(c.text, max(0, start - 1), start) or pattern("of_zh").match(c.text, end):
        return False
    return pattern("now").search(c.text, end, q.end) is None


def _opened(c: Clause, left: int, end: int) -> int:
    """Where the clause begins; a word right before its comma (``以前，…``) stands for the whole of it."""
    return min(left, c.start) if end <= left and c.between(end, left).strip(" ，,、") == "" else left


def refuse(c: Clause, q: Quantity, r: Reading | None, hard: list[Context]) -> Verdict | None:
    """The verdict against a quantity, or None where it may be a benefit."""
    if q.dim == "count" and q.value != int(q.value) and q.value < 100:
        return Verdict(False, "not.version", "版本号")
    if q.unit == "%" and 99.9999 <= q.value < 100:
        return Verdict(False, "not.spec", "产品规格（持久性的若干个 9）")
    if q.dim == "count" and _LONG_AGO.search(c.text, c.start, c.end):
        return Verdict(False, "not.history", "历史事实")
    if hard:
        return Verdict(False, f"not.{hard[0].family}", hard[0].why)
    if _GENERATION.match(c.text, q.core, q.end):
        return Verdict(False, "not.version", "网络的代际（5G），不是容量")
    if _is_percentile(c, q):
        return Verdict(False, "not.percentile", "请求的占比，不是结果")
    if _is_period(c, q, r):
        return Verdict(False, "not.period", "变化经历的时间，不是结果")
    if q.unit == "people" and q.value < _FEW and r is not None and r.rule.startswith("level."):
        return Verdict(False, "not.team", "团队的人数")
    if q.dim in _NEVER:
        return Verdict(False, f"not.{q.dim}", _NEVER[q.dim])
    if q.vague:
        return Verdict(False, "not.vague", "没有具体数字")
    if r is None and q.article:
        return Verdict(False, "not.article", "泛指，不是数字")
    if r is None:
        return Verdict(False, "not.untold", "没有说明变化或达到的水平" if q.dim != "none" else "没有单位的数字")
    return None


def worse(b: Benefit, dim: str, r: Reading, less: bool, seen: Collection[str]) -> Verdict | None:
    """The verdict against what rose though less of it is better: costs that triple, a run that grew from 2 to 6 minutes.

    A retention (of what is kept, ``setting`` among the contexts seen) may well grow longer.
    """
    if "load" in seen and b.direction == "up" and dim in ("ratio", "data") and b.subject in ("capacity", "throughput", "other", "users"):
        return Verdict(False, "not.load", "负载的增长，不是结果")
    longer = r.rule.startswith("pair.") and r.before is not None and r.before.dim == "time" and "setting" not in seen
    if b.direction == "up" and r.implies != "time" and less and (b.subject == "cost" or longer):
        return Verdict(False, "not.worse", "变差了，不是收益")
    return None


def _is_percentile(c: Clause, q: Quantity) -> bool:
    """``99% 的请求都在 15 ms 以内``: a share of requests that a time of the same clause is told for."""
    following = c.next(q)
    if q.unit != "%" or following is None or following.dim != "time":
        return False
    between = c.between(q.end, following.start)
    return len(between) < _SHARE and pattern("requests").match(c.text, q.end) is not None and not COMMA.search(between)


def _is_period(c: Clause, q: Quantity, r: Reading | None) -> bool:
    """``grew by 45 percent in just six months``: the time over which something changed by so much."""
    previous = c.previous(q)
    if r is None or r.rule not in ("level.time", "level.took") or previous is None or previous.dim != "ratio":
        return False
    if q.unit in ("ms", "s", "min"):
        return False  # nothing grows in so short a time: "99 % of requests return in 50 ms"
    between = c.between(previous.end, q.core)
    return len(between) < _SHARE and bool(pattern("over_time").search(between)) and not COMMA.search(between)
