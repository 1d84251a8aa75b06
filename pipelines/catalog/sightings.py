"""Where a story names the vendor's products, and what each place and sentence says about their use."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipelines.case import Block, Part, RawCase, Role
from pipelines.catalog import Mention, Product, catalogue
from pipelines.catalog.usage import Stance, stance
from pipelines.text import sentences

JOINED = 60  # characters between two names of one enumeration
_LABEL = re.compile(r"(?:products|products used|services used|使用产品|相关产品|使用的产品)\s*[:：]", re.IGNORECASE)
_SEPARATORS = (",", "、", "，", ";", "；", "|", "•", "·")
_TERM = re.compile(r"\s?(?:[:：–—]|- |\()")  # what follows the head of an entry: "QuickBI：…", "Azure Functions – …"
_AND = re.compile(r",|、|，| and | or |和|与|及|以及|\+|&|/")
ALONE = 12  # characters a line may hold besides a product's name and still be an entry of a list


class Place(StrEnum):
    """The kind of place a name stands in, the strongest first."""

    LISTED = "listed"  # an entry of the page's own list of used products
    TITLE = "title"
    ENTRY = "entry"  # a line or a bullet of its own
    HEADING = "heading"
    STORY = "story"
    ASIDE = "aside"  # about, partner, future parts


ASIDES = frozenset((Part.ABOUT, Part.PARTNER, Part.FUTURE))
STRENGTH = {Place.LISTED: 0, Place.TITLE: 2, Place.ENTRY: 3, Place.HEADING: 4, Place.STORY: 4, Place.ASIDE: 6}


@dataclass(frozen=True, slots=True)
class Sighting:
    """A product named at a place; ``sentence`` is the span of what says it."""

    mention: Mention
    place: Place
    stance: Stance
    sentence: tuple[int, int]

    def strength(self) -> tuple[int, int]:
        """The lower, the better the sighting proves use; ties go to the earlier one."""
        return STRENGTH[self.place] - (2 if self.stance is Stance.USED and self.place is not Place.LISTED else 0), self.mention.start


def sightings(raw: RawCase) -> dict[Product, list[Sighting]]:
    """The sightings of the vendor's own products in page order; noise and code are left out."""
    found: dict[Product, list[Sighting]] = defaultdict(list)
    listed = listings(raw)
    for block, mentions in named(raw):
        if block.role in (Role.NOISE, Role.CODE) and (block.start, block.end) not in listed:
            continue
        for one in _in_block(raw, block, mentions, listed):
            found[one.mention.product].append(one)
    return dict(found)


def named(raw: RawCase) -> Iterator[tuple[Block, list[Mention]]]:
    """The blocks that name a product of the page's own vendor, whatever their role, with the mentions."""
    if not raw.blocks:
        return
    first, last = min(b.start for b in raw.blocks), max(b.end for b in raw.blocks)
    mentions = catalogue().find(raw.page.text, raw.page.vendor, first, last)
    own = [m for m in mentions if m.product.belongs(raw.page.vendor)]
    starts = [m.start for m in own]
    for block in raw.blocks:
        if held := own[bisect_left(starts, block.start) : bisect_left(starts, block.end)]:
            yield block, held


def listings(raw: RawCase) -> list[tuple[int, int]]:
    """The spans of the page's own lists of used products: labelled values, and lines that label themselves so.

    Such a line counts even where the reader takes it for chrome: it stands among the links below a printed story.
    """
    labelled = [(x.start, x.end) for x in raw.labels if x.label == "products"]
    return labelled + [(b.start, b.end) for b in raw.blocks if b.role is not Role.CODE and _LABEL.match(raw.text(b))]


def blurbs(raw: RawCase) -> set[Product]:
    """The products whose blurbs stand in the page's product part: the page lists them, though a blurb proves nothing by itself."""
    noise = ((b, m) for b, m in named(raw) if b.role is Role.NOISE and b.part is Part.PRODUCTS)
    return {mentions[0].product for block, mentions in noise if mentions[0].start == block.start}


