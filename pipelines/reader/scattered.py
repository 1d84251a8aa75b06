"""Text whose lines stand in no order: every line is judged alone (DESIGN §4, boilerplate and teasers are cut first)."""

from __future__ import annotations

import re

from pipelines.case import Part, Role
from pipelines.reader.labelling import labelled
from pipelines.reader.piece import Piece, key
from pipelines.reader.sense import is_service_name, is_speaker_line, is_tile, is_tile_word, is_whole_quote
from pipelines.reader.vocabulary import Layout, brands, heading_part, is_aside, is_chrome, is_ending, one_of, shapes

_BRAND = one_of(map(re.escape, brands()))
_TEACHES = re.compile(rf"^(?:The |Use |[A-Z][\w ]{{0,30}} for )?{_BRAND}\b[^.]{{0,90}}?\b{one_of(shapes().teaching_verbs)}\b")
_TO_READER = re.compile(
    r"\byou(?:r|rs)?\b|\bcustomers of all\b|\blearn more\b|\b(?:developers|businesses|organizations|customers|users|teams)\b|\beasy to\b",
    re.I,
)
_SERVICE_KIND = re.compile(rf"\b(?:is|are) an? (?:[\w,()-]+ ){{0,12}}{one_of(shapes().service_kinds)}\b")
_TOLD = re.compile(r"[“”\"]|\b(?:we|our|us|he|she|says|said|migrated|chose)\b")
_CSS = re.compile(r"[{}]|^[\w-]+:\s*[^!?]{1,60};$|^\s*(?:@media|\.[a-z][\w-]+|#[a-z][\w-]+)\b.*[{,]\s*$|!important")
_TEASER = re.compile(
    r"^(?:See|Learn|Read|Discover|Find out|Watch|Explore) how (?:AWS|Amazon|Azure|Google Cloud)\b"
    r"|^(?:More|Other) .{2,60} (?:Success|Customer) Stories$",
    re.I,
)
_END = re.compile(r"[.!?。！？…][\"'”’»」)）]*$")
_RESULT = re.compile(
    r"^(?:[A-Z][a-z-]+(?:s|ed)|Built|Cut|Won|Grew|Made|No|Zero|Faster|Fewer|Less|More|Better|Higher|Lower|Up|Over|Near|Near-zero)\b"
)
_CONNECTORS = frozenset("a an and as at by for from in into like of on or than that the to via with its their using".split())
_TAUGHT = re.compile(
    rf"^([A-Z][\w.+-]*(?: [A-Z][\w.+-]*){{0,4}})(?: \([^()]{{1,30}}\))? (?:[a-z]+ly )?{one_of(shapes().teaching_verbs)}\b"
    rf"(?=.{{0,120}}(?:\byou\b|\bcustomers\b|\busers\b|{one_of(shapes().service_kinds)}\b))"
)
_ABOUT = "about "
_PAGE_NUMBER = re.compile(r"^\d{1,2}$")
_OPENING = 90  # characters in which a blurb names its service
_SHORT_NAME = 50
_PRODUCT_BLURB = 420


def make_sense_alone(pieces: list[Piece], layout: Layout | None) -> list[Piece]:
    """The pieces with the role that each line shows by itself; parts only where a line names its own."""
    customers = tuple(
        k[len(_ABOUT) :] for p in pieces if len(p.text) <= _SHORT_NAME + len(_ABOUT) and (k := key(p.text)).startswith(_ABOUT)
    )
    services = _services(pieces, customers)
    for piece in pieces:
        piece.role, piece.part = _sense(piece, layout, services, customers)
    return pieces


def _services(pieces: list[Piece], customers: tuple[str, ...]) -> frozenset[str]:
    """Names of services by folded form: those with a brand, and short lines that another line teaches about.

    A customer's own name is taught about too (``X is a …``), but stands in a heading ``About X``.
    """
    folded = {key(p.text) for p in pieces if len(p.text) <= _SHORT_NAME}
    branded = {key(p.text) for p in pieces if is_service_name(p.text)}
    taught = (m.group(1) for p in pieces if len(p.text) <= _PRODUCT_BLURB and not _TOLD.search(p.text) and (m := _TAUGHT.match(p.text)))
    plain = {name for name in map(key, taught) if name in folded}
    return frozenset((branded | plain) - set(customers))


def _sense(piece: Piece, layout: Layout | None, services: frozenset[str], customers: tuple[str, ...]) -> tuple[Role, Part]:
    text, folded = piece.text, key(piece.text)
    if _is_noise(text, folded):
        return Role.NOISE, Part.OTHER
    if labelled(piece, layout):
        return Role.LABEL, Part.OTHER
    if folded in services:
        return Role.PRODUCT, Part.PRODUCTS
    if not folded.startswith(customers or ("\n",)) and _is_blurb(text, services):
        return Role.NOISE, Part.PRODUCTS
    part, whole = heading_part(text)
    if whole and not _END.search(text) and (len(text) <= 60 or "|" in text[:30]):
        return Role.HEADING, part or Part.OTHER
    if is_tile(text) or is_tile_word(text) or _is_caption(text):
        return Role.KPI, Part.RESULTS
    if is_whole_quote(text):
        return Role.QUOTE, Part.OTHER
    return _sense_fragment(text) if not _END.search(text) else (Role.TEXT, Part.OTHER)


def _is_noise(text: str, folded: str) -> bool:
    chrome = not folded or is_chrome(text, folded) or is_ending(folded) or is_aside(folded)
    return chrome or bool(_CSS.search(text) or _TEASER.search(text) or _PAGE_NUMBER.match(text))


def _sense_fragment(text: str) -> tuple[Role, Part]:
    """A line that is no sentence: a speaker, a heading in title case, an entry of a list of results, or torn text."""
    words = text.split()
    if 3 <= len(words) <= 28 and is_speaker_line(text):
        return Role.ATTRIBUTION, Part.OTHER
    if len(words) > 25 or not text[0].isupper() or words[-1] in _CONNECTORS:
        return Role.TEXT, Part.OTHER
    if _in_title_case(words):
        return Role.HEADING, Part.OTHER
    return (Role.KPI, Part.RESULTS) if _RESULT.match(text) else (Role.HEADING if len(words) <= 16 else Role.TEXT, Part.OTHER)


def _in_title_case(words: list[str]) -> bool:
    """Whether the longer words of a line begin with capitals."""
    long = [w for w in words[1:] if len(w) >= 5 and w[0].isalpha()]
    return bool(long) and sum(1 for w in long if w[0].isupper()) >= 0.75 * len(long)


def _is_caption(text: str) -> bool:
    """A caption of a tile: a few words, no sentence, in lower case or opening with a figure."""
    words = text.split()
    return (
        len(words) <= 14
        and not _END.search(text)
        and (text[0].islower() or text[0].isdigit() or text[0] in "$€£¥~<>+")
        and not text.endswith((",", ":"))
    )


def _is_blurb(text: str, services: frozenset[str]) -> bool:
    """Whether a line teaches what a vendor's service is: the words of the used-services list, not of the story."""
    if len(text) > _PRODUCT_BLURB or _TOLD.search(text):
        return False
    opened = any(name in key(text)[:_OPENING] for name in services)
    if not _TEACHES.match(text):
        return opened and bool(_TAUGHT.match(text))
    return bool(_SERVICE_KIND.search(text)) or opened or bool(_TO_READER.search(text))
