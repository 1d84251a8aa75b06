"""专家常识验证 (document 1 §2.3): does a persona care about what common sense expects of its customers and of its scenario?

Two questions, as the document asks two: the kind of customer (how it is known to buy) and the scenario (what is known of the category).
Both are asked against the other customers of the category: in published cases operations and scalability lead with everybody, so that
the order of a persona's own factors says little, while a bank that cares more for compliance than others do is what an expert expects.
A customer's attention is its vote (``analysis.insight.decisions``); what the scenario says itself (AI needs 智能化) is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.figures import p_text
from analysis.insight import rulebase
from analysis.insight.world import FACTORS, Group
from analysis.labels import label
from analysis.model import CaseRow, Check, Persona, Text
from analysis.personas.features import needs_of
from analysis.prose import say
from analysis.stats import Floats, Ints, discoveries, tail
from analysis.thresholds import thresholds

Bools = NDArray[np.bool_]
Expected = Callable[[CaseRow], Sequence[str]]


@dataclass(frozen=True)
class Answer:
    """What the expected factors weigh with the persona and with the others, and the chance of as much or more, and as much or less."""

    mine: float
    others: float
    more: float
    less: float

    @property
    def says(self) -> str:
        """``more`` than with others, as expected; ``less``, against it; else ``same``."""
        bound = thresholds().significance
        return "more" if self.more <= bound else "less" if self.less <= bound else "same"


@dataclass(frozen=True)
class Attention:
    """n customers, each once for its cases of the persona and once for its others: votes (n × factors) without what ``implied`` says.

    ``kinds`` are cases that stand for the ways in which the persona's customers differ for what is expected of them (industry, size and
    scenario); ``kind`` tells for each of these customers which is its own.
    """

    kinds: tuple[tuple[CaseRow, ...], ...]
    kind: Ints
    votes: Floats
    inside: Bools  # n; of the persona
    implied: frozenset[str]

    @cached_property
    def told(self) -> Ints:
        """Indexes of the persona's customers."""
        return np.flatnonzero(self.inside)

    def answer(self, expected: Expected) -> Answer | None:
        """How the persona's customers weigh what is expected of each; None where too few of them, or of the others, can be asked."""
        least = thresholds().floors.persona_target
        asked = self.asked(expected)
        able = asked.any(1)
        n, rest = int(able.sum()), len(self.votes) - len(self.told)
        if min(n, rest) < least:
            return None
        asked, mine = asked[able], self.votes[self.told[able]]
        spread = np.einsum("ij,jk,ik->i", asked, np.cov(self.votes.T), asked).sum() / n**2 * (1 - n / len(self.votes))
        gap = ((mine - self.votes.mean(0)) * asked).sum(1).mean()
        more = tail(float(gap / np.sqrt(spread))) if spread > 1e-12 else 0.5
        others = (self.votes[~self.inside].mean(0) * asked).sum(1).mean()
        return Answer(float((mine * asked).sum(1).mean()), float(others), more, 1 - more)

    def asked(self, expected: Expected) -> Floats:
        """1 where a factor is expected of a customer of the persona (customers × factors)."""
        rows = [[float(f in {w for case in cases for w in expected(case)} - self.implied) for f in FACTORS] for cases in self.kinds]
        return np.asarray(rows).reshape(-1, len(FACTORS))[self.kind]


def attention(rows: Sequence[CaseRow], group: Group) -> Attention:
    """The customers of a category's ``rows`` beside a persona; those that name nothing but what its scenario says are left out."""
    implied = frozenset(rulebase.scenarios()[group.leading("scenario") or "unknown"].implied)
    mine = {r.id for r in group.rows}
    held: dict[tuple[str, bool], list[CaseRow]] = {}
    for row in rows:
        if needs_of(row).keys() - implied:
            held.setdefault((row.customer_key, row.id in mine), []).append(row)
    votes = np.asarray([np.mean([_vote(r, implied) for r in cases], axis=0) for cases in held.values()]).reshape(-1, len(FACTORS))
    first: dict[tuple[tuple[str | None, ...], ...], int] = {}
    ways = [tuple((r.industry, r.company_size, r.scenario) for r in cases) for (_, inside), cases in held.items() if inside]
    kind = np.asarray([first.setdefault(way, len(first)) for way in ways], dtype=np.int64)
    kinds = tuple(tuple(replace(group.rows[0], industry=i, company_size=c, scenario=s) for i, c, s in way) for way in first)
    return Attention(kinds, kind, votes, np.asarray([inside for _, inside in held], dtype=bool), implied)


