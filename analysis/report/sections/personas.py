"""三、通用客户画像定义: every persona with every attribute of the template of document 1 §2.4."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import Kind, Need, Pain, Persona
from analysis.report.blocks import Badge, Block, Bullets, Callout, Claim, Heading, Item, Label, Line, Missing, Muted, Table
from analysis.report.book import Book


def build(book: Book) -> Iterator[Block]:
    """One chapter a persona."""
    w = book.words
    yield Heading(2, w("h.3"), "personas")
    if not book.analysis.personas:
        yield Bullets((Item((Missing(w("reason.no_persona")),)),))
    for persona in book.personas():
        yield Heading(3, w("h.persona", n=persona.rank, name=w.text(persona.name)), f"persona-{persona.rank}")
        yield from chapter(book, persona)


def chapter(book: Book, p: Persona) -> Iterator[Block]:
    """The seven parts of the template, headed by how firm the persona is."""
    yield standing(book, p)
    for name, part in PARTS:
        yield Heading(4, book.words(name), f"persona-{p.rank}-{name.removeprefix('p.')}")
        yield part(book, p)


def standing(book: Book, p: Persona) -> Block:
    """稳定 or 暂定, why, its share of the cases, what sets it apart."""
    w = book.words
    firm = p.stable
    stability = (
        ""
        if p.stability is None
        else w("persona.stability", value=f"{p.stability:.2f}", interval=w.interval(p.stability_interval, percent=False))
    )
    share = w.join([x for x in (w.share(p.prevalence), w.interval(p.prevalence.interval)) if x])
    lines: list[Line] = [(Label(w("p.prevalence")), share), *((w.text(r),) for r in p.status_reasons)]
    lines += [(stability,)] if stability else []
    lines += [(Label(w("p.distinctive")), *book.line(d)) for d in p.distinctive[:3]]
    return Callout("green" if firm else "amber", w("persona.status", status=w(f"persona_status.{p.status}")), tuple(lines))


def facts(book: Book, rows: tuple[tuple[str, Line, tuple[Item, ...]], ...]) -> Block:
    """``- **label**: line`` with children."""
    w = book.words
    return Bullets(tuple(Item((Label(w(key)), *line), children) for key, line, children in rows))


def basic(book: Book, p: Persona) -> Block:
    """基本特征."""
    return facts(
        book,
        (
            ("p.description", book.line(p.description), ()),
            ("p.representatives", (), representatives(book, p)),
            ("p.industries", (book.counts(p.industries),), ()),
            ("p.sizes", (book.counts(p.sizes),), ()),
            ("p.maturity", (book.counts(p.maturities),), ()),
        ),
    )


def representatives(book: Book, p: Persona, reasons: bool = True) -> tuple[Item, ...]:
    """``案例1: [客户名] - [厂商] [产品名]`` with the reason of the choice."""
    w = book.words
    items = []
    for n, held in enumerate(p.representatives[:3], 1):
        case = book.case(held.case)
        where = w("representative", offer=book.offer(case))
        why = (Muted(w.text(held.reason)),) if reasons else ()
        items.append(Item((Label(w("p.case", n=n), bold=False), book.ref(held.case), where, *why)))
    return tuple(items) or (Item((Missing(w("reason.none")),)),)


def business(book: Book, p: Persona) -> Block:
    """业务特征."""
    rows = (
        ("p.scenarios", book.line(p.core_scenarios), ()),
        ("p.challenges", (), book.items(p.technical_challenges)),
        ("p.goals", (), book.items(p.business_goals)),
    )
    return facts(book, rows)


def decision(book: Book, p: Persona) -> Block:
    """决策特征."""
    rows = (
        ("p.cycle", book.line(p.decision_cycle), ()),
        ("p.roles", book.line(p.key_roles), ()),
        ("p.factors", ranking(book, p), ()),
    )
    return facts(book, rows)


def ranking(book: Book, p: Persona) -> Line:
    """``安全 30% > 成本 20% …`` as a statistic."""
    w = book.words
    ranked = sorted(p.factors, key=lambda f: f.rank)
    if not ranked:
        return (Missing(w("reason.no_case_says")),)
    said = w("list.greater").join(w("factor.weight", label=w.text(f.label), percent=w.percent(f.weight)) for f in ranked)
    return (Claim(Kind.STATISTIC, said, note=w("n.cases", n=len(p.cases))),)


def features(book: Book, p: Persona) -> Block:
    """The table of features by priority."""
    w = book.words
    head = tuple(w(k) for k in ("p.priority", "p.feature", "p.focus", "p.difference"))
    needs = sorted(p.needs, key=lambda n: (n.priority, -n.weight))
    return Table(head, tuple(feature(book, n) for n in needs) or (((Missing(w("reason.no_case_says")),), (), (), ()),))


def feature(book: Book, need: Need) -> tuple[Line, ...]:
    """A row: priority with the cases that ask for it, feature, metric with its kind, vendor difference."""
    w = book.words
    difference: Line = book.line(need.vendor_difference) if need.vendor_difference else (Muted(w("difference.none")),)
    return priority(book, need), (w.text(need.features),), (metric(book, need),), difference


def priority(book: Book, need: Need) -> Line:
    """``P0`` and what it rests on: the share of cases, counted."""
    w = book.words
    asking = [c for c in need.cases if need.factor in book.case(c).challenges]  # the others only lend a figure
    quotes = book.cite(book.quotes_of(need.quotes, asking))
    asked = Claim(Kind.STATISTIC, w.share(need.share), book.refs(asking), quotes, w.interval(need.share.interval))
    return (Badge(need.priority, need.priority.lower()), asked)


def metric(book: Book, need: Need) -> Claim | Missing:
    """The key metric: quoted from cases where they have figures; of the rule base where they have none."""
    w = book.words
    said = w.text(need.metric)
    if not said.strip():
        return Missing(w("reason.no_figure"))
    if need.metric_kind is not Kind.EVIDENCE:
        return Claim(need.metric_kind, said)
    cases = [c for c in need.cases if any(named(said, w.text(b.label), book.case(c).customer) for b in book.case(c).benefits)]
    cases = cases or list(need.cases)
    return Claim(Kind.EVIDENCE, said, book.refs(cases), book.cite(book.quotes_of(need.quotes, cases, "benefits") or need.quotes))


def named(said: str, figure: str, customer: str) -> bool:
    """Whether the words tell this figure of this customer."""
    return figure in said and customer in said


def pains(book: Book, p: Persona) -> Block:
    """``痛点1: 描述 + 影响``."""
    items = tuple(Item(pain(book, n, held)) for n, held in enumerate(p.pains, 1))
    return Bullets(items or book.items(()), ordered=bool(items))


def pain(book: Book, n: int, held: Pain) -> Line:
    """What hurts and what it leads to."""
    w = book.words
    impact = held.impact
    return (Label(w("p.pain", n=n), bold=False), book.say(held.text), Label(w("p.impact"), bold=False), book.say(impact))


def value(book: Book, p: Persona) -> Block:
    """价值主张匹配."""
    rows = (("p.selling", p.selling_points), ("p.differentiation", p.differentiation), ("p.benchmarks", p.benchmarks))
    return facts(book, tuple((key, (), book.items(said)) for key, said in rows))


def leaning(book: Book, p: Persona) -> Block:
    """厂商选择倾向."""
    return facts(book, (("p.vendor_type", book.line(p.vendor_type), ()), ("p.choice", (), book.items(p.choice_factors))))


PARTS = (
    ("p.basic", basic),
    ("p.business", business),
    ("p.decision", decision),
    ("p.features", features),
    ("p.pains", pains),
    ("p.value", value),
    ("p.vendor", leaning),
)
