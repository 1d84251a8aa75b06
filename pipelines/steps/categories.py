"""The generic categories of the products that the customer uses (document 1, 产品品类映射表), with the products' evidence.

A product of one category gives it. Of a product of several (Vertex AI, ModelArts) those hold whose words stand in the
story (generative use → MaaS, training → AI平台); where none do, the first of its ranked categories. A category that a
product has on a condition only (OpenSearch as 向量数据库) needs its words in any case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.case import Evidence, Field, Many, RawCase
from pipelines.catalog import Product, Rule, catalogue
from pipelines.steps import Found
from pipelines.text import Lexicon, sentence_at

PROVIDES = ("categories",)
NEEDS = ("products",)

_SURE = 0.97  # a listed mapping may still not be what the page is about
_BY_RANK = 0.7  # the first of several categories, without words that decide


@dataclass(frozen=True, slots=True)
class Verdict:
    """A category that a product gives, by which rule, how surely, and the words that decided, if any."""

    category: str
    rule: str
    sure: float
    words: tuple[Evidence, ...] = ()


def run(raw: RawCase, found: Found) -> Mapping[str, Any]:
    """``categories``: ranked by confidence, each with the quotes of its products."""
    fields: dict[str, Field[str]] = {}
    for used in found["products"].items:
        product = catalogue().product(used.value, raw.page.vendor)
        for verdict in _verdicts(raw, product) if product else ():
            fields[verdict.category] = _merged(fields.get(verdict.category), verdict, used)
    ranked = sorted(fields.values(), key=lambda f: -f.confidence)
    return {"categories": Many(tuple(ranked), None if ranked else _reason(found["products"]))}


def _reason(products: Many[str]) -> str:
    return "no_product_has_a_category" if products else "no_product_used"


def _merged(held: Field[str] | None, verdict: Verdict, used: Field[str]) -> Field[str]:
    """The category's field with one more product in its support: the surest decides, the chances of error multiply."""
    confidence = round(used.confidence * verdict.sure, 4)
    evidence = (*used.evidence[:1], *verdict.words)
    if held is None:
        return Field(verdict.category, evidence, confidence, verdict.rule)
    both = round(1 - (1 - held.confidence) * (1 - confidence), 4)
    method = held.method if held.confidence >= confidence else verdict.rule
    return Field(verdict.category, tuple(dict.fromkeys((*held.evidence, *evidence))), both, method)


def _verdicts(raw: RawCase, product: Product) -> Iterator[Verdict]:
    free = [c for c in product.categories if c not in product.when]
    if len(free) == 1:
        yield Verdict(free[0], "categories.catalogue", _SURE)
    elif free:
        yield from _chosen(raw, free)
    for category, rule in product.when.items():
        if words := _spoken(raw, (catalogue().rules[rule],)).get(category):
            yield Verdict(category, f"categories.{rule}", _SURE, words)


def _chosen(raw: RawCase, categories: list[str]) -> Iterator[Verdict]:
    """Those of several categories whose rules find their words; else the first."""
    rules = tuple(r for r in catalogue().rules.values() if r.category in categories)
    spoken = _spoken(raw, rules)
    for rule in rules:
        if rule.category in spoken:
            yield Verdict(rule.category, f"categories.{rule.id}", _SURE, spoken[rule.category])
    if not spoken:
        yield Verdict(categories[0], "categories.first_rank", _BY_RANK)


def _spoken(raw: RawCase, rules: tuple[Rule, ...]) -> dict[str, tuple[Evidence, ...]]:
    """The categories whose words stand in the story, each with the sentence of the first."""
    wanted = {r.category for r in rules}
    found: dict[str, tuple[Evidence, ...]] = {}
    for block in raw.useful():
        for hit in _words().find(raw.page.text, block.start, block.end):
            for category in wanted & set(hit.entry) - set(found):
                found[category] = (raw.evidence(*sentence_at(raw.page.text, hit.start, block.start, block.end)),)
    return found


@cache
def _words() -> Lexicon[tuple[str, ...]]:
    """The rules' words, each with the categories it speaks for."""
    claims: dict[str, tuple[str, ...]] = {}
    for rule in catalogue().rules.values():
        for word in rule.words:
            claims[word.casefold()] = (*claims.get(word.casefold(), ()), rule.category)
    return Lexicon(claims.items())
