"""六、客户旅程分析: a map a persona and how journeys differ (document 1 §5, §6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import Persona, Stage
from analysis.report.blocks import Block, Heading, Line, Missing, Para, Strong, Table
from analysis.report.book import Book


def build(book: Book) -> Iterator[Block]:
    """The maps, then the table of differences."""
    w = book.words
    yield Heading(2, w("h.6"), "journeys")
    yield Heading(3, w("h.6.1"), "journeys-maps")
    if not book.analysis.personas:
        yield Para((Missing(w("reason.no_persona")),))
    for p in book.personas():
        yield Heading(4, w("h.persona", n=p.rank, name=w.text(p.name)), f"journey-{p.rank}")
        yield journey(book, p)
    yield Heading(3, w("h.6.2"), "journeys-differences")
    yield differences(book)


def journey(book: Book, p: Persona) -> Block:
    """The five stages."""
    w = book.words
    head = tuple(w(k) for k in ("j.stage", "j.touch", "j.pain", "j.content", "j.influence"))
    return Table(head, tuple(stage(book, s) for s in p.journey.stages), wide=True)


def stage(book: Book, s: Stage) -> tuple[Line, ...]:
    """A stage as a row."""
    said = (s.touchpoints, s.pains, s.content, s.influences)
    return (Strong(book.words.code("stage", s.stage)),), *(book.line(x) for x in said)


def differences(book: Book) -> Block:
    """不同画像的旅程差异, with whom to meet and how to begin."""
    w = book.words
    keys = ("m.persona", "p.cycle", "j.key", "j.concern", "j.moment", "c.contact.role", "c.contact.entry")
    rows = []
    for p in book.personas():
        j = p.journey
        said = (j.cycle, j.key_stages, j.main_concerns, j.best_moment, p.contact_role, p.entry_point)
        rows.append(((Strong(w.text(p.name)),), *(book.line(s) for s in said)))
    empty = ((Missing(w("reason.no_persona")),), *((),) * 6)
    return Table(tuple(w(k) for k in keys), tuple(rows) or (empty,), wide=True)
