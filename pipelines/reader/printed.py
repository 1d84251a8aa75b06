"""Printed pages to pieces: hard-wrapped lines, columns, page breaks (DESIGN §4: printed text).

A chunk is a run of lines without a blank line between. Headings, labels, list entries and paragraphs often share one
chunk; a line that ends well before its column does ended because its words did. A paragraph torn by a page or column
break is joined again, over pull quotes and tiles that stand between its halves.
"""

from __future__ import annotations

import re
from collections import Counter

from pipelines.case import Part, Role
from pipelines.reader.labelling import is_date
from pipelines.reader.piece import Piece, join_lines, key, squeeze
from pipelines.reader.vocabulary import brands, heading_part, is_chrome, is_ending, labels

Chunk = list[str]

ENDS = re.compile(r"[.!?。！？…:：;；]['\"”’»」』)\]）]*(?:\[\d+\])?$")
BULLET = re.compile(r"^\s*(?:[-*•·●○▪▫◦‣–][ \t]+|\d{1,2}[.)、][ \t]+)(?=\S)")
_LABEL = re.compile(r"^([^:：|]{2,30})[:：]\s*\S")
_LIST_LABEL = re.compile(r"^(?:Products?|Services|Technologies|产品|使用产品)\s*[:：]", re.I)
_TOPIC = re.compile(r"^[A-Z][^:.,]{3,32}: \S")
_SPEAKER = re.compile(r"^(?:Dr\.? |Mr\.? |Ms\.? )?[A-ZÀ-Ž][\w.'’-]+(?: [A-ZÀ-Ž][\w.'’-]*){1,4}$")
_NAME = re.compile(r"^[A-Z][\w.+/-]*(?: (?:[A-Z(][\w.+/)-]*|for|and|on|of|the|with|to|&))*$")
_JOB_LINE = re.compile(
    r"\b(?:Chief|Head|Director|Vice President|VP|CEO|CTO|CIO|Manager|Engineer|Founder|Officer|Lead|Leader|Architect)\b.{0,60}, [A-Z]"
)
_OPENERS = ("“", '"', "「", "『", "«")
_CLOSED_QUOTE = re.compile(r"[.!?,][”\"]$")
_CONNECTORS = frozenset("a an and as at by for from in into of on or the to with".split())
_LONG = 160  # lines this long are not wrapped
_NARROW = 40  # columns narrower than this break so raggedly that a short line says little
_FULL = 0.92  # a line of a paragraph fills its column to this share, else its words ended
_SHORT = 0.85  # the same for a line that does not end a sentence
_TORN = 0.7  # the last line of a torn half fills its column to this share
_AROUND = 4  # lines above and below that show how wide the column is
_HEADING = 110  # characters of a heading at most
_SERVICE = 60  # characters of a service's name at most
_PARAGRAPH = 100  # characters of a paragraph at least
_RUNNING = 24  # characters of a running head at most
_PAGES = 4  # times that a running head stands in a page's text at least
_MAX_BETWEEN = 3  # chunks that may stand between the halves of a torn paragraph


def read_printed(chunks: list[Chunk]) -> list[Piece]:
    """The pieces of a printed page."""
    mended = _mended(_without_running_heads([_trimmed(c) for c in chunks]))
    pieces: list[Piece] = []
    results = False
    for at, lines in enumerate(mended):
        following = mended[at + 1] if at + 1 < len(mended) else []
        found = _results(lines) if results else _pieces(lines, following)
        results = len(found) == 1 and heading_part(found[0].text) == (Part.RESULTS, True)
        pieces.extend(found)
    return pieces


def read_inline(chunks: list[Chunk]) -> list[Piece]:
    """The pieces of a text whose lines part at links and bold words: every chunk is one piece."""
    pieces: list[Piece] = []
    for chunk, following in zip(chunks, [*chunks[1:], []], strict=True):
        bullet = BULLET.match(chunk[0])
        text = join_lines([chunk[0][bullet.end() :], *chunk[1:]] if bullet else chunk)
        told = sum(map(len, following)) >= _PARAGRAPH
        if bullet or not text:
            pieces.append(Piece(text, Role.BULLET))
        elif told and len(chunk) <= 2 and _may_be_heading(text):
            pieces.append(Piece(text, Role.HEADING, 2))
        else:
            pieces.append(Piece(text))
    return [p for p in pieces if p.text]


def _without_running_heads(chunks: list[Chunk]) -> list[Chunk]:
    """The chunks without the short lines that stand beside chrome on page after page."""
    seen = Counter(line for c in chunks for line in c if len(line) <= _RUNNING)
    heads = {line for line, n in seen.items() if n >= _PAGES and not any(x.isdigit() for x in line) and not heading_part(line)[1]}
    if not any(is_chrome(line, key(line)) for line in heads):
        return chunks
    kept = ([line for i, line in enumerate(c) if not _is_running(c, i, heads)] for c in chunks)
    return [c for c in kept if c]


