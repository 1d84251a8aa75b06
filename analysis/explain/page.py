"""Draws an account as one HTML file: the fields on one side, the page's text with coloured spans on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analysis.explain.account import Account
from analysis.explain.names import value_name
from analysis.explain.related import Disagreement
from pipelines.case import Case, Evidence

STRIDE = 5  # steps round the colour circle from a field to the next: neighbours, which often share a quote, look unlike


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the page's text, the fields whose evidence covers it (the narrowest first), and those whose evidence ends with it."""

    text: str
    start: int
    fields: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    opens: bool = False  # evidence begins here


@dataclass(frozen=True, slots=True)
class Group:
    """A field with its accounts; ``number`` names its spans in the text."""

    number: int
    field: str
    name: str
    hue: int
    accounts: tuple[Account, ...]

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return any(a.value for a in self.accounts)


def pieces(case: Case, text: str) -> list[Piece]:
    """The text cut where evidence begins or ends, each run with the fields that rest on it; joined they are the text."""
    held = [(name, e) for name, e in case.all_evidence() if e.check(text)]
    cuts = sorted({0, len(text), *(e.start for _, e in held), *(e.end for _, e in held)})
    return [_piece(text, a, b, held) for a, b in pairwise(cuts)]


def _piece(text: str, a: int, b: int, held: Sequence[tuple[str, Evidence]]) -> Piece:
    over = sorted(((e.end - e.start, name) for name, e in held if e.start <= a and b <= e.end), key=lambda pair: pair[0])
    ends = dict.fromkeys(name for name, e in held if e.end == b and e.start <= a)
    return Piece(text[a:b], a, tuple(dict.fromkeys(name for _, name in over)), tuple(ends), any(e.start == a for _, e in held))


def groups(accounts: Sequence[Account]) -> list[Group]:
    """The accounts by field, numbered."""
    by_field = [tuple(held) for _, held in groupby(accounts, key=lambda a: a.field)]
    count = len(by_field)
    return [Group(n, held[0].field, held[0].name, n * STRIDE % count * 360 // count, held) for n, held in enumerate(by_field, 1)]


def page(case: Case, text: str, accounts: Sequence[Account], disputed: Sequence[Disagreement] = ()) -> str:
    """One HTML file that works offline and without scripts; everything that comes from a page is escaped."""
    templates = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    found = groups(accounts)
    return environment.get_template("explain.html.j2").render(
        case=case,
        vendor=value_name("vendor", case.vendor.value),
        groups=found,
        by_field={g.field: g for g in found},
        pieces=pieces(case, text),
        disputed=disputed,
    )
