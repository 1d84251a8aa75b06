"""Do counts, shares, intervals, weights and statements follow from the cases?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isclose
from typing import Any

from analysis import labels
from analysis.model import Analysis, CaseRow, Count, Factor, Kind, Need, Persona, Quote, Share, Statement, Text
from analysis.report.verify.problem import Problem
from analysis.stats import wilson

TOLERANCE = 6e-4  # figures are written with four decimals
READ: dict[str, Callable[[CaseRow], str | None]] = {
    "vendor": lambda c: c.vendor,
    "industry": lambda c: c.industry.split(".")[0] if c.industry else None,
    "industry_leaf": lambda c: c.industry,
    "company_size": lambda c: c.company_size,
    "maturity": lambda c: c.maturity,
    "scenario": lambda c: c.scenario,
    "persona": lambda c: c.persona,
    "tier": lambda c: str(c.tier),
    "lang": lambda c: c.lang,
    "year": lambda c: c.published[:4] if c.published else None,
}
OF = re.compile(r"(?<![\d.])(\d+)/(\d+)(?![\d.])")
PERCENT_AFTER = re.compile(r"(?<![\d.])(\d+)/(\d+) ?[^（()）\d]{0,12}[（(](\d+(?:\.\d+)?)%[）)]")
FRACTION = r"(?:降至|cut to) [^\d，。；、（）()]{0,14}1/[\d.–/]+"  # a figure that fell to a part of itself: no share of cases
CHANGE = re.compile(
    r"[↑↓] ?[^，。；、（）()]{1,24}|提速 [^\d，。；、（）()]{0,4}\d[\d.,–]{0,20}(?:%|倍)|\d[\d.,–]{0,20}[%×] faster|" + FRACTION
)
PART = re.compile(FRACTION)
CUSTOMER_END = re.compile(r"，[^，（）]{1,40}）")  # 示例银行，AWS）
FIGURE_END = re.compile(r"[\d%][^，。；、（）]{0,12}$")


def check_figures(analysis: Analysis) -> Iterator[Problem]:
    """All of it."""
    yield from check_scope(analysis)
    yield from check_distributions(analysis)
    yield from check_membership(analysis)
    for persona in analysis.personas:
        yield from check_persona(analysis, persona)
    yield from check_profiles(analysis)
    yield from check_tree(analysis)


def expect(where: str, found: Any, right: Any, code: str = "wrong_count") -> Iterator[Problem]:
    """A problem where the two differ."""
    if found != right:
        yield Problem(code, where, f"报告写 {found!r:.80}，由案例算出 {right!r:.80}")


def check_scope(analysis: Analysis) -> Iterator[Problem]:
    """The numbers of the first page."""
    scope, cases = analysis.scope, analysis.cases
    yield from expect("scope.n_cases", scope.n_cases, len(cases))
    yield from expect("scope.n_customers", scope.n_customers, len({c.customer_key for c in cases}))
    if scope.n_products > len({(c.vendor, p) for c in cases for p in c.products}):
        yield Problem("wrong_count", "scope.n_products", f"案例提到的产品少于 {scope.n_products} 个")
    for used in scope.vendor_products:
        strangers = set(used.cases) - {c.id for c in cases if c.vendor == used.vendor}
        yield from expect(f"scope.vendor_products.{used.product}", strangers, set())
    yield from expect("scope.n_industries", scope.n_industries, len({READ["industry"](c) for c in cases} - {None}))
    yield from expect("scope.vendors", sorted(scope.vendors), sorted({c.vendor for c in cases}))
    yield from expect("scope.cross_vendor", scope.cross_vendor, len(set(scope.vendors)) >= 3)
    for name, by in analysis.missing.items():
        if name in CaseRow.__dataclass_fields__:
            right = {v: sum(c.vendor == v and not getattr(c, name) for c in cases) for v in by}
            yield from expect(f"missing.{name}", by, right)


def check_distributions(analysis: Analysis) -> Iterator[Problem]:
    """Every distribution counts the cases."""
    for name, counts in analysis.distributions.items():
        if name in READ:
            yield from check_counts(f"distributions.{name}", counts, analysis.cases, READ[name])


def check_counts(where: str, counts: Iterable[Count], cases: Sequence[CaseRow], read: Callable[[CaseRow], str | None]) -> Iterator[Problem]:
    """The counts by code, and each base."""
    found = {c.code: c.share.n for c in counts if c.share.n}
    yield from expect(where, found, dict(Counter(map(read, cases))))
    yield from (p for c in counts for p in expect(f"{where}[{c.code}].of", c.share.of, len(cases)))


def check_membership(analysis: Analysis) -> Iterator[Problem]:
    """Cases and personas agree; coverage and the unassigned follow."""
    held = analysis.validation
    for persona in analysis.personas:
        mine = {c.id for c in analysis.cases if c.persona == persona.id}
        if set(persona.cases) != mine:
            yield Problem("wrong_persona", persona.id, f"案例不同：{'、'.join(sorted(mine ^ set(persona.cases))[:5])}")
    known = {p.id for p in analysis.personas}
    outside = {c.id for c in analysis.cases if c.persona not in known}
    if {u.case for u in held.unassigned} != outside:
        yield Problem("wrong_persona", "validation.unassigned")
    covered = (len(analysis.cases) - len(outside), len(analysis.cases))
    yield from expect("validation.coverage", (held.coverage.n, held.coverage.of), covered)


def check_persona(analysis: Analysis, persona: Persona) -> Iterator[Problem]:
    """A persona's counts, weights, needs and vendors."""
    cases = [c for c in analysis.cases if c.id in set(persona.cases)]
    where = persona.id
    yield from expect(f"{where}.prevalence", (persona.prevalence.n, persona.prevalence.of), (len(cases), len(analysis.cases)))
    for name, counts in (("company_size", persona.sizes), ("maturity", persona.maturities), ("scenario", persona.scenarios)):
        yield from check_counts(f"{where}.{name}", counts, cases, READ[name])
    leaf = any(c.code and "." in c.code for c in persona.industries)
    yield from check_counts(f"{where}.industry", persona.industries, cases, READ["industry_leaf" if leaf else "industry"])
    yield from check_weights(where, persona.factors)
    for need in persona.needs:
        asking = {c.id for c in cases if need.factor in c.challenges}
        yield from expect(f"{where}.needs.{need.factor}", (need.share.n, need.share.of), (len(asking), len(cases)))
        yield from expect(f"{where}.needs.{need.factor}.cases", set(need.cases) - {c.id for c in cases}, set())
        yield from expect(f"{where}.needs.{need.factor}.cases", asking - set(need.cases), set())
    for vendor in persona.vendors:
        counted = (sum(c.vendor == vendor.vendor for c in cases), len(cases))
        yield from expect(f"{where}.vendors.{vendor.vendor}", (vendor.share.n, vendor.share.of), counted)


