"""The vocabulary of escalation: concepts of zh and en word forms from ``data/terms-*.yaml``, found in sloppy typing.

Forms: a space matches any or no space or hyphen, ``*`` any letters behind, ``#`` a number, ``…`` up to eight characters or four
words between. Latin forms match whole words, with or without a plural.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz.distance import OSA

from pipelines.text import Span
from pipelines.vocabulary import DataError, load_merged, load_yaml

DATA = Path(__file__).parent / "data"
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[a-z]{6,}")
_SHORTEST_TYPO = 6  # shorter words are too near to each other
_GAP = r"(?:[^。？！?!；;，,、\s]{0,8}|(?:\s+[^\s。？！?!；;,]+){0,4}?\s+)"
_LATIN_EDGE = re.compile(r"[a-z0-9]")


@dataclass(frozen=True)
class Concept:
    """Words that mean one thing. ``of``: concepts it includes; ``nameable``: names a thing of the screen when it stands before one."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    nameable: bool = False


@dataclass(frozen=True)
class Notation:
    """``notation.yaml``: pairs of traditional and simplified characters, words that are spelled right."""

    traditional: str
    no_typos: tuple[str, ...]


@dataclass(frozen=True)
class Masks:
    """``masks.yaml``: words that hold a sensitive one and do not mean it."""

    zh: tuple[str, ...]
    en: tuple[str, ...]


@cache
def concepts() -> Mapping[str, Concept]:
    """All concepts by name; raises DataError for a name or a form given twice and for an inclusion that does not exist."""
    held = load_merged(DATA, "terms-*.yaml", dict[str, Concept])
    for name, one in held.items():
        _check(name, one, held)
    return held


def _check(name: str, one: Concept, held: Mapping[str, Concept]) -> None:
    forms = [*one.zh, *one.en]
    if twice := sorted({f for f in forms if forms.count(f) > 1}):
        raise DataError(f"{DATA}: concept '{name}' lists {twice} twice; keep each form once")
    if strange := [o for o in one.of if o not in held]:
        raise DataError(f"{DATA}: concept '{name}' includes {strange}, which do not exist")
    if not forms and not one.of:
        raise DataError(f"{DATA}: concept '{name}' has no forms")


def forms_of(name: str) -> tuple[str, ...]:
    """The forms of a concept and of those it includes."""
    one = concepts()[name]
    return (*one.zh, *one.en, *(f for part in one.of for f in forms_of(part)))


@cache
def pattern_of(name: str) -> re.Pattern[str]:
    """The compiled forms of a concept."""
    return compile_forms(forms_of(name))


@cache
def mask_pattern() -> re.Pattern[str]:
    """The compiled masks."""
    held = load_yaml(DATA / "masks.yaml", Masks)
    return compile_forms((*held.zh, *held.en))


def compile_forms(forms: Iterable[str]) -> re.Pattern[str]:
    """One pattern of many forms, the longest first."""
    return re.compile("|".join(_form(f) for f in sorted(set(forms), key=lambda f: (-len(f), f))))


def _form(form: str) -> str:
    """A form as a regular expression on a reading."""
    parts = [_piece(c, form[i + 1 : i + 2]) for i, c in enumerate(form.lower())]
    plural = r"(?:e?s)?" if form[-1:].isascii() and form[-1:].isalpha() and len(form) > 2 else ""
    before = r"(?<![a-z0-9])" if _LATIN_EDGE.match(form.lower()) else r"(?<!\d)" if form.startswith("№") else ""
    after = r"(?![a-z0-9])" if form[-1:].isascii() and form[-1:] not in "*%№" else ""
    return f"{before}{''.join(parts)}{plural}{after}"


def _piece(char: str, following: str) -> str:
    if char == "…":
        return _GAP
    if char == "№":
        return r"[\d一二三四五六七八九十两]+(?:[.,]\d+)?"
    if char == "*":
        return r"[a-z]*"
    if char == " ":
        return r"[\s\-_]*"
    return re.escape(char) + (r"\s*" if _HAN.match(char) and _HAN.match(following or "") else "")


@cache
def _notation() -> tuple[dict[int, str], frozenset[str]]:
    held = load_yaml(DATA / "notation.yaml", Notation)
    if len(held.traditional) % 2:
        raise DataError(f"{DATA / 'notation.yaml'}: 'traditional' must hold pairs; one character has no partner")
    pairs = zip(held.traditional[::2], held.traditional[1::2], strict=True)
    return {ord(a): b for a, b in pairs}, frozenset(held.no_typos)


def read(question: str) -> str:
    """A question as the rules read it: half width, lower case, simplified, misspelt sensitive words set right."""
    simplified, _ = _notation()
    text = "".join(_narrow(c) for c in question).lower().translate(simplified).replace("’", "'")
    return _WORD.sub(lambda m: _spelled(m.group()), text)


def _narrow(char: str) -> str:
    code = ord(char)
    if 0xFF01 <= code <= 0xFF5E and char not in "，！？；：（）":
        return chr(code - 0xFEE0)
    return " " if char == "\u3000" else char


def _spelled(word: str) -> str:
    """The sensitive word that a misspelt one stands for, or the word itself."""
    known, right = _sensitive(), _notation()[1]
    if {word, f"{word}s", word.rstrip("s")} & (known | right):
        return word
    near = [w for w in known if w[0] == word[0] and abs(len(w) - len(word)) < 2 and OSA.distance(w, word, score_cutoff=1) == 1]
    return min(near, key=lambda w: (abs(len(w) - len(word)), w)) if near else word


@cache
def _sensitive() -> frozenset[str]:
    """Single Latin words of the topics that are long enough to be set right."""
    words = (f.lower().rstrip("*") for one in concepts().values() for f in one.en)
    return frozenset(w for w in words if len(w) >= _SHORTEST_TYPO and w.isalpha() and w.isascii())


def found(name: str, text: str) -> Iterator[Span]:
    """Spans of a concept in a reading; a nameable word that names a thing of the screen is left out."""
    thing = _named_thing()
    for hit in pattern_of(name).finditer(text):
        if not (concepts()[name].nameable and thing.match(text, hit.end())):
            yield hit.span()


@cache
def _named_thing() -> re.Pattern[str]:
    """What follows a word that is the name of a thing: the thing, after at most four Han characters or one word."""
    thing = pattern_of("object").pattern
    return re.compile(rf"(?:[^\W\d_a-z了吗呢么被在到给是有会能说写]{{0,4}}?|\s*+[a-z]++\s++|\s++)(?:{thing})")
