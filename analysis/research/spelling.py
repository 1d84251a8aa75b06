"""Misspelt names: a Latin word that no source has and that is one slip of the fingers from one that is there (wbhook)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from analysis.research.confidence import level
from analysis.research.index import Index
from analysis.research.model import Answer, Confidence, Level
from analysis.research.prose import say
from analysis.research.question import Want
from analysis.research.terms import stem

_LEAST = 5  # letters; of shorter words too many are near to each other


def respelt(index: Index, wants: Iterable[Want]) -> tuple[str, str]:
    """The first word that no source has with the one that is meant; empty where every word is there or none or several are near."""
    for want in wants:
        word = stem(want.surface)
        if not index.frequency(want.concept) and word.isascii() and word.isalpha() and len(word) >= _LEAST:
            near = [held for held in index.latin_words() if slipped(word, held)]
            return (want.surface, near[0]) if len(near) == 1 else ("", "")
    return "", ""


def slipped(word: str, meant: str) -> bool:
    """Whether one letter behind the first is missing, too many, or stands in the wrong order.

    Another letter, or another first one, may be another name (Gitea and Gitee, Slack and lack).
    """
    if word[:1] != meant[:1]:
        return False
    if len(word) == len(meant):
        return word != meant and any(word[:n] + b + a + word[n + 2 :] == meant for n, (a, b) in enumerate(pairwise(word)))
    short, long = sorted((word, meant), key=len)
    return len(long) - len(short) == 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))


def as_taken(made: Answer, word: str, taken: str) -> Answer:
    """An answer to the word that was taken, told so and never of high confidence."""
    sure = made.confidence
    low = Level.MIDDLE if sure.level is Level.HIGH else level(sure.number)
    told = Confidence(sure.number, low, (*sure.reasons, say("conf.spelling")))
    return replace(made, confidence=told, warnings=(say("warn.spelling", word=word, taken=taken), *made.warnings))
