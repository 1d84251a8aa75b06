"""The expressions of the grammar by name, made of lists of words: ``pattern("only_from")``.

``vocab/benefit_patterns*.yaml`` hold the expressions. ``{name}`` in one stands for a list of ``benefit_words.yaml`` as an
alternation, ``{name.en}`` or ``{name.zh}`` for one of its languages, and for a part, a piece that several expressions share.

Expressions that end in ``$`` are searched in a short window that ends where the figure starts; none has nested
unbounded repeats, and every window is bounded, so the work is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from pipelines.quantities.listed import Lists, lists
from pipelines.vocabulary import VOCAB, DataError, load_yaml, unique

FILES = VOCAB / "benefit_patterns*.yaml"
_NAME = re.compile(r"\{([a-z][a-z_]*(?:\.[a-z_]+)?)\}")
_LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Expression:
    """What is looked for (alternatives, where it is a list) and texts that it is found in; ``cased`` tells A from a."""

    like: tuple[str, ...]
    find: str | tuple[str, ...]
    cased: bool = False


@dataclass(frozen=True)
class Expressions:
    """The expressions and their parts; a part may hold parts that stand above it."""

    patterns: Mapping[str, Expression]
    parts: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The expression of a name, compiled once; raises KeyError for one that does not exist, DataError for files that do not fit."""
    return patterns()[name]


@cache
def patterns() -> Mapping[str, re.Pattern[str]]:
    """All expressions, compiled."""
    return compiled(expressions(), lists())


@cache
def expressions() -> Expressions:
    """All expressions as they are written; raises DataError for a name that two files hold."""
    files = {path: load_yaml(path, Expressions) for path in sorted(FILES.parent.glob(FILES.name))}
    unique(((name, path.name) for path, held in files.items() for name in (*held.patterns, *held.parts)), str(FILES))
    return Expressions(
        {name: one for held in files.values() for name, one in held.patterns.items()},
        {name: one for held in files.values() for name, one in held.parts.items()},
    )


def compiled(held: Expressions, lists: Lists) -> dict[str, re.Pattern[str]]:
    """The expressions by name.

    Raises DataError for a list or part that is unknown or unused, a part named as a list is, and an expression that is broken.
    """
    pieces = _Pieces(lists)
    for name, text in held.parts.items():
        pieces.add(name, text)
    made = {name: _compile(name, pieces.filled(name, one.find), one.cased) for name, one in held.patterns.items()}
    if unused := sorted({*lists, *held.parts} - pieces.used):
        raise DataError(f"{FILES}：没有表达式用到 {unused}；请删去，或在表达式里引用")
    return made


class _Pieces:
    """What the names in braces stand for, and which of them were used."""

    def __init__(self, lists: Lists) -> None:
        both: dict[str, list[str]] = {}
        for name, forms in lists.items():
            base, _, language = name.partition(".")
            if language in _LANGUAGES:
                both.setdefault(base, []).extend(forms)
        self._pieces = {name: either(forms) for name, forms in (*lists.items(), *both.items())}
        self.used: set[str] = set()

    def add(self, name: str, text: str | tuple[str, ...]) -> None:
        """Adds a part; raises DataError where a list bears its name."""
        if name in self._pieces:
            raise DataError(f"{FILES}：片段“{name}”与一个列表同名；请改一个名字")
        self._pieces[name] = f"(?:{self.filled(name, text)})"

    def filled(self, place: str, text: str | tuple[str, ...]) -> str:
        """An expression with its names replaced; raises DataError for a name that does not exist."""
        return _NAME.sub(lambda hit: self._piece(place, hit[1]), text if isinstance(text, str) else "|".join(text))

    def _piece(self, place: str, name: str) -> str:
        if name not in self._pieces:
            raise DataError(f"{FILES}：“{place}”引用了不存在的列表或片段 {{{name}}}；请改正拼写，或先补上它")
        self.used |= {name, *(() if "." in name else (f"{name}.{language}" for language in _LANGUAGES))}
        return self._pieces[name]


def either(forms: Iterable[str]) -> str:
    """An alternation of fixed forms, the longest first."""
    return f"(?:{'|'.join(re.escape(form) for form in sorted(set(forms), key=lambda form: (-len(form), form)))})"


def _compile(name: str, text: str, cased: bool) -> re.Pattern[str]:
    try:
        return re.compile(text, 0 if cased else re.IGNORECASE)
    except re.error as error:
        raise DataError(f"{FILES}：“{name}”不是正确的正则表达式（{error}）；请改正：{text}") from error
