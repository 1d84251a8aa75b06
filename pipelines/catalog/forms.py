"""The written forms of a product's names, and how much each of them proves.

A form is ``ANY`` where it names the product on any page (it carries the vendor's name, or is written like nothing
else: DynamoDB, 通义千问), ``OWN`` where it does so only on a page of the vendor (Lambda, 对象存储), and ``CONTEXT``
where even there another word must stand on the page (FC, Ark).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from pipelines.catalog.model import Product, Vendor

_HAN_LATIN = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[A-Za-z0-9])|(?<=[A-Za-z0-9]) (?=[\u4e00-\u9fff])")
_SEAM = re.compile(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_COINED = re.compile(r"[a-z][A-Z]|[A-Za-z]{2}\d|^[A-Z]{2,}[a-z]{2,}")  # DynamoDB, Gemini1: nobody writes it by chance
_NOT_KEY = re.compile(r"[\W_]+")


class Scope(IntEnum):
    """Where a form names its product."""

    ANY = 0
    OWN = 1
    CONTEXT = 2


@dataclass(frozen=True, slots=True)
class Form:
    """A written form of a product's name."""

    text: str
    exact: bool
    scope: Scope


def key(text: str) -> str:
    """What two spellings of one name share: width, case, spaces and punctuation do not count."""
    return _NOT_KEY.sub("", unicodedata.normalize("NFKC", text).casefold())


def stem(name: str, prefixes: Iterable[str]) -> str:
    """The name without the vendor's prefix; the name itself where nothing else would be left."""
    for prefix in sorted(prefixes, key=len, reverse=True):
        rest = name[len(prefix) :].strip()
        if rest and name.casefold().startswith(prefix.casefold()) and (name[len(prefix)] == " " or _HAN.search(prefix)):
            return rest
    return name


def spaced(name: str) -> set[str]:
    """The name with and without a space where Han and Latin letters meet."""
    tight = _HAN_LATIN.sub("", name)
    return {name, tight, _SEAM.sub(" ", tight)}


def numbered(name: str) -> set[str]:
    """The name and its other grammatical number where it is Latin and of several words."""
    if " " not in name or _HAN.search(name) or not name[-1].isascii() or not name[-1].islower():
        return {name}
    return {name, name[:-1] if name.endswith("s") and not name.endswith("ss") else name + "s"}


def forms(product: Product, vendor: Vendor) -> Iterator[Form]:
    """Every form of a product, those that its data names before those that are derived."""
    for name in product.full():
        plain = not _HAN.search(name) and stem(name, vendor.prefixes) == name and name == product.name
        yield Form(name, product.exact or plain, _scope(name, product, vendor))
    for name in product.abbreviations:
        yield Form(name, True, Scope.CONTEXT if product.context else Scope.OWN)
    yield from _derived(product, vendor)


def _derived(product: Product, vendor: Vendor) -> Iterator[Form]:
    stems = [s for n in (*product.full(), *product.abbreviations) if (s := stem(n, vendor.prefixes))]
    if not product.platform:
        for text in stems:
            for prefix in vendor.prefixes:
                yield from (Form(v, False, Scope.ANY) for n in numbered(text) for v in spaced(f"{prefix} {n}"))
    for name in product.full():
        variants = (spaced(name) | numbered(name)) - {name}
        exact = not _HAN.search(name) and _scope(name, product, vendor) is not Scope.ANY
        yield from (Form(v, exact, _scope(v, product, vendor)) for v in variants)
    for text in (stem(product.name, vendor.prefixes), stem(product.short, vendor.prefixes)):
        if len(text) > 4 and text != product.name and (_COINED.search(text) or text.count(" ") >= 2):
            yield Form(text, True, Scope.OWN)


def _scope(name: str, product: Product, vendor: Vendor) -> Scope:
    if product.platform or stem(name, vendor.prefixes) != name or _COINED.search(name):
        return Scope.ANY
    return Scope.OWN


def keys(product: Product, vendor: Vendor) -> Iterator[str]:
    """What a person may type to mean this product and no other of the vendor."""
    named = (*product.full(), *product.abbreviations, *product.aliases)
    bare = () if product.platform else tuple(stem(n, vendor.prefixes) for n in named)
    prefixed = tuple(f"{p} {n}" for n in bare for p in vendor.prefixes)
    counted = tuple(v for n in (*product.full(), *prefixed) for v in sorted(numbered(n)))
    yield from dict.fromkeys(key(n) for n in (*named, *bare, *prefixed, *counted))


def loose_keys(product: Product, vendor: Vendor) -> Iterator[str]:
    """Parts of names, for questions that no whole name answers: 百炼 of 大模型服务平台 百炼, a name without its brackets."""
    named = (*product.full(), *product.aliases)
    parts = (part for n in named if _HAN.search(n) and not product.platform for part in stem(n, vendor.prefixes).split(" "))
    yield from dict.fromkeys(k for n in (*(p for p in parts if _HAN.search(p)), *(_unbracketed(n) for n in named)) if (k := key(n)))


def _unbracketed(name: str) -> str:
    return re.sub(r"\s*[（(][^（()）]*[)）]", "", name)
