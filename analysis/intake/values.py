"""Finds the typed values in an answer: certificates, deadlines, regions, machine types, versions, and quantities.

What a pattern claims is not read a second time, so that the 2.0 of 等保2.0 is no version and the 27001 of a standard no count.
Quantities (money, share, time, data, rate, count) are those of ``pipelines.quantities``.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from analysis.intake.catalogues import certifications, providers, region_of, region_places, strangers
from analysis.intake.model import Value
from analysis.intake.structure import fields, narrow
from pipelines.quantities.units import Quantity, quantities
from pipelines.text import Span

_KINDS = {"money": "money", "ratio": "percent", "time": "duration", "data": "data", "rate": "rate", "count": "count", "frequency": "count"}
_ISO = re.compile(r"(?<!\d)(20\d\d)[-/.年]\s?(1[0-2]|0?[1-9])(?:[-/.月]\s?(3[01]|[12]\d|0?[1-9])(?!\d)日?|月)")
_QUARTER = re.compile(r"(?<!\d)(?<!版本)(20\d\d)\s?年?\s?(?:第?\s?([一二三四1-4])\s?季度|Q([1-4]))(?!\d)|\bQ([1-4])\s?(20\d\d)(?!\d)", re.I)
_HALF = re.compile(r"(?<!\d)(20\d\d)\s?年?\s?(?:(上半年|H1\b)|(下半年|年?底|年?末|H2\b))|\b(?:by |the )*end of (20\d\d)(?!\d)", re.I)
_MONTHS = "january february march april may june july august september october november december".split()
_ENGLISH = re.compile(r"\b(" + "|".join(m[:3] + "(?:" + m[3:] + ")?" for m in _MONTHS) + r")\.? (20\d\d)(?!\d)", re.I)
_HOURS = re.compile(r"(?<![\d.])([5-7])\s?[x×*/]\s?(24|1[0-2]|[89])(?![\d.])|(?<![\d.])(24|1[0-2]|[89])\s?[x×*/]\s?([5-7])(?![\d.])", re.I)
_ANY_HOURS = re.compile(
    r"(?:支持|服务|客服|值守|support)\s?(\d{1,2})\s?[x×*]\s?(\d{1,2})(?![\d.])|(?<![\d.])(\d{1,2})\s?[x×*]\s?(\d{1,2})(?=\s?(?:小时)?(?:中文|英文|双语)?(?:支持|服务|客服|值守|support))",
    re.I,
)
_BARE_HOURS = re.compile(r"(?<![\d.])(\d{1,2})\s?[x×*]\s?(\d{1,2})(?![\d.])", re.I)
_NINES = re.compile(r"(?<![\d一二三四五六])([二三四五六2-6])个(?:9|九)(?!\d)|\b(two|three|four|five|six) nines\b", re.I)
_FORMAL = str.maketrans(
    "壹贰叁肆伍陆柒捌玖拾佰仟萬圆", "一二三四五六七八九十百千万元"
)  # 人民币贰佰万元整: as sums are written on contracts
_ENGLISH_COUNTS = "zero one two three four five six".split()
_INSTANCE = re.compile(
    r"(?<![A-Za-z0-9.])(?:(?:ecs|rds|db|cache)\.)?(?:Standard_)?"
    r"(?:[a-z]{1,3}\d[a-z]{0,3}(?:-[a-z]{2,6})?\.(?:\d{0,3}x?large|nano|micro|small|medium|metal)|[A-Z]{1,2}\d{1,3}[a-z]{0,4}_v\d{1,2}|[a-z]\d[a-z]?-[a-z]{4,9}-\d{1,3})"
    r"(?![A-Za-z0-9])"
)
_VERSION = re.compile(
    r"(?<![A-Za-z0-9.])(?P<name>[A-Za-z][A-Za-z0-9+/-]{0,24}(?: [A-Z][A-Za-z]{1,20}){0,2})\s?(?:[vV]|版本\s?)?"
    r"(?P<version>\d{1,4}\.\d{1,4}(?:\.\d{1,5}){0,2})"
    r"(?![\d%]|\s?(?:%|ms|s\b|秒|分钟|小时|天|[KMGTP]B|万|亿|倍|TPS|QPS|x\b))"
)
_GEN = re.compile(r"(?<![A-Za-z])(?P<name>[A-Z][A-Za-z]+(?: \d{2,4})?) (?P<version>Gen\s?\d{1,2})(?!\d)")
_RULESET = re.compile(r"(?P<name>版本)\s?(?P<version>20\d\dQ[1-4])")
_SHORT_VERSION = re.compile(
    r"(?<![A-Za-z0-9])"
    r"(?P<name>Oracle|MySQL|PostgreSQL|Java|JDK|Windows Server|SQL Server|Redis|Kafka|CentOS|RHEL|AS|Python|ESXi|vSphere)"
    r"\s?v?(?P<version>\d{1,4}[cgi]?)(?![\d.%A-Za-z]|\s?(?:台|个|节点|nodes?))"
)
_COUNTED = re.compile(
    r"(?<!\d)(?P<n>\d{1,9})\s?(?P<plus>\+)?\s?(?:[A-Za-z][A-Za-z-]{0,15}\s?)?(?P<unit>节点|台|处|副本|分片|实例|个|套|(?:node|instance|server|replica|cluster)s?(?![a-z]))",
    re.I,
)
_NO_PRODUCT = frozenset("from to by over usd eur rmb cny gbp hkd about under at least".split())
_MINUS = re.compile(r"(?:^|(?<=[^\w\s])|(?<=[^\W\d_])\s|(?<=[^\w\s])\s)[-−](?:[$¥€£]\s?)?$|(?<!正)负\s?$")
_SLA = re.compile(r"SLA|可用性|availability|uptime", re.I)
_LEVEL = re.compile(r"(?:主题数|分区数|节点数|副本数|topics?|partitions?)\s?[:=为是]?\s?(?P<n>\d{1,6})", re.I)


@dataclass(frozen=True)
class _Seen:
    span: Span
    value: Value


def scan(raw: str, line: int, field: str = "") -> tuple[Value, ...]:
    """The values in the words of an answer, by offset; ``field`` tells what bare figures mean there."""
    text = narrow(raw).translate(_FORMAL) if field.startswith("budget.") else narrow(raw)
    taken: list[_Seen] = []
    for find in (*_FINDERS, *_FINDERS_OF.get(field, ())):
        for seen in find(text):
            if not any(seen.span[0] < t.span[1] and t.span[0] < seen.span[1] for t in taken):
                taken.append(seen)
    taken.extend(_quantities(text, [t.span for t in taken], field))
    ordered = sorted(taken, key=lambda t: t.span)
    return tuple(replace(t.value, line=line, text=raw[t.span[0] : t.span[1]]) for t in ordered)


def _seen(kind: str, span: Span, **more: object) -> _Seen:
    return _Seen(span, replace(Value(kind, "", 0), **more))  # type: ignore[arg-type]  # names are those of Value


def _certifications(text: str) -> Iterator[_Seen]:
    for held in certifications():
        for hit in held.compiled().finditer(text):
            grade = hit.groupdict().get("grade") or ""
            yield _seen("certification", hit.span(), name=held.id if held.listed else hit.group(), detail=grade)


def _deadlines(text: str) -> Iterator[_Seen]:
    for hit in _ISO.finditer(text):
        year, month = int(hit[1]), int(hit[2])
        last = calendar.monthrange(year, month)[1]
        if not hit[3] or int(hit[3]) <= last:
            yield _seen("deadline", hit.span(), detail=f"{year}-{month:02d}-{int(hit[3] or last):02d}")
    for hit in _QUARTER.finditer(text):
        quarter = "一二三四".find(hit[2]) + 1 if hit[2] and hit[2] in "一二三四" else int(hit[2] or hit[3] or hit[4])
        yield _seen("deadline", hit.span(), detail=_end(int(hit[1] or hit[5]), quarter * 3))
    for hit in _HALF.finditer(text):
        yield _seen("deadline", hit.span(), detail=_end(int(hit[1] or hit[4]), 6 if hit[2] else 12))
    for hit in _ENGLISH.finditer(text):
        month = next(i for i, m in enumerate(_MONTHS, 1) if m.startswith(hit[1].casefold()[:3]))
        yield _seen("deadline", hit.span(), detail=_end(int(hit[2]), month))


def _end(year: int, month: int) -> str:
    """The last day of a month."""
    return f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]:02d}"


def _regions(text: str) -> Iterator[_Seen]:
    """A place or region code within reach of the provider's name that stands before it; one written twice (杭州（cn-hangzhou）) once."""
    named = [(m.start(), m.end(), code) for code, held in providers().items() for m in held.pattern().finditer(text)]
    anchors = sorted([*named, *((m.start(), m.end(), "") for m in strangers().finditer(text))])
    for index, (_, end, code) in enumerate(anchors):
        stop = anchors[index + 1][0] if index + 1 < len(anchors) else len(text)
        told: set[str] = set()
        for hit in region_places().finditer(text, end, min(stop, end + 60)) if code else ():
            region = region_of(code, hit.group().strip())
            if not region or region not in told:
                yield _seen("region", hit.span(), name=code, detail=region)
            told.add(region)


