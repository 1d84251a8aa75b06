"""官方来源之间的冲突: both sides of every fact on which official sources disagree, and which was taken (document 3 案例2)."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.report.blocks import Badge, Block, Line, Para, Part, Strong, Table
from analysis.report.book import Book


def build(book: Book) -> Iterator[Block]:
    """A row a conflict."""
    w, held = book.words, book.analysis.conflicts
    yield book.appendix("conflicts", "conflicts")
    if not held:
        yield Para((w("conflict.none"),))
        return
    rows: list[tuple[Line, ...]] = []
    for c in held:
        sides: list[Part] = []
        for n, side in enumerate(c.sides):
            sides += [book.say(side), *((Badge(w("conflict.adopted"), "green"),) if n == c.adopted else ())]
        rows.append(((Strong(c.customer),), (w.code("field", c.field),), tuple(sides), (w.text(c.reason),)))
    yield Table(tuple(w(k) for k in ("col.customer", "missing.field", "conflict.sides", "conflict.reason")), tuple(rows))
