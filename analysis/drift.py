"""What changed between two analyses of one category: personas matched, grown, shrunk, new, gone; weights beyond their intervals;
new, changed and withdrawn cases; and whether a card is past its age (DESIGN §5, drift).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from analysis.model import Analysis, CaseRow, Persona, Text
from analysis.personas.identity import Match, match_personas
from analysis.prose import say
from analysis.scope import AnalysisError
from analysis.stats import tidy
from analysis.thresholds import thresholds

WATCHED = ("industry", "company_size", "scenario", "maturity", "challenges", "products", "benefits", "tier", "url")


@dataclass(frozen=True, slots=True)
class PersonaChange:
    """A persona of either run. ``change`` is new, gone, grown, shrunk or steady; shares are of the cases of each run."""

    change: str
    old: str | None
    new: str | None
    name: Text
    likeness: float | None
    share_before: float | None
    share_after: float | None
    text: Text


@dataclass(frozen=True, slots=True)
class WeightChange:
    """A decision factor of a matched persona whose weights lie outside of each other's intervals."""

    persona: str
    factor: str
    before: float
    after: float
    text: Text


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case that changed: the fields that differ."""

    case: str
    customer: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Age:
    """How old a card is at ``today`` and when it expires."""

    days: int
    expires: str
    expired: bool
    text: Text


@dataclass(frozen=True, slots=True)
class Drift:
    """The whole comparison."""

    category: str
    before: str
    after: str
    personas: tuple[PersonaChange, ...]
    weights: tuple[WeightChange, ...]
    new_cases: tuple[str, ...]
    changed_cases: tuple[CaseChange, ...]
    withdrawn_cases: tuple[str, ...]
    summary: Text


def drift(old: Analysis, new: Analysis) -> Drift:
    """What changed from ``old`` to ``new``; raises AnalysisError where they are of different categories."""
    if old.scope.category != new.scope.category:
        raise AnalysisError(say("drift.categories", a=old.scope.category, b=new.scope.category).zh)
    matches = match_personas(old, new)
    people = tuple(_personas(old, new, matches))
    before, after = {c.id: c for c in old.cases}, {c.id: c for c in new.cases}
    changed = tuple(c for i in sorted(before.keys() & after.keys()) if (c := _case(before[i], after[i])))
    added, gone = tuple(sorted(after.keys() - before.keys())), tuple(sorted(before.keys() - after.keys()))
    weights = tuple(w for m in matches for w in _weights(_by_id(old, m.old), _by_id(new, m.new)))
    counted = {kind: sum(p.change == kind for p in people) for kind in ("new", "gone", "grown", "shrunk", "steady")}
    summary = say("drift.summary", **counted, added=len(added), changed=len(changed), withdrawn=len(gone), weights=len(weights))
    return Drift(new.scope.category, old.scope.as_of, new.scope.as_of, people, weights, added, changed, gone, summary)


def _by_id(analysis: Analysis, id_: str) -> Persona:
    return next(p for p in analysis.personas if p.id == id_)


def _personas(old: Analysis, new: Analysis, matches: Iterable[Match]) -> Iterable[PersonaChange]:
    matched = {m.new: m for m in matches}
    for p in new.personas:
        yield _changed(_by_id(old, matched[p.id].old), p, matched[p.id]) if p.id in matched else _alone("new", p)
    kept = {m.old for m in matched.values()}
    yield from (_alone("gone", p) for p in old.personas if p.id not in kept)


def _alone(change: str, p: Persona) -> PersonaChange:
    share = p.prevalence.share
    text = say(f"drift.{change}", name=p.name, n=p.prevalence.n, share=share)
    if change == "new":
        return PersonaChange(change, None, p.id, p.name, None, None, share, text)
    return PersonaChange(change, p.id, None, p.name, None, share, None, text)


def _changed(before: Persona, after: Persona, match: Match) -> PersonaChange:
    """Grown or shrunk only where the shares lie outside of each other's intervals."""
    a, b = before.prevalence, after.prevalence
    change = "steady"
    if a.interval and b.interval and (b.share > a.interval.high and a.share < b.interval.low):
        change = "grown"
    elif a.interval and b.interval and (b.share < a.interval.low and a.share > b.interval.high):
        change = "shrunk"
    text = say(f"drift.{change}", name=after.name, before=a.share, after=b.share, old=before.name)
    return PersonaChange(change, before.id, after.id, after.name, match.likeness, a.share, b.share, text)


def _weights(before: Persona, after: Persona) -> Iterable[WeightChange]:
    old = {f.factor: f for f in before.factors}
    for f in after.factors:
        g = old.get(f.factor)
        if not (g and g.interval and f.interval):
            continue
        if f.interval.low > g.interval.high or f.interval.high < g.interval.low:
            text = say("drift.weight", name=after.name, factor=f.label, before=g.weight, after=f.weight)
            yield WeightChange(after.id, f.factor, tidy(g.weight), tidy(f.weight), text)


def _case(before: CaseRow, after: CaseRow) -> CaseChange | None:
    differ = tuple(name for name in WATCHED if _shown(before, name) != _shown(after, name))
    return CaseChange(after.id, after.customer, differ) if differ else None


def _shown(row: CaseRow, name: str) -> object:
    """A field as it is compared: benefits by what they say, not by the ids of their quotes."""
    return tuple(b.label.zh for b in row.benefits) if name == "benefits" else getattr(row, name)


def age(analysis: Analysis, today: str) -> Age:
    """The age of an analysis and its cards at ``today`` (YYYY-MM-DD); past the thresholds' days they are 已过期."""
    return age_at(analysis.scope.as_of, today)


def age_at(as_of: str, today: str) -> Age:
    """``age`` of an analysis that was made ``as_of``."""
    made, now = date.fromisoformat(as_of), date.fromisoformat(today)
    days, limit = (now - made).days, thresholds().card_days
    expires = date.fromordinal(made.toordinal() + limit).isoformat()
    expired = days > limit
    return Age(days, expires, expired, say("drift.expired" if expired else "drift.fresh", days=days, expires=expires))
