"""The lists of words that expressions and contexts cite by name, from ``vocab/benefit_words.yaml``: ``former.zh``.

``numbers.…`` and ``units.…`` are lists of ``quantities_numbers.yaml`` and ``quantities_units.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pipelines.quantities import lexis
from pipelines.vocabulary import VOCAB, DataError, load_yaml

WORDS = VOCAB / "benefit_words.yaml"
_LONG = 3  # letters of a scale that is a word: no bn
_ARTICLES = frozenset({"a", "an"})
_NO_ONES = _ARTICLES | {"single", "couple"}  # 20 is told as twenty, and never twenty-couple
_CITED = re.compile(r"\{([a-z_]+\.[a-z]+)\}")


@dataclass(frozen=True)
class Listed:
    """Words of one use. A form may hold one group of endings: ``need(|s|ed)``."""

    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()


Lists = Mapping[str, tuple[str, ...]]


@cache
def lists() -> Lists:
    """All lists by name; raises DataError for one without words."""
    return {**by_name(load_yaml(WORDS, dict[str, Listed])), **_numbers(), **_units()}


def by_name(words: Mapping[str, Listed]) -> dict[str, tuple[str, ...]]:
    """``span.en`` and ``span.zh`` of a list ``span``, their groups expanded; raises DataError for a list without words."""
    if empty := [name for name, one in words.items() if not one.en and not one.zh]:
        raise DataError(f"{WORDS}：列表 {empty} 没有词；请补上或删去")
    return {
        f"{name}.{language}": lexis.expanded(forms)
        for name, one in words.items()
        for language, forms in (("en", one.en), ("zh", one.zh))
        if forms
    }


def cited(forms: Iterable[str]) -> Iterator[str]:
    """Forms, with those of a list in place of ``{former.zh}``; raises DataError for a list that does not exist."""
    for form in forms:
        if hit := _CITED.fullmatch(form):
            if hit[1] not in lists():
                raise DataError(f"{WORDS}：没有列表 {form}；请改正引用它的文件，或先补上它")
            yield from lists()[hit[1]]
        else:
            yield from lexis.expand(form)


def _numbers() -> Lists:
    table = lexis.numbers()
    before = [form for words in table.bounds.values() for form in words.before]
    return {
        "numbers.cardinals": tuple(word for word in table.words if word not in _ARTICLES),
        "numbers.ones": tuple(
            w for w, value in table.words.items() if value < 10 and w.isalpha() and w not in (*_ARTICLES, "single", "couple")
        ),
        "numbers.scales": tuple(table.scales),
        "numbers.long_scales": tuple(scale for scale in table.scales if len(scale) > _LONG),
        "numbers.fractions": tuple(table.fractions),
        "numbers.parts": tuple(table.parts),
        "numbers.multiples": tuple(form for many in table.multiples for form in lexis.expanded(many.forms)),
        "numbers.vague": table.vague,
        "numbers.bounds": tuple(form for form in before if _latin(form)),
        "numbers.bounds_zh": tuple(form for form in before if not _latin(form)),
        "numbers.bounds_after": tuple(form for words in table.bounds.values() for form in words.after),
    }


def _latin(form: str) -> bool:
    return form[0].isascii() and form[0].isalpha()


def _units() -> Lists:
    table = lexis.units()
    return {
        "units.exact": tuple(form for unit in table.after for form in unit.exact),
        "units.forms": tuple(form for unit in table.after for form in lexis.expanded(unit.forms)),
        "units.counted_zh": tuple(lexis.counted_zh()),
        "units.per": tuple(form for per in table.per for form in per.after),
        "units.per_zh": tuple(form for per in table.per for form in per.before),
        "units.per_between": tuple(table.per_between.split()),
        "units.per_adjective": tuple(table.per_adjective),
        "units.rates_named": tuple(form for named in table.rates_before for form in named.forms),
        "units.rates_again": table.rates_again,
        "units.free_of": tuple(form.replace("_", " ") for form in table.free_of.split()),
    }
