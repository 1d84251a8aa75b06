"""The four dimensions of document 1 §2.1: each case placed by a rule with an id; unknown is a place of its own.

The fields themselves were decided from evidence by the normalizers; here the value becomes a segment and the rule that
allowed it is kept, so that a report can say why a case stands where it stands. The rules are ``data/segments.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.model import Text
from analysis.prose import DATA
from pipelines.case import Case, Field
from pipelines.vocabulary import codes, load_yaml

DIMENSIONS: Mapping[str, str] = {"industry": "industry", "size": "company_size", "maturity": "maturity", "scenario": "scenario"}


@dataclass(frozen=True)
class Rule:
    """A rule of segmentation and the section it comes from."""

    text: Text
    source: str


@cache
def rules() -> Mapping[str, Rule]:
    """Rules by id."""
    return load_yaml(DATA / "segments.yaml", dict[str, Rule])


def place(case: Case) -> dict[str, str]:
    """Dimension → ``rule id:method`` for a case; the method is the normalizer's."""
    return {dimension: _rule(dimension, getattr(case, field)) for dimension, field in DIMENSIONS.items()}


def _rule(dimension: str, field: Field[str]) -> str:
    if field.value is None:
        return f"{dimension}-unknown"
    level = "leaf" if "." in field.value else "parent"
    rule = f"industry-{level}" if dimension == "industry" else f"{dimension}-{field.value}"
    return f"{rule}:{field.method}" if field.method else rule


def known_rules() -> set[str]:
    """Every rule id that ``place`` can give, method apart."""
    named = {f"{d}-{code}" for d, f in DIMENSIONS.items() if d != "industry" for code in getattr(codes(), f)}
    return named | {f"{d}-unknown" for d in DIMENSIONS} | {"industry-leaf", "industry-parent"}


def parent(industry: str | None) -> str | None:
    """``finance`` of ``finance.banking``."""
    return industry.partition(".")[0] if industry else None
