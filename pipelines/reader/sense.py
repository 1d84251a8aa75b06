"""What the pieces of a page mean: headings and the parts they open, labels, tiles, quotes, products, chrome (DESIGN §2-4).

Ordered pages are read top to bottom; a heading governs what follows until one of its own rank. In scattered text every
line is judged alone, and no heading governs anything.
"""

from __future__ import annotations

import re

from pipelines.case import Part, Role
from pipelines.reader.labelling import labelled
from pipelines.reader.piece import Draft, Piece, join_lines, key
from pipelines.reader.vocabulary import Layout, brands, heading_part, is_aside, is_chrome, is_ending, labels, one_of, shapes

_SENTENCE_END = re.compile(r"[.!?。！？…;；][\"'”’»」』)）]*$")
_BEFORE = rf"(?:{one_of(shapes().tile_before)}\s*)?"
_AMOUNT = rf"{_BEFORE}[~≈><+±–-]?\s?(?:US|HK|A|R)?[$€£¥₹]?\s?\d[\d,.]*(?:\s?[–-]\s?\d[\d,.]*)?\s?"
_UNIT = one_of(shapes().tile_units)
_TILE = re.compile(rf"^{_AMOUNT}(?:{_UNIT}\s?){{0,3}}\+?(?:\s?{one_of(shapes().tile_after)})?$", re.I)
_FIGURE = re.compile(rf"^{_AMOUNT}{_UNIT}\s?\S.*$", re.I)
_BARE_INTEGER = re.compile(r"^\d{1,2}$|^(?:19|20)\d\d$")
_TILE_WORD = re.compile(rf"^{one_of(shapes().tile_words)}$", re.I)
_JOBS = re.compile(rf"\b{one_of(shapes().jobs)}\b|{one_of(shapes().jobs_zh)}", re.I)
_PERSON = re.compile(
    r"^(?:(?:Dr|Mr|Ms|Mrs|Prof)\.? )?[A-ZÀ-Ž][\w.'’-]+(?: (?:de|da|van|von|der|bin|al|la|le|di)\b)?"
    r"(?: [A-ZÀ-Ž][\w.'’-]*){1,3}(?=,|$| [A-Z–-])"
)
_LINK = r"(?:for|and|on|of|the|with|to|by|&|in)"
_NAME = re.compile(rf"^(?:[A-Z0-9][\w.+/-]*|{_LINK})(?: (?:[A-Z0-9(][\w.+/)-]*|{_LINK}|y|via|\([^()]{{1,40}}\)))*(?: \([^()]{{1,40}}\))?$")
_VERBS = frozenset(shapes().service_verbs)
_OPEN_QUOTES = ("“", '"', "「", "『", "«")
_CLOSE_QUOTES = ("”", '"', "」", "』", "»", '."', ".”", '",', "”.")
_PAIR = re.compile(r"^([^:：|]{2,30})[:：]\s*\S")
_BOLD_LEVEL = 6
_BY = re.compile(r"^by\b", re.I)
_SYMBOLS = re.compile(r"[{}\[\]<>=;$\\|@#~^]")
_CODE_LENGTH = 40
_CODE_SHARE = 0.06  # share of symbols above which a paragraph is source code
_MIN_STORY = 300  # characters of story before an ending can end it


def make_sense(draft: Draft, layout: Layout | None) -> list[Piece]:
    """The pieces with their roles, parts and headings decided; tiles and their captions are one piece."""
    if not draft.ordered:
        from pipelines.reader.scattered import make_sense_alone

        return make_sense_alone(draft.pieces, layout)
    pieces = _tiles(_byline(_before_title(draft.pieces, layout), layout))
    _contents(pieces)
    _quotes(pieces)
    _Ordered(layout).read(pieces)
    return pieces


