"""客户变化的提示: how matching customers moved away from the personas in use (document 4 §一); nothing where none were given."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET

from analysis.report.blocks import Block, Callout
from analysis.report.book import Book


def build(book: Book) -> Iterator[Block]:
    """A warning on the first page, red where something moved."""
    w, moved = book.words, book.analysis.moved
    if moved is UNSET:
        return
    still = any(s.source == "stat:moved.none" for s in moved)
    yield Callout("green" if still else "red", w("moved.still" if still else "moved.title"), tuple(book.line(s) for s in moved))
