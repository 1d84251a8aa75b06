"""An Analysis made easy to cite: cases and quotes by number, statements turned into claims. Nothing is computed here."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from msgspec import UNSET

from analysis.figures import sure
from analysis.labels import once
from analysis.model import Analysis, BenefitRow, CaseRow, Count, Kind, Persona, Quote, Share, Statement, Text
from analysis.report.blocks import Badge, CaseRef, CaseSet, Claim, Heading, Item, Line, Link, Missing, Part
from analysis.report.words import Words
from analysis.scope import canonical
from analysis.thresholds import thresholds

MANY_PRODUCTS = 4  # of the category
FEW_PRODUCTS = 2  # of a case whose products of the category are not known by name
CHECKED = 80  # characters of a quote that stands where its figure cannot
NAMED = 8  # cases of a statement that the drawer opens whole; of a large category the page holds only those


class Book:
    """Looks up what a section wants to say and remembers which quotes were cited."""

    def __init__(self, analysis: Analysis, words: Words) -> None:
        self.analysis = analysis
        self.words = words
        self.cited: set[int] = set()
        self.large = len(analysis.cases) > thresholds().detail_limit
        self._named: set[int] = set()
        self._appendices = 0
        self._cases = {c.id: (n, c) for n, c in enumerate(analysis.cases, 1)}
        self._refs = {id_: CaseRef(c.customer, n) for id_, (n, c) in self._cases.items()}
        spans = {span(q): 0 for q in analysis.quotes}  # one number a place in a page, however many values rest on it
        self._spans = {key: n for n, key in enumerate(spans, 1)}
        self._quotes = {q.id: (self._spans[span(q)], q) for q in analysis.quotes}
        self._own: dict[str, list[str]] = {}
        for used in analysis.scope.vendor_products:
            for case in used.cases:
                self._own.setdefault(case, []).append(used.product)
        self._personas = {p.id: p for p in analysis.personas}

    @property
    def category(self) -> str:
        """The category's name in the document's language."""
        return self.words.category(self.analysis.scope.category)

    def appendix(self, key: str, anchor: str) -> Heading:
        """The heading of the next appendix: 附录A, 附录B …"""
        self._appendices += 1
        letter = chr(ord("A") + self._appendices - 1)
        return Heading(2, self.words("appendix", letter=letter, title=self.words(f"appendix.{key}")), anchor)

    def case(self, case_id: str) -> CaseRow:
        """The case; KeyError for one that the analysis does not hold."""
        return self._cases[case_id][1]

    def ref(self, case_id: str) -> CaseRef:
        """A reference to a case by the customer's name; the document must then hold the case."""
        self._named.add(self._refs[case_id].number)
        return self._refs[case_id]

    def refs(self, case_ids: Iterable[str]) -> tuple[CaseRef, ...]:
        """References to the cases that exist, in the order given, each once."""
        held = tuple(self._refs[c] for c in dict.fromkeys(case_ids) if c in self._cases)
        self._named.update(r.number for r in held[:NAMED])
        return held

    def told(self) -> list[tuple[int, CaseRow]]:
        """The numbered cases that the document holds: all; of a large category those that the sections built so far name or quote."""
        numbered = list(enumerate(self.analysis.cases, 1))
        if not self.large:
            return numbered
        quoted = {q.case for n, q in self._quotes.values() if n in self.cited}
        return [(n, c) for n, c in numbered if n in self._named or c.id in quoted]

    def cases(self, case_ids: Iterable[str], named: int = 5) -> Line:
        """The cases by name when few, else as a set behind one link."""
        held = self.refs(case_ids)
        return held if len(held) <= named else (CaseSet(held),)

    def number(self, quote: Quote) -> int:
        """The number of the place that the quote stands at: E1, E2 …"""
        return self._spans[span(quote)]

    def quote_text(self, quote_id: str) -> str:
        """The quote's words; empty for one that the analysis does not hold."""
        return self._quotes[quote_id][1].quote if quote_id in self._quotes else ""

    def quotes_of(self, quote_ids: Iterable[str], case_ids: Iterable[str], field: str = "") -> tuple[str, ...]:
        """Those of the quotes that are of these cases, and of this field."""
        cases = set(case_ids)
        known = [self._quotes[q][1] for q in quote_ids if q in self._quotes]
        return tuple(q.id for q in known if q.case in cases and field in ("", q.field))

    def cite(self, quote_ids: Iterable[str]) -> tuple[int, ...]:
        """The numbers of the quotes that exist; they count as cited from now on."""
        numbers = tuple(dict.fromkeys(self._quotes[q][0] for q in quote_ids if q in self._quotes))
        self.cited.update(numbers)
        return numbers

    def persona_name(self, persona_id: str | None) -> str:
        """The persona's name, or 未归类."""
        held = self._personas.get(persona_id or "")
        return self.words.text(held.name) if held else self.words("unassigned")

    def cluster_name(self, name: str) -> str:
        """A cluster of a merge, by id or by its Chinese name, as the reader's language calls it."""
        by_name = {p.name.zh: p for p in self.analysis.personas}
        held = self._personas.get(name) or by_name.get(name)
        return self.words.text(held.name) if held else self.words.phrase(name)

    def personas(self) -> tuple[Persona, ...]:
        """The personas by rank."""
        return tuple(sorted(self.analysis.personas, key=lambda p: (p.rank, p.id)))

    def supported(self, statement: Statement) -> bool:
        """Whether an evidence statement has known cases, and known quotes unless its cases were never archived."""
        if statement.kind is not Kind.EVIDENCE:
            return True
        cases = [self._cases[c][1] for c in statement.cases if c in self._cases]
        quoted = any(q in self._quotes for q in statement.quotes)
        return bool(cases) and (quoted or all(c.origin == "starter" for c in cases))

    def say(self, statement: Statement | None) -> Part:
        """A claim, or 未知: a statement without words or without support is not printed."""
        if statement is None or not self.words.text(statement.text).strip():
            return Missing(self.words("reason.empty"))
        if not self.supported(statement):
            return Missing(self.words("reason.unsupported"))
        cases, quotes = self.refs(statement.cases), self.cite(statement.quotes)
        examples = statement.share is not None and len(cases) < statement.share.n
        return Claim(statement.kind, self.words.text(statement.text), cases, quotes, self.note(statement), examples)

    def note(self, statement: Statement) -> str:
        """The share with its interval of a statistic; the entry of the rule base of a prior."""
        w = self.words
        held = statement.share
        if held is not None:
            told = f"{held.n}/{held.of}" in statement.text.zh  # the sentence says it itself
            return w.join([x for x in ("" if told else w.share(held), w.interval(held.interval)) if x])
        return w("prior.source", source=w.source(statement.source)) if statement.kind is Kind.PRIOR and statement.source else ""

    def line(self, statement: Statement | None) -> Line:
        """A statement alone in a line; beside an interview's word what the rule base says."""
        beside = () if statement is None or statement.beside is UNSET else (" ", self.say(statement.beside))
        return (self.say(statement), *beside)

    def items(self, statements: Iterable[Statement], limit: int | None = None) -> tuple[Item, ...]:
        """One item a statement; one 未知 where there is none."""
        held = list(statements)[:limit]
        return tuple(Item(self.line(s)) for s in held) or (Item((Missing(self.words("reason.none")),)),)

    def run(self, statements: Iterable[Statement], limit: int | None = None) -> Line:
        """Statements one after the other in a line."""
        held = list(statements)[:limit]
        return tuple(self.say(s) for s in held) or (Missing(self.words("reason.none")),)

    def counts(self, counts: Iterable[Count], limit: int = 4) -> Part:
        """``金融-银行 12（34%）、…`` as a statistic; the unknown at the end with its number."""
        w, held = self.words, list(counts)
        known = [c for c in held if c.code is not None]
        parts = [self.count(c) for c in known[:limit]]
        if len(known) > limit:
            parts.append(w("counts.more", n=len(known) - limit))
        parts += [self.count(c) for c in held if c.code is None and c.share.n]
        if not known:
            return Missing(w("reason.no_case_says"))
        return Claim(Kind.STATISTIC, w.join(parts), note=w("n.cases", n=held[0].share.of))

    def top(self, counts: Iterable[Count]) -> list[Count]:
        """Industries of the first level, summed over their leaves, most first; leaves where one parent holds them all."""
        held = list(counts)
        sums: dict[str | None, Count] = {}
        for one in held:
            code = one.code.partition(".")[0] if one.code else None
            n = one.share.n + (sums[code].share.n if code in sums else 0)
            of = one.share.of
            label = Text(Words("zh").code("industry", code), Words("en").code("industry", code)) if code else one.label
            sums[code] = Count(code, label, Share(n, of, n / of if of else 0.0))
        known = [c for c in sums.values() if c.code]
        return held if len(known) < 2 else sorted(sums.values(), key=lambda c: (c.code is None, -c.share.n, c.code or ""))

    def shares(self, counts: Iterable[Count], limit: int = 3) -> Part:
        """``金融-银行 40%/互联网 30%`` as document 1 §4.1 writes it, for tables whose head tells the number of cases."""
        w, held = self.words, list(counts)
        known = [c for c in held if c.code is not None][:limit]
        if not known:
            return Missing(w("reason.no_case_says"))
        unknown = [c for c in held if c.code is None and c.share.n]
        return Claim(
            Kind.STATISTIC,
            w("list.slash").join(w("count.share", label=w.text(c.label), percent=w.percent(c.share.share)) for c in [*known, *unknown]),
        )

    def count(self, count: Count) -> str:
        """``金融-银行 12（34%）``."""
        return self.words("count", label=self.words.text(count.label), n=count.share.n, percent=self.words.percent(count.share.share))

    def source(self, case: CaseRow) -> Part:
        """The official link, or 链接缺失."""
        return Link(self.words("official.link"), case.url) if case.url else Badge(self.words("link.missing"), "amber")

    def offer(self, case: CaseRow) -> str:
        """Vendor and the products of the category, the vendor once: ``AWS Amazon S3``, ``阿里云 OSS``."""
        return once(self.words.vendor(case.vendor), self.products(case, own=True))

    def products(self, case: CaseRow, own: bool = False) -> str:
        """The category's own products by name, the others as a number (``own``: not told); 未知 where none is known."""
        w = self.words
        mine = self._own.get(case.id, [])[:MANY_PRODUCTS] or list(case.products)[:FEW_PRODUCTS]
        shown = w.join([w.product(p, case.vendor) for p in dict.fromkeys(mine)]) or w("unknown")
        rest = len(
            {canonical(p, case.vendor) for p in (*case.products, *self._own.get(case.id, ()))} - {canonical(p, case.vendor) for p in mine}
        )
        return shown if own or not rest else w("products.rest", shown=shown, n=rest)

    def benefits(self, case: CaseRow, limit: int | None = None) -> str:
        """The benefits in one enumeration, those to be checked last; empty where there are none.

        Within a ``limit`` those to be checked are a number beside what was surely read, and one is quoted where nothing was.
        """
        w = self.words
        held = list(dict.fromkeys(w.text(b.label) for b in case.benefits if sure(b)))
        doubts = list(dict.fromkeys(self.benefit(b) for b in case.benefits if not sure(b)))
        shown = w("list.semicolon").join(held[:limit])
        told = [w("products.more", shown=shown, n=len(held))] if limit and len(held) > limit else [shown] if held else []
        quoted = doubts if limit is None else doubts[: 0 if held else 1]
        rest = [w("benefits.check", n=len(doubts) - len(quoted))] if len(doubts) > len(quoted) else []
        return w("list.semicolon").join([*told, *quoted, *rest])

    def benefit(self, benefit: BenefitRow) -> str:
        """The label; of a figure that cannot be true, or was not surely read, 待核 and the words that it was read from."""
        if sure(benefit):
            return self.words.text(benefit.label)
        quote = " ".join(self.quote_text(benefit.quote).split())
        return self.words("benefit.check.quote", quote=textwrap.shorten(quote, CHECKED)) if quote else self.words("benefit.check")


def span(quote: Quote) -> tuple[str, str, int, int]:
    """Where a quote stands; quotes that stand at one place have one number."""
    return quote.case, quote.page_digest, quote.start, quote.end
