"""Puts every case with a group: those that were clustered stay, the others go to the group they are nearest to on average."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.personas import cluster
from analysis.personas.features import Features, parts
from analysis.stats import Floats, Ints

CHUNK = 4000  # cases whose distances to the core are held at once


@dataclass(frozen=True)
class Places:
    """Over n cases: group, closeness (1 − distance to its medoid), next nearest group or −1, how much nearer its own is on average."""

    group: Ints
    closeness: Floats
    second: Ints
    margin: Floats


def assign(features: Features, core: Ints, distance: Floats, labels: Ints, centre: Ints, average: float) -> Places:
    """Places for all cases; ``distance`` (core × core), ``labels`` and ``average`` (of a pair) are those of the clustered ones."""
    n = len(features.ids)
    out = Places(np.full(n, -1), np.zeros(n), np.full(n, -1), np.ones(n))
    if not len(centre):
        return out
    inside = cluster.members(labels)
    sizes = inside.sum(0)[None, :] - inside
    _put(out, core, distance, (distance @ inside) / np.maximum(sizes, 1.0), labels, centre)
    inner, others = features.take(core), np.setdiff1d(np.arange(n), core)
    first, same = features.take(others).alike()
    for start in range(0, len(first), CHUNK):
        index = others[first[start : start + CHUNK]]
        far = parts(features.take(index), inner).total(average=average)
        mean = (far @ inside) / inside.sum(0)[None, :]
        _put(out, index, far, mean, np.argmin(mean, axis=1), centre)
    for name in ("group", "closeness", "second", "margin"):
        held = getattr(out, name)
        held[others] = held[others[first]][same]
    return out


def _put(out: Places, index: Ints, distance: Floats, mean: Floats, group: Ints, centre: Ints) -> None:
    """Writes the places of the cases at ``index``, from their distances to the core and mean distances to the groups."""
    rows = np.arange(len(index))
    out.group[index] = group
    out.closeness[index] = 1 - distance[rows, centre[group]]
    if mean.shape[1] > 1:
        others = mean.copy()
        others[rows, group] = np.inf
        second = np.argmin(others, axis=1)
        out.second[index] = second
        out.margin[index] = others[rows, second] - mean[rows, group]
