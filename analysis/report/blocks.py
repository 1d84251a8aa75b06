"""What a section is made of: blocks and inline parts. Writers (HTML, Markdown) turn them into files; sections never do.

So every document says the same in each format, headings stand in one place, and text is escaped in one place a format.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.model import Kind


@dataclass(frozen=True, slots=True)
class Strong:
    """Words in bold."""

    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """What the rest of the line is about: ``**画像描述**: `` where the template has it bold, ``案例1: `` where it is plain."""

    text: str
    bold: bool = True


@dataclass(frozen=True, slots=True)
class Muted:
    """An aside in small grey print."""

    text: str


@dataclass(frozen=True, slots=True)
class Badge:
    """A short label with a tone: green, amber, red, plain."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a web page; writers show the bare text unless the address is http or https."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Jump:
    """A link to an anchor of this document."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class CaseRef:
    """A case by the customer's name; ``number`` is its place in the case list (1…)."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class CaseSet:
    """Many cases behind one link, where naming each would fill the page."""

    cases: tuple[CaseRef, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement with its kind, the numbers of the cases and quotes it rests on, and a note (share, source).

    ``examples``: it counts more cases than it names.
    """

    kind: Kind
    text: str
    cases: tuple[CaseRef, ...] = ()
    quotes: tuple[int, ...] = ()
    note: str = ""
    examples: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """未知, with the reason."""

    reason: str = ""


Part = str | Strong | Label | Muted | Badge | Link | Jump | CaseRef | CaseSet | Claim | Missing
Line = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``level`` 1–4; ``anchor`` is unique in the document."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph."""

    line: Line


@dataclass(frozen=True, slots=True)
class Item:
    """A list item and its children."""

    line: Line
    children: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; ``ordered`` numbers it."""

    items: tuple[Item, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of lines; ``numeric`` are columns set flush right; ``wide`` may scroll sideways."""

    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    caption: str = ""
    numeric: tuple[int, ...] = ()
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as SVG, what it shows in words, and its numbers as a table."""

    name: str
    title: str
    svg: str
    alt: str
    table: Table


@dataclass(frozen=True, slots=True)
class Figures:
    """Charts side by side."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Meta:
    """The lines under the title: label and value."""

    rows: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its caption."""

    value: str
    label: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Tiles:
    """Figures in a row."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Callout:
    """A boxed remark; ``tone`` green, amber, red or plain."""

    tone: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Legend:
    """What the kinds of statement mean."""

    rows: tuple[tuple[Kind, str], ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """One row of the case table with what its filters compare; ``detail`` stands in the evidence drawer."""

    number: int
    cells: tuple[Line, ...]
    sort: tuple[str, ...]
    facets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseTable:
    """The case table: columns, filters (label and choices) and rows."""

    head: tuple[str, ...]
    filters: tuple[tuple[str, tuple[str, ...]], ...]
    rows: tuple[CaseView, ...]


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quote within its sentence; ``number`` n has the anchor ``en``."""

    number: int
    field: str
    before: str
    quote: str
    after: str
    where: str
    cited: bool


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A case as evidence: who, from where, which archived record, and its quotes."""

    number: int
    name: str
    about: Line
    source: Line
    record: str
    facts: tuple[tuple[str, Line], ...]
    quotes: tuple[QuoteView, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceIndex:
    """All cases with their quotes: where every reference leads."""

    cases: tuple[EvidenceView, ...]


@dataclass(frozen=True, slots=True)
class CardPart:
    """A group of a persona card: emoji, heading and its entries."""

    icon: str
    title: str
    note: str
    body: Bullets


@dataclass(frozen=True, slots=True)
class Card:
    """A persona card that prints on one page."""

    anchor: str
    title: str
    status: Badge
    notice: str
    parts: tuple[CardPart, ...]
    foot: Line


Block = Heading | Para | Bullets | Table | Figure | Figures | Meta | Tiles | Callout | Legend | CaseTable | EvidenceIndex | Card


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of a document."""

    name: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document; ``watermark`` is printed on every page where the data is a demonstration."""

    title: str
    subtitle: str
    lang: str
    kind: str
    watermark: str
    sections: tuple[Section, ...]

    def anchors(self) -> frozenset[str]:
        """The anchors of its headings: where a jump may lead."""
        return frozenset(b.anchor for s in self.sections for b in s.blocks if isinstance(b, Heading))

    def held(self) -> frozenset[int]:
        """The numbers of the cases in its index of evidence."""
        indexes = (b for s in self.sections for b in s.blocks if isinstance(b, EvidenceIndex))
        return frozenset(view.number for index in indexes for view in index.cases)
