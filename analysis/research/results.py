"""The results of a case that may be quoted: each figure with its sentence; what cannot be true or says nothing is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from analysis.figures import amount_of_change, convincing, quantity
from analysis.figures import row as row_of
from analysis.model import BenefitRow
from analysis.research.proofs import sentence
from pipelines.case import Case


@dataclass(frozen=True, slots=True)
class Result:
    """A figure of a case, and the sentence of the page that tells it."""

    row: BenefitRow
    sentence: str


def results(case: Case, subjects: Sequence[str], page_text: Callable[[str], str]) -> tuple[Result, ...]:
    """The figures that may be quoted (``analysis.figures.convincing``), of some subjects where any are asked for."""
    return tuple(_results(case, subjects, page_text))


def _results(case: Case, subjects: Sequence[str], page_text: Callable[[str], str]) -> Iterator[Result]:
    for field in case.benefits.items:
        if field.value and field.evidence and (not subjects or field.value.subject in subjects):
            words = sentence(field.evidence[0], page_text)
            row = row_of(field.value, "", field.confidence, words)
            if convincing(row):
                yield Result(row, words)


@dataclass(frozen=True, slots=True)
class Spread:
    """The changes that cases report, each case with its greatest: how many, and from where to where, in words."""

    n: int
    low: str
    high: str
    middle: str


def spread(told: Sequence[Sequence[Result]]) -> Spread | None:
    """The spread over the shares (%) by which something changed; None where fewer than three cases tell one."""
    greatest = sorted(max(shares) for one in told if (shares := [r.row.value for r in one if _is_share(r.row)]))
    if len(greatest) < 3:
        return None
    low, high, middle = (quantity(v, "%").zh for v in (greatest[0], greatest[-1], median(greatest)))
    return Spread(len(greatest), low, high, middle)


def comparable(told: Sequence[Result]) -> bool:
    """Whether a case tells a change in shares (%), which can be held beside those of others."""
    return any(_is_share(r.row) for r in told)


def _is_share(row: BenefitRow) -> bool:
    return amount_of_change(row) and row.unit == "%"
