"""各细分的打法, for those who plan marketing: whom to address, with what message and proof, what they will object."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import Persona
from analysis.report.blocks import Block, Bullets, Heading, Item, Label, Line
from analysis.report.book import Book
from analysis.report.sections.cards import concern


def build(book: Book) -> Iterator[Block]:
    """One page a segment."""
    w = book.words
    yield Heading(2, w("play.title"), "plays")
    for p in book.personas():
        yield Heading(3, w("h.persona", n=p.rank, name=w.text(p.name)), f"play-{p.rank}")
        yield play(book, p)
    if not book.analysis.personas:
        yield Bullets(book.items(()))


def play(book: Book, p: Persona) -> Block:
    """Address, pain, message, proof, objections, actions."""
    w = book.words
    pains = tuple(Item(book.line(x.text)) for x in p.pains[:3]) or book.items(())
    rows: tuple[tuple[str, Line, tuple[Item, ...]], ...] = (
        ("p.description", book.line(p.description), ()),
        ("p.industries", (book.counts(p.industries),), ()),
        ("p.sizes", (book.counts(p.sizes),), ()),
        ("p.pains", (), pains),
        ("p.selling", (), book.items(p.selling_points, 3)),
        ("p.benchmarks", (), book.items(p.benchmarks, 3)),
        ("c.concerns", (), tuple(concern(book, c) for c in p.concerns) or book.items(())),
        ("p.cycle", book.line(p.decision_cycle), ()),
        ("p.roles", book.line(p.key_roles), ()),
        ("play.actions", (), book.items(p.strategy)),
    )
    return Bullets(tuple(Item((Label(w(k)), *line), children) for k, line, children in rows))
