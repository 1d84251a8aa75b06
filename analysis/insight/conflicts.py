"""Two official sources that say different things of one customer: both kept, the verdict by authority × recency (document 3, 案例2)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from analysis.insight.world import World
from analysis.labels import label
from analysis.model import CaseRow, Conflict
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


def _conflict(world: World, name: str, group: Sequence[CaseRow]) -> Conflict | None:
    said: dict[str, list[CaseRow]] = {}
    for row in group:
        if value := getattr(row, name):
            said.setdefault(value, []).append(row)
    if len(said) < 2 or (name == "industry" and len({parent(v) for v in said}) == 1 and any("." not in v for v in said) and len(said) == 2):
        return None
    sides = sorted(said.items(), key=lambda item: max(authority(r) for r in item[1]), reverse=True)
    best = max(sides[0][1], key=authority)
    statements = tuple(
        evidence(
            say("conflict.side", field=label("field", name), value=label(name, value), customer=rows[0].customer, tier=rows[0].tier, date=rows[0].published or say("unknown.date")),
            [r.id for r in rows], world.quotes(rows, name, value), source="conflicts",
        )
        for value, rows in sides
    )  # fmt: skip
    reason = say("conflict.reason", tier=best.tier, date=best.published or say("unknown.date"))
    return Conflict(group[0].customer, name, statements, 0, reason)
