"""A verb that lost the blank before it: in some official one-paragraph summaries the name runs into it (Example Bakerydeployed …).

Only names of two words or more are parted: a regular verb in the past, of five letters or more, from the last of them; is and
has only from the name of a kind (Example & Companyis …). Whole words stay whole (Icertis, Unlimited, Interconnected).
"""

from __future__ import annotations

import re
from functools import cache

from pipelines.companies.tables import either, language, names, verbs

_WORD = re.compile(r"[A-Za-z]+")


@cache
def _past() -> re.Pattern[str]:
    listed = (v for v in verbs() if v.endswith("ed") and len(v) >= 5)
    return re.compile(rf"(?P<x>[A-Z][A-Za-z]{{2,30}}?[a-z])(?:{either(listed)})")


@cache
def _kind() -> re.Pattern[str]:
    return re.compile(rf"(?P<x>(?i:{either(k for k in names().kinds_en if k.isalpha())}))(?P<verb>is|has)")


def without_verb(word: str, after: str) -> str:
    """The word before the verb that runs into it; ``after`` is the word that follows. Empty where the word is whole."""
    whole = language().glued
    if word.casefold() in verbs() or word.endswith(whole.adjectives):
        return ""
    if found := _past().fullmatch(word):
        return "" if after in verbs() or found["x"].casefold() in whole.prefixes else found["x"]
    found = _kind().fullmatch(word)
    fits = found and after.islower() and (found["verb"] == "has" or after.endswith("ing") or after not in verbs())
    return found["x"] if found and fits else ""


def runs_into_verb(text: str, start: int, end: int) -> bool:
    """Whether what stands at a span is a name that runs into its verb."""
    before, blank, last = text[start:end].rpartition(" ")
    rest = _WORD.match(text, end)
    if not (before and blank and rest):
        return False
    after = _WORD.match(text, rest.end() + 1)
    return without_verb(last + rest.group(), after.group() if after else "") == last
