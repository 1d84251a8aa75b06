"""二、跨厂商案例概览: distributions as charts, benchmark cases (document 1 §6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import Count
from analysis.report.blocks import Block, Bullets, Figures, Heading, Item, Jump, Label, Muted, Para, Part
from analysis.report.book import Book
from analysis.report.charts import bars

CHARTED = ("vendor", "industry", "company_size", "persona")


def build(book: Book) -> Iterator[Block]:
    """Distributions in words and charts, then the benchmark cases."""
    w, held = book.words, book.analysis.distributions
    yield Heading(2, w("h.2"), "cases")
    yield Heading(3, w("h.2.1"), "cases-distribution")
    rows = (("vendor", "cases.vendor"), ("industry", "cases.industry"), ("company_size", "cases.size"), ("scenario", "cases.scenario"))
    yield Bullets(tuple(Item((Label(w(key)), counted(book, name))) for name, key in rows))
    yield Figures(tuple(bars(book, name, held[name]) for name in CHARTED if held.get(name)))
    yield Heading(3, w("h.2.2"), "cases-benchmarks")
    numbered = enumerate(book.analysis.benchmarks, 1)
    yield Bullets(tuple(Item((Label(w("cases.numbered", n=n), bold=False), book.say(s))) for n, s in numbered) or book.items(()))
    yield Para((Muted(w("benchmarks.how")),))
    yield Para((Jump(w("see.case_table"), "case-table"),))


def counted(book: Book, name: str) -> Part:
    """A distribution in words, all of it."""
    counts: tuple[Count, ...] = book.analysis.distributions.get(name, ())
    return book.counts(counts, limit=12)
