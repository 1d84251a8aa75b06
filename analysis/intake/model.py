"""What a requirement form holds: answers by field, every one with its raw words, line and typed values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Value:
    """A typed value inside an answer.

    ``kind``: money, percent, sla, duration, data, rate, count, number, deadline, version, region, instance, certification,
    hours, ratio. ``number`` (to ``to`` for a range) is in ``unit``; ``per`` is the rate; ``bound`` over, under or about;
    ``name`` the product, provider or certificate; ``detail`` its version, region code, type, clause or ISO date.
    """

    kind: str
    text: str
    line: int
    number: float | None = None
    to: float | None = None
    unit: str = ""
    per: str = ""
    bound: str = ""
    name: str = ""
    detail: str = ""

    def says(self) -> tuple[object, ...]:
        """What the value says, without where it stands and how it is written."""
        return (self.kind, self.number, self.to, self.unit, self.per, self.bound, self.name, self.detail)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was written for a field: the words as they are, their line (1-based), a comment behind them, the values in them."""

    field: str
    raw: str
    line: int
    values: tuple[Value, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A line the reader could not place, or placed with a doubt; ``code`` is unread, typo or in_blank."""

    code: str
    line: int
    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One requirement form: the template it resembles most, answers in the order of the file, notes of the reader."""

    template: str
    answers: tuple[Answer, ...] = ()
    notes: tuple[Note, ...] = ()
    line: int = 1
    blanks: tuple[str, ...] = field(default=())

    def of(self, *names: str) -> tuple[Answer, ...]:
        """The answers to any of the fields."""
        return tuple(a for a in self.answers if a.field in names)

    def raw(self, name: str) -> str:
        """All words written for a field; empty where it is unanswered."""
        return "；".join(a.raw for a in self.of(name))

    def values(self, *names: str, kind: str = "") -> Iterator[Value]:
        """The typed values of some fields (all fields where none is named), of one kind if given."""
        held = self.of(*names) if names else self.answers
        return (v for a in held for v in a.values if kind in ("", v.kind))

    def answered(self) -> frozenset[str]:
        """The fields that have an answer."""
        return frozenset(a.field for a in self.answers)
