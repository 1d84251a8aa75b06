"""The business scenario of a case: core-migration, data-analytics, internet-native, ai, or unknown (document 1 §2.1).

What was done tells: the story's words by zone, the names of the products used, and the categories these belong to, weighed
by ``calibration/weights/scenario.yaml``. The most probable scenario is given if it passes the threshold.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pipelines.case import Evidence, Field, Many, RawCase
from pipelines.evidence_scoring.features import KIND, NAMES, features
from pipelines.evidence_scoring.forms import Forms
from pipelines.evidence_scoring.linear import Linear, model
from pipelines.evidence_scoring.mentions import Entry, Mention, Zone, mentions
from pipelines.evidence_scoring.vocabulary import load
from pipelines.steps import Found
from pipelines.vocabulary import VOCAB, DataError, codes, load_yaml

PROVIDES = ("scenario",)
NEEDS = ("categories", "products")

FEATURES: tuple[str, ...] = (*NAMES, "category", "share_category", "product", "share_product")
_METHOD = "scenario.evidence"
_ZONE = {Zone.HEAD: 1.0, Zone.SOLUTION: 0.8, Zone.BODY: 0.6, Zone.CHALLENGE: 0.5, Zone.OUTCOME: 0.4}


@cache
def scenarios() -> tuple[str, ...]:
    """The scenario codes in the contract's order."""
    return tuple(codes().scenario)


@cache
def vocabulary() -> Forms[Entry]:
    """The scenarios' vocabulary, loaded once."""
    return load(("scenarios",), scenarios())


@cache
def category_votes() -> Mapping[str, Mapping[str, float]]:
    """``{category: {scenario: 0…1}}``; raises DataError where a category or scenario does not exist."""
    path = VOCAB / "scenario_categories.yaml"
    votes = load_yaml(path, dict[str, dict[str, float]])
    strange = set(votes) - set(codes().categories()) | {s for held in votes.values() for s in held} - set(scenarios())
    if strange:
        raise DataError(f"{path}: unknown categories or scenarios {sorted(strange)}")
    return votes


def observed(raw: RawCase, found: Found) -> tuple[dict[str, dict[str, float]], list[Mention]]:
    """Features of every scenario, and the mentions they rest on."""
    held = list(mentions(raw, vocabulary()))
    rows = features(held, scenarios())
    categories, products = _by_category(found["categories"]), _by_product(found["products"])
    for code, row in rows.items():
        row.update(_counted("category", code, categories), **_counted("product", code, products))
    return rows, held


def run(raw: RawCase, found: Found) -> Mapping[str, Any]:
    """``scenario``: the most probable one, the others as losers."""
    rows, held = observed(raw, found)
    weights = _model()
    ranked = sorted(((weights.probability(code, row), code) for code, row in rows.items()), reverse=True)
    losers = tuple((code, _METHOD, round(p, 4)) for p, code in ranked[1:])
    best, code = ranked[0]
    evidence = _evidence(raw, code, held)
    if best < weights.threshold or not evidence:
        return {"scenario": Field[str].unknown("no_scenario_told", ((code, _METHOD, round(best, 4)), *losers))}
    return {"scenario": Field(code, evidence, round(best, 4), _METHOD, losers=losers)}


def _by_category(categories: Many[str]) -> dict[str, float]:
    totals = dict.fromkeys(scenarios(), 0.0)
    for category in categories.values():
        for scenario, vote in category_votes().get(category, {}).items():
            totals[scenario] += vote
    return totals


def _by_product(products: Many[str]) -> dict[str, float]:
    totals = dict.fromkeys(scenarios(), 0.0)
    for product in products.values():
        for hit in vocabulary().find(product):
            totals[hit.entry[0]] += KIND[hit.entry[1]]
    return totals


def _counted(name: str, code: str, totals: Mapping[str, float]) -> dict[str, float]:
    return {name: min(totals[code], 2.0), f"share_{name}": totals[code] / (0.5 + sum(totals.values()))}


def _evidence(raw: RawCase, code: str, held: list[Mention]) -> tuple[Evidence, ...]:
    """The sentence with the most telling words; none where categories alone speak for the scenario: that is no evidence."""
    weight: dict[tuple[int, int], float] = {}
    for m in held:
        if m.code == code:
            weight[m.sentence] = weight.get(m.sentence, 0.0) + KIND[m.kind] * _ZONE[m.zone]
    if not weight:
        return ()
    start, end = max(weight, key=lambda span: (weight[span], -span[0]))
    return (raw.evidence(start, end),)


def _model() -> Linear:
    return model("scenario", scenarios(), FEATURES)
