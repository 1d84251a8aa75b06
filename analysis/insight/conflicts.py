"""Official sources that say different things of one fact: all kept, the verdict by authority × recency (document 3, 案例2).

``disputes`` is the pure core, over rows; the report reads it through ``conflicts``, ``insights explain`` through ``of_case``.
A fact is what a customer is (industry, size), a quantified result of one use of one product, and, between two dates of
one page, whatever the page says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from analysis.figures import Told, sure
from analysis.insight.world import World
from analysis.labels import label, named
from analysis.model import BenefitRow, CaseRow, Conflict, Statement, Text
from analysis.prose import DATA, say
from analysis.segment import parent
from analysis.statements import evidence
from pipelines.vocabulary import load_yaml

OPEN = -1  # ``Conflict.adopted`` where the sources are even


@dataclass(frozen=True)
class Weights:
    """``data/conflicts.yaml``; its comments say what each is."""

    authority: Mapping[int, float]
    half_life: int
    undated: float
    outdated: int
    fields: tuple[str, ...]
    fields_of_a_page: tuple[str, ...]
    no_fact: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A source of a side with what it weighs; ``behind`` is how many months it is older than the newest, None where undated."""

    row: CaseRow
    authority: float
    recency: float
    behind: int | None

    @property
    def weight(self) -> float:
        """Authority × recency, as exact as it is told."""
        return round(self.authority * self.recency, 2)


@dataclass(frozen=True, slots=True)
class Side:
    """What some sources say, the strongest first. ``key`` is the value as its quotes are filed under, ``role`` a key of the prose."""

    key: str
    value: Text
    sources: tuple[Weighed, ...]
    role: str = ""

    @property
    def best(self) -> Weighed:
        """The strongest source."""
        return self.sources[0]


@dataclass(frozen=True, slots=True)
class Dispute:
    """A fact on which sources disagree: its sides, the adopted one first; ``decided`` by weight, by number, or not (open)."""

    field: str  # field of a case
    name: Text
    sides: tuple[Side, ...]
    decided: str  # decided, counted, open: how the prose calls it


Said = Mapping[str, tuple[Text, list[CaseRow]]]  # key of a value → its name, who says it


@cache
def weights() -> Weights:
    """The weights, loaded once."""
    return load_yaml(DATA / "conflicts.yaml", Weights)


def conflicts(world: World) -> tuple[Conflict, ...]:
    """The conflicts of a category for the report: one entry for every customer and fact on which its cases disagree."""
    rows = sorted((*world.rows, *world.doubles), key=lambda r: (r.customer_key, r.id))
    groups = [list(held) for _, held in groupby(rows, key=lambda r: r.customer_key)]
    return tuple(_conflict(world, dispute) for group in groups for dispute in disputes(group))


def disputes(rows: Sequence[CaseRow]) -> Iterator[Dispute]:
    """The facts on which the cases of one customer disagree; two rows of one address are one page at two dates."""
    if len(rows) < 2:
        return
    for field in weights().fields:
        yield from _dispute(field, label("field", field), _coded(field, rows))
    yield from _benefits(rows)
    for _, held in groupby(sorted(rows, key=lambda r: (_page(r), r.id)), key=_page):
        same = list(held)
        for field in weights().fields_of_a_page if len(same) > 1 else ():
            yield from _dispute(field, label("field", field), _coded(field, same))


def reason(dispute: Dispute) -> Text:
    """Why the first side was adopted, or why none was."""
    first, second = dispute.sides[:2]
    return say(
        f"conflict.{dispute.decided}",
        value=first.value,
        source=_source(first),
        weight=first.best.weight,
        other=second.best.weight if dispute.decided == "decided" else len(second.sources),
        n=len(first.sources),
    )


def told(dispute: Dispute, side: Side) -> Text:
    """What a side says, from where, what that weighs, and whether it was adopted."""
    best = side.best
    return say(
        "conflict.side",
        customer=best.row.customer,
        field=dispute.name,
        value=side.value,
        source=_source(side),
        authority=best.authority,
        recency=best.recency,
        weight=best.weight,
        role=say(f"conflict.role.{side.role}"),
    )


# -- facts ----------------------------------------------------------------------------------------------------------


def _page(row: CaseRow) -> tuple[str, str]:
    """What two dates of one page share."""
    return row.vendor, row.url or row.source_id or row.id


def _coded(field: str, rows: Iterable[CaseRow]) -> Said:
    """Who says which code. An industry as a whole does not contradict its leaves: it speaks for the one leaf that is named."""
    said: dict[str, tuple[Text, list[CaseRow]]] = {}
    for row in rows:
        if value := getattr(row, field):
            said.setdefault(value, (label(field, value), []))[1].append(row)
    for whole in [v for v in said if any(leaf != v and parent(leaf) == v for leaf in said)]:
        leaves = [leaf for leaf in said if leaf != whole and parent(leaf) == whole]
        held = said.pop(whole)[1]
        if len(leaves) == 1:
            said[leaves[0]][1].extend(held)
    return said


