"""Vendors side by side (document 1 §4): structure of their customers, what is over-represented, what is common, where the gaps are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median_low

from analysis.figures import p_text
from analysis.insight import rulebase
from analysis.insight.buying import buying
from analysis.insight.world import FACTORS, READ, Group, World, by_code, by_factor, counts, customers, factor_counts
from analysis.labels import label, vendor
from analysis.model import CaseRow, Statement, Text, VendorProfile, VendorShare
from analysis.prose import say
from analysis.statements import evidence, prior, statistic
from analysis.stats import discoveries, over_represented, share, tidy
from analysis.thresholds import thresholds

COMPARED = ("industry", "company_size", "scenario", "factor")
YEARS_APART = "vendors.published.apart"
ENOUGH = 3  # cases of a vendor under which nothing is said of it


def marks(rows: Sequence[CaseRow], dimension: str) -> list[tuple[str, list[CaseRow]]]:
    """(code, rows with it) for every known value of a dimension; a row may have several factors."""
    if dimension == "factor":
        held = by_factor(rows)
        return [(f, held[f]) for f in FACTORS if f in held]
    return sorted(by_code(rows, READ[dimension]).items(), key=lambda item: (-len(item[1]), item[0]))


def vendor_shares(world: World, group: Group) -> tuple[VendorShare, ...]:
    """How every vendor of the category stands in a persona: share, lift over its share of the category, tested."""
    total = len(world.rows)
    found = []
    for v in world.vendors:
        all_ = len(world.of_vendor[v])
        mine = sum(r.vendor == v for r in group.rows)
        found.append((v, mine, all_, over_represented(mine, len(group.rows), all_, total)))
    kept = discoveries([p for *_, p in found], thresholds().discovery_rate)
    return tuple(
        VendorShare(v, share(mine, len(group.rows)), tidy(mine / len(group.rows) / (all_ / total), 2) if group.rows else None, tidy(p), k)
        for (v, mine, all_, p), k in zip(found, kept, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Contrast:
    """A value of a dimension at a vendor: the cases with it, of how many that tell the dimension, against the category's."""

    vendor: str
    dimension: str
    code: str
    hits: list[CaseRow]
    of: int
    all_hits: int
    all_of: int

    def p(self) -> float:
        """One-sided: as many or more by chance."""
        return over_represented(len(self.hits), self.of, self.all_hits, self.all_of)

    def tells(self) -> bool:
        """Whether there is another vendor to tell this one from."""
        return self.of < self.all_of


def contrasts(rows: Sequence[CaseRow]) -> list[Contrast]:
    """What is tested of vendors: every value of a dimension at every vendor with enough cases."""
    out = []
    for dimension in COMPARED:
        known = [r for r in rows if dimension == "factor" or READ[dimension](r)]
        mine = Counter(r.vendor for r in known)
        for code, with_ in marks(known, dimension):
            for v, hits in sorted(by_code(with_, READ["vendor"]).items()):
                if mine[v] >= ENOUGH:
                    out.append(Contrast(v, dimension, code, hits, mine[v], len(with_), len(known)))
    return out


def over(world: World) -> dict[str, list[tuple[str, str, Statement]]]:
    """Vendor → (dimension, code, statement) of what its cases have more often than the category; one control over all tests."""
    made = contrasts(world.rows)
    p_values = [test.p() for test in made]
    out: dict[str, list[tuple[str, str, Statement]]] = {}
    for test, p, kept in zip(made, p_values, discoveries(p_values, thresholds().discovery_rate), strict=True):
        if kept:
            out.setdefault(test.vendor, []).append((test.dimension, test.code, _over(test, p)))
    return out


def _over(test: Contrast, p: float) -> Statement:
    mine, base = len(test.hits) / test.of, test.all_hits / test.all_of
    text = say(
        "vendor.over",
        vendor=vendor(test.vendor),
        label=label(test.dimension, test.code),
        n=len(test.hits),
        of=test.of,
        share=mine,
        base=base,
        lift=mine / base,
        p=p_text(p),
    )
    found = share(len(test.hits), test.of)
    return statistic(text, f"vendors.over.{test.dimension}.{test.code}", found, [r.id for r in test.hits])


def tested(rows: Sequence[CaseRow]) -> int:
    """How many contrasts could have shown a difference of vendors."""
    return sum(c.tells() for c in contrasts(rows))


def no_difference(rows: Sequence[CaseRow], personas: int) -> Statement:
    """What 厂商客户差异 says where no test is significant: how many there were, or that none could be made."""
    alone, shared = tested(rows), personas * len({r.vendor for r in rows})
    text = say("vendor.none", n=alone + shared, alone=alone, shared=shared) if alone else say("vendor.untested", least=ENOUGH)
    return statistic(text, "vendors.none")


def profiles(world: World, marked: dict[str, list[tuple[str, str, Statement]]]) -> tuple[VendorProfile, ...]:
    """A column of §4.1 for every vendor with cases."""
    return tuple(_profile(v, world.of_vendor[v], marked.get(v, [])) for v in world.vendors)


