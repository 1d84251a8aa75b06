"""What proves that a case meets a condition: the page's own words that tell it, or as little as there is, marked so.

A field of a case is decided over the whole page; the words it quotes may tell only a part of it (a bank's name, “banking”).
A case in an answer rests on words that tell the condition themselves (STYLE: nothing without evidence).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from analysis.research.registry import DATA
from analysis.research.rules import alternatives
from pipelines.case import Evidence, Field
from pipelines.steps.scenario import vocabulary
from pipelines.text import Lexicon, sentence_at, sentences
from pipelines.vocabulary import VOCAB, load_yaml

PageText = Callable[[str], str]
MAX_SENTENCE = 300
_BEFORE = 24  # characters in which the article of a kind stands: the digital bank


@dataclass(frozen=True)
class Proving:
    """``proofs.yaml``: how fields were decided whose words tell less than the field, and words that ask for one thing.

    ``hints``: methods whose words speak of others than the customer; ``of_name``: of the name alone; ``same``: groups of
    patterns for one thing that a scenario is only the frame of.
    """

    hints: tuple[str, ...]
    of_name: tuple[str, ...]
    doubt: float
    the: tuple[str, ...]
    same: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """The words for a condition; ``whole``: they tell it themselves."""

    quote: str
    whole: bool = True


@cache
def proving() -> Proving:
    """The rules, loaded once."""
    return load_yaml(DATA / "proofs.yaml", Proving)


def sentence(evidence: Evidence, page_text: PageText) -> str:
    """The sentence of the page that holds the evidence; the evidence alone where the page is not kept or the sentence is long."""
    text = page_text(evidence.page_digest)
    if not evidence.check(text):
        return evidence.quote
    start, end = sentence_at(text, evidence.start)
    return text[start:end] if evidence.end <= end and end - start <= MAX_SENTENCE else evidence.quote


def of_industry(field: Field[str], page_text: PageText) -> Proof | None:
    """Words that call the customer what the industry is: ``the bank migrated …``, ``X is a bank``; a name alone is no whole proof.

    None where the words are only about the trade (banking) or speak of others.
    """
    if not field.evidence:
        return Proof("")
    evidence, code = field.evidence[0], field.value or ""
    calls = {h.entry for h in _callings().find(evidence.quote)}
    if field.method in proving().hints:
        return Proof(sentence(evidence, page_text), whole=False) if code in calls else None
    if field.method not in proving().of_name:
        return Proof(sentence(evidence, page_text))
    return _self_named(page_text(evidence.page_digest), code) or Proof(sentence(evidence, page_text), whole=False)


def _self_named(text: str, code: str) -> Proof | None:
    """The first sentence in which the page calls the customer by its kind: the bank, 该银行; with a capital it is part of a name."""
    for hit in _callings().find(text):
        before, kind = text[max(0, hit.start - _BEFORE) : hit.start], text[hit.start : hit.end]
        if hit.entry == code and kind == kind.lower() and alternatives(proving().the).search(before):
            start, end = sentence_at(text, hit.start)
            if end - start <= MAX_SENTENCE:
                return Proof(text[start:end])
    return None


def of_scenario(field: Field[str], question: str, page_text: PageText) -> Proof | None:
    """A sentence with the thing asked for; where the page has none the words of the field, as no whole proof.

    None where these do not even tell the scenario by themselves.
    """
    if not field.evidence:
        return Proof("")
    evidence, code = field.evidence[0], field.value or ""
    own = sentence(evidence, page_text)
    text = page_text(evidence.page_digest) or own
    asked = _asked(question)
    if found := next((s for s in (own, *_lines(text)) if asked and asked.search(s)), ""):
        return Proof(found)
    tells = any(h.entry == (code, "pain") for h in vocabulary().find(own))
    return Proof(own, whole=not asked) if tells else None


def _lines(text: str) -> Iterator[str]:
    return (text[a:b] for a, b in sentences(text) if b - a <= MAX_SENTENCE)


def _asked(question: str) -> re.Pattern[str] | None:
    """The pattern of the thing asked for, where the question names one of the groups."""
    return next((p for p in _same() if p.search(question)), None)


@cache
def _same() -> tuple[re.Pattern[str], ...]:
    return tuple(alternatives(group) for group in proving().same)


@cache
def _callings() -> Lexicon[str]:
    """What organisations of an industry call themselves, one and many."""
    return Lexicon(callings())


def callings() -> Iterable[tuple[str, str]]:
    """(what an organisation of an industry calls itself, the industry's code) in both languages, English ones with their plural."""
    for name in ("industries-zh.yaml", "industries-en.yaml"):
        held = load_yaml(VOCAB / name, dict[str, dict[str, tuple[str, ...]]])
        yield from ((form, code) for code, kinds in held.items() for word in kinds.get("is", ()) for form in _numbers(word))


def _numbers(word: str) -> Sequence[str]:
    if not word.isascii():
        return (word,)
    plural = f"{word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else f"{word}s"
    return (word, plural)
