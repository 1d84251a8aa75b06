"""One persona described in full: every attribute of the template of document 1 §2.4 and of the card of §6.3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import UNSET

from analysis.figures import convincing, meets_goal, p_text, strength, sure
from analysis.insight import rulebase, strategy
from analysis.insight.decisions import decision_factors
from analysis.insight.heard import heard_of, objections, said
from analysis.insight.journeys import journey
from analysis.insight.needs import figure_text, matrix, spread, telling
from analysis.insight.vendors import ENOUGH, marks, vendor_shares
from analysis.insight.world import Group, World, counts, tally
from analysis.labels import label, offer, vendor
from analysis.model import CaseRow, Concern, Count, Interval, Merge, Need, Pain, Persona, Representative, Statement, Text, VendorShare
from analysis.prose import say
from analysis.scope import own_products
from analysis.statements import evidence, prior, statistic
from analysis.stats import discoveries, over_represented, share
from analysis.thresholds import thresholds

REPRESENTATIVES = 3
SHOWN = 4
PAINS = 3
DISTINCT = 6


@dataclass(frozen=True)
class Standing:
    """What validation found of a persona before it is described."""

    status: str
    reasons: tuple[Text, ...]
    stability: float | None
    interval: Interval | None
    merges: tuple[Merge, ...] = ()


def portrait(world: World, group: Group, rank: int, standing: Standing) -> Persona:
    """The persona, from evidence, statistics and the rule base, each attribute saying which."""
    factors = decision_factors(world, group)
    needs = matrix(world, group, factors)
    marked = set_apart(world, group)
    lead = leading_needs(needs, marked)
    shares = vendor_shares(world, group)
    chosen = representatives(group)
    return Persona(
        id=group.id,
        rank=rank,
        name=group.name,
        status=standing.status,
        status_reasons=standing.reasons,
        description=describe(world, group, [n.factor for n in needs]),
        prevalence=share(len(group.rows), len(world.rows)),
        cases=tuple(r.id for r in group.rows),
        representatives=chosen,
        industries=counts(group.rows, "industry_leaf"),
        sizes=counts(group.rows, "company_size"),
        maturities=counts(group.rows, "maturity"),
        scenarios=counts(group.rows, "scenario"),
        vendors=shares,
        core_scenarios=core_scenarios(world, group),
        technical_challenges=challenges(world, group),
        business_goals=goals(group),
        decision_cycle=said(group, "cycle"),
        key_roles=said(group, "key_roles"),
        factors=factors,
        needs=needs,
        pains=pains(world, group),
        selling_points=strategy.selling(group, lead),
        differentiation=differentiation(group, needs),
        benchmarks=benchmarks(world, group, chosen),
        vendor_type=said(group, "vendor_type"),
        choice_factors=(*(rulebase.about(f, "choice") for f in lead[:3]), *seen_with(group, shares)),
        concerns=concerns(lead, group),
        contact_role=said(group, "contact_role"),
        entry_point=strategy.entry(group),
        journey=journey(group, needs),
        strategy=strategy.plan(group, needs, lead, chosen, world),
        product_advice=strategy.advice(group, needs),
        merges=standing.merges,
        stability=standing.stability,
        stability_interval=standing.interval,
        distinctive=tuple(_distinct(world, group, *t) for t in marked[:DISTINCT]),
        heard=heard_of(group) or UNSET,
        lead=tuple(lead),
    )


def describe(world: World, group: Group, lead: Sequence[str]) -> Statement:
    """一句话描述该画像的核心特征, counted from its cases."""
    known = [c for c in counts(group.rows, "industry") if c.code]
    main = _main(known)
    text = say(
        "persona.description" if main else "persona.description_cross",
        industries=main or [c.label for c in known[:3]] or [say("unknown.value")],
        work=rulebase.scenarios()[group.leading("scenario") or "unknown"].work,
        needs=[label("factor", f) for f in lead[:3]] or [say("unknown.value")],
        n=len(group.rows),
        of=len(world.rows),
    )
    return statistic(text, "persona.description", share(len(group.rows), len(world.rows)), [r.id for r in group.rows], ())


def _main(known: Sequence[Count]) -> list[Text]:
    """The one industry, or the two with a quarter each, that most of all cases are of, the unknown counted with the rest; else none."""
    most = thresholds().dominant
    leading = [c for c in known[:2] if c.share.share >= most / 2]
    several = next((n for n in (1, 2) if sum(c.share.share for c in leading[:n]) >= most), 0)
    return [c.label for c in leading[:several]]


def representatives(group: Group) -> tuple[Representative, ...]:
    """Customers from different vendors, by closeness to the centre and strength of evidence; never by alphabet."""
    scored = sorted(group.rows, key=lambda r: (-_worth(r), r.id))
    out: list[CaseRow] = []
    for fresh in (True, False):
        for row in scored:
            seen, customers = {r.vendor for r in out}, {r.customer_key for r in out}
            if len(out) < REPRESENTATIVES and row.customer_key not in customers and (not fresh or row.vendor not in seen):
                out.append(row)
    reason = "representative.reason"
    return tuple(
        Representative(r.id, r.closeness or 0.0, say(reason, closeness=r.closeness or 0.0, figures=_figures(r), quotes=_quoted(r)))
        for r in out
    )


def _figures(row: CaseRow) -> int:
    return sum(map(sure, row.benefits))


def _quoted(row: CaseRow) -> int:
    return sum(len(q) for q in row.quotes.values())


def _worth(row: CaseRow) -> float:
    """Closeness counts most; then figures, a link that can be followed, and a first-tier source."""
    return round((row.closeness or 0.0) + 0.1 * min(_figures(row), 3) + 0.1 * bool(row.url) + 0.05 * (row.tier == 1), 6)


def core_scenarios(world: World, group: Group) -> Statement:
    """核心业务场景, counted, with the customers' own words behind it."""
    known = tally(r.scenario for r in group.rows)
    if not known:
        return statistic(say("persona.scenario_unknown", of=len(group.rows)), "persona.scenarios", share(0, len(group.rows)))
    items = [say("count.item", label=label("scenario", c), n=n, of=len(group.rows)) for c, n in known[:3]]
    rows = [r for r in group.rows if r.scenario == known[0][0]]
    text = say("persona.scenarios", items=items, work=rulebase.scenarios()[known[0][0]].work)
    return statistic(text, "persona.scenarios", share(known[0][1], len(group.rows)), [r.id for r in rows], world.quotes(rows, "scenario"))


