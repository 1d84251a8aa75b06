"""Finds the personas: how many, who belongs, how well each is explained, and how well that stands up to resampling.

The number of groups to begin with is chosen among those that end in the wanted number of personas: what shuffled cases do not reach
first, then stability × coverage; every candidate stays in the curve. The bootstrap repeats the whole procedure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.model import Interval
from analysis.personas import cluster
from analysis.personas.assign import assign
from analysis.personas.chance import Chance, against_chance
from analysis.personas.features import Bools, Features, gower
from analysis.personas.merge import Step
from analysis.personas.procedure import personify
from analysis.stats import Floats, Ints, adjusted_rand, percentile_interval, rng, silhouettes, tidy
from analysis.thresholds import thresholds


@dataclass(frozen=True)
class Found:
    """The groups over all n cases. ``core`` are the indexes that were clustered (all placeable ones, or a sample), ``distance`` theirs."""

    labels: Ints  # n; −1: placed nowhere
    explained: Bools  # n
    placeable: Bools  # n; enough is known
    closeness: Floats  # n; 1 − distance to the medoid of its group
    second: Ints  # n; the next nearest group, −1 where there is none
    margin: Floats  # n; how much nearer its own group is on average than the second
    medoids: Ints  # per group, index among the n
    steps: tuple[Step, ...]  # merges; members index the n
    k: int
    curve: tuple[dict[str, float], ...]
    core: Ints
    distance: Floats
    core_labels: Ints
    jaccard: Floats  # bootstraps × groups, nan where a group was not drawn
    rand: Floats  # bootstraps
    chance: Chance | None  # None where there was no k to choose

    def groups(self) -> int:
        """How many personas."""
        return len(self.medoids)

    def stability(self, group: int) -> tuple[float | None, Interval | None]:
        """Mean bootstrap Jaccard of a group and its interval."""
        held = self.jaccard[:, group]
        held = held[~np.isnan(held)]
        return (tidy(held.mean()), percentile_interval(held)) if held.size else (None, None)


def find(features: Features) -> Found:
    """The personas of n cases; with fewer than two placeable ones all of them form one group."""
    rule = thresholds().clustering
    placeable = np.asarray(features.known() >= rule.min_known - 1e-9)
    pool = np.flatnonzero(placeable)
    core = pool if len(pool) <= rule.max_matrix else np.sort(rng(rule.seed, 1).choice(pool, rule.max_matrix, replace=False))
    inner = features.take(core)
    distance, average = gower(inner)
    k, curve, chance = choose(distance, inner)
    labels, steps = personify(distance, inner, k, told=True)
    jaccard, rand = resample(distance, inner, {k: labels}, rule.bootstrap)[k]
    centre = cluster.medoids(distance, labels) if len(core) else np.zeros(0, dtype=np.int64)
    places = assign(features, core, distance, labels, centre, average)
    return Found(
        labels=np.where(placeable, places.group, -1),
        explained=np.asarray(placeable & (places.closeness >= rule.min_closeness)),
        placeable=placeable,
        closeness=places.closeness,
        second=places.second,
        margin=places.margin,
        medoids=core[centre],
        steps=tuple(Step(core[s.a], core[s.b], s.found, s.merged) for s in steps),
        k=k,
        curve=curve,
        core=core,
        distance=distance,
        core_labels=labels,
        jaccard=jaccard,
        rand=rand,
        chance=chance,
    )


def candidates(n: int) -> list[int]:
    """The numbers of first groups that ``n`` cases may be cut into."""
    rule = thresholds()
    return [k for k in range(rule.clustering.k_min, rule.clustering.k_max + 1) if k * rule.floors.persona_min <= n]


def choose(distance: Floats, features: Features) -> tuple[int, tuple[dict[str, float], ...], Chance | None]:
    """The number of groups to begin with, the curve of all candidates, and what chance reaches at those that were compared."""
    rule, ks = thresholds().clustering, candidates(len(distance))
    if not ks:
        return 1, (), None
    tree = cluster.tree(distance)
    made = {k: personify(distance, features, k, tree)[0] for k in ks}
    stable = resample(distance, features, made, rule.bootstrap_curve)
    curve = {k: _point(k, distance, labels, stable[k][0]) for k, labels in made.items()}
    chance = against_chance(distance, features, {k: made[k] for k in compared(curve, made)})
    curve |= {k: curve[k] | {"p_value": chance.p_value(k), "stable": _stable(k, stable[k][0], chance)} for k in chance.ks}
    best = pick([curve[k] for k in chance.ks])
    return int(best["k"]), tuple(p | {"chosen": float(p is best)} for p in curve.values()), chance


def compared(curve: Mapping[int, dict[str, float]], made: Mapping[int, Ints]) -> list[int]:
    """The ks to choose among: nearest to a wanted number of personas; of those that end in the same personas the one of the best score."""
    nearest = max(wanted(p["personas"]) for p in curve.values())
    able = sorted((k for k, p in curve.items() if wanted(p["personas"]) == nearest), key=lambda k: (-curve[k]["score"], k))
    return sorted({made[k].tobytes(): k for k in reversed(able)}.values())


def pick(curve: Sequence[dict[str, float]]) -> dict[str, float]:
    """The best of the curve: a wanted number of personas; structure beyond chance (``p_value``, corrected for the choice), where any has;
    then stability × coverage; among those within the tolerance of the best, the one with the most stable personas; of these none that
    leaves clearly more cases outside (document 1 §2.3: 明显的边缘案例无法归类), for to leave out a whole kind of customers makes no persona
    of theirs tentative; then the one with the fewest others, then the one whose largest persona is smallest, since a persona of nearly
    everybody says nothing (document 1, 陷阱 3).

    For the same reason a cut with a persona of most cases is only taken where no other passes the bounds of stability and coverage
    and keeps the groups about as well apart.
    """
    nearest = max(wanted(p["personas"]) for p in curve)
    able = [p for p in curve if wanted(p["personas"]) == nearest]
    able = [p for p in able if p["p_value"] <= thresholds().significance] or able
    apart = thresholds().apart * max(p["silhouette"] for p in able)
    able = [p for p in able if _specific(p) and p["silhouette"] >= apart] or able
    tolerance = thresholds().clustering.tolerance
    able = [p for p in able if p["score"] >= max(q["score"] for q in able) - tolerance]
    able = [p for p in able if p["stable"] == max(q["stable"] for q in able)]
    able = [p for p in able if p["coverage"] >= max(q["coverage"] for q in able) - tolerance]
    return min(able, key=_preference)


def _preference(point: dict[str, float]) -> tuple[float, ...]:
    others = point["personas"] - point["stable"] if point["stable"] else 0.0
    return others, point["largest"], -point["score"], point["k"]


def _stable(k: int, jaccard: Floats, chance: Chance) -> float:
    """How many personas of the cut in ``k`` come back when cases are drawn again and are beyond chance."""
    rule, whole = thresholds(), chance.p_value(k)
    own = [max(whole, chance.p_value(k, value)) for value in chance.groups[chance.at(k)]]
    return float(((np.nanmean(jaccard, axis=0) >= rule.stability) & (np.asarray(own) <= rule.significance)).sum())


def _specific(point: dict[str, float]) -> bool:
    """Whether a cut is sound by the certificate's own bounds and holds no persona of most cases."""
    rule = thresholds()
    sound = point["stability"] >= rule.stability and point["coverage"] >= rule.floors.coverage
    return sound and point["largest"] <= rule.general


