"""The certificate (DESIGN §5): each figure with what it means, what it is compared with, its colour, and what would make it better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.figures import p_text
from analysis.insight.world import World
from analysis.labels import label, vendor
from analysis.model import CaseRow, Check, Interval, Metric, Persona, Share, Text
from analysis.personas.find import Found
from analysis.prose import say
from analysis.stats import percentile_interval, share, tidy
from analysis.thresholds import thresholds
from analysis.validate.dimension import OneDimension
from analysis.validate.leakage import Leakage
from analysis.validate.lift import Lift
from analysis.validate.structure import Structure

NAMED = 4  # that the verdict tells by name
COUNTED = ("industry", "company_size", "maturity", "scenario", "challenges", "benefits", "solution", "products")


def metric(
    id_: str, value: float | None, colour: str, interval: Interval | None = None, detail: Mapping[str, Any] | None = None, **shown: Any
) -> Metric:
    """A metric whose words stand in the prose under its id."""
    words = {part: say(f"metric.{id_}.{part}", **shown) for part in ("name", "compared", "threshold", "meaning", "better")}
    return Metric(
        id_,
        words["name"],
        value,
        interval,
        words["compared"],
        words["threshold"],
        colour,
        words["meaning"],
        words["better"],
        dict(detail or {}),
    )


def coverage(found: Share) -> Metric:
    """Share of cases that the personas explain."""
    return metric(
        "coverage",
        found.share,
        thresholds().colours["coverage"].of(found.share),
        found.interval,
        goal=thresholds().floors.coverage,
        n=found.n,
        of=found.of,
    )


def stability(world: World, found: Found) -> tuple[Metric, Metric]:
    """Bootstrap Jaccard over all personas weighted by size, and the adjusted Rand index."""
    sizes = {g.index: len(g.rows) for g in world.groups}
    by_group = {g.id: found.stability(g.index)[0] for g in world.groups}
    total = sum(sizes.values())
    rounds = (
        [
            sum(row[i] * n for i, n in sizes.items() if row[i] == row[i]) / max(sum(n for i, n in sizes.items() if row[i] == row[i]), 1)
            for row in found.jaccard
        ]
        if total
        else []
    )
    value = tidy(sum(rounds) / len(rounds)) if rounds else None
    rand = tidy(found.rand.mean()) if found.rand.size else None
    colours = thresholds().colours
    return (
        metric(
            "stability",
            value,
            colours["stability"].of(value),
            percentile_interval(rounds) if rounds else None,
            {"personas": by_group},
            bound=thresholds().stability,
            rounds=len(rounds),
        ),
        metric(
            "rand",
            rand,
            colours["ari"].of(rand),
            percentile_interval(found.rand) if found.rand.size else None,
            {"rounds": int(found.rand.size)},
            rounds=int(found.rand.size),
        ),
    )


def stable_cases(personas: Sequence[Persona]) -> Metric:
    """Share of the cases of personas that lie in 稳定 ones: a stable persona of few cases does not vouch for a large one that is 暂定."""
    stable = sum(len(p.cases) for p in personas if p.stable)
    found = share(stable, sum(len(p.cases) for p in personas))
    colour = thresholds().colours["stable_cases"].of(found.share if found.of else None)
    by_status = {p.id: p.status for p in personas}
    return metric(
        "stable_cases", found.share if found.of else None, colour, found.interval, {"personas": by_status}, n=found.n, of=found.of
    )


def silhouette(found: Structure | None, world: World) -> Metric:
    """Gower silhouette against a permutation null."""
    if found is None:
        return metric("silhouette", None, "red", None, {}, null=0.0, p="= —")
    colour = thresholds().colours["silhouette_p"].of(found.p_value)
    detail = {
        "null_mean": found.null_mean(),
        "p_value": found.p_value,
        "permutations": len(found.null),
        "personas": {g.id: found.group_p[g.index] for g in world.groups},
    }
    return metric("silhouette", found.value, colour, None, detail, null=found.null_mean(), p=p_text(found.p_value))


def over_industry(found: Lift | None) -> Metric:
    """How much better than an industry-only rule."""
    if found is None:
        return metric("lift", None, "red", None, {}, industry=0.0, persona=0.0)
    colour = thresholds().colours["lift"].of(found.value)
    if colour == "green" and found.interval and found.interval.low <= 0:
        colour = "amber"
    return metric(
        "lift",
        found.value,
        colour,
        found.interval,
        {"brier_persona": found.persona, "brier_industry": found.industry},
        industry=found.industry,
        persona=found.persona,
    )


def by_one_dimension(found: OneDimension | None) -> Metric:
    """Whether the personas are one of the four dimensions by another name."""
    if found is None:
        none = say("none.value")
        return metric("one_dimension", None, "amber", None, {}, dimension=none, second=none, next=0.0)
    return metric(
        "one_dimension",
        found.value,
        thresholds().colours["one_dimension"].of(found.value) if found.alone() else "green",
        None,
        {"dimension": found.field, "next": {found.second: found.next_}},
        dimension=label("field", found.field),
        second=label("field", found.second),
        next=found.next_,
    )


def one_dimension_notes(metrics: Sequence[Metric]) -> tuple[Text, ...]:
    """What a reader of personas that are hardly more than one dimension must know."""
    found = next(m for m in metrics if m.id == "one_dimension")
    if found.colour == "green" or found.value is None or found.value < thresholds().same:
        return ()
    return (say("note.one_dimension", dimension=label("field", found.detail["dimension"]), value=found.value),)


def vendor_leakage(found: Leakage) -> Metric:
    """Whether the persona gives the vendor away."""
    by_v, by_p = thresholds().colours["leakage_v"].of(found.value), thresholds().colours["leakage_p"].of(found.p_value)
    colour = "green" if "green" in (by_v, by_p) else "red" if by_v == "red" else "amber"
    return metric(
        "leakage", found.value, colour, None, {"null_mean": found.null, "p_value": found.p_value}, null=found.null, p=p_text(found.p_value)
    )


def recovery(world: World, recovered: Mapping[str, Sequence[float]]) -> Metric:
    """Worst mean recovery when one vendor is left out."""
    means = {v: [x for i, x in enumerate(values) if x == x and i in {g.index for g in world.groups}] for v, values in recovered.items()}
    held = {v: tidy(sum(xs) / len(xs)) for v, xs in means.items() if xs}
    worst = min(held, key=lambda v: (held[v], v)) if held else None
    value = held[worst] if worst else None
    return metric(
        "left_out_vendor",
        value,
        thresholds().colours["left_out_vendor"].of(value),
        None,
        held,
        vendor=vendor(worst) if worst else say("none.value"),
    )


def missing_table(rows: Sequence[CaseRow]) -> dict[str, dict[str, int]]:
    """Field → vendor → cases without a value."""
    absent = Counter((f, r.vendor) for r in rows for f in COUNTED if not getattr(r, f))
    return {f: {v: absent[f, v] for v in sorted({r.vendor for r in rows})} for f in COUNTED}


def missing(rows: Sequence[CaseRow], table: Mapping[str, Mapping[str, int]]) -> Metric:
    """Share of the values of the four dimensions and the needs that no page tells."""
    fields = ("industry", "company_size", "maturity", "scenario", "challenges")
    shares = {f: tidy(sum(table[f].values()) / len(rows)) for f in COUNTED}
    value = tidy(sum(shares[f] for f in fields) / len(fields))
    worst = max(fields, key=lambda f: (shares[f], f))
    return metric(
        "missing", value, thresholds().colours["missing"].of(value), None, shares, worst=label("field", worst), share=shares[worst]
    )


def verdict(metrics: Sequence[Metric], floors_red: bool, proof_failed: bool = False) -> str:
    """red where a floor is missed or stability, coverage or structure are red; green where all of these are green, no other is red, no
    proof of document 1 §2.3 failed (``proof_failed``: personas must pass them), and most cases lie in stable personas: where most are
    暂定 nothing may be used without care."""
    key = {m.id: m.colour for m in metrics}
    heart = [key[i] for i in ("coverage", "stability", "silhouette")]
    if floors_red or "red" in heart:
        return "red"
    sound = {*heart, key["stable_cases"]} == {"green"} and "red" not in key.values()
    return "green" if sound and not proof_failed else "amber"


def why(found: Sequence[Metric | Check]) -> Text:
    """What did not pass, the gravest first and no more than a reader takes in; where nothing failed, what needs care."""
    for colour, key in (("red", "verdict.failed"), ("amber", "verdict.care")):
        if names := [x.name for x in found if x.colour == colour]:
            more = say("verdict.more", n=len(names) - NAMED) if len(names) > NAMED else Text("", "")
            return say(key, names=names[:NAMED], more=more)
    return Text("", "")
