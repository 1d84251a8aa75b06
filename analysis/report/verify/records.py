"""Are the cases those of the library, and are their figures in the sentences they are quoted from?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from math import isclose

from analysis.evidence import Book
from analysis.load import to_row
from analysis.model import Analysis, BenefitRow, CaseRow, Quote
from analysis.report.verify.problem import Problem
from pipelines.case import Case
from pipelines.quantities import find
from pipelines.quantities.numbers import amounts
from pipelines.quantities.units import in_unit, quantities

# What the analysis itself adds to a case; everything else is the library's.
ADDED = frozenset({"persona", "closeness", "second", "margin", "borderline"})


def check_records(analysis: Analysis, find_case: Callable[[str], Case | None]) -> Iterator[Problem]:
    """Every row equals the library's case; every quantified benefit is stated where it is quoted."""
    yield from unique("case", [c.id for c in analysis.cases])
    yield from unique("quote", [q.id for q in analysis.quotes])
    quotes = {q.id: q for q in analysis.quotes}
    for row in analysis.cases:
        case = find_case(row.id)
        if case is None:
            yield Problem("unknown_case", row.id, "案例库里没有")
        else:
            yield from compare(row, to_row(case, Book([case])))
        yield from (p for b in row.benefits for p in check_benefit(row, b, quotes))


def unique(kind: str, ids: list[str]) -> Iterator[Problem]:
    """No id twice."""
    yield from (Problem("duplicate_id", f"{kind} {one}") for one, n in Counter(ids).items() if n > 1)


def compare(row: CaseRow, held: CaseRow) -> Iterator[Problem]:
    """Field by field."""
    for name in row.__dataclass_fields__:
        said, true = getattr(row, name), getattr(held, name)
        if name not in ADDED and said != true:
            yield Problem("changed_value", f"{row.id}.{name}", f"案例库是 {true!r:.120}，报告写 {said!r:.120}")


def check_benefit(row: CaseRow, benefit: BenefitRow, quotes: dict[str, Quote]) -> Iterator[Problem]:
    """The figure can be read in the sentence of its quote."""
    where = f"{row.id}.benefits '{benefit.label.zh}'"
    quote = quotes.get(benefit.quote)
    if quote is None:
        if benefit.quote and quotes:
            yield Problem("unknown_quote", where, benefit.quote)
        return
    sentence = f"{quote.before}{quote.quote}{quote.after}"
    told = (benefit.value, benefit.value_to, benefit.value_from)
    if not all(value is None or stated(value, sentence, benefit.unit) for value in told):
        yield Problem("unstated_figure", where, f"“{quote.quote[:80]}”里没有")


def stated(value: float, sentence: str, unit: str = "") -> bool:
    """Whether the sentence tells the value, in digits or words, scaled, as a ratio, or in another unit of its kind (2 hours: 120 min)."""
    told = {f.benefit.value for f in find(sentence)} | {a.value for a in amounts(sentence, 0, len(sentence))}
    return any(isclose(value, v, rel_tol=1e-6) for v in told) or any(isclose(value, v, rel_tol=1e-5) for v in _converted(sentence, unit))


def _converted(sentence: str, unit: str) -> Iterator[float]:
    """The quantities of a sentence, both ends of ranges, in a unit of the same kind."""
    for q in quantities(sentence, 0, len(sentence)) if unit else ():
        held = [in_unit(v, q.unit, unit) for v in (q.value, q.hi) if v is not None and q.unit]
        yield from (v for v in held if v is not None)
