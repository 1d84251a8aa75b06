"""The language of a page, by the shares of its scripts (issue 4): en, zh, ja, ko, or xx for anything else."""

from __future__ import annotations

import re

_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_LATIN = re.compile(r"[A-Za-z]+")
_ENGLISH = frozenset(
    "the of and to in for is with that on was are as by this from it be an have has we their can its or will at which".split()
)
_MIN_WORDS = 8
_SHORT = 80  # words of a text that may be all names and figures
_SAMPLE = 20_000


def page_language(text: str) -> str:
    """The language most of a text is written in; a Han character or a Hangul syllable weighs as half a word."""
    sample = text[:_SAMPLE]
    han, kana, hangul = (len(p.findall(sample)) for p in (_HAN, _KANA, _HANGUL))
    words = _LATIN.findall(sample)
    if kana > 0.15 * (han + kana) and kana > 20 and (han + kana) / 2 > len(words) * 0.5:
        return "ja"
    if hangul / 2 > len(words) * 0.4 and hangul > 10:
        return "ko"
    if han / 2 > len(words) * 0.6:
        return "zh"
    return "en" if _is_english(words) else "xx"


def _is_english(words: list[str]) -> bool:
    """English where its commonest words make up an eighth; a text of few words in Latin script counts as English."""
    if len(words) < _MIN_WORDS:
        return bool(words)
    return sum(1 for w in words if w.casefold() in _ENGLISH) > len(words) / (8 if len(words) > _SHORT else 20)
