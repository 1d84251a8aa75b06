"""The four proofs of document 1 §2.3, computed: coverage, common sense, competitor mapping, counter-evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.insight.world import FACTORS, Group, World
from analysis.labels import label, vendor
from analysis.model import Check, Persona, Share, Text
from analysis.prose import say
from analysis.stats import discoveries, under_represented
from analysis.thresholds import thresholds
from analysis.validate.common_sense import common_sense

SHOWN = 4  # of what is rare with a persona


def triangulation(
    world: World, personas: Sequence[Persona], coverage: Share, recovered: Mapping[str, Sequence[float]]
) -> tuple[Check, ...]:
    """Coverage once, then the other three for every persona."""
    out = [_coverage(coverage, sum(r.persona is None for r in world.rows))]
    for group, persona in zip(world.groups, personas, strict=True):
        out += [common_sense(world.rows, group, persona), competitors(group, recovered), counter(world, group, persona)]
    return tuple(out)


def _coverage(found: Share, unassigned: int) -> Check:
    colour = thresholds().colours["coverage"].of(found.share)
    text = say("tri.coverage_found", share=found.share, n=found.n, of=found.of, goal=thresholds().floors.coverage, left=unassigned)
    return Check("tri-coverage", say("tri.coverage"), colour, text, "文档1 §2.3 案例覆盖率验证")


def worst_recovery(group: Group, recovered: Mapping[str, Sequence[float]]) -> tuple[str, float] | None:
    """The vendor without which least of the persona is found again, and how much; None where it has no cases of others."""
    held = {v: values[group.index] for v, values in recovered.items() if values[group.index] == values[group.index]}
    return min(held.items(), key=lambda item: (item[1], item[0])) if held else None


def competitors(group: Group, recovered: Mapping[str, Sequence[float]]) -> Check:
    """At least two vendors, and found again when any one of them is left out."""
    worst = worst_recovery(group, recovered)
    enough = len(group.vendors) >= thresholds().floors.persona_vendors
    colour = thresholds().colours["left_out_vendor"].of(worst[1]) if worst and enough else "red"
    key = "single" if not (worst and enough) else "lost" if colour == "red" else "found"
    text = say(
        f"tri.rival_{key}",
        name=group.name,
        n=len(group.vendors),
        vendors=[vendor(v) for v in group.vendors],
        worst=vendor(worst[0]) if worst else "",
        value=worst[1] if worst else 0.0,
    )
    return Check(
        f"tri-rival-{group.id}", say("tri.rival", name=group.name), colour, text, "文档1 §2.3 竞品映射验证", tuple(r.id for r in group.rows)
    )


def unmapped(group: Group, recovered: Mapping[str, Sequence[float]]) -> tuple[Text, ...]:
    """Why a persona of several vendors is not seen with competitors: without the cases of one of them it is not found again."""
    worst, bound = worst_recovery(group, recovered), thresholds().colours["left_out_vendor"].amber
    if worst is None or worst[1] >= bound or len(group.vendors) < thresholds().floors.persona_vendors:
        return ()
    return (say("weak.recovered", vendor=vendor(worst[0]), value=worst[1], bound=bound),)


def counter(world: World, group: Group, persona: Persona) -> Check:
    """What is rare with the persona: factors and vendors with clearly fewer of its cases than the category's would lead to expect.

    Only what could show is tested: where not even none at all would be too few, silence says nothing of the persona. Amber too where
    one of its own P0 needs is rarer than elsewhere: that need is everybody's and no trait of the persona.
    """
    tests = _rarities(world, group)
    able = [t for t in tests if t.could_show()]
    kept = discoveries([t.p() for t in able], thresholds().discovery_rate)
    found = sorted((t for t, yes in zip(able, kept, strict=True) if yes), key=lambda t: (t.p(), t.name.zh))
    unseen = [t.name for t in tests if t.is_vendor and not t.hits and not t.could_show()]
    text = say(
        "tri.counter_found" if found else "tri.counter_none" if able else "tri.counter_weak",
        n=len(group.rows),
        tests=len(able),
        rare=[say("tri.counter_item", label=t.name, hits=t.hits, of=t.n, expected=t.expected()) for t in found[:SHOWN]],
    )
    names = {t.name for t in found}
    against = [label("factor", x.factor) for x in persona.needs if x.priority == "P0" and label("factor", x.factor) in names]
    parts = [
        text,
        *([say("tri.counter_own", factors=against)] if against else []),
        *([say("tri.counter_unseen", vendors=unseen)] if unseen else []),
    ]
    finding = Text("".join(t.zh for t in parts), "".join(t.en for t in parts))
    colour = "green" if able and not against else "amber"
    return Check(f"tri-counter-{group.id}", say("tri.counter", name=group.name), colour, finding, "文档1 §2.3 反证检验")


@dataclass(frozen=True, slots=True)
class _Rare:
    """A factor or vendor with ``hits`` of a persona's ``n`` cases and ``all_`` of the category's ``total``."""

    name: Text
    hits: int
    n: int
    all_: int
    total: int
    is_vendor: bool = False

    def p(self) -> float:
        """As few or fewer by chance."""
        return under_represented(self.hits, self.n, self.all_, self.total)

    def could_show(self) -> bool:
        """Whether none at all would be too few to be chance."""
        return under_represented(0, self.n, self.all_, self.total) <= thresholds().significance

    def expected(self) -> float:
        """As many as the category's share of it makes."""
        return self.n * self.all_ / self.total


def _rarities(world: World, group: Group) -> list[_Rare]:
    """A test for every factor that the category's cases name and every vendor that they are of."""
    n, total = len(group.rows), len(world.rows)
    seen = Counter(r.vendor for r in group.rows)
    factors = [_Rare(label("factor", f), len(group.having(f)), n, len(world.naming[f]), total) for f in FACTORS if f in world.naming]
    vendors = [_Rare(vendor(v), seen[v], n, len(world.of_vendor[v]), total, is_vendor=True) for v in world.vendors]
    return [*factors, *vendors]
