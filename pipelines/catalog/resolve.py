"""Answers "which category is this?" for a category, a product, an alias or a description, in Chinese or English.

The order is that of document 1: the quick table, the mapping table, the decision tree, and then an honest "unknown"
with the next question of the tree [1 产品品类映射表, 映射决策树, 常见产品映射速查].
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable

from rapidfuzz import fuzz, process

from pipelines.catalog.find import vendor_of
from pipelines.catalog.forms import key, keys, loose_keys
from pipelines.catalog.load import Data
from pipelines.catalog.model import Answer, Choice, Match, Product, Question, Quick, Vendor

_BRACKET = re.compile(r"\s{0,2}[（(]([^（()）]{0,120})[)）]")
STEP = 0.15  # what a lower rank costs
BY_NAME, BY_PRODUCT, BY_TREE = 1.0, 0.9, 0.6
SIMILAR = 60.0  # rapidfuzz score from which a name counts as near


class Resolver:
    """Answers questions from the catalogue's data."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._products = _index(data, keys)
        self._loose = _index(data, loose_keys)
        self._categories = {key(n): c.name for c in data.categories.values() for n in (c.name, c.en, *c.aliases)}
        self._shared = {key(n): ranked for n, ranked in data.lookup.shared.items()}
        self._quick = {key(row.query): row for row in data.lookup.quick}
        self._tree = {q.id: q for q in data.lookup.tree}
        self._names = sorted({n for p in data.products for n in (p.name, p.short, *p.abbreviations) if n} | set(data.categories))

    def product(self, name: str, vendor: str | None = None) -> Product | None:
        """The one product of this name, or None where there is none or several share it.

        A name with a bracket is also looked for without it and by what stands in it.
        """
        spellings = (name, *_bracketless(name))
        for spelling in spellings:
            found = [p for p in self._products.get(key(spelling), ()) if vendor is None or p.belongs(vendor)]
            exact = [p for p in found if spelling in p.full()] or found
            if len(exact) == 1:
                return exact[0]
        return None

    def is_common(self, form: str) -> bool:
        """Whether a form is a category's name or alias, or a word for several."""
        return key(form) in self._categories or key(form) in self._shared

    def resolve(self, query: str) -> Answer:
        """The answer for a query; never raises, an empty query is unknown."""
        text = unicodedata.normalize("NFKC", query).strip().strip("\"'“”‘’「」《》").strip()
        if not key(text):
            return self._unknown(query, "", ())
        answer = self._lookup(query, key(text), "")
        if answer is None:
            vendor, rest = vendor_of(text, self._data.vendors.values())
            answer = self._lookup(query, key(rest), vendor) if vendor else None
        for spelling in () if answer else _bracketless(text):
            answer = answer or self._lookup(query, key(spelling), "")
        return answer or self._walk(query, text)

    def _lookup(self, query: str, name: str, vendor: str) -> Answer | None:
        """By name: quick table, category, word for several categories, product."""
        named = self._products.get(name) or self._loose.get(name, [])
        products = tuple(p for p in named if not vendor or p.belongs(vendor))
        row = self._quick.get(name)
        if row and vendor in ("", row.vendor):
            return self._by_quick(query, row, products)
        if name in self._shared:
            return self._answer(query, _ranked(self._shared[name], BY_NAME, "“{}”可指多个品类"), products, query)
        if name in self._categories:
            category = self._categories[name]
            reason = "即品类名" if name == key(category) else f"“{{}}”是品类“{category}”的别名"
            return self._answer(query, [(category, BY_NAME, reason)], products, query)
        return self._by_products(query, products) if products else None

    def _by_quick(self, query: str, row: Quick, products: tuple[Product, ...]) -> Answer:
        found = _ranked(row.categories, BY_NAME, f"常见产品映射速查：{row.query} → {{}}（{row.note}）", names=True)
        own = tuple(p for p in products if p.vendor == row.vendor)
        seen = {c for c, _, _ in found}
        found += [(c, s * BY_TREE, r) for c, s, r in self._from_products(products) if c not in seen]
        return self._answer(query, found, (*own, *(p for p in products if p not in own)), query, row.note)

    def _by_products(self, query: str, products: tuple[Product, ...]) -> Answer:
        found = self._from_products(products)
        note = "" if found else f"{products[0].name} 是已知产品，不属于框架的任何通用品类"
        return self._answer(query, found, products, query, note)

    def _from_products(self, products: Iterable[Product]) -> list[tuple[str, float, str]]:
        """Categories of the products that share a name; the more of them agree, the higher the score."""
        products = [p for p in products if p.categories]
        scores: dict[str, tuple[float, str]] = {}
        for product in products:
            for rank, category in enumerate(product.categories):
                share = sum(category in p.categories for p in products) / len(products)
                score = (BY_PRODUCT - STEP * rank) * (0.5 + share / 2)
                if score > scores.get(category, (0.0, ""))[0]:
                    scores[category] = (score, self._reason(product, category))
        return sorted(((c, s, r) for c, (s, r) in scores.items()), key=lambda x: -x[1])

    def _reason(self, product: Product, category: str) -> str:
        if category in product.reasons:
            return f"{product.name}：{product.reasons[category]}"
        known = key(product.name)
        table = self._data.categories[category].table.get(product.vendor, ())
        listed = any(product in self._products.get(key(n), ()) for n in table)
        source = "产品品类映射表" if listed else "产品目录"
        also = f"（{product.positioning}）" if product.positioning else ""
        return f"{source}：{product.vendor} {product.name}{also} 属于{category}" if known else ""

    def _answer(
        self,
        query: str,
        found: Iterable[tuple[str, float, str]],
        products: tuple[Product, ...],
        named: str,
        note: str = "",
        path: tuple[str, ...] = (),
    ) -> Answer:
        matches = tuple(self._match(c, s, r.replace("{}", named)) for c, s, r in found)
        notes = [n for n in (note, *(self._data.categories[m.category].note for m in matches[:1])) if n]
        return Answer(query, True, matches, products, "；".join(notes), path=path)

    def _match(self, category: str, score: float, reason: str) -> Match:
        held = self._data.categories[category]
        return Match(category, round(score, 3), reason, held.includes, held.excludes)

    def _walk(self, query: str, text: str) -> Answer:
        """By the decision tree, as far as the query's own words lead."""
        question, path = self._data.lookup.tree[0], tuple[str, ...]()
        while (choice := self._choose(question, text)) is not None:
            path = (*path, choice.label)
            if choice.category:
                return self._answer(query, [(choice.category, BY_TREE, "映射决策树：" + " → ".join(path))], (), query, choice.note, path)
            if not choice.next:
                break
            question = self._tree[choice.next]
        return self._unknown(query, text, path, question)

    def _choose(self, question: Question, text: str) -> Choice | None:
        """The choice whose words the text holds most of, counting those of the questions below; None for a tie or nothing."""
        scored = sorted(((self._weight(c, text), i) for i, c in enumerate(question.choices)), reverse=True)
        if not scored or scored[0][0] == 0 or (len(scored) > 1 and scored[0][0] == scored[1][0]):
            return None
        return question.choices[scored[0][1]]

    def _weight(self, choice: Choice, text: str) -> int:
        below = self._tree[choice.next].choices if choice.next else ()
        return sum(_worth(w) for w in choice.words if holds(text, w)) + max((self._weight(c, text) for c in below), default=0)

    def _unknown(self, query: str, text: str, path: tuple[str, ...], question: Question | None = None) -> Answer:
        near = process.extract(text, self._names, scorer=fuzz.WRatio, processor=key, limit=5, score_cutoff=SIMILAR) if text else []
        return Answer(query, False, nearest=tuple(n for n, _, _ in near), question=question or self._data.lookup.tree[0], path=path)


