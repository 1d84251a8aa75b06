"""Text whose lines stand in no order: every line is judged alone (DESIGN §4, boilerplate and teasers are cut first)."""

from __future__ import annotations

import re

from pipelines.case import Part, Role
from pipelines.reader.labelling import labelled
from pipelines.reader.piece import Piece, key
from pipelines.reader.sense import is_attribution, is_service_name, is_tile, is_tile_word, is_whole_quote
from pipelines.reader.vocabulary import Layout, brands, heading_part, is_aside, is_chrome, is_ending

_TEACHES = re.compile(
    r"^(?:The |With |Use )?{brand}\b[^.]{{0,90}}?\b(?:is|are|offers?|provides?|lets?|helps?|gives?|makes?|enables?|powers|delivers?|supports?|allows?|collects|combines|automates|monitors|"
    r"simplifies|uses|can|integrates|runs|handles|connects|works|creates|includes|brings)\b"
)
_TO_READER = re.compile(r"\byou(?:r|rs)?\b|\bcustomers of all\b|\blearn more\b|\b(?:developers|businesses|organizations|customers|users|teams)\b", re.I)
_SERVICE_KIND = re.compile(r"\b(?:is|are) an? (?:[\w,-]+ ){0,12}(?:services?|databases?|platform|networks?|engine|storage|toolkit|solution|tool|program|set|suite|collection|marketplace|processor|capability|feature|family)\b")
_TOLD = re.compile(r"[“”\"]|\b(?:we|our|us|I|he|she|they|their|its team|says|said|used|migrated|chose|built|reduced|worked)\b")
_CSS = re.compile(r"[{}]|^[\w-]+:\s*[^.!?]{1,60};$|^\s*(?:@media|\.[a-z][\w-]+|#[a-z][\w-]+)\b.*[{,]\s*$|!important")
_TEASER = re.compile(r"^(?:See how|Learn how|Read how|Discover how|Find out how|Watch how|Explore how)\b.{0,80}\b(?:AWS|Amazon|Azure|Google Cloud)\b|^(?:More|Other) .{2,60} (?:Success|Customer) Stories$", re.I)
_END = re.compile(r"[.!?。！？…][\"'”’»」)）]*$")
_PRODUCT_BLURB = 420


def make_sense_alone(pieces: list[Piece], layout: Layout | None) -> list[Piece]:
    """The pieces with the role that each line shows by itself; parts only where a line names its own."""
    services = frozenset(key(p.text) for p in pieces if is_service_name(p.text))
    teaches = re.compile(_TEACHES.pattern.format(brand=f"(?:{'|'.join(map(re.escape, brands()))})").replace("{{", "{").replace("}}", "}"))
    for piece in pieces:
        piece.role, piece.part = _sense(piece, layout, services, teaches)
    return pieces


def _sense(piece: Piece, layout: Layout | None, services: frozenset[str], teaches: re.Pattern[str]) -> tuple[Role, Part]:
    text, folded = piece.text, key(piece.text)
    if is_chrome(text, folded) or is_ending(folded) or is_aside(folded) or _CSS.search(text) or _TEASER.search(text) or not folded:
        return Role.NOISE, Part.OTHER
    if labelled(piece, layout):
        return Role.LABEL, Part.OTHER
    if folded in services:
        return Role.PRODUCT, Part.PRODUCTS
    if _is_blurb(text, services, teaches):
        return Role.NOISE, Part.PRODUCTS
    part, whole = heading_part(text)
    if whole and not _END.search(text) and (len(text) <= 60 or "|" in text[:30]):
        return Role.HEADING, part or Part.OTHER
    if is_tile(text) or is_tile_word(text) or _is_caption(text):
        return Role.KPI, Part.RESULTS
    if is_whole_quote(text):
        return Role.QUOTE, Part.OTHER
    if not _END.search(text) and len(text.split()) >= 3 and text[0].isupper() and is_attribution(text) and len(text.split()) <= 28:
        return Role.ATTRIBUTION, Part.OTHER
    if not _END.search(text) and len(text.split()) <= 16 and text[0].isupper():
        return Role.HEADING, Part.OTHER
    return Role.TEXT, Part.OTHER


def _is_caption(text: str) -> bool:
    """A caption of a tile: a few words, no sentence, in lower case or opening with a figure."""
    words = text.split()
    return len(words) <= 14 and not _END.search(text) and (text[0].islower() or text[0].isdigit() or text[0] in "$€£¥~<>+") and not text.endswith((",", ":"))


def _is_blurb(text: str, services: frozenset[str], teaches: re.Pattern[str]) -> bool:
    """Whether a line teaches what a vendor's service is: the words of the used-services list, not of the story."""
    if len(text) > _PRODUCT_BLURB or not teaches.match(text) or _TOLD.search(text):
        return False
    opened = any(key(text).startswith(name) for name in services)
    return bool(_SERVICE_KIND.search(text)) or opened or bool(_TO_READER.search(text))
