"""Cases as the analysis uses them: one row a case, exact duplicates folded, sorted so that the order of arrival never matters."""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from analysis.evidence import Book, key_of
from analysis.figures import row as benefit_row
from analysis.model import BenefitRow, CaseRow
from analysis.segment import place
from pipelines.case import ELEVEN, Case, Field, Many

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.library import Library

T = TypeVar("T")
FIELDS = (*ELEVEN, "maturity", "published")


def load(library: Library) -> list[Case]:
    """Every case of a library, each once."""
    return fold(library.cases())


def identity(case: Case) -> tuple[str, str, str]:
    """What makes two records the same case: customer, vendor and address (the page where the address is missing)."""
    name = case.customer_key or (case.customer_name.value or case.case_id).casefold()
    place_ = case.source_url.value or case.source_id or case.page_digest or case.case_id
    return name, case.vendor.value or "", place_


def fold(cases: Iterable[Case]) -> list[Case]:
    """The cases without exact duplicates, by id. Of two records of one case the later published stays, then the fuller, then the first."""
    return sorted(_best(cases, lambda case: case), key=lambda c: c.case_id)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A library with one category in view: its cases whole, of all others no more than their industries."""

    inside: tuple[Case, ...]  # of the category, by id
    total: int
    industries: Counter[str]  # known ones, leaves as they are, of all cases
    doubles: tuple[Case, ...] = ()  # other records of the pages of ``inside``, under the ids of those: what a page said at another date


def gather(cases: Iterable[Case], category: str) -> Gathered:
    """Reads the cases one by one and keeps only those of the category, so that memory follows the category, not the library.

    Exact duplicates are folded over all categories as ``fold`` does, in whatever order the cases arrive.
    """
    folded: list[Case | str] = []
    held = _best(cases, lambda case: case if category in case.categories.values() else sys.intern(case.industry.value or ""), folded)
    inside = sorted((c for c in held if isinstance(c, Case)), key=lambda c: c.case_id)
    industries = Counter((c.industry.value or "") if isinstance(c, Case) else c for c in held)
    del industries[""]
    return Gathered(tuple(inside), len(held), industries, _doubles(inside, folded))


def _doubles(inside: Sequence[Case], folded: Iterable[Case | str]) -> tuple[Case, ...]:
    """The folded records of the cases that stayed, where their page was another one."""
    lost = sorted((c for c in folded if isinstance(c, Case)), key=lambda c: c.case_id)
    stayed = {identity(c): c for c in inside} if lost else {}
    pairs = ((c, stayed[identity(c)]) for c in lost if identity(c) in stayed)
    return tuple(replace(c, case_id=home.case_id) for c, home in pairs if c.page_digest != home.page_digest)


def _best(cases: Iterable[Case], keep: Callable[[Case], T], folded: list[T] | None = None) -> list[T]:
    """What ``keep`` makes of the one record that stays of each case; ``folded`` is given what it makes of the others."""
    kept: dict[bytes, tuple[tuple[str, int], str, T]] = {}
    for case in cases:
        key, mine = digest(case), rank(case)
        old = kept.get(key)
        better = old is None or mine > old[0] or (mine == old[0] and case.case_id < old[1])
        if folded is not None and old is not None:
            folded.append(old[2] if better else keep(case))
        if better:
            kept[key] = (mine, case.case_id, keep(case))
    return [one for _, _, one in kept.values()]


def digest(case: Case) -> bytes:
    """A case's identity in 16 bytes: there may be a million of them at hand."""
    return hashlib.blake2b("\0".join(identity(case)).encode(), digest_size=16).digest()


def rank(case: Case) -> tuple[str, int]:
    """Of two records of one case the one with the greater rank stays: the later published, then the fuller."""
    return case.published.value or "", sum(map(bool, case.fields().values()))


def to_rows(cases: Sequence[Case], book: Book) -> list[CaseRow]:
    """Rows in the order of the cases."""
    return [to_row(case, book) for case in cases]


def to_row(case: Case, book: Book) -> CaseRow:
    """One case as a row, its quotes by id."""
    held = case.fields()
    return CaseRow(
        id=case.case_id,
        customer=case.customer_name.value or "",
        customer_key=case.customer_key or (case.customer_name.value or case.case_id).casefold(),
        vendor=case.vendor.value or "",
        products=tuple(dict.fromkeys(case.products.values())),
        categories=tuple(dict.fromkeys(case.categories.values())),
        industry=case.industry.value,
        company_size=case.company_size.value,
        maturity=case.maturity.value,
        scenario=case.scenario.value,
        challenges=tuple(sorted(set(case.challenges.values()))),
        solution=case.solution.value,
        benefits=_benefits(case, book),
        url=case.source_url.value or "",
        tier=case.tier,
        kind=case.kind,
        proof=case.proof,
        title=case.title,
        published=case.published.value,
        lang=case.lang,
        origin=case.origin,
        source_id=case.source_id,
        page_digest=case.page_digest,
        quotes=book.fields(case.case_id, FIELDS),
        confidence={name: round(c, 3) for name, f in held.items() if (c := _confidence(f)) is not None},
        unknown={name: f.reason or "not_found" for name, f in held.items() if not f},
        segment_rules=place(case),
    )


def _benefits(case: Case, book: Book) -> tuple[BenefitRow, ...]:
    held = (f for f in case.benefits.items if f.value is not None)
    return tuple(
        benefit_row(
            f.value,
            next(iter(book.of(case.case_id, "benefits", key_of(f.value))), ""),
            f.confidence,
            words=f.evidence[0].quote if f.evidence else "",
        )
        for f in held
        if f.value
    )


def _confidence(held: Field[object] | Many[object]) -> float | None:
    """The confidence of a field; of a set, that of its least certain value; None where there is no value."""
    items = held.items if isinstance(held, Many) else (held,)
    known = [f.confidence for f in items if f.value is not None]
    return min(known) if known else None


def frame(rows: Sequence[CaseRow]) -> pd.DataFrame:
    """The rows as a pandas frame, one line a case, codes as they are, for counting."""
    import pandas as pd  # takes half a second to load

    return pd.DataFrame(
        {
            "id": [r.id for r in rows],
            "customer_key": [r.customer_key for r in rows],
            "vendor": [r.vendor for r in rows],
            "industry": [r.industry.partition(".")[0] if r.industry else None for r in rows],
            "industry_leaf": [r.industry for r in rows],
            "company_size": [r.company_size for r in rows],
            "maturity": [r.maturity for r in rows],
            "scenario": [r.scenario for r in rows],
            "persona": [r.persona for r in rows],
            "tier": [str(r.tier) for r in rows],
            "lang": [r.lang for r in rows],
            "origin": [r.origin for r in rows],
            "year": [r.published[:4] if r.published else None for r in rows],
        }
    )