def check_weights(where: str, factors: Sequence[Factor]) -> Iterator[Problem]:
    """Weights sum to 1 and ranks follow them."""
    total = sum(f.weight for f in factors)
    if factors and not isclose(total, 1.0, abs_tol=TOLERANCE * len(factors)):
        yield Problem("wrong_weights", f"{where}.factors", f"权重之和是 {total:.4f}")
    by_rank = [f.weight for f in sorted(factors, key=lambda f: f.rank)]
    if by_rank != sorted(by_rank, reverse=True):
        yield Problem("wrong_weights", f"{where}.factors", "名次与权重不符")


def check_profiles(analysis: Analysis) -> Iterator[Problem]:
    """A vendor's profile counts its cases."""
    for profile in analysis.comparison.profiles:
        cases = [c for c in analysis.cases if c.vendor == profile.vendor]
        where = f"profiles.{profile.vendor}"
        yield from expect(f"{where}.cases", set(profile.cases), {c.id for c in cases})
        for name, counts in (("company_size", profile.sizes), ("scenario", profile.scenarios)):
            yield from check_counts(f"{where}.{name}", counts, cases, READ[name])
        leaf = any(c.code and "." in c.code for c in profile.industries)
        yield from check_counts(f"{where}.industry", profile.industries, cases, READ["industry_leaf" if leaf else "industry"])
        for count in profile.factors:
            yield from expect(f"{where}.factors.{count.code}", count.share.n, sum(count.code in c.challenges for c in cases))


def check_tree(analysis: Analysis) -> Iterator[Problem]:
    """Every share, interval, reference and sentence wherever it stands."""
    cases = {c.id: c for c in analysis.cases}
    quotes = {q.id: q for q in analysis.quotes}
    names = marks_of(analysis.cases)
    changes = {t.strip() for c in analysis.cases for b in c.benefits for t in CHANGE.findall(b.label.zh) + CHANGE.findall(b.label.en)}
    for where, one in walk(analysis, ""):
        if isinstance(one, Share):
            yield from check_share(where, one)
        elif isinstance(one, Statement):
            yield from check_statement(where, one, cases, quotes)
            yield from check_named(where, one.text.zh, one.cases, one.quotes, names)
        elif isinstance(one, Need):
            yield from check_named(where, one.metric.zh, one.cases, one.quotes, names)
        elif isinstance(one, Text):
            yield from check_text(where, one, changes)
        elif is_reference(where, one) and quotes and one not in quotes:
            yield Problem("unknown_quote", where, one)


def is_reference(where: str, one: Any) -> bool:
    """Whether this is the id of a quote somewhere outside the quotes themselves."""
    return bool(one) and isinstance(one, str) and where.endswith((".quote", ".quotes[]")) and not where.startswith("quotes[")


