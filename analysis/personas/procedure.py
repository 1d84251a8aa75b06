"""The whole procedure that makes personas of cases: cut, relocation, dissolving small groups, the merge rules.

Everything that judges personas (bootstrap, shuffled cases, a vendor left out) repeats this whole, so that each of its freedoms counts.
"""

from __future__ import annotations

import numpy as np

from analysis.personas import cluster
from analysis.personas.features import Features
from analysis.personas.merge import Step, merge_all
from analysis.stats import Floats, Ints, silhouettes
from analysis.thresholds import thresholds


def personify(distance: Floats, features: Features, k: int, tree: Floats | None = None, told: bool = False) -> tuple[Ints, list[Step]]:
    """The whole procedure at ``k`` first groups: labels (n) and the merge steps, those of pairs left apart only if ``told``."""
    if len(distance) <= k:
        return np.zeros(len(distance), dtype=np.int64), []
    first = groups(distance, cluster.tree(distance) if tree is None else tree, k)
    firm = cluster.drop_small(distance, first, thresholds().floors.persona_min)
    return merge_all(features, firm, told)


def groups(distance: Floats, tree: Floats, k: int) -> Ints:
    """``k`` first groups: of several groupings that cost about as little, the one whose groups are best apart.

    Relocation ends in the nearest valley, and a single start leaves the valley to chance: on 209 real cases of 对象存储 two cuts in
    four cost within 0.7 % of each other, one with twice the silhouette of the other, and two cases more decided which of them Ward's
    tree led to. So the joins of the cut in k + 1 are starts as well.
    """
    rule = thresholds().clustering
    first, cost = cluster.settle(distance, cluster.cut(tree, k))
    finer = cluster.relocate(distance, cluster.cut(tree, k + 1))
    others = cluster.joins(distance, finer, rule.starts, cost * (1 + rule.reach))
    ends = {end.tobytes(): (end, cost) for end, cost in ((first, cost), *(cluster.settle(distance, start) for start in others))}
    least = min(cost for _, cost in ends.values())
    near = [end for end, cost in ends.values() if cost <= least * (1 + rule.near) + 1e-9]
    return max(near, key=lambda end: round(float(silhouettes(distance, end).mean()), 9)) if len(near) > 1 else near[0]
