"""Quantities: a number with its unit, rate, bound and range, at a span.

``30–40 %``, ``$1.5 million``, ``80,000 requests per second``, ``日均 20 亿笔``, ``QPS 高于 4000``, ``4-week``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from pipelines.quantities import lexis
from pipelines.quantities.numbers import HAN, Amount, amounts, times
from pipelines.quantities.patterns import pattern

_PLURAL = re.compile(r"[a-z]{3,40}[a-rt-z]s")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}  # of the calendar: two years are 24 months, however long the months are
_WIDEST = 5  # characters between the ends of a range
MANY = 60  # more numbers than this in one piece are a table or a log, which tells nothing
_PAUSE = re.compile(r"[，。；,;]")
_HAN_NEXT = re.compile(r" ?[\u4e00-\u9fff]")
_WORDS = re.compile(r"[ -](?P<word>[A-Za-z][A-Za-z'’/\-]*)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit. ``dim``: ratio, time, data, rate, money, count, none (a thing without a known name)."""

    start: int
    end: int
    value: float
    unit: str
    dim: str
    hi: float | None = None
    bound: str = ""
    per: str = ""  # the rate as written, where the unit itself is not a rate
    noun: str = ""  # the counted thing
    direction: str = ""  # set where the word holds it: doubled, halved
    vague: bool = False
    article: bool = False
    core: int = 0  # where the bare number starts, without bound words
    scale: float = 1.0  # what its scale word multiplied by: a million in "3 million"


def quantities(text: str, start: int, end: int) -> list[Quantity]:
    """The quantities of ``text[start:end]`` in order; ranges are one quantity; numbers without any unit have dim ``none``."""
    han = HAN.search(text, start, end) is not None
    found: list[Quantity] = []
    raw = amounts(text, start, end)
    if len(raw) > MANY:
        return []
    for index, amount in enumerate(raw):
        if found and amount.start < found[-1].end:
            continue
        limit = raw[index + 1].start if index + 1 < len(raw) else end
        seen = found[:-1] if found and found[-1].article and found[-1].dim == "time" else found  # 一天 may be the rate of what follows
        quantity = _with_unit(text, amount, seen[-1].end if seen else start, limit, end, han)
        if quantity is None:
            continue
        if found and _is_low_fold(text, found[-1], quantity):
            found[-1] = replace(quantity, start=found[-1].start, value=found[-1].value, hi=quantity.value, core=found[-1].core)
        elif found and (merged := _range(text, found[-1], quantity)):
            found[-1] = _rated(text, merged, found[-2].end if len(found) > 1 else start, end, han)
        else:
            found.append(quantity)
    found = [q for q in found if not (q.article and q.dim in ("count", "rate"))]
    return [_orders(q) for q in found if q.dim != "none" or q.vague or not q.article]


def _is_low_fold(text: str, low: Quantity, q: Quantity) -> bool:
    """``two- to threefold``: the lower end of a multiple in words."""
    return q.unit == "x" and bool(q.direction) and low.dim == "none" and pattern("to_fold").fullmatch(text, low.end, q.core) is not None


def _orders(q: Quantity) -> Quantity:
    """Orders of magnitude as a multiple: two orders are 100 x."""
    if q.unit != "order":
        return q
    return replace(q, value=10.0 ** min(q.value, 12), hi=10.0 ** min(q.hi, 12) if q.hi is not None else None, unit="x")


def _with_unit(text: str, amount: Amount, begin: int, limit: int, end: int, han: bool) -> Quantity | None:
    """The quantity that starts with an amount; None where the number is only an article."""
    if amount.unit:
        q = Quantity(
            amount.start,
            amount.end,
            amount.value,
            amount.unit,
            "time" if amount.unit in ("s", "ms") else "ratio",
            bound=amount.bound,
            direction=amount.direction,
            core=amount.start,
        )
        return _bounded(text, q, begin, end)
    if amount.hi is None and (factor := pattern("factor").search(text, max(begin, amount.start - 14), amount.start)):
        return Quantity(factor.start(), amount.end, amount.value, "x", "ratio", core=amount.start)
    stop, bound = _after_bound(text, amount.end, end)
    q = Quantity(
        amount.start,
        stop,
        amount.value,
        "",
        "none",
        bound=bound or amount.bound,
        hi=amount.hi,
        vague=amount.vague,
        article=amount.article and not pattern("low_end_word").match(text, amount.end, end),
        core=amount.start,
        scale=amount.scale,
    )
    q = (
        _money(text, q, begin)
        or _measured(text, q, end, han)
        or (_counted_zh(text, q, end) if han else None)
        or _counted(text, q, limit)
        or q
    )
    if q.article and q.dim == "none":
        return q if q.vague else None
    q = _rated(text, q, begin, end, han)
    return _bounded(text, q, begin, end)


