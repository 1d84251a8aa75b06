"""The full name of a product where a page only cuts it short: Azure VM, Azure Queue, AKS, Logic Apps.

People look for the name that the vendor gives; a page's spelling stays where it says more (a former name, an edition,
a Chinese name of its own).
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.catalog.forms import key, stem
from pipelines.catalog.model import Product, Vendor
from pipelines.companies.names import has_han


def completed(form: str, product: Product, vendor: Vendor) -> str:
    """The catalogue's name for a Latin ``form`` that lacks the vendor, cuts the name short or takes initials; else the form."""
    if has_han(form) or product.platform:
        return form
    names = [n for n in (product.short, product.name) if n and not has_han(n)]
    if key(form) in map(key, names):
        return form
    bare = next((n for n in names if key(form) == key(stem(n, vendor.prefixes))), None)
    return bare or next((_with_initials(n, form) for n in names if cuts_short(form, n)), form)


def _with_initials(name: str, form: str) -> str:
    """The name, with the form in brackets where that is the initials of the whole: Azure Kubernetes Service (AKS)."""
    return name if " " in form else f"{name} ({form})"


def cuts_short(form: str, name: str) -> bool:
    """Whether each word of the form is the next word of the name or the initials of its next words, from the first on."""
    words, at = _words(name), 0
    for word in _words(form):
        if at < len(words) and word == words[at]:
            at += 1
        elif len(word) > 1 and word == "".join(w[0] for w in words[at : at + len(word)]):
            at += len(word)
        else:
            return False
    return at > 1 and _words(form) != words


def _words(name: str) -> Sequence[str]:
    """The words of a name in one case and number."""
    return [w.rstrip("s") or w for w in name.casefold().split()]
