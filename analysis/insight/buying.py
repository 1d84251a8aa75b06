"""How a group of cases buys: the archetypes of its cases, a vote each. A size that a case does not tell is a vote too, so that the few
that tell one do not speak for all."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.insight import rulebase
from analysis.insight.world import leading, tally
from analysis.model import CaseRow
from analysis.segment import parent
from analysis.thresholds import thresholds

SEVERAL = 3  # archetypes of a mixed group that are told one by one


def buying(rows: Sequence[CaseRow]) -> tuple[str, tuple[str, ...]]:
    """(archetype, mix): the one that most of the cases have, and no mix; else the leading one of those that share the group, and these.

    Where too few cases tell their industry for either, the archetype across industries of the size that most of them tell.
    """
    rule = thresholds()
    votes = tally(rulebase.archetype(r.industry, r.company_size) for r in rows if r.industry)
    ranked = sorted(votes, key=lambda vote: (-vote[1], -_kin(vote[0], rows), _claims(vote[0]), list(rulebase.archetypes()).index(vote[0])))
    even = len(ranked) > 1 and ranked[0][1] == ranked[1][1]
    if ranked and not even and ranked[0][1] >= rule.dominant * len(rows):
        return ranked[0][0], ()
    sharing = tuple(name for name, n in ranked if n >= rule.mixed * len(rows))[:SEVERAL]
    return (sharing[0], sharing) if sharing else (rulebase.archetype(None, _size(rows)), ())


def _kin(archetype: str, rows: Sequence[CaseRow]) -> int:
    """Cases of an archetype's industries, whatever their size: of two archetypes with equal votes the one with more kin leads."""
    return sum(parent(r.industry) in rulebase.archetypes()[archetype].industries for r in rows if r.industry)


def _claims(archetype: str) -> bool:
    """Whether an archetype is of known sizes only: of two equals the one that claims less leads."""
    return "unknown" not in rulebase.archetypes()[archetype].sizes


def _size(rows: Sequence[CaseRow]) -> str | None:
    """The size that most of the cases tell, those counted that tell none."""
    size = leading(rows, "company_size")
    return size if sum(r.company_size == size for r in rows) >= thresholds().dominant * len(rows) else None
