"""The four deduplication rules of document 1 §2.2: each measured on a pair of groups, each recorded, merged or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations

import numpy as np

from analysis.model import Text
from analysis.personas.cluster import renumber
from analysis.personas.features import Features
from analysis.prose import DATA
from analysis.stats import Floats, Ints, overlap
from analysis.thresholds import thresholds
from pipelines.vocabulary import load_yaml


@dataclass(frozen=True)
class MergeRule:
    """One rule: what it measures, from where on it speaks for merging, whether it must hold or may forbid."""

    text: Text
    threshold: float
    source: str
    required: bool = False
    veto: bool = False


@dataclass(frozen=True)
class MergeRules:
    """``data/merges.yaml``: the rules and the share of those that could be judged that must hold."""

    agree: float
    rules: Mapping[str, MergeRule]


@cache
def merge_rules() -> MergeRules:
    """The rules, loaded once."""
    return load_yaml(DATA / "merges.yaml", MergeRules)


@dataclass(frozen=True)
class Profile:
    """A group of cases in distributions; sums are counts of known cases."""

    n: int
    leaf: Floats
    top: Floats
    scenario: Floats
    size: Floats
    needs: Floats  # share of the cases that name each factor

    @cached_property
    def p0(self) -> frozenset[int]:
        """Factors that reach P0 in the group."""
        rule = thresholds().priority
        return frozenset(np.flatnonzero((self.needs >= rule.p0) & (np.round(self.needs * self.n) >= rule.min_cases)).tolist())

    @cached_property
    def level(self) -> float:
        """The mean level of size of the known cases, of which there must be some."""
        return float((self.size * np.arange(len(self.size))).sum() / self.size.sum())


@dataclass(frozen=True)
class Verdict:
    """What a rule measured on a pair; ``holds`` None where the cases do not tell; ``note`` names the level or what was missing."""

    rule: str
    value: float
    holds: bool | None
    note: str


def profile(features: Features, index: Ints) -> Profile:
    """The profile of the cases at ``index``."""
    counts = {n: _count(getattr(features, n)[index], size) for n, size in _sizes(features).items()}
    return Profile(len(index), **counts, needs=features.needs[index].mean(0) if len(index) else features.needs.sum(0))


def _sizes(f: Features) -> dict[str, int]:
    return {"leaf": len(f.leaves), "top": len(f.tops), "scenario": len(f.scenarios), "size": len(f.sizes)}


def _count(values: Ints, size: int) -> Floats:
    return np.bincount(values[values >= 0], minlength=size).astype(np.float64)


def merges(found: tuple[Verdict, ...]) -> bool:
    """Whether the verdicts together say merge: enough of the judged rules hold, every required one does, none forbids."""
    book = merge_rules()
    judged = [v for v in found if v.holds is not None]
    must = all(v.holds for v in found if book.rules[v.rule].required)
    forbidden = any(v.holds is False for v in found if book.rules[v.rule].veto)
    return must and not forbidden and len(judged) >= 2 and sum(bool(v.holds) for v in judged) >= book.agree * len(judged)


def _above(rule: str, value: float, note: str = "") -> Verdict:
    return Verdict(rule, value, value >= merge_rules().rules[rule].threshold - 1e-9, note)


def _industry(a: Profile, b: Profile) -> Verdict:
    """More than 70 % of the industries in common, on leaves or on parents; the note says which."""
    leaf, top = overlap(a.leaf, b.leaf), overlap(a.top, b.top)
    if not _told(a.top, b.top):
        return Verdict("industry-overlap", 0.0, None, "unknown")
    value = max(leaf, top)
    return Verdict(
        "industry-overlap", value, value > merge_rules().rules["industry-overlap"].threshold, "leaf" if leaf >= top else "parent"
    )


def _scenario(a: Profile, b: Profile) -> Verdict:
    if not _told(a.scenario, b.scenario):
        return Verdict("scenario-similarity", 0.0, None, "unknown")
    return _above("scenario-similarity", overlap(a.scenario, b.scenario))


def _p0(a: Profile, b: Profile) -> Verdict:
    """All P0 features the same; where neither group has one the rule cannot judge."""
    first, second = a.p0, b.p0
    if not first and not second:
        return Verdict("p0-identical", 0.0, None, "none")
    return _above("p0-identical", len(first & second) / len(first | second))


def _told(a: Floats, b: Floats) -> bool:
    """Whether in both groups as many cases tell a dimension as make a persona: one or two do not speak for the others, least of all
    where they would forbid."""
    return bool(min(a.sum(), b.sum()) >= thresholds().floors.persona_min)


def _size(a: Profile, b: Profile) -> Verdict:
    """Size levels apart: at most one (DESIGN §8); smaller is nearer, so it holds at or below the threshold."""
    if not _told(a.size, b.size):
        return Verdict("size-span", 0.0, None, "unknown")
    value = abs(a.level - b.level)
    return Verdict("size-span", value, value <= merge_rules().rules["size-span"].threshold + 1e-9, "")


RULES: Mapping[str, Callable[[Profile, Profile], Verdict]] = {
    "industry-overlap": _industry,
    "scenario-similarity": _scenario,
    "p0-identical": _p0,
    "size-span": _size,
}


def verdicts(a: Profile, b: Profile) -> tuple[Verdict, ...]:
    """The four rules on a pair, in the document's order."""
    return tuple(rule(a, b) for rule in RULES.values())


