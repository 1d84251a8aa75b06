"""What the catalogue holds: generic categories with their boundaries, products with their names, and the look-up data.

The shapes are those of document 1, 产品品类映射表: a category has a positioning, a boundary (包含, 不包含) and a row of
representative products a vendor; a product belongs to a ranked list of categories, to none, or to some only where the
page's words say so (``when``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Category:
    """A generic category of the framework. ``table`` is its row of the mapping table: vendor code to names."""

    name: str
    positioning: str
    includes: tuple[str, ...]
    excludes: tuple[str, ...]
    en: str
    group: str = ""
    aliases: tuple[str, ...] = ()
    table: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, eq=False)
class Product:
    """A product as its vendor calls it, one object a product; ``categories`` is ranked and may be empty.

    ``short`` is the vendor's own shorter full name (Amazon S3). ``zh``, ``en`` and ``former`` are found in any case,
    ``abbreviations`` in exact case only, and with ``context`` only where one of its words stands on the page.
    ``aliases`` are for questions of people (``Catalogue.resolve``) and never looked for in text.
    """

    name: str
    categories: tuple[str, ...]
    vendor: str = ""
    short: str = ""
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    positioning: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)  # category: why, where the product has several
    when: Mapping[str, str] = field(default_factory=dict)  # category: id of the rule whose words must stand on the page
    series: tuple[str, ...] = ()  # "{}" in the names stands for each of these: a family of products
    also: tuple[str, ...] = ()  # vendors whose own stories tell of this product too
    generic: bool = False  # a tool, programme or umbrella: used only where the page lists it or says so plainly
    platform: bool = False  # the vendor's cloud as a whole: a product only where nothing finer is named
    exact: bool = False  # the name is an everyday word: exact case only

    def full(self) -> tuple[str, ...]:
        """The names that need no context of their own."""
        return tuple(dict.fromkeys(n for n in (self.name, self.short, *self.zh, *self.en, *self.former) if n))

    def belongs(self, vendor: str) -> bool:
        """Whether a page of this vendor tells of the product as its own."""
        return bool(vendor) and (vendor == self.vendor or vendor in self.also)


@dataclass(frozen=True)
class Vendor:
    """A vendor's names in running text and the prefixes it puts before a product's name."""

    code: str
    names: tuple[str, ...]
    prefixes: tuple[str, ...]


@dataclass(frozen=True)
class Quick:
    """A row of 常见产品映射速查."""

    query: str
    vendor: str
    categories: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Choice:
    """An answer to a question of the decision tree; it leads to a category, to a further question or to advice."""

    label: str
    words: tuple[str, ...]
    category: str = ""
    next: str = ""
    note: str = ""
    advice: str = ""


@dataclass(frozen=True)
class Question:
    """A question of the decision tree (映射决策树) with its choices."""

    id: str
    question: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Rule:
    """Words that decide for one category of a product that has several."""

    id: str
    category: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Lookup:
    """The data of ``lookup.yaml``."""

    quick: tuple[Quick, ...]
    shared: Mapping[str, tuple[str, ...]]
    tree: tuple[Question, ...]
    choices: tuple[Rule, ...]
    decoys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A product named at a span of a text; ``form`` is the name as found, equal to the span up to case."""

    start: int
    end: int
    product: Product
    form: str


@dataclass(frozen=True, slots=True)
class Match:
    """A category that answers a question, with a score in 0…1, the reason and the category's boundary."""

    category: str
    score: float
    reason: str
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The answer to "which category is this?".

    ``known`` is False where neither names nor the decision tree lead to anything: then ``nearest`` holds similar names
    and ``question`` the next question of the tree. A known product outside the categories has no matches and a note.
    ``path`` are the choices of the tree that the query's own words took.
    """

    query: str
    known: bool
    matches: tuple[Match, ...] = ()
    products: tuple[Product, ...] = ()
    note: str = ""
    nearest: tuple[str, ...] = ()
    question: Question | None = None
    path: tuple[str, ...] = ()

    def best(self) -> str | None:
        """The first category, if any."""
        return self.matches[0].category if self.matches else None
