"""对比要点, for those who watch competitors: who has which customers, at a glance, before the tables."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import VendorProfile
from analysis.report.blocks import Block, Bullets, Figures, Heading, Line, Muted, Strong, Table
from analysis.report.book import Book
from analysis.report.charts import bars


def build(book: Book) -> Iterator[Block]:
    """Differences and openings first, then a line a vendor."""
    w, c = book.words, book.analysis.comparison
    yield Heading(2, w("rival.title"), "rivals")
    yield Heading(3, w("rival.points"), "rivals-points")
    yield Bullets(book.items((*c.differences, *c.openings), 6))
    yield Heading(3, w("rival.glance"), "rivals-glance")
    head = tuple(w(k) for k in ("col.vendor", "chart.n", "v.industry", "v.size", "v.scenario", "vendors.over"))
    yield Table(head, tuple(row(book, p) for p in c.profiles), numeric=(1,), wide=True)
    held = book.analysis.distributions.get("vendor", ())
    if held:
        yield Figures((bars(book, "vendor", held),))


def row(book: Book, p: VendorProfile) -> tuple[Line, ...]:
    """A vendor as a row."""
    w = book.words
    over: Line = book.run(p.over_represented, 2) if p.over_represented else (Muted(w("rival.nothing_over")),)
    cells = ((book.shares(p.industries, 2),), (book.shares(p.sizes, 2),), (book.shares(p.scenarios, 2),), over)
    return (Strong(w.vendor(p.vendor)),), (str(len(p.cases)),), *cells
