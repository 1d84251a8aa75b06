"""The two templates of document 2 as data: fields, how lines nest, and the lines that are written.

``data/fields.yaml`` names every blank once, with all labels it goes by; ``data/layout.yaml`` says how labels nest;
``data/template-*.yaml`` are the templates line by line. The reader and the writer both follow these.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.vocabulary import DataError, load_yaml, unique

DATA = Path(__file__).parent / "data"
TEMPLATES = ("short", "long")
TOKEN = re.compile(r"\{([a-z.]+)(?:\|([^{}]*))?\}")
_NOISE = re.compile(r"[\s\W_的]+")


_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord("￥"): ord("¥"), 0x3000: 0x20}
_THOUSANDS = re.compile("(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
_NARROW = {code: to for code, to in _WIDE.items() if chr(code) not in "，；：（）！？"}


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones, each at its place; Chinese punctuation stays, but for the comma within a
    number that is all full-width (２，０００，０００)."""
    return _THOUSANDS.sub(",", text).translate(_NARROW)


@dataclass(frozen=True)
class FieldSpec:
    """A blank of the templates. ``per`` and ``unit`` are what a bare figure there means; ``weight`` what an answer is worth; ``span`` the
    pattern of all that belongs to it, where the next blank may follow without a mark between them (3个月内首屏<2秒); ``alone`` are words
    of ``lead`` that answer by themselves."""

    section: str
    label: str
    en: str
    weight: int
    ask: str
    names: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    cue: tuple[str, ...] = ()
    per: str = ""
    unit: str = ""
    span: str = ""
    alone: tuple[str, ...] = ()

    def labels(self) -> tuple[str, ...]:
        """Every label that opens this field."""
        return (self.label, self.en, *self.names)

    def leads(self) -> tuple[str, ...]:
        """Words that may stand before the value, the longest first."""
        return tuple(sorted({*self.lead, *self.labels()}, key=len, reverse=True))


@dataclass(frozen=True)
class Group:
    """A label with further fields on its line (``parts``) or on the lines below it (``under``)."""

    field: str
    names: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    labels: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Section:
    """One of the six bracketed parts; ``field`` takes what stands right behind its heading, but clauses of its lines without a label that
    speak of one of the fields ``free`` go there."""

    title: str
    long: str
    names: tuple[str, ...]
    field: str
    groups: tuple[Group, ...]
    free: tuple[str, ...] = ()

    def loose(self) -> Group | None:
        """The group of its lines without a label."""
        return Group(self.field, parts=(*self.free, self.field)) if self.free else None


@dataclass(frozen=True)
class Lines:
    """A template, line by line."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where a label leads: a section's field, and the group it opens if any."""

    section: str
    field: str
    group: Group | None = None


@cache
def fields() -> Mapping[str, FieldSpec]:
    """Every field by id, in the order of the forms."""
    return load_yaml(DATA / "fields.yaml", dict[str, FieldSpec])


@cache
def sections() -> Mapping[str, Section]:
    """The six sections by id; raises DataError where one names a field that does not exist."""
    held = load_yaml(DATA / "layout.yaml", dict[str, Section])
    for key, section in held.items():
        for group in section.groups:
            named = {section.field, *section.free, group.field, *group.parts, *group.under, *(group.labels or {}).values()}
            if strange := {n for n in named if n not in fields() or fields()[n].section != key}:
                raise DataError(f"{DATA / 'layout.yaml'}: {key}: no such fields {sorted(strange)}")
    return held


@cache
def template(name: str) -> tuple[str, ...]:
    """The lines of ``short`` or ``long``; raises DataError where a blank names no field."""
    path = DATA / f"template-{name}.yaml"
    lines = load_yaml(path, Lines).lines
    if strange := {hit[1] for line in lines for hit in TOKEN.finditer(line)} - set(fields()):
        raise DataError(f"{path}: no such fields {sorted(strange)}")
    return lines


@cache
def blanks(name: str) -> tuple[str, ...]:
    """The fields that a template asks for, in its order."""
    found = (hit[1] for line in template(name) for hit in TOKEN.finditer(line) if hit[2] is not None)
    return tuple(dict.fromkeys(found))


@cache
def hints() -> frozenset[str]:
    """The example texts of all blanks: a blank that still holds one was not filled in."""
    return frozenset(plain(hit[2]) for name in TEMPLATES for line in template(name) for hit in TOKEN.finditer(line) if hit[2])


def plain(text: str) -> str:
    """A label or hint without width, case, spaces and punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


@cache
def section_names() -> Mapping[str, str]:
    """Plain name of every section heading → section id; raises DataError where two sections claim a name."""
    pairs = ((plain(n), key) for key, s in sections().items() for n in (s.title, s.long, *s.names))
    return unique(pairs, str(DATA / "layout.yaml"))


@cache
def places(section: str) -> Mapping[str, Place]:
    """Plain label → place within a section; a group comes before the field of the same name."""
    found: dict[str, Place] = {}
    for group in sections()[section].groups:
        for name in group.names or fields()[group.field].labels():
            found.setdefault(plain(name), Place(section, group.field, group))
        for label, field in (group.labels or {}).items():
            found.setdefault(plain(label), Place(section, field))
    own = {key: spec for key, spec in fields().items() if spec.section == section}
    pairs = unique(((plain(name), key) for key, spec in own.items() for name in spec.labels()), str(DATA / "fields.yaml"))
    for name, key in pairs.items():
        found.setdefault(name, Place(section, key))
    return found


@cache
def field_of_label() -> Mapping[str, Place | None]:
    """Plain label → place over all sections; None where several sections know the label."""
    found: dict[str, Place | None] = {}
    for section in sections():
        for name, place in places(section).items():
            found[name] = None if name in found else place
    return found