def barred(a: Profile, b: Profile) -> bool:
    """Whether one of the rules that decide alone keeps a pair apart: told by a glance, as most pairs are."""
    rules = merge_rules().rules
    return any(
        (held := RULES[name](a, b).holds) is False or (held is None and rule.required)
        for name, rule in rules.items()
        if rule.required or rule.veto
    )


@dataclass(frozen=True)
class Step:
    """A pair of groups as they were looked at: their members, the four verdicts, and whether they were joined."""

    a: Ints
    b: Ints
    found: tuple[Verdict, ...]
    merged: bool


def merge_all(features: Features, labels: Ints, told: bool = True) -> tuple[Ints, list[Step]]:
    """Joins the most alike mergeable pair again and again; returns the labels and every pair looked at, joined or left apart.

    No steps but those of the joined pairs unless they are to be ``told``.
    """
    groups = {g: np.flatnonzero(labels == g) for g in range(int(labels.max(initial=-1)) + 1)}
    profiles = {g: profile(features, index) for g, index in groups.items()}
    able = _able(profiles, combinations(groups, 2))
    steps: list[Step] = []
    while able:
        (a, b), found = max(able.items(), key=lambda item: (_likeness(item[1]), (-item[0][0], -item[0][1])))
        steps.append(Step(groups[a], groups[b], found, True))
        groups[a] = np.sort(np.concatenate([groups[a], groups.pop(b)]))
        profiles[a] = profile(features, groups[a])
        able = {pair: v for pair, v in able.items() if b not in pair and a not in pair}
        able |= _able(profiles, ((min(a, g), max(a, g)) for g in groups if g != a))
    if told:
        steps += [Step(groups[a], groups[b], verdicts(profiles[a], profiles[b]), False) for a, b in combinations(sorted(groups), 2)]
    out = np.full(len(labels), -1, dtype=np.int64)
    for g, index in groups.items():
        out[index] = g
    return renumber(out), steps


def _able(profiles: Mapping[int, Profile], pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], tuple[Verdict, ...]]:
    """The pairs that may be merged, with their verdicts."""
    some = ((a, b) for a, b in pairs if not barred(profiles[a], profiles[b]))
    judged = {(a, b): verdicts(profiles[a], profiles[b]) for a, b in some}
    return {pair: found for pair, found in judged.items() if merges(found)}


def _likeness(found: tuple[Verdict, ...]) -> float:
    """Mean of what the judged rules measured, size turned so that more is more alike."""
    values = [1 - v.value if v.rule == "size-span" else v.value for v in found if v.holds is not None]
    return round(float(np.mean(values)), 9)
