"""四、品类级需求-特性映射: matrix, decision factors, key insights (document 1 §3.1, §3.2, §6.1)."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import Factor, Kind, Need, Persona
from analysis.report.blocks import Block, Bullets, Claim, Figures, Heading, Item, Label, Line, Missing, Muted, Para, Strong, Table
from analysis.report.book import Book
from analysis.report.charts import weights
from analysis.report.sections.personas import metric, priority


def build(book: Book) -> Iterator[Block]:
    """Matrix, factors with charts, insights."""
    w = book.words
    yield Heading(2, w("h.4"), "needs")
    yield Heading(3, w("h.4.1"), "needs-matrix")
    yield matrix(book)
    yield Heading(3, w("h.4.2"), "needs-factors")
    yield from factors(book)
    yield Heading(3, w("h.4.3"), "needs-insights")
    numbered = enumerate(book.analysis.insights[:5], 1)
    yield Bullets(tuple(Item((Label(w("insight.numbered", n=n), bold=False), book.say(s))) for n, s in numbered) or book.items(()))


def matrix(book: Book) -> Block:
    """The five columns of document 1 §3.1, and the priority with its share of cases."""
    w = book.words
    head = tuple(w(k) for k in ("m.persona", "m.need", "m.features", "m.metric", "m.weight", "p.priority"))
    rows = tuple(row(book, p, n, first=i == 0) for p in book.personas() for i, n in enumerate(sorted(p.needs, key=lambda n: -n.weight)))
    return Table(head, rows or (((Missing(w("reason.no_persona")),), (), (), (), (), ()),), numeric=(4,), wide=True)


def row(book: Book, p: Persona, need: Need, first: bool) -> tuple[Line, ...]:
    """One need of one persona."""
    w = book.words
    name: Line = (Strong(w.text(p.name)),) if first else ()
    return name, (w.text(need.need),), (w.text(need.features),), (metric(book, need),), (w.percent(need.weight),), priority(book, need)


def factors(book: Book) -> Iterator[Block]:
    """How to read the weights, a chart a persona, and the ranking in words with the prior apart."""
    w = book.words
    yield Para((Muted(w("factors.how")),))
    held = [p for p in book.personas() if p.factors]
    if held:
        yield Figures(tuple(weights(book, p) for p in held))
    for p in held:
        yield Para((Strong(w("factors.of", name=w.text(p.name))),))
        yield Bullets(tuple(Item(factor(book, f)) for f in sorted(p.factors, key=lambda f: f.rank)), ordered=True)
        yield Bullets((Item((Label(w("p.vendor")), *book.line(p.vendor_type)), book.items(p.choice_factors)),))


def factor(book: Book, f: Factor) -> Line:
    """``安全合规 (30%) → 等保/国密/审计`` with its interval, its firmness and the prior apart."""

    w = book.words
    concerns = w.text(f.concerns)
    said = (
        w("factor.line", label=w.text(f.label), percent=w.percent(f.weight), concerns=concerns)
        if concerns
        else w("factor.bare", label=w.text(f.label), percent=w.percent(f.weight))
    )
    note = w.join([x for x in (w.interval(f.interval), w("factor.firm", percent=w.percent(f.rank_stability))) if x])
    claim = Claim(Kind.STATISTIC, said, book.refs(f.cases), book.cite(f.quotes), note)
    prior: Line = () if f.prior is None else (Muted(w("factor.prior", percent=w.percent(f.prior))),)
    return (claim, *prior)
