"""Plain text to pieces: the four shapes it comes in, told apart by the text itself and never by its source.

- *scattered*: entries of a language menu stand between paragraphs all over the text, so its lines are in no order;
- *inline*: lines part at links and bold words (texts saved element by element), paragraphs at blank lines;
- *printed*: lines break in the middle of sentences, see ``printed``;
- *lines*: every line is a paragraph.
"""

from __future__ import annotations

import re
from itertools import pairwise

from pipelines.case import Role
from pipelines.reader.piece import Draft, Piece, key, squeeze
from pipelines.reader.printed import BULLET, ENDS, Chunk, read_inline, read_printed
from pipelines.reader.vocabulary import is_language_name

_STARTS_LOW = re.compile(r"^[a-z(,;&]|^[“\"‘']?[a-z]")
_MIN_TORN = 5
_WIDE = 60
_MIN_LANGUAGES, _MIN_PLACES = 6, 4


def read_plain(text: str) -> Draft:
    """The pieces of a plain text."""
    lines = text.split("\n")
    if is_scattered(lines):
        return Draft(pieces=[Piece(t, Role.TEXT) for t in map(squeeze, lines) if t], ordered=False)
    chunks = _chunks(text)
    if is_inline(chunks):
        return Draft(pieces=read_inline(chunks))
    if is_printed(chunks):
        return Draft(pieces=read_printed(chunks))
    return Draft(pieces=[p for line in lines if (p := _line(line)) is not None])


def is_scattered(lines: list[str]) -> bool:
    """Whether at least six names of languages stand alone in at least four separate places between other lines."""
    marks = [is_language_name(key(line)) for line in lines if line.strip() and len(line) < 60]
    if sum(marks) < _MIN_LANGUAGES:
        return False
    marks = [len(line) < 60 and is_language_name(key(line)) for line in lines if line.strip()]
    runs = sum(1 for before, now in pairwise([False, *marks]) if now and not before)
    return runs >= _MIN_PLACES


def is_inline(chunks: list[Chunk]) -> bool:
    """Whether lines part at links and bold words: some begin with the punctuation that follows such a word."""
    lines = [line for chunk in chunks for line in chunk]
    torn = sum(1 for line in lines if line[0] in ",.;)" and not line[1:2].isalnum())
    return torn >= max(_MIN_TORN, len(lines) // 80)


def is_printed(chunks: list[Chunk]) -> bool:
    """Whether lines break in mid-sentence: a tenth of all line ends within chunks, or a quarter of the longer lines'."""
    pairs = [(a, b) for lines in chunks for a, b in pairwise(lines)]
    broken = [len(a) for a, b in pairs if _STARTS_LOW.match(b) and not ENDS.search(a)]
    wide = sum(1 for a, _ in pairs if len(a) >= _WIDE)
    return len(broken) >= max(2, len(pairs) // 10) or sum(1 for n in broken if n >= _WIDE) >= max(2, wide / 4)


def _chunks(text: str) -> list[Chunk]:
    blocks = (block.split("\n") for block in re.split(r"\n[ \t\f\u00a0]*\n", text))
    return [kept for block in blocks if (kept := [line.strip() for line in block if line.strip()])]


def _line(line: str) -> Piece | None:
    text = squeeze(line)
    if not text:
        return None
    if bullet := BULLET.match(line):
        return Piece(squeeze(line[bullet.end() :]), Role.BULLET, depth=1)
    return Piece(text, Role.TEXT)
