"""All that reports say in words comes from ``data/prose/*.yaml`` through here, in Chinese and English at once.

A template names its values (``{n}``, ``{share:.0%}``). A value may be a plain number or string, the same in both
languages, or a Text, or a sequence of Texts that is joined as each language joins its lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from analysis.model import Text
from pipelines.vocabulary import DataError, load_merged

DATA = Path(__file__).parent / "data"
_JOIN = {"zh": "、", "en": ", "}


@cache
def templates() -> Mapping[str, Text]:
    """Every template by its id; raises DataError where two files claim one id or a language is missing."""
    found = load_merged(DATA / "prose", "*.yaml", dict[str, Text])
    if bare := sorted(key for key, text in found.items() if not text.zh or not text.en):
        raise DataError(f"{DATA / 'prose'}：{bare} 缺中文或英文；请补上")
    return found


def say(key: str, **values: Any) -> Text:
    """The template ``key`` filled with ``values``; raises KeyError for an unknown template or a missing value."""
    return fill(templates()[key], **values)


def fill(template: Text, **values: Any) -> Text:
    """A template of one's own (rule base) filled with ``values``."""
    return Text(template.zh.format(**_in("zh", values)), template.en.format(**_in("en", values)))


def join(texts: Sequence[Text]) -> Text:
    """A list of Texts as one, joined as each language does."""
    return Text(_JOIN["zh"].join(t.zh for t in texts), _JOIN["en"].join(t.en for t in texts))


def plain(value: object) -> Text:
    """The same words in both languages: names, numbers."""
    return Text(str(value), str(value))


def _in(lang: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _one(lang, value) for name, value in values.items()}


def _one(lang: str, value: Any) -> Any:
    if isinstance(value, Text):
        return getattr(value, lang)
    if isinstance(value, list | tuple):
        return _JOIN[lang].join(str(_one(lang, v)) for v in value)
    return value
