"""客户画像卡片: one card a persona for the next sales meeting, to the letter of document 1 §6.3; each prints on one page."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import Concern, Kind, Need, Persona, Statement
from analysis.report.blocks import Badge, Block, Bullets, Card, CardPart, Item, Label, Line, Missing, Muted, Para, Strong
from analysis.report.book import Book
from analysis.report.sections.head import narrowed
from analysis.report.sections.interviews import card_part
from analysis.report.sections.personas import metric, representatives


def build(book: Book) -> Iterator[Block]:
    """The cards as an appendix."""
    yield book.appendix("cards", "cards")
    yield from cards(book)


def cards(book: Book) -> Iterator[Block]:
    """All cards in order of rank; says so where there is no persona."""
    if not book.analysis.personas:
        yield Para((Missing(book.words("reason.no_persona")),))
    yield from (card(book, p) for p in book.personas())


def card(book: Book, p: Persona) -> Card:
    """The seven parts of document 1 §6.3."""
    w, scope = book.words, book.analysis.scope
    title = w("c.title", category=book.category, name=w.text(p.name))
    status = Badge(w(f"persona_status.{p.status}"), "green" if p.stable else "amber")
    notice = "" if scope.origin == "archive" else w.text(scope.origin_note)
    vendors = w.join([w.vendor(v.vendor) for v in p.vendors if v.share.n])
    only = w("list.semicolon").join(narrowed(book))
    foot = w("card.foot", date=scope.as_of, share=w.share(p.prevalence), vendors=vendors)
    foot += w("card.narrowed", scope=only) if only else ""
    why = w("list.semicolon").join(w.text(r) for r in p.status_reasons)
    return Card(f"card-{p.rank}", title, status, notice, parts(book, p), (w("card.why", reasons=why, foot=foot) if why else foot,))


def parts(book: Book, p: Persona) -> tuple[CardPart, ...]:
    """Target, needs, features, value, concerns, leaning, contact."""
    return (
        target(book, p),
        several(book, "💡", "c.needs", (("c.needs.challenges", tuple(x.text for x in p.pains)), ("c.needs.goals", p.business_goals))),
        features(book, p),
        several(book, "🎁", "c.value", (("c.value.selling", p.selling_points), ("c.value.benchmarks", p.benchmarks)), "c.value.note"),
        CardPart("⚠️", book.words("c.concerns"), "", Bullets(tuple(concern(book, c) for c in shown(p)) or book.items(()))),
        part(book, "🏢", "c.vendor", (("c.vendor.type", book.line(p.vendor_type)), ("c.vendor.choice", book.run(p.choice_factors, 2)))),
        part(
            book,
            "📞",
            "c.contact",
            (
                ("c.contact.role", book.line(p.contact_role)),
                ("c.contact.entry", book.line(p.entry_point)),
                ("c.contact.cycle", book.line(p.decision_cycle)),
            ),
        ),
        *card_part(book, p),
    )


def part(book: Book, icon: str, title: str, rows: tuple[tuple[str, Line], ...]) -> CardPart:
    """A part of labelled lines."""
    w = book.words
    return CardPart(icon, w(title), "", Bullets(tuple(Item((Label(w(k), bold=False), *line)) for k, line in rows)))


def several(book: Book, icon: str, title: str, rows: tuple[tuple[str, tuple[Statement, ...]], ...], note: str = "") -> CardPart:
    """A part of labelled lists: two statements each, a line of its own for every one."""
    w = book.words
    items = tuple(Item((Label(w(k), bold=False),), book.items(said, 2)) for k, said in rows)
    return CardPart(icon, w(title), w(note) if note else "", Bullets(items))


def target(book: Book, p: Persona) -> CardPart:
    """🎯 目标客户."""
    w = book.words
    made = part(
        book,
        "🎯",
        "c.target",
        (("c.target.industry", (book.counts(book.top(p.industries), 4),)), ("c.target.size", (book.counts(p.sizes, 3),))),
    )
    customers = Item((Label(w("c.target.customers"), bold=False),), representatives(book, p, reasons=False))
    return CardPart(made.icon, made.title, "", Bullets((*made.body.items, customers)))


def features(book: Book, p: Persona) -> CardPart:
    """⭐ 关注特性（按优先级）: ``特性 - 关键指标 - 跨厂商差异``."""
    w = book.words
    needs = sorted(p.needs, key=lambda n: (n.priority, -n.weight))[:3]
    items = tuple(Item(feature(book, n)) for n in needs)
    return CardPart("⭐", w("c.features"), w("c.features.note"), Bullets(items or book.items(()), ordered=bool(items)))


def feature(book: Book, n: Need) -> Line:
    """One of the three."""
    w = book.words
    difference = (" - ", book.say(n.vendor_difference)) if n.vendor_difference else (" - ", Muted(w("difference.none")))
    return (Strong(w.text(n.features)), " - ", metric(book, n), *difference)


def shown(p: Persona) -> tuple[Concern, ...]:
    """Two concerns; where customers said theirs, two of these and the first of the rule base beside them."""
    heard = [c for c in p.concerns if c.concern.kind is Kind.INTERVIEW]
    return (*heard[:2], *[c for c in p.concerns if c not in heard][: 1 if heard else 2])


def concern(book: Book, c: Concern) -> Item:
    """A concern and what to answer."""
    w = book.words
    return Item(book.line(c.concern), (Item((Label(w("c.concerns.answer"), bold=False), *book.line(c.answer))),))
