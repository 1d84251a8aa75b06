"""``find``: the quantities of a text, each read as a benefit or refused with the rule that says why."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.case import Benefit
from pipelines.quantities import changes, subjects, vetoes
from pipelines.quantities.changes import Reading
from pipelines.quantities.clause import Clause, clause
from pipelines.quantities.cues import cues
from pipelines.quantities.found import Found, Verdict
from pipelines.quantities.numbers import HAN
from pipelines.quantities.patterns import pattern
from pipelines.quantities.units import Quantity, quantities
from pipelines.text import sentences

QUOTE = 160
LONGEST = 1000
MANY = 40  # more figures than this in one piece are a table or a log, which tells nothing
_MORE_IS_BETTER = frozenset({"revenue", "accuracy", "satisfaction", "availability", "users", "throughput"})
_LEFT = {"under": "over", "over": "under"}  # less than half of it is left: it fell by more than half
STATED = Reading("level.stated", "reach")  # nothing tells a change or level: only a figure tile may still count it


def find(text: str, start: int = 0, end: int | None = None) -> list[Found]:
    """The quantities of ``text[start:end]`` in order, benefits and refused ones; offsets are into ``text``."""
    stop = len(text) if end is None else end
    return [found for a, b in _joined(text, start, stop) for c, d in _pieces(text, a, b) for found in _sentence(text, c, d)]


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence, or its pieces where it is longer than any sentence is: the work stays linear in the text."""
    while end - start > LONGEST:
        cut = max(text.rfind(mark, start + LONGEST // 2, start + LONGEST) for mark in (" ", "，", "、", "|"))
        cut = cut if cut > start else start + LONGEST
        yield start, cut
        start = cut
    yield start, end


def _joined(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentences; one that begins with ``Now`` or 现在 belongs to the one before, where the earlier state stands."""
    held: tuple[int, int] | None = None
    for a, b in sentences(text, start, end):
        if held and b - held[0] < 400 and pattern("opens_now").match(text, a, b) and "\n" not in text[held[1] : a]:
            held = (held[0], b)
            continue
        if held:
            yield held
        held = (a, b)
    if held:
        yield held


def _sentence(text: str, start: int, end: int) -> Iterator[Found]:
    found = quantities(text, start, end)
    if not found or len(found) > MANY:
        return
    han = HAN.search(text, start, end) is not None
    c = clause(text, start, end, tuple(found), han)
    for q in found:
        if q.dim == "none" and not q.vague and not _paired(c, q):
            yield _bare(c, q)
        else:
            yield _judge(c, q)


def _paired(c: Clause, q: Quantity) -> bool:
    reading = changes.pair(c, q)
    return reading is not None or changes.is_from(c, q)


def _bare(c: Clause, q: Quantity) -> Found:
    hard, seen = vetoes.signs(c, q, None)
    verdict = vetoes.refuse(c, q, None, hard) or Verdict(False, "not.untold", "没有单位的数字")
    return Found(q.start, q.end, q.start, q.end, Benefit(q.value, q.unit, "", "other", q.hi), verdict, seen)


def _judge(c: Clause, q: Quantity) -> Found:
    if changes.is_from(c, q):
        return Found(
            q.start, q.end, q.start, q.end, Benefit(q.value, q.unit, "", "other", q.hi), Verdict(False, "not.from", "变化的起点，不是结果")
        )
    told = next((r for rule in changes.RULES if (r := rule(c, q))), None)
    hard, seen = vetoes.signs(c, q, told)
    refused = vetoes.refuse(c, q, told, hard)
    if (told is None or (refused is None and told.rule.startswith("level."))) and changes.only_from(c, q):
        refused = Verdict(False, "not.from", "变化的起点，不是结果")
    reading = told or STATED
    code, word = subjects.subject(c, q, reading)
    span = _span(q, reading, (word.start, word.end) if word else None, c)
    less = word is not None and word.entry.less
    benefit = _benefit(q, reading, code, less)
    refused = refused or vetoes.worse(benefit, q.dim, reading, less, seen)
    features = (
        *_features(q, reading, word is not None),
        *_turn(benefit, reading, less),
        *cues(c, q, reading, seen),
        *(f"sign.{s}" for s in seen),
    )
    return Found(*span, q.start, q.end, benefit, refused or Verdict(True, reading.rule), features)


def _benefit(q: Quantity, r: Reading, code: str, less: bool) -> Benefit:
    direction = _direction(q, r, code, less)
    unit = q.unit or (r.before.unit if r.before else "") or "items"
    if unit == "x" and q.value == 1 and direction == "up" and r.rule.startswith("change."):
        return Benefit(2.0, unit, direction, code, None, r.base, q.bound)  # 提高一倍 is twice as much
    if r.rule == "change.part-of":  # what is left of it: done in 40 % of the time is 60 % less
        return Benefit(100 - q.value, unit, direction, code, None, r.base, _LEFT.get(q.bound, q.bound))
    low, high = (q.hi, q.value) if q.hi is not None and q.hi < q.value else (q.value, q.hi)
    return Benefit(low, unit, direction, code, high, r.base, q.bound, _leads_to(q, r, direction))


def _leads_to(q: Quantity, r: Reading, direction: str) -> bool:
    """Whether a figure tells what a change led to; a multiple tells how much it was, whatever its words."""
    return direction != "reach" and r.base is None and q.unit != "x" and (r.rule == "level.to" or r.rule.startswith("pair."))


def _direction(q: Quantity, r: Reading, code: str, less: bool) -> str:
    """Better is down where less is better; a level risen to is reached; 99.95 % is a level however it is told."""
    if r.good and less:
        return "down"
    level = r.rule == "level.to" and q.unit != "x"
    if r.direction == "up" and (level or (code == "availability" and q.unit == "%" and q.value >= 90)):
        return "reach"
    return r.direction


def _features(q: Quantity, r: Reading, told: bool) -> tuple[str, ...]:
    """The signs of a reading: its rule, the quantity's kind, what is counted, whether a subject was told."""
    counted = (f"count.{subjects.counted_kind(q)}",) if q.dim == "count" else ()
    kind = (f"kind.{r.rule.split('.')[0]}", f"rule.{r.rule}", f"dim.{q.dim}", f"{r.rule}/{q.dim}", *counted)
    return (*kind, "subject.told" if told else "subject.none", f"bound.{q.bound or 'none'}", "per.rate" if q.per else "per.none")


def _turn(b: Benefit, r: Reading, less: bool) -> tuple[str, ...]:
    """Whether the figure turned to the worse: costs that rose, revenue or accuracy that fell."""
    worse = (
        (b.direction == "up" and less and r.implies != "time")
        or (b.direction == "down" and not less and b.subject in _MORE_IS_BETTER)
        or (b.direction == "reach" and b.unit == "%" and b.bound == "under" and not less and b.subject in _MORE_IS_BETTER)
    )
    return (*(("turn.worse",) if worse else ()), *(("turn.good",) if r.good else ()))


def _span(q: Quantity, r: Reading, word: tuple[int, int] | None, c: Clause) -> tuple[int, int]:
    """From the first to the last of cue, subject, state before and figure, no longer than QUOTE characters."""
    parts = [
        (q.start, q.end),
        *([r.cue] if r.cue else []),
        *([(r.before.start, r.before.end)] if r.before else []),
        *([word] if word else []),
    ]
    start, end = min(a for a, _ in parts), max(b for _, b in parts)
    if end - start > QUOTE:
        start, end = min(q.start, r.before.start if r.before else q.start), max(q.end, r.before.end if r.before else q.end)
    return max(start, c.start), min(end, c.end)
