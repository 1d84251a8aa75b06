"""The rules that read a quantity as a change or a level: direction, the words that tell it, the state before.

Each rule takes a clause and a quantity and answers a ``Reading`` or None; the first that answers decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from pipelines.quantities.clause import COMMA, Clause
from pipelines.quantities.lexis import Direction
from pipelines.quantities.patterns import pattern
from pipelines.quantities.units import Quantity, in_unit
from pipelines.text import Hit

_ARROW = re.compile(r"^\s*(?:[-=]+>|→|⇒)\s*$")
_WORD_NEXT = re.compile(r"\s?\w")
_SAID_NEXT = 60  # characters behind a semicolon that still speak of the figure before it
_YEAR = range(1900, 2101)
_WHOLE = 1  # a multiple of one is none
_ZH_GAP = 14
_FAR = 150  # characters between a state and the one it is set against
_OWN_FIGURE = 30  # characters within which "instead of" belongs to a figure before it
_DASHES = ("–", "—")  # between a tile's figure and its words: "70% – reduction in waste"


@dataclass(frozen=True, slots=True)
class Reading:
    """A quantity read as a change or level. ``cue`` is the word that told; ``before`` the quantity it came from."""

    rule: str
    direction: str
    cue: tuple[int, int] | None = None
    implies: str = ""
    good: bool = False
    before: Quantity | None = None
    base: float | None = None


Rule = Callable[[Clause, Quantity], Reading | None]


def pair(c: Clause, q: Quantity) -> Reading | None:
    """From–to: ``from 7 s to 0.5 s``, ``从 15 分钟缩短到 5 分钟``, ``5 minutes instead of 30``, ``60 → 5``; q is the state reached."""
    if q.vague or q.dim in ("date", "angle", "frequency") or (not q.unit and q.value in _YEAR):
        return None
    before = c.previous(q)
    if before and _same_kind(before, q) and (rule := _before_rule(c, before, q)):
        return _compared(c, before, q, rule)
    after = c.next(q)
    if after and _same_kind(after, q) and (rule := _after_rule(c, q, after)):
        return _compared(c, after, q, rule)
    return None


def from_many(c: Clause, q: Quantity) -> Reading | None:
    """``from months to just one week``, ``从数天缩短到 2 小时``: a state before that has no figure."""
    if q.dim != "time" or q.vague:
        return None
    window = max(c.start, q.core - 130)
    hit = pattern("from_many").search(c.text, window, q.core) or pattern("would_take").search(c.text, window, q.core)
    return Reading("pair.from-many", "down", hit.span()) if hit else None


def _before_rule(c: Clause, before: Quantity, q: Quantity) -> str:
    """The rule by which the quantity before is the state that q came from; empty for none."""
    if not before.unit and not q.unit and "." in c.text[before.core : q.end]:
        return ""  # 1.0 to 2.0 are versions
    gap = c.between(before.end, q.start)
    if _base(before, q) == q.value or c.before("spread", before.start, 40):
        return ""  # nothing changed, or the ends of a spread
    if before.dim == "time" and pattern("work_to").fullmatch(gap) and _verb_before(c, before):
        return "pair.from-to"
    if _attributive(c, before) and pattern("hyphened_to").fullmatch(gap) and _verb_before(c, before):
        return "pair.from-to"
    if q.dim == "time" and _base(before, q) > q.value and len(gap) < _FAR and _opens_instead(c, before):
        return "pair.instead"
    told = c.before("from_figure", before.start, 40) is not None
    if told and len(gap) < 90 and _leads_to(c, before, q) and not _is_span(c, before, q):
        return "pair.from-to"
    if _ARROW.match(gap):
        return "pair.arrow"
    verb_between = c.han and any(before.end <= d.start < q.start and d.entry.direction != "reach" for d in c.directions)
    fallen = before.unit != q.unit and _base(before, q) > q.value
    if pattern("short_to").fullmatch(gap) and before.unit and (fallen or verb_between or _opens(c, before, q) or _verb_before(c, before)):
        return "pair.from-to"
    return "pair.then-now" if _then_now(c, before, q) else ""


def _opens(c: Clause, before: Quantity, q: Quantity) -> bool:
    """``60 minutes to 5 minutes`` where it opens a headline or follows a colon."""
    return before.value > q.value and (before.start - c.start <= 2 or c.text[before.start - 2 : before.start].strip() in (":", "："))


def _is_span(c: Clause, before: Quantity, q: Quantity) -> bool:
    """``takes from 1 to 2 days``: the ends of a span, not a change."""
    return not before.unit and before.value < q.value and q.dim == "time" and not _verb_before(c, before)


def _after_rule(c: Clause, q: Quantity, after: Quantity) -> str:
    """The rule by which the quantity after is the state that q came from; empty for none."""
    gap = c.between(q.end, after.start)
    if pattern("of_others").search(gap):
        return ""  # compared with what others have, not with the state before
    if q.unit and len(gap) < 90 and pattern("instead").search(c.text, q.end, after.start):
        return "pair.instead"
    if _verb_before(c, q) and pattern("only_from").fullmatch(gap):
        return "pair.to-from"
    slower = q.dim in ("time", "money") and len(gap) < _FAR and _base(after, q) > q.value and not c.before("was_once", q.start, 40)
    return "pair.instead" if slower and pattern("would_have_taken").search(c.text, q.end, after.start) else ""


def _opens_instead(c: Clause, before: Quantity) -> bool:
    """``Instead of six weeks, it takes …``; not ``in 10 days instead of three months``, which tells of the figure before it."""
    earlier = c.previous(before)
    free = earlier is None or before.start - earlier.end > _OWN_FIGURE
    return free and c.before("instead_of_figure", before.start, 40) is not None


def is_from(c: Clause, q: Quantity) -> bool:
    """Whether a quantity is the ``from`` of a pair: it is the state before, not a result."""
    following, previous = c.next(q), c.previous(q)
    for other in (following, previous):
        reading = pair(c, other) if other else None
        if reading is not None and reading.before is q:
            return True
    return False


def _then_now(c: Clause, before: Quantity, q: Quantity) -> bool:
    """``used to take a month … in under 40 minutes``, ``以前需要 3 天，现在只需 2 小时``."""
    if q.dim == "none" or q.start - before.end > 160:
        return False
    if pattern("and_now").search(c.text, before.end, q.start) and c.before("needed", before.start, 60):
        return True
    if not c.before("then", before.start, 60):
        return False
    return pattern("now").search(c.text, before.end, q.end) is not None


def only_from(c: Clause, q: Quantity) -> bool:
    """``reduced from two days to a few clicks``: a state before whose end has no figure."""
    return c.before("from_only", q.start, 30) is not None


def _leads_to(c: Clause, before: Quantity, q: Quantity) -> bool:
    return pattern("to_figure").search(c.text, before.end, q.start) is not None or any(before.end <= d.start < q.core for d in c.directions)


def _verb_before(c: Clause, q: Quantity) -> bool:
    return any(d.end <= q.start and q.start - d.end < 40 and d.entry.direction != "reach" for d in c.directions)


def _same_kind(a: Quantity, b: Quantity) -> bool:
    if a.vague or b.vague or a.value == 0:
        return False
    if any(x.dim == "none" and (x.value in _YEAR or x.value != int(x.value)) for x in (a, b)):
        return False  # 2017 is a year, and 2.04 to 3.05 are versions
    if a.unit == b.unit:
        return True
    if "none" in (a.dim, b.dim):
        return {a.dim, b.dim} <= {"none", "count", "ratio", "rate", "time", "money"}
    return in_unit(a.value, a.unit, b.unit) is not None and "date" not in (a.dim, b.dim)


def _base(before: Quantity, q: Quantity) -> float:
    """The state before, told in the unit of the state reached."""
    unit = q.unit or before.unit
    base = in_unit(before.value, before.unit or unit, unit)
    return before.value if base is None else base


def _compared(c: Clause, before: Quantity, q: Quantity, rule: str) -> Reading:
    base = _base(before, q)
    start = min(before.start, q.start)
    cue = next(((d.start, d.end) for d in reversed(c.directions) if d.end <= start and start - d.end < 60), None)
    return Reading(rule, "down" if q.value < base else "up", cue or (before.start, before.end), before=before, base=base)


def word(c: Clause, q: Quantity) -> Reading | None:
    """The number's own word tells: doubled, halved, 翻倍, one-sixteenth of."""
    if not q.direction:
        return None
    near = next((d for d in c.directions if q.end <= d.start <= q.end + 6 and d.entry.implies), None)
    return Reading("change.word", q.direction, (q.start, q.end), near.entry.implies if near else "")


