"""The starter library: facts of real official cases, in codes and figures, for the first report on an empty library.

Each entry is what a person read in the vendor's own words about the case at ``url``: its page, or where ``note`` says so
the vendor's feed or round-up that leads to it. No sentence of a page stands here and no page is archived, so the values
carry no quotes and every report says 来源：内置案例库, 未归档 on its first page.
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
from pipelines.sources import Seen, Verdict, canonical_url, judge
from pipelines.vocabulary import DataError, codes, load_yaml

HERE = Path(__file__).parent
METHOD = "starter.read_by_a_person"
T = TypeVar("T")


@dataclass(frozen=True)
class Fact:
    """One case as read: the fields of document 1 §1.3 as codes and figures; absent is unknown.

    ``categories`` only where the page says for what a product of several categories was used; else the first category
    of each product counts. ``mark`` is the page's own partner mark, by which the source policy makes it tier 2.
    """

    customer: str
    vendor: str
    url: str
    products: tuple[str, ...]
    categories: tuple[str, ...] = ()
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
    mark: str = ""
    note: str = ""


@cache
def starter_cases() -> tuple[Case, ...]:
    """All starter cases by id; raises DataError for an entry whose codes, products or address do not hold."""
    return load_starter(HERE)


def load_starter(folder: Path) -> tuple[Case, ...]:
    """The cases of a folder's ``*.yaml`` by id; raises DataError that names the file and the entry that does not hold."""
    found: dict[str, Case] = {}
    for path in sorted(folder.glob("*.yaml")):
        for fact in load_yaml(path, tuple[Fact, ...]):
            case = _case(path, fact)
            if case.case_id in found:
                raise DataError(f"{path}: {fact.vendor} {fact.customer}: a second entry of {fact.url}")
            found[case.case_id] = case
    return tuple(found[case_id] for case_id in sorted(found))


def _case(path: Path, fact: Fact) -> Case:
    if problems := list(_problems(fact)):
        raise DataError(f"{path}: {fact.vendor} {fact.customer}: {'; '.join(problems)}")
    verdict = _verdict(fact)
    page = Page(digest="", vendor=fact.vendor, url=fact.url, text="", lang=fact.lang, source_id=f"{fact.url}#{fact.customer}")
    return Case(
        case_id=case_id(page, 0),
        page_digest="",
        part=0,
        customer_name=_fact(fact.customer),
        vendor=_fact(fact.vendor),
        categories=_many(_categories(fact)),
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
    if fact.company_size and not fact.size_figure:
        yield "company_size without the size_figure that it rests on"
    yield from (f"unknown challenge '{c}'" for c in fact.challenges if c not in known.factor)
    yield from (f"unknown product '{p}'" for p in fact.products if catalogue().product(p, fact.vendor) is None)
    yield from (f"no product of category '{c}'" for c in fact.categories if c not in _held(fact, first=False))
    for benefit in fact.benefits:
        if benefit.direction not in known.benefit_direction or benefit.subject not in known.benefit_subject:
            yield f"unknown direction or subject of benefit {benefit.value} {benefit.unit}"
    yield from _address_problems(fact)


def _address_problems(fact: Fact) -> Iterator[str]:
    verdict = _verdict(fact)
    if not verdict.accepted:
        yield f"{fact.url} is not an official source: {verdict.detail}"
    elif (canonical := canonical_url(fact.vendor, fact.url)) != fact.url:
        yield f"{fact.url} should be written {canonical}"


def _verdict(fact: Fact) -> Verdict:
    """What the source policy says of the page, with its partner mark where it carries one."""
    return judge(fact.vendor, fact.url, Seen(text=fact.mark) if fact.mark else None)


def _categories(fact: Fact) -> tuple[str, ...]:
    """The categories of the products in the framework's order."""
    held = _held(fact, first=True)
    return tuple(c for c in codes().categories() if c in held)


def _held(fact: Fact, *, first: bool) -> set[str]:
    """The categories of the entry's products: all, or those that count (the named ones of a product, else its first)."""
    of_each = [p.categories for name in fact.products if (p := catalogue().product(name, fact.vendor)) and p.categories]
    return {c for cs in of_each for c in (([x for x in cs if x in fact.categories] or cs[:1]) if first else cs)}


def _fact(value: T | None) -> Field[T]:
    return Field.unknown("not_stated") if value is None else Field(value, confidence=1.0, method=METHOD)


def _many(values: tuple[T, ...]) -> Many[T]:
    return Many(tuple(_fact(v) for v in values), None if values else "not_stated")
