"""访谈与决策委员会: what interviews say beside what was assumed, common and differing traits, red flags, contradictions (document 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import UNSET

from analysis.interviews.vocabulary import fields
from analysis.model import Conflict, Kind, Panel, Persona, Statement, Trait
from analysis.report.blocks import Badge, Block, Bullets, CardPart, Claim, Heading, Item, Label, Line, Missing, Muted, Para, Strong, Table
from analysis.report.book import Book
from analysis.report.sections.certificate import checks

TRAITS, SIDES = 12, 6  # rows shown of each; all stand in analysis.json
COMPARED: tuple[tuple[str, Callable[[Persona], Statement]], ...] = (
    ("p.cycle", lambda p: p.decision_cycle),
    ("p.roles", lambda p: p.key_roles),
    ("p.vendor_type", lambda p: p.vendor_type),
    ("c.contact.role", lambda p: p.contact_role),
    ("j.key", lambda p: p.journey.key_stages),
    ("j.concern", lambda p: p.journey.main_concerns),
    ("j.moment", lambda p: p.journey.best_moment),
)


def build(book: Book) -> Iterator[Block]:
    """Nothing without interviews; else a chapter a persona."""
    w, held = book.words, book.analysis.interviews
    if held is UNSET:
        return
    yield book.appendix("interviews", "interviews")
    yield Bullets((*book.items(held.notes), Item((Muted(w("interviews.privacy")),))))
    for p in book.personas():
        yield Heading(3, w("h.persona", n=p.rank, name=w.text(p.name)), f"interviews-{p.rank}")
        yield from chapter(book, p) if p.heard is not UNSET else (Para((Muted(w("interviews.none")),)),)


def chapter(book: Book, p: Persona) -> Iterator[Block]:
    """What stands on what, compared, counted, lacking, contradicting."""
    if p.heard is UNSET:
        return
    w, panel = book.words, p.heard
    yield Para(book.line(panel.standing))
    if rows := tuple(compared(book, p)):
        yield Heading(4, w("interviews.compare"), f"interviews-{p.rank}-compare")
        yield Table(tuple(w(k) for k in ("interviews.attribute", "interviews.said", "interviews.assumed")), rows)
    for kind in ("common", "differing"):
        if held := [t for t in panel.traits if t.kind == kind]:
            yield Heading(4, w(f"interviews.{kind}"), f"interviews-{p.rank}-{kind}")
            yield traits(book, held)
    if panel.committee:
        yield Heading(4, w("interviews.committee"), f"interviews-{p.rank}-committee")
        yield checks(book, panel.committee)
    if panel.disagreements:
        yield Heading(4, w("interviews.disagree"), f"interviews-{p.rank}-disagree")
        yield disagreements(book, panel)


def compared(book: Book, p: Persona) -> Iterator[tuple[Line, ...]]:
    """Every attribute that was heard, and what the rule base says of it."""
    for key, read in COMPARED:
        said = read(p)
        if said.kind is Kind.INTERVIEW and said.beside is not UNSET:
            yield (Strong(book.words(key)),), (book.say(said),), (book.say(said.beside),)


def traits(book: Book, held: list[Trait]) -> Block:
    """Item, value, customers with interval."""
    w = book.words
    rows = tuple(((w.text(t.label),), (w.text(t.value),), (counted(book, t),)) for t in held[:TRAITS])
    return Table(tuple(w(k) for k in ("interviews.attribute", "interviews.value", "interviews.count")), rows)


def counted(book: Book, t: Trait) -> Claim:
    """``5/7 家，71%`` with the interval."""
    w, s = book.words, t.share
    return Claim(Kind.INTERVIEW, w("share.customers", n=s.n, of=s.of, percent=w.percent(s.share)), note=w.interval(s.interval))


def disagreements(book: Book, panel: Panel) -> Block:
    """Both sides of each, the more credible one marked."""
    items = [Item(_line(book, c), tuple(Item(_side(book, c, n)) for n in range(len(c.sides)))) for c in panel.disagreements[:SIDES]]
    if (rest := len(panel.disagreements) - SIDES) > 0:
        items.append(Item((Muted(book.words("interviews.more", n=rest)),)))
    return Bullets(tuple(items))


def _line(book: Book, c: Conflict) -> Line:
    w = book.words
    return (Label(c.customer, bold=False), w.text(fields()[c.field].text), Muted(w.text(c.reason)))


def _side(book: Book, c: Conflict, n: int) -> Line:
    w = book.words
    verdict = Badge(w("conflict.adopted"), "green") if n == c.adopted else Badge(w("conflict.kept"), "amber")
    return (verdict, " ", book.say(c.sides[n]))


def card_part(book: Book, p: Persona) -> tuple[CardPart, ...]:
    """💬 of a card: how many were heard, how they like to be met, what their committees lack; nothing without interviews."""
    if p.heard is UNSET:
        return ()
    w = book.words
    contact = [s for s in p.strategy if s.source == "interviews.contact"]
    flags: Line = tuple(Badge(w.text(c.name), c.colour) for c in p.heard.committee) or (Missing(w("none")),)
    items = [Item((Label(w("c.interviews.standing"), bold=False), *book.line(p.heard.standing)))]
    items += [Item((Label(w("c.contact.how"), bold=False), *book.line(s))) for s in contact]
    items.append(Item((Label(w("c.interviews.flags"), bold=False), *flags)))
    return (CardPart("💬", w("c.interviews"), "", Bullets(tuple(items))),)
