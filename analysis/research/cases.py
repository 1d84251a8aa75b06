"""Questions about the library's official cases: conditions by the catalogue and vocabularies, cases that meet all (issue 7 item 8).

An answer is a list of cases with the pages' own words for what was reached, tier and link; a case of which the library
does not know a value that the question asks for is no match: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

from analysis import labels
from analysis.load import fold
from analysis.research.model import CaseHit
from analysis.research.prose import say
from analysis.research.registry import DATA
from analysis.research.rules import alternatives
from analysis.research.terms import folded
from pipelines.case import Benefit, Case, Evidence, Field
from pipelines.catalog import catalogue
from pipelines.catalog.forms import forms
from pipelines.quantities.lexis import expand, words
from pipelines.steps.scenario import vocabulary
from pipelines.text import Lexicon, sentence_at
from pipelines.vocabulary import VOCAB, codes, load_yaml

Span = tuple[int, int]
_MAX_SENTENCE = 300


@dataclass(frozen=True)
class Cues:
    """``cases.yaml``."""

    cues: tuple[str, ...]
    results: tuple[str, ...]
    measured: tuple[str, ...]
    max_cases: int


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a question asks of a case; an empty part asks nothing. ``wants`` is the subject of the results, ``any`` for all."""

    vendors: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()

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
            ("benefit", [labels.label("subject", w).zh for w in self.wants]),
        )
        return tuple(f"{say(f'cases.{name}')}：{'、'.join(values)}" for name, values in parts if values)


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

    def find(self, question: str) -> tuple[CaseHit, ...]:
        """The cases that meet every condition: those with quoted results first, then the surer, then by name."""
        return self._meeting(conditions(question))

    def near(self, question: str) -> tuple[str, tuple[CaseHit, ...]]:
        """Where none meets every condition: the one whose loss gives any, in words, and the cases without it."""
        asked = conditions(question)
        parts = ("wants", "scenarios", "industries", "products")
        for names in (*combinations(parts, 1), *combinations(parts, 2)):
            less = replace(asked, **dict.fromkeys(names, ()))
            if all(getattr(asked, name) for name in names) and less.named() and (found := self._meeting(less)):
                return "、".join(w for w in asked.words() if w not in less.words()), found
        return "", ()

    def _meeting(self, asked: Conditions) -> tuple[CaseHit, ...]:
        found = (hit for case in self._cases if (hit := _hit(case, asked, self._page_text)))
        return tuple(sorted(found, key=lambda h: (not h.benefits, h.tier, -h.confidence, h.customer, h.case_id))[: _cues().max_cases])


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
    return Conditions(vendors, products, categories, industries, scenarios, _wants(text, taken))


def _wants(text: str, taken: Sequence[Span]) -> tuple[str, ...]:
    """The subjects of the results asked for; none where results of any kind are, or none at all."""
    if _results().find(text) or not alternatives(_cues().measured).search(text):
        return ()
    return _named(_subjects(), text, taken)


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
    for name in ("industries-zh.yaml", "industries-en.yaml"):
        held = load_yaml(VOCAB / name, dict[str, dict[str, tuple[str, ...]]])
        pairs += [(form, code) for code, kinds in held.items() for word in kinds.get("is", ()) for form in _numbers(word)]
    pairs += [(en.rpartition(" – ")[2], code) for code in _codes() if (en := labels.industry(code).en)]
    return Lexicon(pairs)


def _codes() -> Iterator[str]:
    for code, one in codes().industry.items():
        yield code
        yield from (f"{code}.{leaf}" for leaf in (one.leaves or {}))


def _numbers(word: str) -> tuple[str, ...]:
    if not word.isascii():
        return (word,)
    plural = f"{word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else f"{word}s"
    return (word, plural)


@cache
def _results() -> Lexicon[str]:
    return Lexicon([(word, word) for word in _cues().results])


@cache
def _subjects() -> Lexicon[str]:
    return Lexicon([(form, s.subject) for s in words().subjects for written in s.forms for form in expand(written)])


def _hit(case: Case, asked: Conditions, page_text: Callable[[str], str]) -> CaseHit | None:
    """The case as an answer, with the reason of each condition; None where one is not met."""
    met: list[tuple[str, float, str]] = []
    checks: tuple[tuple[str, tuple[str, ...], Sequence[Field[str]]], ...] = (
        ("vendor", asked.vendors, [case.vendor]),
        ("product", asked.products, case.products.items),
        ("category", asked.categories, case.categories.items),
        ("industry", asked.industries, [case.industry]),
        ("scenario", asked.scenarios, [case.scenario]),
    )
    for name, wanted, fields in checks:
        found = next((f for want in wanted for f in fields if f.value == want or (f.value or "").startswith(f"{want}.")), None)
        if wanted and found is None:
            return None
        if found is not None:
            met.append((name, found.confidence, _first_quote(found)))
    benefits = _benefits(case, asked.wants, page_text)
    if asked.wants and not benefits:
        return None
    return CaseHit(
        case_id=case.case_id,
        customer=case.customer_name.value or say("cases.unnamed"),
        vendor=case.vendor.value or "",
        industry=case.industry.value or "",
        products=case.products.values(),
        benefits=benefits,
        tier=case.tier,
        url=case.source_url.value or "",
        quotes=tuple(dict.fromkeys(q for _, _, q in met if q)),
        reasons=tuple(say(f"cases.met_{name}", quote=quote) for name, _, quote in met if quote or name == "vendor"),
        published=case.published.value or "",
        confidence=round(min((c for _, c, _ in met), default=0.0), 3),
    )


def _first_quote(field: Field[str]) -> str:
    return field.evidence[0].quote if field.evidence else ""


def _benefits(case: Case, subjects: Sequence[str], page_text: Callable[[str], str]) -> tuple[str, ...]:
    """The quoted results, of some subjects where any are asked for, each sentence once."""
    chosen: list[Field[Benefit]] = [b for b in case.benefits.items if b.value and (not subjects or b.value.subject in subjects)]
    return tuple(dict.fromkeys(_sentence(e, page_text) for b in chosen for e in b.evidence[:1]))


def _sentence(evidence: Evidence, page_text: Callable[[str], str]) -> str:
    """The sentence of the page that holds the evidence; the evidence alone where the page is not kept or the sentence is long."""
    text = page_text(evidence.page_digest)
    if not evidence.check(text):
        return evidence.quote
    start, end = sentence_at(text, evidence.start)
    return text[start:end] if evidence.end <= end and end - start <= _MAX_SENTENCE else evidence.quote
