# ruff: noqa: ARG001, ARG002 - a kind of listing has no use for all that others are given
"""How a vendor's cases are found: each way of listing is a value, declared by the vendor's spider.

A listing turns a step of the search plan into a first request, and a response into a Leaf: the targets it names, the
total the site declares, and the cursor of the next page. Reading a leaf is pure (body in, Leaf out), so a saved
response is a test. What a listing needs from its vendor are small functions: ``query`` (step → parameters) and
``card`` (one entry → Target or None).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urljoin

from lxml import etree
from scrapy import Request
from scrapy.http import Response
from scrapy.selector import Selector
from scrapy.utils.gz import gunzip, gzip_magic_number

from pipelines.search_plan import Step


class ListingChanged(Exception):  # noqa: N818 - named for what happened at the site
    """A listing's answer has not the shape that we know: the site has changed, and the run says so."""


@dataclass(frozen=True, slots=True)
class Target:
    """A page that a listing names: its address and what the listing's card says of it (label, value)."""

    url: str
    facts: tuple[tuple[str, str], ...] = ()
    title: str = ""
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a listing, read. ``size`` counts entries, targets or not; ``next`` are the cursors it leads to, none on the last."""

    targets: tuple[Target, ...]
    size: int = 0
    declared: int | None = None
    next: tuple[str, ...] = ()


Query = Callable[[Step], Mapping[str, str] | None]
Card = Callable[[Any], Target | None]


def no_filter(step: Step) -> Mapping[str, str] | None:
    """The query of a listing that cannot search: asked once, in the plan's first step, and never again."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What all listings have. ``searches``: whether steps make a difference; a listing that cannot search is asked once."""

    name: str
    url: str
    query: Query = no_filter
    searches: bool = False
    first: ClassVar[str] = "0"
    rendered: ClassVar[bool] = False

    def request(self, step: Step, cursor: str) -> Request | None:
        """The request for a page of this listing; None where the listing has nothing to do with the step."""
        params = self.query(step)
        return None if params is None else self._request(params, cursor)

    def _request(self, params: Mapping[str, str], cursor: str) -> Request:
        return Request(_with_query(self.url, params))

    def read(self, response: Response, cursor: str) -> Leaf:
        """What the response names; raises ListingChanged where it has not the known shape."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class JsonListing(Listing):
    """A JSON endpoint paged by number over GET: ``items`` and ``total`` are dotted paths into the answer."""

    items: str
    total: str
    card: Card
    page_param: str = "page"
    size: int = 100

    def _request(self, params: Mapping[str, str], cursor: str) -> Request:
        return Request(_with_query(self.url, {**params, self.page_param: cursor}), headers={"Accept": "application/json"})

    def read(self, response: Response, cursor: str) -> Leaf:
        """A leaf ends the listing when it is empty, or when the pages so far hold the declared total."""
        data = _json(response)
        entries, total = dig(data, self.items), dig(data, self.total)
        if not isinstance(entries, list) or not isinstance(total, int):
            raise ListingChanged(f"{response.url}：“{self.items}”处没有列表，或“{self.total}”处没有总数")
        targets = _told(self.card, entries, response.url)
        page = int(cursor)
        more = bool(entries) and (page + 1) * self.size < total
        return Leaf(targets, len(entries), total, (str(page + 1),) if more else ())


@dataclass(frozen=True, kw_only=True)
class JsonPostListing(Listing):
    """A JSON endpoint paged by offset over POST: the cursor is ``skip``; ``more`` is the path of the has-more flag."""

    items: str
    total: str
    more: str
    card: Card
    size: int = 24
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def _request(self, params: Mapping[str, str], cursor: str) -> Request:
        body = {**self.body, **params, "top": self.size, "skip": int(cursor)}
        headers = {"Content-Type": "application/json", "Accept": "application/json", **self.headers}
        return Request(self.url, method="POST", headers=headers, body=json.dumps(body, sort_keys=True, ensure_ascii=False))

    def read(self, response: Response, cursor: str) -> Leaf:
        """A leaf ends the listing when the site says that there is no more, or names nothing."""
        data = _json(response)
        entries, total, more = dig(data, self.items), dig(data, self.total), dig(data, self.more)
        if not isinstance(entries, list) or not isinstance(total, int) or not isinstance(more, bool):
            raise ListingChanged(f"{response.url}：缺少“{self.items}”、“{self.total}”或“{self.more}”")
        following = (str(int(cursor) + self.size),) if more and entries else ()
        return Leaf(_told(self.card, entries, response.url), len(entries), total, following)


@dataclass(frozen=True, kw_only=True)
class HtmlListing(Listing):
    """A page of links drawn by the server: every link is offered to ``card``; ``next_text`` are labels of a next-page link."""

    card: Card  # of a Link
    next_text: tuple[str, ...] = ("下一页", "Next", "Next page", "»")
    declared: str = ""  # XPath of the total, where the page shows one
    least: int = 0  # fewer targets than this on the first page: not the listing that we know

    def _request(self, params: Mapping[str, str], cursor: str) -> Request:
        return Request(_with_query(self.url, params) if cursor == self.first else cursor)

    def read(self, response: Response, cursor: str) -> Leaf:
        """The links in page order, each address once."""
        page = Selector(text=response.text)
        links = list(_links(page, response.url))
        targets = {t.url: t for t in _cards(self.card, links)}
        if cursor == self.first and len(targets) < self.least:
            raise ListingChanged(f"{response.url}：只有 {len(targets)} 个案例链接，至少应有 {self.least} 个")
        following = next((link.url for link in links if link.text in self.next_text or "next" in link.rel), response.url)
        total = _number(page.xpath(self.declared).get()) if self.declared else None
        return Leaf(tuple(targets.values()), len(targets), total, (following,) if following != response.url else ())


@dataclass(frozen=True, kw_only=True)
class RenderedListing(HtmlListing):
    """A listing drawn by script, through a browser: ``more`` is the label of the button that shows more, pressed until it is gone.

    ``scroll``: the page draws more when its end is seen. ``box``: the label of the check box that filters for a step
    (empty: none); its address gets a fragment of its own, so that two filters are two pages. ``static``: hosts from which the
    page's own scripts come, beside the policy's official ones; a page's other requests are not made.
    """

    more: tuple[str, ...] = ()
    wait_for: str = "a"
    presses: int = 200
    scroll: bool = False
    box: Callable[[Step], str] | None = None
    static: tuple[str, ...] = ()
    rendered: ClassVar[bool] = True

    def request(self, step: Step, cursor: str) -> Request | None:
        """The request for the page as a browser shows it, filtered for the step where a box does that."""
        made = super().request(step, cursor)
        label = self.box(step) if self.box else ""
        if made is None or not label:
            return made
        return made.replace(url=f"{made.url}#{quote(label)}", meta={"render": {**made.meta["render"], "boxes": [label]}})

    def _request(self, params: Mapping[str, str], cursor: str) -> Request:
        told = {"more": list(self.more), "wait_for": self.wait_for, "presses": self.presses, "scroll": self.scroll}
        return Request(_with_query(self.url, params), meta={"render": {**told, "static": list(self.static)}})


@dataclass(frozen=True, kw_only=True)
class SitemapListing(Listing):
    """A sitemap or sitemap index (gzipped or not); ``card`` gets each location as a Link."""

    card: Card

    def _request(self, params: Mapping[str, str], cursor: str) -> Request:
        return Request(self.url if cursor == self.first else cursor)

    def read(self, response: Response, cursor: str) -> Leaf:
        """The locations of a sitemap; an index leads to its sitemaps."""
        root = _xml(response)
        locations = [e.text.strip() for e in root.iter("{*}loc") if e.text]
        if etree.QName(root).localname == "sitemapindex":
            return Leaf((), len(locations), None, tuple(locations))
        targets = _cards(self.card, [Link(url, "") for url in locations])
        return Leaf(targets, len(targets))


@dataclass(frozen=True, kw_only=True)
class FeedListing(Listing):
    """An RSS or Atom feed; ``card`` gets each entry as a FeedEntry."""

    card: Card

    def read(self, response: Response, cursor: str) -> Leaf:
        """The entries of a feed in its order."""
        entries = [_entry(e) for e in _xml(response).iter("{*}item", "{*}entry")]
        targets = _cards(self.card, entries)
        return Leaf(targets, len(entries))


@dataclass(frozen=True, kw_only=True)
class SeedListing(Listing):
    """Known addresses, for a site whose listing cannot be read. It asks the site for nothing."""

    url: str = ""
    seeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page: absolute address, its text, its ``rel``."""

    url: str
    text: str
    rel: str = ""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry of a feed; ``published`` as the feed writes it, ``content`` its HTML."""

    url: str
    title: str
    published: str = ""
    categories: tuple[str, ...] = ()
    content: str = ""


def dig(data: Any, path: str) -> Any:
    """The value at a dotted path of nested objects; None where a part of the path is missing."""
    for name in path.split("."):
        data = data.get(name) if isinstance(data, dict) else None
    return data


def _with_query(url: str, params: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url


def _json(response: Response) -> Any:
    try:
        return json.loads(response.body)
    except ValueError as error:
        raise ListingChanged(f"{response.url}：不是 JSON：{error}") from error


def _xml(response: Response) -> Any:
    body = gunzip(response.body, max_size=50_000_000) if gzip_magic_number(response) else response.body
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise ListingChanged(f"{response.url}：不是 XML：{error}") from error
    if root is None:
        raise ListingChanged(f"{response.url}：不是 XML")
    return root


def _cards(card: Card, entries: list[Any]) -> tuple[Target, ...]:
    return tuple(t for t in (card(e) for e in entries) if t is not None)


def _told(card: Card, entries: list[Any], url: str) -> tuple[Target, ...]:
    """The targets of a JSON listing; raises ListingChanged where there are entries and not one names a page."""
    targets = _cards(card, entries)
    if entries and not targets:
        raise ListingChanged(f"{url}：列出 {len(entries)} 条，却没有一条能读出网址；条目的字段可能改名了")
    return targets


def _links(page: Selector, base: str) -> Iterator[Link]:
    base = urljoin(base, page.xpath("//base/@href").get() or "")
    for a in page.xpath("//a[@href]"):
        text = " ".join(a.xpath("string(.)").get("").split())
        try:
            url = urljoin(base, a.attrib["href"].strip())
        except ValueError:
            continue
        yield Link(url, text, a.attrib.get("rel", ""))


def _entry(element: Any) -> FeedEntry:
    def text(*names: str) -> str:
        return next((e.text.strip() for n in names for e in element.iter("{*}" + n) if e.text and e.text.strip()), "")

    links = [e.get("href") or (e.text or "").strip() for e in element.iter("{*}link")]
    categories = tuple(e.text.strip() for e in element.iter("{*}category") if e.text)
    published = text("pubDate", "published", "updated")
    return FeedEntry(next(filter(None, links), ""), text("title"), published, categories, text("encoded", "content", "description"))


def _number(text: str | None) -> int | None:
    digits = "".join(c for c in text or "" if c.isdigit())
    return int(digits) if digits else None
