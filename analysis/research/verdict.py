"""From statements to a verdict: positions aligned, authority × recency, who is adopted and who is not, and why (案例2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.research.claims import RATE
from analysis.research.index import SourceHead
from analysis.research.model import Question, Standing, State, Statement, Verdict
from analysis.research.prose import say
from analysis.research.registry import authority, source_types
from analysis.research.rules import rules

_AGREES: tuple[frozenset[State], ...] = (
    frozenset((State.SUSPENDED, State.PLANNED, State.NO)),
    frozenset((State.YES, State.DEPRECATED)),
)
_TOLD_BY_TIME = frozenset((State.SUSPENDED, State.DEPRECATED))
HIGH, MIDDLE = 0.85, 0.6


@dataclass(frozen=True, slots=True)
class Weighed:
    """A source's best statement with what it weighs."""

    head: SourceHead
    statement: Statement
    authority: float
    recency: float
    age: int | None

    @property
    def weight(self) -> float:
        """Authority × recency."""
        return self.authority * self.recency


def decide(statements: Sequence[Statement], heads: Mapping[str, SourceHead], question: Question, as_of: str) -> Verdict | None:
    """The verdict of all statements that fit about as well as the best; None where there is none."""
    near = rules().of_one if question.type == "account" else rules().near
    chosen = _one_each(_aligned(_for_edition(statements, question.edition), near), question.edition)
    held = [_weighed(s, heads[s.quote.source_id], question.type, as_of) for s in chosen]
    if not held:
        return None
    held.sort(key=lambda w: (not _of_edition(w.statement, question.edition), -_order(w), -w.statement.fit, w.head.source_id))
    lead = _lead(held)
    held = [w for w in held if agree(w.statement, lead.statement) or _claims(w)]
    held.sort(key=lambda w: w is not lead)  # the one that decides stands first
    against = [w for w in held if not agree(w.statement, lead.statement)]
    standings = tuple(_standing(w, lead, bool(against)) for w in held)
    outdated = stale(lead.head.type, lead.age) or lead.statement.state is State.DEPRECATED or any(_superseded(w, lead) for w in against)
    return Verdict(lead.statement.state, lead.statement.value, standings, bool(against), outdated, _reason(lead, against))


def agree(one: Statement, other: Statement) -> bool:
    """Whether two statements can both be true: one figure, or states of one side; editions and plain texts never contradict."""
    if one.state is State.TEXT or other.state is State.TEXT:
        return True
    if State.VALUE in (one.state, other.state):
        return one.value == other.value or _same_number(one.value, other.value)
    if one.edition != other.edition and one.edition and other.edition:
        return True
    return one.state is other.state or any(one.state in side and other.state in side for side in _AGREES)


def _same_number(one: str, other: str) -> bool:
    """Whether one says of what the figure is a rate and the other leaves it unsaid: 60 次/分钟, 60 次."""
    (plain, _, per), (as_plain, _, as_per) = one.partition(RATE), other.partition(RATE)
    return plain == as_plain and not (per and as_per)


def recency(date: str, as_of: str, source_type: str) -> tuple[float, int | None]:
    """0–1 by age and the type's fresh months (half of it when fresh months have passed), and the age in months."""
    fresh = source_types()[source_type].fresh
    months = age_in_months(date, as_of)
    if not fresh:
        return 1.0, months
    if months is None:
        return rules().undated_recency, None
    return 0.5 ** (max(0, months) / fresh), months


def age_in_months(date: str, as_of: str) -> int | None:
    """Whole months from a date (as exact as written) to another; None without a date."""
    if not date:
        return None
    start, end = ([int(p) for p in d.split("-")] for d in (date, as_of))
    months = (end[0] - start[0]) * 12 + end[1] - (start[1] if len(start) > 1 else 1)
    return months - (len(start) > 2 and start[2] > end[2])


def _for_edition(statements: Sequence[Statement], edition: str) -> Sequence[Statement]:
    """What is said of the edition asked about, where anything is; else everything, but no figure of another edition.

    A figure without an edition may be of any.
    """
    of_edition = [s for s in statements if edition and s.edition == edition]
    beside = [s for s in statements if not s.edition and s.state is State.VALUE]
    others = [s for s in statements if not edition or s.edition in ("", edition) or s.state is not State.VALUE]
    return [*of_edition, *beside] if of_edition else others