def _after_bound(text: str, at: int, end: int) -> tuple[int, str]:
    hit = pattern("bound_after_number").match(text, at, end)
    return (hit.end(), "over") if hit else (at, "")


def _money(text: str, q: Quantity, begin: int) -> Quantity | None:
    if q.start <= begin or text[q.start - 1] not in _last_of_signs():
        return None
    for sign, unit in _signs():
        at = q.start - len(sign)
        if at >= begin and text.startswith(sign, at):
            return replace(q, start=at, unit=unit, dim="money")
    return None


def _measured(text: str, q: Quantity, end: int, han: bool) -> Quantity | None:
    """A unit of measure right after the number."""
    for name, table in (("unit", _exact_units()), ("unit_word", _folded_units())):
        hit = pattern(name).match(text, q.end, end)
        if hit is None:
            continue
        unit = table[hit["unit"] if name == "unit" else hit["unit"].casefold()]
        if (unit.lang != "zh" or han) and not _is_no_unit(text, q, unit, hit, end):
            return _measure(text, q, unit, hit, end)
    return None


def _is_no_unit(text: str, q: Quantity, unit: lexis.Unit, hit: re.Match[str], end: int) -> bool:
    """Whether what looks like a unit is none: ``5 x``, 3 个分区, a one-time event, ``TPS transactions``, ``2 points``."""
    if hit["unit"] in ("x", "X") and (hit.start("unit") > q.end or not text[q.end - 1].isdigit()):
        return True
    if pattern("branches").search(text, q.end, hit.end()):
        return True
    if unit.unit == "x":
        single = hit["unit"].casefold() == "time" and q.value != 1  # two time series, three time zones
        return single or pattern("adjective_time").fullmatch(text, q.end, hit.end()) is not None
    if unit.dim == "rate":
        follows = _WORDS.match(text, hit.end(), end)
        return follows is not None and follows["word"].casefold() in lexis.counted()
    bare = unit.unit == "percentage points" and pattern("point").fullmatch(hit["unit"])
    return bool(bare) and not pattern("points_of").match(text, hit.end(), end)


def _measure(text: str, q: Quantity, unit: lexis.Unit, hit: re.Match[str], end: int) -> Quantity:
    """The quantity in its unit, or in the one that it is told in: dates, frequencies, halves, fortnights and cents."""
    if unit.unit == "x" and (often := pattern("per").match(text, hit.end(), end)):
        return replace(q, end=often.end(), unit="times", dim="frequency")
    if unit.unit == "s" and hit.start("unit") == q.end and _is_year(text, q) and q.value % 10 == 0:
        return replace(q, end=hit.end(), unit="date", dim="date")  # 1990s
    if unit.unit == "fortnight":
        return replace(q, end=hit.end(), value=q.value * 2, unit="week", dim="time")
    if unit.unit == "cent":
        return replace(q, end=hit.end(), value=times(q.value, 0.01), unit="USD", dim="money")
    if q.value == 0.5 and unit.unit in lexis.units().halves and not text[q.core].isdigit():
        lower, parts = lexis.units().halves[unit.unit]
        return replace(q, end=hit.end(), value=q.value * parts, unit=lower, dim="time", article=False)
    if unit.unit in ("year", "day", "month", "min") and _is_date(text, q, hit):
        return replace(q, end=hit.end(), unit="date", dim="date")
    return replace(q, end=hit.end(), unit=unit.unit, dim=unit.dim)


def _is_date(text: str, q: Quantity, hit: re.Match[str]) -> bool:
    """2018 年, 3 月, 11 日: a date, where 3 个月 and 5 天 are spans of time."""
    kind = pattern("date_unit").fullmatch(hit["unit"])
    if kind is None or pattern("classifier").search(hit.group()):
        return False
    if kind["year"]:
        return q.value >= 1900 or pattern("year_goes_on").match(text, hit.end()) is not None
    if kind["day"]:
        return q.value <= 31
    return q.article or pattern("no_minute").match(text, hit.end()) is not None


def _counted_zh(text: str, q: Quantity, end: int) -> Quantity | None:
    hit = pattern("unit_zh").match(text, q.end, end)
    if hit is None:
        large = q.value >= 10_000 and pattern("large_zh").match(text, q.end - 1)
        return replace(q, unit="items", dim="count") if large and _HAN_NEXT.match(text, q.end, end) else None
    return replace(q, end=hit.end(), unit=lexis.counted_zh()[hit.group("unit")], dim="count", noun=hit.group("unit"))


