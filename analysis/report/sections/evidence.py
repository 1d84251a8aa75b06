"""证据索引: every case with its source, archived record and quotes; where every reference leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from analysis.model import CaseRow, Quote
from analysis.report.blocks import Block, EvidenceIndex, EvidenceView, Line, Missing, Muted, Para, QuoteView
from analysis.report.book import Book

ROOMY = 1500  # up to so many quotes whole sentences are shown; beyond, the file stays small by shorter surroundings
NEAR = 60
A_FIELD = 2  # quotes that nobody cites, shown for each field of a case


def build(book: Book) -> Iterator[Block]:
    """The cases that the document holds; every section that cites must have been built before."""
    w, told = book.words, book.told()
    yield book.appendix("evidence", "evidence")
    yield Para((Muted(w("evidence.how")),))
    width = 10_000 if len(book.analysis.quotes) <= ROOMY else NEAR
    by_case: dict[str, dict[int, list[Quote]]] = {c.id: {} for _, c in told}
    for quote in book.analysis.quotes:
        if quote.case in by_case:
            by_case[quote.case].setdefault(book.number(quote), []).append(quote)
    yield EvidenceIndex(tuple(view(book, n, c, by_case[c.id], width) for n, c in told))


def view(book: Book, number: int, case: CaseRow, quotes: Mapping[int, list[Quote]], width: int) -> EvidenceView:
    """A case as evidence."""
    w = book.words
    dated = w("sources.about", tier=w(f"tier.{case.tier}"), date=case.published or w("date.unknown"))
    proof: Line = (Muted(w("evidence.proof", proof=w.phrase(case.proof))),) if case.proof else ()
    source: Line = (book.source(case), Muted(dated), *proof)
    shown = [quoted(book, n, held, width) for n, held in chosen(book, quotes)]
    rest = len(quotes) - len(shown)
    more = w("evidence.more", n=rest) if rest else ""
    return EvidenceView(
        number, case.customer, (book.offer(case),), source, case.page_digest or w("record.none"), facts(book, case), tuple(shown), more
    )


def chosen(book: Book, quotes: Mapping[int, list[Quote]]) -> Iterator[tuple[int, list[Quote]]]:
    """Every quote that is cited, and of the others the first few a field; all of them stand in the workbook."""
    seen: Counter[str] = Counter()
    for number, held in quotes.items():
        fields = {q.field for q in held}
        if number in book.cited or any(seen[f] < A_FIELD for f in fields):
            seen.update(fields)
            yield number, held


def facts(book: Book, case: CaseRow) -> tuple[tuple[str, Line], ...]:
    """The fields that the quotes support, in words; 未知 with the reason."""
    w = book.words
    challenges = w.join([w.code("factor", f) for f in case.challenges])
    values = {
        "industry": w.code("industry", case.industry) if case.industry else "",
        "company_size": w.code("company_size", case.company_size) if case.company_size else "",
        "scenario": w.code("scenario", case.scenario) if case.scenario else "",
        "challenges": challenges,
        "benefits": book.benefits(case, 8),
    }
    return tuple((w(f"field.{k}"), (v,) if v else (Missing(reason(book, case, k)),)) for k, v in values.items())


def reason(book: Book, case: CaseRow, field: str) -> str:
    """Why a field is unknown, in the reader's language."""
    code = case.unknown.get(field, "")
    key = f"unknown.{code}"
    return book.words(key) if code and book.words.has(key) else book.words.phrase(code)


def quoted(book: Book, number: int, held: list[Quote], width: int) -> QuoteView:
    """A quote in its sentence with the fields it supports; the surroundings shortened to ``width`` characters."""
    w, q = book.words, held[0]
    before = q.before if len(q.before) <= width else "…" + q.before[-width:]
    after = q.after if len(q.after) <= width else q.after[:width] + "…"
    where = w.join([w.code("where", part) for part in dict.fromkeys(q.where.split("/")) if part])
    fields = w.join([w.code("field", f) for f in dict.fromkeys(x.field for x in held)])
    return QuoteView(number, fields, before, q.quote, after, where, number in book.cited)
