"""The floors of ``make accuracy``: what every field must reach, in the whole and in every split (issue 4, "Measured when it is done").

They are data (``data/accuracy_floors.yaml``). A figure under its floor that is known stands there with its value and the reason:
it is named in every run, and the run fails as soon as it falls further.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.prose import DATA
from pipelines.vocabulary import DataError, check_named, load_yaml

FLOORS = DATA / "accuracy_floors.yaml"

Figures = Mapping[str, Mapping[str, Mapping[str, float]]]  # split: field: {f1, gold, …}, as contract/score.py gives them


@dataclass(frozen=True)
class Known:
    """A figure that is under its floor, what it was when it was last looked at, and why."""

    split: str
    field: str
    f1: float
    reason: str


@dataclass(frozen=True)
class Floors:
    """``accuracy_floors.yaml``: least F1 by field, the splits that must reach it, and the greatest error of calibration."""

    fields: Mapping[str, float]
    splits: tuple[str, ...]
    calibration_error: float
    known: tuple[Known, ...] = ()


@dataclass(frozen=True)
class Shortfall:
    """A figure under its floor; ``known`` where it is allowed, as long as it has not fallen further."""

    split: str
    field: str
    f1: float
    floor: float
    known: Known | None = None

    @property
    def fails(self) -> bool:
        """Whether the run fails for it: nobody knew, or it has fallen further."""
        return self.known is None or self.f1 < self.known.f1

    def __str__(self) -> str:
        said = f"{self.split} {self.field} is {self.f1:.3f}, the floor {self.floor:.3f}"
        if self.known is None:
            return f"below the floor: {said}"
        was = f"it was {self.known.f1:.3f}"
        return f"below the floor and fallen further: {said}, {was}" if self.fails else f"known: {said} ({was}): {self.known.reason}"


def load_floors(path: Path = FLOORS) -> Floors:
    """Read the floors; raises DataError for an entry that cannot be one: no reason, no shortfall, of no split or field, twice."""
    floors = load_yaml(path, Floors)
    check_named((k.split for k in floors.known), floors.splits, path)
    check_named((k.field for k in floors.known), floors.fields, path)
    for known in floors.known:
        place = f"{path}: known {known.split} {known.field}"
        if not known.reason.strip():
            raise DataError(f"{place} gives no reason; say why the figure is under its floor")
        if known.f1 >= floors.fields[known.field]:
            raise DataError(f"{place} is {known.f1}, which reaches its floor; remove the entry")
    if len({(k.split, k.field) for k in floors.known}) < len(floors.known):
        raise DataError(f"{path}: a figure stands twice under known; keep one of the two")
    return floors


def shortfalls(floors: Floors, figures: Figures) -> Iterator[Shortfall]:
    """The figures under their floors, in the order of the file; a split without labels of a field has no figure."""
    known = {(k.split, k.field): k for k in floors.known}
    for split in floors.splits:
        for field, floor in floors.fields.items():
            cell = figures.get(split, {}).get(field)
            if cell and cell.get("gold", 1) and cell["f1"] < floor:
                yield Shortfall(split, field, cell["f1"], floor, known.get((split, field)))


def settled(floors: Floors, figures: Figures, short: Collection[Shortfall]) -> Iterator[Known]:
    """The known entries whose figure has reached its floor: they can go."""
    still = {(s.split, s.field) for s in short}
    yield from (k for k in floors.known if k.split in figures and (k.split, k.field) not in still)
