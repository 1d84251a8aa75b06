"""Questions about the library's official cases: conditions by the catalogue and vocabularies, cases that meet all (issue 7 item 8).

An answer is a list of cases with the pages' own words for what was reached, tier and link; a case of which the library
does not know a value that the question asks for is no match: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, pairwise, zip_longest
from typing import Any

from analysis import labels
from analysis.load import fold
from analysis.research.customers import Customers, ranked
from analysis.research.model import CaseHit
from analysis.research.proofs import Proof, callings, of_industry, of_scenario, proving
from analysis.research.prose import say
from analysis.research.registry import DATA
from analysis.research.results import Result, comparable, results, spread
from analysis.research.rules import alternatives
from analysis.research.terms import concepts, folded
from pipelines.case import Case, Field
from pipelines.catalog import catalogue
from pipelines.catalog.forms import forms
from pipelines.quantities.lexis import expand, words
from pipelines.steps.scenario import vocabulary
from pipelines.text import Hit, Lexicon
from pipelines.vocabulary import codes, load_yaml

Span = tuple[int, int]


@dataclass(frozen=True)
class Cues:
    """``cases.yaml``."""

    cues: tuple[str, ...]
    results: tuple[str, ...]
    measured: tuple[str, ...]
    whose: tuple[str, ...]
    counted: tuple[str, ...]
    who: tuple[str, ...]
    of_customer: tuple[str, ...]
    max_cases: int


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a question asks of a case; an empty part asks nothing.

    ``wants`` is the subject of the results, ``of`` what narrows it (存储 of 存储费用) as written; ``text`` the question itself.
    """

    vendors: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    text: str = ""

    def named(self) -> bool:
        """Whether the question names something of the catalogue."""
        return bool(self.vendors or self.products or self.categories)

    def words(self) -> tuple[str, ...]:
        """The conditions for people."""
        parts = (
            ("vendor", [labels.vendor(v).zh for v in self.vendors]),
            ("product", list(self.products)),
            ("category", list(self.categories)),
            ("industry", [labels.industry(i).zh for i in self.industries]),
            ("scenario", [labels.label("scenario", s).zh for s in self.scenarios]),
            ("benefit", [labels.label("benefit_subject", w).zh for w in self.wants]),
            ("of", list(self.of)),
        )
        return tuple(f"{say(f'cases.{name}')}：{'、'.join(values)}" for name, values in parts if values)

    def speaks(self, sentence: str) -> bool:
        """Whether a sentence tells of what narrows the subject; any does where nothing does."""
        return not self.of or bool(concepts(sentence) & frozenset(c for word in self.of for c in concepts(word)))


@dataclass(frozen=True, slots=True)
class OfCustomer:
    """The cases of the customers named, best result first; ``asked`` are the subjects asked for.

    ``whole``: the question asks for the cases as they stand. Without subjects and without that, other sources may know more.
    """

    names: tuple[str, ...]
    held: tuple[tuple[CaseHit, tuple[Result, ...]], ...]
    asked: tuple[str, ...]
    whole: bool

    def words(self) -> tuple[str, ...]:
        """What was read from the question, for people."""
        subjects = "、".join(labels.label("benefit_subject", a).zh for a in self.asked)
        parts = (("customer", "、".join(self.names)), ("benefit", subjects))
        return tuple(f"{say(f'cases.{name}')}：{value}" for name, value in parts if value)


