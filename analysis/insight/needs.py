"""The need–feature matrix of a persona (document 1 §3.1): needs by share of its cases, P0/P1/P2, key metrics as numbers of its cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analysis.figures import convincing, implied, measured, p_text, strength
from analysis.insight import rulebase
from analysis.insight.decisions import factor_quotes
from analysis.insight.world import FACTORS, Group, World, customers, factor_share
from analysis.labels import label, vendor
from analysis.model import BenefitRow, CaseRow, Factor, Kind, Need, Share, Statement, Text
from analysis.prose import join, say
from analysis.statements import statistic
from analysis.stats import discoveries, over_represented, share
from analysis.thresholds import thresholds

Figure = tuple[CaseRow, BenefitRow]


def priority(found: Share) -> str | None:
    """P0, P1, P2 by the share of customers and their least number; None below."""
    rule = thresholds().priority
    if found.n < rule.min_cases:
        return None
    return next((name for name, bound in (("P0", rule.p0), ("P1", rule.p1), ("P2", rule.p2)) if found.share >= bound), None)


def figures(rows: Sequence[CaseRow], factor: str, limit: int = 3) -> list[Figure]:
    """The most telling figures of the rows for a factor, one a customer, vendors in turn before a vendor's second."""
    held = [(r, b) for r in rows for b in r.benefits if implied(b) == factor and convincing(b)]
    held.sort(key=lambda f: (-strength(f[1]), f[0].id, f[1].label.zh))
    return spread(held, limit)


def spread(held: Sequence[Figure], limit: int) -> list[Figure]:
    """At most ``limit`` figures: one a customer, new vendors first."""
    out: list[Figure] = []
    for fresh in (True, False):
        for figure in held:
            if len(out) >= limit:
                return out
            customers, vendors = {r.customer_key for r, _ in out}, {r.vendor for r, _ in out}
            if figure[0].customer_key not in customers and (not fresh or figure[0].vendor not in vendors):
                out.append(figure)
    return out


def telling(row: CaseRow) -> list[BenefitRow]:
    """The figures of a case that may be quoted, the most telling first, one a subject: a page tells one result in several places."""
    out: dict[tuple[str, str], BenefitRow] = {}
    for b in sorted(filter(convincing, row.benefits), key=lambda b: (-strength(b), b.label.zh)):
        out.setdefault((b.subject, b.measure), b)
    return list(out.values())


def figure_text(figure: Figure) -> Text:
    """``成本 ↓ 30%（示例银行，AWS）``."""
    row, benefit = figure
    return say("figure.of_case", figure=benefit.label, customer=row.customer, vendor=vendor(row.vendor))


def matrix(world: World, group: Group, factors: Sequence[Factor]) -> tuple[Need, ...]:
    """The persona's needs, P0 first; at most as many rows as the thresholds allow."""
    weights = {f.factor: f.weight for f in factors}
    found = [(code, factor_share(group.rows, code), p) for code in FACTORS if (p := priority(_wanted(group, code)))]
    found.sort(key=lambda item: (item[2], -item[1].share, -weights.get(item[0], 0.0), FACTORS.index(item[0])))
    different = vendor_differences(group, world.cross_vendor)
    rows = found[: thresholds().priority.rows]
    return tuple(_need(world, group, code, s, p, weights.get(code, 0.0), different.get(code)) for code, s, p in rows)


def _wanted(group: Group, code: str) -> Share:
    """How many of the customers name a factor: one that is told of often lifts no need."""
    return share(customers(group.having(code)), group.customers)


def _need(world: World, group: Group, code: str, found: Share, priority_: str, weight: float, difference: Statement | None) -> Need:
    features, asked, _source = rulebase.feature(world.category.name, world.category.group, code)
    cited = figures(group.rows, code)
    rows = group.having(code)
    quotes = (*factor_quotes(world, rows, code), *(b.quote for _, b in cited if b.quote))
    return Need(
        factor=code,
        need=rulebase.factors()[code].need,
        features=features,
        metric=join([figure_text(f) for f in cited]) if cited else say(f"need.{_silence(code)}", metric=asked),
        priority=priority_,
        weight=weight,
        share=found,
        cases=tuple(dict.fromkeys([*(r.id for r in rows), *(r.id for r, _ in cited)])),
        quotes=tuple(dict.fromkeys(quotes)),
        metric_kind=Kind.EVIDENCE if cited else Kind.PRIOR,
        vendor_difference=difference,
    )


def _silence(factor: str) -> str:
    """Why no figure stands at a need: none may be quoted, or figures have no subject for it."""
    return "no_metric" if measured(factor) else "not_measured"


def vendor_differences(group: Group, cross: bool) -> dict[str, Statement]:
    """Factor → how vendors differ on it within the persona; over-representation tested with false discoveries controlled.

    What vendors have in common is called 跨厂商 only where the category is (``cross``).
    """
    rule = thresholds()
    tests = []
    all_ = Counter(r.vendor for r in group.rows)
    for code, rows in group.naming.items():
        hits = Counter(r.vendor for r in rows)
        tests += [(code, v, hits[v], n, over_represented(hits[v], n, len(rows), len(group.rows))) for v, n in sorted(all_.items())]
    kept = discoveries([t[4] for t in tests], rule.discovery_rate)
    marked = [t for t, k in zip(tests, kept, strict=True) if k]
    return {code: _difference(group, code, [t for t in marked if t[0] == code], cross) for code in sorted(group.naming)}


def _difference(group: Group, code: str, marked: Sequence[tuple[str, str, int, int, float]], cross: bool) -> Statement:
    rows = group.having(code)
    vendors = sorted({r.vendor for r in rows})
    if marked:
        _, v, hits, of, p = min(marked, key=lambda t: t[4])
        text = say("need.vendor_more", vendor=vendor(v), n=hits, of=of, p=p_text(p), label=label("factor", code))
        return statistic(text, f"needs.vendor.{code}", share(hits, of), [r.id for r in rows if r.vendor == v])
    key = "need.vendor_single" if len(vendors) < 2 else "need.vendor_common" if cross else "need.vendor_several"
    text = say(key, vendors=[vendor(v) for v in vendors], n=len(rows), of=len(group.vendors))
    return statistic(text, f"needs.vendor.{code}", cases=[r.id for r in rows])
