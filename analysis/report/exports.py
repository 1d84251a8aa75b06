"""Sheets for people who count themselves: ``cases.csv`` and ``cases.xlsx`` (cases, benefits, evidence; pivot-ready).

No text that came from a page can become a formula, in a header neither; only http and https become links. The same
analysis gives the same bytes: the workbook's creation time is the date of the analysis.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from analysis.model import Analysis, CaseRow
from analysis.report.book import Book
from analysis.report.escape import cell, web
from analysis.report.words import Words

Value = str | float | int | None
URL_LIMIT = 2079  # Excel's longest address
LINKS = 60_000  # Excel takes 65,530 links a sheet

CASE_COLUMNS = (
    "id customer vendor categories products industry industry_leaf company_size size_quote maturity scenario scenario_quote challenges "
    "solution benefits n_benefits persona borderline tier page_kind published lang origin url title"
).split()
BENEFIT_COLUMNS = (
    "case customer vendor industry persona subject direction value unit value_from value_to bound label confidence quote url".split()
)
EVIDENCE_COLUMNS = "number case customer vendor field quote sentence where start end page_digest url".split()


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, headers, rows of typed values and which columns are links."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    links: tuple[int, ...] = ()


def sheets(analysis: Analysis, words: Words) -> tuple[Sheet, Sheet, Sheet]:
    """The sheets of cases, benefits and evidence."""
    book = Book(analysis, words)
    return (
        case_sheet(book),
        sheet(words, "benefits", BENEFIT_COLUMNS, [r for c in analysis.cases for r in benefit_rows(book, c)]),
        replace(sheet(words, "evidence", EVIDENCE_COLUMNS, evidence_rows(book)), links=()),  # the same addresses again, as text
    )


def case_sheet(book: Book) -> Sheet:
    """The sheet of cases."""
    return sheet(book.words, "cases", CASE_COLUMNS, [case_row(book, c) for c in book.analysis.cases])


def sheet(words: Words, name: str, columns: Sequence[str], rows: Sequence[tuple[Value, ...]]) -> Sheet:
    """A sheet with its headers in the reader's language."""
    links = tuple(i for i, c in enumerate(columns) if c == "url")
    return Sheet(words(f"sheet.{name}"), tuple(words(f"sheet.col.{c}") for c in columns), tuple(rows), links)


def case_row(book: Book, c: CaseRow) -> tuple[Value, ...]:
    """One case; an unknown value is an empty cell, so that pivots count it apart."""
    w = book.words
    return (
        c.id,
        c.customer,
        w.vendor(c.vendor),
        w.join([book.words.category(x) for x in c.categories]),
        w.join([w.product(p, c.vendor) for p in c.products]),
        w.code("industry", c.industry.split(".")[0]) if c.industry else "",
        w.code("industry", c.industry) if c.industry else "",
        w.code("company_size", c.company_size) if c.company_size else "",
        quotes_of(book, c, "company_size"),
        w.code("maturity", c.maturity) if c.maturity else "",
        w.code("scenario", c.scenario) if c.scenario else "",
        quotes_of(book, c, "scenario"),
        w.join([w.code("factor", f) for f in c.challenges]),
        c.solution or "",
        book.benefits(c),
        len(c.benefits),
        book.persona_name(c.persona),
        w("yes") if c.borderline else w("no"),
        c.tier,
        w.code("page_kind", c.kind or None),
        c.published or "",
        w.code("lang", c.lang),
        w.code("origin", c.origin),
        c.url,
        c.title,
    )


def quotes_of(book: Book, c: CaseRow, field: str) -> str:
    """The page's own words for a field (员工 10 万人), which its code does not keep; empty where the page is not archived."""
    said = list({q.casefold(): q for q in map(book.quote_text, c.quotes.get(field, ())) if q}.values())
    whole = [q for q in said if not any(q.casefold() in other.casefold() for other in said if other != q)]
    return book.words("list.semicolon").join(whole)


def benefit_rows(book: Book, c: CaseRow) -> list[tuple[Value, ...]]:
    """One row a quantified benefit, figures as numbers."""
    w = book.words
    top = w.code("industry", c.industry.split(".")[0]) if c.industry else ""
    head = (c.id, c.customer, w.vendor(c.vendor), top, book.persona_name(c.persona))
    return [
        (
            *head,
            w.code("benefit_subject", b.subject),
            w.code("direction", b.direction),
            b.value,
            w.code("unit", b.unit) if b.unit else "",
            b.value_from,
            b.value_to,
            w.code("bound", b.bound) if b.bound else "",
            book.benefit(b),
            round(b.confidence, 3),
            book.quote_text(b.quote),
            c.url,
        )
        for b in c.benefits
    ]


