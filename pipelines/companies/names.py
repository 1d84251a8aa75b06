"""Cleaning of company names: one writing to show, one key to compare.

``key`` is a comparison form, not a guess of identity: it drops case, punctuation, legal forms and what stands in
parentheses. Whether two keys are one company is for ``pipelines.companies.matching`` to say, with reasons.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from pipelines.companies.tables import either, flat, names, no_names, unnamed, vendors

_PARENTHESES = re.compile(r"[（(\[][^（）()\[\]]{0,80}[)）\]]")
_EDGES = " \t\"'“”‘’「」『』《》<>*_#|·,，.。;；:：、!！?？-–—​ "
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORDS = re.compile(r"[^\W_]+(?:[+#!]+)?")


def has_han(text: str) -> bool:
    """Whether a text holds a Chinese character."""
    return bool(_HAN.search(text))


@lru_cache(maxsize=20_000)
def clean(name: str) -> str:
    """A name as it may be shown: white space collapsed, quotes and zero-width characters dropped."""
    text = unicodedata.normalize("NFC", name).replace("\u200b", "").replace("\ufeff", "")
    text = " ".join(text.split()).strip(_EDGES.replace(".", ""))
    if text.endswith("."):
        text = text if _ends_with_legal_form(text) else text.rstrip(". ")
    return text


def _ends_with_legal_form(text: str) -> bool:
    last = text.rstrip(".").rsplit(" ", 1)[-1].casefold().replace(".", "")
    return last in {"inc", "ltd", "corp", "co", "sa", "bv", "nv", "llc", "spa", "srl"}


@lru_cache(maxsize=20_000)
def key(name: str) -> str:
    """The comparison form: letters and digits alone, without legal forms and parentheses; empty for a name of nothing else."""
    return strip_legal(name).replace(" ", "")


def bare(name: str) -> str:
    """Letters and digits of a name in lower case, with its legal form, without what stands in parentheses."""
    return _fold(_PARENTHESES.sub(" ", unicodedata.normalize("NFKC", name))).replace(" ", "")


@lru_cache(maxsize=20_000)
def strip_legal(name: str) -> str:
    """The words of a name in lower case without legal forms and parentheses, joined by single spaces."""
    text = _PARENTHESES.sub(" ", unicodedata.normalize("NFKC", name)).strip()
    words = _fold(_strip_han(text)).split()
    bare = _strip_latin(words)
    return " ".join(bare or words)


_VOICED = "\u3099\u309a"  # marks that make another Japanese letter, no accents


def _fold(text: str) -> str:
    """Lower case, accents and punctuation dropped; ``&`` is ``and``, an apostrophe joins; marks alone are no words."""
    if not any(c.isalnum() for c in text):
        return ""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if c in _VOICED or not unicodedata.combining(c))
    plain = unicodedata.normalize("NFC", plain).replace("&", " and ").replace("'", "").replace("’", "")
    plain = re.sub(r"(?<=\b[a-z])\.(?=[a-z]\b)", "", plain)
    return " ".join(_WORDS.findall(plain))


def _strip_han(text: str) -> str:
    """Drop Chinese and Japanese legal forms at the end and 株式会社 and the like at the beginning."""
    for form in names().legal.latin_before:
        if text.casefold().startswith(form.casefold()) and (has_han(form) or text[len(form) : len(form) + 1] == " "):
            text = text[len(form) :].strip()
    for form in _han_forms():
        if text.endswith(form) and len(text) > len(form) + 1:
            return text[: -len(form)].strip()
    return text


@cache
def _han_forms() -> tuple[str, ...]:
    return tuple(sorted(flat(names().legal.han), key=len, reverse=True))


@cache
def _latin_forms() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(_fold(form).split()) for form in flat(names().legal.latin))


def _strip_latin(words: list[str]) -> list[str]:
    """Drop legal forms from the end of the words, again and again: ``x co ltd`` → ``x``."""
    while True:
        size = next((n for n in (4, 3, 2, 1) if len(words) > n and tuple(words[-n:]) in _latin_forms()), 0)
        if not size:
            return words
        words = words[:-size]


def strip_group(bare: str) -> str:
    """A stripped name without words such as group and holdings at its end: ``acme group`` → ``acme``."""
    for form in names().legal.group_han:
        if bare.endswith(form) and len(bare) > len(form) + 1:
            return bare[: -len(form)]
    words = bare.split()
    drop = set(names().legal.group_latin)
    while len(words) > 1 and words[-1] in drop:
        words = words[:-1]
    return " ".join(words)


def stem_han(bare: str) -> str:
    """The brand in a full Chinese name: place before and trade behind dropped (深圳市示例创新科技 → 示例)."""
    if not has_han(bare):
        return bare
    text = without_place(strip_group(bare))
    for trade in sorted(names().trades, key=len, reverse=True):
        if text.endswith(trade) and len(text) - len(trade) >= 2:
            return text[: -len(trade)]
    return text


def without_place(bare: str) -> str:
    """A Chinese name without the place of its registration before it (深圳市示例科技 → 示例科技)."""
    found = _place().match(bare)
    rest = bare[found.end() :] if found else bare
    generic = rest in names().name_ends_zh or rest in names().trades or rest in names().kinds_zh
    return bare if len(rest) < 2 or generic else rest


@cache
def _place() -> re.Pattern[str]:
    return re.compile(rf"(?:{either(names().places)})[省市]?")


@cache
def _never() -> frozenset[str]:
    listed = vendors()
    words = [*flat(listed.names.values()), *flat(listed.technologies)]
    return frozenset(" ".join(w.casefold().split()) for w in words)


@cache
def _heads() -> re.Pattern[str]:
    latin = either(h for h in vendors().heads if not has_han(h))
    han = either(h for h in vendors().heads if has_han(h))
    return re.compile(rf"(?:{latin})(?![\w.])|(?:{han})", re.IGNORECASE)


@cache
def _family() -> re.Pattern[str]:
    return re.compile(rf"(?:{_heads().pattern})\s?(?:{either(vendors().own_businesses)})$")


@lru_cache(maxsize=20_000)
def is_vendor(name: str) -> bool:
    """Whether a name is a vendor's own, one of its products, or a technology: never a customer."""
    bare = " ".join(_PARENTHESES.sub(" ", name).casefold().split())
    if not bare or (_family().match(name.strip()) and bare not in _never()):
        return not bare
    return bare in _never() or strip_legal(name) in _never() or bool(_heads().match(name.strip()))


