"""七、营销策略建议: by persona, for the product, against each vendor (document 1 §6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.report.blocks import Block, Bullets, Heading, Item, Label
from analysis.report.book import Book


def build(book: Book) -> Iterator[Block]:
    """The three lists."""
    w = book.words
    yield Heading(2, w("h.7"), "strategy")
    yield Heading(3, w("h.7.1"), "strategy-personas")
    yield by_persona(book, "strategy.persona", "strategy")
    yield Heading(3, w("h.7.2"), "strategy-product")
    yield by_persona(book, "strategy.product", "product_advice")
    yield Heading(3, w("h.7.3"), "strategy-vendors")
    yield versus(book)


def by_persona(book: Book, key: str, name: str) -> Block:
    """``- 画像1（名称）:`` and its statements."""
    w = book.words
    items = tuple(Item((Label(w(key, n=p.rank, name=w.text(p.name)), bold=False),), book.items(getattr(p, name))) for p in book.personas())
    return Bullets(items or book.items(()))


def versus(book: Book) -> Block:
    """``- 相对于AWS:`` and its statements, in the order of the vendors."""
    w, held = book.words, book.analysis.comparison.versus
    items = tuple(Item((Label(w("strategy.versus", vendor=w.vendor(v)), bold=False),), book.items(said)) for v, said in held.items())
    return Bullets(items or book.items(()))