def _aligned(statements: Sequence[Statement], near: float) -> Iterable[Statement]:
    best = max((s.fit for s in statements), default=0.0)
    return (s for s in statements if s.fit >= best - near)


def _claims(w: Weighed) -> bool:
    """Whether a source says so in words of its own; what is not official contradicts nothing by what it does not deny."""
    return bool(w.statement.cue) or source_types()[w.head.type].official


def _one_each(statements: Iterable[Statement], edition: str) -> list[Statement]:
    """The best statement of each source: the best fit, one with a claim of its own before one without, one for the edition asked first."""
    best: dict[str, Statement] = {}
    for s in statements:
        held = best.get(s.quote.source_id)
        if held is None or _rank(s, edition) > _rank(held, edition):
            best[s.quote.source_id] = s
    return list(best.values())


def _rank(s: Statement, edition: str) -> tuple[bool, float, bool, bool, int]:
    return _of_edition(s, edition), round(s.fit, 2), bool(s.cue), s.state in _TOLD_BY_TIME, -s.quote.start


def _of_edition(s: Statement, edition: str) -> bool:
    """Whether a figure is said to be of the edition asked about: before one that may be of any."""
    return s.state is State.VALUE and bool(edition) and s.edition == edition


def _weighed(statement: Statement, head: SourceHead, question_type: str, as_of: str) -> Weighed:
    fresh, months = recency(head.date, as_of, head.type)
    return Weighed(head, statement, authority(head.type, question_type), fresh, months)


def _order(w: Weighed) -> float:
    """Authority × recency, and how well it fits: of equals the better answer leads."""
    return w.weight * w.statement.fit


def _lead(held: Sequence[Weighed]) -> Weighed:
    """The heaviest; what is not official cannot settle alone against what is."""
    official = [w for w in held if source_types()[w.head.type].official]
    return (official or held)[0]


def stale(source_type: str, age: int | None) -> bool:
    """Whether a source of this type and age counts as outdated by itself."""
    fresh = source_types()[source_type].fresh
    return bool(fresh and age is not None and age > fresh * rules().stale)


def as_standing(statement: Statement, head: SourceHead, question_type: str, as_of: str) -> Standing:
    """The standing of a source that decides alone."""
    alone = _weighed(statement, head, question_type, as_of)
    return _standing(alone, alone, contested=False)


def _superseded(w: Weighed, lead: Weighed) -> bool:
    """Whether a source that says otherwise is older than the adopted one by more than chance."""
    if w.age is None or lead.age is None:
        return False
    return w.age - lead.age >= rules().outdated_after_months


def _standing(w: Weighed, lead: Weighed, contested: bool) -> Standing:
    adopted = agree(w.statement, lead.statement)
    role, reason = _role(w, lead, adopted, contested)
    return Standing(
        source_id=w.head.source_id,
        title=w.head.title,
        type=w.head.type,
        date=w.head.date,
        statement=w.statement,
        authority=round(w.authority, 3),
        recency=round(w.recency, 3),
        weight=round(w.weight, 3),
        age_months=w.age,
        adopted=adopted,
        role=role,
        reason=reason,
    )


def _role(w: Weighed, lead: Weighed, adopted: bool, contested: bool) -> tuple[str, str]:
    official = source_types()[w.head.type].official
    if w is lead:
        return say("role.lead" if contested else "role.basis"), say("reason.lead" if contested else "reason.basis")
    if adopted:
        return say("role.confirms" if official else "role.background"), say("reason.confirms" if official else "reason.background")
    if _superseded(w, lead):
        return say("role.outdated"), say("reason.outdated", months=w.age, newer=(w.age or 0) - (lead.age or 0))
    if w.age is None:
        return say("role.undated"), say("reason.undated")
    return say("role.weaker"), say("reason.weaker", weight=f"{w.weight:.2f}", lead=f"{lead.weight:.2f}")


def _reason(lead: Weighed, against: Sequence[Weighed]) -> str:
    if not against:
        return say("verdict.agreed")
    return say("verdict.contested", title=lead.head.title, weight=f"{lead.weight:.2f}", other=f"{max(w.weight for w in against):.2f}")