def challenges(world: World, group: Group) -> tuple[Statement, ...]:
    """技术挑战: what the cases complain of, most first, with their words."""
    return tuple(_challenge(world, group, code, rows) for code, rows in _most(group)[:SHOWN])


def _most(group: Group) -> list[tuple[str, list[CaseRow]]]:
    return sorted(marks(group.rows, "factor"), key=lambda m: (-len(m[1]), m[0]))


def _challenge(world: World, group: Group, code: str, rows: list[CaseRow]) -> Statement:
    found, hard = share(len(rows), len(group.rows)), len(world.troubled(rows, code))
    text = say(
        "persona.challenge_told" if hard else "persona.challenge",
        label=label("factor", code),
        n=found.n,
        of=found.of,
        share=found.share,
        hard=hard,
    )
    return evidence(text, [r.id for r in rows], world.need_quotes(rows, code), found, "persona.challenges")


def goals(group: Group) -> tuple[Statement, ...]:
    """业务目标: the results that cases are proud of, then what the scenario is for by the rule base."""
    out = []
    named = tally(
        b.subject for r in group.rows for b in {b.subject: b for b in r.benefits if meets_goal(b)}.values() if b.subject != "other"
    )
    for subject, n in named[:3]:
        rows = [r for r in group.rows if any(b.subject == subject and meets_goal(b) for b in r.benefits)]
        best = spread(
            sorted(
                ((r, b) for r in rows for b in r.benefits if b.subject == subject and meets_goal(b)),
                key=lambda f: (-strength(f[1]), f[0].id),
            ),
            2,
        )
        text = say("persona.goal", subject=label("goal", subject), n=n, of=len(group.rows), figures=[figure_text(f) for f in best])
        out.append(evidence(text, [r.id for r in rows], [b.quote for _, b in best if b.quote], share(n, len(group.rows)), "persona.goals"))
    rule = rulebase.scenarios()[group.leading("scenario") or "unknown"]
    return (*out, prior(rule.goal, f"scenarios.{group.leading('scenario') or 'unknown'}.goal（{rule.source}）"))


def pains(world: World, group: Group) -> tuple[Pain, ...]:
    """关键痛点 with what they lead to. A pain is counted from the cases whose words tell of trouble, not from all that name the need;
    where fewer than three factors have such cases, the usual pains of the needs named most fill up, as the rule base's."""
    least = thresholds().priority.min_cases
    told = [(code, held) for code, rows in _most(group) if len(held := world.troubled(rows, code)) >= least]
    told.sort(key=lambda one: -len(one[1]))
    rest = [code for code, _ in _most(group) if code not in dict(told)]
    return (*(_pain(world, group, *one) for one in told[:PAINS]), *(_usual_pain(code) for code in rest[: max(PAINS - len(told), 0)]))


def _pain(world: World, group: Group, code: str, rows: list[CaseRow]) -> Pain:
    found = share(len(rows), len(group.rows))
    customers = list(dict.fromkeys(r.customer for r in rows))[:2]
    text = say("persona.pain", pain=rulebase.factors()[code].pain, n=found.n, of=found.of, customers=customers)
    quotes = world.need_quotes(rows, code)
    return Pain(code, evidence(text, [r.id for r in rows], quotes, found, "persona.pains"), rulebase.about(code, "impact"))


