"""Technology maturity on the adoption curve, only from signals in the text, else unknown (document 1 §2.1, dimension 3).

The rules are in ``vocab/maturity.yaml``; the method names the rule that weighed most. A level needs rules of strength 1 in
sum, counted once a rule. Of two equal levels the one that tells what the customer does now wins over one that only tells
what it had before; else it is unknown. No industry, size or vendor decides anything here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.case import Field, RawCase
from pipelines.evidence_scoring.cues import Cue
from pipelines.evidence_scoring.forms import Forms
from pipelines.evidence_scoring.story import Sentence, story
from pipelines.steps import Found
from pipelines.vocabulary import VOCAB, DataError, codes, load_yaml

PROVIDES = ("maturity",)
NEEDS: tuple[str, ...] = ()

ENOUGH = 1.0
_NONE = -1  # the place of a rule's forbidden forms among its groups


@dataclass(frozen=True)
class Rule:
    """A signal: in one sentence every group of ``all`` has a form and ``none`` has not. ``before`` tells of the state before."""

    id: str
    level: str
    strength: float
    note: str
    all: tuple[tuple[str, ...], ...]
    before: bool = False
    none: tuple[str, ...] = ()


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
    wanted = [(form, (i, j)) for i, rule in enumerate(rules()) for j, group in enumerate(rule.all) for form in group]
    return Forms(wanted + [(form, (i, _NONE)) for i, rule in enumerate(rules()) for form in rule.none])


def signals(raw: RawCase) -> Iterator[Signal]:
    """Every rule that holds in a sentence of the story, in page order."""
    for said in story(raw):
        if not said.has(Cue.SALES, Cue.PLAN):
            yield from (Signal(rule, said.start, said.end) for rule in _holding(said))


def _holding(said: Sentence) -> list[Rule]:
    hits = {hit.entry for hit in _forms().find(said.text, said.low)}
    seen = [(i, rules()[i]) for i in sorted({i for i, _ in hits})]
    return [rule for i, rule in seen if (i, _NONE) not in hits and all((i, j) in hits for j in range(len(rule.all)))]


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
    if len(ranked) > 1 and ranked[1][0] == total and _tells_before(ranked[1]) == _tells_before(ranked[0]):
        return {"maturity": Field[str].unknown("maturity_signals_disagree", losers)}
    evidence = tuple(raw.evidence(start, end) for start, end in dict.fromkeys((s.start, s.end) for s in held))
    return {"maturity": Field(level, evidence, _raw_score(total, ranked), held[0].rule.id, losers=losers)}


def _ranked(held: Sequence[Signal]) -> list[tuple[float, str, list[Signal]]]:
    """(strength, level, its signals strongest first), the strongest level first; among equals what the customer does now."""
    levels = [(level, [s for s in held if s.rule.level == level]) for level in codes().maturity]
    rows = [(_strength(own), level, sorted(own, key=lambda s: -s.rule.strength)) for level, own in levels if own]
    return sorted(rows, key=lambda row: (-row[0], _tells_before(row)))


def _tells_before(row: tuple[float, str, list[Signal]]) -> bool:
    """Whether a level rests only on what the customer had before."""
    return all(s.rule.before for s in row[2])


def _strength(held: Sequence[Signal]) -> float:
    return round(sum(s.rule.strength for s in held), 2)


def _raw_score(total: float, ranked: Sequence[tuple[float, str, list[Signal]]]) -> float:
    """The level's share of all strength, held back while little was seen (0…1)."""
    everything = sum(row[0] for row in ranked)
    return round(total / (everything + 1.0), 4)