def after(c: Clause, q: Quantity) -> Reading | None:
    """The word of change follows: ``83% more``, ``40 percent cost savings``, ``10x faster``, ``40% 的成本节省``."""
    if q.dim not in ("ratio", "money", "time", "data", "count") or (q.dim == "count" and not _counts_more(c, q)):
        return None
    if c.han and q.dim != "ratio" and not pattern("of_zh").match(c.text, q.end):
        return None
    limit = 10 if c.han else 34
    for hit in c.directions:
        gap = c.between(q.end, hit.start)
        if hit.start < q.end or hit.start - q.end > limit or (COMMA.search(gap) and gap.strip() not in _DASHES):
            continue
        if hit.entry.place == "verb" or hit.form.endswith("ing") or (q.dim != "ratio" and not _noun_like(hit, q)):
            continue
        if pattern("breaks_after").search(gap) and not (pattern("in_savings").match(gap) and pattern("change_noun").search(hit.form)):
            return None
        reading = _told(hit, "change.after")
        if hit.entry.id == "multiple" and q.unit == "%" and q.value < 100:
            return replace(reading, direction="down")  # half as much
        return replace(reading, direction="down") if q.dim == "time" and reading.implies == "time" else reading
    return None


def _counts_more(c: Clause, q: Quantity) -> bool:
    return pattern("counts_more").match(c.text, q.end, q.end + 12) is not None


