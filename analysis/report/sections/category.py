"""一、品类概述: definition, boundary, vendors and their products (document 1 §6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import VendorProduct
from analysis.report.blocks import Block, Bullets, Heading, Item, Label, Line, Missing, Muted, Table
from analysis.report.book import Book


def build(book: Book) -> Iterator[Block]:
    """Definition, then the table of products with the cases in hand."""
    w, scope = book.words, book.analysis.scope
    yield Heading(2, w("h.1"), "category")
    yield Heading(3, w("h.1.1"), "category-definition")
    yield Bullets(
        (
            Item((Label(w("category.name")), w("category.name.value", category=book.category, group=book.words.phrase(scope.group)))),
            Item((Label(w("category.definition")), book.words.phrase(scope.definition))),
            Item((Label(w("category.boundary")), *boundary(book))),
            Item((Label(w("category.vendors")), w.join([w.vendor(v) for v in players(book)]) or w("unknown"))),
            Item((Label(w("category.reason")), reason(book))),
        )
    )
    yield Heading(3, w("h.1.2"), "category-products")
    yield Table(
        (w("col.vendor"), w("col.product"), w("col.positioning"), w("col.cases_here")),
        tuple(row(book, p) for p in scope.vendor_products),
        numeric=(3,),
    )


def boundary(book: Book) -> Line:
    """``包含：…；不包含：…``."""
    w, scope = book.words, book.analysis.scope
    inside = w("list.semicolon").join(map(book.words.phrase, scope.includes)) or w("unknown")
    outside = w("list.semicolon").join(map(book.words.phrase, scope.excludes)) or w("unknown")
    return (w("category.boundary.value", inside=inside, outside=outside),)


def players(book: Book) -> list[str]:
    """The vendors with a product in the category, those with cases first."""
    scope = book.analysis.scope
    return list(dict.fromkeys([*scope.vendors, *(p.vendor for p in scope.vendor_products)]))


def row(book: Book, product: VendorProduct) -> tuple[Line, ...]:
    """A row of 厂商产品映射."""
    w = book.words
    positioning: Line = (book.words.phrase(product.positioning),) if product.positioning else (Missing(),)
    held: Line = (w("n.cases", n=len(product.cases)),) if product.cases else (Muted(w("cases.none")),)
    return (w.vendor(product.vendor),), (w.product(product.product, product.vendor),), positioning, held


def reason(book: Book) -> str:
    """Why the query means this category; the catalogue explains itself in Chinese, so English says it plainly."""
    scope = book.analysis.scope
    return scope.reason if book.words.lang == "zh" else book.words("category.reason.plain", query=scope.query)
