"""Words as concepts: one id for all words that mean the same in Chinese and English, so that a question finds an answer in either.

Dictionary first (``data/terms.yaml``, then the catalogue's products and categories), jieba for the Chinese in between,
a light stem for the English. General words are weak; words of questions are nothing.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from analysis.research.registry import DATA
from pipelines.catalog import catalogue
from pipelines.text import Lexicon
from pipelines.vocabulary import load_yaml, unique

with warnings.catch_warnings():
    # It reads its files by pkg_resources, of which setuptools 80.9 and 81 warn; of its patterns Python 3.12 does when it compiles them.
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated", category=UserWarning)
    warnings.filterwarnings("ignore", category=SyntaxWarning)
    import jieba

_RUN = re.compile(r"[\u3400-\u9fff]+|[A-Za-z][A-Za-z0-9]*(?:[.+#'’_-][A-Za-z0-9]+)*|\d+(?:\.\d+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_KEEP = frozenset("ss us is".split())
_MIN_STEM = 3
_ENDINGS = tuple(e.split(">") for e in "ies>y sses>ss shes>sh ches>ch xes>x ing> ed> es>e s>".split(" "))
_PARTS = re.compile(r"多少|多久|多大|多长|哪[些个种]|什么|怎么|如何|是否|能否|有没有|能不能|可不可以")
_ASKING = re.compile(r"[几多]\S|[这那哪][里儿些样种个]")

jieba.setLogLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Term:
    """A concept at a span; ``weak`` where the word is general, ``known`` where a dictionary has it.

    ``parts`` are the concepts inside a compound (access token holds token): a text that has the compound speaks of them too.
    """

    concept: str
    start: int
    end: int
    weak: bool = False
    known: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words:
    """``words.yaml``."""

    stop: tuple[str, ...]
    weak: tuple[str, ...]
    asking: tuple[str, ...]
    verbs: tuple[str, ...]


@cache
def words() -> Words:
    """The words of questions, the general words, and the headings under which customers speak."""
    return load_yaml(DATA / "words.yaml", Words)


@cache
def dictionary() -> Mapping[str, tuple[str, ...]]:
    """Concepts with their forms; raises DataError where two concepts claim one form."""
    path = DATA / "terms.yaml"
    held = load_yaml(path, dict[str, tuple[str, ...]])
    unique([(form.casefold(), name) for name, forms in held.items() for form in forms], str(path))
    return held


@cache
def _stop() -> frozenset[str]:
    return frozenset(w.casefold() for w in words().stop)


@cache
def _weak() -> frozenset[str]:
    return frozenset(w if _HAN.search(w) else stem(w) for w in words().weak)


@cache
def _stems() -> Mapping[str, str]:
    """English single words of the dictionary by their stems, for the forms a dictionary does not list; the first concept has it."""
    found: dict[str, str] = {}
    for name, forms in dictionary().items():
        for form in forms:
            if form.isascii() and form.isalpha():
                found.setdefault(stem(form), name)
    return found


@cache
def _lexicon() -> Lexicon[str]:
    forms = {form.casefold(): name for name, forms in _catalogued() for form in forms}
    forms |= {
        plural: name for name, held in dictionary().items() for form in held if " " in form and (plural := _plural(form)) not in forms
    }
    forms |= {form.casefold(): name for name, forms in dictionary().items() for form in forms}
    return Lexicon(forms.items())


def _plural(form: str) -> str:
    """An English form of several words with its plural: operation logs."""
    low = form.casefold()
    return low if low.endswith("s") or not low.isascii() else f"{low[:-1]}ies" if low[-1] == "y" and low[-2] not in "aeiou" else f"{low}s"


def _catalogued() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The catalogue's categories and products: their full names in both languages are one concept."""
    for category in catalogue().categories.values():
        yield f"category:{category.name}", (category.name, category.en, *category.aliases)
    for product in catalogue().products:
        if not (product.generic or product.platform or product.exact):
            yield f"product:{product.name}", tuple(n for n in product.full() if _HAN.search(n) or " " in n)


