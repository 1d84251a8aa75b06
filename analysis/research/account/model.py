"""What is known of an account, every piece with the file and place it stands in, and what a review makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

REMARK = "CRM 备注"  # who speaks in what a CRM record says in sentences


@dataclass(frozen=True, slots=True)
class Place:
    """A file of the account's folder and where in it: a line, or a record or passage where the file has no lines."""

    file: str
    where: str

    def __str__(self) -> str:
        """As a reader is shown it."""
        return f"{self.file} {self.where}".strip()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words or a figure of the account, verbatim, with their place, day and who said so."""

    quote: str
    place: Place
    date: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A labelled value of a file."""

    label: str
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone at the customer. ``decides``, ``champions`` and ``left`` are read from role and status."""

    name: str
    role: str
    title: str
    mail: str
    place: Place
    decides: bool = False
    champions: bool = False
    left: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """A support ticket; hours are None where the file does not tell."""

    id: str
    created: str
    severity: str
    kind: str
    title: str
    note: str
    response: float | None
    resolution: float | None
    open: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of ticket with its share (0–1) of all, as a statistic states it."""

    name: str
    share: float
    place: Place


@dataclass(frozen=True, slots=True)
class Summary:
    """Ticket statistics as stated: figures by field, kinds with their shares, events (tickets without a number)."""

    figures: Mapping[str, Value] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ()
    events: tuple[Ticket, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is stated."""
        return bool(self.figures or self.kinds or self.events)


@dataclass(frozen=True, slots=True)
class Message:
    """Something written: a mail or a note; ``who`` as the file names the writer, ``contact`` who that is, ``ours`` our own side.

    ``mail``: it is part of what was exchanged with the customer, not another document of the folder.
    """

    date: str
    who: str
    title: str
    lines: tuple[tuple[str, Place], ...]
    contact: Contact | None = None
    ours: bool = False
    mail: bool = True


@dataclass(frozen=True, slots=True)
class Period:
    """A row of usage data: the month (or other period), its figures by field, the share of users by feature (0–1).

    ``places`` are those of single figures and features, by field or label, where each stands in a line of its own.
    """

    month: str
    figures: Mapping[str, float]
    features: Mapping[str, float]
    words: Mapping[str, str]
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)

    def at(self, name: str) -> Place:
        """Where a figure or a feature stands."""
        return self.places.get(name, self.place)


@dataclass(frozen=True, slots=True)
class Account:
    """One customer's files, read."""

    name: str
    basics: Mapping[str, Value]
    contacts: tuple[Contact, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    messages: tuple[Message, ...] = ()
    periods: tuple[Period, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    summary: Summary = field(default_factory=Summary)

    def stated(self, name: str) -> Value | None:
        """A value of the CRM record, else of the ticket statistics."""
        return self.basics.get(name) or self.summary.figures.get(name)

    def number(self, name: str) -> float | None:
        """A figure of the CRM record, else of the ticket statistics."""
        held = self.stated(name)
        return figure(held.text) if held else None

    def until(self, day: str) -> Account:
        """What was known at a day (ISO): without tickets, messages and usage of later days; what has no date, and a month begun, stays."""
        return replace(
            self,
            tickets=tuple(t for t in self.tickets if t.created <= day),
            messages=tuple(m for m in self.messages if m.date <= day),
            periods=tuple(p for p in self.periods if p.month <= day),
            summary=replace(self.summary, events=tuple(e for e in self.summary.events if e.created <= day)),
        )


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do or to prepare, and the rules that call for it."""

    text: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """A risk or a strength: the rule that decided, what it means, and the evidence; ``words`` are what a measure gave."""

    rule: str
    name: str
    means: str
    level: str
    text: str
    evidence: tuple[Evidence, ...]
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question that the customer may ask, and what to have ready; ``answers`` are of the rule base (先验)."""

    ask: str
    answers: tuple[str, ...]
    rules: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure with where it comes from."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Event:
    """A point of the timeline."""

    date: str
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Missing:
    """A source that was not given, and what it would tell."""

    name: str
    tells: str


@dataclass(frozen=True, slots=True)
class Reference:
    """An official case near the account."""

    customer: str
    vendor: str
    url: str
    similarity: float
    why: str
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """What the case library knows of such customers."""

    library: str
    verdict: str
    understood: Mapping[str, str]
    persona: str = ""
    persona_why: str = ""
    talking: tuple[str, ...] = ()
    cases: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """客户背景报告."""

    name: str
    as_of: str
    overview: tuple[str, ...]
    satisfaction: str
    satisfaction_why: str
    risk: str
    strengths: tuple[Signal, ...]
    risks: tuple[Signal, ...]
    now: tuple[Advice, ...]
    renewal: tuple[Advice, ...]
    relation: tuple[Advice, ...]
    questions: tuple[Prepared, ...]
    basics: tuple[Stat, ...]
    contacts: tuple[Contact, ...]
    tickets: tuple[Stat, ...]
    kinds: tuple[Stat, ...]
    mood: tuple[Evidence, ...]
    usage: tuple[Stat, ...]
    timeline: tuple[Event, ...]
    missing: tuple[Missing, ...]
    refused: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]
    later: tuple[tuple[str, int], ...] = ()  # (source, records dated after the day of the report, which count nowhere)
    likeness: Likeness | None = field(default=None)
    unused: tuple[str, ...] = ()  # files that are none of the four sources and say nothing of the customer
    uncompared: str = ""  # why the library could not be asked


def figure(text: str) -> float | None:
    """The first number of a text (``500 人``, ``$120,000``, ``78%`` → 78), or None."""
    digits = ""
    for char in text.replace(",", "").replace("，", ""):
        if char.isascii() and (char.isdigit() or (char == "." and digits and "." not in digits)):
            digits += char
        elif digits:
            break
    return float(digits.rstrip(".")) if digits else None
