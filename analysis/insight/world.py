"""What every part of the insight reads: the rows of the category, their quotes, the persona groups, and how to count and cite them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.evidence import Book
from analysis.insight.trouble import troubled
from analysis.labels import label
from analysis.model import CaseRow, Count, Share, Text, Voice
from analysis.personas.features import Features, needs_of
from analysis.personas.find import Found
from analysis.scope import Category
from analysis.segment import parent
from analysis.stats import share
from analysis.thresholds import thresholds
from pipelines.vocabulary import codes

READ: dict[str, Callable[[CaseRow], str | None]] = {
    "vendor": lambda r: r.vendor,
    "industry": lambda r: parent(r.industry),
    "industry_leaf": lambda r: r.industry,
    "company_size": lambda r: r.company_size,
    "maturity": lambda r: r.maturity,
    "scenario": lambda r: r.scenario,
    "persona": lambda r: r.persona,
    "tier": lambda r: str(r.tier),
    "lang": lambda r: r.lang,
    "origin": lambda r: r.origin,
    "year": lambda r: r.published[:4] if r.published else None,
}


@dataclass(frozen=True)
class Group:
    """A persona before it is described: its id, name and cases (explained ones first by closeness)."""

    index: int
    id: str
    name: Text
    rows: tuple[CaseRow, ...]
    archetype: str  # of most of its cases; of a mixed group the leading one
    heard: tuple[object, ...] = ()  # what interviews say (insight.heard.Heard)
    mix: tuple[str, ...] = ()  # where no archetype has most of the cases: the leading ones
    voices: tuple[Voice, ...] = ()  # interviewed customers that are like it

    @cached_property
    def vendors(self) -> tuple[str, ...]:
        """Vendors with a case in the group."""
        return tuple(sorted({r.vendor for r in self.rows}))

    @cached_property
    def customers(self) -> int:
        """How many customers the cases are of."""
        return customers(self.rows)

    @cached_property
    def naming(self) -> dict[str, list[CaseRow]]:
        """Rows by the factors that they name as challenge or need."""
        return by_factor(self.rows)

    @cached_property
    def wanting(self) -> dict[str, list[CaseRow]]:
        """Rows by the factors that they name or that their results imply."""
        out: dict[str, list[CaseRow]] = {}
        for row in self.rows:
            for code in needs_of(row):
                out.setdefault(code, []).append(row)
        return out

    def having(self, factor: str) -> list[CaseRow]:
        """The rows that name a factor."""
        return self.naming.get(factor, [])

    def leading(self, dimension: str) -> str | None:
        """The most frequent known value of a dimension."""
        return leading(self.rows, dimension)


@dataclass(frozen=True)
class World:
    """One category's cases and the groups found among them."""

    category: Category
    rows: tuple[CaseRow, ...]
    features: Features
    found: Found
    book: Book
    groups: tuple[Group, ...] = ()
    doubles: tuple[CaseRow, ...] = ()  # what the rows' pages said at another date, under the rows' ids: for conflicts alone

    @cached_property
    def by_id(self) -> dict[str, CaseRow]:
        """Rows by case id."""
        return {r.id: r for r in self.rows}

    @cached_property
    def vendors(self) -> tuple[str, ...]:
        """Vendors with cases, most first."""
        return tuple(c for c, _ in tally(r.vendor for r in self.rows))

    @property
    def cross_vendor(self) -> bool:
        """Whether there are vendors enough to speak of what crosses them (DESIGN §8)."""
        return len(self.vendors) >= thresholds().floors.vendors_min

    @cached_property
    def of_vendor(self) -> dict[str, list[CaseRow]]:
        """Rows by vendor."""
        return by_code(self.rows, READ["vendor"])

    @cached_property
    def naming(self) -> dict[str, list[CaseRow]]:
        """Rows by the factors that they name, a row under each of them."""
        return by_factor(self.rows)

    def quotes(self, rows: Iterable[CaseRow], field: str, value: str | None = None) -> tuple[str, ...]:
        """One quote a case for a value of a field, as many as a statement shows, the plainest first."""
        return self.book.over((r.id for r in rows), field, value, thresholds().quote_limit)

    def need_quotes(self, rows: Iterable[CaseRow], factor: str) -> tuple[str, ...]:
        """The quotes by which cases name a factor, those first that tell of trouble with it."""
        return self.book.over((r.id for r in rows), "challenges", factor, thresholds().quote_limit, lambda q: self._troubled(q, factor))

    def troubled(self, rows: Iterable[CaseRow], factor: str) -> list[CaseRow]:
        """Those of the rows whose own words tell of trouble with a factor that they name, the surest readings first."""
        held = [(q, r) for r in rows for q in self.book.of(r.id, "challenges", factor)[:1] if self._troubled(q, factor)]
        return [r for _, r in sorted(held, key=lambda one: -self.book.confidence(one[0]))]

    def _troubled(self, quote: str, factor: str) -> bool:
        """Read once: several statements ask for the same quote, and reading is what takes time with many cases."""
        key = (quote, factor)
        if key not in self._read:
            self._read[key] = troubled(self.book.evidence(quote), factor)
        return self._read[key]

    @cached_property
    def _read(self) -> dict[tuple[str, str], bool]:
        return {}


