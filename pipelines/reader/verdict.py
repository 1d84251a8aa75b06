"""Pages that hold no story, told by what they say themselves (issue 4 item 5): missing, video, blocked, how-to pages.

Whether a page names a customer is not decided here; a page is turned away only where its own words leave no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from unicodedata import east_asian_width

from pipelines.case import Part, Role
from pipelines.reader.piece import Piece, key
from pipelines.reader.vocabulary import heading_part
from pipelines.vocabulary import VOCAB, load_yaml

_LITTLE = 60  # width of what a page tells beside its video, from which it is a story; a Han character is two wide
_LINE = 30  # width from which a line of text tells something: what is shorter is a menu's or a player's
_CUE = 120  # characters of a line that announces a video at most
_DESCRIPTION = 60  # characters of a line of a video's description at least
_TELLING = (Role.BULLET, Role.TABLE, Role.QUOTE, Role.ATTRIBUTION, Role.KPI)
_VOICES = (Role.QUOTE, Role.ATTRIBUTION, Role.KPI)
_TEACHES = 7  # weight of how-to signs, less twice the signs of a story, from which a page is turned away
_WORDS = 160  # characters that a page says at least, if it says anything
_SMALL = 2500  # characters of a page that only says it is missing, menus and all
_TOP = 12
_SHOWN = re.compile(r"^[\d.,]+[KMB万亿]?\s?(?:views|次观看)\b.*(?:ago|前|20\d\d)")


@dataclass(frozen=True)
class Negatives:
    """Patterns of pages without a story: see ``vocab/negatives.yaml``."""

    not_found: tuple[str, ...]
    blocked: tuple[str, ...]
    video: tuple[str, ...]
    video_titles: tuple[str, ...]
    video_cues: tuple[str, ...]
    how_to_titles: tuple[str, ...]
    how_to_headings: tuple[str, ...]
    how_to_words: tuple[str, ...]
    story_words: tuple[str, ...]


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data = load_yaml(VOCAB / "negatives.yaml", Negatives)
    return {name: re.compile("|".join(getattr(data, name)), re.I) for name in Negatives.__dataclass_fields__}


def is_blocked(payload_text: str, text: str, scripted: bool) -> bool:
    """Whether a page is a challenge: next to no text, and scripts alone or the marks of a wall."""
    return len(text) < 400 and (scripted or bool(_patterns()["blocked"].search(payload_text[:20_000])))


def verdict(pieces: Sequence[Piece], title: str) -> tuple[str, str]:
    """Reason code and detail of a page without a story; two empty strings where nothing speaks against it."""
    useful = [p for p in pieces if p.role not in (Role.NOISE, Role.CODE)]
    size = sum(len(p.text) for p in useful)
    if _only_video(pieces, useful, title):
        return "video_page", "只有视频，几乎没有文字"
    if size == 0:
        return "unreadable", "除导航和页脚外没有文字"
    if missing := _missing(pieces, title, size):
        return "not_found_page", missing
    if how_to := _how_to(pieces, useful, title):
        return "not_a_story", how_to
    return "", ""


def _missing(pieces: Sequence[Piece], title: str, size: int) -> str:
    if size > _SMALL or any(p.part is Part.ABOUT for p in pieces):
        return ""
    head = [title, *(p.text for p in pieces[:_TOP] if len(p.text) < _WORDS)]
    return next((words for words in head if _patterns()["not_found"].search(words)), "")


def _only_video(pieces: Sequence[Piece], useful: Sequence[Piece], title: str) -> bool:
    """Whether a page shows a video and tells next to nothing beside it: one sign where it tells nothing, else two."""
    if any(len(p.text) >= _CUE for p in useful):
        return False
    told = sum(_width(p) for p in useful if not _is_cue(p))
    signs = sum(map(_is_cue, pieces)) + bool(_patterns()["video_titles"].search(title))
    return told < _LITTLE and signs > (told > 0)


def _is_cue(piece: Piece) -> bool:
    """Whether a line belongs to a player or announces its video: 播放视频, 2:31, Watch how …"""
    patterns = _patterns()
    return len(piece.text) < _CUE and bool(patterns["video"].search(piece.text) or patterns["video_cues"].search(piece.text))


def _width(piece: Piece) -> int:
    """How wide a piece is that tells something of the story; headings, labels and short lines of text tell nothing."""
    wide = len(piece.text) + sum(east_asian_width(c) in "WF" for c in piece.text)
    tells = piece.role in _TELLING or (piece.role is Role.TEXT and wide >= _LINE)
    return wide if tells else 0


def _is_video(pieces: Sequence[Piece]) -> bool:
    return sum(1 for p in pieces if len(p.text) < 60 and _patterns()["video"].search(p.text)) >= 3


def _how_to(pieces: Sequence[Piece], useful: Sequence[Piece], title: str) -> str:
    """Why a page teaches rather than tells, or nothing. A page with a customer's section is never turned away."""
    heads = [p.text for p in useful if p.role is Role.HEADING]
    known = {part for part, whole in map(heading_part, heads) if whole}
    if known & {Part.ABOUT, Part.PARTNER}:
        return ""
    patterns = _patterns()
    text = " ".join(p.text for p in useful)
    steps = [h for h in heads if patterns["how_to_headings"].search(key(h))]
    spoken = len(patterns["how_to_words"].findall(text))
    told = len(patterns["story_words"].findall(text)) + sum(1 for p in useful if p.role in _VOICES) + 2 * (Part.CHALLENGE in known)
    code = sum(1 for p in pieces if p.role is Role.CODE)
    score = 2 * len(steps) + min(spoken, 6) + min(code, 4) + 3 * bool(patterns["how_to_titles"].search(title)) - 2 * told
    return f"操作教程：{'、'.join(steps[:3]) or '对读者讲怎样做'}" if score >= _TEACHES else ""


def video_summary(pieces: Sequence[Piece]) -> None:
    """On a video platform's page keep the title and the description; all that is recommended beside it is chrome."""
    if not _is_video(pieces):
        return
    shown = next((i for i, p in enumerate(pieces) if _SHOWN.search(p.text)), len(pieces))
    title = next((i for i, p in enumerate(pieces[:shown]) if len(p.text) > 20 and not _patterns()["video"].search(p.text)), None)
    told = shown + 1
    while told < len(pieces) and len(pieces[told].text) > _DESCRIPTION:
        told += 1
    for at, piece in enumerate(pieces):
        if at == title:
            piece.role, piece.part = Role.TITLE, Part.TITLE
        elif shown < at < told:
            piece.role, piece.part = Role.TEXT, Part.LEAD
        else:
            piece.role, piece.part = Role.NOISE, Part.OTHER
