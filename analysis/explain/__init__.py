"""Why a case says what it says: every field with value, confidence, rule, quote in its sentence, and what lost.

``explain`` makes the plain account; ``page`` draws it as one HTML file, the page's text with coloured spans beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.case import Benefit, Case, Evidence, Field, Many
from pipelines.text import sentence_at


@dataclass(frozen=True, slots=True)
class Shown:
    """A quote as people read it: in its sentence, with its place; ``stands`` is False where the page does not hold it."""

    before: str
    quote: str
    after: str
    where: str
    start: int
    end: int
    stands: bool


@dataclass(frozen=True, slots=True)
class Account:
    """One value of one field, or why there is none."""

    field: str
    value: str
    confidence: float
    rule: str
    quotes: tuple[Shown, ...]
    losers: tuple[tuple[str, str, float], ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the page's text and the fields whose evidence covers it."""

    text: str
    fields: tuple[str, ...]


def explain(case: Case, text: str) -> list[Account]:
    """The account of every value in the order of the framework's fields; ``text`` is the page's canonical text."""
    return [account for name, held in case.fields().items() for account in _accounts(name, held, text)]


def _accounts(name: str, held: Field[Any] | Many[Any], text: str) -> Iterator[Account]:
    if isinstance(held, Many) and not held:
        yield Account(name, "", 0.0, "", (), (), held.reason or "")
    for one in held.items if isinstance(held, Many) else (held,):
        quotes = tuple(_shown(e, text) for e in one.evidence)
        yield Account(name, _printed(one.value), one.confidence, one.method, quotes, one.losers, one.reason)


def _printed(value: Any) -> str:
    """A value for people; a benefit as ``time ↓ 30 min (from 60)``."""
    if not isinstance(value, Benefit):
        return "" if value is None else str(value)
    arrow = {"up": "↑", "down": "↓", "reach": "="}.get(value.direction, value.direction)
    upper = f"–{value.value_to:g}" if value.value_to is not None else ""
    before = f" (from {value.value_from:g})" if value.value_from is not None else ""
    return f"{value.subject} {arrow} {value.value:g}{upper} {value.unit}{before}"


def _shown(evidence: Evidence, text: str) -> Shown:
    begin, end = sentence_at(text, evidence.start)
    before = text[begin : evidence.start] if begin <= evidence.start else ""
    after = text[evidence.end : end] if end >= evidence.end else ""
    return Shown(before, evidence.quote, after, evidence.where, evidence.start, evidence.end, evidence.check(text))


def pieces(case: Case, text: str) -> list[Piece]:
    """The text cut where evidence begins or ends, each run with the fields that rest on it; joined they are the text."""
    spans = [(e.start, e.end, name) for name, e in case.all_evidence() if e.check(text)]
    cuts = sorted({0, len(text), *(s for s, _, _ in spans), *(e for _, e, _ in spans)})
    return [Piece(text[a:b], tuple(sorted({name for s, e, name in spans if s <= a and b <= e}))) for a, b in pairwise(cuts)]


def page(case: Case, text: str, accounts: Sequence[Account]) -> str:
    """One HTML file that works offline: fields on one side, the page's text with coloured spans on the other."""
    templates = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    fields = list(case.fields())
    return environment.get_template("explain.html.j2").render(
        case=msgspec.to_builtins(case), accounts=accounts, pieces=pieces(case, text), fields=fields
    )
