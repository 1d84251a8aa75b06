"""The data of this package: fields, options, roles, sources, columns, rules; validated when first used.

A field, an option, a role or a column is one entry in ``data/``; nothing else registers it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.labels import label
from analysis.model import Text
from pipelines import vocabulary
from pipelines.text import Lexicon
from pipelines.vocabulary import DataError, check_named, load_merged, load_yaml, unique

DATA = Path(__file__).parent / "data"
PARTS = {"industry": "行业特征", "company": "企业特征", "professional": "关键人职业属性", "personal": "关键人个人属性"}
BUILT_IN = ("industry", "duration", "role")
_NOISE = re.compile(r"[\s\W_]+")


@dataclass(frozen=True)
class FieldSpec:
    """An item of the client information table (see ``fields.yaml``)."""

    part: str
    label: str
    en: str
    weight: int
    ease: int
    options: str
    ask: Mapping[str, str]
    single: bool = False
    names: tuple[str, ...] = ()
    feeds: str = ""

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return Text(self.label, self.en)

    @property
    def of_person(self) -> bool:
        """Whether it is told of a key person, not of the company."""
        return self.part in ("professional", "personal")


@dataclass(frozen=True)
class Option:
    """A value of a set of options; ``factor`` is the need that answers an objection."""

    names: tuple[str, ...]
    zh: str = ""
    en: str = ""
    factor: str = ""


@dataclass(frozen=True)
class RoleSpec:
    """A role of the buying committee."""

    zh: str
    en: str
    note: str
    names: tuple[str, ...]
    gloss: tuple[str, ...]


@dataclass(frozen=True)
class SourceSpec:
    """Who tells: how far to trust it and whom to ask."""

    zh: str
    en: str
    trust: float
    names: tuple[str, ...]
    whom: str


@dataclass(frozen=True)
class ColumnSpec:
    """A column of a table or key of a file."""

    names: tuple[str, ...]
    carry: bool = False
    ignored: bool = False


@dataclass(frozen=True)
class Rules:
    """See ``rules.yaml``."""

    full: int
    common: float
    differing: float
    hearsay: float
    near: float
    shown: int
    stage: float
    denied: tuple[str, ...]
    months: Mapping[str, float]
    employees: Mapping[str, int]


@cache
def fields() -> Mapping[str, FieldSpec]:
    """Fields by id in the order of the table; raises DataError where one names a part, source or set of options that is none."""
    path = DATA / "fields.yaml"
    held = load_yaml(path, dict[str, FieldSpec])
    check_named((f.part for f in held.values()), PARTS, path)
    check_named((f.options for f in held.values()), (*options(), *BUILT_IN), path)
    check_named((source for f in held.values() for source in f.ask), sources(), path)
    if mute := [k for k, f in held.items() if not f.ask]:
        raise DataError(f"{path}：{mute} 没有提问方式；请写上 ask")
    return held


@cache
def options() -> Mapping[str, Mapping[str, Option]]:
    """Options by set, then by code; raises DataError where two files claim a set."""
    return load_merged(DATA, "options-*.yaml", dict[str, dict[str, Option]])


@cache
def roles() -> Mapping[str, RoleSpec]:
    """The roles EB, TB, UB, Coach."""
    return load_yaml(DATA / "roles.yaml", dict[str, RoleSpec])


@cache
def sources() -> Mapping[str, SourceSpec]:
    """The sources in the order in which to ask them."""
    return load_yaml(DATA / "sources.yaml", dict[str, SourceSpec])


@cache
def columns() -> Mapping[str, ColumnSpec]:
    """The columns by id."""
    return load_yaml(DATA / "columns.yaml", dict[str, ColumnSpec])


@cache
def rules() -> Rules:
    """The thresholds."""
    return load_yaml(DATA / "rules.yaml", Rules)


def plain(text: str) -> str:
    """A name without width, case, spaces and punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _named(path: str, entries: Iterable[tuple[str, Iterable[str]]]) -> Mapping[str, str]:
    return unique(((plain(name), key) for key, names in entries for name in names), str(DATA / path))


@cache
def column_names() -> Mapping[str, str]:
    """Plain name → column."""
    return _named("columns.yaml", ((k, (k, *c.names)) for k, c in columns().items()))


@cache
def field_names() -> Mapping[str, str]:
    """Plain name → field."""
    return _named("fields.yaml", ((k, (k, f.label, f.en, *f.names)) for k, f in fields().items()))


@cache
def question_names() -> Mapping[str, str]:
    """Plain question → field."""
    return {plain(q): k for k, f in fields().items() for q in f.ask.values()}


@cache
def source_names() -> Mapping[str, str]:
    """Plain name → source."""
    return _named("sources.yaml", ((k, (k, s.zh, s.en, *s.names)) for k, s in sources().items()))


@cache
def role_names() -> Mapping[str, str]:
    """Plain name → role; the document's glosses too."""
    return _named("roles.yaml", ((k, (k, r.en, *r.names, *r.gloss)) for k, r in roles().items()))


@cache
def glosses() -> frozenset[str]:
    """The document's glosses, plain."""
    return frozenset(plain(g) for r in roles().values() for g in r.gloss)


@cache
def lexicon(name: str) -> Lexicon[str]:
    """Finds the options of a set in an answer."""
    forms = {form: code for code, option in options()[name].items() for form in (*option.names, *_own(name, code, option))}
    return Lexicon(forms.items())


def _own(name: str, code: str, option: Option) -> tuple[str, ...]:
    shown = option_text(name, code)
    return tuple(part for part in (shown.zh, option.en or shown.en) if part and "/" not in part)


@cache
def option_text(name: str, code: str) -> Text:
    """A value as readers see it; codes of the contract by the contract's names."""
    if name == "role":
        return Text(f"{code} {roles()[code].zh}" if code in roles() else code, f"{code} {roles()[code].en}" if code in roles() else code)
    if name == "industry":
        return label("industry", code)
    held = options().get(name, {}).get(code)
    if held is not None and held.zh:
        return Text(held.zh, held.en)
    dimension = {"size": "company_size"}.get(name, name)
    return label(dimension, code)


def known_codes(name: str) -> frozenset[str]:
    """The codes that a set of options has; empty for durations."""
    if name == "role":
        return frozenset(roles())
    if name == "industry":
        return vocabulary.known_codes("industry")
    return frozenset(options().get(name, {}))