def _before_title(pieces: list[Piece], layout: Layout | None) -> list[Piece]:
    """Mark what stands above a first-rank heading near the top as chrome, labels apart."""
    top = next((i for i, p in enumerate(pieces[:40]) if p.level == 1), 0)
    if top and sum(len(p.text) for p in pieces[:top]) < 600:
        for piece in pieces[:top]:
            if not labelled(piece, layout):
                piece.role = Role.NOISE
    return pieces


def _byline(pieces: list[Piece], layout: Layout | None) -> list[Piece]:
    """Mark authors and topics above a blog post's ``Permalink`` as chrome, dates and the title apart."""
    links = next((i for i, p in enumerate(pieces[:40]) if key(p.text).startswith("permalink")), 0)
    start = next((i for i, p in enumerate(pieces[:links]) if _BY.match(p.text)), links)
    for piece in pieces[start:links]:
        if len(piece.text) < 400 and not labelled(piece, layout):
            piece.role = Role.NOISE
    return pieces


def _contents(pieces: list[Piece]) -> None:
    """Mark the entries of a table of contents: lines that say what a later heading says."""
    later: set[str] = set()
    for piece in reversed(pieces):
        folded = key(piece.text) if len(piece.text) < 60 else ""
        if piece.role is Role.HEADING:
            later.add(folded)
        elif folded and folded in later and piece.role in (Role.TEXT, Role.BULLET):
            piece.role = Role.NOISE


class _Ordered:
    """Reads top to bottom; keeps the open headings by rank, and whether a section beside the story is open."""

    def __init__(self, layout: Layout | None) -> None:
        self._layout = layout
        self._endings = frozenset(key(e) for e in layout.endings) if layout else frozenset()
        self._open: list[tuple[int, Part, str]] = []
        self._aside = 0  # rank of the open aside, 0 for none
        self._ended = False
        self._told = 0  # characters of story so far

    def read(self, pieces: list[Piece]) -> None:
        """Decide every piece."""
        for at, piece in enumerate(pieces):
            following = pieces[at + 1] if at + 1 < len(pieces) else None
            self._decide(piece, following, pieces[at - 1] if at else None)
            if piece.role is not Role.NOISE:
                self._told += len(piece.text)

    def _decide(self, piece: Piece, following: Piece | None, before: Piece | None) -> None:
        folded = key(piece.text)
        if piece.role is Role.NOISE or self._ended or not folded:
            piece.role = Role.NOISE
        elif self._ends(piece, folded):
            self._ended = self._told >= _MIN_STORY
            piece.role = Role.NOISE
        elif is_chrome(piece.text, folded):
            piece.role = Role.NOISE
        elif self._part() is Part.PRODUCTS and self._is_entry(piece):
            piece.role = Role.PRODUCT
        elif level := heading_level(piece, following):
            self._heading(piece, level, folded)
        elif self._beside(piece):
            piece.role = Role.NOISE
        else:
            self._plain(piece, before)
        piece.part = self._part()
        piece.heading = piece.heading or (self._open[-1][2] if self._open else "")

    def _ends(self, piece: Piece, folded: str) -> bool:
        lone = piece.role in (Role.HEADING, Role.TEXT, Role.BULLET)
        return lone and (is_ending(folded) or folded in self._endings)

    def _heading(self, piece: Piece, level: int, folded: str) -> None:
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        if self._aside and level <= self._aside:
            self._aside = 0
        piece.role, piece.level = Role.HEADING, level
        piece.heading = self._open[-1][2] if self._open else ""
        if self._aside or is_aside(folded):
            self._aside = self._aside or level
            piece.role = Role.NOISE
            return
        part, _ = heading_part(piece.text)
        if folded == "summary" and self._told < _MIN_STORY:
            part = Part.LEAD
        if part is None:
            part = Part.LEAD if level == 1 and not self._open else self._inherited(level)
        self._open.append((level, part, piece.text))

    def _is_entry(self, piece: Piece) -> bool:
        """Whether a heading within the list of used products is one of them."""
        if piece.role is not Role.HEADING or heading_part(piece.text)[1]:
            return False
        named = len(piece.text.split()) <= 4 and bool(_NAME.match(piece.text))
        return named or is_service_name(piece.text) or piece.level > self._open[-1][0]

    def _inherited(self, level: int) -> Part:
        """The part of the section around an unknown heading; none below the title itself."""
        around = self._open[-1] if self._open else None
        return around[1] if around and around[0] < level and around[1] is not Part.LEAD else Part.OTHER

    def _part(self) -> Part:
        return self._open[-1][1] if self._open else Part.LEAD

    def _beside(self, piece: Piece) -> bool:
        """Whether a piece belongs to an aside; one under a bold line ends with its list."""
        if self._aside == _BOLD_LEVEL and piece.role is Role.TEXT and len(piece.text) > 60 and not piece.text.endswith(":"):
            self._aside = 0
        return self._aside > 0

    def _plain(self, piece: Piece, before: Piece | None) -> None:
        if piece.role in (Role.KPI, Role.CODE, Role.QUOTE, Role.ATTRIBUTION):
            return
        if (
            piece.role is not Role.TABLE
            and len(piece.text) > _CODE_LENGTH
            and len(_SYMBOLS.findall(piece.text)) > len(piece.text) * _CODE_SHARE
        ):
            piece.role = Role.CODE
            return
        if self._part() is Part.RESULTS:
            self._result(piece)
        if labelled(piece, self._layout):
            piece.role = Role.LABEL if piece.role is not Role.TABLE else Role.TABLE
        elif self._part() is Part.PRODUCTS and piece.role is not Role.TABLE:
            piece.role = product_role(piece, before)
        elif before is not None and before.role is Role.KPI and is_figure_line(piece.text):
            piece.role = Role.KPI

    def _result(self, piece: Piece) -> None:
        """Entries below a heading of results are results until the first paragraph, which closes the section."""
        if piece.role is Role.TEXT and len(piece.text) > 80 and _SENTENCE_END.search(piece.text):
            level = self._open.pop()[0]
            self._open.append((level, Part.LEAD, ""))
        elif piece.role in (Role.TEXT, Role.BULLET):
            piece.role = Role.KPI


