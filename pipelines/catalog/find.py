"""Finds the products that a text names, with the care that short names need.

The dictionary is made once a vendor: all forms of that vendor's products, and of the others' only what names them on
any page, or an abbreviation that needs their vendor's name close by. The longest form wins; decoys (Noah's Ark, 明日方舟)
win over what they hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipelines.catalog.forms import Form, Scope, forms
from pipelines.catalog.load import Data
from pipelines.catalog.model import Mention, Product, Vendor
from pipelines.text import Hit, Lexicon

NEARBY = 60  # characters on either side in which a vendor's name lends its context to a foreign abbreviation
_NAME_BEFORE = re.compile(r"(?:[A-Z][a-z]+|['’]s) $")
_NAME_AFTER = re.compile(r" [A-Z][a-z]+")
_HAN_BEFORE = re.compile(r"[\u4e00-\u9fff，、（] ?$")
_LETTERS = 3  # capitals from which an abbreviation behind Chinese words is no part of the Latin name that follows


@dataclass(frozen=True, slots=True)
class Claim:
    """A product that claims a form; ``scope`` says what more is needed, ``own`` whether the page's vendor sells it."""

    product: Product
    scope: Scope
    own: bool


Claims = tuple[Claim, ...]


class Finder:
    """Finds products in the pages of one vendor."""

    def __init__(self, data: Data, written: Iterable[tuple[Product, Form]], vendor: str) -> None:
        self._vendors = data.vendors
        folded: dict[str, list[Claim]] = {}
        exact: dict[str, list[Claim]] = {}
        for form, claim in _claims(written, vendor):
            _add(exact if form.exact else folded, form.text if form.exact else form.text.lower(), claim)
        decoys: Iterable[tuple[str, Claims]] = ((d, ()) for d in data.lookup.decoys)
        self._lexicon: Lexicon[Claims] = Lexicon([*_best(folded), *decoys], _best(exact))

    def find(self, text: str, start: int = 0, end: int | None = None) -> list[Mention]:
        """The products named in ``text[start:end]``, by offset, without overlaps."""
        hits = self._lexicon.find(text, start, end)
        mentions = [Mention(h.start, h.end, p, h.form) for h in hits if (p := self._product(text, h))]
        return list(_bracketed(text, mentions))

    def _product(self, text: str, hit: Hit[Claims]) -> Product | None:
        return next((c.product for c in hit.entry if self._holds(text, hit, c)), None)

    def _holds(self, text: str, hit: Hit[Claims], claim: Claim) -> bool:
        if claim.own:
            return claim.scope is not Scope.CONTEXT or (not _in_a_name(text, hit) and _in_context(text, claim.product))
        return claim.scope is Scope.ANY or self._vendor_nearby(text, hit, claim.product)

    def _vendor_nearby(self, text: str, hit: Hit[Claims], product: Product) -> bool:
        around = text[max(0, hit.start - NEARBY) : hit.end + NEARBY]
        return any(name in around for name in self._vendors[product.vendor].names)


def written_forms(data: Data) -> tuple[tuple[Product, Form], ...]:
    """Every form of every product: made once, used by the finder of each vendor."""
    return tuple((p, form) for p in data.products for form in dict.fromkeys(forms(p, data.vendors[p.vendor])))


def _claims(written: Iterable[tuple[Product, Form]], vendor: str) -> Iterator[tuple[Form, Claim]]:
    for product, form in written:
        own = product.belongs(vendor)
        if own or form.scope is Scope.ANY or form.text in product.abbreviations:
            yield form, Claim(product, form.scope, own)


def _add(index: dict[str, list[Claim]], text: str, claim: Claim) -> None:
    """Add a claim unless an earlier form of the same product already makes it: what data names comes before what is derived."""
    held = index.setdefault(text, [])
    if all(c.product is not claim.product for c in held):
        held.append(claim)


def _best(index: dict[str, list[Claim]]) -> list[tuple[str, Claims]]:
    """A form's claims with the vendor's own before the others', the least demanding first."""
    return [(text, tuple(sorted(claims, key=lambda c: (not c.own, c.scope)))) for text, claims in index.items()]


def _in_context(text: str, product: Product) -> bool:
    words = (*product.context, *(n for n in product.full() if n != product.name or " " in n))
    return any(word in text for word in words)


def _in_a_name(text: str, hit: Hit[Claims]) -> bool:
    """Whether a Latin abbreviation stands within a longer proper name: FC Barcelona, Noah's Ark; not 基于 ACK Knative."""
    if not hit.form.isascii():
        return False
    before = text[max(0, hit.start - 20) : hit.start]
    chinese = len(hit.form) >= _LETTERS and hit.form.isupper() and _HAN_BEFORE.search(before)
    return bool(_NAME_BEFORE.search(before) or (not chinese and _NAME_AFTER.match(text, hit.end)))


def _bracketed(text: str, mentions: list[Mention]) -> Iterator[Mention]:
    """``X (Y)`` as one mention where X and Y name the same product."""
    index = 0
    while index < len(mentions):
        first = mentions[index]
        index += 1
        if index < len(mentions) and mentions[index].product is first.product and (end := _closed(text, first, mentions[index])):
            first = Mention(first.start, end, first.product, text[first.start : end])
            index += 1
        yield first


def _closed(text: str, outer: Mention, inner: Mention) -> int | None:
    """Where the bracket around ``inner`` closes, if it opens right after ``outer``."""
    opened = text[outer.end : inner.start].strip()
    return inner.end + 1 if opened in ("(", "（") and text[inner.end : inner.end + 1] in (")", "）") else None


def vendor_of(text: str, vendors: Iterable[Vendor]) -> tuple[str, str]:
    """The vendor that a query names at its start or end and the query without it; ("", query) where it names none."""
    folded = text.casefold()
    named = sorted(((n, v.code) for v in vendors for n in (*v.names, *v.prefixes)), key=lambda p: -len(p[0]))
    for name, code in named:
        low = name.casefold()
        if folded.startswith(low) and folded != low:
            return code, text[len(name) :].strip(" 的-·:：")
        if folded.endswith(low) and folded != low:
            return code, text[: -len(name)].strip(" -·:：")
    return "", text
