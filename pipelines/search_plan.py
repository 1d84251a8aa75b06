"""The search plan for a category at one vendor: the three phases of document 1 §1.2 as a value.

A category, a product or an alias becomes ranked categories (by the catalogue), and these become steps: the vendor's
own listing searched by product, then by industry, then for quantified results. A vendor's listing decides what it
can do with a step; a listing that cannot search yields everything and the cases are filtered by what they say. For a
search provider, where one is configured, the steps become queries in the document's form (``site:`` and all).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.catalog import catalogue
from pipelines.errors import UserError
from pipelines.sources import policies
from pipelines.vocabulary import codes, known_codes, load_yaml

EVERYTHING = "全部"
PHASES: Mapping[str, str] = {"product": "阶段1 按产品", "industry": "阶段2 按行业", "quantified": "阶段3 量化数据", "all": "全部案例"}


class UnknownCategoryError(UserError):
    """The catalogue knows nothing by this name; the message names the nearest it does know."""


@dataclass(frozen=True, slots=True)
class Step:
    """One question put to a vendor's listing. ``words`` are for listings that search text; ``why`` is for people."""

    phase: str
    words: str
    category: str = ""
    product: str = ""
    industry: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One query for a search provider, of a step (its number) and phase of a plan."""

    step: int
    phase: str
    words: str


@dataclass(frozen=True, slots=True)
class Narrow:
    """What a user asks to leave out: other industries, cases published before ``since`` (ISO date), tiers, cases past ``limit``."""

    industry: str = ""
    since: str = ""
    limit: int = 0
    tiers: tuple[int, ...] = (1, 2)


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked, what it was understood as (category, reason), and the steps in their order."""

    query: str
    vendor: str
    categories: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    narrow: Narrow = Narrow()

    def as_json(self) -> dict[str, Any]:
        """The plan as plain data, to be stored with the run."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """The plan for a terminal."""
        ranked = "；".join(f"{name}（{why}）" if why else name for name, why in self.categories)
        yield f"检索计划 {policies()[self.vendor].name}：{self.query} → {ranked or EVERYTHING}"
        for step in self.steps:
            yield f"  {PHASES[step.phase]}：{step.words or '完整目录'}  — {step.why}"

    def brief(self) -> str:
        """The plan in one line: what it was understood as, and how many steps each phase has."""
        steps = Counter(step.phase for step in self.steps)
        return f"{next(self.lines())}：{'，'.join(f'{PHASES[phase]} {n} 步' for phase, n in steps.items())}"


@dataclass(frozen=True)
class _Words:
    products: int
    language: Mapping[str, str]
    story: Mapping[str, str]
    industries: Mapping[str, Mapping[str, str]]
    quantified: Mapping[str, tuple[str, ...]]
    sites: Mapping[str, tuple[str, str]]


@cache
def _words() -> _Words:
    return load_yaml(Path(__file__).with_suffix(".yaml"), _Words)


def make_plan(query: str, vendor: str, narrow: Narrow = Narrow()) -> Plan:
    """The plan for a query at a vendor; raises UnknownCategoryError, or UserError for an industry or tier that does not exist."""
    _check(narrow)
    if query.strip() in (EVERYTHING, "all", "*"):
        everything = Step("all", "", industry=narrow.industry, why="不按品类筛选")
        return Plan(EVERYTHING, vendor, (), (everything,), narrow)
    ranked = understood(query)
    steps = tuple(s for name, _ in ranked for s in _steps(name, vendor, narrow))
    return Plan(query, vendor, ranked, steps, narrow)


def understood(query: str) -> tuple[tuple[str, str], ...]:
    """The ranked categories of a query with the reason of each; raises UnknownCategoryError with the nearest names."""
    answer = catalogue().resolve(query)
    if not answer.known or not answer.matches:
        nearest = "、".join(answer.nearest) or "、".join(codes().categories()[:5])
        raise UnknownCategoryError(f"没有名为“{query}”的品类、产品或别名；最接近的是：{nearest}")
    return tuple((r.category, r.reason) for r in answer.matches)


def questions(plan: Plan) -> tuple[Question, ...]:
    """The queries of a plan for a search provider, each once: the first phase within the vendor's case pages, the others
    over its whole site (document 1 §1.2)."""
    found: dict[str, Question] = {}
    for number, step in enumerate(plan.steps):
        words = _question(step, plan.vendor)
        found.setdefault(words, Question(number, step.phase, words))
    return tuple(found.values())


def _question(step: Step, vendor: str) -> str:
    words, policy = _words(), policies()[vendor]
    pages, site = words.sites.get(vendor, (policy.official[0], policy.official[0]))
    name = "" if policy.name.casefold() in step.words.casefold() else policy.name
    story = words.story[words.language.get(vendor, "en")]
    place = f"site:{pages if step.phase in ('product', 'all') else site}"
    return " ".join(part for part in (name, step.words, story, place) if part)


def tiers_of(given: str) -> tuple[int, ...]:
    """The tiers of ``1``, ``2`` or ``1,2``, both where nothing is given; raises UserError for anything else."""
    named = [part.strip() for part in given.split(",")] if given.strip() else ["1", "2"]
    if not set(named) <= {"1", "2"}:
        raise UserError(f"tiers 只能是 1、2 或 1,2，不是“{given}”")
    return tuple(map(int, named))


def _check(narrow: Narrow) -> None:
    if narrow.industry and narrow.industry not in known_codes("industry"):
        raise UserError(f"没有行业“{narrow.industry}”；可用：{'、'.join(codes().industry)}")
    if narrow.since and not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", narrow.since):
        raise UserError(f"since 要写成 YYYY-MM-DD，不是“{narrow.since}”")
    if narrow.limit < 0:
        raise UserError(f"limit 是 0（不限）或更大的整数，不是“{narrow.limit}”")
    if not narrow.tiers or set(narrow.tiers) - {1, 2}:
        raise UserError("tiers 只能是 1、2 或 1,2")


def _steps(category: str, vendor: str, narrow: Narrow) -> Iterator[Step]:
    words, lang = _words(), _words().language.get(vendor, "en")
    names = _product_names(category, vendor)[: words.products]
    main = names[0] if names else category
    for name in names or [category]:
        yield Step("product", name, category, name, why=f"{category} 在该厂商的产品")
    chosen = {narrow.industry.partition(".")[0]} if narrow.industry else set(words.industries)
    for code, by_lang in words.industries.items():
        if code in chosen:
            yield Step("industry", f"{main} {by_lang[lang]}", category, main, code, why=f"行业深挖：{codes().industry[code].zh}")
    for terms in words.quantified[lang]:
        yield Step("quantified", f"{main} {terms}", category, main, why="提取量化数据")


def _product_names(category: str, vendor: str) -> list[str]:
    """The names by which the vendor's customers know its products of the category, the catalogue's order."""
    return [p.short or p.name for p in catalogue().by_category(category, vendor)]
