"""The words of the grammar, loaded once from ``vocab/quantities_*.yaml`` and ``vocab/benefit_*.yaml``.

A form may hold one group of endings: ``reduc(e|es|ed)`` stands for three forms. ``_`` stands for a space inside word lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from pipelines.vocabulary import VOCAB, DataError, load_yaml

_GROUP = re.compile(r"([^()]{0,60})\(([^()]{0,240})\)([^()]{0,60})")


def expand(form: str) -> Iterator[str]:
    """The forms that a form with a group stands for; the form itself where it has none."""
    hit = _GROUP.fullmatch(form)
    if hit is None and "(" in form:
        raise DataError(f"the form '{form}' has a group that cannot be read: one group of at most 240 characters")
    if hit is None:
        yield form.replace("_", " ")
        return
    before, group, after = hit.groups()
    yield from (f"{before}{ending}{after}".replace("_", " ") for ending in group.split("|"))


def expanded(forms: Iterable[str]) -> tuple[str, ...]:
    """All forms of a list, in order, without repeats."""
    return tuple(dict.fromkeys(one for form in forms for one in expand(form)))


@dataclass(frozen=True)
class Unit:
    """A unit of measure: its canonical name, dimension, and factor to the base of the dimension (seconds, bytes)."""

    unit: str
    dim: str
    factor: float = 1.0
    forms: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    lang: str = ""


@dataclass(frozen=True)
class Per:
    """A rate: ``/day`` with its forms after the counted thing and before the number."""

    unit: str
    seconds: float
    after: tuple[str, ...]
    before: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """A unit written before its number (``QPS 达到 4000``)."""

    unit: str
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Units:
    """``quantities_units.yaml``."""

    after: tuple[Unit, ...]
    before: tuple[Unit, ...]
    rates_before: tuple[Named, ...]
    per: tuple[Per, ...]
    counts: Mapping[str, str]
    stops: str  # words that end the search for an English number's noun
    modest: str  # but not right after the number
    held: str  # nouns whose number is a capacity
    halves: Mapping[str, tuple[str, float]]  # half of the unit is told in this one, times so many
    rates_of: Mapping[str, str]  # counted things whose number per second has a name
    rates_again: tuple[str, ...]  # before a number without a unit that is the named rate once more
    per_adjective: Mapping[str, str]  # adjectives of a rate
    per_between: str  # words that may stand between a counted thing and its rate
    free_of: str  # nouns of which none is a result


@dataclass(frozen=True)
class Multiple:
    """A word that is number and direction at once: doubled, halved, 翻倍."""

    forms: tuple[str, ...]
    value: float
    unit: str
    direction: str


@dataclass(frozen=True)
class BoundWords:
    """The words before and after a number that bound it."""

    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Numbers:
    """``quantities_numbers.yaml``."""

    words: Mapping[str, float]
    scales: Mapping[str, float]
    letters: Mapping[str, float]
    fractions: Mapping[str, float]
    parts: Mapping[str, float]
    multiples: tuple[Multiple, ...]
    bounds: Mapping[str, BoundWords]
    vague: tuple[str, ...]


@dataclass(frozen=True)
class Direction:
    """Words of one direction. ``place``: verb (before the number), noun (after it) or both. ``implies``: the subject they tell."""

    id: str
    direction: str  # up, down, good (up, or down where less is better), reach
    place: str
    forms: tuple[str, ...]
    implies: str = ""


@dataclass(frozen=True)
class Subject:
    """Words that tell what a quantity is about; ``less`` says that less of it is better."""

    subject: str
    rank: float
    forms: tuple[str, ...]
    less: bool = False
    exact: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """Words that speak for or against a benefit in the clause; ``hard`` ones decide alone.

    ``scope``: clause, sentence, before (close before the figure), after (right after it), ahead (before it in the clause),
    opening (opens the sentence), near (both), touch (adjacent), touchboth (around the figure). ``dims`` limits it to
    quantities of those dimensions.
    """

    id: str
    why: str
    forms: tuple[str, ...]
    hard: bool = False
    scope: str = "sentence"
    dims: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    negatable: bool = False  # a denied word does not count: no failures

    @property
    def family(self) -> str:
        """What contexts of one reason share: ``before`` for ``before/opening``."""
        return self.id.partition("/")[0]


@dataclass(frozen=True)
class Words:
    """The vocabulary files of benefits together."""

    directions: tuple[Direction, ...]
    subjects: tuple[Subject, ...]
    contexts: tuple[Context, ...]


@dataclass(frozen=True)
class _Directions:
    directions: tuple[Direction, ...]


@dataclass(frozen=True)
class _Subjects:
    subjects: tuple[Subject, ...]


@dataclass(frozen=True)
class _Contexts:
    contexts: tuple[Context, ...] = field(default=())


@cache
def units() -> Units:
    """The units of measure."""
    return load_yaml(VOCAB / "quantities_units.yaml", Units)


@cache
def numbers() -> Numbers:
    """The number words."""
    return load_yaml(VOCAB / "quantities_numbers.yaml", Numbers)


@cache
def words() -> Words:
    """Directions, subjects and contexts; raises DataError where an id stands twice."""
    directions = load_yaml(VOCAB / "benefit_directions.yaml", _Directions).directions
    subjects = load_yaml(VOCAB / "benefit_subjects.yaml", _Subjects).subjects
    contexts = load_yaml(VOCAB / "benefit_contexts.yaml", _Contexts).contexts
    for ids in ([d.id for d in directions], [c.id for c in contexts]):
        if twice := {i for i in ids if ids.count(i) > 1}:
            raise DataError(f"benefit vocabulary: {sorted(twice)} stand twice")
    return Words(directions, subjects, contexts)


@cache
def counted() -> Mapping[str, str]:
    """``{noun: users | people | items}`` for English nouns in lower case."""
    rows = (
        (noun, kind)
        for kind, text in units().counts.items()
        if not kind.startswith("zh_")
        for form in _split(text)
        for noun in expand(form)
    )
    return {noun.casefold(): kind for noun, kind in reversed(list(rows))}


@cache
def counted_zh() -> Mapping[str, str]:
    """``{classifier or noun: users | people | items}`` for Chinese."""
    rows = ((form, kind.removeprefix("zh_")) for kind, text in units().counts.items() if kind.startswith("zh_") for form in text.split())
    return dict(rows)


def _split(text: str) -> list[str]:
    return text.replace("(person|people)", "person people").split()
