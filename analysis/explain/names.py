"""What fields, values, rules, places and reasons are called, in Chinese; what has no name is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from analysis.figures import benefit_label
from analysis.labels import label
from analysis.report.words import Words
from pipelines.case import Benefit
from pipelines.vocabulary import codes, load_yaml

FILE = Path(__file__).parent / "rules.yaml"
_CODED = {"vendor": "vendor", "company_size": "company_size", "scenario": "scenario", "maturity": "maturity", "challenges": "factor"}


@cache
def rules() -> Mapping[str, str]:
    """Rule ids, or how they begin, with what they go by."""
    return load_yaml(FILE, dict[str, str])


def field_name(field: str) -> str:
    """``industry`` → 所属行业."""
    return label("field", field).zh


def value_name(field: str, value: Any) -> str:
    """A value as people call it: codes by name, a benefit in words."""
    if value is None:
        return ""
    if isinstance(value, Benefit):
        return benefit_label(value).zh
    if field == "industry":
        return label("industry", value).zh if value.partition(".")[0] in codes().industry else str(value)
    if field in _CODED and (field == "vendor" or value in getattr(codes(), _CODED[field])):
        return label(_CODED[field], value).zh
    return str(value)


def rule_name(field: str, rule: str) -> str:
    """What a rule goes by; an alternative that lost names its rule without the field. Empty where it has no name."""
    family = field.partition("_")[0]
    fitting = [b for b in rules() if b != family and _begins(f"{family}.{rule}", b)] or [b for b in rules() if _begins(rule, b)]
    return rules()[max(fitting, key=len)] if fitting else ""


def _begins(rule: str, beginning: str) -> bool:
    """Whether a rule's id is, or is a kind of, what begins so."""
    rest = rule[len(beginning) :]
    return rule.startswith(beginning) and (not rest or beginning.endswith(".") or rest[0] in ".:,")


def place_name(where: str) -> str:
    """``challenge/text`` → 挑战 · 段落."""
    return " · ".join(dict.fromkeys(_word("where", part) for part in where.split("/") if part))


def reason_name(reason: str | None) -> str:
    """Why a field is unknown."""
    return _word("unknown", reason) if reason else ""


def _word(kind: str, code: str) -> str:
    words = Words("zh")
    return words(f"{kind}.{code}") if words.has(f"{kind}.{code}") else code
