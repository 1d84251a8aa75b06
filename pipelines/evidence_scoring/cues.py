"""Tells how a sentence speaks: of trouble, of what is wanted, of relief, of plans, or to sell. Words in vocab/cues.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pipelines.evidence_scoring.forms import Forms, Found, lower
from pipelines.vocabulary import VOCAB, load_yaml


class Cue(StrEnum):
    """Kinds of cue words; the keys of vocab/cues.yaml."""

    COMPLAINT = "complaint"
    HINT = "hint"
    ASK = "ask"
    NEED = "need"
    RELIEF = "relief"
    PLAN = "plan"
    SALES = "sales"
    PROFILE = "profile"


@dataclass(frozen=True)
class Bilingual:
    """Forms of one meaning in English and Chinese."""

    en: tuple[str, ...]
    zh: tuple[str, ...]


@dataclass(frozen=True)
class CueWords:
    """vocab/cues.yaml."""

    complaint: Bilingual
    hint: Bilingual
    ask: Bilingual
    need: Bilingual
    relief: Bilingual
    plan: Bilingual
    sales: Bilingual
    profile: Bilingual


@dataclass(frozen=True)
class Reach:
    """How many characters a negation reaches to the right."""

    en: int
    zh: int


@dataclass(frozen=True)
class _NegationFile:
    reach: Reach
    before: Bilingual
    exceptions: Bilingual


@cache
def cue_forms() -> Forms[Cue]:
    """The cue vocabulary, loaded once."""
    words = load_yaml(VOCAB / "cues.yaml", CueWords)
    return Forms((form, cue) for cue in Cue for form in _both(getattr(words, cue.value)))


@cache
def _negation() -> tuple[Forms[str], Reach]:
    words = load_yaml(VOCAB / "negation.yaml", _NegationFile)
    pairs = [(f, "deny") for f in _both(words.before)] + [(f, "keep") for f in _both(words.exceptions)]
    return Forms(pairs), words.reach


def _both(words: Bilingual) -> tuple[str, ...]:
    return words.en + words.zh


def denials(sentence: str, low: str | None = None) -> tuple[tuple[int, int], ...]:
    """Spans of the sentence within which a word of trouble is denied (``no downtime``, ``无需人工``)."""
    forms, reach = _negation()
    hits = forms.find(sentence, lower(sentence) if low is None else low)
    kept = [h for h in hits if h.entry == "keep"]
    return tuple((h.end, h.end + _reach(h, reach)) for h in hits if h.entry == "deny" and not any(_overlap(h, k) for k in kept))


def _reach(hit: Found[str], reach: Reach) -> int:
    return reach.en if hit.form.isascii() else reach.zh


def _overlap(a: Found[str], b: Found[str]) -> bool:
    return a.start < b.end and b.start < a.end
