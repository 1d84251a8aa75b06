"""八、信息来源: every case with its official link, and the documents behind the method (document 1 §6.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.model import CaseRow, Kind
from analysis.report.blocks import Block, Bullets, Heading, Item, Line, Muted, Strong
from analysis.report.book import Book

FEW = 20  # cases a vendor that a large category lists by name
PLACE = re.compile(r"文档(\d) ?((?:§[\d.]+(?:–[\d.]+)?)?)")


def build(book: Book) -> Iterator[Block]:
    """Cases by vendor, then references."""
    w, scope = book.words, book.analysis.scope
    yield Heading(2, w("h.8"), "sources")
    yield Heading(3, w("h.8.cases"), "sources-cases")
    groups = [(v, [c for c in book.analysis.cases if c.vendor == v]) for v in vendors(book)]
    yield Bullets(tuple(Item((Strong(w("vendor.n", vendor=w.vendor(v), n=len(held))),), listed(book, held)) for v, held in groups))
    yield Heading(3, w("h.8.docs"), "sources-documents")
    refs = [
        w("sources.framework"),
        w("sources.library", digest=book.analysis.library_digest or w("unknown")),
        w("sources.origin", origin=w(f"origin.{scope.origin}")),
    ]
    notes = tuple(Item((w.text(n),)) for n in book.analysis.notes)
    yield Bullets((*(Item((r,)) for r in refs), *(Item((r,)) for r in rules(book)), *notes))


def listed(book: Book, held: list[CaseRow]) -> tuple[Item, ...]:
    """The cases of a vendor; of a large category the first few and where the others are."""
    few = held[:FEW] if book.large else held
    rest = (Item((Muted(book.words("cases.rest", n=len(held) - len(few))),)),) if len(few) < len(held) else ()
    return (*(Item(line(book, c)) for c in few), *rest)


def vendors(book: Book) -> list[str]:
    """The vendors that have cases, in the order of the scope."""
    return list(dict.fromkeys([*book.analysis.scope.vendors, *(c.vendor for c in book.analysis.cases)]))


def line(book: Book, case: CaseRow) -> Line:
    """Customer, link or 链接缺失, tier and date."""
    w = book.words
    about = w("sources.about", tier=w(f"tier.{case.tier}"), date=case.published or w("date.unknown"))
    return book.ref(case.id), book.source(case), Muted(about)


def rules(book: Book) -> Iterator[str]:
    """The parts of the rule base that the report rests on, how many entries of each, and the places they were drawn from."""
    w, held = book.words, {s for s in prior_sources(book) if s}
    for name in sorted({s.split(".")[0] for s in held}):
        mine = [s for s in held if s.split(".")[0] == name]
        places = sorted({p for s in mine for p in PLACE.findall(s)})
        said = w("list.comma").join(w.source(f"文档{document} {section}".strip()) for document, section in places)
        yield w("sources.rule", name=name, n=len(mine), places=said or w("unknown"))


def prior_sources(book: Book) -> Iterator[str]:
    """The entries behind the priors of every persona."""
    for p in book.analysis.personas:
        said = (p.decision_cycle, p.key_roles, p.vendor_type, p.contact_role, p.entry_point, *p.strategy, *p.product_advice)
        said += (*p.selling_points, *p.choice_factors, *(c.concern for c in p.concerns), *(c.answer for c in p.concerns))
        yield from (s.source for s in said if s.kind is Kind.PRIOR)
