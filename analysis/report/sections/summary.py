"""执行摘要 (document 1 §6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import Kind
from analysis.report.blocks import Block, Bullets, Claim, Heading, Item, Label
from analysis.report.book import Book


def build(book: Book) -> Iterator[Block]:
    """Range, findings, insights."""
    w, a = book.words, book.analysis
    scope = a.scope
    span = Claim(
        Kind.STATISTIC, w("summary.range.value", vendors=len(scope.vendors), products=scope.n_products, industries=scope.n_industries)
    )
    first, rest = a.core_findings[:1], a.core_findings[1:]
    counted = Claim(Kind.STATISTIC, w("summary.findings.value", n=len(a.personas)))
    main = book.say(first[0]) if first else counted
    yield Heading(2, w("h.summary"), "summary")
    yield Bullets(
        (
            Item((Label(w("summary.range"), bold=False), span)),
            Item(
                (Label(w("summary.findings"), bold=False), main),
                tuple(Item(book.line(s)) for s in rest),
            ),
            Item((Label(w("summary.insights"), bold=False),), book.items(a.insights, 5)),
        )
    )