def _vote(row: CaseRow, implied: frozenset[str]) -> Floats:
    needs = needs_of(row)
    vote = np.asarray([0.0 if f in implied else needs.get(f, 0.0) for f in FACTORS])
    return np.asarray(vote / vote.sum())


def of_kind(row: CaseRow) -> Sequence[str]:
    """What is expected of a customer by its own industry and size; nothing of one whose industry is unknown."""
    return rulebase.decisions()[rulebase.archetype(row.industry, row.company_size)].expected if row.industry else ()


def of_scenario(row: CaseRow) -> Sequence[str]:
    """What is expected in a case's scenario."""
    return rulebase.scenarios()[row.scenario or "unknown"].expected


def common_sense(rows: Sequence[CaseRow], group: Group, persona: Persona) -> Check:
    """Red where a persona cares less than others for what is expected; green where it cares more, and for nothing that nobody expects.

    What most other kinds of customers would be confirmed by as well proves nothing: it is told and is not green.
    """
    held = attention(rows, group)
    kind, scene = held.answer(of_kind), held.answer(of_scenario)
    also, others = _also(held, group)
    weak = also > thresholds().dominant * others
    odd = _odd(held)
    borne = (kind is not None and kind.says == "more" and not weak) or (scene is not None and scene.says == "more")
    against = [a for a in (kind, scene) if a and a.says == "less"]
    apart = say("tri.sense_implied", factors=[label("factor", f) for f in sorted(held.implied)]) if held.implied else Text("", "")
    finding = _sentences(
        _told("kind", kind, kinds=[rulebase.short(a) for a in group.mix or (group.archetype,)], expected=_expected(held, of_kind)),
        say("tri.sense_weak" if weak else "tri.sense_proof", n=also, of=others) if kind and kind.says == "more" else None,
        _told("scene", scene, scenario=label("scenario", group.leading("scenario")), apart=apart, expected=_expected(held, of_scenario)),
        say("tri.sense_odd", odd=[label("factor", f) for f in odd]) if odd else None,
    )
    colour = "red" if against else "green" if borne and not odd else "amber"
    name = say("tri.sense", name=persona.name)
    return Check(f"tri-sense-{group.id}", name, colour, finding, "文档1 §2.3 专家常识验证", persona.cases if against or odd else ())


def _told(part: str, answer: Answer | None, **words: object) -> Text:
    """One question and what the cases say to it."""
    if answer is None:
        return say(f"tri.sense_{part}_few", least=thresholds().floors.persona_target, **words)
    p = answer.less if answer.says == "less" else answer.more
    said = say(f"tri.sense_{answer.says}", mine=answer.mine, others=answer.others, p=p_text(p))
    return say(f"tri.sense_{part}", said=said, **words)


def _expected(held: Attention, expected: Expected) -> list[Text]:
    """The factors that are expected of the persona's customers, but for those of a few, most first."""
    counts = held.asked(expected).sum(0).tolist()
    able = [i for i, n in enumerate(counts) if n and n >= thresholds().mixed * len(held.told)]
    found = [FACTORS[i] for i in sorted(able, key=lambda i: (-counts[i], i))]
    return [label("factor", f) for f in found[:5]] or [say("none.value")]


def _also(held: Attention, group: Group) -> tuple[int, int]:
    """How many of the other kinds of customers would be confirmed too, had the persona's customers been of these, and of how many."""
    mine = {group.archetype, *group.mix}
    others = [name for name, a in rulebase.archetypes().items() if name not in mine and set(a.industries) != {"unknown"}]
    found = [held.answer(_as(a)) for a in others]
    return sum(a is not None and a.says == "more" for a in found), len(others)


def _as(archetype: str) -> Expected:
    """What is expected of a customer were it of another kind."""
    return lambda row: rulebase.decisions()[archetype].expected if row.industry else ()


def _alone(factor: str) -> Expected:
    return lambda _row: (factor,)


def _odd(held: Attention) -> list[str]:
    """Factors that nobody expects of the persona and that weigh more with it than with others."""
    known = held.asked(of_kind).sum(0) + held.asked(of_scenario).sum(0)
    named = (held.votes[held.told] > 0).sum(0)
    rest = [f for f, n, all_ in zip(FACTORS, known, named, strict=True) if not n and all_ >= thresholds().floors.persona_min]
    found = [held.answer(_alone(f)) for f in rest]
    kept = discoveries([a.more if a else 1.0 for a in found], thresholds().discovery_rate)
    return [f for f, yes in zip(rest, kept, strict=True) if yes]


def _sentences(*parts: Text | None) -> Text:
    """Sentences in a row, those that there are."""
    held = [p for p in parts if p]
    return Text("；".join(p.zh for p in held), "; ".join(p.en for p in held))
