"""The catalogue of generic categories and products: which product belongs where, under which names, with which boundary.

Source: document 1, 产品品类映射表 (mapping tables, boundaries, decision tree, quick table), completed by the products that
the vendors' own stories name. ``catalogue()`` reads it once; ``resolve`` answers people, ``find`` reads pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property

from pipelines.catalog.find import Finder, written_forms
from pipelines.catalog.forms import Form
from pipelines.catalog.load import Data, load
from pipelines.catalog.model import Answer, Category, Choice, Match, Mention, Product, Question, Quick, Rule, Vendor
from pipelines.catalog.resolve import Resolver

__all__ = ["Answer", "Catalogue", "Category", "Choice", "Match", "Mention", "Product", "Question", "Quick", "Rule", "Vendor", "catalogue"]


class Catalogue:
    """Categories and products with everything that is asked of them."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._finders: dict[str, Finder] = {}

    @property
    def categories(self) -> Mapping[str, Category]:
        """The generic categories by name, in the framework's order."""
        return self._data.categories

    @property
    def products(self) -> tuple[Product, ...]:
        """All products, by vendor."""
        return self._data.products

    @property
    def vendor_names(self) -> Mapping[str, Vendor]:
        """How each vendor is called in text, by its code."""
        return self._data.vendors

    @property
    def quick(self) -> tuple[Quick, ...]:
        """The rows of the quick table."""
        return self._data.lookup.quick

    @property
    def tree(self) -> tuple[Question, ...]:
        """The questions of the decision tree, the root first."""
        return self._data.lookup.tree

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rules that decide between the categories of one product, by id."""
        return {r.id: r for r in self._data.lookup.choices}

    @cached_property
    def _forms(self) -> tuple[tuple[Product, Form], ...]:
        return written_forms(self._data)

    @cached_property
    def _resolver(self) -> Resolver:
        return Resolver(self._data)

    def product(self, name: str, vendor: str | None = None) -> Product | None:
        """The product of this name, as any page may write it; None where there is none, or several and no vendor tells."""
        return self._resolver.product(name, vendor)

    def is_common(self, form: str) -> bool:
        """Whether a form is the common word for a category (负载均衡, CDN): a page may mean the thing and no product."""
        return self._resolver.is_common(form)

    def by_category(self, category: str, vendor: str | None = None) -> tuple[Product, ...]:
        """The products of a category, of one vendor if given; first those it is the first category of."""
        found = [p for p in self.products if category in p.categories and vendor in (None, p.vendor)]
        return tuple(sorted(found, key=lambda p: p.categories.index(category)))

    def vendors(self, category: str) -> tuple[str, ...]:
        """The codes of the vendors that offer a category, in the catalogue's order."""
        return tuple(dict.fromkeys(p.vendor for p in self.products if category in p.categories))

    def resolve(self, query: str) -> Answer:
        """Which category a name, an alias or a description means; see Answer."""
        return self._resolver.resolve(query)

    def find(self, text: str, vendor: str, start: int = 0, end: int | None = None) -> list[Mention]:
        """The products that ``text[start:end]`` names, by offset; ``vendor`` is the code of the page's vendor or empty.

        Context words are looked for in the whole text.
        """
        if vendor not in self._finders:
            self._finders[vendor] = Finder(self._data, self._forms, vendor)
        return self._finders[vendor].find(text, start, end)


@cache
def catalogue() -> Catalogue:
    """The catalogue, read once; raises DataError where its data contradicts itself."""
    return Catalogue(load())