def _is_running(lines: Chunk, index: int, heads: set[str]) -> bool:
    beside = lines[max(0, index - 1) : index + 2]
    return lines[index] in heads and (len(lines) == 1 or sum(1 for line in beside if line in heads) > 1)


def _trimmed(lines: Chunk) -> Chunk:
    return [squeeze(line) for line in lines]


# --- torn paragraphs -------------------------------------------------------------------------------------------------


def _mended(chunks: list[Chunk]) -> list[Chunk]:
    """Chunks with torn paragraphs joined; what stood between the halves follows the whole."""
    out: list[Chunk] = []
    at = 0
    while at < len(chunks):
        current = list(chunks[at])
        between: list[Chunk] = []
        at += 1
        entries = bool(out) and heading_part(out[-1][-1]) == (Part.RESULTS, True)
        while not entries and (step := _continuation(current, chunks, at)) is not None:
            between.extend(chunks[at : at + step])
            current.extend(chunks[at + step])
            at += step + 1
        out.append(current)
        out.extend(between)
    return out


def _continuation(current: Chunk, chunks: list[Chunk], at: int) -> int | None:
    """How many chunks stand between a torn paragraph and its other half; None where it is whole."""
    if _LIST_LABEL.match(current[-1]):
        return 0 if at < len(chunks) and _goes_on_list(current[-1], chunks[at]) else None
    if not _is_torn(current):
        return None
    for step in range(min(_MAX_BETWEEN + 1, len(chunks) - at)):
        if _is_other_half(current, chunks, at + step, step):
            return step
        if not _may_stand_between(chunks[at + step]):
            return None
    return None


def _goes_on_list(label: str, chunk: Chunk) -> bool:
    return len(chunk) <= 3 and ("," in chunk[0] or label.endswith(",")) and not _stands_alone(chunk[0]) and not _LABEL.match(chunk[0])


def _is_torn(lines: Chunk) -> bool:
    last = lines[-1]
    if ENDS.search(last) or sum(map(len, lines)) < 60 or len(lines) < 2 or _LABEL.match(last) or _stands_alone(last):
        return False
    if lines[0].startswith(_OPENERS) and any(_CLOSED_QUOTE.search(line) for line in lines):
        return False
    return not _SPEAKER.match(lines[0]) and not _is_heading_line(last) and len(last) >= _TORN * _width(lines, len(lines) - 1)


def _is_other_half(current: Chunk, chunks: list[Chunk], at: int, step: int) -> bool:
    lines = chunks[at]
    first = lines[0]
    if first[:1].islower():
        return (step == 0 or sum(map(len, lines)) > 24) and not _is_caption(chunks, at)
    body = len(lines) >= 2 and len(first) >= 0.6 * _width(current, len(current) - 1) and bool(ENDS.search(lines[-1]) or len(lines) > 3)
    return body and not first.startswith(_OPENERS) and not _is_heading_line(first) and not _LABEL.match(first) and not BULLET.match(first)


def _is_caption(chunks: list[Chunk], at: int) -> bool:
    """Whether a line in lower case is the caption of a figure above it."""
    return len(chunks[at]) == 1 and at > 0 and len(chunks[at - 1]) == 1 and any(c.isdigit() for c in chunks[at - 1][0])


def _may_stand_between(lines: Chunk) -> bool:
    short = len(lines) <= 2 and sum(map(len, lines)) < 70
    return (lines[0].startswith(_OPENERS) or short) and not heading_part(lines[0])[1] and not _LABEL.match(lines[0])


# --- lines of one chunk ----------------------------------------------------------------------------------------------


def _pieces(lines: Chunk, following: Chunk) -> list[Piece]:
    runs: list[Chunk] = [[]]
    for index, line in enumerate(lines):
        if runs[-1] and (_opens(line) or _breaks(lines, index)):
            runs.append([])
        runs[-1].append(line)
    return _headed(runs, sum(map(len, following)) >= _PARAGRAPH or (bool(following) and following[0].startswith(_OPENERS)))


def _results(lines: Chunk) -> list[Piece]:
    """The entries below a heading of results: each opens where the one above ended before its column did."""
    runs: list[Chunk] = [[]]
    for index, line in enumerate(lines):
        if runs[-1] and not line[0].islower() and (_TOPIC.match(line) or BULLET.match(line) or _ended(lines, index, _FULL)):
            runs.append([])
        runs[-1].append(line)
    return [Piece(join_lines(run), Role.BULLET) for run in runs]