def _counted(text: str, q: Quantity, end: int) -> Quantity | None:
    """The counted noun of an English number, at most four words on: ``100,000 daily credit card payments``."""
    found: tuple[int, str] | None = None
    last: tuple[int, str] | None = None
    at = q.end
    for step in range(6):
        hit = _WORDS.match(text, at, end)
        if hit is None:
            break
        word = hit["word"].casefold()
        if word in _stops() and not (step == 0 and word in _modest()):
            break
        if word == "and" and (found or step == 0):
            break
        if word in lexis.counted():
            found = (hit.end(), word)
        if step < 3 and hit["word"].islower() and (last is None or _PLURAL.fullmatch(word)):
            last = (hit.end(), word)
        at = hit.end()
    if found is None and not q.value and not q.article:
        free = pattern("free_of").match(text, q.end, end)
        return replace(q, end=free.end(), unit="items", dim="count", noun="nothing") if free else None
    if found is None and last and _PLURAL.fullmatch(last[1]) and not _is_year(text, q):
        return replace(q, end=last[0], unit="items", dim="count", noun=last[1])
    if found is None or q.vague:
        return None
    return replace(q, end=found[0], unit=lexis.counted()[found[1]], dim="count", noun=found[1])


def _is_year(text: str, q: Quantity) -> bool:
    return 1900 <= q.value <= 2100 and "," not in text[q.start : q.end]


def _rated(text: str, q: Quantity, begin: int, end: int, han: bool) -> Quantity:
    """The rate of a quantity: after it (``per second``), before it (``日均``), or a named one (``QPS``)."""
    if q.dim == "none" and pattern("low_end").match(text, q.end, end):
        return q
    if named := _named_rate(text, q, begin):
        hit = pattern("per").match(text, q.end, end)
        return replace(q, end=hit.end() if hit else q.end, unit=named, dim="rate")
    if q.dim not in ("count", "none", "data", "money", "time") or q.vague or q.per:
        return q
    hit = pattern("per").match(text, q.end, end)
    if q.dim == "time":
        return replace(q, end=hit.end(), per=_per_table()[hit.group("per").casefold()]) if hit and not q.article else q
    per = _per_table()[hit.group("per").casefold()] if hit else (_per_before(text, q, begin) if han else _per_adjective(text, q))
    if not per:
        return q
    stop = hit.end() if hit else q.end
    if q.dim == "data":
        return replace(q, end=stop, per=per, unit=f"{q.unit}/s" if per == "/s" else q.unit, dim="rate" if per == "/s" else "data")
    if q.dim == "money":
        return replace(q, end=stop, per=per)
    named = lexis.units().rates_of.get(q.noun, "") if per == "/s" else ""
    return replace(q, end=stop, unit=named or per, dim="rate", per="" if named else per)


def _named_rate(text: str, q: Quantity, begin: int) -> str:
    """QPS, TPS or IOPS written before a bare number."""
    if not (q.dim in ("none", "count") or q.unit == "/s") or q.vague:
        return ""
    if passed := pattern("rate_passed").search(text, max(begin, q.start - 10), q.core):
        return _named_table()[passed["rate"].casefold()]
    if q.dim == "count" and not pattern("rate_counted").fullmatch(q.noun):
        return ""
    if again := _again(text, q, begin):
        return again
    if aside := pattern("rate_aside").search(text, max(0, q.start - 48), q.start):
        return _named_table()[aside["rate"].casefold()]
    hits = list(pattern("rate_named").finditer(text, max(begin, q.start - 18), q.start))
    if not hits or _PAUSE.search(text, hits[-1].end(), q.start):
        return ""
    return _named_table()[hits[-1].group().casefold()]


def _again(text: str, q: Quantity, begin: int) -> str:
    """The rate of ``QPS 6K, peak 12K`` for its second figure, whose own words name none."""
    if not pattern("rate_again").match(text, begin, q.start):
        return ""
    hits = list(pattern("rate_named").finditer(text, max(0, begin - 24), begin))
    return _named_table()[hits[-1].group().casefold()] if hits else ""


def _per_adjective(text: str, q: Quantity) -> str:
    """The rate that an adjective tells, among the words of the count or before its change: ``monthly``, ``daily``."""
    if q.dim not in ("count", "none"):
        return ""
    inside = pattern("per_adjective").search(text, q.core, q.end) if q.dim == "count" else None
    hit = inside or pattern("per_adjective_before").search(text, max(0, q.start - 60), q.start)
    return lexis.units().per_adjective[hit["per"].casefold()] if hit else ""


def _per_before(text: str, q: Quantity, begin: int) -> str:
    hits = list(pattern("per_zh").finditer(text, max(begin, q.start - 16), q.start))
    if not hits or _PAUSE.search(text, hits[-1].end(), q.start):
        return ""
    return _per_zh_table()[hits[-1].group()]


