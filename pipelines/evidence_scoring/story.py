"""The sentences of a raw case with what the cues say of them: read once, weighed by several steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipelines.case import Block, Part, RawCase, Role
from pipelines.evidence_scoring.cues import Cue, cue_forms, denials
from pipelines.evidence_scoring.forms import Found, lower
from pipelines.text import sentences, trim

# Plans were not reached, a product list and a partner's portrait are not the customer's words.
_SKIPPED_PARTS = frozenset({Part.PRODUCTS, Part.FUTURE, Part.PARTNER})
_LONGEST = 1200  # characters; text without full stops is cut here, so that work stays linear and quotes readable
_SKIPPED_ROLES = frozenset({Role.PRODUCT, Role.ATTRIBUTION, Role.LABEL, Role.TABLE})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence at its span of the canonical text; offsets of cues and denied spans are into ``text``."""

    start: int
    end: int
    text: str
    low: str
    block: Block
    cues: tuple[Found[Cue], ...]
    denied: tuple[tuple[int, int], ...]

    def has(self, *kinds: Cue) -> bool:
        """Whether a cue of one of the kinds stands in it."""
        return any(cue.entry in kinds for cue in self.cues)


@lru_cache(maxsize=2)
def story(raw: RawCase) -> tuple[Sentence, ...]:
    """The sentences of the blocks that tell the story, in page order."""
    return tuple(s for block in raw.useful() if _tells(block) for s in _sentences(raw.page.text, block))


def _tells(block: Block) -> bool:
    return block.part not in _SKIPPED_PARTS and block.role not in _SKIPPED_ROLES


def _sentences(text: str, block: Block) -> Iterator[Sentence]:
    for start, end in (part for span in sentences(text, block.start, block.end) for part in _pieces(text, *span)):
        words = text[start:end]
        low = lower(words)
        yield Sentence(start, end, words, low, block, tuple(cue_forms().find(words, low)), denials(words, low))


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span itself, or pieces of at most ``_LONGEST`` characters, cut at a space where there is one."""
    while end - start > _LONGEST:
        space = text.rfind(" ", start + 1, start + _LONGEST)
        cut = space if space > start else start + _LONGEST
        if piece := trim(text, start, cut):
            yield piece
        start = cut
    if piece := trim(text, start, end):
        yield piece
