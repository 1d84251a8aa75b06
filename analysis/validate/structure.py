"""Is there structure at all? The groups' silhouette against shuffled cases whose dimensions know nothing of each other.

The shuffled cases go through the whole procedure at every k that was compared, and p is corrected for having chosen among these
(``analysis.personas.chance``), so that the freedom of choosing does not count as structure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.personas.find import Found
from analysis.stats import tidy


@dataclass(frozen=True)
class Structure:
    """Observed mean silhouette, those of shuffled cases, and how often these reach the whole's and every group's."""

    value: float
    null: tuple[float, ...]
    p_value: float
    group_p: tuple[float, ...]

    def null_mean(self) -> float:
        """The silhouette that shuffled cases reach on average."""
        return tidy(float(np.mean(self.null))) if self.null else 0.0


def structure(found: Found) -> Structure | None:
    """The test of the chosen cut, its p and those of its groups corrected for the choice; None with fewer than two groups."""
    chance, k = found.chance, found.k
    if chance is None or found.groups() < 2:
        return None
    at = chance.at(k)
    return Structure(
        value=tidy(float(chance.observed[at])),
        null=tuple(tidy(x) for x in chance.null[:, at]),
        p_value=chance.p_value(k),
        group_p=tuple(chance.p_value(k, own) for own in chance.groups[at]),
    )
