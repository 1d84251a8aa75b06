"""Which cases are in, and what the category is: document 1 §6.1 head and 一、品类概述."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from analysis.model import CaseRow, Scope, Text, VendorProduct
from analysis.prose import say
from analysis.segment import parent
from analysis.thresholds import Level, thresholds
from pipelines.case import Case
from pipelines.catalog import catalogue
from pipelines.errors import UserError
from pipelines.vocabulary import codes


class AnalysisError(UserError):
    """The analysis cannot be made; the message says why and what to do."""


@dataclass(frozen=True)
class Category:
    """A generic product category as the catalogue knows it; ``products`` are (vendor, product, positioning)."""

    name: str
    group: str
    definition: str = ""
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    reason: str = ""
    products: tuple[tuple[str, str, str], ...] = ()
    en: str = ""
    listed: frozenset[tuple[str, str]] = frozenset()  # (vendor, product) that the mapping table of document 1 names

    def text(self) -> Text:
        """The name in both languages."""
        return Text(self.name, self.en or self.name)


@dataclass(frozen=True)
class Filters:
    """What to narrow the analysis to; empty takes all."""

    tiers: tuple[int, ...] = (1, 2)
    vendors: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    since: str = ""  # ISO date; cases known to be older are left out, undated ones stay

    def keeps(self, case: Case) -> bool:
        """Whether a case passes."""
        top = parent(case.industry.value)
        return (
            case.tier in self.tiers
            and (not self.vendors or case.vendor.value in self.vendors)
            and (not self.industries or top in self.industries or case.industry.value in self.industries)
            and not (self.since and case.published.value and case.published.value < self.since)
        )

    def shown(self) -> dict[str, str]:
        """The filters in use, for the report's head."""
        named = {"vendors": ",".join(self.vendors), "industries": ",".join(self.industries), "since": self.since}
        return {k: v for k, v in named.items() if v}


ALL = Filters()


@dataclass(frozen=True)
class Selection:
    """The cases of the category, and how many each filter left out."""

    cases: tuple[Case, ...]
    filtered: Mapping[str, int] = field(default_factory=dict)


def select(inside: Sequence[Case], total: int, category: str, filters: Filters = ALL) -> Selection:
    """Of a category's cases those that pass the filters; raises AnalysisError where there is none, naming the remedy."""
    kept = tuple(c for c in inside if filters.keeps(c))
    if not kept:
        raise AnalysisError(_nothing(category, total, len(inside)))
    return Selection(kept, {"filter": len(inside) - len(kept)} if len(inside) > len(kept) else {})


def _nothing(category: str, all_: int, inside: int) -> str:
    if inside:
        return say("error.filtered", category=category, n=inside).zh
    return say("error.empty" if all_ else "error.no_library", category=category, n=all_).zh


def complexity(products: int, industries: int, vendors: int) -> tuple[str, int]:
    """(level, floor of cases): simple 15, medium 20, complex 25 by how much of products, industries and vendors a persona must span."""
    floors = thresholds().floors

    def reached(level: Level) -> bool:
        met = (products >= level.products, industries >= level.industries, vendors >= level.vendors)
        return sum(met) >= floors.complexity_needs

    name, level = max(((n, lv) for n, lv in floors.complexity.items() if reached(lv)), key=lambda item: item[1].floor)
    return name, level.floor


def scope(query: str, category: Category, rows: Sequence[CaseRow], as_of: str, filters: Filters = ALL) -> Scope:
    """The head of the report."""
    vendors = tuple(sorted({r.vendor for r in rows}, key=_vendor_order))
    products = {(r.vendor, p) for r in rows for p in own_products(category, r)}
    industries = {parent(r.industry) for r in rows} - {None}
    level, floor = complexity(len(products), len(industries), len(vendors))
    origin = _origin(rows)
    return Scope(
        query=query,
        category=category.name,
        group=category.group,
        definition=category.definition,
        includes=category.includes,
        excludes=category.excludes,
        reason=category.reason,
        as_of=as_of,
        origin=origin,
        origin_note=say(f"origin.{origin}", n=len(rows)),
        vendors=vendors,
        vendor_products=_vendor_products(category, rows),
        n_cases=len(rows),
        n_customers=len({r.customer_key for r in rows}),
        n_products=len(products),
        n_industries=len(industries),
        complexity=level,
        floor=floor,
        cross_vendor=len(vendors) >= thresholds().floors.vendors_min,
        tier_filter=filters.tiers,
        filters=filters.shown(),
        category_text=category.text(),
    )


def _origin(rows: Sequence[CaseRow]) -> str:
    found = {r.origin for r in rows}
    return found.pop() if len(found) == 1 else "mixed"


def _vendor_order(vendor: str) -> tuple[int, str]:
    known = codes().vendor
    return (known.index(vendor) if vendor in known else len(known), vendor)


def _vendor_products(category: Category, rows: Sequence[CaseRow]) -> tuple[VendorProduct, ...]:
    """厂商产品映射: the products of the mapping table, and those of the category that a case in hand uses, each with its cases."""
    users: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for product in own_products(category, row):
            users.setdefault((row.vendor, product), []).append(row.id)
    shown = [(v, p, pos) for v, p, pos in category.products if (v, p) in users or (v, p) in category.listed]
    listed = [VendorProduct(v, p, pos, tuple(users.get((v, p), ()))) for v, p, pos in shown]
    return tuple(sorted(listed, key=lambda x: (_vendor_order(x.vendor), -len(x.cases), x.product)))


def resolve(query: str) -> Category:
    """The category that a category's name, a product or an alias means; raises AnalysisError where nothing is known by it."""
    answer = catalogue().resolve(query)
    name = answer.best()
    if name is None:
        key = "error.no_category" if answer.known else "error.unknown_category"
        raise AnalysisError(say(key, query=query, near=list(answer.nearest) or [say("none.value")], note=answer.note).zh)
    return replace(of_catalogue(name), reason=answer.matches[0].reason)


def of_catalogue(name: str) -> Category:
    """A category by its name with everything the catalogue knows; raises KeyError for another name."""
    held = catalogue().categories[name]
    group = next(g for g, names in codes().category.items() if name in names)
    products = tuple((p.vendor, p.name, p.positioning or held.positioning) for p in catalogue().by_category(name))
    listed = {(v, p.name) for v, names in held.table.items() for n in names if (p := catalogue().product(n, v))}
    return Category(name, group, held.positioning, held.includes, held.excludes, "", products, held.en, frozenset(listed))


@cache
def canonical(product: str, vendor: str) -> str:
    """A product's name as the catalogue has it; as written where the catalogue does not know it."""
    found = catalogue().product(product, vendor)
    return found.name if found else product


def own_products(category: Category, row: CaseRow) -> tuple[str, ...]:
    """The products of a case that belong to the category, by their catalogue names; all of its products where none is known to."""
    names = {p for _, p, _ in category.products}
    used = tuple(dict.fromkeys(canonical(p, row.vendor) for p in row.products))
    return tuple(p for p in used if p in names) or used
