"""五、跨厂商客户对比: the table of document 1 §4.1, what decides the choice, the summary of §4.2, white space."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import UNSET

from analysis.model import Count, Kind, Statement, VendorProfile, WhiteSpace
from analysis.report.blocks import Badge, Block, Bullets, Claim, Heading, Item, Label, Line, Missing, Muted, Para, Part, Strong, Table
from analysis.report.book import Book

CELLS = 10  # empty cells shown, the emptiest first; all of them stand in analysis.json


def build(book: Book) -> Iterator[Block]:
    """Table, choice, summary, white space."""
    w, c = book.words, book.analysis.comparison
    yield Heading(2, w("h.5"), "vendors")
    yield Heading(3, w("h.5.1"), "vendors-structure")
    if c.dates is not UNSET:
        yield Para((book.say(c.dates),))
    yield table(book)
    yield from over_represented(book)
    yield Heading(3, w("h.5.2"), "vendors-choice")
    yield Bullets(book.items(c.choice))
    yield from summary(book)
    yield from white_space(book)


def table(book: Book) -> Block:
    """One column a vendor, one row a dimension, the insight last."""
    w, c = book.words, book.analysis.comparison
    head = (w("v.dimension"), *(w("vendor.n", vendor=w.vendor(p.vendor), n=len(p.cases)) for p in c.profiles), w("v.insight"))
    rows = []
    for n, (key, cell) in enumerate(ROWS):
        insight = book.say(c.rows[n] if n < len(c.rows) else None)
        rows.append(((Strong(w(key)),), *((cell(book, p),) for p in c.profiles), (insight,)))
    return Table(head, tuple(rows), wide=True)


def ranked(book: Book, counts: tuple[Count, ...]) -> Claim | Missing:
    """``成本 > 安全 > 性能`` by number of cases."""
    w = book.words
    known = [c for c in counts if c.code is not None][:4]
    if not known:
        return Missing(w("reason.no_case_says"))
    return Claim(
        Kind.STATISTIC, w("list.greater").join(w("count.share", label=w.text(c.label), percent=w.percent(c.share.share)) for c in known)
    )


ROWS: tuple[tuple[str, Callable[[Book, VendorProfile], Part]], ...] = (
    ("v.industry", lambda book, p: book.shares(p.industries, 3)),
    ("v.size", lambda book, p: book.shares(p.sizes, 3)),
    ("v.scenario", lambda book, p: book.shares(p.scenarios, 2)),
    ("v.factors", lambda book, p: ranked(book, p.factors)),
    ("v.cycle", lambda book, p: book.say(p.decision_cycle)),
)


def over_represented(book: Book) -> Iterator[Block]:
    """What a vendor has more of than the category, unless the summary below tells it."""
    told = {s.text for s in book.analysis.comparison.differences}
    held = [(p, rest) for p in book.analysis.comparison.profiles if (rest := [s for s in p.over_represented if s.text not in told])]
    if held:
        w = book.words
        yield Para((Strong(w("vendors.over")),))
        yield Bullets(tuple(Item((Label(w.vendor(p.vendor), bold=False), *book.run(rest))) for p, rest in held))


def summary(book: Book) -> Iterator[Block]:
    """跨厂商客户洞察总结 (document 1 §4.2)."""
    w, c = book.words, book.analysis.comparison
    parts: tuple[tuple[str, tuple[Statement, ...]], ...] = (
        ("h.42.common", c.common_needs),
        ("h.42.differences", c.differences),
        ("h.42.openings", c.openings),
    )
    for key, said in parts:
        yield Heading(4, w(key), key.replace("h.42.", "vendors-"))
        yield Bullets(book.items(said))


def white_space(book: Book) -> Iterator[Block]:
    """The cells with fewer cases than expected."""
    w = book.words
    held = [x for x in book.analysis.comparison.white_space if x.significant]
    yield Heading(4, w("white.title"), "vendors-white-space")
    yield Para((Muted(w("white.how")),))
    head = tuple(w(k) for k in ("col.vendor", "m.persona", "col.factor", "white.observed", "white.expected", "white.p"))
    if held:
        yield Table(head, tuple(cell(book, x) for x in held[:CELLS]), numeric=(3, 4, 5))
        yield from [Para((Muted(w("white.more", n=len(held) - CELLS)),))] if len(held) > CELLS else []
    else:
        yield Para((w("white.none", n=len(book.analysis.comparison.white_space)),))


def cell(book: Book, x: WhiteSpace) -> tuple[Line, ...]:
    """A cell of the map as a row."""
    w = book.words
    numbers = (str(x.observed),), (f"{x.expected:.1f}",), (Badge("< 0.001" if x.p_value < 0.001 else f"{x.p_value:.3f}"),)
    return (w.vendor(x.vendor),), (book.persona_name(x.persona),), (w.code("factor", x.factor),), *numbers
