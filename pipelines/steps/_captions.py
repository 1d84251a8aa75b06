"""Captions of figure tiles in pages whose paragraphs lost their order: ``4 months`` here, ``reduction in waiting time`` there.

Which caption belongs to which tile is not known. But where there are at least as many captions that can be read with a
figure as there are tiles that want one, each tile has one of them, and what all of them say is true of it: a direction
that they share, a subject that most of them have. Anything less stays untold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.case import Benefit, Block, RawCase, Role
from pipelines.quantities import Found, find

BARE = frozenset({"level.stated", "level.bare-percent"})
LONGEST = 90  # characters of a caption
_CONTINUES = ("and ", "or ", "by ", "with ", "while ", "also ")  # the second half of another tile's line
_TELLING = ("change.after", "level.percent")  # what may stand behind a figure: "less waiting time", "application uptime"
_DIMS = ("ratio", "time", "money")
_OF = {"time": ("time", "latency", "availability"), "money": ("cost", "revenue")}
_LONE = 14  # characters that a tile may have beside its figure: "up to", "More than"


@dataclass(frozen=True, slots=True)
class Caption:
    """What a caption says of a figure: direction and subject, and the block that says it."""

    block: Block
    direction: str
    subject: str


def captioned(raw: RawCase, tiles: Sequence[tuple[Found, Block]]) -> Mapping[int, Caption]:
    """What the page's loose captions agree on for each lone tile, by the offset of the tile's block."""
    if raw.ordered:
        return {}
    loose = [block for block in raw.useful() if _is_loose(raw, block)]
    every = {block.start: _readings(raw, block, found, loose) for found, block in tiles if _is_lone(found, block)}
    told = {at: _left(every, at) for at in every}
    return {at: agreed for at, captions in told.items() if (agreed := _agreed(captions, _rivals(told, at)))}


def _is_lone(found: Found, block: Block) -> bool:
    """Whether a tile holds little but a figure of which nothing is told."""
    beside = (block.end - block.start) - (found.stop - found.at)
    return block.role is Role.KPI and found.rule in BARE and found.dim in _DIMS and beside <= _LONE


def _is_loose(raw: RawCase, block: Block) -> bool:
    words = raw.page.text[block.start : block.end].strip()
    own = words[:1].islower() and not words.startswith(_CONTINUES)
    return block.role is Role.KPI and len(words) <= LONGEST and own and not any(c.isdigit() for c in words)


def _readings(raw: RawCase, tile: Block, found: Found, loose: Iterable[Block]) -> list[Caption]:
    """The captions that the grammar can read behind the figure, with what they say of it."""
    text = raw.page.text
    figure = text[tile.start : tile.end].strip()
    words = ((block, text[block.start : block.end].strip()) for block in loose)
    read = ((block, _first(f"{figure} {caption}", found)) for block, caption in words if _fits(caption, found.dim))
    return [Caption(block, b.direction, b.subject) for block, b in read if b is not None]


def _first(words: str, tile: Found) -> Benefit | None:
    """What the figure and a caption say together; None unless the caption tells a change, or of what the share is."""
    quantity = next(iter(find(words)), None)
    if quantity is None or quantity.benefit.value != tile.benefit.value or not quantity.verdict.benefit:
        return None
    return quantity.benefit if quantity.rule in _TELLING else None


def _fits(caption: str, dim: str) -> bool:
    """Whether a caption can be a duration's or an amount's: what it says of a share is of time, or of cost."""
    if dim not in _OF:
        return True
    quantity = next(iter(find(f"50% {caption}")), None)
    return quantity is not None and quantity.benefit.subject in _OF[dim]


def _left(told: Mapping[int, Sequence[Caption]], at: int) -> Sequence[Caption]:
    """The captions of a tile without those that are all that another tile could have."""
    taken = {captions[0].block.start for other, captions in told.items() if other != at and len(captions) == 1}
    free = [c for c in told[at] if c.block.start not in taken]
    return free or told[at]


def _rivals(told: Mapping[int, Sequence[Caption]], at: int) -> int:
    """How many lone tiles want a caption that this one could have."""
    mine = {c.block.start for c in told[at]}
    return sum(1 for captions in told.values() if mine & {c.block.start for c in captions})


def _agreed(captions: Sequence[Caption], rivals: int) -> Caption | None:
    """What the captions agree on; None where they are too few or of two minds."""
    if not captions or len(captions) < rivals or len({c.direction for c in captions}) > 1:
        return None
    subject, count = Counter(c.subject for c in captions).most_common(1)[0]
    first = next(c for c in captions if c.subject == subject)
    return first if 2 * count > len(captions) else replace(first, subject="other")
