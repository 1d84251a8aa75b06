"""Reads the catalogue's YAML and refuses data that contradicts itself; every message names the file and the entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.catalog.forms import key, keys
from pipelines.catalog.model import Category, Lookup, Product, Vendor
from pipelines.vocabulary import DataError, codes, load_yaml, unique

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Group:
    """A file of categories."""

    group: str
    categories: tuple[Category, ...]


@dataclass(frozen=True)
class Shelf:
    """A vendor's products in a file."""

    vendor: str
    products: tuple[Product, ...]
    names: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Data:
    """Everything the files hold, checked."""

    categories: Mapping[str, Category]
    products: tuple[Product, ...]
    vendors: Mapping[str, Vendor]
    lookup: Lookup


def load(folder: Path = HERE) -> Data:
    """The catalogue of a folder; raises DataError where a file does not fit or two entries claim one name."""
    groups = [load_yaml(p, Group) for p in sorted(folder.glob("categories-*.yaml"))]
    categories = {c.name: replace(c, group=g.group) for g in groups for c in g.categories}
    shelves = list(_shelves(folder))
    vendors = _vendors(shelves)
    products = tuple(p for s in shelves for q in s.products for p in _family(replace(q, vendor=s.vendor)))
    data = Data(_ordered(categories), products, vendors, load_yaml(folder / "lookup.yaml", Lookup))
    _check(data, folder)
    return data


def _shelves(folder: Path) -> Iterator[Shelf]:
    for path in sorted(folder.glob("products-*.yaml")):
        if path.name == "products-others.yaml":
            yield from load_yaml(path, tuple[Shelf, ...])
        else:
            yield load_yaml(path, Shelf)


def _vendors(shelves: Iterable[Shelf]) -> dict[str, Vendor]:
    found: dict[str, Vendor] = {}
    for shelf in shelves:
        if shelf.names:
            found[shelf.vendor] = Vendor(shelf.vendor, shelf.names, shelf.prefixes)
    return found


def _family(product: Product) -> Iterator[Product]:
    """The product itself, or one a member where its names hold ``{}``."""
    if not product.series:
        yield product
    for member in product.series:
        name, en, short = (_member(n, member) for n in ((product.name,), product.en, product.abbreviations))
        yield replace(product, name=name[0], en=en, abbreviations=short, series=())


def _member(names: tuple[str, ...], member: str) -> tuple[str, ...]:
    return tuple(name.replace("{}", member) for name in names)


def _ordered(categories: Mapping[str, Category]) -> dict[str, Category]:
    """In the framework's order; raises DataError where files and codes disagree."""
    wanted = codes().categories()
    if set(wanted) != set(categories):
        raise DataError(f"categories-*.yaml and codes.yaml disagree on {sorted(set(wanted) ^ set(categories))}")
    return {name: categories[name] for name in wanted}


def _check(data: Data, folder: Path) -> None:
    unique(((key(a), c.name) for c in data.categories.values() for a in (c.name, c.en, *c.aliases)), f"{folder}/categories-*.yaml")
    rules = {r.id for r in data.lookup.choices}
    for product in data.products:
        strange = set(product.categories) - set(data.categories) | set(product.when.values()) - rules
        strange |= (set(product.reasons) | set(product.when)) - set(product.categories)
        if strange:
            raise DataError(f"{folder}/products-*.yaml: '{product.name}' of {product.vendor} names unknown {sorted(strange)}")
    for vendor in data.vendors.values():
        own = [p for p in data.products if p.vendor == vendor.code]
        unique(((key(n), p.name) for p in own for n in (*p.full(), *p.abbreviations)), f"{folder}/products-*.yaml, {vendor.code}")
    _check_table(data, folder)
    _check_lookup(data, folder)


def _check_table(data: Data, folder: Path) -> None:
    spelled = [(p, frozenset(keys(p, data.vendors[p.vendor]))) for p in data.products]  # once: spelling is most of the loading
    for category in data.categories.values():
        for vendor, names in category.table.items():
            for name in names:
                named = [p for p, known in spelled if p.vendor == vendor and key(name) in known]
                if not any(category.name in p.categories for p in named):
                    raise DataError(f"{folder}/categories-*.yaml: {category.name} lists '{name}' of {vendor}, no product of that category")


def _check_lookup(data: Data, folder: Path) -> None:
    named = [c for row in data.lookup.quick for c in row.categories]
    named += [c for row in data.lookup.shared.values() for c in row] + [r.category for r in data.lookup.choices]
    named += [c.category for q in data.lookup.tree for c in q.choices if c.category]
    if strange := set(named) - set(data.categories):
        raise DataError(f"{folder}/lookup.yaml names unknown categories {sorted(strange)}")
    ids = {q.id for q in data.lookup.tree}
    if strange := {c.next for q in data.lookup.tree for c in q.choices if c.next} - ids:
        raise DataError(f"{folder}/lookup.yaml: the tree leads to unknown questions {sorted(strange)}")