def customers(rows: Iterable[CaseRow]) -> int:
    """How many different customers the rows are of: what is told twice of one customer is no more evidence."""
    return len({r.customer_key for r in rows})


def factor_share(rows: Sequence[CaseRow], factor: str) -> Share:
    """How many of the rows complain of a factor, in so many words (results that imply it do not count)."""
    return share(sum(factor in r.challenges for r in rows), len(rows))


def by_code(rows: Iterable[CaseRow], read: Callable[[CaseRow], str | None]) -> dict[str, list[CaseRow]]:
    """Rows by a known value."""
    out: dict[str, list[CaseRow]] = {}
    for row in rows:
        if (code := read(row)) is not None:
            out.setdefault(code, []).append(row)
    return out


def by_factor(rows: Iterable[CaseRow]) -> dict[str, list[CaseRow]]:
    """Rows by the factors that they name."""
    out: dict[str, list[CaseRow]] = {}
    for row in rows:
        for code in row.challenges:
            out.setdefault(code, []).append(row)
    return out


def having(rows: Iterable[CaseRow], factor: str) -> list[CaseRow]:
    """The rows that name a factor as challenge or need."""
    return [r for r in rows if factor in r.challenges]


def tally(values: Iterable[str | None]) -> list[tuple[str, int]]:
    """Known values with their counts, most first, then by code."""
    counts: dict[str, int] = {}
    for value in values:
        if value is not None:
            counts[value] = counts.get(value, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def leading(rows: Iterable[CaseRow], dimension: str) -> str | None:
    """The most frequent known value of a dimension."""
    counted = tally(READ[dimension](r) for r in rows)
    return counted[0][0] if counted else None


def counts(rows: Sequence[CaseRow], dimension: str) -> tuple[Count, ...]:
    """Every value of a dimension with its share of all rows, most first, the unknown last."""
    found = tally(READ[dimension](r) for r in rows)
    unknown = len(rows) - sum(n for _, n in found)
    listed: list[tuple[str | None, int]] = [*found, *([(None, unknown)] if unknown else [])]
    return tuple(Count(code, label(dimension, code), share(n, len(rows))) for code, n in listed)


def factor_counts(rows: Sequence[CaseRow]) -> tuple[Count, ...]:
    """Every factor that a row names, with its share, most first."""
    found = tally(f for r in rows for f in r.challenges)
    return tuple(Count(code, label("factor", code), share(n, len(rows))) for code, n in found)


FACTORS = tuple(codes().factor)