def _in_block(raw: RawCase, block: Block, mentions: Sequence[Mention], listed: Iterable[tuple[int, int]]) -> Iterator[Sighting]:
    spans = list(sentences(raw.page.text, block.start, block.end))
    before: Sighting | None = None
    for mention in mentions:
        span = next((s for s in spans if s[0] <= mention.start < s[1]), (block.start, block.end))
        said = stance(raw.page.text, span, mention.start, mention.end)
        if said is Stance.PLAIN and before and _joined(raw.page.text, before, mention, span):
            said = before.stance
        before = Sighting(mention, _place(raw.page.text, block, mention, listed), said, span)
        yield before


def _joined(text: str, before: Sighting, mention: Mention, span: tuple[int, int]) -> bool:
    """Whether a name stands in one enumeration with the name before it: what is said of the first holds of both."""
    between = text[before.mention.end : mention.start]
    return before.sentence == span and len(between) <= JOINED and bool(_AND.search(between))


def _place(text: str, block: Block, mention: Mention, listed: Iterable[tuple[int, int]]) -> Place:
    entry = mention.start == block.start or text[block.start : mention.start].rstrip().endswith(_SEPARATORS)
    if (block.role is Role.PRODUCT and entry) or any(a <= mention.start < b for a, b in listed):
        return Place.LISTED
    if block.role is Role.TITLE:
        return Place.TITLE
    if block.role is Role.BULLET and mention.start == block.start and _TERM.match(text, mention.end):
        return Place.ENTRY
    if block.role in (Role.TEXT, Role.BULLET, Role.KPI) and block.end - block.start - (mention.end - mention.start) <= ALONE:
        return Place.ENTRY
    if block.role is Role.HEADING:
        return Place.HEADING
    return Place.ASIDE if block.part in ASIDES or block.role is Role.LABEL else Place.STORY


_PLACES = "listed title entry heading story_used aside_used plain doubtful described"
_KINDS = "mentions unlisted generic platform finer only common blurbed"
NAMES = tuple(f"{_PLACES} {_KINDS}".split())


def features(found: Mapping[Product, Sequence[Sighting]], blurbed: Container[Product] = ()) -> dict[Product, dict[str, float]]:
    """Numbers in about 0…3 that tell of use, by product; the names are NAMES."""
    listing = sum(any(s.place is Place.LISTED for s in seen) for seen in found.values())
    finer = {p for p in found if not p.generic}
    return {p: {**_row(p, seen, listing, finer), "blurbed": float(p in blurbed)} for p, seen in found.items()}


def _row(product: Product, seen: Sequence[Sighting], listing: int, finer: set[Product]) -> dict[str, float]:
    places = {s.place for s in seen}
    inside = [s.stance for s in seen if s.place in (Place.STORY, Place.HEADING, Place.TITLE, Place.ENTRY)]
    listed = Place.LISTED in places
    doubts = (Stance.REPLACED, Stance.COMPARED, Stance.PLANNED)
    return {
        "listed": float(listed),
        "title": float(Place.TITLE in places),
        "entry": float(Place.ENTRY in places),
        "heading": float(Place.HEADING in places),
        "story_used": float(min(2, inside.count(Stance.USED))),
        "aside_used": float(any(s.place is Place.ASIDE and s.stance is Stance.USED for s in seen)),
        "plain": float(min(2, inside.count(Stance.PLAIN))),
        "doubtful": sum(s.stance in doubts for s in seen) / len(seen),
        "described": sum(s.stance is Stance.DESCRIBED for s in seen) / len(seen),
        "mentions": math.log2(1 + len(seen)),
        "unlisted": float(listing >= 2 and not listed),
        "generic": float(product.generic and not product.platform and not listed),
        "platform": float(product.platform and bool(finer)),
        "finer": float(any(q is not product and q.name.startswith(product.name + " ") for q in finer)),
        "only": float(len(finer) <= 1),
        "common": float(not {Place.LISTED, Place.ENTRY} & places and all(catalogue().is_common(s.mention.form) for s in seen)),
    }
