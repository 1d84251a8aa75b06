"""The figures that rules are held against: each function gives (value, words for the rule's text, evidence) as often as it holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from analysis.research.account.model import REMARK, Account, Evidence, Period, Ticket, figure
from analysis.research.account.names import names, topic_of
from analysis.research.account.summary import is_incident
from pipelines.vocabulary import DataError

SERIOUS_MONTHS = 18
TICKET_MONTHS = 12
LOW_USE = 0.5  # a feature below it is used by fewer than half
FALL = -0.15
_KIND_TAIL = re.compile(r"(?:相关|问题|方面){1,3}$")
_WHOLE_DAY = len("2026-01-01")


@dataclass(frozen=True, slots=True)
class Measured:
    """A value, what the rule's text may name, and where it comes from."""

    value: float
    words: dict[str, str]
    evidence: tuple[Evidence, ...] = ()


Measure = Callable[[Account, str], Iterator[Measured]]


def percent(share: float) -> str:
    """``0.85`` as ``85%``."""
    return f"{share:.0%}"


def recent(account: Account, as_of: str, months: int = TICKET_MONTHS) -> list[Ticket]:
    """The tickets of the last months up to a day; those without a date count."""
    earliest = months_before(as_of, months)
    return [t for t in account.tickets if not t.created or earliest < t.created <= as_of]


def months_before(day: str, months: int) -> str:
    """The day so many months before (ISO, compared as text)."""
    whole = int(day[:4]) * 12 + int(day[5:7]) - 1 - months
    return f"{whole // 12}-{whole % 12 + 1:02d}{day[7:]}"


def seats(account: Account) -> tuple[Period, float, float] | None:
    """(latest period, active users, seats), or None where either is unknown."""
    for period in reversed(account.periods):
        held = period.figures.get("seats") or account.number("seats")
        if "active" in period.figures and held:
            return period, period.figures["active"], held
    return None


def barrier(account: Account, as_of: str) -> Iterator[Measured]:
    """Many tickets on a topic whose feature few use (案例3 来源 4)."""
    latest = _latest_features(account)
    for kind, share, held in _kinds(account, as_of):
        for feature, use, period in latest:
            if topic_of(kind) and topic_of(kind) == topic_of(feature) and use < LOW_USE:
                shown = Evidence(f"{feature} {percent(use)}", period.at(feature), period.month)
                words = {
                    "kind": _KIND_TAIL.sub("", kind) or kind,
                    "share": percent(share),
                    "feature": _use_of(feature),
                    "use": percent(use),
                }
                yield Measured(share, words, (shown, *held))


def _use_of(feature: str) -> str:
    """A feature as a share of its users is named: with 使用率 behind it."""
    return feature if any(feature.casefold().endswith(f) for f in names().feature) else f"{feature}使用率"


def _kinds(account: Account, as_of: str) -> Iterator[tuple[str, float, tuple[Evidence, ...]]]:
    """The kinds of tickets with their shares, counted; where there are no tickets, as a statistic states them."""
    tickets = recent(account, as_of)
    for kind, n in Counter(t.kind for t in tickets if t.kind).most_common():
        yield kind, n / len(tickets), tuple(_of(t) for t in tickets if t.kind == kind)[-3:]
    if not tickets:
        yield from ((k.name, k.share, (Evidence(f"{k.name} {percent(k.share)}", k.place),)) for k in account.summary.kinds)


def _latest_features(account: Account) -> list[tuple[str, float, Period]]:
    found: dict[str, tuple[float, Period]] = {}
    for period in account.periods:
        found |= {f: (use, period) for f, use in period.features.items()}
    return [(f, use, period) for f, (use, period) in found.items()]


def _of(t: Ticket) -> Evidence:
    return Evidence(f"{t.id} {t.title}".strip(), t.place, t.created, "工单")


def serious(account: Account, as_of: str) -> Iterator[Measured]:
    """Tickets of the highest severity."""
    worst, tickets = next(iter(names().severity)), recent(account, as_of, SERIOUS_MONTHS)
    found = [t for t in tickets if t.severity == worst]
    shown = [Evidence(f"{t.title}。{t.note}".rstrip("。"), t.place, t.created, f"工单 {t.id}") for t in found]
    if tickets or not account.summary:
        yield Measured(len(found), {"n": str(len(found)), "titles": "、".join(t.title for t in found), "more": ""}, tuple(shown))
    else:
        yield _serious_stated(account, as_of)


def _serious_stated(account: Account, as_of: str) -> Measured:
    """The serious tickets that a statistic counts, with the events that hurt the customer; which of them are which it need not tell."""
    earliest = months_before(as_of, SERIOUS_MONTHS)
    events = [e for e in account.summary.events if is_incident(e) and (not e.created or earliest < e.created)]
    stated = account.summary.figures.get("serious")
    n = max(len(events), int(figure(stated.text) or 0) if stated else 0)
    told = "、".join(e.title for e in events)
    more = f"（{f'另有 {n - len(events)} 起' if events else ''}没有写明是哪些）" if n > len(events) else ""
    shown = [Evidence(f"{stated.label} {stated.text}", stated.place)] if stated else []
    shown += [Evidence(f"{e.title}，{e.note}".rstrip("，"), e.place, e.created, "关键事件") for e in events]
    return Measured(n, {"n": str(n), "titles": told or "此前的严重问题", "more": more}, tuple(shown))


