"""产品优化建议与机会, for those who plan the product."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.report.blocks import Block, Bullets, Heading
from analysis.report.book import Book
from analysis.report.sections.strategy import by_persona


def build(book: Book) -> Iterator[Block]:
    """Advice by persona, openings in the market."""
    w = book.words
    yield Heading(2, w("advice.title"), "advice")
    yield Heading(3, w("h.7.2"), "advice-product")
    yield by_persona(book, "strategy.product", "product_advice")
    yield Heading(3, w("h.42.openings"), "advice-openings")
    yield Bullets(book.items(book.analysis.comparison.openings))
