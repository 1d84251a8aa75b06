"""Where a story names the vendor's products, and what each place and sentence says about their use."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pipelines.case import Block, Part, RawCase, Role
from pipelines.catalog import Mention, Product, catalogue
from pipelines.catalog.usage import Stance, puts_to_use, stance
from pipelines.text import sentences

RESUMED = 200  # the same where each name brings a clause of its own
JOINED = 60  # characters between two names of one enumeration
_LABEL = re.compile(r"(?:products|products used|services used|使用产品|相关产品|使用的产品)\s*[:：]", re.IGNORECASE)
_SEPARATORS = (",", "、", "，", ";", "；", "|", "•", "·")
_TERM = re.compile(r"\s?(?:[:：–—]|- |\(|\. (?=[A-Z]))")  # what follows the head of an entry: "QuickBI：…", "Azure Functions – …"
_TASK = re.compile(r" (?:to [a-z]+|for [a-z]+(?:ing|ion)) ")  # "Amazon Athena to explore the data": a list of what does what
_MERE = re.compile(r"[\s,、，()（）/&+]*(?:and|or|和|与|及|以及)?\s*")  # nothing but an enumeration between two names
_LAST = re.compile(r"[,;；，] ?(?:and |以及|和)$")
_COMMA = re.compile(r"\s{0,4}[,、，;；|]\s{0,4}")
_AND = re.compile(r",|、|，| and | or |和|与|及|以及|\+|&|/")
LIST = 2  # listed products from which a page's list counts as a list
BRIEF = 700  # characters of a page that is one paragraph: what it names it names for a reason
LONGEST_NAME = 60  # characters of an entry of a list
LABEL, ITEM = 60, 160  # characters of a label within a list that a sentence introduces, and of an item of it that is no bullet
_GAP = 40  # characters of white space between a separator and a name
ALONE = 12  # characters a line may hold besides a product's name and still be an entry of a list


class Place(StrEnum):
    """The kind of place a name stands in, the strongest first."""

    LISTED = "listed"  # an entry of the page's own list of used products
    TITLE = "title"
    ENTRY = "entry"  # a line or a bullet of its own
    HEADING = "heading"
    STORY = "story"
    ASIDE = "aside"  # about, partner, future parts
    BLURB = "blurb"  # the vendor's own description of it in the page's product part


ASIDES = frozenset((Part.ABOUT, Part.PARTNER, Part.FUTURE))
Named = tuple[Block, list[Mention]]
_DOUBTS = frozenset((Stance.REPLACED, Stance.COMPARED, Stance.PLANNED))
_INSIDE = frozenset((Place.STORY, Place.HEADING, Place.TITLE, Place.ENTRY))
STRENGTH = {Place.LISTED: 0, Place.TITLE: 2, Place.ENTRY: 3, Place.HEADING: 4, Place.STORY: 4, Place.BLURB: 5, Place.ASIDE: 6}


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
    """The sightings of the vendor's own products in page order; noise and code are left out, but for lists and blurbs."""
    found: dict[Product, list[Sighting]] = defaultdict(list)
    listed, led = listings(raw), frozenset(introduced(raw))
    for block, mentions in named(raw):
        if block.role not in (Role.NOISE, Role.CODE) or (block.start, block.end) in listed:
            for one in _backwards(raw.page.text, list(_in_block(raw, block, mentions, listed, block.start in led))):
                found[one.mention.product].append(one)
        elif _is_blurb(block, mentions):
            found[mentions[0].product].append(Sighting(mentions[0], Place.BLURB, Stance.PLAIN, (block.start, block.end)))
    return dict(found)


def named(raw: RawCase) -> list[Named]:
    """The blocks that name a product of the page's own vendor, whatever their role, with the mentions."""
    if not raw.blocks:
        return []
    first, last = min(b.start for b in raw.blocks), max(b.end for b in raw.blocks)
    mentions = catalogue().find(raw.page.text, raw.page.vendor, first, last)
    own = [m for m in mentions if m.product.belongs(raw.page.vendor)]
    starts = [m.start for m in own]
    held = ((b, own[bisect_left(starts, b.start) : bisect_left(starts, b.end)]) for b in raw.blocks)
    return [(block, inside) for block, inside in held if inside]


