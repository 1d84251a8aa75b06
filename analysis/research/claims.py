"""What a clause claims: a state (supported, not, paused, planned …), the edition it holds for, and its figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from analysis.research.model import State
from analysis.research.rules import alternatives, asked, cue, editions, same_units, states, units
from analysis.research.terms import folded
from pipelines.text import Lexicon

CLAUSE = re.compile(r"[，,；;。！？!?\n]+(?!\d{3})|(?<!\s)\s++(?:but|however|while)\s+|但是?|不过")
_NUMBER = re.compile(r"(?<![A-Za-z0-9.])(?<![A-Za-z]-)(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_MOMENT = re.compile(  # dates and times of day: their numbers measure nothing
    r"(?:19|20)\d\d\s?年(?:\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?)?|\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号]|底|初|中旬|上旬|下旬|份)|(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?"
    r"|\d{1,2}[:：]\d{2}(?:[:：]\d{2})?|Q[1-4]\s?(?:19|20)\d\d|(?:19|20)\d\d\s?Q[1-4]",
    re.IGNORECASE,
)
_EVERY = re.compile(r"每(分钟|小时|天|日|周|个?月|年)(?!最多|可|限)|\bevery (minute|hour|day|week|month|year)\b", re.IGNORECASE)
_HALF = re.compile(r"(?<![\d一二两三四五六七八九十])半个?(小时|钟头|天|日|月|年)")
_REACH = 24  # characters before a number in which what it is a rate of may stand
RATE = "/"
_SCALE = {"万": 10_000.0, "亿": 100_000_000.0, "千": 1000.0, "百万": 1_000_000.0, "thousand": 1000.0, "million": 1_000_000.0, "k": 1000.0}
_SCALED = re.compile(r"\s*(百万|万|亿|千|thousand|million|k(?![A-Za-z]))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a text with what it measures; ``unit`` as written, ``measure`` time, size, times, depth, count … or empty.

    ``per`` is what a rate is of, in one way of writing (``s`` of 每秒 3500 次), and its words belong to the span: without
    them the figure says something else.
    """

    number: float
    unit: str
    measure: str
    start: int
    end: int
    per: str = ""

    def value(self) -> str:
        """The figure in one way of writing, for comparison and display."""
        plain = f"{self.number:g} {canonical_unit(self.unit)}".strip()
        return f"{plain}{RATE}{self.per}" if self.per else plain


@cache
def _by_unit() -> dict[str, str]:
    return {unit.casefold(): measure for measure, held in reversed(list(units().items())) for unit in held}


@cache
def _unit() -> re.Pattern[str]:
    han = sorted((u for u in _by_unit() if not u.isascii() or u == "%"), key=len, reverse=True)
    latin = sorted((u for u in _by_unit() if u.isascii() and u != "%"), key=len, reverse=True)
    return re.compile(rf"\s*(?:({'|'.join(map(re.escape, han))})|({'|'.join(map(re.escape, latin))})(?![A-Za-z]))", re.IGNORECASE)


def figures(text: str) -> Iterator[Figure]:
    """The numbers of a text with their units, by place; those of dates and times of day are none."""
    plain = folded(text)
    moments = [hit.span() for hit in _MOMENT.finditer(plain)]
    yield from (Figure(1.0, hit.group(1) or hit.group(2), "time", hit.start(), hit.end()) for hit in _EVERY.finditer(plain))
    yield from (Figure(0.5, hit.group(1), "time", hit.start(), hit.end()) for hit in _HALF.finditer(plain))
    for hit in _NUMBER.finditer(plain):
        if any(a <= hit.start() < b for a, b in moments):
            continue
        number, end = float(hit.group().replace(",", "")), hit.end()
        if scale := _SCALED.match(plain, end):
            number, end = number * _SCALE[scale.group(1).casefold()], scale.end()
        unit = _unit().match(plain, end)
        name = (unit.group(1) or unit.group(2)) if unit else ""
        measure = _by_unit().get(name.casefold(), "")
        start, stop, per = _rate(plain, hit.start(), unit.end() if unit else end, measure)
        yield Figure(number, name, measure, start, stop, per)


@cache
def _times() -> str:
    names = units()["time"]
    words = sorted({*names, *map(canonical_unit, names)}, key=lambda w: (-len(w), w))
    return rf"(?P<amount>\d{{0,4}})\s*(?P<time>{'|'.join(map(re.escape, words))})"


@cache
def _rate_behind() -> re.Pattern[str]:
    """3500 次/秒, 100 requests per second."""
    return re.compile(rf"\s*(?:/|每|per\s|an?\s|every\s)\s*{_times()}(?![A-Za-z])", re.IGNORECASE)


