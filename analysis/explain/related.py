"""What other official sources, and earlier dates of the page, say of the same customer: the disputes with their verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from analysis.evidence import Book
from analysis.explain.names import field_name, rule_name
from analysis.insight.conflicts import Dispute, Side, disputes, reason, told
from analysis.load import to_row
from analysis.model import CaseRow
from analysis.prose import say
from pipelines.case import Case
from pipelines.library.history import Version


@dataclass(frozen=True, slots=True)
class Said:
    """A side of a dispute in words, and the cases that take it."""

    text: str
    adopted: bool
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A fact on which sources of one customer disagree: every side, and the verdict."""

    field: str
    name: str
    verdict: str
    sides: tuple[Said, ...]


def disagreements(case: Case, others: Iterable[Case] = (), versions: Sequence[Version] = ()) -> list[Disagreement]:
    """Where the customer's sources disagree; ``others`` are its further cases, ``versions`` those of this one, oldest first.

    A version counts where the page was another one then; what only the rules read differently is no disagreement.
    """
    between_sources = disputes([_row(case), *map(_row, others)])
    of_the_page = disputes(_states(case, versions))
    return [*_dates(case), *(_told(dispute) for dispute in (*between_sources, *of_the_page))]


def _dates(case: Case) -> Iterator[Disagreement]:
    """The dates that one page bears, where it bears several."""
    held = case.published
    if held.value is None or not held.losers:
        return
    rule = rule_name("published", held.method)
    kept = (say("conflict.date", value=v, rule=rule_name("published", r)).zh for v, r, _ in held.losers)
    first = Said(say("conflict.date", value=held.value, rule=rule).zh, True, (case.case_id,))
    sides = (first, *(Said(text, False, (case.case_id,)) for text in dict.fromkeys(kept)))
    yield Disagreement("published", field_name("published"), say("conflict.dates", value=held.value, rule=rule).zh, sides)


def _states(case: Case, versions: Sequence[Version]) -> list[CaseRow]:
    """The page's states, the last version of each, dated so that they can be told apart.

    Dates that are the same, or unknown, say nothing: the days on which the states were taken in stand for them.
    """
    states = {v.case.page_digest: v for v in versions if v.case.page_digest != case.page_digest}
    held = [*states.values(), Version(case, versions[-1].seen if versions else "")]
    dated = len({v.case.published.value for v in held} - {None}) == len(held)
    return [_row(v.case) if dated else replace(_row(v.case), published=v.seen) for v in held]


def _row(case: Case) -> CaseRow:
    return to_row(case, Book(()))


def _told(dispute: Dispute) -> Disagreement:
    sides = tuple(_said(dispute, side) for side in dispute.sides)
    return Disagreement(dispute.field, dispute.name.zh, reason(dispute).zh, sides)


def _said(dispute: Dispute, side: Side) -> Said:
    return Said(told(dispute, side).zh, side.role == "adopted", tuple(dict.fromkeys(w.row.id for w in side.sources)))