def _benefits(rows: Sequence[CaseRow]) -> Iterator[Dispute]:
    """One result told with different figures: same vendor, a product in common, same subject, direction and unit, one figure a source."""
    found: dict[tuple[str, str, str, str], list[tuple[CaseRow, BenefitRow]]] = {}
    for row in rows:
        for fact, figures in _facts(row).items():
            if len({(b.value, b.value_to) for b in figures}) == 1:
                found.setdefault(fact, []).append((row, figures[0]))
    for (_, subject, _, _), told_by in sorted(found.items()):
        name = say("conflict.field.benefit", subject=named("measure", subject) or label("benefit_subject", subject))
        yield from _dispute("benefits", name, _figures(told_by))


def _facts(row: CaseRow) -> dict[tuple[str, str, str, str], list[BenefitRow]]:
    out: dict[tuple[str, str, str, str], list[BenefitRow]] = {}
    for b in row.benefits:
        if sure(b) and b.subject not in weights().no_fact:
            out.setdefault((row.vendor, b.measure or b.subject, f"{b.direction}{b.told == Told.TO}", b.unit), []).append(b)
    return out


def _figures(told_by: Sequence[tuple[CaseRow, BenefitRow]]) -> Said:
    """Who tells which figure, of those that speak of the first one's product or page."""
    first = told_by[0][0]
    said: dict[str, tuple[Text, list[CaseRow]]] = {}
    for row, b in told_by:
        if _page(row) == _page(first) or set(row.products) & set(first.products):
            said.setdefault(f"{b.subject}:{b.direction}:{b.value:g}{b.unit}", (b.label, []))[1].append(row)
    return said


# -- the verdict ----------------------------------------------------------------------------------------------------


def _dispute(field: str, name: Text, said: Said) -> Iterator[Dispute]:
    """The dispute on a fact, if more than one thing is said of it."""
    if len(said) < 2:
        return
    newest = max((m for _, rows in said.values() for r in rows if (m := _months(r.published)) is not None), default=None)
    sides = sorted((_side(key, *held, newest) for key, held in said.items()), key=lambda s: (-s.best.weight, -len(s.sources), s.key))
    first, second = sides[:2]
    decided = "decided" if first.best.weight > second.best.weight else "counted" if len(first.sources) > len(second.sources) else "open"
    yield Dispute(field, name, tuple(Side(s.key, s.value, s.sources, _role(s, first, decided)) for s in sides), decided)


def _side(key: str, value: Text, rows: Iterable[CaseRow], newest: int | None) -> Side:
    weighed = (_weighed(row, newest) for row in rows)
    return Side(key, value, tuple(sorted(weighed, key=lambda w: (-w.weight, w.row.id))))


def _weighed(row: CaseRow, newest: int | None) -> Weighed:
    """Authority by tier; recency halves with every half-life behind the newest source; where no source has a date it says nothing."""
    months = _months(row.published)
    authority = weights().authority[row.tier]
    if newest is None:
        return Weighed(row, authority, 1.0, None)
    if months is None:
        return Weighed(row, authority, weights().undated, None)
    return Weighed(row, authority, round(0.5 ** ((newest - months) / weights().half_life), 2), newest - months)


def _months(published: str | None) -> int | None:
    """A date as a number of months; a bare year stands for its middle."""
    if not published:
        return None
    parts = published.split("-")
    return int(parts[0]) * 12 + (int(parts[1]) if len(parts) > 1 else 7)


def _role(side: Side, first: Side, decided: str) -> str:
    """What becomes of a side, as the table of 案例2 has it: adopted, outdated, of less authority …"""
    best, lead = side.best, first.best
    if decided == "open":
        return "even" if best.weight == lead.weight and len(side.sources) == len(first.sources) else "weaker"
    if side is first:
        return "adopted"
    if best.weight == lead.weight:
        return "fewer"
    if best.behind is not None and lead.behind is not None and best.behind - lead.behind >= weights().outdated:
        return "outdated"
    if best.row.tier > lead.row.tier:
        return "lower"
    return "undated" if best.behind is None else "weaker"


def _source(side: Side) -> Text:
    best = side.best.row
    key = "conflict.source" if len(side.sources) == 1 else "conflict.sources"
    return say(key, n=len(side.sources), tier=best.tier, date=best.published or say("conflict.undated"))


def _conflict(world: World, dispute: Dispute) -> Conflict:
    """A dispute as the report holds it, each side an evidence statement with its cases and quotes."""
    sides = tuple(_statement(world, dispute, side) for side in dispute.sides)
    adopted = OPEN if dispute.decided == "open" else 0
    return Conflict(dispute.sides[0].best.row.customer, dispute.field, sides, adopted, reason(dispute))


def _statement(world: World, dispute: Dispute, side: Side) -> Statement:
    rows = [w.row for w in side.sources]
    return evidence(told(dispute, side), [r.id for r in rows], world.quotes(rows, dispute.field, side.key), source="conflicts")