def _opens(line: str) -> bool:
    """Whether a line opens a piece of its own whatever stands above: list entry, label, known heading, chrome."""
    if BULLET.match(line) or is_date(line):
        return True
    if (found := _LABEL.match(line)) and labels().find(key(found.group(1))):
        return True
    return _stands_alone(line) or ("|" in line and heading_part(line)[1])


def _stands_alone(line: str) -> bool:
    folded = key(line)
    return is_chrome(line, folded) or is_ending(folded)


def _breaks(lines: Chunk, index: int) -> bool:
    """Whether the words of the line above ended with it."""
    above, line = lines[index - 1], lines[index]
    if _stands_alone(above) or is_date(above):
        return True
    if line[:1].islower() or above.endswith((",", "，", "-", "–")):
        return False
    if _CLOSED_QUOTE.search(above) and _SPEAKER.match(line):
        return True
    if index == 1 and "|" not in above and (_is_heading_line(above) or _is_wider(above, lines[1 : 2 + _AROUND])):
        return True
    return len(above) > _LONG or _ended(lines, index, _FULL if ENDS.search(above) else _SHORT)


def _is_wider(line: str, below: Chunk) -> bool:
    """Whether a line is set wider than the column below it, as headings over columns are."""
    return 1.15 < len(line) / max(map(len, below)) < 1.9


def _ended(lines: Chunk, index: int, share: float) -> bool:
    """Whether the first word of this line would still have fitted into the line above."""
    width = _width(lines, index)
    room = width * (share if width >= _NARROW else 0.55)
    return len(lines[index - 1]) + 1 + len(lines[index].split(" ", 1)[0]) <= room


def _width(lines: Chunk, index: int) -> int:
    """The width of the column around a line: the longest line near it that is no outlier."""
    near = sorted((len(x) for x in lines[max(0, index - _AROUND) : index + _AROUND + 1]), reverse=True)
    while len(near) > 3 and near[0] > 1.35 * near[1] and near[2] > 0.7 * near[1]:
        near.pop(0)
    return near[0]


def _is_heading_line(line: str) -> bool:
    return len(line) <= 60 and not ENDS.search(line) and heading_part(line)[1]


def _headed(runs: list[Chunk], told_below: bool) -> list[Piece]:
    """Runs as pieces; short ones without a full stop above a paragraph are its heading."""
    pieces: list[Piece] = []
    for at, run in enumerate(runs):
        bullet = BULLET.match(run[0])
        text = join_lines([run[0][bullet.end() :], *run[1:]] if bullet else run)
        if not text:
            continue
        below = any(sum(map(len, r)) >= _PARAGRAPH for r in runs[at + 1 :]) or (told_below and at == len(runs) - 1)
        title = not bullet and below and _may_be_heading(text)
        if _goes_on_name(pieces, text) or (at and title and _may_go_on(pieces, text)):
            pieces[-1].text = join_lines((pieces[-1].text, text))
        elif title and _may_open(pieces, text):
            pieces.append(Piece(text, Role.HEADING, 2))
        else:
            pieces.append(Piece(text, Role.BULLET if bullet else Role.TEXT))
    return pieces


def _may_open(pieces: list[Piece], text: str) -> bool:
    """Whether a heading may stand here: not in the middle of a sentence, and not one lone word unless it is known."""
    lone = " " not in text and text.isascii() and not heading_part(text)[1]
    return not lone and (not pieces or pieces[-1].role is Role.HEADING or bool(ENDS.search(pieces[-1].text)) or _opens(pieces[-1].text))


def _goes_on_name(pieces: list[Piece], text: str) -> bool:
    """Whether a line ends the name of a service that a column broke."""
    above = pieces[-1].text if pieces else ""
    if not above.startswith(brands()) or text.startswith(brands()) or len(above) + len(text) >= _SERVICE:
        return False
    return all(_NAME.match(half) and len(half.split()) <= 4 for half in (above, text))


def _may_be_heading(text: str) -> bool:
    if len(text) > _HEADING or ENDS.search(text) or text[:1].islower() or _stands_alone(text) or is_date(text):
        return False
    if _JOB_LINE.search(text) and "|" not in text:
        return False
    label = _LABEL.match(text)
    return label is None or (labels().find(key(label.group(1))) is None and heading_part(text)[1])


def _may_go_on(pieces: list[Piece], text: str) -> bool:
    """Whether a short line goes on with the heading above it: known headings stand alone."""
    if not pieces or pieces[-1].role is not Role.HEADING or heading_part(text)[1]:
        return False
    above = pieces[-1].text
    known = heading_part(above)[1] and "|" not in above and ":" not in above
    return len(above) + len(text) < 160 and (not known or above.rsplit(" ", 1)[-1] in _CONNECTORS)
