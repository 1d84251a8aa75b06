"""The quantified results of a case (document 1, §1.3 量化收益): the grammar of ``pipelines.quantities`` over a case's blocks.

Where a figure stands counts: results, outcomes and figure tiles speak for a benefit, the company's portrait and its
challenge against one, and nothing in a part about plans was reached yet. One fact told twice is one benefit with the
best of its evidences first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipelines.case import Benefit, Block, Field, Many, Part, RawCase, Role
from pipelines.quantities import Found as Quantity
from pipelines.quantities import find
from pipelines.quantities.score import score, weights
from pipelines.steps import Found
from pipelines.steps._captions import Caption, captioned

PROVIDES = ("benefits",)
NEEDS: tuple[str, ...] = ()

NOT_QUOTED = (Role.ATTRIBUTION, Role.LABEL, Role.PRODUCT)
_SPEED = frozenset({"time", "latency", "throughput", "efficiency", "capacity"})
_PACE = frozenset({"time", "latency", "throughput"})  # 50 % faster and half the time may be one fact
_BARE = frozenset({"level.stated", "level.bare-percent"})
_BETTER = "turn.good"  # "20 % improvement" may be a rise or a fall
_SMALL_MONEY = 1000
_PLACES = 3
_FIGURES = (3, 8, 16, 32)  # a page with many figures tells much that is no result
_LONG = 3000  # characters from which a story has a beginning and an end
_HEAD = 12  # characters before the figure of a tile: "More than 30 %"
_RESULTS = frozenset({Part.RESULTS, Part.OUTCOME, Part.TITLE, Part.LEAD})
_BEFORE = frozenset({Part.CHALLENGE, Part.ABOUT, Part.PARTNER})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quantity that may be a result, the block it stands in, its signs and their score."""

    found: Quantity
    block: Block
    signs: tuple[str, ...]
    score: float


def run(raw: RawCase, found: Found) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol of steps
    """``benefits``: the distinct quantified results in page order, each with up to three places and a score."""
    groups = distinct(c for c in candidates(raw) if c.score >= weights().threshold)
    if not groups:
        return {"benefits": Many(reason="no_quantified_result")}
    captions = captioned(raw, [(told.found, told.block) for group in groups if _only_tiles(group) for told in (telling(group),)])
    items = tuple(_field(raw, group, captions) for group in groups)
    return {"benefits": Many(tuple(sorted(items, key=lambda f: f.evidence[0].start)))}


def candidates(raw: RawCase) -> list[Candidate]:
    """Every quantity of a case that may be a result, in page order, with its signs; also the weights are learned from these."""
    found = list(_quantities(raw))
    places = Counter(key for key, _ in {(_figure(q), block.start) for q, block in found})
    page = tuple(_page(raw, len(found)))
    again = ("told.once", "told.again")
    rows = ((q, block, (*q.features, *_places(raw, q, block), *page, again[places[_figure(q)] > 1])) for q, block in found)
    return [Candidate(q, block, signs, score(signs)) for q, block, signs in rows]


def _page(raw: RawCase, figures: int) -> Iterator[str]:
    """The signs of the whole page: whether it shows tiles, and how many figures it tells."""
    if any(block.role is Role.KPI for block in raw.useful()):
        yield "doc.tiles"
    yield f"doc.figures.{next((k for k, most in enumerate(_FIGURES) if figures <= most), len(_FIGURES))}"


def _quantities(raw: RawCase) -> Iterator[tuple[Quantity, Block]]:
    for block in raw.useful():
        if block.role in NOT_QUOTED or block.part is Part.FUTURE:
            continue
        for quantity in find(raw.page.text, block.start, block.end):
            told = quantity.verdict.benefit and not _is_caption(raw, quantity, block)
            if told or (block.role is Role.KPI and _tile(quantity)):
                yield quantity, block


def _is_caption(raw: RawCase, quantity: Quantity, block: Block) -> bool:
    """``transactions in 2 years``: a tile in lower case is the caption of another tile's figure, and its time the period of that."""
    return block.role is Role.KPI and quantity.rule == "level.time" and raw.page.text[block.start].islower()


def _figure(quantity: Quantity) -> tuple[float, str]:
    """What is the same where a figure is told again."""
    return quantity.benefit.value, quantity.benefit.unit


def _tile(quantity: Quantity) -> bool:
    """Whether a bare figure may be a tile's result: something counted, and no small price."""
    b = quantity.benefit
    return quantity.verdict.rule == "not.untold" and bool(b.unit) and b.value > 0 and (quantity.dim != "money" or b.value >= _SMALL_MONEY)


