"""The first page: title, what was analysed, from what, how far to trust it, and what the marks mean (document 1 §6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import Kind
from analysis.report.blocks import Block, Callout, Heading, Jump, Legend, Line, Meta, Tile, Tiles
from analysis.report.book import Book
from analysis.scope import ALL


def build(book: Book, kind: str) -> Iterator[Block]:
    """Title, head lines, notices, figures, legend."""
    w = book.words
    yield Heading(1, w(f"title.{kind}", category=book.category), "top")
    yield Meta(meta(book))
    yield from notices(book)
    yield Tiles(tiles(book))
    yield Legend(tuple((k, w(f"legend.{k.name.lower()}")) for k in Kind))


def meta(book: Book) -> tuple[tuple[str, Line], ...]:
    """The five head lines of document 1 §6.1, and to what the cases were narrowed where they were."""
    w, scope = book.words, book.analysis.scope
    across = "cross" if scope.cross_vendor else "single"
    told = list(narrowed(book))
    only: tuple[tuple[str, Line], ...] = ((w("head.scope"), (w("list.semicolon").join(told),)),) if told else ()
    return (
        (w("head.date"), (scope.as_of,)),
        (w("head.category"), (book.category,)),
        (w("head.sources"), (w("head.sources.value", vendors=w.join([w.vendor(v) for v in scope.vendors])),)),
        (w("head.cases"), (w(f"head.cases.{across}", n=scope.n_cases),)),
        *only,
        (w("head.personas"), (w("head.personas.value", n=len(book.analysis.personas)),)),
    )


def narrowed(book: Book) -> Iterator[str]:
    """The filters in words; the cases without a date, which a filter of dates lets through, counted."""
    w, scope = book.words, book.analysis.scope
    if scope.tier_filter != ALL.tiers:
        yield w("head.scope.tiers", names=w.join([w(f"tier.{t}") for t in scope.tier_filter]))
    for name, dimension in (("vendors", "vendor"), ("industries", "industry")):
        if codes := scope.filters.get(name):
            yield w(f"head.scope.{name}", names=w.join([w.code(dimension, c) for c in codes.split(",")]))
    if since := scope.filters.get("since"):
        yield w("head.scope.since", date=since)
        if undated := sum(not c.published for c in book.analysis.cases):
            yield w("head.scope.undated", n=undated)


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
