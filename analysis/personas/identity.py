"""The same persona keeps its id from run to run: matched by shared cases and by what it is, not by its place in a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from analysis.insight.decisions import votes
from analysis.insight.world import FACTORS, World, counts
from analysis.model import Analysis, CaseRow, Persona

LEAST = 0.4  # below, two personas are not the same
SHARED = 0.6  # weight of shared cases where the two runs have any case in common


@dataclass(frozen=True)
class Sketch:
    """What is compared of a persona: its cases and its shares by dimension and code."""

    id: str
    cases: frozenset[str]
    traits: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Match:
    """Two personas of two runs taken for one, and how alike they are."""

    old: str
    new: str
    likeness: float


def sketch(persona: Persona) -> Sketch:
    """The sketch of a described persona."""
    traits = {name: {c.code: c.share.share for c in getattr(persona, name) if c.code} for name in ("industries", "scenarios", "sizes")}
    return Sketch(persona.id, frozenset(persona.cases), traits | {"factors": {f.factor: f.weight for f in persona.factors}})


def likeness(a: Sketch, b: Sketch, common: frozenset[str]) -> float:
    """0…1: Jaccard of the cases that both runs know, and the overlap of the traits; traits alone where no case is common."""
    traits = float(np.mean([_overlap(a.traits.get(k, {}), b.traits.get(k, {})) for k in sorted({*a.traits, *b.traits})] or [0.0]))
    x, y = a.cases & common, b.cases & common
    if not common or not (x | y):
        return traits
    return SHARED * len(x & y) / len(x | y) + (1 - SHARED) * traits


def _overlap(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    top = max(sum(a.values()), sum(b.values()))
    return sum(min(a.get(k, 0.0), b.get(k, 0.0)) for k in {*a, *b}) / top if top else 0.0


def match_sketches(old: Sequence[Sketch], new: Sequence[Sketch]) -> list[Match]:
    """The best one-to-one matching; pairs under ``LEAST`` are left apart. Sorted by the new ids."""
    if not old or not new:
        return []
    common = frozenset().union(*(s.cases for s in old)) & frozenset().union(*(s.cases for s in new))
    table = np.asarray([[likeness(a, b, common) for b in new] for a in old])
    pairs = zip(*linear_sum_assignment(-table), strict=True)
    found = [Match(old[i].id, new[j].id, round(float(table[i, j]), 4)) for i, j in pairs if table[i, j] >= LEAST]
    return sorted(found, key=lambda m: m.new)


def match_personas(old: Analysis, new: Analysis) -> list[Match]:
    """Personas of two analyses that are the same, with their likeness."""
    return match_sketches([sketch(p) for p in old.personas], [sketch(p) for p in new.personas])


def keep_ids(world: World, previous: Analysis | None) -> World:
    """The world with the ids of an earlier run's personas where they are the same; a new persona never takes an old one's id."""
    if previous is None:
        return world
    new = [_group_sketch(g.id, g.rows) for g in world.groups]
    matched = {m.new: m.old for m in match_sketches([sketch(p) for p in previous.personas], new)}
    taken, names = {p.id for p in previous.personas}, {}
    for g in world.groups:
        id_, n = matched.get(g.id, g.id), 2
        while g.id not in matched and id_ in taken:
            id_, n = f"{g.id}-{n}", n + 1
        names[g.id] = id_
        taken.add(id_)
    rows = tuple(replace(r, persona=names.get(r.persona or ""), second=names.get(r.second or "")) for r in world.rows)
    by_id = {r.id: r for r in rows}
    groups = tuple(replace(g, id=names[g.id], rows=tuple(by_id[r.id] for r in g.rows)) for g in world.groups)
    return replace(world, rows=rows, groups=groups)


def _group_sketch(id_: str, rows: Sequence[CaseRow]) -> Sketch:
    held = {"industries": "industry_leaf", "scenarios": "scenario", "sizes": "company_size"}
    traits = {name: {c.code: c.share.share for c in counts(rows, dim) if c.code} for name, dim in held.items()}
    table = votes(rows)
    weights = dict(zip(FACTORS, table.mean(0).tolist(), strict=True)) if len(table) else {}
    return Sketch(id_, frozenset(r.id for r in rows), traits | {"factors": weights})
