"""Checks a form: how complete it is, and what in it cannot be or is doubtful (documents 2 and 4 §七: stages 0, 80, 100 %).

Every check looks at one thing and answers findings with the line and the reason; nothing is corrected. Whether a
certificate or region exists is decided by the catalogues, not by code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.figures import quantity
from analysis.intake import contradictions
from analysis.intake.catalogues import certification, providers, region_of
from analysis.intake.clauses import clauses
from analysis.intake.coverage import covered
from analysis.intake.findings import ORDER, Finding, each, find, rules
from analysis.intake.model import Form, Value
from analysis.intake.structure import DATA, blanks, fields
from analysis.labels import label
from pipelines.quantities.units import in_unit
from pipelines.vocabulary import load_yaml

PERIODS: Path = DATA / "periods.yaml"
_SPLITS = (("budget.build", "budget.run"), ("budget.cloud", "budget.custom", "budget.managed", "budget.reserve"))


@dataclass(frozen=True)
class Period:
    """A period over which availability is counted, and how it is written."""

    zh: str
    minutes: float
    pattern: str


@dataclass(frozen=True, slots=True)
class Missing:
    """An unanswered field, what it is worth, and how to ask for it."""

    field: str
    label: str
    weight: int
    ask: str


@dataclass(frozen=True, slots=True)
class Completeness:
    """``share`` of the weights answered (0…1), the stage it reaches (0, 80 or 100), what is missing by weight."""

    share: float
    stage: int
    missing: tuple[Missing, ...]


@cache
def periods() -> dict[str, Period]:
    """Periods by the rate they stand for, the shortest first."""
    return load_yaml(PERIODS, dict[str, Period])


def completeness(form: Form) -> Completeness:
    """How much of the template that the form follows is answered; a remark for a whole group answers the fields under it."""
    told = covered(form)
    asked = [f for f in blanks(form.template) if fields()[f].weight]
    whole = sum(fields()[f].weight for f in asked)
    left = sorted((f for f in asked if f not in told), key=lambda f: -fields()[f].weight)
    share = 1 - sum(fields()[f].weight for f in left) / whole
    missing = tuple(Missing(f, fields()[f].label, fields()[f].weight, fields()[f].ask) for f in left)
    return Completeness(round(share, 4), 100 if not left else 80 if share >= 0.8 else 0, missing)


def check(form: Form, today: str) -> tuple[Finding, ...]:
    """All findings by line; ``today`` (YYYY-MM-DD) is what deadlines are held against."""
    found = [f for one in _CHECKS for f in one(form, today)]
    return tuple(sorted(set(found), key=lambda f: (ORDER.index(f.level), f.line, f.check, f.text)))


def _certificates(form: Form, _: str) -> Iterator[Finding]:
    for field, v in each(form, "certification"):
        held = certification(v.name)
        if held is None:
            yield find("certificate_unlisted", v.line, field, value=v.text)
        elif not held.exists(v.detail, v.text):
            yield find("certificate", v.line, field, value=v.text, note=held.note)


def _regions(form: Form, _: str) -> Iterator[Finding]:
    for field, v in each(form, "region"):
        if v.detail:
            continue
        others = [label("vendor", p).zh for p in providers() if p != v.name and _also(p, v.text)]
        name = label("vendor", v.name).zh
        if others and any(c.isdigit() for c in v.text):  # a city may have become a region since; another provider's code cannot
            yield find("region_elsewhere", v.line, field, provider=name, place=v.text, others="、".join(others))
        else:
            yield find("region", v.line, field, provider=name, place=v.text)


def _also(provider: str, place: str) -> bool:
    """Whether another provider has a region written so: EU West 3 is eu-west-3."""
    return bool(region_of(provider, place) or region_of(provider, "-".join(place.casefold().split())))


def _availability(form: Form, _: str) -> Iterator[Finding]:
    for field, v in each(form, "sla"):
        if v.number is not None and v.number >= 100:
            yield find("sla_range" if v.number > 100 else "sla_absolute", v.line, field, value=v.text)
    promised = _promised(form)
    if promised is None:
        return
    yield from _outlasting(form, promised)
    said = form.raw("continuity")
    if any(word in said.casefold() for word in rules()["zero_downtime"].words):
        period = _period(promised.raw) or _month()
        line, allowed = form.of("continuity")[0].line, _span(promised.allowed(period))
        yield find("zero_downtime", line, "continuity", value=said, sla=promised.sla.text, allowed=allowed, period=period.zh)


def _outlasting(form: Form, promised: _Promised) -> Iterator[Finding]:
    """A time to recover that the availability does not allow. An upper bound (under an hour) may well hold, and a period that is
    not written is a month only by custom: both are never more than a doubt. What not even a year allows needs no period."""
    recovery = _recovery(form)
    year = periods()["/year"]
    told = _period(promised.raw) or (year if recovery and _minutes(recovery) > promised.allowed(year) else None)
    allowed = promised.allowed(told or _month())
    if recovery is None or recovery.bound == "under" or _minutes(recovery) <= allowed:
        return
    yield find(
        "sla_recovery" if told else "sla_recovery_assumed",
        recovery.line,
        "service.sla",
        sla=promised.sla.text,
        period=(told or _month()).zh,
        allowed=_span(allowed),
        recovery=recovery.text,
        yearly=_span(promised.allowed(year)),
    )


def _downtime(form: Form, _: str) -> Iterator[Finding]:
    down, recovery = next(form.values("continuity", kind="duration"), None), _recovery(form)
    if down is None:
        return
    said = form.raw("continuity")
    if recovery and _minutes(recovery) > _minutes(down):
        yield find("downtime_recovery", recovery.line, "service.sla", downtime=said, recovery=recovery.text)
    promised, period = _promised(form, "service.sla"), _period(said) or _month()
    if promised and promised.allowed(period) > _minutes(down):
        allowed = _span(promised.allowed(period))
        yield find("downtime_sla", down.line, "continuity", downtime=said, sla=promised.sla.text, allowed=allowed, period=period.zh)


@dataclass(frozen=True, slots=True)
class _Promised:
    """An availability under 100 % and the words around it."""

    sla: Value
    raw: str

    def allowed(self, period: Period) -> float:
        """Minutes down that it allows in a period."""
        return period.minutes * (100 - (self.sla.number or 0.0)) / 100


def _promised(form: Form, *names: str) -> _Promised | None:
    """The availability asked for: that of the service level before that of the goals."""
    for name in names or ("service.sla", "service.note", "goal.metric"):
        for answer in form.of(name):
            for v in answer.values:
                if v.kind == "sla" and v.number is not None and v.number < 100:
                    return _Promised(v, answer.raw)
    return None


def _period(raw: str) -> Period | None:
    """The period that the words name."""
    return next((p for p in periods().values() if re.search(p.pattern, raw, re.I)), None)


def _month() -> Period:
    """What availability is counted by where nothing is written: providers count by the calendar month."""
    return periods()["/month"]


def _recovery(form: Form) -> Value | None:
    """The time to recover that the service level names, in the clause that speaks of it."""
    for answer in form.of("service.sla", "service.note"):
        for start, end in clauses(answer.raw):
            said = answer.raw[start:end]
            if any(word in said.casefold() for word in rules()["sla_recovery"].words):
                found = next((v for v in answer.values if v.kind == "duration" and v.text in said), None)
                if found:
                    return found
    return None


def _minutes(v: Value) -> float:
    return in_unit(v.to or v.number or 0.0, v.unit, "min") or 0.0


def _span(minutes: float) -> str:
    return quantity(round(minutes, 1), "min").zh if minutes < 120 else quantity(round(minutes / 60, 1), "h").zh


def _budget(form: Form, _: str) -> Iterator[Finding]:
    for names in _SPLITS:
        shares = [(n, v) for n in names for v in form.values(n, kind="percent") if v.number is not None]
        total = round(sum(v.number or 0 for _, v in shares), 4)
        if (len(shares) == len(names) and total != 100) or total > 100:
            shown = "，".join(f"{fields()[n].label} {v.text}" for n, v in shares)
            yield find("budget_sum", shares[-1][1].line, shares[-1][0], sum=f"{total:g}", parts=shown)
    whole = next(form.values("budget.total", kind="money"), None)
    parts = [(n, v) for names in _SPLITS for n in names for v in form.values(n, kind="money")]
    for n, v in parts:
        if whole and v.unit == whole.unit and (v.number or 0) > (whole.to or whole.number or 0):
            yield find("budget_over", v.line, n, part=fields()[n].label, value=v.text, total=whole.text)
    used = sorted({v.unit for v in form.values("budget.total", *(n for names in _SPLITS for n in names), kind="money")})
    if len(used) > 1:
        yield find(
            "budget_currency", form.of("budget.total")[0].line if form.of("budget.total") else 1, "budget.total", currencies="、".join(used)
        )
    if form.raw("budget.total") and whole is None:
        lack = "币种" if next(form.values("budget.total"), None) else "金额"
        yield find("budget_none", form.of("budget.total")[0].line, "budget.total", value=form.raw("budget.total"), lack=lack)


def _payment(form: Form, _: str) -> Iterator[Finding]:
    whole = next(form.values("budget.total", kind="money"), None)
    years = next((v for v in form.values("payment.subscription", kind="duration") if v.unit == "year" and (v.number or 0) > 1), None)
    told = any(word in form.raw("budget.total") for word in ("年", "合计", "总计", "year", "total", "annum"))
    if whole and years and not whole.per and not told:
        yield find("subscription_budget", whole.line, "budget.total", value=form.raw("budget.total"), years=years.text)


def _deadlines(form: Form, today: str) -> Iterator[Finding]:
    for field, v in each(form, "deadline"):
        if fields()[field].section in ("goal", "special", "budget") and v.detail < today:
            yield find("deadline_past", v.line, field, deadline=v.text, today=today)
    for answer in form.of("goal.period"):
        if any(word in answer.raw.casefold() for word in rules()["deadline_past"].words):
            yield find("deadline_past", answer.line, answer.field, deadline=answer.raw, today=today)


def _unread(form: Form, _: str) -> Iterator[Finding]:
    return (find(n.code, n.line, "", value=n.text) for n in form.notes)


Check = Callable[[Form, str], Iterator[Finding]]
_CHECKS: tuple[Check, ...] = (
    _certificates,
    _regions,
    _availability,
    _downtime,
    _budget,
    _payment,
    _deadlines,
    *contradictions.CHECKS,
    _unread,
)
