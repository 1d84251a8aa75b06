"""逐项特性, for those who plan the product: who wants each feature, how much of it, with the figures that customers gave."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import Need, Persona
from analysis.report.blocks import Badge, Block, Heading, Line, Missing, Muted, Para, Strong, Table
from analysis.report.book import Book
from analysis.report.sections.heat import ordered
from analysis.report.sections.personas import metric


def build(book: Book) -> Iterator[Block]:
    """One table a factor."""
    w = book.words
    yield Heading(2, w("feature.title"), "features")
    factors = ordered(book)
    for factor in factors:
        yield Heading(3, w.code("factor", factor), f"feature-{factor}")
        yield table(book, factor)
    if not factors:
        yield Para((Missing(w("reason.no_persona")),))


def table(book: Book, factor: str) -> Block:
    """The personas that want it."""
    w = book.words
    held = [(p, n) for p in book.personas() for n in p.needs if n.factor == factor]
    head = tuple(w(k) for k in ("m.persona", "p.priority", "m.features", "m.metric", "p.difference"))
    rows = tuple(row(book, p, n) for p, n in held)
    return Table(head, rows) if rows else Para((Missing(w("reason.no_case_says")),))


def row(book: Book, p: Persona, n: Need) -> tuple[Line, ...]:
    """A persona's wish."""
    w = book.words
    difference: Line = book.line(n.vendor_difference) if n.vendor_difference else (Muted(w("difference.none")),)
    return (
        (Strong(w.text(p.name)),),
        (Badge(n.priority, n.priority.lower()), w.percent(n.weight)),
        (w.text(n.features),),
        (metric(book, n),),
        difference,
    )