# An adjective of the trade ("AI-powered"), or a Chinese clause that begins with a pronoun or a preposition.
_NO_NAME = re.compile(
    r"(?:\b\w{1,40}-(?:powered|driven|based|enabled|generated|accelerated|native|ready|led|assisted|grade|scale|time|first|wide)\b)"
    r"|(?:Gen|Generative )?AI[ -](?:\w{1,30}[ -])?(?:agents?|assistants?|chatbots?|models?"
    r"|engine|tools?|solutions?|systems?|platform|portal|search|helper)\b"
    r"|[\w-]{0,40}-as-an?-\w{1,40}"
    r"|基于|关于|揭秘|我|他们|她|这|那|该|本|其|第[一二三四五六七八九十]|每|在|如|随着|由于|因为|对于|通过|当|从|今年|近年|首先|最|为了"
    r"|\d{1,6}[년월일만명]|.{0,40}、|.{0,40}[在的和与及]$|以及|并|也|就|都|很|已经|可以|一个|一种|一套",
    re.IGNORECASE,
)


def is_name(name: str) -> bool:
    """Whether a text can be an organisation's name: not a plain word, a month, a place, a heading or a number."""
    bare = name.casefold().strip()
    if len(bare) < 2 or len(name) > 80 or bare in no_names() or _NO_NAME.match(name):
        return False
    return any(c.isalpha() for c in bare) or (bare.isdigit() and 2 <= len(bare) <= 4)


@cache
def _anonymous(*groups: str) -> re.Pattern[str]:
    """The patterns of some groups of ``company_names_anonymous.yaml`` in one, their words put in."""
    listed = [getattr(unnamed(), group) for group in groups]
    en, zh = ("|".join(f"(?:{_with_words(p)})" for patterns in listed for p in patterns[lang]) for lang in ("en", "zh"))
    return re.compile(rf"(?i:{en})(?![\w-])|(?:{zh})")


def _with_words(pattern: str) -> str:
    for name, rows in unnamed().words.items():
        pattern = pattern.replace(f"{{{name}}}", f"(?:{'|'.join(flat(rows))})")
    for name in ("kinds_en", "kinds_zh"):
        pattern = pattern.replace(f"{{{name}}}", f"(?:{either(getattr(names(), name))})")
    return pattern


def anonymous(text: str) -> str:
    """The words with which a text begins that stand for a customer without a name (某银行, How a leading bank …); else empty."""
    led = _before().match(text)
    found = _anonymous("begin").match(text, led.end() if led else 0)
    return found.group() if found else ""


@cache
def _before() -> re.Pattern[str]:
    """What leads to the customer in a headline: How a leading bank …, 助力某银行…"""
    return re.compile("|".join(unnamed().before), re.IGNORECASE)


def is_anonymous(name: str) -> bool:
    """Whether a candidate stands for a customer without a name: 某头部券商, Leading European Bank, 客户A核心系统.

    A Chinese one need only begin so, since its end is guessed; a Latin one must be nothing else (A Leading Light Theatre is a name).
    """
    return bool(_anonymous("begin", "whole").fullmatch(name.strip())) or (has_han(name) and bool(anonymous(name)))


def initials(name: str, small: bool = False) -> str:
    """The first letters of the words in lower case: Sample Machines International → smi; ``small`` counts of, and, the too."""
    return "".join(w[0] for w in re.findall(r"[^\W_][\w'’]*", name) if small or w[0].isupper() or w[0].isdigit()).casefold()
