"""The reader's vocabulary: headings, labels, chrome and vendors' layouts, loaded once from ``pipelines/vocab``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from pipelines.case import Part
from pipelines.reader.piece import key, squeeze
from pipelines.vocabulary import VOCAB, load_yaml, unique

_NUMBERING = re.compile(
    r"^(?:(?:第?[一二三四五六七八九十]{1,3}(?:[章节部分步]{1,2}|[、.．:：])|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}(?:\.\d{1,2}){0,3}[.、)）:：]?(?=\D)|step \d+[:.]?)\s*)+",
    re.I,
)
_SUBTITLE = re.compile(r"\s{0,4}[|｜:：]\s{0,4}|\s{1,4}[–—]\s{1,4}|——")
_LONGEST = 120  # characters of a heading at most
_CHROME = 60  # characters of a line of chrome at most, but for boilerplate that is known by its opening
_OPENING = 60  # characters at most of a heading that is known by its opening words
_BRACES = re.compile(r"^[『「【\[(（]\s*(.+?)\s*[』」】\])）]$")


@dataclass(frozen=True)
class Section:
    """Headings of one part of the story: whole names, and words that decide where no name does."""

    names: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Noise:
    """What is not the story: see ``vocab/noise.yaml``."""

    languages: tuple[str, ...]
    lines: tuple[str, ...]
    openings: tuple[str, ...]
    endings: tuple[str, ...]
    asides: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """A vendor's page layout: what its titles end with, how its breadcrumbs begin, after what nothing is the story."""

    vendor: str
    title_ends: tuple[str, ...]
    brands: tuple[str, ...]
    title_tail: str = ""
    breadcrumbs: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    crumb_facts: bool = False  # the second and third step of a breadcrumb are industry and place


@dataclass(frozen=True)
class Shapes:
    """Words that tell a line by its shape: see ``vocab/shapes.yaml``."""

    months: tuple[str, ...]
    tile_before: tuple[str, ...]
    tile_units: tuple[str, ...]
    tile_after: tuple[str, ...]
    tile_words: tuple[str, ...]
    jobs: tuple[str, ...]
    jobs_zh: tuple[str, ...]
    service_verbs: tuple[str, ...]
    teaching_verbs: tuple[str, ...]
    service_kinds: tuple[str, ...]
    collection_titles: tuple[str, ...]
    story_columns: tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """Whole names and openings (``about *``) that stand for something, by folded form."""

    exact: Mapping[str, str]
    openings: tuple[tuple[str, str], ...]
    middles: tuple[tuple[str, str], ...] = field(default=())

    def find(self, folded: str) -> str | None:
        """What the folded text stands for, or None. Exact names win over openings, longer openings over shorter."""
        if hit := self.exact.get(folded):
            return hit
        rest = ((v, folded[len(k) :]) for k, v in self.openings if folded.startswith(k))
        if hit := next((v for v, words in rest if words and not words[0].isdigit() and len(folded) <= _OPENING), None):
            return hit
        return next((a for a, b in self.middles if folded.startswith(a) and folded.endswith(b)), None)


def names(pairs: Iterable[tuple[str, str]], source: str) -> Names:
    """Names of (form, meaning) pairs; a form ends or parts with ``*`` for any words. Raises DataError for a form claimed twice."""
    folded = unique(((squeeze(form).casefold(), meaning) for form, meaning in pairs), source)
    exact = {key(f): m for f, m in folded.items() if "*" not in f}
    openings = sorted(((f[:-1], m) for f, m in folded.items() if f.endswith("*")), key=lambda p: -len(p[0]))
    middles = [(f.split("*")[0], f.split("*")[1]) for f in folded if "*" in f and not f.endswith("*")]
    return Names(exact, tuple(openings), tuple(middles))


@cache
def _sections() -> tuple[Names, tuple[tuple[re.Pattern[str], Part], ...]]:
    sections = load_yaml(VOCAB / "headings.yaml", dict[Part, Section])
    whole = names(((n, part.value) for part, s in sections.items() for n in s.names), "vocab/headings.yaml")
    words = tuple((_any_word(s.words), part) for part, s in sections.items() if s.words)
    return whole, words


def _any_word(words: Iterable[str]) -> re.Pattern[str]:
    forms = (rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in words)
    return re.compile("|".join(forms), re.I)


@lru_cache(maxsize=4096)
def heading_part(text: str) -> tuple[Part | None, bool]:
    """The part that a heading opens and whether its whole name says so; (None, False) where nothing tells."""
    whole, words = _sections()
    if len(text) > _LONGEST:
        return None, False
    bare = bare_heading(text)
    for form in (bare, _SUBTITLE.split(bare, maxsplit=1)[0]):
        if part := whole.find(key(form)):
            return Part(part), True
    return next((part for pattern, part in words if pattern.search(bare)), None), False


def bare_heading(text: str) -> str:
    """A heading without numbering and brackets around it."""
    bare = _NUMBERING.sub("", squeeze(text), count=1) or text
    inside = _BRACES.match(bare)
    return inside.group(1) if inside else bare


@cache
def noise() -> Noise:
    """The chrome vocabulary, loaded once."""
    return load_yaml(VOCAB / "noise.yaml", Noise)


@cache
def _noise_sets() -> tuple[frozenset[str], Names, tuple[str, ...], Names, frozenset[str]]:
    data = noise()
    endings = names(((e, "ending") for e in data.endings), "vocab/noise.yaml endings")
    return (
        frozenset(key(x) for x in data.languages),
        names(((x, "line") for x in data.lines), "vocab/noise.yaml lines"),
        tuple(squeeze(x).casefold() for x in data.openings),
        endings,
        frozenset(key(x) for x in data.asides),
    )


def is_language_name(folded: str) -> bool:
    """Whether a folded line is an entry of a language menu."""
    return folded.rstrip(" |") in _noise_sets()[0]


def is_chrome(text: str, folded: str) -> bool:
    """Whether a line is page chrome as a whole or opens like boilerplate."""
    languages, lines, openings, _, _ = _noise_sets()
    if len(folded) <= _CHROME and (lines.find(folded) or folded.rstrip(" |") in languages):
        return True
    return text.casefold().startswith(openings)


def is_ending(folded: str) -> bool:
    """Whether nothing after a heading of this folded text is the story."""
    return len(folded) < 80 and _noise_sets()[3].find(folded) is not None


def is_aside(folded: str) -> bool:
    """Whether a section of this folded heading is beside the story (teams, resources, source code)."""
    return folded in _noise_sets()[4]


@cache
def labels() -> Names:
    """Labels by folded form to their canonical name."""
    data = load_yaml(VOCAB / "labels.yaml", dict[str, tuple[str, ...]])
    return names(((form, name) for name, forms in data.items() for form in forms), "vocab/labels.yaml")


@cache
def layouts() -> Mapping[str, Layout]:
    """The vendors' page layouts by vendor."""
    found = (load_yaml(path, Layout) for path in sorted((VOCAB / "layouts").glob("*.yaml")))
    return {layout.vendor: layout for layout in found}


@cache
def shapes() -> Shapes:
    """The words of lines' shapes, loaded once."""
    return load_yaml(VOCAB / "shapes.yaml", Shapes)


def one_of(words: Iterable[str]) -> str:
    """A pattern for any of some patterns."""
    return f"(?:{'|'.join(words)})"


@cache
def brands() -> tuple[str, ...]:
    """The brand words that open the names of vendors' services, longest first."""
    return tuple(sorted({b for layout in layouts().values() for b in layout.brands}, key=lambda b: (-len(b), b)))
