"""Plain text to pieces: printed pages, saved page texts, and texts whose lines stand in no order.

Three shapes, told apart by the text itself and never by where it came from:

- *scattered*: entries of a language menu stand between paragraphs all over the text, so its lines are in no order;
- *wrapped*: lines break in the middle of sentences (printed pages, texts saved element by element) and are joined;
- *lines*: every line is a paragraph.
"""

from __future__ import annotations

import re
from itertools import pairwise

from pipelines.case import Role
from pipelines.reader.piece import Draft, Piece, join_lines, key, squeeze
from pipelines.reader.vocabulary import heading_part, is_chrome, is_ending, is_language_name, labels

_END = re.compile(r"[.!?。！？…:：;；]['\"”’»」』)\]）]*(?:\[\d+\])?$")
_STARTS_LOW = re.compile(r"^[a-z(,;&]|^[“\"‘']?[a-z]")
_BULLET = re.compile(r"^\s*(?:[-*•·●○▪▫◦‣–][ \t]+|\d{1,2}[.)、][ \t]+)(?=\S)")
_LABEL = re.compile(r"^([^:：|]{2,30})[:：]\s*\S")
_SPEAKER = re.compile(r"^[A-ZÀ-Ž][\w.'’-]+(?: [A-ZÀ-Ž][\w.'’-]*){1,4}$")
_OPENERS = ("“", '"', "「", "『", "«")
_CSS = re.compile(r"^[ \t]*(?:[.#@]?[\w-]+[\w\s.#>:,-]*\{[^{}]*\}?|\}|[\w-]{2,30}:\s*[^;{}]{1,80};)\s*$")
_LONG = 160
_NARROW = 40  # columns narrower than this break so raggedly that a short line says little
_FULL = 0.92  # a line of a paragraph fills its width to this share, else its words ended
_SHORT = 0.75  # the same for a line that does not end a sentence


def read_plain(text: str) -> Draft:
    """The pieces of a plain text."""
    lines = text.split("\n")
    if is_scattered(lines):
        return Draft(pieces=[Piece(t, Role.TEXT) for t in map(squeeze, lines) if t], ordered=False)
    paragraphs = _paragraphs(text)
    if is_wrapped(paragraphs):
        return Draft(pieces=[p for lines in _mended(paragraphs) for p in _segments(lines)])
    return Draft(pieces=[p for line in lines if (p := _line(line)) is not None])


def is_scattered(lines: list[str]) -> bool:
    """Whether at least six names of languages stand alone in at least four separate places between other lines."""
    marks = [is_language_name(key(line)) for line in lines if line.strip()]
    runs = sum(1 for before, now in pairwise([False, *marks]) if now and not before)
    return sum(marks) >= 6 and runs >= 4


