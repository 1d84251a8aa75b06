"""执行检查清单与常见陷阱: computed, not ticked by hand (document 1 执行检查清单, 常见陷阱提醒)."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.report.blocks import Block, Heading
from analysis.report.book import Book
from analysis.report.sections.certificate import checks


def build(book: Book) -> Iterator[Block]:
    """The checklist, then the pitfalls."""
    w = book.words
    yield book.appendix("checklist", "checklist")
    yield Heading(3, w("checklist.steps"), "checklist-steps")
    yield checks(book, book.analysis.checklist)
    yield Heading(3, w("checklist.pitfalls"), "checklist-pitfalls")
    yield checks(book, book.analysis.pitfalls)
