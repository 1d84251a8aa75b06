"""Technology maturity on the adoption curve, only from signals in the text, else unknown (document 1 §2.1, dimension 3).

The rules are in ``vocab/maturity.yaml``; the method names the rule that weighed most. A level needs rules of strength 1 in
sum, counted once a rule; two levels of equal strength leave it unknown. No industry, size or vendor decides anything here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.case import Evidence, Field, Part, RawCase, Role
from pipelines.evidence_scoring.cues import Cue, cue_forms
from pipelines.evidence_scoring.forms import Forms, lower
from pipelines.steps import Found
from pipelines.text import sentences
from pipelines.vocabulary import VOCAB, DataError, codes, load_yaml

PROVIDES = ("maturity",)
NEEDS: tuple[str, ...] = ()

ENOUGH = 1.0
_SKIPPED_PARTS = frozenset({Part.FUTURE, Part.PRODUCTS, Part.PARTNER})
_SKIPPED_ROLES = frozenset({Role.PRODUCT, Role.ATTRIBUTION, Role.LABEL, Role.TABLE})


@dataclass(frozen=True)
class Rule:
    """A signal: every group of ``all`` must have a form in one sentence. ``before`` tells of the state before."""

    id: str
    level: str
    strength: float
    note: str
    all: tuple[tuple[str, ...], ...]
    before: bool = False


@dataclass(frozen=True)
class _File:
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule that held in a sentence."""

    rule: Rule
    start: int
    end: int


@cache
def rules() -> tuple[Rule, ...]:
    """The rules, loaded once; raises DataError for an unknown level or an id used twice."""
    path = VOCAB / "maturity.yaml"
    held = load_yaml(path, _File).rules
    if strange := {r.level for r in held} - set(codes().maturity):
        raise DataError(f"{path}: unknown levels {sorted(strange)}")
    if len({r.id for r in held}) < len(held):
        raise DataError(f"{path}: a rule id stands twice")
    return held


@cache
def _forms() -> Forms[tuple[int, int]]:
    return Forms((form, (i, j)) for i, rule in enumerate(rules()) for j, group in enumerate(rule.all) for form in group)


def signals(raw: RawCase) -> Iterator[Signal]:
    """Every rule that holds in a sentence of the story, in page order."""
    text = raw.page.text
    for block in raw.useful():
        if block.part in _SKIPPED_PARTS or block.role in _SKIPPED_ROLES:
            continue
        for start, end in sentences(text, block.start, block.end):
            yield from (Signal(rule, start, end) for rule in _holding(text[start:end]))


def _holding(sentence: str) -> list[Rule]:
    low = lower(sentence)
    hits = {hit.entry for hit in _forms().find(sentence, low)}
    if not hits:
        return []
    held = [rule for i, rule in enumerate(rules()) if all((i, j) in hits for j in range(len(rule.all)))]
    if held and any(c.entry in (Cue.SALES, Cue.PLAN) for c in cue_forms().find(sentence, low)):
        return []
    return held


def run(raw: RawCase, found: Found) -> Mapping[str, Any]:  # noqa: ARG001 - the step protocol
    """``maturity``: the level with the most strength, each rule counted once."""
    first: dict[str, Signal] = {}
    for signal in signals(raw):
        first.setdefault(signal.rule.id, signal)
    ranked = _ranked(list(first.values()))
    losers = tuple((level, ",".join(s.rule.id for s in held), total) for total, level, held in ranked[1:])
    if not ranked or ranked[0][0] < ENOUGH:
        return {"maturity": Field[str].unknown("no_maturity_signal", losers)}
    total, level, held = ranked[0]
    if len(ranked) > 1 and ranked[1][0] == total:
        return {"maturity": Field[str].unknown("maturity_signals_disagree", losers)}
    evidence = tuple(_evidence(raw, s) for s in held)
    return {"maturity": Field(level, evidence, _raw_score(total, ranked), held[0].rule.id, losers=losers)}


def _ranked(held: Sequence[Signal]) -> list[tuple[float, str, list[Signal]]]:
    """(strength, level, its signals strongest first), the strongest level first."""
    levels = [(level, [s for s in held if s.rule.level == level]) for level in codes().maturity]
    rows = [(_strength(own), level, sorted(own, key=lambda s: -s.rule.strength)) for level, own in levels if own]
    return sorted(rows, key=lambda row: -row[0])


def _strength(held: Sequence[Signal]) -> float:
    return round(sum(s.rule.strength for s in held), 2)


def _raw_score(total: float, ranked: Sequence[tuple[float, str, list[Signal]]]) -> float:
    """The level's share of all strength, held back while little was seen (0…1)."""
    everything = sum(row[0] for row in ranked)
    return round(total / (everything + 1.0), 4)


def _evidence(raw: RawCase, signal: Signal) -> Evidence:
    return raw.evidence(signal.start, signal.end)