def is_wrapped(paragraphs: list[list[str]]) -> bool:
    """Whether lines break in mid-sentence: a tenth of all line ends within paragraphs are followed by lower case."""
    pairs = [(a, b) for lines in paragraphs for a, b in pairwise(lines)]
    broken = sum(1 for a, b in pairs if not _END.search(a.rstrip()) and _STARTS_LOW.match(b.lstrip()))
    return len(pairs) >= 3 and broken >= max(2, len(pairs) // 10)


def _paragraphs(text: str) -> list[list[str]]:
    blocks = (block.split("\n") for block in re.split(r"\n[ \t\f\u00a0]*\n", text))
    return [kept for block in blocks if (kept := [line for line in block if line.strip()])]


def _line(line: str) -> Piece | None:
    text = squeeze(line)
    if not text:
        return None
    if bullet := _BULLET.match(line):
        return Piece(squeeze(line[bullet.end() :]), Role.BULLET, depth=1)
    return Piece(text, Role.TEXT)


def _mended(paragraphs: list[list[str]]) -> list[list[str]]:
    """Paragraphs torn apart by a page or column break, joined again.

    A paragraph that stops in mid-sentence is joined with the next one that begins in lower case, over at most three
    short ones between (tiles, pull quotes and their speakers), which then follow it.
    """
    out: list[list[str]] = []
    at = 0
    while at < len(paragraphs):
        current = list(paragraphs[at])
        between: list[list[str]] = []
        at += 1
        while _is_torn(current) and (step := _continuation(paragraphs, at)) is not None:
            between.extend(paragraphs[at : at + step])
            current.extend(paragraphs[at + step])
            at += step + 1
        out.append(current)
        out.extend(between)
    return out


def _is_torn(lines: list[str]) -> bool:
    last = lines[-1].strip()
    joined = sum(len(line) for line in lines)
    if _END.search(last) or joined < 60 or len(lines) < 2 or _LABEL.match(last) or is_chrome(last, key(last)):
        return False
    return not _SPEAKER.match(lines[0].strip()) and heading_part(last)[0] is None


def _continuation(paragraphs: list[list[str]], at: int) -> int | None:
    for step in range(min(4, len(paragraphs) - at)):
        first = paragraphs[at + step][0].strip()
        if first[:1].islower() and (step == 0 or sum(map(len, paragraphs[at + step])) > 24) and not _is_tile(paragraphs, at + step):
            return step
        if not _may_stand_between(paragraphs[at + step]):
            return None
    return None


def _is_tile(paragraphs: list[list[str]], at: int) -> bool:
    """Whether a paragraph in lower case is the caption of a figure above it."""
    return len(paragraphs[at]) == 1 and at > 0 and len(paragraphs[at - 1]) == 1 and any(c.isdigit() for c in paragraphs[at - 1][0])


def _may_stand_between(lines: list[str]) -> bool:
    first = lines[0].strip()
    short = len(lines) <= 2 and sum(map(len, lines)) < 70
    return first.startswith(_OPENERS) or short


def _segments(lines: list[str]) -> list[Piece]:
    """The pieces of one chunk of printed lines: headings, labels, list entries and paragraphs come without blank lines."""
    runs: list[list[str]] = [[]]
    width = max(len(line.strip()) for line in lines)
    for index, line in enumerate(lines):
        if runs[-1] and (_opens(line) or _breaks(lines[index - 1], line, width)):
            runs.append([])
        runs[-1].append(line)
    return _headed(runs, width)


def _opens(line: str) -> bool:
    """Whether a line opens a piece of its own whatever stands above: list entry, label, known heading, chrome."""
    text = squeeze(line)
    if _BULLET.match(line):
        return True
    if (found := _LABEL.match(text)) and labels().find(key(found.group(1))):
        return True
    folded = key(text)
    return is_chrome(text, folded) or is_ending(folded) or ("|" in text and heading_part(text)[1])


def _breaks(above: str, line: str, width: int) -> bool:
    """Whether the line above ended because its words did: the next word would have fitted."""
    above, line = above.strip(), line.strip()
    if line[:1].islower() or above.endswith((",", "，", "-", "–")):
        return False
    if len(above) > _LONG:
        return True
    room = width * (_FULL if _END.search(above) else _SHORT)
    return len(above) + 1 + len(line.split(" ", 1)[0]) <= (room if width >= _NARROW else width * 0.55)


def _headed(runs: list[list[str]], width: int) -> list[Piece]:
    """Runs as pieces; short runs without a full stop above a paragraph make one heading with it below."""
    pieces: list[Piece] = []
    for at, run in enumerate(runs):
        bullet = _BULLET.match(run[0])
        text = join_lines([run[0][bullet.end() :], *run[1:]] if bullet else run)
        if not text:
            continue
        below = any(sum(map(len, r)) > max(90, width) for r in runs[at + 1 :])
        title = not bullet and below and len(text) <= 110 and not _END.search(text) and not _LABEL.match(text)
        if title and pieces and pieces[-1].role is Role.HEADING and not heading_part(text)[1] and at and _may_go_on(pieces[-1].text, text):
            pieces[-1].text = join_lines((pieces[-1].text, text))
        else:
            pieces.append(Piece(text, Role.BULLET if bullet else Role.HEADING if title else Role.TEXT, 2 if title else 0))
    return pieces


def _may_go_on(heading: str, text: str) -> bool:
    """Whether a second short line belongs to the heading above: known headings stand alone."""
    return not is_chrome(text, key(text)) and (not heading_part(heading)[1] or "|" in heading) and len(heading) + len(text) < 160