def _places(raw: RawCase, quantity: Quantity, block: Block) -> tuple[str, ...]:
    """The signs of where a figure stands; in unordered text a part by heading says nothing."""
    part = (f"part.{block.part}",) if raw.ordered or block.part in (Part.TITLE, Part.RESULTS) else ()
    return (*part, f"role.{block.role}", *_standing(quantity, block), _told(quantity), *_depth(raw, block))


def _told(quantity: Quantity) -> str:
    """What the figure says of what: users that rose are a company's growth, costs that fell are a result."""
    return f"about.{quantity.benefit.subject}/{quantity.benefit.direction or 'none'}"


def _depth(raw: RawCase, block: Block) -> Iterator[str]:
    """How far down an ordered story a figure stands: it opens with the company's portrait and its troubles."""
    if raw.ordered and block.role not in (Role.KPI, Role.TITLE, Role.HEADING):
        first, last = raw.blocks[0].start, raw.blocks[-1].end
        if last - first > _LONG:
            yield f"depth.{min(4, 5 * (block.start - first) // (last - first))}"


def _standing(quantity: Quantity, block: Block) -> Iterator[str]:
    """Where a figure stands in its tile, and its family of rules in the parts where results stand."""
    if block.role is Role.KPI:
        yield "tile.head" if quantity.at - block.start <= _HEAD else f"tile.tail/{quantity.rule.split('.')[0]}.{quantity.dim}"
    kind = quantity.rule.split(".")[0]
    yield f"{kind}@{'results' if block.part in _RESULTS else 'before' if block.part in _BEFORE else 'story'}"
    if block.part in _BEFORE and kind == "level":
        yield f"{quantity.dim}@before"
        if "sign.peak" in quantity.features:
            yield "peak@before"  # 日均…: an average of the troubles, not one that was reached


def distinct(kept: Iterable[Candidate]) -> list[list[Candidate]]:
    """Candidates grouped by fact, the surest first in each group."""
    groups: list[list[Candidate]] = []
    for candidate in sorted(kept, key=lambda c: (c.found.rule in _BARE, -c.score, c.found.start)):  # a bare tile joins one fact
        home = next((g for g in groups if _same(g[0], candidate)), None)
        if home is None:
            groups.append([candidate])
        else:
            home.append(candidate)
    return groups


def _same(a: Candidate, b: Candidate) -> bool:
    """Whether two tellings are of one fact: the same figure about the same thing, in a summary and below it, or of a bare tile."""
    x, y = a.found.benefit, b.found.benefit
    if (x.value, x.unit, x.value_to or x.value) != (y.value, y.unit, y.value_to or y.value):
        return False
    if {x.direction, y.direction} == {"up", "down"} and not {x.subject, y.subject} <= _PACE and _BETTER not in (*a.signs, *b.signs):
        return False
    if x.value_from is not None and y.value_from is not None and x.value_from != y.value_from:
        return False
    if {a.found.rule, b.found.rule} & _BARE or (x.direction == y.direction and _summary(a.block) != _summary(b.block)):
        return True
    return x.subject == y.subject or "other" in (x.subject, y.subject) or {x.subject, y.subject} <= _SPEED


def _summary(block: Block) -> bool:
    """Whether a block sums up: the title, a heading, a figure tile, the results beside the story."""
    return block.role in (Role.KPI, Role.TITLE, Role.HEADING) or block.part in (Part.RESULTS, Part.TITLE)


def _field(raw: RawCase, group: list[Candidate], captions: Mapping[int, Caption]) -> Field[Benefit]:
    """The benefit of a group: the telling that says most, with the surest score; the best places as evidence."""
    told = telling(group)
    places = [told, *(c for c in group if c is not told)]
    evidence = tuple(raw.evidence(c.found.start, c.found.end) for c in places[:_PLACES])
    caption = captions.get(told.block.start)
    if caption is None:
        return Field(told.found.benefit, evidence, group[0].score, told.found.rule)
    benefit = replace(told.found.benefit, direction=caption.direction, subject=caption.subject)
    also = raw.evidence(caption.block.start, caption.block.end)
    return Field(benefit, (evidence[0], also, *evidence[1:])[:_PLACES], group[0].score, "tile.caption")


def _only_tiles(group: Iterable[Candidate]) -> bool:
    """Whether a fact is told nowhere but in figure tiles."""
    return all(c.block.role is Role.KPI for c in group)


def telling(group: Iterable[Candidate]) -> Candidate:
    """The candidate of a group that says most: what the benefit is read from."""
    return max(group, key=_telling)


def _telling(c: Candidate) -> tuple[bool, bool, bool, bool, float]:
    """A telling with the state before says more than one without, a change more than a level, a subject more than none."""
    b = c.found.benefit
    told = b.subject != "other" and bool(b.direction)
    return told, b.value_from is not None, c.found.rule.startswith("change."), "subject.told" in c.signs, c.score