def _hours(text: str, patterns: tuple[re.Pattern[str], ...] = (_HOURS, _ANY_HOURS)) -> Iterator[_Seen]:
    for pattern in patterns:
        for hit in pattern.finditer(text):
            days, hours = (int(g) for g in hit.groups() if g)
            if days > 7 >= hours:  # 24x7
                days, hours = hours, days
            yield _seen("hours", (hit.start((hit.lastindex or 2) - 1), hit.end()), detail=f"{days}x{hours}")


def _bare_hours(text: str) -> Iterator[_Seen]:
    """Where hours of support are asked for, 8x30 can be nothing else."""
    return _hours(text, (_BARE_HOURS,))


def _nines(text: str) -> Iterator[_Seen]:
    """四个九: an availability by the number of its nines."""
    for hit in _NINES.finditer(text):
        count = (
            int(hit[1])
            if hit[1] and hit[1].isdigit()
            else "  二三四五六".find(hit[1])
            if hit[1]
            else _ENGLISH_COUNTS.index(hit[2].casefold())
        )
        yield _seen("sla", hit.span(), number=round(100 - 10.0 ** (2 - count), count), unit="%")


def _instances(text: str) -> Iterator[_Seen]:
    for hit in _INSTANCE.finditer(text):
        yield _seen("instance", hit.span(), detail=hit.group())