def _noun_like(hit: Hit[Direction], q: Quantity) -> bool:
    """Whether a word of change may follow an amount that is no ratio: ``$2 million less``, ``2 minutes faster``, ``3 小时的节省``."""
    return bool(pattern("amount_change").search(hit.form)) or (q.dim == "time" and bool(pattern("sooner").fullmatch(hit.form)))


def by(c: Clause, q: Quantity) -> Reading | None:
    """A verb before with ``by``: ``reduced its storage costs by 25 percent``; ellipsis: ``…by 20 % and errors by 30 %``."""
    half = q.unit == "%" and pattern("in_half").match(c.text, q.core)
    if half and (verbs := [d for d in c.directions if d.end <= q.start and d.entry.direction == "down" and q.start - d.end < 120]):
        return _told(verbs[-1], "change.by")
    window = max(c.start, q.start - 40)
    if not pattern("by_word").search(c.text, window, q.core) or not pattern("by_figure").search(c.text, window, q.start):
        return None
    hits = [d for d in c.directions if d.end <= q.start and d.entry.direction != "reach" and d.start != q.start and not _adjective(c, d)]
    near = [d for d in hits if q.start - d.end < 160]
    if not near:
        return None
    reading = _told(near[-1], "change.by")
    return replace(reading, direction="down") if q.dim == "time" and reading.implies == "time" else reading  # sped up by 3 years


def _adjective(c: Clause, hit: Hit[Direction]) -> bool:
    """``its accelerated computing costs``: a participle behind an article or a possessive tells no change."""
    return hit.form.endswith("ed") and c.before("own", hit.start, 8) is not None


def of(c: Clause, q: Quantity) -> Reading | None:
    """A noun before with ``of``: ``a reduction of 30 %``, ``savings of $2 million``, ``increase in sales of 154 percent``."""
    if q.dim not in ("ratio", "money", "time", "data") or not c.before("of_figure", q.start, 40):
        return None
    hits = [d for d in c.directions if d.end <= q.start and q.start - d.end < 60 and pattern("change_noun").search(d.form)]
    if not hits or not pattern("noun_gap").fullmatch(c.between(hits[-1].end, q.start)):
        return None
    return _told(hits[-1], "change.of")


