"""The plain account of a case: every field with value, confidence, rule, quotes in their sentences, and what lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analysis.evidence import around
from analysis.explain.names import field_name, place_name, reason_name, rule_name, value_name
from pipelines.case import Benefit, Case, Evidence, Field, Many
from pipelines.proposals.guide import guide


@dataclass(frozen=True, slots=True)
class Shown:
    """A quote as people read it: in its sentence, with its place; ``stands`` is False where the page does not hold it."""

    before: str
    quote: str
    after: str
    where: str
    place: str  # ``where`` in Chinese
    start: int
    end: int
    stands: bool

    def is_all(self, value: str) -> bool:
        """Whether the sentence says the value and nothing else: no need to read it twice."""
        return f"{self.before}{self.quote}{self.after}" == value


@dataclass(frozen=True, slots=True)
class Loser:
    """An alternative that lost; ``score`` is the rule's own, and not a probability for every rule."""

    value: str
    shown: str
    rule: str
    gloss: str
    score: float


@dataclass(frozen=True, slots=True)
class Account:
    """One value of one field, or why there is none; ``name``, ``shown``, ``gloss`` and ``why`` are for people."""

    field: str
    name: str
    value: str
    shown: str
    confidence: float
    unsure: bool
    rule: str
    gloss: str
    proposed: bool  # by a language model
    quotes: tuple[Shown, ...] = ()
    losers: tuple[Loser, ...] = ()
    reason: str | None = None
    why: str = ""


def explain(case: Case, text: str) -> list[Account]:
    """The account of every value in the order of the framework's fields; ``text`` is the page's canonical text."""
    return [account for name, held in case.fields().items() for account in _accounts(name, held, text)]


def _accounts(name: str, held: Field[Any] | Many[Any], text: str) -> Iterator[Account]:
    if isinstance(held, Many) and not held:
        yield _account(name, Field.unknown(held.reason or ""), text)
    for one in held.items if isinstance(held, Many) else (held,):
        yield _account(name, one, text)


def _account(name: str, one: Field[Any], text: str) -> Account:
    return Account(
        field=name,
        name=field_name(name),
        value=printed(one.value),
        shown=value_name(name, one.value),
        confidence=one.confidence,
        unsure=bool(one) and one.confidence < guide().low,
        rule=one.method,
        gloss=rule_name(name, one.method),
        proposed=one.method.startswith("llm:"),
        quotes=tuple(_shown(e, text) for e in one.evidence),
        losers=tuple(Loser(value, value_name(name, value), rule, rule_name(name, rule), score) for value, rule, score in one.losers),
        reason=one.reason,
        why=reason_name(one.reason),
    )


def printed(value: Any) -> str:
    """A value for programs; a benefit as ``time ↓ 30 min (from 60)``."""
    if not isinstance(value, Benefit):
        return "" if value is None else str(value)
    arrow = {"up": "↑", "down": "↓", "reach": "="}.get(value.direction, value.direction)
    upper = f"–{value.value_to:g}" if value.value_to is not None else ""
    before = f" (from {value.value_from:g})" if value.value_from is not None else ""
    to = "to " if value.reached else ""
    return f"{value.subject} {arrow} {to}{value.value:g}{upper} {value.unit}{before}"


def _shown(e: Evidence, text: str) -> Shown:
    before, after = around(text, e)
    return Shown(before, e.quote, after, e.where, place_name(e.where), e.start, e.end, e.check(text))