class CaseBook:
    """The current cases of a library, asked by question."""

    def __init__(self, held: Iterable[Case], page_text: Callable[[str], str] = lambda _: "") -> None:
        self._cases = fold(held)
        self._page_text = page_text

    def about(self, question: str) -> str:
        """The words that make this a question about official cases; empty where it is none."""
        hit = _asks().search(folded(question))
        return hit.group() if hit and conditions(question).named() else ""

    def understood(self, question: str) -> tuple[str, ...]:
        """The conditions read from the question, for people."""
        return conditions(question).words()

    def customer(self, question: str) -> OfCustomer | None:
        """What the cases of the customers that a question names tell; None where it names none of the library."""
        text = folded(question)
        taken = [*_offers(text)[2], *((h.start, h.end) for h in _vendors().find(text))]
        named = Customers(c.customer_name.value or "" for c in self._cases).named(question, taken)
        held = [c for c in self._cases if c.customer_name.value in named.names]
        if not held:
            return None
        asked = wants(text, [*taken, *named.spans])
        pairs = [(c, results(c, asked, self._page_text)) for c in held]
        whole = not asked and bool(alternatives(_cues().of_customer).search(text))
        return OfCustomer(named.names, tuple(_of_name(c, ranked(question, told)) for c, told in pairs if told or not asked), asked, whole)

    def told(self, question: str) -> str:
        """How many cases meet a question, and where it asks how much one thing changed, from the least to the most."""
        asked = conditions(question)
        met = self._met(asked)
        shown = min(len(met), _cues().max_cases)
        count = say("direct.cases", n=len(met)) if shown == len(met) else say("direct.cases_first", n=len(met), shown=shown)
        found = spread([told for _, told in met]) if len(asked.wants) == 1 else None
        if not found:
            return count
        subject = labels.label("benefit_subject", asked.wants[0]).zh
        return count + say("cases.spread", n=found.n, subject=subject, low=found.low, high=found.high, middle=found.middle)

    def find(self, question: str) -> tuple[CaseHit, ...]:
        """The cases that meet every condition: those with quoted results first, then the surer, then by name."""
        return self._meeting(conditions(question))

    def near(self, question: str) -> tuple[str, tuple[CaseHit, ...]]:
        """Where none meets every condition: the one whose loss gives any, in words, and the cases without it."""
        asked = conditions(question)
        parts = ("wants", "scenarios", "industries", "products")
        for names in (*combinations(parts, 1), *combinations(parts, 2)):
            gone: dict[str, Any] = dict.fromkeys(names, ())
            less = replace(asked, **gone)
            if all(getattr(asked, name) for name in names) and less.named() and (found := self._meeting(less)):
                return "、".join(w for w in asked.words() if w not in less.words()), found
        return "", ()

    def _meeting(self, asked: Conditions) -> tuple[CaseHit, ...]:
        return tuple(hit for hit, _ in self._met(asked)[: _cues().max_cases])

    def _met(self, asked: Conditions) -> list[tuple[CaseHit, tuple[Result, ...]]]:
        """All cases that meet the conditions with their results; where results are asked for, those that can be compared first."""
        found = [made for case in self._cases if (made := _hit(case, asked, self._page_text))]
        return sorted(found, key=lambda m: (m[0].doubted, not m[0].benefits, bool(asked.wants) and not comparable(m[1]), *_order(m[0])))


def _order(hit: CaseHit) -> tuple[int, float, str, str]:
    return hit.tier, -hit.confidence, hit.customer, hit.case_id


@cache
def _cues() -> Cues:
    return load_yaml(DATA / "cases.yaml", Cues)


@cache
def _asks() -> re.Pattern[str]:
    return alternatives(_cues().cues)


def conditions(question: str) -> Conditions:
    """The conditions of a question, by the catalogue and the vocabularies of the extraction."""
    text = folded(question)
    products, categories, taken = _offers(text)
    vendors = _named(_vendors(), text, taken)
    trades = [h for h in _industries().find(text) if not _within(h.start, h.end, taken)]
    industries = _finest(tuple(dict.fromkeys(h.entry for h in trades)))
    scenarios = _scenarios(text, [*taken, *((h.start, h.end) for h in trades)])
    named = bool(vendors or products or categories)
    return Conditions(vendors, products, categories, industries, scenarios, wants(text, taken), () if named else narrowing(text), text)


