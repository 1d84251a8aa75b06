"""细分市场一览, for those who plan marketing: which segments there are, how firm, what they want, where to begin."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import Persona
from analysis.report.blocks import Badge, Block, Bullets, Figures, Heading, Line, Missing, Para, Strong, Table
from analysis.report.book import Book
from analysis.report.charts import bars


def build(book: Book) -> Iterator[Block]:
    """Key insights, the table of segments, their sizes."""
    w, held = book.words, book.analysis.distributions
    yield Heading(2, w("seg.title"), "segments")
    yield Heading(3, w("seg.insights"), "segments-insights")
    yield Bullets(book.items(book.analysis.insights, 5))
    yield Heading(3, w("seg.table"), "segments-table")
    head = tuple(w(k) for k in ("m.persona", "p.prevalence", "seg.first_need", "p.vendor_type", "c.contact.entry", "j.moment"))
    rows = tuple(row(book, p) for p in book.personas())
    yield Table(head, rows, wide=True) if rows else Para((Missing(w("reason.no_persona")),))
    if held.get("persona"):
        yield Figures((bars(book, "persona", held["persona"]),))


def row(book: Book, p: Persona) -> tuple[Line, ...]:
    """A segment as a row."""
    w = book.words
    name: Line = (Strong(w.text(p.name)), Badge(w(f"persona_status.{p.status}"), "green" if p.stable else "amber"))
    first = min(p.factors, key=lambda f: f.rank, default=None)
    no_need = Missing(w("reason.no_case_says"))
    need = w("factor.weight", label=w.text(first.label), percent=w.percent(first.weight)) if first else no_need
    return name, (w.share(p.prevalence),), (need,), book.line(p.vendor_type), book.line(p.entry_point), book.line(p.journey.best_moment)