def silence(account: Account, as_of: str) -> Iterator[Measured]:
    """Days since a decision maker was heard; nothing where he may have been: in mail without a date or a sender."""
    heard = [m for m in account.messages if m.who != REMARK and not m.ours]
    if any(not m.date or not m.who for m in heard if m.mail or (m.contact and m.contact.decides)):
        return
    for decider in (c for c in account.contacts if c.decides and not c.left):
        said = [m.date for m in heard if m.contact == decider and m.date <= as_of]
        dated = [m.date for m in heard if m.who and m.date and m.date <= as_of]
        if dated:
            since = max(said) if said else min(dated)
            others = "、".join(c.name for c in account.contacts if not c.decides and not c.left) or "日常对接人"
            least = not said or len(since) < _WHOLE_DAY
            words = {"decider": decider.name, "days": f"{'至少 ' if least else ''}{_days(since, as_of)}", "others": others}
            quote = f"最近一次往来 {since}" if said else f"{since} 以来没有一封来信"
            yield Measured(_days(since, as_of), words, (Evidence(f"{decider.name}（{decider.role}）{quote}", decider.place, since),))


def unknown_decider(account: Account, as_of: str) -> Iterator[Measured]:  # noqa: ARG001
    """1 where the CRM record names contacts and none of them decides."""
    none = bool(account.contacts) and not any(c.decides for c in account.contacts)
    yield Measured(float(none), {}, (Evidence("、".join(c.name for c in account.contacts), account.contacts[0].place),) if none else ())


def departed(account: Account, as_of: str) -> Iterator[Measured]:  # noqa: ARG001
    """Contacts who decided or championed and have left."""
    gone = [c for c in account.contacts if c.left]
    yield Measured(
        len(gone), {"names": "、".join(c.name for c in gone)}, tuple(Evidence(f"{c.name} {c.role} 已离开", c.place) for c in gone)
    )


def _late(account: Account, as_of: str, sla: str, field: str) -> Iterator[Measured]:
    limit = account.number(sla)
    if limit is None:
        return
    late = [t for t in recent(account, as_of) if (getattr(t, field) or 0) > limit]
    words = {"n": str(len(late)), "sla": f"{limit:g}", "ids": "、".join(t.id for t in late)}
    yield Measured(len(late), words, tuple(Evidence(f"{t.id} {getattr(t, field):g} 小时", t.place, t.created, "工单") for t in late))


def late_response(account: Account, as_of: str) -> Iterator[Measured]:
    """Tickets whose first response came after the SLA."""
    yield from _late(account, as_of, "response_sla", "response")


def late_resolution(account: Account, as_of: str) -> Iterator[Measured]:
    """Tickets solved after the SLA."""
    yield from _late(account, as_of, "resolution_sla", "resolution")


def unsolved(account: Account, as_of: str) -> Iterator[Measured]:
    """Tickets that are not closed."""
    found = [t for t in account.tickets if t.open and t.created <= as_of]
    yield Measured(len(found), {"n": str(len(found)), "ids": "、".join(t.id for t in found)}, tuple(_of(t) for t in found))


def seats_used(account: Account, as_of: str) -> Iterator[Measured]:  # noqa: ARG001
    """The share of seats that are active."""
    if held := seats(account):
        period, active, all_ = held
        words = {"seats": f"{all_:g}", "active": f"{active:g}", "share": percent(active / all_), "idle": f"{all_ - active:g}"}
        yield Measured(active / all_, words, (Evidence(f"活跃用户 {active:g}，许可 {all_:g}", period.at("active"), period.month),))


def steady(account: Account, as_of: str) -> Iterator[Measured]:
    """The share of active seats where use has not fallen."""
    if not any(m.value < FALL for m in trend(account, as_of)):
        yield from seats_used(account, as_of)


def trend(account: Account, as_of: str) -> Iterator[Measured]:  # noqa: ARG001
    """The change of active users from the first to the last period."""
    held = [(p, p.figures["active"]) for p in account.periods if p.figures.get("active")]
    if len(held) > 1:
        (first, before), (last, after) = held[0], held[-1]
        change = after / before - 1
        words = {
            "first_month": first.month,
            "first": f"{before:g}",
            "last_month": last.month,
            "last": f"{after:g}",
            "change": f"{change:+.0%}",
        }
        shown = (Evidence(f"活跃用户 {before:g}", first.place, first.month), Evidence(f"活跃用户 {after:g}", last.place, last.month))
        yield Measured(change, words, shown)