def wants(text: str, taken: Sequence[Span]) -> tuple[str, ...]:
    """The subjects of the results asked for; none where results of any kind are, or none at all.

    Words for those whom a question asks about (客户) are a subject of their own only where they are counted (多少客户); users only
    where nothing else is asked for.
    """
    if _results().find(text) or not alternatives(_cues().measured).search(text):
        return ()
    counted = alternatives(_cues().counted)
    hits = [h for h in _subjects().find(text) if not _within(h.start, h.end, taken)]
    hits = [h for h in hits if h.form.casefold() not in _cues().whose or counted.search(text[: h.start])]
    others = [h for h in hits if h.form.casefold() not in _cues().who]
    return tuple(dict.fromkeys(h.entry for h in _heads(others or hits)))


def _heads(hits: Sequence[Hit[str]]) -> list[Hit[str]]:
    """Without a word right before another: 存储费用 are costs."""
    return [h for h, after in zip_longest(hits, hits[1:]) if after is None or h.end != after.start or h.form.isascii()]


def narrowing(text: str) -> tuple[str, ...]:
    """The words that narrow the subject asked for, as written, where a text names one (存储 of 存储费用)."""
    hits = _subjects().find(text)
    return tuple(dict.fromkeys(h.form for h, after in pairwise(hits) if h.end == after.start and not h.form.isascii()))


def _within(start: int, end: int, taken: Sequence[Span]) -> bool:
    return any(a < end and start < b for a, b in taken)


def _offers(text: str) -> tuple[tuple[str, ...], tuple[str, ...], list[Span]]:
    """Products and categories named, and where; a product's common word (对象存储) is the category."""
    named = [h for h in _products().find(text) if not catalogue().is_common(text[h.start : h.end])]
    taken = [(h.start, h.end) for h in named]
    found = [h for h in _categories().find(text) if not _within(h.start, h.end, taken)]
    taken += [(h.start, h.end) for h in found]
    return tuple(dict.fromkeys(n for h in named for n in h.entry)), tuple(dict.fromkeys(h.entry for h in found)), taken


def _named(lexicon: Lexicon[str], text: str, taken: Sequence[Span]) -> tuple[str, ...]:
    hits = (h for h in lexicon.find(text) if not _within(h.start, h.end, taken))
    return tuple(dict.fromkeys(h.entry for h in hits))


def _finest(found: tuple[str, ...]) -> tuple[str, ...]:
    """Without a group where one of its leaves is named too."""
    return tuple(code for code in found if not any(other.startswith(f"{code}.") for other in found))


def _scenarios(text: str, taken: Sequence[Span]) -> tuple[str, ...]:
    """The scenarios that words of the question tell by themselves, apart from names of products and of trades."""
    hits = (h for h in vocabulary().find(text) if not _within(h.start, h.end, taken))
    return tuple(dict.fromkeys(code for code, kind in (h.entry for h in hits) if kind == "pain"))


@cache
def _products() -> Lexicon[tuple[str, ...]]:
    """Every written form of a product's name, with all products that claim it; a vendor's cloud as a whole is the vendor."""
    folded_, exact = dict[str, list[str]](), dict[str, list[str]]()
    for product in catalogue().products:
        if not product.platform:
            for form in forms(product, catalogue().vendor_names[product.vendor]):
                held = (exact if form.exact else folded_).setdefault(form.text if form.exact else form.text.lower(), [])
                held.extend([product.name] if product.name not in held else [])
    return Lexicon([(f, tuple(n)) for f, n in folded_.items()], [(f, tuple(n)) for f, n in exact.items()])


@cache
def _categories() -> Lexicon[str]:
    return Lexicon([(n, c.name) for c in catalogue().categories.values() for n in (c.name, c.en, *c.aliases) if n])


@cache
def _vendors() -> Lexicon[str]:
    named = [(n, code) for code, v in catalogue().vendor_names.items() for n in v.names]
    return Lexicon([*named, *((labels.vendor(code).zh, code) for code in catalogue().vendor_names)])


