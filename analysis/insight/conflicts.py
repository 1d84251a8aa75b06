"""Two official sources that say different things of one customer: both kept, the verdict by authority × recency (document 3, 案例2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from analysis.insight.world import World
from analysis.labels import label
from analysis.model import CaseRow, Conflict, Statement
from analysis.prose import say
from analysis.segment import parent
from analysis.statements import evidence

COMPARED = ("industry", "company_size")  # what a customer is; scenario and needs may differ from project to project


def conflicts(world: World) -> tuple[Conflict, ...]:
    """One entry for every customer and field on which its cases disagree; a leaf does not contradict its parent."""
    rows = sorted(world.rows, key=lambda r: (r.customer_key, r.id))
    out = []
    for _, held in groupby(rows, key=lambda r: r.customer_key):
        group = list(held)
        out += [c for name in COMPARED if (c := _conflict(world, name, group))]
    return tuple(out)


def authority(row: CaseRow) -> tuple[int, str, float]:
    """First tier before second, then the later published, then the surer."""
    return -row.tier, row.published or "", row.confidence.get("industry", 0.0)


def _refines(said: Iterable[str]) -> bool:
    """Whether the values are one industry and one of its leaves: more exact, not contradictory."""
    values = set(said)
    return len({parent(v) for v in values}) == 1 and len({v for v in values if "." in v}) == 1


def _conflict(world: World, name: str, group: Sequence[CaseRow]) -> Conflict | None:
    said: dict[str, list[CaseRow]] = {}
    for row in group:
        if value := getattr(row, name):
            said.setdefault(value, []).append(row)
    if len(said) < 2 or (name == "industry" and _refines(said)):
        return None
    sides = sorted(said.items(), key=lambda item: max(authority(r) for r in item[1]), reverse=True)
    best = max(sides[0][1], key=authority)
    statements = tuple(_side(world, name, value, rows) for value, rows in sides)
    reason = say("conflict.reason", tier=best.tier, date=best.published or say("unknown.date"))
    return Conflict(group[0].customer, name, statements, 0, reason)


def _side(world: World, name: str, value: str, rows: Sequence[CaseRow]) -> Statement:
    best = max(rows, key=authority)
    date = best.published or say("unknown.date")
    text = say("conflict.side", field=label("field", name), value=label(name, value), customer=best.customer, tier=best.tier, date=date)
    return evidence(text, [r.id for r in rows], world.quotes(rows, name, value), source="conflicts")
