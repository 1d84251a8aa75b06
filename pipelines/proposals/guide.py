"""Reads ``guide.yaml``: the fields that may be proposed, the prompt's words, the limits, and what reasons are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.calibration.confidence import ANY, curves
from pipelines.case import Case, Field, Many
from pipelines.vocabulary import DataError, load_yaml

FILE = Path(__file__).parent / "guide.yaml"


@dataclass(frozen=True)
class Wanted:
    """A field that may be proposed: what value to ask for, and the least confidence of the rules where no curve tells it."""

    ask: str
    least: float | None = None


@dataclass(frozen=True)
class Guide:
    """``guide.yaml``; its comments say what each entry is."""

    low: float
    trust: float
    longest_story: int
    most: int
    shortest_quote: int
    longest_quote: int
    fields: Mapping[str, Wanted]
    system: str
    instructions: tuple[str, ...]
    reasons: Mapping[str, str]
    failures: Mapping[str, str]


@cache
def guide() -> Guide:
    """The guide, loaded once; raises DataError for a field without a known least confidence or a pattern that is none."""
    loaded = load_yaml(FILE, Guide)
    if loose := [name for name, wanted in loaded.fields.items() if wanted.least is None and ANY not in curves().get(name, {})]:
        raise DataError(f"{FILE}: {loose} have no calibration curve; give each a 'least'")
    try:
        re.compile("|".join(loaded.instructions))
    except re.error as error:
        raise DataError(f"{FILE}: instructions: {error}") from error
    return loaded


@cache
def instructions() -> re.Pattern[str]:
    """What marks a paragraph as speaking to a model."""
    return re.compile("|".join(f"(?:{p})" for p in guide().instructions), re.IGNORECASE)


def confidence(name: str) -> float:
    """The confidence of a proposed value of a field.

    No model's proposals were ever measured on labels here, so it is no measured share: ``trust`` (a half) of the least that
    the rules ever give for the field by its calibration curves. A proposal so always ranks below a value of the rules.
    """
    lowest = [curve.points[0][1] for curve in curves().get(name, {}).values()]
    least = guide().fields[name].least
    return round(guide().trust * min([*lowest, *([] if least is None else [least])]), 4)


def unsure(case: Case) -> tuple[str, ...]:
    """The fields of a case to ask for: unknown, or with a value below ``low``."""
    held = case.fields()
    return tuple(name for name in guide().fields if _unsure(held[name]))


def _unsure(held: Field[object] | Many[object]) -> bool:
    items = held.items if isinstance(held, Many) else (held,)
    return not held or any(one.confidence < guide().low for one in items)
