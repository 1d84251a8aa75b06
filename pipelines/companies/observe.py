"""What a page says of a name: how often, as what, with whose words, doing what. Each observation is a function of its mentions."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from pipelines.companies.candidates import verb_forms
from pipelines.companies.dictionary import is_plain_word
from pipelines.companies.names import bare, has_han, strip_legal
from pipelines.companies.tables import either, names
from pipelines.companies.view import View, places
from pipelines.companies.weights import Weights
from pipelines.vocabulary import VOCAB, load_yaml

MAX_PLACES = 26  # mentions looked at per name: more add no points (frequency_max), and long pages stay cheap


@dataclass(frozen=True)
class Mentions:
    """A name, the spans at which the body of the page writes it, and the page."""

    name: str
    spans: tuple[tuple[int, int], ...]
    view: View

    def after(self, cue: str) -> int:
        """How many mentions are followed by a cue."""
        pattern = cues(cue)
        return sum(1 for _, end in self.spans if pattern.match(self.view.body, end, end + 220))

    def before(self, cue: str, width: int) -> int:
        """How many mentions are preceded by a cue within so many characters."""
        pattern = cues(cue)
        return sum(1 for start, _ in self.spans if pattern.search(self.view.body[max(0, start - width) : start]))


Observation = Callable[[Mentions, Weights], float]


def mentions(name: str, view: View) -> Mentions:
    """Where the body writes a name: with its case, else without."""
    found = list(places(view.body, name))
    if not found and len(name) > 3:
        found = list(places(view.folded, name.lower()))
    return Mentions(name, tuple((at, at + len(name)) for at in found[:MAX_PLACES]), view)


@dataclass(frozen=True)
class Cues:
    """``company_names_cues.yaml``."""

    definition_after: tuple[str, ...]
    definition_before: tuple[str, ...]
    speaker_before: tuple[str, ...]
    speaker_after: tuple[str, ...]
    acts_zh: tuple[str, ...]
    partner_after: tuple[str, ...]
    partner_before: tuple[str, ...]
    made_before: tuple[str, ...]
    product_before: tuple[str, ...]
    software_after: tuple[str, ...]


@cache
def cues(name: str) -> re.Pattern[str]:
    """The compiled cue of a name of ``Cues``; speakers and kinds before a name are found in any case."""
    listed: tuple[str, ...] = getattr(_cues(), name)
    text = "|".join(f"(?:{pattern})" for pattern in listed)
    for group in ("kinds_en", "kinds_zh", "roles_en", "posts_zh"):
        text = text.replace(f"{{{group}}}", either(getattr(names(), group)))
    return re.compile(text, re.IGNORECASE if name.startswith("speaker") else 0)


@cache
def _cues() -> Cues:
    return load_yaml(VOCAB / "company_names_cues.yaml", Cues)


# -- observations ---------------------------------------------------------------------------------------------------


def _frequency(seen: Mentions, table: Weights) -> float:
    count = len(seen.spans)
    if count <= 1 and seen.view.size > table.long_page:
        return 0.0 if has_han(seen.name) and _in_title(seen, table) else table.only_once
    return min(table.frequency_max, table.frequency * math.log2(1 + count))


def _definition(seen: Mentions, table: Weights) -> float:
    hits = seen.after("definition_after") + seen.before("definition_before", 60)
    return min(table.definition_max, table.definition * hits)


def _speaker(seen: Mentions, table: Weights) -> float:
    hits = sum(1 for a, b in seen.spans if _employs(seen.view.body, a, b))
    return min(table.speaker_max, table.speaker * hits)


def _employs(body: str, start: int, end: int) -> bool:
    """Whether a mention is somebody's employer: a post stands before it with at, of or a comma, or behind it."""
    joined = _JOINED.search(body[max(0, start - 12) : start])
    if joined and cues("speaker_before").search(body[max(0, start - 90) : start]):
        return True
    return bool(cues("speaker_after").match(body, end, end + 40))


_JOINED = re.compile(r"(?:[,)]| at| of| for| with| [-–—])\s(?:[Tt]he )?$")  # a cheap look before the list of posts


def _agent(seen: Mentions, table: Weights) -> float:
    hits = sum(1 for _, end in seen.spans if _verb(seen.view.body, end)) + seen.after("acts_zh")
    hits += any(_heads(title, at + len(seen.name)) for title, _ in seen.view.titles for at in places(title, seen.name))
    return min(table.agent_max, table.agent * hits)