def wanted(personas: float) -> float:
    """0 for a wanted number of personas, less the further away."""
    floors = thresholds().floors
    return -max(floors.personas_min - personas, personas - floors.personas_max, 0.0)


def _point(k: int, distance: Floats, labels: Ints, jaccard: Floats) -> dict[str, float]:
    centre = cluster.medoids(distance, labels)
    covered = 1 - distance[np.arange(len(labels)), centre[labels]] >= thresholds().clustering.min_closeness
    sizes = np.bincount(labels) / len(labels)
    stability = float(np.nansum(np.nanmean(jaccard, axis=0) * sizes)) if jaccard.size else 0.0
    point = {
        "k": k,
        "personas": len(centre),
        "largest": sizes.max(),
        "coverage": covered.mean(),
        "silhouette": silhouettes(distance, labels).mean(),
        "stability": stability,
    }
    return {name: tidy(v) for name, v in (point | {"score": stability * covered.mean()}).items()}


def resample(distance: Floats, features: Features, made: dict[int, Ints], rounds: int) -> dict[int, tuple[Floats, Floats]]:
    """Bootstrap of the whole procedure: per k the best Jaccard of every group (rounds × groups) and the adjusted Rand index (rounds)."""
    rule, n = thresholds().clustering, len(distance)
    draw = rng(rule.seed, 2)
    out: dict[int, tuple[list[Floats], list[float]]] = {k: ([], []) for k in made}
    for _ in range(rounds if n >= 2 else 0):
        index = np.sort(draw.choice(n, min(n, rule.bootstrap_size), replace=True))
        part, some = distance[np.ix_(index, index)], features.take(index)
        tree = cluster.tree(part)
        once, first = np.unique(index, return_index=True)
        for k, labels in made.items():
            again = personify(part, some, k, tree)[0][first]
            out[k][0].append(best_jaccard(labels[once], again, int(labels.max()) + 1))
            out[k][1].append(adjusted_rand(labels[once], again))
    return {k: (_stack(j, int(made[k].max(initial=-1)) + 1), np.asarray(r)) for k, (j, r) in out.items()}


def _stack(rows: Sequence[Floats], groups: int) -> Floats:
    return np.vstack(rows) if rows else np.full((0, groups), np.nan)


def best_jaccard(labels: Ints, again: Ints, groups: int) -> Floats:
    """For each of ``groups``, Jaccard with its most alike group of another labelling of the same items; nan where it has none."""
    table = np.zeros((groups, int(again.max()) + 1))
    np.add.at(table, (labels, again), 1)
    union = table.sum(1)[:, None] + table.sum(0)[None, :] - table
    best = (table / np.maximum(union, 1)).max(1)
    return np.where(table.sum(1) > 0, best, np.nan)
