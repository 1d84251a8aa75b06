"""Plain Chinese words, by the dictionary that jieba brings: a name of the page that is one of them needs better proof."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

# Tags of the dictionary that are no names: nouns, verbs, adjectives, adverbs and the like. nr, ns, nt and nz are names.
_PLAIN = frozenset("n v vn a ad an d l i b m q r c p t s f u z j vd ng vg".split())


def is_plain_word(word: str) -> bool:
    """Whether a Chinese word is an ordinary one of two to four characters (应用, 核心), no name."""
    return word in _words()


@cache
def _words() -> frozenset[str]:
    """The dictionary's plain words; read once, at the first Chinese page."""
    path = Path(str(distribution("jieba").locate_file("jieba/dict.txt")))  # its file alone: to import jieba costs time
    line = rf"^([^ \n]{{2,4}}) \d+ (?:{'|'.join(sorted(_PLAIN))})$"
    return frozenset(re.findall(line, path.read_text(encoding="utf-8"), re.MULTILINE))
