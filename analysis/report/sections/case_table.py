"""案例明细表: every case in a table that sorts and filters."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import CaseRow
from analysis.report.blocks import Badge, Block, CaseTable, CaseView, Line, Muted, Para
from analysis.report.book import Book

COLUMNS = (
    "col.customer",
    "col.vendor",
    "col.product",
    "col.industry",
    "col.size",
    "col.scenario",
    "col.benefits",
    "col.persona",
    "col.source",
)
FILTERS = ("col.vendor", "col.industry", "col.size", "col.scenario", "col.persona", "col.tier")


def build(book: Book) -> Iterator[Block]:
    """The table."""
    w = book.words
    yield book.appendix("case_table", "case-table")
    yield Para((Muted(w("case_table.how")),))
    told = book.told()
    if book.large:
        yield Para((Muted(w("case_table.large", n=len(told), of=len(book.analysis.cases))),))
    rows = tuple(view(book, n, c) for n, c in told)
    choices = [tuple(sorted({r.facets[i] for r in rows})) for i in range(len(FILTERS))]
    yield CaseTable(tuple(map(w, COLUMNS)), tuple((w(k), choices[i]) for i, k in enumerate(FILTERS)), rows)


def view(book: Book, number: int, case: CaseRow) -> CaseView:
    """A case as a row."""
    w = book.words
    industry, size = w.code("industry", case.industry), w.code("company_size", case.company_size)
    scenario, vendor, persona = w.code("scenario", case.scenario), w.vendor(case.vendor), book.persona_name(case.persona)
    named: Line = (persona, Badge(w("outside.borderline"), "amber")) if case.borderline else (persona,)
    cells: tuple[Line, ...] = (
        (book.ref(case.id),),
        (vendor,),
        (book.products(case),),
        unknown_line(book, case, "industry", industry),
        unknown_line(book, case, "company_size", size),
        unknown_line(book, case, "scenario", scenario),
        (book.benefits(case, 4) or Muted(w("benefits.none")),),
        named,
        (book.source(case), *((Badge(w("tier.short"), "plain"),) if case.tier == 2 else ())),
    )
    top = w.code("industry", case.industry.split(".")[0]) if case.industry else w("unknown")
    sort = (case.customer, vendor, book.products(case), industry, size, scenario, str(len(case.benefits)), persona, case.url)
    return CaseView(number, cells, sort, (vendor, top, size, scenario, persona, w(f"tier.{case.tier}")))


def unknown_line(book: Book, case: CaseRow, field: str, shown: str) -> Line:
    """The value, or 未知."""
    return (shown,) if getattr(case, field) is not None else (Muted(book.words("unknown")),)
