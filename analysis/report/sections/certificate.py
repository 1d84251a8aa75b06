"""可信度证书: how far the personas hold, told so that a layman understands (document 1 §2.2, §2.3; DESIGN §5)."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import Check, Merge, Metric
from analysis.report.blocks import (
    Badge,
    Block,
    Bullets,
    Callout,
    Figures,
    Heading,
    Item,
    Jump,
    Label,
    Line,
    Missing,
    Muted,
    Para,
    Strong,
    Table,
)
from analysis.report.book import Book
from analysis.report.charts import k_curve

REFUSED = 10  # pairs kept apart that are shown; all of them stand in certificate.json
OUTSIDE = 50  # unassigned cases that a large category names in the document


def build(book: Book) -> Iterator[Block]:
    """Verdict, figures, checks, cases outside, merges, k curve, missing values."""
    w, v = book.words, book.analysis.validation
    yield book.appendix("certificate", "certificate")
    unread = () if book.analysis.scope.origin == "archive" else ((w(f"certificate.{book.analysis.scope.origin}"),),)
    yield Callout(v.verdict, w("notice.verdict", colour=w(f"colour.{v.verdict}")), ((w.text(v.verdict_text),), *unread))
    yield Heading(3, w("cert.metrics"), "certificate-metrics")
    yield Table(
        tuple(w(k) for k in ("cert.metric", "cert.value", "cert.means", "cert.against", "cert.better")),
        tuple(metric(book, x) for x in v.metrics),
        wide=True,
    )
    yield Heading(3, w("cert.checks"), "certificate-checks")
    yield checks(book, (*v.triangulation, *book.analysis.floors))
    yield Heading(3, w("cert.outside"), "certificate-outside")
    yield from outside(book)
    yield Heading(3, w("cert.merges"), "certificate-merges")
    yield from merges(book)
    yield Heading(3, w("cert.k"), "certificate-k")
    yield Para((Muted(w("cert.k.how")),))
    if v.k_curve:
        yield Figures((k_curve(book),))
    yield Heading(3, w("cert.missing"), "certificate-missing")
    yield missing(book)


def metric(book: Book, x: Metric) -> tuple[Line, ...]:
    """A figure as a row."""
    w = book.words
    value: Line = (
        (Missing(w("reason.not_computed")),) if x.value is None else (Strong(number(x.value)), Muted(w.interval(x.interval, percent=False)))
    )
    light = Badge(w(f"colour.{x.colour}"), x.colour)
    return (w.text(x.name), light), value, (w.text(x.meaning),), (w.text(x.compared_with), Muted(w.text(x.threshold))), (w.text(x.better),)


def number(value: float) -> str:
    """Whole numbers bare, others with two decimals."""
    return f"{value:.0f}" if float(value).is_integer() and abs(value) > 1 else f"{value:.2f}"


def checks(book: Book, held: tuple[Check, ...]) -> Block:
    """Check, light, finding."""
    w = book.words
    rows = tuple(((Strong(w.text(c.name)),), (Badge(w(f"colour.{c.colour}"), c.colour),), finding(book, c)) for c in held)
    return Table((w("check.name"), w("check.light"), w("check.finding")), rows or (((Missing(w("reason.none")),), (), ()),))


def finding(book: Book, c: Check) -> Line:
    """What was found, the cases it names, and where the rule stands."""
    named = book.cases(c.cases)
    return (book.words.text(c.finding), *named, *((Muted(book.words.source(c.source)),) if c.source else ()))


def outside(book: Book) -> Iterator[Block]:
    """Every unassigned case with its reason, and the borderline ones."""
    w, v = book.words, book.analysis.validation
    yield Para((Label(w("tile.coverage")), w.share(v.coverage), Muted(w.interval(v.coverage.interval))))
    few = v.unassigned[:OUTSIDE] if book.large else v.unassigned
    rows = tuple(Item((book.ref(u.case), w("outside.reason", reason=w.text(u.reason), nearest=book.persona_name(u.nearest)))) for u in few)
    rest = (Item((Muted(w("cases.rest", n=len(v.unassigned) - len(few))),)),) if len(few) < len(v.unassigned) else ()
    yield Bullets((*rows, *rest) or (Item((w("outside.none"),)),))
    if v.borderline:
        yield Para((Label(w("outside.borderline")), *book.cases(v.borderline, 20)))


def merges(book: Book) -> Iterator[Block]:
    """What each deduplication rule did: all that it merged, and the first that it kept apart."""
    w = book.words
    held = dict.fromkeys((*book.analysis.merges, *(m for p in book.analysis.personas for m in p.merges)))
    done, refused = ([m for m in held if m.merged is side] for side in (True, False))
    head = tuple(w(k) for k in ("merge.rule", "merge.joined", "merge.value", "merge.done", "merge.reason"))
    rows = tuple(merge(book, m) for m in (*done, *refused[:REFUSED]))
    yield Table(head, rows, numeric=(2,)) if rows else Para((w("merge.none"),))
    if len(refused) > REFUSED:
        yield Para((Muted(w("merge.more", n=len(refused) - REFUSED)),))


def merge(book: Book, m: Merge) -> tuple[Line, ...]:
    """A merge, done or refused, as a row."""
    w = book.words
    value = w("merge.of", value=number(m.value), threshold=number(m.threshold))
    done = Badge(w("merge.yes") if m.merged else w("merge.no"), "green" if m.merged else "plain")
    return (
        (w.text(m.rule_text),),
        (w.join([w.text(t) for t in m.joined_text] or [book.cluster_name(j) for j in m.joined]),),
        (value,),
        (done,),
        (w.text(m.reason),),
    )


def missing(book: Book) -> Block:
    """Cases without a value, by field and vendor."""
    w, held = book.words, book.analysis.missing
    vendors = list(book.analysis.scope.vendors)
    head = (w("missing.field"), *map(w.vendor, vendors))
    rows = tuple(((w.code("field", f),), *((str(by.get(v, 0)),) for v in vendors)) for f, by in held.items())
    return (
        Table(head, rows, numeric=tuple(range(1, len(head))))
        if rows
        else Para((w("missing.none"), Jump(w("see.case_table"), "case-table")))
    )
