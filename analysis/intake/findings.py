"""What a check says: its rule in ``checks.yaml`` and the finding with its line and reason (document 4 §七)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.intake.model import Form, Value
from analysis.intake.structure import DATA
from pipelines.vocabulary import load_yaml

CHECKS: Path = DATA / "checks.yaml"
ORDER = ("impossible", "doubtful", "unverified", "open")


@dataclass(frozen=True)
class Rule:
    """How a finding is worded, how grave it is, the words that call for it, and what the customer is asked."""

    level: str
    text: str
    words: tuple[str, ...] = ()
    ask: str = "请客户确认原意。"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the form that cannot be, is doubtful, or could not be read; ``ask`` is what to ask the customer about it."""

    check: str
    level: str
    line: int
    field: str
    text: str
    ask: str = ""


@cache
def rules() -> dict[str, Rule]:
    """Findings by id."""
    return load_yaml(CHECKS, dict[str, Rule])


def find(name: str, line: int, field: str, **values: object) -> Finding:
    """The finding of a rule, its text filled in."""
    rule = rules()[name]
    return Finding(name, rule.level, line, field, rule.text.format(**values), rule.ask)


def each(form: Form, kind: str) -> Iterator[tuple[str, Value]]:
    """(field, value) for every value of a kind."""
    return ((a.field, v) for a in form.answers for v in a.values if v.kind == kind)