@cache
def _rate_ahead() -> re.Pattern[str]:
    """每秒最多, 每个用户: right before the number."""
    each = r"(?:个|名|位|台|张|条)?[\u3400-\u9fff]{1,3}?"
    return re.compile(rf"(?:每|(?:per|every|each)\s)\s*(?:{_times()}|{each})\s*(?:{cue('of_rate').pattern})*\s*$", re.IGNORECASE)


def _rate(plain: str, start: int, end: int, measure: str) -> tuple[int, int, str]:
    """The span of a figure with the words that make it a rate, and what it is a rate of; a time is a rate of nothing."""
    if measure in ("time", "percent"):
        return start, end, ""
    if after := _rate_behind().match(plain, end):
        return start, after.end(), _period(after)
    reach = max(0, start - _REACH)
    before = _rate_ahead().search(plain[reach:start])
    return (reach + before.start(), end, _period(before)) if before and (before["time"] or measure) else (start, end, "")


def _period(hit: re.Match[str]) -> str:
    return f"{hit['amount']}{canonical_unit(hit['time'])}" if hit["time"] else ""


@cache
def canonical_unit(unit: str) -> str:
    """One spelling of units that mean the same in both languages; others as they are, singular."""
    low = unit.casefold()
    one = low.removesuffix("s") if low.isascii() and len(low) > 1 else low
    return same_units().get(low) or same_units().get(one, one)


_UNIT_ASKED = re.compile(r"(?:多少|几|how many)", re.IGNORECASE)


def unit_asked(question: str) -> tuple[str, int, int]:
    """The unit right behind the asking word (多少 MB, 几行, how many times) and its place; empty where a thing is counted."""
    plain = folded(question)
    for ask in _UNIT_ASKED.finditer(plain):
        unit = _unit().match(plain, ask.end())
        if unit and canonical_unit(unit.group(1) or unit.group(2)) != "item":
            return unit.group(1) or unit.group(2), unit.start(1) if unit.group(1) else unit.start(2), unit.end()
    return "", 0, 0


def measure_asked(question: str) -> str:
    """The measure a question asks for, by the unit it names, else by its words; empty where it asks for none."""
    if unit := unit_asked(question)[0]:
        return _by_unit()[unit.casefold()]
    return next((measure for measure, cue in asked() if cue.search(question)), "")


def asking_spans(question: str) -> list[tuple[int, int]]:
    """Where a question's words ask for a measure (多大, how long): they say what figure, not of what."""
    hits = (hit for _, cue in asked() for hit in cue.finditer(question))
    return [hit.span() for hit in hits if hit.group()[0].casefold() in "多几h大"]


@cache
def _editions() -> Lexicon[str]:
    return Lexicon([(form, name) for name, forms in editions().editions.items() for form in forms])


@cache
def _only() -> re.Pattern[str]:
    return alternatives(editions().only)


def editions_named(text: str) -> tuple[str, ...]:
    """The editions a text names, each once."""
    return tuple(dict.fromkeys(hit.entry for hit in _editions().find(folded(text))))


def edition_spans(text: str) -> list[tuple[int, int]]:
    """Where a text names editions, with the word for edition behind the name."""
    return [(hit.start, hit.end) for hit in _editions().find(folded(text))]


def edition_name(code: str) -> str:
    """An edition for readers."""
    return editions().names.get(code, code)


def is_exclusive(clause: str) -> bool:
    """Whether a clause restricts to the edition it names (企业版功能, only in Enterprise)."""
    return bool(_only().search(clause))


def reaches_up(clause: str, edition: str) -> bool:
    """Whether a clause names an edition and all above it (专业版及以上)."""
    plain = folded(clause)
    return any(h.entry == edition and cue("upward").match(plain[h.end :].lstrip()) for h in _editions().find(plain))


def state_of(clause: str) -> tuple[State, str] | None:
    """The state a clause claims and the words that say so, or None where it claims nothing."""
    plain = folded(clause)
    for state, pattern in states():
        if hit := pattern.search(plain):
            return state, clause[hit.start() : hit.end()]
    return None


def clauses(text: str) -> list[tuple[int, int]]:
    """The spans of a sentence's clauses, none empty."""
    plain, out, at = folded(text), [], 0
    for cut in CLAUSE.finditer(plain):
        if plain[at : cut.start()].strip():
            out.append((at, cut.start()))
        at = cut.end()
    if plain[at:].strip():
        out.append((at, len(plain)))
    return out