def listings(raw: RawCase) -> list[tuple[int, int]]:
    """The spans of the page's own lists of used products: labelled values, lines that label themselves so, lines of its product part.

    Of what the reader takes for chrome only a line of the product part counts: it stands among the links below a printed story.
    """
    labelled = [(x.start, x.end) for x in raw.labels if x.label == "products"]
    return labelled + [(b.start, b.end) for b in raw.blocks if b.role is not Role.CODE and _lists(raw, b)]


def introduced(raw: RawCase) -> Iterator[int]:
    """The starts of the blocks that stand under a line of use that ends in a colon: "The shop uses the following services:"."""
    led = False
    for block in raw.blocks:
        text = raw.text(block).rstrip()
        if block.role in (Role.NOISE, Role.CODE, Role.TITLE, Role.HEADING):
            led = False
        elif text.endswith((":", "：")):
            led = puts_to_use(text) or (led and len(text) <= LABEL)
        else:
            led = led and (block.role is Role.BULLET or len(text) <= ITEM)
            if led:
                yield block.start


def _lists(raw: RawCase, block: Block) -> bool:
    labelled = bool(_LABEL.match(raw.page.text, block.start, block.end))
    if block.role is not Role.NOISE:
        return labelled
    return block.part is Part.PRODUCTS and (labelled or _enumerates(raw.text(block)))


def _enumerates(text: str) -> bool:
    entries = _COMMA.split(text)
    return len(entries) >= LIST and all(0 < len(e) <= LONGEST_NAME for e in entries) and not text.endswith(".")


def _is_blurb(block: Block, mentions: Sequence[Mention]) -> bool:
    """Whether a block of the page's product part presents a product: it begins with the name."""
    return block.role is Role.NOISE and block.part is Part.PRODUCTS and mentions[0].start == block.start


def is_brief(raw: RawCase) -> bool:
    """Whether the story is no longer than a blurb."""
    return sum(b.end - b.start for b in raw.useful()) <= BRIEF


def _in_block(raw: RawCase, block: Block, mentions: Sequence[Mention], listed: Iterable[tuple[int, int]], led: bool) -> Iterator[Sighting]:
    spans = list(sentences(raw.page.text, block.start, block.end))
    before: Sighting | None = None
    for mention in mentions:
        span = _around(spans, mention.start) or (block.start, block.end)
        said = stance(raw.page.text, span, mention.start, mention.end)
        if block.part is Part.FUTURE and said in (Stance.PLAIN, Stance.USED):
            said = Stance.PLANNED
        if said is Stance.PLAIN and mention.start == block.start and (led or _TASK.match(raw.page.text, mention.end)):
            said = Stance.USED
        if said is Stance.PLAIN and before and _joined(raw.page.text, before, mention, span):
            said = before.stance
        before = Sighting(mention, _place(raw.page.text, block, mention, listed), said, span)
        yield before


def _around(spans: Sequence[tuple[int, int]], at: int) -> tuple[int, int] | None:
    """The span of an ordered list that holds an offset."""
    k = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return spans[k] if k >= 0 and at < spans[k][1] else None


def _backwards(text: str, seen: list[Sighting]) -> Iterator[Sighting]:
    """The sightings, those of an enumeration with the use that the sentence says behind its last name: "A, B and C run the shop"."""
    for k in range(len(seen) - 2, -1, -1):
        one, after = seen[k], seen[k + 1]
        if one.stance is Stance.PLAIN and after.stance is Stance.USED and _MERE.fullmatch(text, one.mention.end, after.mention.start):
            seen[k] = replace(one, stance=Stance.USED)
    yield from seen


def _joined(text: str, before: Sighting, mention: Mention, span: tuple[int, int]) -> bool:
    """Whether a name stands in one enumeration with the name before it: what is said of the first holds of both."""
    between = text[before.mention.end : mention.start]
    near = len(between) <= JOINED and _AND.search(between)
    resumed = len(between) <= RESUMED and _LAST.search(between)  # "uses X, which does this and that, and Y"
    return before.sentence == span and bool(near or resumed)


