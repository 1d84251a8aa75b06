"""The starter library: facts of real official cases, in codes and figures, for the first report on an empty library.

Each entry is what a person read on the vendor's official page at ``url``; no sentence of a page stands here and no page
is archived, so its values carry no quotes and every report says 来源：内置案例库, 未归档 on its first page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from pipelines.case import Benefit, Case, Field, Many, Page
from pipelines.catalog import catalogue
from pipelines.companies.identity import company_key
from pipelines.normalize import case_id
from pipelines.sources import judge
from pipelines.vocabulary import DataError, codes, load_yaml

HERE = Path(__file__).parent
METHOD = "starter.read_by_a_person"
T = TypeVar("T")


@dataclass(frozen=True)
class Fact:
    """One case as read: the fields of document 1 §1.3 as codes and figures; absent is unknown."""

    customer: str
    vendor: str
    url: str
    products: tuple[str, ...]
    industry: str | None = None
    company_size: str | None = None
    size_figure: str = ""
    scenario: str | None = None
    maturity: str | None = None
    challenges: tuple[str, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    aliases: tuple[str, ...] = ()
    published: str | None = None
    lang: str = "en"
    note: str = ""


@cache
def starter_cases() -> tuple[Case, ...]:
    """All starter cases by id; raises DataError for an entry whose codes, products or address do not hold."""
    found = sorted((_case(path, fact) for path in sorted(HERE.glob("*.yaml")) for fact in load_yaml(path, tuple[Fact, ...])), key=_id)
    if len({c.case_id for c in found}) < len(found):
        raise DataError(f"{HERE}: two entries have the same vendor, address and customer")
    return tuple(found)


def _id(case: Case) -> str:
    return case.case_id


def _case(path: Path, fact: Fact) -> Case:
    if problems := list(_problems(fact)):
        raise DataError(f"{path}: {fact.vendor} {fact.customer}: {'; '.join(problems)}")
    verdict = judge(fact.vendor, fact.url)
    page = Page(digest="", vendor=fact.vendor, url=fact.url, text="", lang=fact.lang, source_id=f"{fact.url}#{fact.customer}")
    return Case(
        case_id=case_id(page, 0),
        page_digest="",
        part=0,
        customer_name=_fact(fact.customer),
        vendor=_fact(fact.vendor),
        categories=_many(_categories(fact.products)),
        products=_many(fact.products),
        industry=_fact(fact.industry),
        company_size=_fact(fact.company_size),
        scenario=_fact(fact.scenario),
        challenges=_many(fact.challenges),
        solution=Field.unknown("not_archived"),
        benefits=_many(fact.benefits),
        source_url=_fact(fact.url),
        maturity=_fact(fact.maturity),
        published=_fact(fact.published),
        customer_key=company_key(fact.customer, fact.aliases),
        customer_aliases=fact.aliases,
        lang=fact.lang,
        tier=verdict.tier or 1,
        kind=verdict.kind,
        proof=verdict.proof,
        source_id=page.source_id,
        origin="starter",
        rules=METHOD,
    )


def _problems(fact: Fact) -> Iterator[str]:
    """What is wrong with an entry: a code that does not exist, a product the catalogue lacks, an address outside the policy."""
    known = codes()
    top, _, leaf = (fact.industry or "").partition(".")
    if fact.industry and (top not in known.industry or (leaf and leaf not in (known.industry[top].leaves or {}))):
        yield f"unknown industry '{fact.industry}'"
    for value, allowed in ((fact.company_size, known.company_size), (fact.scenario, known.scenario), (fact.maturity, known.maturity)):
        if value is not None and value not in allowed:
            yield f"unknown code '{value}'"
    yield from (f"unknown challenge '{c}'" for c in fact.challenges if c not in known.factor)
    yield from (f"unknown product '{p}'" for p in fact.products if catalogue().product(p) is None)
    for benefit in fact.benefits:
        if benefit.direction not in known.benefit_direction or benefit.subject not in known.benefit_subject:
            yield f"unknown direction or subject of benefit {benefit.value} {benefit.unit}"
    verdict = judge(fact.vendor, fact.url)
    if not verdict.accepted:
        yield f"{fact.url} is not an official source: {verdict.detail}"


def _categories(products: tuple[str, ...]) -> tuple[str, ...]:
    """The first category of each product, in the framework's order."""
    held = {p.categories[0] for name in products if (p := catalogue().product(name)) and p.categories}
    return tuple(c for c in codes().categories() if c in held)


def _fact(value: T | None) -> Field[T]:
    return Field.unknown("not_stated") if value is None else Field(value, confidence=1.0, method=METHOD)


def _many(values: tuple[T, ...]) -> Many[T]:
    return Many(tuple(_fact(v) for v in values), None if values else "not_stated")
