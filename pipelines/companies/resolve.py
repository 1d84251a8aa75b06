"""Where a name ends in a stretch of words that begins with it.

Headlines write every word with a capital and Chinese has no spaces, so the page itself decides: the name is the longest
beginning of the stretch that the page repeats; a verb or a word such as 携手 ends it in any case.
"""

from __future__ import annotations

import re
from functools import cache

from pipelines.companies.names import clean, has_han, is_name, is_vendor
from pipelines.companies.tables import either, language, names, starters, verbs
from pipelines.companies.view import View

MAX_WORDS = 9
_CONNECT = frozenset(
    ["of", "and", "de", "du", "del", "der", "la", "&", "the", "for", "van", "von", "di", "da", "do", "e", "y", "et", "on", "in"]
)
_UNIT = re.compile(r"[A-Za-z0-9À-ɏ][A-Za-z0-9À-ɏ+&.'’!-]*|\s+|.")
_ENDS = ",:;?!"
_WITHIN = frozenset("用将从让")  # cuts that names also hold (上汽乘用车): only where the page does not write on


def beginning(stretch: str, view: View) -> str:
    """The name with which a stretch of a headline begins; empty where none does."""
    text = stretch.strip().strip('「」“”"《》*_ ')
    if not text:
        return ""
    name = _han(text, view) if has_han(text[:12]) else _latin(text, view)
    head, joined, tail = name.rpartition(" and ")
    if joined and is_vendor(tail):
        name = head
    return name if name and is_name(name) and not is_vendor(name) else ""


def _latin(text: str, view: View) -> str:
    words = text.split()[:MAX_WORDS]
    if words[0].casefold() in ("the", "a", "an") and len(words) > 1 and not _repeated(" ".join(words[:2]), view):
        words = words[1:]
    best, count = "", 0
    if words[0].casefold() in verbs() and view.count(words[0]) < 2:
        return ""
    if (subject := _until_verb(words)) and " " in subject and view.count(subject):
        return subject
    for size in range(1, len(words) + 1):
        if size > 1 and (_stops(words, size) or (words[size - 2].endswith(("'s", "’s")) and not view.count(" ".join(words[:size])))):
            break
        phrase = _trimmed(" ".join(words[:size]))
        found = _repeated(phrase, view)
        if found and words[size - 1].casefold() not in _CONNECT and found >= 0.2 * count:
            best, count = phrase, max(count, found) if size == 1 else found
    name = best or subject
    return "" if _adjective(name, words) else name


def _adjective(name: str, words: list[str]) -> bool:
    """Whether a plain capitalised word only qualifies the noun that follows: "Reinforcement learning", "Internet provider"."""
    if " " in name or not name.istitle() or len(words) < 2 or not words[1].islower():
        return False
    after = words[1].strip(_ENDS)
    if len(words) > 2 and words[2].strip(_ENDS) in verbs():
        return False  # "Sample nurses use …": the noun does something, so the name owns it
    return after not in verbs() and after not in starters() and after not in _CONNECT


def _stops(words: list[str], size: int) -> bool:
    """Whether word number ``size`` cannot belong to the name: a verb, a plain word, or after a comma."""
    word, before = words[size - 1], words[size - 2]
    if before[-1] in _ENDS and not re.match(r"(?:Inc|Ltd|LLC|Co|S\.A)\b", word):
        return True
    return word.casefold().strip(_ENDS) in verbs() or (word[0].islower() and word.casefold() not in _CONNECT)


def _until_verb(words: list[str]) -> str:
    """What stands before the first verb of a headline that the page does not repeat."""
    size = 1
    while size < len(words) and not _stops(words, size + 1):
        size += 1
    while size > 1 and words[size - 1].casefold() in _CONNECT:
        size -= 1
    ended = size < len(words) and words[size].casefold().strip(_ENDS) in verbs()
    if words[0][0].islower() or words[0].casefold() in verbs() or not (ended or len(words) <= 4):
        return ""
    return _trimmed(" ".join(words[:size])) if size <= 6 else ""


def _trimmed(phrase: str) -> str:
    phrase = clean(phrase.strip(_ENDS))
    return phrase[:-2] if phrase.endswith(("'s", "’s")) else phrase


def _repeated(phrase: str, view: View) -> int:
    """How often the body holds a phrase, with its case or, where it never does, without."""
    return view.count(phrase) or view.folded.count(phrase.lower()) * (len(phrase) > 3)


def _han(text: str, view: View) -> str:
    units = _UNIT.findall(text)[:24]
    best, count, phrase, first = "", 0, "", ""
    for position, unit in enumerate(units):
        rest = "".join(units[position:])
        cut = _cut().match(rest)
        if cut and cut.group() in _WITHIN and view.body.count(phrase + unit) >= max(1.0, 0.6 * view.body.count(phrase)):
            cut = None
        if len(phrase.strip()) >= 2 and (cut or _ended(phrase, rest)):
            if not first and view.body.count(phrase.strip()) >= (1 if len(phrase) <= 6 else 2):
                return clean(phrase.strip())
            first = first or phrase.strip()
            if view.body.count(phrase + unit) < max(3, 0.5 * count):
                break
        phrase += unit
        name = phrase.strip()
        found = view.body.count(name) if len(name) > 1 and not unit.isspace() else 0
        if found and found >= count * (0.12 if name.endswith(_ends()) else 0.34):
            best, count = name, found
    return clean(best or first or (text if len(text) <= 12 else ""))


def _ended(phrase: str, rest: str) -> bool:
    """Whether a Chinese name ends here: after 银行, 集团 and the like, unless another such word follows at once."""
    ends = language().zh_ends
    return phrase.endswith(ends) and not rest.lstrip().startswith(ends)


@cache
def _cut() -> re.Pattern[str]:
    return re.compile(rf"{either(language().zh_cut)}|[，,。：:！!？?「“《（(｜|—]")


@cache
def _ends() -> tuple[str, ...]:
    return names().name_ends_zh