def _bracketless(name: str) -> tuple[str, ...]:
    """``X (Y)`` as X and Y; nothing for a name without a bracket."""
    hit = _BRACKET.search(name)
    return ((name[: hit.start()] + name[hit.end() :]).strip(), hit.group(1).strip()) if hit else ()


def _index(data: Data, named: Callable[[Product, Vendor], Iterable[str]]) -> dict[str, list[Product]]:
    index: dict[str, list[Product]] = defaultdict(list)
    for product in data.products:
        for name in named(product, data.vendors[product.vendor]):
            index[name].append(product)
    return index


def _ranked(categories: Iterable[str], top: float, reason: str, names: bool = False) -> list[tuple[str, float, str]]:
    return [(c, top - STEP * i, reason.replace("{}", c) if names else reason) for i, c in enumerate(categories)]


def _worth(word: str) -> int:
    """Longer words say more: a Han character counts as much as two Latin letters."""
    return max(1, len(word) if word.isascii() else 2 * len(word))


def holds(text: str, word: str) -> bool:
    """Whether a word stands in the text, without regard to case; Latin words only whole."""
    low, word = text.casefold(), word.casefold()
    at = low.find(word)
    while at >= 0:
        end = at + len(word)
        if not (_letter(low, at - 1) and _letter(low, at)) and not (_letter(low, end) and _letter(low, end - 1)):
            return True
        at = low.find(word, at + 1)
    return False


def _letter(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isascii() and text[at].isalnum()