def _usual_pain(code: str) -> Pain:
    return Pain(code, rulebase.about(code, "pain"), rulebase.about(code, "impact"))


def differentiation(group: Group, needs: Sequence[Need]) -> tuple[Statement, ...]:
    """差异化优势: needs that one vendor's cases name more often, tested; that it published more cases is no advantage (``seen_with``)."""
    out = tuple(n.vendor_difference for n in needs if n.vendor_difference and n.vendor_difference.share)
    return out or (statistic(say("persona.vendor_none", of=len(group.rows), vendors=len(group.vendors)), "persona.vendors"),)


def seen_with(group: Group, shares: Sequence[VendorShare]) -> tuple[Statement, ...]:
    """The vendors whose published cases are of this persona more often than chance has it."""
    return tuple(
        statistic(
            say(
                "persona.vendor_strong", vendor=vendor(s.vendor), lift=s.lift or 0.0, n=s.share.n, of=s.share.of, p=p_text(s.p_value or 0.0)
            ),
            "persona.vendors",
            s.share,
            [r.id for r in group.rows if r.vendor == s.vendor],
        )
        for s in shares
        if s.significant
    )


def benchmarks(world: World, group: Group, chosen: Sequence[Representative]) -> tuple[Statement, ...]:
    """标杆案例: the most telling figures, one a customer, vendors in turn; the representatives where no case has figures."""
    held = sorted(((r, b) for r in group.rows for b in r.benefits if convincing(b)), key=lambda f: (-strength(f[1]), f[0].id))
    rows = [r for r, _ in spread(held, REPRESENTATIVES)] or [world.by_id[c.case] for c in chosen]
    return tuple(benchmark(world, r) for r in rows)


def benchmark(world: World, row: CaseRow) -> Statement:
    """``客户 - 厂商 产品 - 场景 - 收益`` as in document 1 §6.1 二."""
    best = telling(row)[:2]
    text = say(
        "benchmark.line" if best else "benchmark.no_figure",
        customer=row.customer,
        offer=offer(row.vendor, own_products(world.category, row)[:2]),
        scenario=label("scenario", row.scenario),
        figures=[b.label for b in best],
    )
    quotes = [b.quote for b in best if b.quote] or [*world.book.of(row.id, "solution")[:1]]
    return evidence(text, [row.id], quotes, source="benchmarks")


def concerns(lead: Sequence[str], group: Group) -> tuple[Concern, ...]:
    """常见顾虑 and 应对话术 for the leading needs, by the rule base, after what interviewed customers objected to;
    the archetype's usual ones where cases name none."""
    codes_ = list(lead[:3]) or list(rulebase.decisions()[group.archetype].expected[:2])
    return objections(group, [Concern(rulebase.about(f, "objection"), rulebase.about(f, "answer")) for f in codes_])


Mark = tuple[str, str, list[CaseRow], int]  # dimension, code, the persona's cases with it, how many in the category have it


def set_apart(world: World, group: Group) -> list[Mark]:
    """What the persona has more often than the category, tested, strongest first; groups were made of these traits, so p is descriptive.
    The scenario comes last: groups are cut by it, so that it says least of them."""
    tests = []
    mine = {r.id for r in group.rows}
    for dimension in ("industry", "industry_leaf", "company_size", "maturity", "scenario", "factor"):
        for code, rows in marks(world.rows, dimension):
            hits = [r for r in rows if r.id in mine]
            if len(hits) >= ENOUGH and (dimension != "industry_leaf" or "." in code):
                tests.append((dimension, code, hits, len(rows), over_represented(len(hits), len(mine), len(rows), len(world.rows))))
    kept = discoveries([t[4] for t in tests], thresholds().discovery_rate)
    real = sorted((t for t, k in zip(tests, kept, strict=True) if k), key=lambda t: (t[0] == "scenario", t[4], t[0], t[1]))
    return [t[:4] for t in real]


def leading_needs(needs: Sequence[Need], marked: Sequence[Mark]) -> list[str]:
    """The persona's needs in the order in which to speak of them: what it needs more than the category does, then what it names most.
    Document 1 (常见陷阱 7): personas are not all to be told the same."""
    held = [n.factor for n in needs]
    own = next((code for dimension, code, *_ in marked if dimension == "factor" and code in held), None)
    return held if own is None else [own, *(f for f in held if f != own)]


def _distinct(world: World, group: Group, dimension: str, code: str, hits: list[CaseRow], all_: int) -> Statement:
    found = share(len(hits), len(group.rows))
    base = all_ / len(world.rows)
    text = say(
        "persona.distinct", label=label(dimension, code), share=found.share, base=base, lift=found.share / base, n=found.n, of=found.of
    )
    return statistic(text, f"persona.distinct.{dimension}.{code}", found, [r.id for r in hits])