def to(c: Clause, q: Quantity) -> Reading | None:
    """A verb and the state it leads to: ``reduced to 5 minutes``, ``缩短至 1 小时``, ``提升至 3 倍``."""
    if not c.before("to_figure", q.start, 30):
        return None
    before = c.previous(q)
    if before and (before.value, before.unit) == (q.value, q.unit):
        return None  # from three of one kind to three of another
    near = [
        d for d in c.directions if d.end <= q.start + 1 and d.entry.direction != "reach" and q.start - d.end < (_ZH_GAP if c.han else 70)
    ]
    if not near or COMMA.search(c.between(near[-1].end, q.start)):
        return None
    return _told(near[-1], "level.to", base=1.0 if q.unit == "x" else None)


def verb(c: Clause, q: Quantity) -> Reading | None:
    """A verb right before: ``降低 40%``, ``提升了 3 倍``, ``saved 3 hours``, ``costs fell 30 %``, ``saves 80 percent of the time``."""
    if q.dim not in ("ratio", "money", "time", "data", "count", "rate") or (q.article and q.dim != "time") or _attributive(c, q):
        return None
    if q.dim == "ratio" and (hit := c.before("adjective_zh", q.start, 6)):
        return _compared_zh(c, hit)
    limit = _ZH_GAP if c.han else 46
    hits = [
        d
        for d in c.directions
        if d.end <= q.start and q.start - d.end <= limit and d.entry.place != "noun" and d.entry.direction != "reach"
    ]
    if not hits:
        return None
    gap = c.between(hits[-1].end, q.start)
    if COMMA.search(gap) or pattern("breaks_verb").search(gap) or any(hits[-1].end <= p.core < q.core for p in c.quantities):
        return None
    if q.dim in ("count", "rate", "data") and not (len(gap) <= 4 if c.han else pattern("modest_gap").fullmatch(gap.strip())):
        return None
    if q.dim == "time" and hits[-1].entry.direction != "down":
        return None
    if q.dim == "ratio" and not c.han and pattern("crossed").match(c.text, q.start):
        return replace(_told(hits[-1], "level.to"), direction="reach")
    reading = _told(hits[-1], "change.verb")
    saved = _saved_of(c, q) if q.dim == "ratio" and pattern("saves").match(hits[-1].form) else ""
    return replace(reading, implies=saved or reading.implies)


def _saved_of(c: Clause, q: Quantity) -> str:
    """What a share was saved of: ``saves bakers 30 % of their time``, ``saved 20 % on storage``; empty where nothing tells."""
    if pattern("of_their_time").match(c.text, q.end, c.end):
        return "time"
    return "cost" if pattern("saved_on").match(c.text, q.end, c.end) else ""


def _compared_zh(c: Clause, hit: re.Match[str]) -> Reading | None:
    """``比之前快 5 倍``, ``高出 30%``: a comparison told by an adjective."""
    if not hit["faster"] and not pattern("than_zh").search(c.text, max(c.start, hit.start() - 12), hit.start()):
        return None
    return Reading("change.verb", "down" if hit["less"] else "up", hit.span(), "time" if hit["faster"] else "")


def _attributive(c: Clause, q: Quantity) -> bool:
    """``5-year mortality``: the figure belongs to the word behind it."""
    return q.dim == "time" and not c.han and q.hi is None and pattern("hyphened").search(c.text, q.core, q.end) is not None


def before_noun(c: Clause, q: Quantity) -> Reading | None:
    """A Chinese clause whose verb stands further off: ``将整体运维成本在一年内降低约 40%`` is near; ``成本…下降…达 40%`` is this."""
    if not c.han or q.dim != "ratio":
        return None
    left, right = c.bounds(q)
    hits = [d for d in c.directions if left <= d.start < right and d.entry.direction not in ("reach",) and abs(d.start - q.start) < 24]
    return _told(hits[0], "change.clause") if hits else None