def _profile(v: str, rows: list[CaseRow], marked: Iterable[tuple[str, str, Statement]]) -> VendorProfile:
    return VendorProfile(
        vendor=v,
        cases=tuple(r.id for r in rows),
        industries=counts(rows, "industry"),
        sizes=counts(rows, "company_size"),
        scenarios=counts(rows, "scenario"),
        factors=factor_counts(rows),
        decision_cycle=cycle(rows),
        over_represented=tuple(s for _, _, s in marked),
    )


def cycle(rows: Sequence[CaseRow]) -> Statement:
    """决策周期 of a vendor's customers by the rule base, as personas have theirs; unknown under ``ENOUGH`` customers."""
    n = customers(rows)
    if n < ENOUGH:
        return statistic(say("vendor.cycle_few", n=n, least=ENOUGH), "vendors.cycle", cases=[r.id for r in rows])
    return rulebase.decide_group(*buying(rows), "cycle")


def dimension_rows(world: World, marked: dict[str, list[tuple[str, str, Statement]]]) -> tuple[Statement, ...]:
    """The 洞察 column of §4.1: one statement a dimension, in its order; the cycle's is the rule base's."""
    made = [_dimension(world, d, [s for found in marked.values() for dim, _, s in found if dim == d]) for d in COMPARED]
    return (*made, prior(say("vendor.cycle", least=ENOUGH), "decisions.*.cycle（文档1 §4.1）"))


def _dimension(world: World, dimension: str, found: Sequence[Statement]) -> Statement:
    name = say(f"dimension.{dimension}")
    if found:
        text = say("vendor.dimension_differs", dimension=name, items=[s.text for s in found[:3]])
        return statistic(text, f"vendors.rows.{dimension}", cases=dict.fromkeys(c for s in found[:3] for c in s.cases))
    known = sum(dimension == "factor" or READ[dimension](r) is not None for r in world.rows)
    return statistic(
        say("vendor.dimension_same", dimension=name, n=known, of=len(world.rows)),
        f"vendors.rows.{dimension}",
        share(known, len(world.rows)),
    )


def published(world: World) -> Statement:
    """When each vendor's cases were published: years apart, vendors differ by what was new then, and not by their customers alone."""
    years = {v: sorted(int(r.published[:4]) for r in rows if r.published) for v, rows in world.of_vendor.items()}
    told = [_years(v, years[v], len(world.of_vendor[v])) for v in world.vendors]
    middle = [median_low(held) for held in years.values() if len(held) >= ENOUGH]
    apart = bool(middle) and max(middle) - min(middle) >= thresholds().years_apart
    text = say("vendor.years_apart" if apart else "vendor.years", vendors=told)
    return statistic(text, YEARS_APART if apart else "vendors.published", cases=[r.id for r in world.rows if r.published])


def _years(v: str, years: Sequence[int], of: int) -> Text:
    if not years:
        return say("vendor.undated", vendor=vendor(v), of=of)
    key = "vendor.dated" if years[0] < years[-1] else "vendor.dated_once"
    return say(key, vendor=vendor(v), middle=median_low(years), first=years[0], last=years[-1], n=len(years), of=of)


def common_needs(world: World) -> tuple[Statement, ...]:
    """Needs that cases of every vendor with enough cases name: 品类客户共性需求."""
    able = [v for v in world.vendors if len(world.of_vendor[v]) >= ENOUGH]
    out = []
    for code in FACTORS:
        rows = world.naming.get(code, [])
        seen = Counter(r.vendor for r in rows)
        by_vendor = {v: seen[v] / len(world.of_vendor[v]) for v in able}
        if len(able) >= 2 and min(by_vendor.values()) >= thresholds().common_share:
            text = say(
                "common.need",
                need=rulebase.factors()[code].need,
                n=len(rows),
                of=len(world.rows),
                vendors=len(able),
                low=min(by_vendor.values()),
            )
            out.append(
                (
                    len(rows),
                    evidence(
                        text,
                        [r.id for r in rows],
                        world.need_quotes(rows, code),
                        share(len(rows), len(world.rows)),
                        "vendors.common",
                    ),
                )
            )
    return tuple(s for _, s in sorted(out, key=lambda item: (-item[0], item[1].text.zh)))


def choice(group: Group, shares: Sequence[VendorShare], lead: Sequence[str]) -> Statement:
    """客户选择厂商的关键因素 of a persona: who it is seen with, and on what it decides."""
    marked = [s for s in shares if s.significant]
    named = [(f, group.having(f)) for f in lead[:3]]
    needs: list[Text] = [say("count.item", label=label("factor", f), n=len(rows), of=len(group.rows)) for f, rows in named]
    needs = needs or [say("unknown.value")]
    if marked:
        text = say("choice.marked", persona=group.name, vendors=[vendor(s.vendor) for s in marked], lift=marked[0].lift or 0.0, needs=needs)
    else:
        text = say("choice.open", persona=group.name, vendors=[vendor(v) for v in group.vendors], needs=needs)
    return statistic(text, f"vendors.choice.{group.id}", cases=[r.id for r in group.rows])
