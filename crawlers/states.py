"""A listing whose entries stand in a script as data (``window._ROUTER_DATA = {…}``), not in markup.

The state is read first, then the links of the markup; only where both name nothing is the page asked for again through
a browser. So a vendor whose listing is not known for certain is declared once, and a page that names nothing by any of
the three ways is a listing that changed, never an empty one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.listings import Card, HtmlListing, Leaf, ListingChanged, RenderedListing

_ASSIGNED = re.compile(r"window(?:\.|\[['\"])(?:_ROUTER_DATA|__ASYNC_DATA__|__INITIAL_STATE__)(?:['\"]\])?\s*=\s*(?=[{\[])")
_RENDERED = "rendered"
_DEPTH = 40


@dataclass(frozen=True, kw_only=True)
class StateListing(HtmlListing):
    """See the module. ``entries``: the entries of a state; ``entry_card``: an entry's Target; ``card``: a link's, as everywhere.

    ``guess``: an address that the site may not have; a page there that names nothing is passed over.
    """

    entries: Callable[[Any], Iterator[Any]]
    entry_card: Card
    guess: bool = False
    static: tuple[str, ...] = ()

    def _request(self, params: Mapping[str, str], cursor: str) -> Request:
        if cursor != _RENDERED:
            return super()._request(params, cursor)
        return RenderedListing(name=self.name, url=self.url, card=self.card, static=self.static)._request(params, self.first)

    def read(self, response: Response, cursor: str) -> Leaf:
        """The entries of the state, else the links of the page; a page with neither leads to itself in a browser."""
        found = [self.entry_card(e) for state in embedded(response.text) for e in self.entries(state)]
        targets = {t.url: t for t in found if t is not None}
        if targets:
            return Leaf(tuple(targets.values()), len(targets))
        leaf = super().read(response, cursor)
        if leaf.targets or self.guess:
            return replace(leaf, next=tuple(n for n in leaf.next if cursor != _RENDERED))
        if cursor == _RENDERED:
            raise ListingChanged(f"{response.url}：页面状态、链接和渲染后的链接都没有指向案例")
        return Leaf((), 0, None, (_RENDERED,))


def embedded(text: str) -> Iterator[Any]:
    """The states that a page's scripts assign, as plain data; what is no JSON is passed over."""
    for found in _ASSIGNED.finditer(text):
        try:
            yield json.JSONDecoder().raw_decode(text, found.end())[0]
        except (ValueError, RecursionError):
            continue


def objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object within a state, outer before inner."""
    if depth > _DEPTH:
        return
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(inner, dict | list):
            yield from objects(inner, depth + 1)