def _versions(text: str) -> Iterator[_Seen]:
    for pattern in (_RULESET, _VERSION, _GEN, _SHORT_VERSION):
        for hit in pattern.finditer(text):
            if not (pattern is _VERSION and (_SLA.search(hit["name"]) or hit["name"].casefold() in _NO_PRODUCT)):
                yield _seen("version", hit.span(), name=hit["name"], detail=hit["version"])


def _counts(text: str) -> Iterator[_Seen]:
    for hit in _COUNTED.finditer(text):
        if (hit.start() and text[hit.start() - 1] in "0123456789.,$¥€£") or (
            hit["unit"] == "个" and text[hit.end() : hit.end() + 1] in "月小季工星"
        ):
            continue
        yield _seen(
            "count", hit.span(), number=float(hit["n"]), unit=hit["unit"].casefold().rstrip("s"), bound="over" if hit["plus"] else ""
        )
    for hit in _LEVEL.finditer(text):
        yield _seen("count", hit.span(), number=float(hit["n"]), unit="items")


_FINDERS: tuple[Callable[[str], Iterator[_Seen]], ...] = (
    _certifications,
    _regions,
    _deadlines,
    _hours,
    _nines,
    _instances,
    _versions,
    _counts,
)
_FINDERS_OF: dict[str, tuple[Callable[[str], Iterator[_Seen]], ...]] = {"service.support": (_bare_hours,)}


def _quantities(text: str, taken: list[Span], field: str) -> Iterator[_Seen]:
    """The remaining figures; a bare one is a count or in the unit of its field."""
    blocked = list(text)
    for start, end in taken:
        blocked[start:end] = ["＿"] * (end - start)
    free = "".join(blocked)
    before = 0
    for q in quantities(free, 0, len(free)):
        rate = q.article and q.dim == "time" and before and not free[before : q.start].strip()  # up 15% a month
        before = q.end
        if rate or q.vague or q.dim in ("date", "angle") or _no_figure(free, q):
            continue
        yield _quantity(text, q, field)


def _no_figure(text: str, q: Quantity) -> bool:
    """零容忍, 零部件, S/4HANA: a word or a part of a name, no figure."""
    if not q.value and not any(c.isdigit() for c in text[q.start : q.end]):
        return True
    bare = q.dim == "none" and not q.bound
    glued = (
        text[max(0, q.core - 1) : q.core].isascii()
        and text[max(0, q.core - 2) : q.core].strip("/-+ ").isalpha()
        and text[q.core - 1] in "/-+"
    )
    return bare and (glued or not any(c.isdigit() for c in text[q.start : q.end]))


def _quantity(text: str, q: Quantity, field: str) -> _Seen:
    spec = fields().get(field)
    kind, unit, per = _KINDS.get(q.dim, "number"), q.unit, q.per
    if (
        kind == "percent"
        and unit == "%"
        and q.value >= 90
        and (field == "service.sla" or _SLA.search(text[max(0, q.start - 12) : q.end + 8]))
    ):
        kind = "sla"
    if kind == "number" and field == "service.sla" and 90 <= q.value <= 100 and q.hi is None:
        return _seen("sla", (q.start, q.end), number=q.value, unit="%", bound=q.bound)
    if kind == "number" and spec and spec.unit:
        kind, unit = "rate", spec.unit
    elif kind in ("number", "count") and ((spec and spec.per) or q.bound):
        kind, per = "count", per or (spec.per if spec else "")
    elif kind == "data" and spec and spec.per:
        per = per or spec.per
    if unit == per and kind == "rate" and per != "/s":
        kind, unit = "count", "items"
    minus = _MINUS.search(text[: q.start]) if q.hi is None else None
    sign, start = (-1.0, minus.start() + minus.group().startswith(" ")) if minus else (1.0, q.start)
    return _seen(kind, (start, q.end), number=sign * q.value, to=q.hi, unit=unit, per=per, bound=q.bound)


@cache
def known_kinds() -> tuple[str, ...]:
    """Every kind of value that ``scan`` can give."""
    made = ("certification", "region", "deadline", "hours", "instance", "version", "count", "sla", "number")
    return tuple(dict.fromkeys((*made, *_KINDS.values())))
