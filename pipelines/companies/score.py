"""Which of the proposed names is the customer: points for every observation, and what they amount to."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from pipelines.companies.candidates import Hint, hints
from pipelines.companies.names import has_han, key
from pipelines.companies.observe import Mentions, mentions, observations
from pipelines.companies.view import View
from pipelines.companies.weights import Weights, weights


@dataclass
class Candidate:
    """A name with what was observed of it: ``points`` maps the observation's id to what it adds."""

    name: str
    points: dict[str, float] = field(default_factory=dict)
    forms: list[str] = field(default_factory=list)

    @property
    def score(self) -> float:
        """The sum of the points."""
        return sum(self.points.values())

    def method(self) -> str:
        """The id of the observation that adds most."""
        return max(self.points, key=lambda rule: (self.points[rule], rule), default="")

    def proves(self, group: str) -> bool:
        """Whether one of the group's observations was made of the name."""
        return bool(self.points.keys() & _group(group))


@cache
def _group(name: str) -> frozenset[str]:
    return frozenset(weights().rules[name])


def confidence(score: float) -> float:
    """The probability that a name with this score is right: linear between the table's points, never falling."""
    table = weights().confidence
    if score <= table[0][0]:
        return table[0][1]
    for (low, a), (high, b) in itertools.pairwise(table):
        if score <= high:
            return round(a + (b - a) * (score - low) / (high - low), 3)
    return table[-1][1]


def needed(candidate: Candidate, view: View) -> float:
    """The score at which a name is taken: more where neither title nor heading nor label names it and the page is long."""
    told = view.zh or view.size <= weights().long_story or candidate.proves("promised")
    return weights().accept + (0.0 if told else weights().unnamed)


def preferred(best: Candidate, order: list[Candidate]) -> Candidate:
    """The fuller form of the best name where the headline uses it: 示例单车 before 示例, Sample Motors before Sample."""
    for group in ("exact_form", "form"):
        if best.proves(group):
            return best
        if found := next((other for other in order if _fuller(best, other, group)), None):
            return found
    return best


def _fuller(best: Candidate, other: Candidate, group: str) -> bool:
    if not (other.name.startswith(best.name) and other.name != best.name and other.proves(group)):
        return False
    apart = has_han(other.name) or other.name[len(best.name)] == " "
    short = len(other.name) <= (8 if has_han(other.name) else 40)
    return apart and short and " and " not in other.name and other.score >= weights().accept + 1


def ranked(view: View) -> list[Candidate]:
    """The candidates, best first; equal scores in the order of the page."""
    pool: dict[str, Candidate] = {}
    for hint in hints(view, weights()):
        _add(pool, hint)
    for candidate in pool.values():
        _observe(candidate, mentions(candidate.name, view))
    return sorted(pool.values(), key=lambda c: (-c.score, view.text.find(c.name)))


def _add(pool: dict[str, Candidate], hint: Hint) -> None:
    found = pool.setdefault(key(hint.name) or hint.name, Candidate(hint.name))
    if hint.name not in found.forms:
        found.forms.append(hint.name)
    if hint.weight:
        found.points[hint.rule] = max(found.points.get(hint.rule, 0.0), hint.weight)


def _observe(candidate: Candidate, seen: Mentions) -> None:
    """Add what the body tells to what titles and headings gave; of the latter the best counts fully, the others in part."""
    table, points = weights(), candidate.points
    given = sorted(points.values(), reverse=True)[1:]
    if given:
        points["given-twice"] = table.given_twice * sum(given)
    points.update({rule: added for rule, observed in observations().items() if (added := observed(seen, table))})
    if "common-word" in points and has_han(candidate.name) and candidate.proves("prominent"):
        points["common-word"] *= table.plain_but_told
    if not _is_organisation(candidate, seen.view, table):
        points["no-evidence"] = table.no_evidence * _doubt(points, seen.view, table)


def _doubt(points: Mapping[str, float], view: View, table: Weights) -> float:
    """How much the lack of evidence weighs: twice in a long story, less where its title and its first words agree on the name."""
    agreed = "first-words" in points and any(rule.startswith("title.") for rule in points)
    return (2.0 if view.size > table.long_story else 1.0) * (table.title_and_lead if agreed else 1.0)


def _is_organisation(candidate: Candidate, view: View, table: Weights) -> bool:
    """Whether anything says that the name is an organisation: in a long page more than a headline that begins with it."""
    if candidate.proves("organisation") or (view.zh and candidate.proves("organisation_zh")):
        return True
    if view.size <= table.long_story:
        return candidate.proves("organisation_short")
    return candidate.proves("told") and ("speaker" in candidate.points or _busy(candidate.points, table))


def _busy(points: Mapping[str, float], table: Weights) -> bool:
    """Whether the name is repeated and does things: some five mentions, two of them with a verb."""
    return points.get("agent", 0.0) >= 2 * table.agent and points.get("frequency", 0.0) >= 2.5 * table.frequency
