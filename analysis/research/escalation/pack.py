"""The pre-research for the team that must answer, and the message that hands the question over (document 3, 案例4 第一步、第二步).

Nothing in it is an answer: what was found is quoted with its source, what was not found is said, and what must be confirmed
comes from ``data/kinds.yaml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from analysis.report.escape import markdown
from analysis.research.escalation.recognize import Escalation
from analysis.research.escalation.rulebook import Kind, kinds, looks
from analysis.research.question import understand
from pipelines.errors import UserError
from pipelines.text import sentences

SOON_DAYS = 7  # a deadline nearer than this makes any kind urgent
FOUND_AT_MOST = 6
_HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Found:
    """Words of a source that touch the question, with where they stand."""

    quote: str
    source: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known of the customer, with where it stands."""

    label: str
    value: str
    source: str


Search = Callable[[str], Sequence[Found]]


@dataclass(frozen=True, slots=True)
class Customer:
    """Who asks: name, background facts, when he needs the answer (ISO date or empty) and what hangs on it."""

    name: str = ""
    facts: tuple[Fact, ...] = ()
    deadline: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything that is handed over.

    ``looked`` says whether sources were searched at all; ``expects`` is what such customers usually expect (先验), what this one
    said stands in ``customer``; ``due`` is the day on which the response time ends.
    """

    escalation: Escalation
    customer: Customer
    looked: bool
    found: tuple[Found, ...]
    gaps: tuple[str, ...]
    confirm: tuple[str, ...]
    provide: tuple[str, ...]
    expects: tuple[str, ...]
    urgency: str
    urgency_why: str
    tat_hours: int
    due: str
    as_of: str
    documents: tuple[str, ...] = ()


def prepare(
    escalation: Escalation, as_of: str, customer: Customer | None = None, search: Search | None = None, documents: Sequence[str] = ()
) -> Pack:
    """The pack of an escalation at a day (ISO); ``documents`` are titles of standard documents that exist already."""
    asks = customer or Customer()
    mine = [kinds()[k] for k in escalation.kinds]
    confirm = _once(c.text for k in mine for c in k.confirm if not c.when or {f.rule for f in escalation.fired} & set(c.when))
    found, unfound = _found(escalation.question, confirm, search)
    urgency, why = _urgency(mine[0], asks, as_of)
    hours = min(k.tat_hours for k in mine)
    return Pack(
        escalation=escalation,
        customer=asks,
        looked=search is not None,
        found=found,
        gaps=tuple(_gaps(asks, found, unfound, search is not None)),
        confirm=confirm,
        provide=_once(p for k in mine for p in k.provide),
        expects=mine[0].expects,
        urgency=urgency,
        urgency_why=why,
        tat_hours=hours,
        due=_due(as_of, hours),
        as_of=as_of,
        documents=tuple(documents),
    )


def _found(question: str, confirm: Sequence[str], search: Search | None) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """What the sources hold on the question, then on each thing to confirm, each passage once; and on which of them they hold nothing."""
    if search is None:
        return (), ()
    near = {check: list(search(check))[:1] for check in confirm if looks().get(check)}
    held = dict.fromkeys((*search(question), *(f for one in near.values() for f in one)))
    unnamed = [name for name in _names(question) if not search(name)]
    return tuple(held)[:FOUND_AT_MOST], (*unnamed, *(check for check, one in near.items() if not one))


def _names(question: str) -> Iterator[str]:
    """The names that a question gives (GDPR), as written: a source that does not have one says nothing of it."""
    asked = (question[a:b] for a, b in sentences(question) if any(c.isalnum() for c in question[a:b]))
    yield from dict.fromkeys(w.surface for text in asked for w in understand(text).wants if w.name and w.factor == 1)


def _gaps(asks: Customer, found: Sequence[Found], unfound: Sequence[str], looked: bool) -> Iterator[str]:
    """What the pack lacks, so that nobody takes silence for a finding."""
    if not looked:
        yield "没有检索任何资料（未导入来源）"
    elif not found:
        yield "在已导入的来源中没有找到相关内容"
    else:
        yield "以上只是原文，是否足以确认下列事项由负责团队判断"
        if unfound:
            yield f"未找到与这些有关的原文：{'；'.join(unfound)}"
    if not asks.facts:
        yield "没有客户背景（未给出客户资料文件夹）"
    if not asks.deadline:
        yield "客户没有说明期限，须问清"


def _urgency(kind: Kind, asks: Customer, as_of: str) -> tuple[str, str]:
    if not asks.deadline:
        return kind.urgency, f"{kind.name}问题的通常紧急度，先验；客户未说明期限"
    left = (_day(asks.deadline) - _day(as_of)).days
    if left < 0:
        return "紧急", f"客户的期限 {asks.deadline} 已过"
    if left <= SOON_DAYS and kind.urgency != "紧急":
        return "高", f"距客户的期限 {left} 天"
    return kind.urgency, f"客户的期限 {asks.deadline}"


def _due(as_of: str, hours: int) -> str:
    """The day on which the response time ends; hours within a day end on the same day."""
    return (_day(as_of) + timedelta(days=hours // _HOURS_A_DAY)).isoformat()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UserError(f"日期要写成 YYYY-MM-DD，不是“{text}”") from error


def _once(lines: Iterator[str] | Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(lines))


@cache
def environment() -> Environment:
    """Templates of the pack, the message and the standard document; words of sources can speak no markup."""
    loader = PackageLoader("analysis.research.escalation", "templates")
    made = Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701  Markdown, by the filter
    made.filters["md"] = markdown
    made.globals["names"] = {code: kind.name for code, kind in kinds().items()}
    return made


def pack_text(pack: Pack) -> str:
    """The pre-research as Markdown."""
    return environment().get_template("pack.md.j2").render(p=pack, e=pack.escalation)


def message_text(pack: Pack) -> str:
    """The message to the owner as Markdown."""
    return environment().get_template("message.md.j2").render(p=pack, e=pack.escalation)