def core(account: Account, as_of: str) -> Iterator[Measured]:  # noqa: ARG001
    """The feature that most use."""
    if found := _latest_features(account):
        feature, use, period = max(found, key=lambda f: f[1])
        yield Measured(
            use,
            {"feature": _use_of(feature), "use": percent(use)},
            (Evidence(f"{feature} {percent(use)}", period.at(feature), period.month),),
        )


def sla_kept(account: Account, as_of: str) -> Iterator[Measured]:
    """1 where the mean response and resolution keep the SLA; needs at least one of them."""
    parts, kept = [], []
    for name, field, sla in (("平均响应", "response", "response_sla"), ("平均解决", "resolution", "resolution_sla")):
        mean, source = mean_hours(account, as_of, field)
        limit = account.number(sla)
        if mean is not None and limit:
            kept.append(mean <= limit)
            parts.append(f"{name} {mean:.1f} 小时（SLA {limit:g} 小时，{source}）")
    places = tuple(Evidence(f"{v.label} {v.text}", v.place) for k in ("response_sla", "resolution_sla") if (v := account.stated(k)))
    yield Measured(float(bool(kept) and all(kept)), {"text": "，".join(parts)}, places)


def mean_hours(account: Account, as_of: str, field: str) -> tuple[float | None, str]:
    """The mean hours of the tickets (``response``, ``resolution``) and of how many; else as a statistic states it; None for neither."""
    hours = [h for t in recent(account, as_of) if (h := getattr(t, field)) is not None]
    stated = account.summary.figures.get(field)
    if hours or not stated:
        return (sum(hours) / len(hours) if hours else None), f"{len(hours)} 个工单"
    return figure(stated.text), "工单统计"


def months(account: Account, as_of: str) -> Iterator[Measured]:
    """Months since the account began: from its first day, else as the record states the span."""
    begun, spanned = account.basics.get("since"), account.basics.get("together")
    n, held = (together(begun.text, as_of) if begun else None), begun
    if n is None and spanned:
        n, held = months_in(spanned.text), spanned
    if n is not None and held:
        yield Measured(n, {"text": span(n)}, (Evidence(f"{held.label} {held.text}", held.place),))


def months_in(text: str) -> int | None:
    """A span as written (2 年 3 个月, 27 个月, 2 years), in months; None where it is none."""
    years, rest = re.search(r"(\d+(?:\.5)?)\s*(?:年|years?)", text), re.search(r"(\d+)\s*(?:个?月|months?)", text)
    if not years and not rest:
        return None
    return int(float(years[1]) * 12 if years else 0) + int(rest[1] if rest else 0)


def together(since: str, as_of: str) -> int | None:
    """Whole months from a day to another, or None where the first is no date."""
    if (start := day(since)) is None:
        return None
    end = date.fromisoformat(as_of)
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def span(n: int) -> str:
    """Months as ``2 年 3 个月``."""
    years, rest = divmod(n, 12)
    return " ".join(p for p in (f"{years} 年" if years else "", f"{rest} 个月" if rest or not years else "") if p)


def days_left(account: Account, as_of: str) -> Iterator[Measured]:
    """Days until the renewal, where it lies ahead."""
    yield from (m for m in _renewal(account, as_of) if m.value >= 0)


def days_over(account: Account, as_of: str) -> Iterator[Measured]:
    """Days since the renewal, where it lies behind."""
    for m in _renewal(account, as_of):
        if m.value < 0:
            yield Measured(-m.value, m.words | {"days": f"{-m.value:g}"}, m.evidence)


def _renewal(account: Account, as_of: str) -> Iterator[Measured]:
    held = account.basics.get("renewal")
    if held and (end := day(held.text)):
        left = (end - date.fromisoformat(as_of)).days
        yield Measured(left, {"date": end.isoformat(), "days": str(left)}, (Evidence(f"{held.label} {held.text}", held.place),))


def day(text: str) -> date | None:
    """A written day; None where it is none."""
    parts = "".join(c if c.isdigit() else " " for c in text).split()
    try:
        return date(*(int(p) for p in parts[:3])) if len(parts) >= 3 else None
    except ValueError:
        return None


def _days(first: str, last: str) -> int:
    """Days between two; of a month without a day its last, so that no silence is told longer than it is."""
    start = day(first) or _last_of(first)
    return (date.fromisoformat(last) - start).days if start else 0


def _last_of(month: str) -> date | None:
    start = day(f"{month}-01")
    return date(start.year + start.month // 12, start.month % 12 + 1, 1) - timedelta(days=1) if start else None


def measure_of(name: str) -> Measure:
    """The measure that a rule names; raises DataError for one that is not a function of this module."""
    found = globals().get(name)
    if not callable(found) or getattr(found, "__annotations__", {}).get("return") != "Iterator[Measured]" or name.startswith("_"):
        raise DataError(f"no measure '{name}' in {__name__}; write a function (account, as_of) -> Iterator[Measured]")
    return found  # type: ignore[no-any-return]  # the annotation was checked
