"""The rules of signals as in ``data/signals-*.yaml`` and ``data/strengths.yaml``: one entry a rule, discovered by file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.research.account.names import DATA
from analysis.research.escalation.lexicon import compile_forms
from pipelines.vocabulary import DataError, load_yaml


@dataclass(frozen=True)
class Ask:
    """A question that the customer may ask, and what to have ready."""

    ask: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A signal. Heard: ``zh`` and ``en`` words (``tickets``: in tickets too). Measured: ``measure`` with ``above`` or ``below``.

    ``told``: words that speak in mail and notes alone, where the clause does not ask how something is done.
    """

    name: str
    means: str
    level: str
    mood: str = ""
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    tickets: bool = False
    measure: str = ""
    above: float | None = None
    below: float | None = None
    say: str = ""
    now: tuple[str, ...] = ()
    renewal: tuple[str, ...] = ()
    relation: tuple[str, ...] = ()
    questions: tuple[Ask, ...] = ()

    def speaks(self, value: float) -> bool:
        """Whether a measured value makes the signal."""
        return (self.above is None or value >= self.above) and (self.below is None or value < self.below)


@dataclass(frozen=True)
class Always:
    """Advice whatever the signals are."""

    renewal: tuple[str, ...]
    relation: tuple[str, ...]


@dataclass(frozen=True)
class Base:
    """``base.yaml``."""

    negations: tuple[str, ...]
    negations_en: tuple[str, ...]
    conditions: tuple[str, ...]
    conditions_en: tuple[str, ...]
    how: tuple[str, ...]
    always: Always


@cache
def heard_rules() -> Mapping[str, Rule]:
    """Rules on what people say; raises DataError for one without words."""
    held = load_yaml(DATA / "signals-heard.yaml", dict[str, Rule])
    if dumb := [n for n, r in held.items() if not (r.zh or r.en)]:
        raise DataError(f"{DATA / 'signals-heard.yaml'}: rules without words: {dumb}; give zh or en")
    return held


@cache
def measured_rules(file: str) -> Mapping[str, Rule]:
    """Rules on figures (``signals-measured`` or ``strengths``); raises DataError for one without a threshold."""
    held = load_yaml(DATA / f"{file}.yaml", dict[str, Rule])
    if loose := [n for n, r in held.items() if not r.measure or (r.above is None and r.below is None)]:
        raise DataError(f"{DATA / file}.yaml: rules without a measure and a threshold: {loose}")
    return held


@cache
def base() -> Base:
    """Negations, conditions and what is always advised."""
    return load_yaml(DATA / "base.yaml", Base)


@cache
def words_of(name: str) -> re.Pattern[str]:
    """The words of a heard rule."""
    rule = heard_rules()[name]
    return compile_forms((*rule.zh, *rule.en))


@cache
def told_words_of(name: str) -> re.Pattern[str]:
    """The words of a heard rule for what is told of somebody; a pattern that finds nothing where it has none."""
    held = heard_rules()[name].told
    return compile_forms(held) if held else re.compile(r"(?!)")


@cache
def asks_how() -> re.Pattern[str]:
    """What makes a clause one that asks how something is done."""
    return compile_forms(base().how)


@cache
def denies() -> re.Pattern[str]:
    """What turns a clause into its opposite or into a mere supposition when it stands before the words."""
    held = base()
    return compile_forms((*held.negations, *held.negations_en, *held.conditions, *held.conditions_en))
