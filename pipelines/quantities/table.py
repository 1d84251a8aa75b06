"""The published table of phrases: loads it, judges it, and renders it for people.

``python -m pipelines.quantities.table tests/data/benefits_*.yaml > docs/benefit-grammar.md``
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pipelines.case import Benefit
from pipelines.quantities.found import Found
from pipelines.quantities.grammar import find
from pipelines.quantities.score import weights
from pipelines.vocabulary import load_yaml

PREFACE = """# The benefit grammar

Made by `python -m pipelines.quantities.table` from the phrase files and from `pipelines/vocab/benefit_weights.yaml`; do not edit by hand.

Every phrase is a test. A phrase tells benefits (value, unit, direction, subject, the state before, the upper end, the bound)
or none, and then the rule says why. "down 5 min" is an amount, "down to 5 min" what it led to. `提升 3 倍` is 3 x;
`提升至 3 倍` is 3 x from 1 x. Two orders of magnitude are 100 x; percentage points stay percentage points; "by half" and `一半` are 50 %.
"""


class Expected(msgspec.Struct, frozen=True, rename={"value_from": "from", "value_to": "to"}):
    """A benefit that a phrase should give."""

    value: float
    unit: str
    direction: str
    subject: str
    value_from: float | None = None
    value_to: float | None = None
    bound: str = ""
    reached: bool = False

    def benefit(self) -> Benefit:
        """The same as the grammar tells it."""
        return Benefit(self.value, self.unit, self.direction, self.subject, self.value_to, self.value_from, self.bound, self.reached)


@dataclass(frozen=True)
class Phrase:
    """A phrase with its benefits, or with ``refused``: the rule that refuses it (``not.a-quantity`` where nothing is counted)."""

    text: str
    benefits: tuple[Expected, ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class Table:
    """A file of phrases."""

    title: str
    phrases: tuple[Phrase, ...]


def told(phrase: Phrase) -> list[Benefit]:
    """The benefits that the grammar finds in a phrase."""
    return [f.benefit for f in find(phrase.text) if f.verdict.benefit]


def holds(phrase: Phrase) -> bool:
    """Whether the grammar says of a phrase what the table says."""
    found = find(phrase.text)
    benefits = [f.benefit for f in found if f.verdict.benefit]
    if phrase.refused:
        return not benefits and (phrase.refused == "not.a-quantity" or any(f.verdict.rule == phrase.refused for f in found))
    return benefits == [e.benefit() for e in phrase.benefits]


def render(paths: Iterable[Path]) -> str:
    """The table as Markdown: one section a file, then the weights of the signs."""
    return "\n".join((PREFACE, *(_section(load_yaml(path, Table)) for path in paths), _weights()))


def _section(table: Table) -> str:
    head = f"## {table.title} ({len(table.phrases)})\n\n| phrase | result | rule |\n|---|---|---|"
    return "\n".join((head, *(_row(phrase, find(phrase.text)) for phrase in table.phrases), ""))


def _row(phrase: Phrase, found: list[Found]) -> str:
    if phrase.refused:
        why = next((f.verdict.why for f in found if f.verdict.rule == phrase.refused), "不是数量")
        return f"| {_cell(phrase.text)} | no benefit: {why} | {phrase.refused} |"
    rules = ", ".join(f.verdict.rule for f in found if f.verdict.benefit)
    return f"| {_cell(phrase.text)} | {'; '.join(_words(e.benefit()) for e in phrase.benefits)} | {rules} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _words(b: Benefit) -> str:
    to = f"–{b.value_to:,g}" if b.value_to is not None else ""
    before = f" (from {b.value_from:,g})" if b.value_from is not None else ""
    bound = f"{b.bound} " if b.bound else ""
    way = f"{b.direction} to" if b.reached else b.direction
    return f"{way} {bound}{_number(b.value)}{to} {b.unit}{before}, {b.subject}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"


def _weights() -> str:
    table = weights()
    head = (
        "## The score\n\nPoints of log-odds by sign; they are summed with the base and squeezed to 0…1 by the logistic function.\n"
        f"Base {table.base:g}; a quantity is kept from {table.threshold:g} on.\n\n| sign | points |\n|---|---|"
    )
    return "\n".join((head, *(f"| {sign} | {points:+.1f} |" for sign, points in table.points.items() if points), ""))


if __name__ == "__main__":
    sys.stdout.write(render(Path(name) for name in sys.argv[1:]))
