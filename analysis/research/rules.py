"""The thresholds and patterns of research, loaded once from ``data/`` and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.research.model import QuestionType, State
from analysis.research.registry import DATA, source_types
from pipelines.vocabulary import DataError, load_yaml, unique


@dataclass(frozen=True)
class Rules:
    """``rules.yaml``; what each is for stands there."""

    min_fit: float
    same_fit: float
    near: float
    of_one: float
    missing: float
    narrowing: float
    heading: float
    title: float
    section: float
    object_section: float
    weak: float
    known_weak: float
    unknown_weak: float
    known_verb: float
    unknown_verb: float
    alike: float
    alike_known: float
    alike_same: float
    alike_worth: float
    encoded_words: int
    common_share: float
    candidates: int
    stale: float
    undated_recency: float
    outdated_after_months: int
    max_facts: int
    max_evidence: int


@dataclass(frozen=True)
class QuestionKind(QuestionType):
    """A question type with how long its answers hold."""

    valid_days: int = 0


@dataclass(frozen=True)
class Asked:
    """A row of ``asked.yaml``: the measure that a question asks for, and by which words."""

    measure: str
    cues: tuple[str, ...]


@dataclass(frozen=True)
class Editions:
    """``editions.yaml``."""

    editions: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    lower: tuple[str, ...]
    only: tuple[str, ...]


@cache
def rules() -> Rules:
    """The thresholds."""
    return load_yaml(DATA / "rules.yaml", Rules)


@cache
def question_types() -> Mapping[str, QuestionKind]:
    """The types of questions in the order in which they are tried; raises DataError for a source type that does not exist."""
    path = DATA / "question_types.yaml"
    held = load_yaml(path, dict[str, QuestionKind])
    for name, kind in held.items():
        if strange := set(kind.sources) - set(source_types()):
            raise DataError(f"{path}: {name} names unknown source types {sorted(strange)}")
    return held


@cache
def states() -> tuple[tuple[State, re.Pattern[str]], ...]:
    """The patterns of each state in the order in which they are tried; raises DataError for an unknown state."""
    path = DATA / "states.yaml"
    held = load_yaml(path, dict[str, tuple[str, ...]])
    if strange := set(held) - set(State):
        raise DataError(f"{path}: unknown states {sorted(strange)}")
    return tuple((State(name), alternatives(cues)) for name, cues in held.items())


@cache
def editions() -> Editions:
    """The editions and the words that restrict to one."""
    return load_yaml(DATA / "editions.yaml", Editions)


@cache
def asked() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(measure, pattern) in the order in which they are tried."""
    return tuple((row.measure, alternatives(row.cues)) for row in load_yaml(DATA / "asked.yaml", tuple[Asked, ...]))


@cache
def units() -> Mapping[str, tuple[str, ...]]:
    """Units by measure."""
    return load_yaml(DATA / "units.yaml", dict[str, tuple[str, ...]])


@cache
def same_units() -> Mapping[str, str]:
    """The one name of each unit; raises DataError where two claim one unit."""
    path = DATA / "units_same.yaml"
    held = load_yaml(path, dict[str, tuple[str, ...]])
    return unique([(form, name) for name, forms in held.items() for form in (name, *forms)], str(path))


@cache
def cue(name: str) -> re.Pattern[str]:
    """A pattern of ``cues.yaml``: how, limit, instead, raised, verb; raises KeyError for another."""
    return alternatives(load_yaml(DATA / "cues.yaml", dict[str, tuple[str, ...]])[name])


def saying() -> tuple[re.Pattern[str], ...]:
    """The patterns of what is claimed and restricted, without that of what."""
    return (*(pattern for _, pattern in states()), alternatives(editions().only), cue("limit"))


def alternatives(cues: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern of several; a pattern that does not compile is named."""
    try:
        return re.compile("|".join(f"(?:{c})" for c in cues) if cues else r"(?!)", re.IGNORECASE)
    except re.error as error:
        raise DataError(f"a pattern of the research data does not compile: {error} in {cues}") from error