def heading_level(piece: Piece, following: Piece | None) -> int:
    """The rank of a heading by markup, by bold type, or by a known name standing alone; 0 where it is none."""
    if piece.role is Role.HEADING:
        return piece.level or 2
    text = piece.text
    if piece.role is not Role.TEXT or len(text) > 90 or following is None or _SENTENCE_END.search(text):
        return 0
    if (piece.bold and len(text) <= 60) or (text.endswith(":") and is_aside(key(text))):
        return _BOLD_LEVEL
    known = heading_part(text)
    if (pair := _PAIR.match(text)) and labels().find(key(pair.group(1))):
        return 0
    if known[1] and (len(text) <= 40 or "|" in text) and not is_whole_quote(text):
        return 2 if "|" in text or len(following.text) > 60 else _BOLD_LEVEL - 1
    return 0


def is_whole_quote(text: str) -> bool:
    """Whether a block is somebody's words and nothing else."""
    return len(text) > 30 and text.startswith(_OPEN_QUOTES) and text.rstrip().endswith(_CLOSE_QUOTES) and text.count("“") < 3


def product_role(piece: Piece, before: Piece | None) -> Role:
    """In a list of used products: a name is a product, the vendor's own words about it are chrome."""
    words = len(piece.text.split())
    if (
        piece.role is Role.BULLET
        or is_service_name(piece.text)
        or (words <= 6 and not _SENTENCE_END.search(piece.text) and len(piece.text) <= 40)
    ):
        return Role.PRODUCT if len(piece.text) <= 120 else piece.role
    taught = before is not None and (before.role in (Role.PRODUCT, Role.HEADING, Role.NOISE))
    return Role.NOISE if taught and piece.role is Role.TEXT and not re.search(r"\b(?:we|our|team)\b", piece.text, re.I) else piece.role