def comparison(c: Clause, q: Quantity) -> Reading | None:
    """A multiple without a verb: ``是原来的 3 倍``, ``2x the throughput``; not ``4 times`` that something was done or won."""
    if q.unit != "x" or q.vague or q.value <= _WHOLE:
        return None
    if c.before("multiple_of", q.start, 20) and c.before("compared_zh", q.start, 12, q.core):
        return Reading("change.multiple-of", "up", base=1.0)
    _, right = c.bounds(q)
    if pattern("longer").search(c.text[q.end : q.end + 16]):
        return None
    if pattern("so_many_times").search(c.text, q.core, q.end) and not pattern("times_what").match(c.text, q.end, right):
        return None
    return Reading("change.multiple", "up") if not c.han and _WORD_NEXT.match(c.text, q.end, right) else None


def within(c: Clause, q: Quantity) -> Reading | None:
    """A time that something takes: ``in just 4 weeks``, ``took only one month``, ``2-3 分钟内``, ``仅需 5 秒``, ``in under a second``."""
    if q.dim != "time" or q.vague or _is_period(q):
        return None
    if pattern("instead_of_more").match(c.text, q.end, c.end + _SAID_NEXT):
        return Reading("pair.instead", "down")
    inside = pattern("done_after").match(c.text, q.end, q.end + 6) is not None
    if (
        q.article
        and pattern("article").match(c.text, q.core)
        and not q.bound
        and not inside
        and not _done_in(c, q)
        and not c.before("merely", q.start, 20)
    ):
        return None
    if inside or q.bound == "under" or c.before("within_figure", q.start, 30):
        return Reading("level.time", "reach")
    if c.before("took_figure", q.start, 30):
        return Reading("level.took", "reach")
    return None


def _done_in(c: Clause, q: Quantity) -> bool:
    """``implemented the model in a month``: something was done in it, so the article is a number."""
    if q.unit in ("s", "min", "day") or not pattern("done_in").search(c.text, max(0, q.core - 3), q.core):
        return False
    left, _ = c.bounds(q)
    return any(left <= h.start and h.end <= q.core and any(x.id == "for.done" for x in h.entry) for h in c.contexts)


def _is_period(q: Quantity) -> bool:
    """``over three months`` is a stretch of history, not a time that something takes."""
    return q.bound == "over" and q.unit in ("day", "week", "month", "quarter", "year")


def latency(c: Clause, q: Quantity) -> Reading | None:
    """A time that something lasts, with the word for it in the clause: ``10 ms latency``, ``延迟 20 毫秒``."""
    if q.dim != "time" or q.vague or _is_period(q):
        return None
    if q.article and not q.bound:
        return None
    left, right = c.bounds(q)
    near = [
        s
        for s in c.subjects
        if left <= s.start < right
        and s.entry.subject in ("latency", "time")
        and min(abs(s.start - q.end), abs(q.core - s.end)) < (12 if c.han else 30)
    ]
    if not near and q.unit not in ("ms", "μs"):
        return None
    return Reading("level.latency", "reach", (near[0].start, near[0].end) if near else None)


def equal(c: Clause, q: Quantity) -> Reading | None:
    """The same change told in money: ``cut costs by 94 percent, equivalent to $250,000``."""
    if q.dim != "money" or not c.before("equal", q.start, 40):
        return None
    told = [d for d in c.directions if d.end <= q.start and d.entry.direction in ("up", "down") and q.start - d.end < 120]
    return replace(_told(told[-1], "change.equal"), cue=None) if told else None


def part_of_time(c: Clause, q: Quantity) -> Reading | None:
    """A share of the time that it took before: ``done in 40 percent of the time``."""
    if q.unit != "%" or q.value >= 100 or not pattern("of_time").match(c.text, q.end, c.end):
        return None
    return Reading("change.part-of", "down", implies="time") if c.before("in_time", q.core, 24) else None


def people_saved(c: Clause, q: Quantity) -> Reading | None:
    """``saves the equivalent of 20 engineers``: people whose work is no longer needed."""
    hit = c.before("equivalent", q.core, 60) if q.unit == "people" else None
    return Reading("change.equal", "down", hit.span(), "efficiency") if hit else None


