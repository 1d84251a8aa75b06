"""What the rules' own normalizers read in a quote: the test that a proposed value has to pass.

Every reader gets a raw case whose page holds the quote and nothing else, so that neither the rest of the page nor what the
model says can lend it support. Where a step weighs signs over the whole page (scenario, challenges, products, benefits) its
threshold is not asked of one quote: below it is just where the rules were not sure. What the words of the quote are, and how
it speaks of them, is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pipelines.case import Benefit, Block, Case, Evidence, Field, Many, RawCase
from pipelines.catalog import catalogue
from pipelines.catalog.usage import Stance
from pipelines.evidence_scoring.mentions import Mention, Zone
from pipelines.evidence_scoring.mentions import Stance as Speech
from pipelines.proposals.prompt import CODED
from pipelines.steps import benefits, challenges, company_size, industry, maturity, products, published, scenario, solution
from pipelines.vocabulary import codes

Readings = Mapping[str, Any]  # key of a value → the value as the rules write it

WEAK = "weak"
NEEDED = frozenset((Speech.COMPLAINT, Speech.HINT, Speech.ASK, Speech.NEED))

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def quoted(raw: RawCase, block: Block, quote: Evidence) -> RawCase:
    """The raw case of the quote alone, standing in the same part of a story as in the page."""
    page = replace(raw.page, text=quote.quote, title="", published=None)
    return replace(raw, page=page, blocks=(replace(block, start=0, end=len(quote.quote), heading=""),), labels=(), links=(), several=False)


def readings(field: str, raw: RawCase, case: Case) -> Readings:
    """The values of a field that its normalizer reads in ``raw``, a quote alone, by their keys; empty where it reads none."""
    return _READERS[field](raw, case)


def key(field: str, value: Any, vendor: str) -> str:
    """What a model wrote for a value, as a key of ``readings``; empty where the field cannot have it at all.

    That is a code of ``codes.yaml``, a product that the catalogue knows of the vendor, a figure, or words.
    """
    written = str(value).strip()
    if field == "products":
        product = catalogue().product(written, vendor)
        return product.name if product else ""
    if field == "benefits":
        return _figure(written)
    if field == "industry":
        return written if _is_industry(*written.partition(".")[::2]) else ""
    return written if field not in CODED or written in getattr(codes(), CODED[field]) else ""


def _is_industry(top: str, leaf: str) -> bool:
    entry = codes().industry.get(top)
    return entry is not None and (not leaf or leaf in (entry.leaves or {}))


def _industry(raw: RawCase, case: Case) -> Readings:
    """The industry that the words of the quote decide for, and its group."""
    field: Field[str] = industry.run(raw, _customer(case))["industry"]
    return {code: code for code in (field.value, field.value.partition(".")[0])} if field.value else {}


def _company_size(raw: RawCase, case: Case) -> Readings:
    field: Field[str] = company_size.run(raw, _customer(case))["company_size"]
    return {field.value: field.value} if field.value else {}


def _scenario(raw: RawCase, _: Case) -> Readings:
    """The scenarios that words of their own stand for; words that go with several say too little by themselves."""
    mentioned = scenario.observed(raw, {"categories": Many(), "products": Many()})[1]
    return {m.code: m.code for m in mentioned if m.kind != WEAK}


def _maturity(raw: RawCase, _: Case) -> Readings:
    field: Field[str] = maturity.run(raw, {})["maturity"]
    return {field.value: field.value} if field.value else {}


def _challenges(raw: RawCase, _: Case) -> Readings:
    """The factors that the quote complains of or asks for, or names in a part about challenges; praise names none."""
    return {m.code: m.code for m in challenges.observed(raw)[1] if m.kind != WEAK and _needed(m)}


def _needed(mention: Mention) -> bool:
    return mention.stance in NEEDED or (mention.zone is Zone.CHALLENGE and mention.stance is Speech.PLAIN)


def _products(raw: RawCase, _: Case) -> Readings:
    """Products of the page's vendor as the quote writes them, where it does not say that they were replaced, compared, planned or only
    described; never the cloud as a whole."""
    seen = {p: s for p, s in products.observed(raw)[0].items() if p.belongs(raw.page.vendor) and not p.platform}
    used = {p: s for p, s in seen.items() if any(one.stance in (Stance.USED, Stance.PLAIN) for one in s)}
    return {p.name: products.written(raw.page.text, p, s) for p, s in used.items()}


def _benefits(raw: RawCase, _: Case) -> Readings:
    """The quantified results that the grammar reads, by their figure; of a range by both ends."""
    found: list[Benefit] = [c.found.benefit for c in benefits.candidates(raw)]
    return {f"{n:g}": b for b in reversed(found) for n in (b.value_to, b.value) if n is not None}


def _solution(raw: RawCase, case: Case) -> Readings:
    field: Field[str] = solution.run(raw, {"customer_name": case.customer_name, "products": case.products})["solution"]
    return {raw.page.text: field.value, field.value: field.value} if field.value else {}


def _published(raw: RawCase, _: Case) -> Readings:
    date = published.iso(raw.page.text)
    return {date: date} if date else {}


def _customer(case: Case) -> dict[str, Any]:
    return {"customer_name": case.customer_name, "customer_aliases": case.customer_aliases}


def _figure(written: str) -> str:
    """The first number of what a model wrote; empty where it wrote none."""
    hit = _NUMBER.search(written.replace(",", ""))
    return f"{float(hit.group()):g}" if hit else ""


_READERS: Mapping[str, Callable[[RawCase, Case], Readings]] = {
    "industry": _industry,
    "company_size": _company_size,
    "scenario": _scenario,
    "maturity": _maturity,
    "challenges": _challenges,
    "products": _products,
    "benefits": _benefits,
    "solution": _solution,
    "published": _published,
}
