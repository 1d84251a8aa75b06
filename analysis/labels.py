"""Names of codes for readers, in Chinese and English: Chinese from the contract's codes, English from ``data/labels.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from analysis.model import Text
from analysis.prose import DATA, plain
from pipelines.catalog import catalogue
from pipelines.sources import policies
from pipelines.vocabulary import codes, known_codes, load_yaml

HAN = re.compile(r"[\u3400-\u9fff]")
UNKNOWN = Text("未知", "unknown")


@cache
def _english() -> Mapping[str, Mapping[str, str]]:
    return load_yaml(DATA / "labels.yaml", dict[str, dict[str, str]])


@cache
def vendor(code: str) -> Text:
    """A vendor's name; of one that was added since, the name of its source policy."""
    added = policies()[code].name if code in policies() else code
    return Text(_english()["vendor_zh"].get(code, added), _english()["vendor"].get(code, code if HAN.search(added) else added))


@cache
def product(name: str, vendor_code: str) -> Text:
    """A product by the name that people call it: the vendor's own shorter name where it has one (Amazon S3), in English the English one."""
    found = catalogue().product(name, vendor_code)
    if not found:
        return Text(name, name)
    names = (*found.en, found.short, found.name, *found.abbreviations) if HAN.search(name) else (found.short, name)
    return Text(found.short or name, next((n for n in names if n and not HAN.search(n)), name))


def offer(vendor_code: str, products: Sequence[str]) -> Text:
    """Vendor and products, the vendor once: ``AWS Amazon S3``, but ``Azure Blob Storage``; the vendor alone where no product is known."""
    name, held = vendor(vendor_code), [product(p, vendor_code) for p in products]
    zh, en = "、".join(p.zh for p in held), ", ".join(p.en for p in held)
    return Text(once(name.zh, zh), once(name.en, en))


def once(vendor_name: str, products: str) -> str:
    """Vendor and products without a word twice: no ``Azure Azure OpenAI``, no ``Google Cloud Cloud Storage``."""
    if products.lower().startswith(vendor_name.lower()):
        return products
    last = vendor_name.rpartition(" ")[2]
    rest = products[len(last) :] if products.lower().startswith(f"{last.lower()} ") else f" {products}"
    return f"{vendor_name}{rest}".strip()


@cache
def industry(code: str) -> Text:
    """``finance`` or ``finance.banking``; the leaf is shown with its parent, a code that is none as it is."""
    if code not in known_codes("industry"):
        return Text(code)
    return Text(codes().industry_zh(code), _english()["industry"].get(code, code))


@cache
def leaf(code: str) -> Text:
    """The leaf's own name where there is one (银行), else the industry's (金融); a code that is none as it is."""
    if code not in known_codes("industry"):
        return Text(code)
    full = codes().industry_zh(code)
    return Text(full.rpartition("-")[2], _english()["industry"].get(code, code).rpartition(" – ")[2])


@cache
def unit(code: str, one: bool = False) -> Text:
    """A unit behind a number; ``one`` where the number is 1: ``1 week``, but ``1 MB/s``."""
    name = label("unit", code)
    return Text(name.zh, _english()["unit_one"].get(code, name.en)) if one else name


def noun(words: str) -> Text | None:
    """What there is less or nothing of (停机, errors), where the words of a page name it by one of the ``noun_words``."""
    return next((label("noun", code) for code, named in _words("noun_words") if named.search(words)), None)


def rate(words: str) -> str | None:
    """The rate that the words of a page name by one of the ``measure_words``: a code of ``measure``."""
    return next((code for code, named in _words("measure_words") if named.search(words)), None)


@cache
def _words(listed: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((code, _any_of(words.split(", "))) for code, words in _english()[listed].items())


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    """Any of the words, those of Latin letters as whole words."""
    return re.compile("|".join(re.escape(w) if HAN.search(w) else rf"\b{re.escape(w)}\b" for w in words), re.IGNORECASE)


@cache
def label(dimension: str, code: str | None) -> Text:
    """The name of a code of any dimension that the analysis counts; unknown codes are shown as they are."""
    if code is None:
        return UNKNOWN
    if dimension in ("industry", "industry_leaf"):
        return industry(code)
    if dimension == "vendor":
        return vendor(code)
    if dimension in ("company_size", "scenario", "maturity", "factor"):
        entry = getattr(codes(), dimension).get(code)
        if entry is None:
            return Text(code)
        return Text(entry.zh, _english()[dimension].get(code, code))
    return named(dimension, code) or plain(code)


@cache
def named(dimension: str, code: str) -> Text | None:
    """The name of a code of a dimension that stands in ``data/labels.yaml`` alone; None for a code that has none there."""
    found = _english().get(f"{dimension}_zh", {}).get(code)
    return Text(found, _english()[dimension][code]) if found else None