def is_service_name(text: str) -> bool:
    """Whether a line is the name of a vendor's service and nothing else: brand first, every word a name's word."""
    if len(text) > 90 or not text.startswith(brands()) or not 1 < len(text.split()) <= 10:
        return False
    return bool(_NAME.match(text)) and not _VERBS.intersection(text.split()) and not heading_part(text)[1]


def is_tile(text: str) -> bool:
    """Whether a line is a figure set apart, such as ``99.99%``, ``10x`` or ``4 months``."""
    return len(text) <= 32 and bool(_TILE.match(text)) and not _BARE_INTEGER.match(text)


def is_figure_line(text: str) -> bool:
    """Whether a line is a figure with its caption, such as ``25% reduction in cost``."""
    return len(text) <= 100 and not _SENTENCE_END.search(text) and bool(_FIGURE.match(text))


def is_tile_word(text: str) -> bool:
    """Whether a line is the word of a tile that has no figure (``Reduced``)."""
    return bool(_TILE_WORD.match(text))


def _is_caption(piece: Piece) -> bool:
    text = piece.text
    return (
        2 < len(text) <= 100
        and not is_tile(text)
        and not _SENTENCE_END.search(text)
        and piece.role in (Role.TEXT, Role.HEADING, Role.BULLET)
        and not text.endswith((":", "："))
    )


def _tiles(pieces: list[Piece]) -> list[Piece]:
    """Figures joined with their captions: k figures followed by k captions belong together in order; else each stays alone."""
    out: list[Piece] = []
    at = 0
    while at < len(pieces):
        end = at
        while end < len(pieces) and is_tile(pieces[end].text) and pieces[end].role in (Role.TEXT, Role.HEADING, Role.BULLET):
            end += 1
        count = end - at
        captions = [
            p
            for p in pieces[end : end + count]
            if (_is_caption(p) and p.role is not Role.HEADING) or (count == 1 and _is_caption(p) and p.level > 2)
        ]
        if count and len(captions) == count and not is_chrome(captions[0].text, key(captions[0].text)):
            out.extend(Piece(join_lines((f.text, c.text)), Role.KPI) for f, c in zip(pieces[at:end], captions, strict=True))
            at = end + count
            continue
        out.extend(_as_tile(p) for p in pieces[at:end])
        if end < len(pieces):
            out.append(pieces[end])
        at = end + 1
    return out


def _as_tile(piece: Piece) -> Piece:
    piece.role = Role.KPI
    return piece


def _quotes(pieces: list[Piece]) -> None:
    """Mark whole quotes, and the speaker's lines right after one."""
    after_quote = False
    for piece in pieces:
        if piece.role is Role.TEXT and is_whole_quote(piece.text):
            piece.role = Role.QUOTE
        if piece.role is Role.QUOTE and not (after_quote and is_attribution(piece.text)):
            after_quote = True
        elif after_quote and is_attribution(piece.text) and piece.role in (Role.TEXT, Role.HEADING, Role.BULLET, Role.QUOTE):
            piece.role, piece.level = Role.ATTRIBUTION, 0
        elif piece.role is not Role.ATTRIBUTION:
            after_quote = False


def is_speaker_line(text: str) -> bool:
    """Whether a line alone names a person and the job: what a quote's attribution looks like without its quote."""
    return len(text) <= 200 and bool(_PERSON.match(text)) and bool(_JOBS.search(text)) and not is_service_name(text)


def is_attribution(text: str) -> bool:
    """Whether a line names a speaker: a person's name, or a job with its company."""
    if len(text) > 160 or (_SENTENCE_END.search(text) and not text.endswith(("Inc.", "Ltd.", "Co."))):
        return False
    if is_service_name(text) or heading_part(text)[1] or text.endswith((":", "：")):
        return False
    bare = text.lstrip("—–- ")
    return (bare != text and len(bare) < 120) or bool(_JOBS.search(text)) or bool(_PERSON.match(text) and len(text.split()) <= 4)