def folded(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones, each at its place."""
    return text.translate(_WIDE)


def terms(text: str) -> list[Term]:
    """The concepts of a text by place, without words that mean nothing by themselves; spans do not overlap."""
    plain, at = folded(text), 0
    out: list[Term] = []
    for hit in _lexicon().find(plain):
        out += _between(plain, at, hit.start)
        weak = hit.form in _weak() or stem(hit.form) in _weak()
        out.append(Term(hit.entry, hit.start, hit.end, weak, known=True, parts=parts_of(hit.form, hit.entry)))
        at = hit.end
    return [*out, *_between(plain, at, len(plain))]


@lru_cache(maxsize=4096)
def concepts(text: str) -> frozenset[str]:
    """The concepts of a text as a set, those inside compounds too."""
    return frozenset(c for t in terms(text) for c in (t.concept, *t.parts))


@lru_cache(maxsize=8192)
def parts_of(form: str, concept: str) -> tuple[str, ...]:
    """The other concepts of the dictionary whose forms stand inside a form, by name."""
    inside = {name for other, name in _forms() if name != concept and len(other) < len(form) and _stands_in(other, form)}
    return tuple(sorted(inside))


@cache
def _forms() -> tuple[tuple[str, str], ...]:
    return tuple((form.casefold(), name) for name, forms in dictionary().items() for form in forms)


def _stands_in(form: str, text: str) -> bool:
    if not form.isascii():
        return form in text
    return f" {form} " in f" {text} "


def _between(text: str, start: int, end: int) -> Iterator[Term]:
    for run in _RUN.finditer(text, start, end):
        if _HAN.match(run.group()):
            yield from _chinese(run.group(), run.start())
        elif word := _word(run.group()):
            yield Term(_stems().get(word, word), run.start(), run.end(), word in _weak(), word in _stems())


def _chinese(run: str, offset: int) -> Iterator[Term]:
    """Words of the dictionary; single characters that no word holds are taken together (输错), asking words left out (几次)."""
    alone: list[tuple[int, int]] = []
    for word, start, end in _tokens(run):
        stop = word in _stop() or _ASKING.fullmatch(word)
        if alone and (stop or len(word) > 1):
            yield from _joined(run, alone, offset)
            alone = []
        if len(word) == 1 and not stop:
            alone.append((start, end))
        elif not stop:
            yield Term(word, offset + start, offset + end, word in _weak())
    yield from _joined(run, alone, offset)


def _tokens(run: str) -> Iterator[tuple[str, int, int]]:
    """jieba's words with their places; a word of asking parts a run (加多少 is two words)."""
    at = 0
    for ask in _PARTS.finditer(run):
        yield from ((w, at + a, at + b) for w, a, b in jieba.tokenize(run[at : ask.start()], HMM=False))
        at = ask.end()
    yield from ((w, at + a, at + b) for w, a, b in jieba.tokenize(run[at:], HMM=False))


@cache
def everyday() -> frozenset[str]:
    """The stems of everyday English verbs and adverbs."""
    return frozenset(stem(w) for w in words().verbs)


def _joined(run: str, alone: list[tuple[int, int]], offset: int) -> Iterator[Term]:
    if alone:
        start, end = alone[0][0], alone[-1][1]
        yield Term(run[start:end], offset + start, offset + end, len(alone) == 1 or run[start:end] in _weak())


def _word(word: str) -> str:
    """The stem of an English word; empty for a stop word or a single letter."""
    low = word.casefold().replace("’", "'").removesuffix("'s")
    return "" if low in _stop() or (len(low) == 1 and low.isalpha()) else stem(low)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A light stem: plural, -ed and -ing go; what would get too short stays."""
    low = word.casefold()
    if not low.isascii() or low[-2:] in _KEEP or len(low) <= _MIN_STEM:
        return low
    for ending, put in _ENDINGS:
        if low.endswith(ending) and len(low) - len(ending) + len(put) >= _MIN_STEM and any(v in low[: -len(ending)] for v in "aeiouy"):
            return _undouble(low[: -len(ending)] + put)
    return _undouble(low)


def _undouble(word: str) -> str:
    """running → run, and refresh(e)s alike: a doubled last consonant once, no final e."""
    if len(word) > _MIN_STEM and word[-1] == word[-2] and word[-1] not in "aeiousl":
        return word[:-1]
    return word[:-1] if len(word) > _MIN_STEM and word.endswith("e") else word