_NEXT = re.compile(r"(?:\s?\([^)\n]{1,40}\))?(?:['’]s (?:team|engineers|developers|data scientists))? (?P<w>[A-Za-z-]+)")


def _verb(text: str, end: int) -> str:
    """The verb that follows a name; empty where none does."""
    found = _NEXT.match(text, end)
    word = found["w"].lower() if found else ""
    return word if word in verb_forms() else ""


def _heads(title: str, end: int) -> bool:
    """Whether a name in a headline is followed by a verb in the present or past: X modernizes …, not X training …"""
    verb = _verb(title, end)
    return bool(verb) and (verb == "using" or not verb.endswith("ing"))


def _partner(seen: Mentions, table: Weights) -> float:
    hits = seen.after("partner_after") + seen.before("partner_before", 48)
    return table.partner if hits and hits * 8 >= len(seen.spans) else 0.0


def _product(seen: Mentions, table: Weights) -> float:
    """A product of the vendor: the vendor's name stands before it too often."""
    hits = seen.before("product_before", 14)
    return table.product if hits and hits >= 0.3 * len(seen.spans) else 0.0


def _made(seen: Mentions, table: Weights) -> float:
    """A thing that somebody made for the story: half of its mentions or more follow "developed", "called" and the like."""
    body = seen.view.body
    hits = sum(1 for a, b in seen.spans if cues("made_before").search(body[max(0, a - 60) : a]) and not _GOES_ON.match(body, b))
    return table.made if hits and hits * 2 >= len(seen.spans) and not _definition(seen, table) else 0.0


_GOES_ON = re.compile(r" [A-Z0-9]")  # a name goes on: Example in "developed Example Desk"


def _software(seen: Mentions, table: Weights) -> float:
    return table.software if seen.after("software_after") else 0.0


def _named(seen: Mentions, table: Weights) -> float:
    ends = has_han(seen.name) and seen.name.endswith(names().name_ends_zh)
    return table.named if ends or set(seen.name.split()) & set(names().name_words_en) else 0.0


def _legal(seen: Mentions, table: Weights) -> float:
    plain = seen.name.removeprefix("The ")
    return table.legal if strip_legal(plain).replace(" ", "") != bare(plain) else 0.0


def _in_title(seen: Mentions, table: Weights) -> float:
    return table.in_title if any(_titled(seen.name, title) for title, _ in seen.view.titles) else 0.0


def _titled(name: str, title: str) -> bool:
    """Whether a title writes the name, in any case but as a plain word in lower case (Count in "the annual count")."""
    low = title.lower()
    if len(low) != len(title):
        return name in title
    return any(title[at] == low[at].upper() or name[0] == low[at] for at in places(low, name.lower()))


def _in_lead(seen: Mentions, table: Weights) -> float:
    return table.in_lead if seen.view.raw.ordered and seen.spans and seen.spans[0][0] < 700 else 0.0


def _common(seen: Mentions, table: Weights) -> float:
    """A plain word: in the dictionary, or the page writes it in lower case more often than as the name."""
    name = seen.name
    if has_han(name):
        return table.common_word if is_plain_word(name) else 0.0
    if name[0].islower() or name.isupper():
        return 0.0
    lower = sum(1 for _ in places(seen.view.body, name.lower()))
    only_begins = " " not in name and len(seen.spans) > 1 and not _in_title(seen, table) and all(_begins(seen, a) for a, _ in seen.spans)
    return table.common_word if lower > seen.view.count(name) or only_begins else 0.0


def _begins(seen: Mentions, start: int) -> bool:
    """Whether a mention is the first word of its sentence: a capital there tells nothing."""
    before = seen.view.body[max(0, start - 3) : start].rstrip(" ")
    return not before or before[-1] in '.!?:\n”"•'


_OBSERVATIONS: Mapping[str, Observation] = {
    "frequency": _frequency,
    "definition": _definition,
    "speaker": _speaker,
    "agent": _agent,
    "partner": _partner,
    "product": _product,
    "made": _made,
    "software": _software,
    "named": _named,
    "legal": _legal,
    "in-title": _in_title,
    "in-lead": _in_lead,
    "common-word": _common,
}


def observations() -> Mapping[str, Observation]:
    """Every observation by its id."""
    return _OBSERVATIONS
