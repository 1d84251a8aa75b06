"""From the store to voices: customers numbered, people numbered, answers as values. What leaves here bears no name and no words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.interviews.model import Told
from analysis.model import Said, Voice
from pipelines.catalog import catalogue
from pipelines.companies.identity import company_key


@dataclass(frozen=True, slots=True)
class Client:
    """A customer's statements as they are, and its voice."""

    customer: str
    told: tuple[Told, ...]
    voice: Voice


def heard(told: Iterable[Told]) -> list[Client]:
    """Customers in the order of their keys."""
    held: dict[str, list[Told]] = {}
    for one in told:
        held.setdefault(company_key(one.customer) or one.customer, []).append(one)
    return [_heard(f"K{n}", held[key]) for n, key in enumerate(sorted(held), 1)]


def voices(told: Iterable[Told]) -> tuple[Voice, ...]:
    """The voices of all customers."""
    return tuple(h.voice for h in heard(told))


def _heard(id_: str, told: Sequence[Told]) -> Client:
    talks = {(t.source, t.date, t.teller, t.interviewer) for t in told if t.source != "document"}
    direct = {talk for talk in talks if talk[0] == "customer"}
    people = {name: n for n, name in enumerate(sorted({t.about for t in told} - {""}), 1)}
    tellers = {name: n for n, name in enumerate(sorted({t.teller for t in told if t.teller}), 1)}
    said = tuple(s for t in told for s in _said(t, people, tellers))
    categories = tuple(sorted({c for t in told if t.category for c in _categories(t.category)}))
    return Client(told[0].customer, tuple(told), Voice(id_, len(talks), len(direct), said, categories))


def _said(t: Told, people: dict[str, int], tellers: dict[str, int]) -> Iterable[Said]:
    person, teller = people.get(t.about, 0), tellers.get(t.teller, 0)
    if t.low is not None:
        yield Said(t.field, "", t.source, t.firsthand, t.date, person, teller, t.low, t.high)
    for code in t.codes:
        yield Said(t.field, code, t.source, t.firsthand, t.date, person, teller)


def _categories(words: str) -> Iterable[str]:
    """The categories that are meant; words that name none stay as they are."""
    for word in (w.strip() for w in words.replace("，", ",").replace("、", ",").split(",")):
        answer = catalogue().resolve(word) if word else None
        if answer and answer.matches:
            yield answer.matches[0].category
        elif word:
            yield word