def walk(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    """Every dataclass of the tree with its path; lists of ids as ``name[]``."""
    if isinstance(value, tuple):
        for n, one in enumerate(value):
            yield from walk(one, f"{where}[]" if isinstance(one, str) else f"{where}[{n}]")
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from walk(one, f"{where}.{key}")
    elif hasattr(value, "__dataclass_fields__"):
        yield where, value
        for name in value.__dataclass_fields__:
            yield from walk(getattr(value, name), f"{where}.{name}" if where else name)
    else:
        yield where, value


def check_share(where: str, share: Share) -> Iterator[Problem]:
    """n over of, and Wilson's interval."""
    if not 0 <= share.n <= share.of and share.of:
        yield Problem("wrong_share", where, f"{share.of} 中的 {share.n}")
        return
    right = share.n / share.of if share.of else 0.0
    if not isclose(share.share, right, abs_tol=TOLERANCE):
        yield Problem("wrong_share", where, f"{share.n}/{share.of} 是 {right:.4f}，不是 {share.share:.4f}")
    if share.interval and share.interval.method == "wilson":
        true, said = wilson(share.n, share.of, share.interval.level), share.interval
        if true and not (near(true.low, said.low) and near(true.high, said.high)):
            yield Problem("wrong_interval", where, f"应为 {true.low:.4f}–{true.high:.4f}")


def near(a: float, b: float) -> bool:
    """Equal as figures are written."""
    return isclose(a, b, abs_tol=TOLERANCE)


def check_statement(where: str, said: Statement, cases: dict[str, CaseRow], quotes: dict[str, Quote]) -> Iterator[Problem]:
    """Its cases and quotes exist and belong together; evidence has both; figures of the sentence are those of its share."""
    yield from (Problem("unknown_case", where, c) for c in said.cases if c not in cases)
    yield from (Problem("unknown_quote", where, q) for q in said.quotes if q not in quotes)
    foreign = [q for q in said.quotes if q in quotes and quotes[q].case not in said.cases]
    if foreign and said.cases:
        yield Problem("foreign_quote", where, f"{foreign[0]} 属于案例 {quotes[foreign[0]].case}")
    if said.kind is Kind.EVIDENCE:
        known = [cases[c] for c in said.cases if c in cases]
        archived = any(c.origin != "starter" for c in known)
        if not known or (archived and not any(q in quotes for q in said.quotes)):
            yield Problem("unsupported", where, said.text.zh[:60])
    if said.share is not None:
        told = {(int(n), int(of)) for n, of in OF.findall(PART.sub("", said.text.zh))}
        if told and (said.share.n, said.share.of) not in told:
            yield Problem("wrong_figure", where, f"它的比例是 {said.share.n}/{said.share.of}：{said.text.zh[:60]}")


def marks_of(cases: Iterable[CaseRow]) -> dict[str, list[CaseRow]]:
    """Cases by the words that follow a figure of theirs in a sentence: ``（示例银行，AWS）``."""
    out: dict[str, list[CaseRow]] = {}
    for case in cases:
        out.setdefault(f"（{case.customer}，{labels.vendor(case.vendor).zh}）", []).append(case)
    return out


def check_named(
    where: str, said: str, case_ids: Sequence[str], quote_ids: Sequence[str], names: dict[str, list[CaseRow]]
) -> Iterator[Problem]:
    """Every figure that a sentence tells of a customer is that customer's, of a case that the statement names, with its quote cited."""
    for hit in CUSTOMER_END.finditer(said):
        opened = [i for i in range(hit.start()) if said[i] == "（" and said[i : hit.end()] in names]
        if not opened or not FIGURE_END.search(said, 0, opened[-1]):  # no customer, or one alone
            continue
        before, mark = said[: opened[-1]], said[opened[-1] : hit.end()]
        mine = [b for c in names[mark] if c.id in case_ids for b in c.benefits if before.endswith(b.label.zh)]
        if not mine:
            yield Problem("wrong_figure", where, f"不是该客户的数字，或未引用其案例：{before[-24:]}{mark}")
        elif not any(not b.quote or b.quote in quote_ids for b in mine):
            yield Problem("unsupported", where, f"没有引用这一数字的原文：{before[-24:]}{mark}")


def check_text(where: str, text: Text, changes: set[str]) -> Iterator[Problem]:
    """Shares in words are right, and every change that is told (↓ 30%) is a benefit of some case."""
    for said in (text.zh, text.en):
        for n, of, percent in PERCENT_AFTER.findall(PART.sub("", said)):
            if int(of) and abs(100 * int(n) / int(of) - float(percent)) > 0.51:
                yield Problem("wrong_figure", where, f"{n}/{of} 不是 {percent}%：{said[:60]}")
        for change in CHANGE.findall(said):
            if not any(change.strip().startswith(known) or known.startswith(change.strip()) for known in changes):
                yield Problem("wrong_figure", where, f"没有案例写“{change.strip()}”")