@cache
def _industries() -> Lexicon[str]:
    """What organisations of an industry call themselves, in both languages, and the codes' own names."""
    pairs = [(leaf, f"{code}.{key}") for code, one in codes().industry.items() for key, leaf in (one.leaves or {}).items()]
    pairs += [(one.zh, code) for code, one in codes().industry.items()]
    pairs += callings()
    pairs += [(en.rpartition(" – ")[2], code) for code in _codes() if (en := labels.industry(code).en)]
    return Lexicon(pairs)


def _codes() -> Iterator[str]:
    for code, one in codes().industry.items():
        yield code
        yield from (f"{code}.{leaf}" for leaf in (one.leaves or {}))


@cache
def _results() -> Lexicon[str]:
    return Lexicon([(word, word) for word in _cues().results])


@cache
def _subjects() -> Lexicon[str]:
    return Lexicon([(form, s.subject) for s in words().subjects for written in s.forms for form in expand(written)])


def _hit(case: Case, asked: Conditions, page_text: Callable[[str], str]) -> tuple[CaseHit, tuple[Result, ...]] | None:
    """The case as an answer and its results, with the words that prove each condition; None where one is not met or nothing tells it."""
    met: list[tuple[str, float, Proof]] = []
    checks: tuple[tuple[str, tuple[str, ...], Sequence[Field[str]]], ...] = (
        ("vendor", asked.vendors, [case.vendor]),
        ("product", asked.products, case.products.items),
        ("category", asked.categories, case.categories.items),
        ("industry", asked.industries, [case.industry]),
        ("scenario", asked.scenarios, [case.scenario]),
    )
    for name, wanted, fields in checks:
        found = next((f for want in wanted for f in fields if f.value == want or (f.value or "").startswith(f"{want}.")), None)
        proof = _proof(name, found, asked, page_text) if found else None
        if wanted and (found is None or proof is None):
            return None
        if found is not None and proof is not None:
            met.append((name, found.confidence * (1 if proof.whole else proving().doubt), proof))
    told = tuple(r for r in results(case, asked.wants, page_text) if asked.speaks(r.sentence))
    if asked.wants and not told:
        return None
    reasons = tuple(_reason(name, proof) for name, _, proof in met if proof.quote or name == "vendor")
    sure = min((c for _, c, _ in met), default=max((r.row.confidence for r in told), default=0.0))
    hit = hit_of(case, told, reasons, sure, [p.quote for _, _, p in met if p.quote])
    return replace(hit, doubted=not all(proof.whole for _, _, proof in met)), told


def _of_name(case: Case, told: Sequence[Result]) -> tuple[CaseHit, tuple[Result, ...]]:
    name = case.customer_name
    words = name.evidence[0].quote if name.evidence else name.value or ""
    sure = min([name.confidence, *(r.row.confidence for r in told[:1])])
    return hit_of(case, told, (say("cases.met_customer", quote=words),), sure, (words,)), tuple(told)


def _proof(name: str, field: Field[str], asked: Conditions, page_text: Callable[[str], str]) -> Proof | None:
    if name == "industry":
        return of_industry(field, page_text)
    if name == "scenario":
        return of_scenario(field, asked.text, page_text)
    return Proof(field.evidence[0].quote if field.evidence else "")


def _reason(name: str, proof: Proof) -> str:
    return say(f"cases.met_{name}", quote=proof.quote) + ("" if proof.whole else say("cases.doubt"))


def hit_of(case: Case, told: Sequence[Result], reasons: tuple[str, ...], confidence: float, quotes: Sequence[str]) -> CaseHit:
    """A case as an answer lists it."""
    return CaseHit(
        case_id=case.case_id,
        customer=case.customer_name.value or say("cases.unnamed"),
        vendor=case.vendor.value or "",
        industry=case.industry.value or "",
        products=case.products.values(),
        benefits=tuple(dict.fromkeys(r.sentence for r in told)),
        tier=case.tier,
        url=case.source_url.value or "",
        quotes=tuple(dict.fromkeys(quotes)),
        reasons=reasons,
        published=case.published.value or "",
        confidence=round(confidence, 3),
    )
