"""What the search for the customer looks at: one page's text without what is no evidence, offsets unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.case import Block, RawCase, Role
from pipelines.companies.glued import runs_into_verb
from pipelines.companies.names import has_han

_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORDY = re.compile(r"[0-9A-Za-zÀ-ɏ]")


@dataclass(frozen=True)
class View:
    """A raw case's text by use.

    ``text`` has the length of the page's canonical text, with spaces where the case has no block or noise; ``body`` is
    ``text`` without titles, ``folded`` and ``low`` are body and text in lower case.
    ``titles`` are (words, offset of the words in the canonical text or -1).
    """

    raw: RawCase
    text: str
    body: str
    folded: str
    low: str
    titles: tuple[tuple[str, int], ...]
    headings: tuple[Block, ...]
    blocks: tuple[Block, ...]
    zh: bool
    size: int  # characters of evidence: the page without chrome

    def find(self, name: str) -> int:
        """The first place of a name in the text, titles included: with its case, else without; -1 where it is not."""
        at = next(places(self.text, name), -1)
        return at if at >= 0 else next(places(self.low, name.lower()), -1)

    def count(self, name: str) -> int:
        """How often a name stands in the body, with its case."""
        return sum(1 for _ in places(self.body, name))


def view(raw: RawCase) -> View:
    """Prepare a raw case."""
    page = raw.page.text
    useful = tuple(raw.useful())
    text = _masked(page, useful)
    titles = _titles(raw, useful)
    body = _masked(page, tuple(b for b in useful if b.role is not Role.TITLE))
    headings = tuple(b for b in useful if b.role is Role.HEADING)
    size = sum(b.end - b.start for b in useful)
    han = len(_HAN.findall(text, 0, 6000))
    return View(raw, text, body, _lower(body), _lower(text), titles, headings, useful, han > 60 or (han > 8 and han * 5 > size), size)


def _lower(text: str) -> str:
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _masked(page: str, blocks: tuple[Block, ...]) -> str:
    """The page with only some blocks visible: every other character is a space."""
    parts: list[str] = []
    at = 0
    for block in sorted(blocks, key=lambda b: b.start):
        if block.start >= at:
            parts += [" " * (block.start - at), page[block.start : block.end]]
            at = block.end
    parts.append(" " * (len(page) - at))
    return "".join(parts)


def _titles(raw: RawCase, useful: tuple[Block, ...]) -> tuple[tuple[str, int], ...]:
    """Title blocks first, then the title that came with the page; one of several stories has its heading alone."""
    if raw.several:
        first = next((b for role in (Role.HEADING, Role.TITLE) for b in useful if b.role is role), None)
        return ((raw.text(first), first.start),) if first else ()
    found = [(raw.text(b), b.start) for b in useful if b.role is Role.TITLE]
    given = raw.page.title.strip()
    if given and all(given != words for words, _ in found):
        found.append((given, -1))
    if not found:
        first = next((b for b in useful if b.role is Role.HEADING and b.start < 600), None)
        found = [(raw.text(first), first.start)] if first else []
    return tuple(found)


def places(text: str, name: str) -> Iterator[int]:
    """The offsets of a name whose Latin edges touch no other Latin letter or digit, but a verb that it runs into."""
    at = text.find(name) if name else -1
    while at >= 0:
        if _bounded(text, at, at + len(name)):
            yield at
        at = text.find(name, at + len(name))


def _bounded(text: str, start: int, end: int) -> bool:
    before = start > 0 and _wordy(text[start]) and _wordy(text[start - 1])
    after = end < len(text) and _wordy(text[end - 1]) and _wordy(text[end])
    return not before and (not after or runs_into_verb(text, start, end))


def _wordy(char: str) -> bool:
    return bool(_WORDY.match(char))


def is_zh(text: str) -> bool:
    """Whether a headline is to be read by the Chinese rules."""
    return has_han(text)
