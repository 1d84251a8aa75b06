"""Does every quote stand in its archived page?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from analysis.model import Analysis, Quote
from analysis.report.verify.problem import Problem
from pipelines.archive import Archived, digest
from pipelines.case import Case, Page
from pipelines.errors import UserError
from pipelines.reader import Document, canonical_text


class Holdings(Protocol):
    """What verification asks of a case library."""

    def page(self, digest: str) -> Page | None:
        """A page by digest."""

    def archived(self, digest: str) -> Archived:
        """Its archived record; raises UserError where it has none or the record is damaged."""

    def case(self, case_id: str) -> Case | None:
        """A case by id."""

    def cases(self) -> Iterator[Case]:
        """The current cases."""

    def page_text(self, digest: str) -> str:
        """The canonical text of a page; empty for one it does not hold."""

    def digest(self) -> str:
        """A fingerprint of the current cases."""


def check_archive(analysis: Analysis, library: Holdings) -> Iterator[Problem]:
    """Every cited record is there, gives its text again, and holds the quotes at their spans."""
    pages = {q.page_digest for q in analysis.quotes} | {c.page_digest for c in analysis.cases if c.origin != "starter"}
    texts: dict[str, str] = {}
    for page in sorted(p for p in pages if p):
        text = reread(library, page)
        if isinstance(text, Problem):
            yield text
        else:
            texts[page] = text
    home = {c.id: c.page_digest for c in analysis.cases}
    for quote in analysis.quotes:
        yield from check_quote(quote, texts, home)


def reread(library: Holdings, page_digest: str) -> str | Problem:
    """The canonical text derived again from the archived bytes; the problem where that cannot be."""
    try:
        record = library.archived(page_digest)
    except UserError as error:
        return Problem("missing_record", page_digest, str(error))
    if digest(record.payload) != page_digest:
        return Problem("missing_record", page_digest, f"归档内容的指纹是 {digest(record.payload)}")
    page = library.page(page_digest)
    vendor = page.vendor if page else ""
    text = canonical_text(Document(record.payload, record.media_type, vendor, record.url, record.charset))
    if page is None or page.text != text:
        return Problem("changed_text", page_digest, "重新读归档得到的文字与案例库不同")
    return text


def check_quote(quote: Quote, texts: Mapping[str, str], home: Mapping[str, str]) -> Iterator[Problem]:
    """The quote stands at its span, within the sentence that is shown, in its case's page."""
    if quote.case not in home:
        yield Problem("unknown_case", quote.id, f"引语属于案例 {quote.case}")
    elif home[quote.case] != quote.page_digest:
        yield Problem("wrong_page", quote.id, f"它的案例在页面 {home[quote.case]}")
    text = texts.get(quote.page_digest)
    if text is None:
        if not quote.page_digest:
            yield Problem("missing_record", quote.id, "引语没有写明页面")
        return
    if text[quote.start : quote.end] != quote.quote or not quote.quote:
        code = "misplaced_quote" if quote.quote and quote.quote in text else "invented_quote"
        yield Problem(code, quote.id, f"{quote.start}:{quote.end} 处是“{text[quote.start : quote.end][:60]}”")
        return
    before, after = text[: quote.start], text[quote.end :]
    if not (before.endswith(quote.before) and after.startswith(quote.after)):
        yield Problem("changed_sentence", quote.id)
