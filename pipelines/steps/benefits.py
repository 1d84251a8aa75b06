"""The quantified results of a case (document 1, §1.3 量化收益): the grammar of ``pipelines.quantities`` over a case's blocks.

Where a figure stands counts: results, outcomes and figure tiles speak for a benefit, the company's portrait and its
challenge against one, and nothing in a part about plans was reached yet. One fact told twice is one benefit with the
best of its evidences first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.case import Benefit, Block, Field, Many, Part, RawCase, Role
from pipelines.quantities import Found as Quantity
from pipelines.quantities import find
from pipelines.quantities.score import score, weights
from pipelines.steps import Found

PROVIDES = ("benefits",)
NEEDS: tuple[str, ...] = ()

NOT_QUOTED = (Role.ATTRIBUTION, Role.LABEL, Role.PRODUCT)
_SPEED = frozenset({"time", "latency", "throughput", "efficiency", "capacity"})
_PLACES = 3


@dataclass(frozen=True, slots=True)
class _Candidate:
    found: Quantity
    block: Block
    score: float


def run(raw: RawCase, found: Found) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol of steps
    """``benefits``: the distinct quantified results in page order, each with up to three places and a score."""
    kept = [c for c in _candidates(raw) if c.score >= weights().threshold]
    groups = _distinct(kept)
    if not groups:
        return {"benefits": Many(reason="no_quantified_result")}
    items = tuple(_field(raw, group) for group in groups)
    return {"benefits": Many(tuple(sorted(items, key=lambda f: f.evidence[0].start)))}


def _candidates(raw: RawCase) -> Iterator[_Candidate]:
    for block in raw.useful():
        if block.role in NOT_QUOTED or block.part is Part.FUTURE:
            continue
        for quantity in find(raw.page.text, block.start, block.end):
            if quantity.verdict.benefit or (block.role is Role.KPI and quantity.verdict.rule == "not.untold" and quantity.benefit.unit):
                yield _Candidate(quantity, block, score((*quantity.features, *_places(raw, block))))


def _places(raw: RawCase, block: Block) -> tuple[str, ...]:
    """The signs of where a block stands; in unordered text a part by heading says nothing."""
    part = (f"part.{block.part}",) if raw.ordered or block.part in (Part.TITLE, Part.RESULTS) else ()
    return (*part, f"role.{block.role}")


def _distinct(candidates: Iterable[_Candidate]) -> list[list[_Candidate]]:
    """Candidates grouped by fact, the surest first in each group."""
    groups: list[list[_Candidate]] = []
    for candidate in sorted(candidates, key=lambda c: (-c.score, c.found.start)):
        home = next((g for g in groups if _same(g[0].found.benefit, candidate.found.benefit)), None)
        if home is None:
            groups.append([candidate])
        else:
            home.append(candidate)
    return groups


def _same(a: Benefit, b: Benefit) -> bool:
    """Whether two benefits tell one fact: the same figure about the same thing, or about speed in other words."""
    if (a.value, a.unit, a.value_to or a.value) != (b.value, b.unit, b.value_to or b.value):
        return False
    if a.value_from is not None and b.value_from is not None and a.value_from != b.value_from:
        return False
    return a.subject == b.subject or "other" in (a.subject, b.subject) or {a.subject, b.subject} <= _SPEED


def _field(raw: RawCase, group: list[_Candidate]) -> Field[Benefit]:
    """The benefit of a group: the telling that says most, with the surest score; the best places as evidence."""
    told = max(group, key=_telling)
    places = [told, *(c for c in group if c is not told)]
    evidence = tuple(raw.evidence(c.found.start, c.found.end) for c in places[:_PLACES])
    return Field(told.found.benefit, evidence, group[0].score, told.found.rule)


def _telling(c: _Candidate) -> tuple[bool, bool, bool, float]:
    """A telling with the state before says more than one without, a change more than a level, a subject more than none."""
    b = c.found.benefit
    return b.subject != "other" and bool(b.direction), b.value_from is not None, c.found.rule.startswith("change."), c.score
