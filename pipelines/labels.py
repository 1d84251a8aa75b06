"""Writes cases in the label format, so that the scorer of the contract can compare them with labels made by people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from pipelines.case import Benefit, Case, Evidence, Field
from pipelines.normalize import Processed


def labels(processed: Processed) -> Iterator[dict[str, Any]]:
    """One label a case; a page without a case gives one with ``is_case`` false and the reason."""
    document = processed.page.source_id
    for case in processed.cases:
        yield label(case, document)
    if not processed.cases:
        reasons = [{"code": r.code, "detail": r.detail, "part": r.part} for r in processed.rejections]
        yield {"id": document, "is_case": False, "rejections": reasons}


def label(case: Case, document: str) -> dict[str, Any]:
    """A case in the label format, with the evidence, method and confidence of every value beside it."""
    return {
        "id": document,
        "part": case.part,
        "is_case": True,
        "customer_name": case.customer_name.value,
        "customer_aliases": list(case.customer_aliases),
        "products": list(case.products.values()),
        "categories": list(case.categories.values()),
        "industry": case.industry.value,
        "company_size": case.company_size.value,
        "scenario": case.scenario.value,
        "maturity": case.maturity.value,
        "challenges": list(case.challenges.values()),
        "benefits": [_benefit(f) for f in case.benefits.items],
        "solution": case.solution.value,
        "published": case.published.value,
        "evidence": {name: _evidence(held) for name, held in case.fields().items()},
    }


def _benefit(found: Field[Benefit]) -> dict[str, Any]:
    benefit = found.value
    if benefit is None:
        raise ValueError("a benefit without a value cannot be labelled")
    plain: dict[str, Any] = {k: v for k, v in msgspec.to_builtins(benefit).items() if v not in (None, "")}
    return {**plain, "quote": found.evidence[0].quote if found.evidence else ""}


def _evidence(held: Any) -> list[dict[str, Any]]:
    items: tuple[Field[Any], ...] = (held,) if isinstance(held, Field) else held.items
    return [
        {"value": msgspec.to_builtins(f.value), "confidence": f.confidence, "method": f.method, "quotes": [_span(e) for e in f.evidence]}
        for f in items
        if f.value is not None
    ]


def _span(evidence: Evidence) -> dict[str, Any]:
    return {"quote": evidence.quote, "start": evidence.start, "end": evidence.end, "where": evidence.where}
