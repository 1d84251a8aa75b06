"""What changed between two analyses of one category: personas matched, grown, shrunk, new, gone; weights beyond their intervals;
new, changed and withdrawn cases; customers that moved away from the personas in use (document 4 §一: 新场景、新行业); and
whether a card is past its age (DESIGN §5, drift).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from msgspec import UNSET

from analysis.figures import p_text
from analysis.insight.world import tally
from analysis.labels import label
from analysis.model import Analysis, CaseRow, Kind, Persona, Share, Statement, Text
from analysis.personas.identity import Match, match_personas
from analysis.prose import DATA, say
from analysis.scope import AnalysisError
from analysis.segment import parent
from analysis.statements import statistic
from analysis.stats import over_represented, share, tidy
from analysis.thresholds import thresholds
from pipelines.vocabulary import load_yaml

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
    moved: tuple[Statement, ...] = ()


DIMENSIONS: tuple[tuple[str, Callable[[CaseRow], str | None]], ...] = (
    ("industry", lambda r: parent(r.industry)),
    ("scenario", lambda r: r.scenario),
)


@dataclass(frozen=True)
class Moves:
    """``moves.yaml``."""

    least: int
    share: float
    outside: float


@cache
def moves() -> Moves:
    """From when on customers count as moved."""
    return load_yaml(DATA / "moves.yaml", Moves)


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
    return Drift(new.scope.category, old.scope.as_of, new.scope.as_of, people, weights, added, changed, gone, summary, moved(old, new))


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
    told = "renamed" if change == "steady" and before.name != after.name else change
    text = say(f"drift.{told}", name=after.name, before=a.share, after=b.share, old=before.name)
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


def moved(old: Analysis, new: Analysis) -> tuple[Statement, ...]:
    """How the customers that match moved away from the personas of ``old``, which are in use: new industries and scenarios, another
    leading one, new cases and interviewed customers outside of all. One statement that nothing moved where nothing did.
    """
    known = {c.id for c in old.cases}
    matched = match_personas(old, new)
    found = [s for m in matched for s in _moved(old, new, _by_id(old, m.old), _by_id(new, m.new))]
    found += _outside([c for c in new.cases if c.id not in known], {m.new for m in matched})
    found += [s for p in new.personas for s in _heard(new, p)]
    if new.interviews is not UNSET and new.interviews.strangers:
        found += [s for s in new.interviews.notes if s.source.endswith("stranger")]
    if not found:
        fresh = sum(c.id not in known for c in new.cases)
        return (statistic(say("moved.none", date=old.scope.as_of, n=fresh), "moved.none"),)
    return (*found, statistic(say("moved.advice"), "moved.advice"))


def _moved(old: Analysis, new: Analysis, before: Persona, after: Persona) -> Iterable[Statement]:
    """By dimension: values that are new, values that grew beyond chance, and a leading value that changed."""
    known = {c.id for c in old.cases}
    had, has = _rows(old, before), _rows(new, after)
    fresh = [c for c in has if c.id not in known]
    for name, read in DIMENSIONS:
        was, now, come = (_counts(rows, read) for rows in (had, has, fresh))
        yield from _grown(after, name, was, come, [c for c in fresh if read(c)], read)
        if was and now and (lead := _lead(now)) != _lead(was) and now[lead] >= moves().least:
            found, cases = share(now[lead], sum(now.values())), [c.id for c in has if read(c) == lead]
            text = _say("lead", name, name=before.name, old=label(name, _lead(was)), new=label(name, lead), n=found.n, of=found.of)
            yield statistic(text, f"moved.lead.{name}", found, cases)


def _grown(
    after: Persona, name: str, was: dict[str, int], come: dict[str, int], fresh: Sequence[CaseRow], read: Callable[[CaseRow], str | None]
) -> Iterable[Statement]:
    total = sum(was.values())
    for code, n in come.items():
        found, cases = share(n, len(fresh)), [c.id for c in fresh if read(c) == code]
        held = {"name": after.name, "value": label(name, code), "n": n, "of": len(fresh)}
        if n < moves().least or found.share < moves().share or not total:
            continue
        p = over_represented(n, len(fresh), n + was.get(code, 0), len(fresh) + total)
        if code not in was:
            yield statistic(_say("new", name, **held), f"moved.new.{name}", found, cases)
        elif p <= thresholds().significance:
            yield statistic(_say("more", name, **held, before=was[code] / total, p=p_text(p)), f"moved.more.{name}", found, cases)


def _outside(fresh: Sequence[CaseRow], kept: set[str]) -> Iterable[Statement]:
    """New cases that no persona in use explains."""
    lost = [c for c in fresh if c.persona not in kept]
    found: Share = share(len(lost), len(fresh))
    if len(lost) < moves().least or found.share < moves().outside:
        return
    values = [label(name, code) for name, read in DIMENSIONS for code in list(_counts(lost, read))[:2]]
    yield statistic(say("moved.outside", n=found.n, of=found.of, values=values), "moved.outside", found, [c.id for c in lost])


def _heard(new: Analysis, p: Persona) -> Iterable[Statement]:
    """Interviewed customers of a persona who are of an industry or scenario that none of its cases has."""
    if p.heard is UNSET:
        return
    fields = {"industry.name": "industry", "company.scenario": "scenario"}
    held = {name: set(_counts(_rows(new, p), read)) for name, read in DIMENSIONS}
    for t in p.heard.traits:
        name = fields.get(t.field)
        code = parent(t.code) if name == "industry" else t.code
        if name and code not in held[name]:
            text = say("moved.heard", name=p.name, n=t.share.n, of=t.share.of, value=t.value)
            yield Statement(Kind.INTERVIEW, text, share=t.share, source=f"moved.heard.{name}")


def _rows(analysis: Analysis, p: Persona) -> list[CaseRow]:
    mine = set(p.cases)
    return [c for c in analysis.cases if c.id in mine]


def _counts(rows: Iterable[CaseRow], read: Callable[[CaseRow], str | None]) -> dict[str, int]:
    """Known values, most first."""
    return dict(tally(map(read, rows)))


def _lead(counted: dict[str, int]) -> str:
    return next(iter(counted))


def _say(key: str, dimension: str, **held: object) -> Text:
    return say(f"moved.{key}", dimension=say(f"moved.dimension.{dimension}"), **held)


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
