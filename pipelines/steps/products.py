"""Which of the vendor's products the customer uses (document 1 §1.3 具体产品), told apart from those merely named.

Every sighting of a catalogue product is weighed by its place (the page's own list, title, story) and by what its
sentence says (``pipelines.catalog.usage``); the weights of ``calibration/weights/products.yaml`` turn a product's
sightings into a probability. A name that the page's own list gives and the catalogue lacks is kept as the page writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines.case import Evidence, Field, Many, RawCase, Role
from pipelines.catalog import Product, catalogue
from pipelines.catalog.completion import completed
from pipelines.catalog.forms import key
from pipelines.catalog.sightings import LONGEST_NAME, NAMES, Place, Sighting, features, is_brief, listings, sightings
from pipelines.catalog.usage import Stance, usage
from pipelines.companies.names import has_han
from pipelines.evidence_scoring.linear import Linear, model
from pipelines.reader.vocabulary import shapes
from pipelines.steps import Found

PROVIDES = ("products",)
NEEDS: tuple[str, ...] = ()

CODE = "used"  # the one code of the model
LISTED_UNKNOWN = 0.75  # raw score of a listed name that the catalogue lacks
QUOTES = 3  # evidence a product keeps: the strongest sightings
_OF = re.compile(r"^(.+) feature of (?:Microsoft )?(.+)$", re.IGNORECASE)  # a description: "Web Apps feature of Azure App Service"
_COMMA = re.compile(r"\s{0,4}[,、，;；|]\s{0,4}")
_GOES_ON = re.compile(r" (?:[a-z]|[-–—])")  # "Microsoft Azure for the backend": the vendor and no product
_VERBS = frozenset(shapes().service_verbs)  # "AWS Facilitates Growth" is the heading of a paragraph


def observed(raw: RawCase) -> tuple[dict[Product, list[Sighting]], dict[Product, dict[str, float]]]:
    """The sightings of every product that the page names, and their features."""
    seen = sightings(raw)
    return seen, features(seen, is_brief(raw))


def run(raw: RawCase, found: Found) -> Mapping[str, Any]:  # noqa: ARG001 - the step protocol
    """``products``: what is used, most probable first, each with its strongest quotes."""
    seen, rows = observed(raw)
    probability = {p: weights().probability(CODE, rows[p]) for p in seen}
    used = sorted(_used(probability), key=lambda p: (-probability[p], seen[p][0].mention.start))
    items = [_field(raw, p, seen[p], probability[p]) for p in used]
    items += _strangers(raw, seen)
    lost = sorted((p for p in seen if p not in used), key=lambda p: -probability[p])
    return {"products": Many(tuple(_with_losers(items, lost, probability)), None if items else _reason(seen))}


def weights() -> Linear:
    """The weights, loaded once; raises DataError where they do not fit the features."""
    return model("products", (CODE,), NAMES)


def _used(probability: Mapping[Product, float]) -> list[Product]:
    """Those above the threshold; the cloud as a whole only where nothing finer is."""
    used = [p for p in probability if probability[p] >= weights().threshold]
    return [p for p in used if not p.platform] or used


def _reason(seen: Mapping[Product, object]) -> str:
    return "only_mentioned" if seen else "no_product_named"


def _with_losers(items: Sequence[Field[str]], lost: Sequence[Product], probability: Mapping[Product, float]) -> Iterator[Field[str]]:
    """The fields, the first of them with the products that were named and are not taken for used."""
    losers = tuple((p.name, "products.mentioned", round(probability[p], 4)) for p in lost)
    for index, item in enumerate(items):
        yield Field(item.value, item.evidence, item.confidence, item.method, losers=losers if index == 0 else ())


def _field(raw: RawCase, product: Product, seen: Sequence[Sighting], probability: float) -> Field[str]:
    best = sorted(seen, key=Sighting.strength)[:QUOTES]
    evidence = tuple(dict.fromkeys(_evidence(raw, s) for s in best))
    return Field(written(raw.page.text, product, seen), evidence, round(probability, 4), f"products.{_rule(best[0])}")


def _rule(best: Sighting) -> str:
    if best.place in (Place.LISTED, Place.TITLE, Place.ENTRY):
        return best.place.value
    return "used" if best.stance is Stance.USED else "named"


def _evidence(raw: RawCase, sighting: Sighting) -> Evidence:
    """The name where it is an entry, else the sentence."""
    if sighting.place in (Place.LISTED, Place.ENTRY):
        return raw.evidence(sighting.mention.start, sighting.mention.end)
    return raw.evidence(*sighting.sentence)


def written(text: str, product: Product, seen: Sequence[Sighting]) -> str:
    """The name as the page writes it: with its short form in brackets, else as the vendor does, else its longest form, completed."""
    forms = [text[s.mention.start : s.mention.end] for s in seen]
    bracketed = [f for f in forms if f.endswith((")", "）"))]
    if bracketed:
        return max(bracketed, key=len)
    if both := _long_and_short(forms, product):
        return both
    names = (key(product.name), key(product.short or product.name))
    best = max([f for f in forms if key(f) in names] or forms, key=len)
    bare = best in product.abbreviations and product.context and not best.isupper()
    qualified = key(best).endswith(names) and key(best) not in names
    if part := _OF.match(best):
        return f"{part[2]} ({part[1]})"
    if bare or qualified:
        return product.name
    return completed(_named(best, product), product, catalogue().vendor_names[product.vendor])


def _long_and_short(forms: Sequence[str], product: Product) -> str:
    """Chinese name and abbreviation: as the page joins them, ``容器服务 (ACK)`` where they stand apart, nothing where one is missing."""
    short = next((f for f in forms if f in product.abbreviations), "")
    if whole := [f for f in forms if short and has_han(f) and key(short) in key(f)]:
        return max(whole, key=len)
    long = max((f for f in forms if has_han(f) and key(short) not in key(f)), key=len, default="")
    return f"{long} ({short})" if short and long else ""


def _named(form: str, product: Product) -> str:
    """The form without a last word that only says what kind of thing it is, where the product has that name too."""
    head, _, last = form.rpartition(" ")
    return head if last in usage().nouns and key(head) in {key(n) for n in product.full()} else form


def _strangers(raw: RawCase, seen: Mapping[Product, Sequence[Sighting]]) -> Iterator[Field[str]]:
    """Entries of the page's own list that carry the vendor's name and are in no catalogue."""
    known = [s.mention for product, places in seen.items() if not product.platform for s in places]
    vendor = catalogue().vendor_names.get(raw.page.vendor)
    prefixes = vendor.prefixes if vendor else ()
    taken: set[str] = set()
    for start, end in _entries(raw):
        name = raw.page.text[start:end]
        free = not any(m.start < end and start < m.end for m in known)
        if free and key(name) not in taken and _is_name(name, prefixes) and not catalogue().product(name, raw.page.vendor):
            taken.add(key(name))
            yield Field(name, (raw.evidence(start, end),), LISTED_UNKNOWN, "products.listed_unknown")


def _entries(raw: RawCase) -> Iterator[tuple[int, int]]:
    blocks = ((b.start, b.end) for b in raw.blocks if b.role is Role.PRODUCT)
    for start, end in (*blocks, *listings(raw)):
        at = start
        for piece in _COMMA.split(raw.page.text[start:end]):
            at = raw.page.text.find(piece, at, end)
            yield at, at + len(piece)
            at += len(piece)


def _is_name(name: str, prefixes: Sequence[str]) -> bool:
    """Whether a list entry reads like a product: it begins with the vendor's prefix and is short, and is no heading of the list."""
    folded = name.casefold()
    heading = any(folded.startswith(s) or folded.endswith(s) for s in usage().services) or not _VERBS.isdisjoint(name.split())
    behind = max((len(p) for p in prefixes if folded.startswith(p.casefold() + " ")), default=0)
    return not heading and len(name) <= LONGEST_NAME and behind > 0 and not _GOES_ON.match(name, behind)