def priced(c: Clause, q: Quantity) -> Reading | None:
    """A share of another's price: ``costs less than half that of the old one``."""
    if q.unit != "%" or not 40 <= q.value <= 60 or not pattern("of_price").match(c.text, q.end, c.end):
        return None
    hit = c.before("priced", q.start, 20)
    return Reading("change.part-of", "down", hit.span(), "cost") if hit else None


def rate(c: Clause, q: Quantity) -> Reading | None:
    """A rate: ``80,000 requests per second``, ``QPS 14 万``, ``日均 20 亿笔``."""
    return Reading("level.rate", "reach", _reach(c, q)) if q.dim == "rate" and not q.vague else None


def percent(c: Clause, q: Quantity) -> Reading | None:
    """A share reached: ``99.95 % availability``, ``准确率超 95%``, ``automated 80 % of the work``."""
    if q.unit not in ("%", "percentage points") or q.vague:
        return None
    left, right = c.bounds(q)
    near = [
        s
        for s in c.subjects
        if left <= s.start < right and s.entry.subject in ("availability", "accuracy", "satisfaction", "energy", "efficiency", "risk")
    ]
    hit = _reached(c, q)
    cue = (hit.start, hit.end) if hit else None
    implies = hit.entry.implies if hit and hit.entry.implies == "efficiency" else ""  # automated 60 % of it
    if near:
        return Reading("level.percent", "reach", cue, implies)
    return Reading("level.share", "reach", cue, implies) if cue or q.bound else Reading("level.bare-percent", "reach")


def held(c: Clause, q: Quantity) -> Reading | None:
    """``总数据量 4.3 T``: what is held, told without a verb."""
    told = q.dim == "data" and c.han and not q.vague and c.before("held_zh", q.start, 12)
    return Reading("level.volume", "reach") if told else None


def volume(c: Clause, q: Quantity) -> Reading | None:
    """A number of things or bytes that is handled, held or served: ``supports 35 million developers``, ``承载 60 TB``."""
    if q.dim not in ("count", "data", "money") or q.vague:
        return None
    hit = _reached(c, q)
    if hit is None:
        return None
    implies = hit.entry.implies if q.unit not in ("users", "people") and q.dim != "money" and hit.entry.implies != "efficiency" else ""
    return Reading("level.money" if q.dim == "money" else "level.volume", "reach", (hit.start, hit.end), implies)


def none(c: Clause, q: Quantity) -> Reading | None:  # noqa: ARG001 - the protocol of rules
    """None of what is feared: ``zero downtime``, ``零故障``."""
    return Reading("level.none", "reach", implies="availability") if q.noun == "nothing" else None


def did(c: Clause, q: Quantity) -> Reading | None:
    """A number of people or things that did or got something: ``100,000 patients are already on the platform``."""
    if q.dim != "count" or q.vague or q.article:
        return None
    return Reading("level.did", "reach") if pattern("did").match(c.text, q.end) else None


def _reach(c: Clause, q: Quantity) -> tuple[int, int] | None:
    hit = _reached(c, q)
    return (hit.start, hit.end) if hit else None


def _reached(c: Clause, q: Quantity) -> Hit[Direction] | None:
    """The word of reaching nearest before the quantity in its clause."""
    left, _ = c.bounds(q)
    near = [
        d
        for d in c.directions
        if left <= d.start and d.end <= q.core + 1 and d.entry.direction == "reach" and q.start - d.end < (12 if c.han else 50)
    ]
    return near[-1] if near else None


def _told(hit: Hit[Direction], rule: str, base: float | None = None) -> Reading:
    good = hit.entry.direction == "good"
    return Reading(rule, "up" if good else hit.entry.direction, (hit.start, hit.end), hit.entry.implies, good, base=base)


RULES: tuple[Rule, ...] = (
    pair,
    from_many,
    word,
    after,
    to,
    by,
    of,
    verb,
    before_noun,
    within,
    latency,
    comparison,
    equal,
    people_saved,
    part_of_time,
    priced,
    rate,
    percent,
    none,
    volume,
    held,
    did,
)
