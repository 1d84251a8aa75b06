"""A case as a row of plain columns, for engines that know nothing of us: codes as they are, no quotes.

A case stands once in each of its categories. ``identity``, ``published``, ``filled`` and ``id`` decide which of two records
of one case stays, exactly as ``analysis.load.fold`` does in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from analysis.load import digest, rank
from analysis.segment import parent
from pipelines.case import Case

DIMENSIONS = ("vendor", "industry", "industry_leaf", "company_size", "maturity", "scenario", "tier", "lang", "origin", "year")
TEXT = (
    "id identity customer customer_key vendor category industry industry_leaf company_size maturity scenario tier lang origin year "
    "published kind url title page_digest"
).split()
LISTS = ("products", "challenges")
BENEFIT = ("subject", "direction", "unit", "value", "value_from", "value_to", "bound", "reached", "confidence")


def rows(cases: Iterable[Case]) -> Iterator[dict[str, Any]]:
    """One row a case and category; the category is None where a case has none."""
    for case in cases:
        held = row(case)
        names: list[str | None] = [*sorted(set(case.categories.values()))]
        for category in names or [None]:
            yield {**held, "category": category}


def row(case: Case) -> dict[str, Any]:
    """The columns of a case, its category apart."""
    published, filled = rank(case)
    return {
        "id": case.case_id,
        "identity": digest(case).hex(),
        "published": published,
        "filled": filled,
        "customer": case.customer_name.value or "",
        "customer_key": case.customer_key or (case.customer_name.value or case.case_id).casefold(),
        "vendor": case.vendor.value or "",
        "industry": parent(case.industry.value),
        "industry_leaf": case.industry.value,
        "company_size": case.company_size.value,
        "maturity": case.maturity.value,
        "scenario": case.scenario.value,
        "tier": str(case.tier),
        "lang": case.lang,
        "origin": case.origin,
        "year": published[:4] or None,
        "kind": case.kind,
        "url": case.source_url.value or "",
        "title": case.title,
        "page_digest": case.page_digest,
        "products": list(dict.fromkeys(case.products.values())),
        "challenges": sorted(set(case.challenges.values())),
        "benefits": list(_benefits(case)),
    }


def _benefits(case: Case) -> Iterator[dict[str, Any]]:
    for held in case.benefits.items:
        if held.value is not None:
            yield {name: getattr(held.value, name) for name in BENEFIT[:-1]} | {"confidence": held.confidence}