def _place(text: str, block: Block, mention: Mention, listed: Iterable[tuple[int, int]]) -> Place:
    entry = mention.start == block.start or text[max(block.start, mention.start - _GAP) : mention.start].rstrip().endswith(_SEPARATORS)
    if (block.role is Role.PRODUCT and entry) or any(a <= mention.start < b for a, b in listed):
        return Place.LISTED
    if block.role is Role.TITLE:
        return Place.TITLE
    if block.role is Role.BULLET and mention.start == block.start and _TERM.match(text, mention.end):
        return Place.ENTRY
    alone = block.end - block.start - (mention.end - mention.start) <= ALONE
    if block.role in (Role.TEXT, Role.BULLET, Role.KPI) and alone:
        return Place.ENTRY
    if block.role is Role.HEADING:
        return Place.HEADING
    return Place.ASIDE if block.part in ASIDES or block.role is Role.LABEL else Place.STORY


_PLACES = "listed title entry heading story_used aside_used plain doubtful described"
_KINDS = "share unlisted untitled generic platform finer edition only brief common blurb_only"
NAMES = tuple(f"{_PLACES} {_KINDS}".split())


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else the page names: how many products it lists and titles, the finer ones, the most mentions of any."""

    listed: frozenset[Product]
    titled: frozenset[Product]
    finer: frozenset[Product]
    most: int
    brief: bool


def features(found: Mapping[Product, Sequence[Sighting]], brief: bool = False) -> dict[Product, dict[str, float]]:
    """Numbers in about 0…3 that tell of use, by product; the names are NAMES. ``brief`` is whether the page is a blurb."""
    finer = frozenset(p for p in found if not p.generic)
    at = {place: frozenset(p for p in finer if any(s.place is place for s in found[p])) for place in (Place.LISTED, Place.TITLE)}
    most = max((len(found[p]) for p in finer), default=1)
    around = Surroundings(at[Place.LISTED], at[Place.TITLE], finer, most, brief)
    return {p: _by_place(seen) | _by_kind(p, seen, around) for p, seen in found.items()}


def _by_place(seen: Sequence[Sighting]) -> dict[str, float]:
    places = {s.place for s in seen}
    inside = [s.stance for s in seen if s.place in _INSIDE]
    return {
        "listed": float(Place.LISTED in places),
        "title": float(Place.TITLE in places),
        "entry": float(Place.ENTRY in places),
        "heading": float(Place.HEADING in places),
        "story_used": float(min(2, inside.count(Stance.USED))),
        "aside_used": float(any(s.place is Place.ASIDE and s.stance is Stance.USED for s in seen)),
        "plain": float(min(2, inside.count(Stance.PLAIN))),
        "doubtful": sum(s.stance in _DOUBTS for s in seen) / len(seen),
        "described": sum(s.stance is Stance.DESCRIBED for s in seen) / len(seen),
    }


def _by_kind(product: Product, seen: Sequence[Sighting], around: Surroundings) -> dict[str, float]:
    places = {s.place for s in seen}
    shown = bool(places & {Place.LISTED, Place.TITLE})
    return {
        "share": math.log2(1 + len(seen)) / math.log2(1 + max(around.most, len(seen))),
        "unlisted": float(len(around.listed) >= LIST and Place.LISTED not in places),
        "untitled": float(bool(around.titled) and not shown),
        "generic": float(product.generic and not product.platform and not shown),
        "platform": float(product.platform and bool(around.finer)),
        "finer": float(any(_is_within(q, product) for q in around.finer)),
        "edition": float(any(_is_edition(product, q) for q in around.finer) and Place.LISTED not in places),
        "brief": float(around.brief and not product.generic and any(_speaks(s) for s in seen)),
        "only": float(len(around.finer) <= 1),
        "common": float(not {Place.LISTED, Place.ENTRY} & places and all(catalogue().is_common(s.mention.form) for s in seen)),
        "blurb_only": float(places == {Place.BLURB}),
    }


def _speaks(sighting: Sighting) -> bool:
    """Whether the story itself names the product, neither describing nor doubting it."""
    return sighting.place is not Place.BLURB and sighting.stance in (Stance.USED, Stance.PLAIN)


def _is_within(finer: Product, product: Product) -> bool:
    """Whether one product's name goes on from another's: Amazon RDS for MySQL from Amazon RDS, Xamarin.Forms from Xamarin."""
    return any(n and finer.name.startswith(n) and finer.name[len(n) : len(n) + 1] in (" ", ".") for n in (product.name, product.short))


def _is_edition(finer: Product, product: Product) -> bool:
    """Whether a product is another one's edition: it goes on from its name and is of the same kind (TiDB Binlog is no database)."""
    return _is_within(finer, product) and finer.categories == product.categories
