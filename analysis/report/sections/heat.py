"""需求热度图, for those who plan the product: factors by personas, weight and priority in each cell."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import Persona
from analysis.report.blocks import Badge, Block, Bullets, Heading, Line, Missing, Muted, Para, Strong, Table
from analysis.report.book import Book


def build(book: Book) -> Iterator[Block]:
    """Common needs, then the grid."""
    w = book.words
    yield Heading(2, w("heat.title"), "heat")
    yield Heading(3, w("heat.common"), "heat-common")
    yield Bullets(book.items(book.analysis.comparison.common_needs))
    yield Heading(3, w("heat.grid"), "heat-grid")
    yield Para((Muted(w("heat.how")),))
    personas, factors = book.personas(), ordered(book)
    head = (w("col.factor"), *(w.text(p.name) for p in personas))
    rows = tuple(((Strong(w.code("factor", f)),), *(cell(book, p, f) for p in personas)) for f in factors)
    yield Table(head, rows, wide=len(personas) > 3) if rows else Para((Missing(w("reason.no_persona")),))


def ordered(book: Book) -> list[str]:
    """The factors, those with a higher place in any persona first."""
    best: dict[str, int] = {}
    for p in book.personas():
        for f in p.factors:
            best[f.factor] = min(best.get(f.factor, f.rank), f.rank)
    return sorted(best, key=lambda f: (best[f], f))


def cell(book: Book, p: Persona, factor: str) -> Line:
    """``P0 30%``; a dash where the persona's cases do not speak of it."""
    need = next((n for n in p.needs if n.factor == factor), None)
    found = next((f for f in p.factors if f.factor == factor), None)
    if found is None:
        return (Muted("–"),)
    weight = book.words.percent(found.weight)
    return (Badge(need.priority, need.priority.lower()), weight) if need else (weight,)
