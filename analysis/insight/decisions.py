"""Decision factors of a persona (document 1 §3.2): weights from its cases that sum to 1, with bootstrap intervals and rank stability.

Every customer has one vote, split over its cases and over the factors that each names: a challenge in full, a quantified
result by what it implies (``thresholds.weights``). The rule base's prior stands beside it and is never mixed in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.figures import implied
from analysis.insight import rulebase
from analysis.insight.world import FACTORS, Group, World
from analysis.labels import label
from analysis.model import CaseRow, Factor
from analysis.personas.features import needs_of
from analysis.prose import fill
from analysis.stats import Floats, percentile_interval, rng, tidy
from analysis.thresholds import thresholds


def votes(rows: Sequence[CaseRow]) -> Floats:
    """Each customer's vote (customers that name a factor × factors), rows summing to 1."""
    held: dict[str, list[Floats]] = {}
    for row in rows:
        if needs := needs_of(row):
            vote = np.asarray([needs.get(f, 0.0) for f in FACTORS], dtype=np.float64)
            held.setdefault(row.customer_key, []).append(vote / vote.sum())
    return np.asarray([np.mean(cases, axis=0) for cases in held.values()], dtype=np.float64).reshape(-1, len(FACTORS))


def exact(weights: Floats, digits: int = 4) -> Floats:
    """Weights rounded so that they still sum to 1: the largest remainders take the missing units."""
    unit = 10**digits
    floor = np.floor(weights * unit + 1e-9)
    missing = round(float(unit - floor.sum())) if weights.sum() else 0
    for i in np.argsort(-(weights * unit - floor), kind="stable")[:missing]:
        floor[i] += 1
    return np.asarray(np.round(floor / unit, digits))


def bootstrap(table: Floats, rounds: int, seed: int) -> Floats:
    """Weights of ``rounds`` resamples (rounds × factors); equal votes are drawn together, so that the cost does not grow with cases."""
    kinds, counts = np.unique(np.round(table, 6), axis=0, return_counts=True)
    n = int(counts.sum())
    drawn = rng(seed, 3).multinomial(n, counts / n, size=rounds)
    return np.asarray(drawn @ kinds / n)


def ranks(weights: Floats) -> Floats:
    """Rank of every factor in each row, 1 the heaviest, equal ones in the order of the codes."""
    order = np.argsort(-np.round(weights, 9), axis=1, kind="stable")
    out = np.empty_like(order)
    np.put_along_axis(out, order, np.arange(1, weights.shape[1] + 1)[None, :].repeat(len(weights), 0), axis=1)
    return np.asarray(out, dtype=np.float64)


def decision_factors(world: World, group: Group) -> tuple[Factor, ...]:
    """The factors that the persona's cases name, heaviest first; none where no case names one."""
    table = votes(group.rows)
    if not len(table):
        return ()
    rule = thresholds()
    weights = exact(table.mean(0))
    samples = bootstrap(table, rule.weights.bootstrap, rule.clustering.seed)
    place, again = ranks(weights[None, :])[0], ranks(samples)
    order = [i for i in np.argsort(place) if weights[i] > 0]
    return tuple(
        _factor(world, group, int(i), float(weights[i]), samples[:, i], rank, float((again[:, i] == place[i]).mean()))
        for rank, i in enumerate(order, 1)
    )


def _factor(world: World, group: Group, i: int, weight: float, samples: Floats, rank: int, steady: float) -> Factor:
    code = FACTORS[i]
    rows = group.wanting[code]
    return Factor(
        factor=code,
        label=label("factor", code),
        weight=weight,
        interval=percentile_interval(samples),
        rank=rank,
        rank_stability=tidy(steady),
        concerns=fill(rulebase.factors()[code].concerns),
        cases=tuple(r.id for r in rows),
        quotes=factor_quotes(world, rows, code),
        prior=rulebase.decisions()[group.archetype].weights.get(code),
    )


def factor_quotes(world: World, rows: Sequence[CaseRow], factor: str) -> tuple[str, ...]:
    """The quotes by which cases name a factor: of the challenge, else of the results that imply it."""
    direct = world.need_quotes(rows, factor)
    if len(direct) >= thresholds().quote_limit:
        return direct
    results = [b.quote for r in rows for b in r.benefits if b.quote and implied(b) == factor]
    return tuple(dict.fromkeys([*direct, *results]))[: thresholds().quote_limit]