def _bounded(text: str, q: Quantity, begin: int, end: int) -> Quantity:
    """With the bound words before and after it."""
    tail = pattern("bound_after").match(text, q.end, end)
    if tail:
        q = replace(q, end=tail.end(), bound=q.bound or _bound_after_table()[tail.group("bound").casefold()])
    head = pattern("bound_before").search(text, max(begin, q.start - 24), q.start)
    if head:
        q = replace(q, start=head.start("bound"), bound=_bound_table()[head.group("bound").casefold()])
    return q


def _range(text: str, a: Quantity, b: Quantity) -> Quantity | None:
    """One quantity for ``30–40 %`` and ``2 to 3 minutes``; None for two, and for ``from 2 to 3``."""
    money = a.dim == "money" and b.dim in ("none", "money")
    if (a.dim == "none" and _is_year(text, a) and b.value > 2100) or not _joined(text, a, b) or not (a.unit in ("", b.unit) or money):
        return None
    low = a.value
    if (money or not a.unit) and a.scale == 1 and b.scale > 1:
        scaled = times(a.value, b.scale)
        low = scaled if scaled < b.value else a.value
    if low >= b.value and a.unit == "":
        return None
    return replace(
        b,
        start=a.start,
        value=low,
        hi=b.value,
        bound=a.bound or ("" if b.start < b.core else b.bound),
        core=a.core,
        unit=a.unit if money else b.unit,
        dim=a.dim if money else b.dim,
    )


def _joined(text: str, a: Quantity, b: Quantity) -> bool:
    """Whether two figures are joined as the ends of a range: by a dash, an ``or``, between … ``and``, and ``to`` without ``from``."""
    if b.core - a.end > _WIDEST or a.vague or b.vague or a.direction or b.direction:
        return False
    word = pattern("range").fullmatch(text, a.end, b.core)
    if word is None:
        return False
    before = pattern("from_bound").search(text, max(0, a.start - 16), a.start)
    if before and before["between"]:
        return not (word["to"] and a.unit and a.value >= b.value)
    if before and word["to"] and not a.unit and a.value < b.value and pattern("leads_on").match(text, b.end):
        return True  # from four to five hours down to ten minutes: the state before is a range
    return not word["and"] and not (word["to"] and (before or (a.unit and a.value >= b.value)))


def in_unit(value: float, unit: str, other: str) -> float | None:
    """``value`` told in another unit of the same dimension; None where the two cannot be compared."""
    if unit == other:
        return value
    if unit in _MONTHS and other in _MONTHS:
        return round(value * _MONTHS[unit] / _MONTHS[other], 6)
    a, b = _factors().get(unit), _factors().get(other)
    if a is None or b is None or a[0] != b[0]:
        return None
    converted = value * a[1] / b[1]
    return round(converted, 6)


@cache
def _stops() -> frozenset[str]:
    return frozenset(lexis.units().stops.split())


@cache
def _modest() -> frozenset[str]:
    return frozenset(lexis.units().modest.split())


@cache
def _factors() -> dict[str, tuple[str, float]]:
    units = [u for u in lexis.units().after if u.dim in ("time", "data")]
    rates = {f"/{u.unit}": ("rate", 1 / u.factor) for u in units if u.dim == "time"}
    return {u.unit: (u.dim, u.factor) for u in units} | rates | {"date": ("time", 0.0)}


@cache
def _signs() -> tuple[tuple[str, str], ...]:
    """The signs of money before a number and their units, in the order in which they are tried."""
    return tuple((form, unit.unit) for unit in lexis.units().before for form in unit.forms)


@cache
def _last_of_signs() -> frozenset[str]:
    return frozenset(sign[-1] for sign, _ in _signs())


@cache
def _exact_units() -> dict[str, lexis.Unit]:
    return {f: u for u in lexis.units().after for f in u.exact}


@cache
def _folded_units() -> dict[str, lexis.Unit]:
    return {f.casefold(): u for u in lexis.units().after for f in lexis.expanded(u.forms)}


@cache
def _per_table() -> dict[str, str]:
    return {f.casefold(): p.unit for p in lexis.units().per for f in p.after}


@cache
def _per_zh_table() -> dict[str, str]:
    return {f: p.unit for p in lexis.units().per for f in p.before}


@cache
def _named_table() -> dict[str, str]:
    return {f: n.unit for n in lexis.units().rates_before for f in n.forms}


@cache
def _bound_table() -> dict[str, str]:
    return {f.casefold(): bound for bound, words in lexis.numbers().bounds.items() for f in words.before}


@cache
def _bound_after_table() -> dict[str, str]:
    return {f.casefold(): bound for bound, words in lexis.numbers().bounds.items() for f in words.after}
