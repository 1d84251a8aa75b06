"""``checklist.md``: 执行检查清单 of document 1, each line computed; then the floors and the pitfalls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.model import Analysis, Check
from analysis.report.book import Book
from analysis.report.escape import markdown as esc
from analysis.report.words import Words

BOX = {"green": "x", "amber": "x", "red": " "}


def checklist_md(analysis: Analysis, words: Words) -> str:
    """Ticked where the check is green or amber (amber says so), empty where it is red."""
    book = Book(analysis, words)
    parts = (("checklist.steps", analysis.checklist), ("checklist.floors", analysis.floors), ("checklist.pitfalls", analysis.pitfalls))
    head = [f"# {esc(words('checklist.of', category=book.category, date=analysis.scope.as_of))}", esc(words("checklist.how"))]
    return "\n\n".join([*head, *(part(book, key, checks) for key, checks in parts)]) + "\n"


def part(book: Book, key: str, checks: Iterable[Check]) -> str:
    """A heading and its lines."""
    lines = list(tasks(book, checks)) or [f"- {book.words('none')}"]
    return "\n".join([f"## {book.words(key)}", "", *lines])


def tasks(book: Book, checks: Iterable[Check]) -> Iterator[str]:
    """``- [x] 确认分析日期 — 通过：2026-01-15``."""
    w = book.words
    for c in checks:
        said = w("checklist.line", name=w(f"colour.{c.colour}"), finding=w.text(c.finding))
        cases = f" ({w.join([book.case(x).customer for x in c.cases[:10]])})" if c.cases else ""
        yield f"- [{BOX[c.colour]}] {esc(w.text(c.name))} — {esc(said + cases)}"
