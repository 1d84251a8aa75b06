"""官方来源之间的冲突: both sides of every fact on which official sources disagree, and which was taken (document 3 案例2)."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import Conflict
from analysis.report.blocks import Badge, Block, Line, Para, Strong, Table
from analysis.report.book import Book


def build(book: Book) -> Iterator[Block]:
    """A row for each side of a conflict, the adopted one first with the reason."""
    w, held = book.words, book.analysis.conflicts
    yield book.appendix("conflicts", "conflicts")
    if not held:
        yield Para((w("conflict.none"),))
        return
    rows = tuple(row for c in held for row in _rows(book, c))
    yield Table(tuple(w(k) for k in ("col.customer", "missing.field", "conflict.sides", "conflict.reason")), rows)


def _rows(book: Book, conflict: Conflict) -> Iterator[tuple[Line, ...]]:
    w = book.words
    for n, side in enumerate(conflict.sides):
        verdict = Badge(w("conflict.adopted"), "green") if n == conflict.adopted else Badge(w("conflict.kept"), "amber")
        why = (w.text(conflict.reason),) if n == 0 else ()
        yield (Strong(conflict.customer),), (w.code("field", conflict.field),), (verdict, " ", book.say(side)), why
