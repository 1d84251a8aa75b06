"""各厂商客户档案, for those who watch competitors: one page a vendor, with its cases and how to stand against it."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.model import Kind, Persona, VendorProfile, VendorShare
from analysis.report.blocks import Badge, Block, Bullets, Claim, Heading, Item, Label, Line, Missing, Muted
from analysis.report.book import Book


def build(book: Book) -> Iterator[Block]:
    """One chapter a vendor."""
    w = book.words
    yield Heading(2, w("profile.title"), "profiles")
    for p in book.analysis.comparison.profiles:
        yield Heading(3, w("vendor.n", vendor=w.vendor(p.vendor), n=len(p.cases)), f"profile-{p.vendor}")
        yield profile(book, p)


def profile(book: Book, p: VendorProfile) -> Block:
    """Structure, personas, cases, what to say against it."""
    w = book.words
    against = book.analysis.comparison.versus.get(p.vendor, ())
    rows: tuple[tuple[str, Line, tuple[Item, ...]], ...] = (
        ("profile.products", products(book, p.vendor), ()),
        ("v.industry", (book.counts(p.industries),), ()),
        ("v.size", (book.counts(p.sizes),), ()),
        ("v.scenario", (book.counts(p.scenarios),), ()),
        ("v.factors", (book.counts(p.factors, 6),), ()),
        ("profile.personas", (), tuple(Item(line) for line in personas(book, p.vendor)) or book.items(())),
        ("profile.cases", book.cases(p.cases, 40), ()),
        ("profile.versus", (), book.items(against)),
    )
    return Bullets(tuple(Item((Label(w(k)), *line), children) for k, line, children in rows))


def products(book: Book, vendor: str) -> Line:
    """The vendor's products of the category with the number of cases."""
    w = book.words
    held = [x for x in book.analysis.scope.vendor_products if x.vendor == vendor]
    said = w.join([w("profile.product", product=w.product(x.product, vendor), n=len(x.cases)) for x in held])
    return (said,) if said else (Missing(w("reason.none")),)


def personas(book: Book, vendor: str) -> Iterator[Line]:
    """How the vendor stands in each persona, marked where the difference is tested."""
    for p in book.personas():
        found = next((v for v in p.vendors if v.vendor == vendor), None)
        if found and found.share.n:
            yield standing(book, p, found)


def standing(book: Book, p: Persona, v: VendorShare) -> Line:
    """``金融核心系统客户: 4/8 例，50%``, with the lift."""
    w = book.words
    lift = w("profile.lift", lift=f"{v.lift:.1f}") if v.lift is not None else ""
    claim = Claim(Kind.STATISTIC, w.share(v.share), note=lift)
    return (Label(w.text(p.name), bold=False), claim, Badge(w("profile.significant"), "green") if v.significant else Muted(""))