def evidence_rows(book: Book) -> list[tuple[Value, ...]]:
    """One row a quote, numbered as in the report (E1 …), with its sentence and archived record."""
    w = book.words
    rows: list[tuple[Value, ...]] = []
    for q in book.analysis.quotes:
        number, c = book.number(q), book.case(q.case)
        sentence = f"{q.before}{q.quote}{q.after}"
        where = w.join([w.code("where", p) for p in q.where.split("/") if p])
        rows.append(
            (
                f"E{number}",
                c.id,
                c.customer,
                w.vendor(c.vendor),
                w.code("field", q.field),
                q.quote,
                sentence,
                where,
                q.start,
                q.end,
                q.page_digest,
                c.url,
            )
        )
    return rows


def cases_csv(analysis: Analysis, words: Words) -> bytes:
    """The case sheet as CSV in UTF-8 with a byte order mark, as Excel wants it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    held = case_sheet(Book(analysis, words))
    writer.writerow([cell(h) for h in held.head])
    writer.writerows([cell(v) if isinstance(v, str) else v for v in row] for row in held.rows)
    return out.getvalue().encode("utf-8-sig")


def cases_xlsx(analysis: Analysis, words: Words) -> bytes:
    """The workbook."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": words("title.positioning", category=analysis.scope.category), "created": created(analysis.scope.as_of)})
    style = {
        "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#E4EEF1", "text_wrap": True, "valign": "vcenter"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "link": book.add_format({"font_color": "#1F5568", "underline": 1, "valign": "top"}),
    }
    for held in sheets(analysis, words):
        write(book.add_worksheet(held.name), held, style)
    note = book.add_worksheet(words("sheet.about"))
    note.set_column(0, 0, 100, style["text"])
    for n, line in enumerate(about(analysis, words)):
        note.write_string(n, 0, cell(line), style["text"])
    book.close()
    return out.getvalue()


def about(analysis: Analysis, words: Words) -> list[str]:
    """What the workbook is, from what, as of when."""
    scope = analysis.scope
    return [
        words("sheet.about.what", category=Book(analysis, words).category, date=scope.as_of, n=scope.n_cases),
        words.text(scope.origin_note),
        words("sheet.about.unknown"),
        words("sheet.about.guard"),
    ]


def write(page: Any, held: Sheet, style: dict[str, Any]) -> None:
    """A sheet with frozen header, filter, links and widths by content."""
    for i, head in enumerate(held.head):
        page.write_string(0, i, cell(head), style["head"])
        page.set_column(i, i, width(held, i), style["text"])
    for n, row in enumerate(held.rows, 1):
        for i, value in enumerate(row):
            put(page, n, i, value, style, link=i in held.links and n <= LINKS)
    page.freeze_panes(1, 2)
    page.autofilter(0, 0, max(len(held.rows), 1), len(held.head) - 1)


def put(page: Any, row: int, column: int, value: Value, style: dict[str, Any], link: bool) -> None:
    """A value by its type; an address only when it is a web address."""
    if value is None or value == "":
        page.write_blank(row, column, None, style["text"])
    elif not isinstance(value, str):
        page.write_number(row, column, value, style["text"])
    elif link and web(value) and len(value) <= URL_LIMIT:
        page.write_url(row, column, value, style["link"], string=cell(value))
    else:
        page.write_string(row, column, cell(value), style["text"])


def width(held: Sheet, column: int) -> float:
    """Characters wide enough for most of the column, Han counting double, between 8 and 46."""
    sample = [held.head[column], *(str(r[column]) for r in held.rows[:200] if r[column] not in (None, ""))]
    longest = max(sum(2 if ord(ch) > 0x2E7F else 1 for ch in s) for s in sample)
    return float(min(46, max(8, longest + 2)))


def created(as_of: str) -> datetime:
    """The date of the analysis as the workbook's creation time; a fixed day where it is no date."""
    try:
        return datetime.fromisoformat(as_of).replace(tzinfo=UTC)
    except ValueError:
        return datetime(2000, 1, 1, tzinfo=UTC)
