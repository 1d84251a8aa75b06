"""The first page: title, what was analysed, from what, how far to trust it, and what the marks mean (document 1 §6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import Kind
from analysis.report.blocks import Block, Callout, Heading, Jump, Legend, Line, Meta, Tile, Tiles
from analysis.report.book import Book


def build(book: Book, kind: str) -> Iterator[Block]:
    """Title, head lines, notices, figures, legend."""
    w = book.words
    yield Heading(1, w(f"title.{kind}", category=book.category), "top")
    yield Meta(meta(book))
    yield from notices(book)
    yield Tiles(tiles(book))
    yield Legend(tuple((k, w(f"legend.{k.name.lower()}")) for k in Kind))


def meta(book: Book) -> tuple[tuple[str, Line], ...]:
    """The five head lines of document 1 §6.1."""
    w, scope = book.words, book.analysis.scope
    across = "cross" if scope.cross_vendor else "single"
    return (
        (w("head.date"), (scope.as_of,)),
        (w("head.category"), (book.category,)),
        (w("head.sources"), (w("head.sources.value", vendors=w.join([w.vendor(v) for v in scope.vendors])),)),
        (w("head.cases"), (w(f"head.cases.{across}", n=scope.n_cases),)),
        (w("head.personas"), (w("head.personas.value", n=len(book.analysis.personas)),)),
    )


def notices(book: Book) -> Iterator[Block]:
    """Where the cases come from, and that fewer than three vendors are no cross-vendor finding."""
    w, scope = book.words, book.analysis.scope
    tone = "amber" if scope.origin != "archive" else "plain"
    notice, note = w(f"notice.{scope.origin}"), w.text(scope.origin_note)
    yield Callout(tone, note, ()) if note.startswith(notice) else Callout(tone, notice, ((note,),))
    if not scope.cross_vendor:
        yield Callout("red", w("notice.few_vendors"), ((w("notice.few_vendors.text", n=len(scope.vendors)),),))
    verdict = book.analysis.validation
    yield Callout(
        verdict.verdict,
        w("notice.verdict", colour=w(f"colour.{verdict.verdict}")),
        ((w.text(verdict.verdict_text), Jump(w("see.certificate"), "certificate")),),
    )


def tiles(book: Book) -> tuple[Tile, ...]:
    """The figures that size the work."""
    w, scope = book.words, book.analysis.scope
    coverage = book.analysis.validation.coverage
    return (
        Tile(str(scope.n_cases), w("tile.cases")),
        Tile(str(scope.n_customers), w("tile.customers")),
        Tile(str(len(scope.vendors)), w("tile.vendors")),
        Tile(str(scope.n_products), w("tile.products")),
        Tile(str(len(book.analysis.personas)), w("tile.personas")),
        Tile(w.percent(coverage.share), w("tile.coverage")),
    )
