"""The words of the reports in Chinese and English, from ``strings/*.yaml``; none stand in code or templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from analysis.labels import label, product
from analysis.model import Interval, Share, Text
from pipelines.catalog import catalogue
from pipelines.vocabulary import DataError, load_merged, load_yaml

HERE = Path(__file__).parent / "strings"
LANGUAGES = ("zh", "en")
LABELLED = ("industry", "company_size", "scenario", "maturity", "factor", "vendor", "unit")
HAN = re.compile(r"[\u3400-\u9fff]")
PLACE = re.compile(r"文档(\d)|(§\d[\d.]*(?:–\d[\d.]*)?)")


class Words:
    """Words of one language; ``words("key", n=3)`` fills ``{n}``; an unknown key is a KeyError."""

    def __init__(self, lang: str = "zh") -> None:
        if lang not in LANGUAGES:
            raise ValueError(f"lang must be one of {', '.join(LANGUAGES)}, not {lang!r}")
        self.lang = lang
        self.html_lang = "zh-CN" if lang == "zh" else "en"
        self.untranslated: set[str] = set()

    def __call__(self, key: str, **values: Any) -> str:
        """The words of the key, filled."""
        return _pick(entries()[key], self.lang).format(**values)

    def has(self, key: str) -> bool:
        """Whether there are words for the key."""
        return key in entries()

    def text(self, text: Text) -> str:
        """The text in this language; where its English is missing, the Chinese, and ``untranslated`` remembers it."""
        said = _pick(text, self.lang)
        if self.lang == "en" and not text.en and HAN.search(said):
            self.untranslated.add(said)
        return said

    def code(self, dimension: str, code: str | None) -> str:
        """The name of a code of ``vocab/codes.yaml``: ``金融-银行`` for industry ``finance.banking``; 未知 for None."""
        if code is None:
            return self("unknown")
        if dimension in LABELLED:
            return self.text(_label(dimension, code))
        key = f"{dimension}.{code}"
        return self(key) if self.has(key) else code

    def vendor(self, vendor: str) -> str:
        """The vendor's usual name."""
        return self.code("vendor", vendor)

    def phrase(self, said: str) -> str:
        """A phrase that the analysis holds in Chinese only, in this language where ``phrases.en.yaml`` knows it."""
        return self.text(Text(said, phrases().get(said, "") if self.lang == "en" else ""))

    def category(self, name: str) -> str:
        """A category as this language calls it."""
        if self.lang == "zh":
            return name
        found = catalogue().categories.get(name)
        return found.en[:1].upper() + found.en[1:] if found and HAN.search(name) else self.phrase(name)

    def product(self, name: str, vendor: str) -> str:
        """A product by the name that people call it; in English by its English name, where the catalogue has one for a Chinese name."""
        shown = product(name, vendor)
        return self.text(Text(shown.zh) if HAN.search(shown.en) else shown)

    def source(self, source: str) -> str:
        """An entry of the rule base or a place in the documents: ``factors.cost.choice (document 1 §3.1)`` in English."""
        if self.lang == "zh":
            return source
        entry = re.split(r"[（(]", source)[0]
        entry = "" if HAN.search(entry) else entry.strip()
        places = " ".join(f"document {document}" if document else section for document, section in PLACE.findall(source))
        return f"{entry} ({places})" if entry and places else entry or places

    def join(self, parts: list[str] | tuple[str, ...]) -> str:
        """An enumeration with the language's comma."""
        return self("list.comma").join(parts)

    def percent(self, share: float) -> str:
        """``34%``; one decimal under 10 % where whole numbers would hide it."""
        value = share * 100
        return f"{value:.0f}%" if value >= 10 or abs(value - round(value)) < 0.05 else f"{value:.1f}%"

    def interval(self, interval: Interval | None, percent: bool = True) -> str:
        """``95% 区间 20%–51%``; empty without an interval."""
        if interval is None:
            return ""
        show = self.percent if percent else (lambda v: f"{v:.2f}")
        return self("interval", level=f"{interval.level:.0%}", low=show(interval.low), high=show(interval.high))

    def share(self, share: Share) -> str:
        """``12/35，34%``."""
        return self("share", n=share.n, of=share.of, percent=self.percent(share.share))


@cache
def phrases() -> Mapping[str, str]:
    """English of Chinese phrases of the catalogue."""
    return load_yaml(HERE.parent / "phrases.en.yaml", dict[str, str])


@cache
def entries() -> Mapping[str, Text]:
    """Every entry of every file; a key that two files claim is a DataError."""
    held = load_merged(HERE, "*.yaml", dict[str, Text])
    if bare := sorted(key for key, text in held.items() if not text.en or not text.zh):
        raise DataError(f"{HERE}：{bare} 缺中文或英文；请补上")
    return held


def _pick(text: Text, lang: str) -> str:
    return (text.en or text.zh) if lang == "en" else text.zh


def _label(dimension: str, code: str) -> Text:
    try:
        return label(dimension, code)
    except KeyError:  # a code of a later version: shown as it is
        return Text(code)
