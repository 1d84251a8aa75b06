"""The numbers that decide, from ``data/thresholds.yaml``: nothing that judges a case stands in code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.prose import DATA
from pipelines.vocabulary import load_yaml


@dataclass(frozen=True)
class Level:
    """A level of complexity: reached where at least ``needs`` of the counts are at or above its bounds."""

    floor: int
    products: int
    industries: int
    vendors: int


@dataclass(frozen=True)
class Floors:
    """How much evidence there must be (documents 1, §1.4 and checklist)."""

    complexity: Mapping[str, Level]
    complexity_needs: int
    persona_min: int
    persona_target: int
    vendors_target: int
    vendors_min: int
    persona_vendors: int
    personas_min: int
    personas_max: int
    coverage: float


@dataclass(frozen=True)
class Clustering:
    """How personas are found."""

    weights: Mapping[str, float]  # dimension → weight of Gower's distance
    shrink: float  # weight of an average pair in every distance
    needs_prior: float  # needs that every pair of sets is taken to have besides its own …
    needs_expected: float  # … and the share of them in common
    same_parent: float  # distance of two leaves of one industry
    same_leaf_unknown: float  # distance where one side names only the industry
    min_known: float  # share of the weights that a case must have known to be placed
    min_closeness: float  # a case nearer than this to its persona's medoid is explained by it
    borderline: float  # a margin below this over the second persona is borderline
    tolerance: float  # scores this near to the best count as equal, and the least general personas win
    starts: int  # joins of the cut in k + 1 that relocation starts from besides the cut in k
    reach: float  # joins that cost more than this over the cut in k are no start: relocation does not gain as much
    near: float  # groupings that cost this little more than the cheapest count as equal, and the best separated wins
    k_min: int
    k_max: int
    max_matrix: int  # signatures beyond this are sampled
    bootstrap: int
    bootstrap_curve: int
    bootstrap_size: int
    permutations: int
    null_size: int
    seed: int


@dataclass(frozen=True)
class Priority:
    """P0, P1, P2 by share of a persona's cases that name the factor."""

    p0: float
    p1: float
    p2: float
    min_cases: int
    rows: int


@dataclass(frozen=True)
class Weights:
    """What counts how much towards a decision factor."""

    challenge: float
    benefit: float
    benefit_factor: Mapping[str, str]  # subject of a benefit → factor
    bootstrap: int
    confidence: bool  # whether a value counts by its confidence


@dataclass(frozen=True)
class Colour:
    """Bounds of a metric: at or beyond green, at or beyond amber; ``high`` says that more is better."""

    green: float
    amber: float
    high: bool = True

    def of(self, value: float | None) -> str:
        """green, amber or red; what could not be computed is amber."""
        if value is None:
            return "amber"
        for name in ("green", "amber"):
            bound = getattr(self, name)
            if (value >= bound) if self.high else (value <= bound):
                return name
        return "red"


@dataclass(frozen=True)
class Thresholds:
    """``data/thresholds.yaml``."""

    floors: Floors
    clustering: Clustering
    priority: Priority
    weights: Weights
    stability: float
    significance: float
    discovery_rate: float
    general: float  # a persona with a larger share of the cases says too little
    apart: float  # part of the best silhouette that a less general cut must keep
    common_share: float
    white_space_min: float
    years_apart: int
    dominant: float
    mixed: float
    same: float  # agreement from which two partitions are one by another name
    card_days: int
    detail_limit: int
    quote_limit: int
    colours: Mapping[str, Colour]


@cache
def thresholds() -> Thresholds:
    """The thresholds, loaded once."""
    return load_yaml(DATA / "thresholds.yaml", Thresholds)
