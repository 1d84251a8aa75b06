"""The spider that every vendor's spider is: a vendor's file only declares.

To add a vendor (``scrapy newvendor NAME`` writes the files of the first three steps):

1. ``pipelines/sources/<vendor>.yaml``: official hosts, source paths with kind and tier, listings, exclusions.
2. ``crawlers/spiders/<vendor>.py``: one class below VendorSpider with ``name`` = the vendor's code, ``listings``
   (values of crawlers.listings; a total that the site declares belongs there) and ``expectations``. A page that leads
   to further pages (上一篇/下一篇) overrides ``further``; a page whose bytes hide the story in an embedded state needs
   nothing here: layouts are the reader's data. Nothing is parsed by CSS class, nothing normalized in a spider.
3. ``crawlers/sandbox/facts/<vendor>.yaml``, ``crawlers/sandbox/templates/<vendor>/*.j2`` and
   ``crawlers/sandbox/sites/<vendor>.py``: the replica site (see crawlers.sandbox.site), at least 25 fictional customers.
4. ``tests/fixtures/<vendor>/<slug>/``: one saved page a layout; ``scrapy savecase`` writes it.

A class that contradicts itself (a listing that the policy does not let us fetch, two listings of one name, a floor
that is no share) is refused when it is imported.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse

from crawlers.items import Fetched, Refused, Searched, Sighting, Unchanged
from crawlers.listings import Leaf, Listing, Target
from crawlers.searching import LONGEST_URL, SEARCH, Provider, links, printable, provider
from pipelines.case import ELEVEN, Rejection
from pipelines.errors import UserError
from pipelines.reader.document import Document
from pipelines.search_plan import EVERYTHING, Narrow, Plan, Question, make_plan, questions, tiers_of
from pipelines.sources import Seen, Verdict, canonical_url, judge, policies

FOUND_BY = "（检索“"  # begins what the refusal of a search's result says of the search
LISTING_PRIORITY = 100  # listings first: a page's facts from every listing are known before the page is read


class DeclarationError(TypeError):
    """A spider class that contradicts itself or its policy; the message names the class and the remedy."""


@dataclass(frozen=True)
class Expectations:
    """What a whole run of this vendor looks like; less is ``incomplete`` or ``changed``, never ``complete``.

    ``floors``: for each field, the least share (0–1) of cases that have a value. ``declared``: the least share of the
    total a listing declares that must have been listed. ``pages``: the least number of pages that tell of a case,
    of those fetched. ``judged_from``: fewer cases than this say nothing about shares.
    """

    floors: Mapping[str, float] = field(default_factory=lambda: {"customer_name": 0.8, "products": 0.5, "solution": 0.3})
    declared: float = 0.98
    pages: float = 0.3
    judged_from: int = 8


class VendorSpider(Spider):
    """See the module. Arguments: ``category`` (needed), ``industry``, ``since``, ``limit``, ``tiers``."""

    listings: ClassVar[tuple[Listing, ...]] = ()
    expectations: ClassVar[Expectations] = Expectations()
    languages: ClassVar[str] = "en;q=0.9, zh-CN;q=0.5"  # Accept-Language of every request

    plan: Plan
    provider: Provider | None = None  # of searches, where one is configured

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" in cls.__dict__:
            check_declarations(cls)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> VendorSpider:
        """The spider with its plan; raises UserError for a category, industry or tier that does not exist."""
        plan = plan_of(cls.name, kwargs)
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.plan = plan
        spider.provider = provider(crawler.settings.get("CRAWL_SEARCH") or "")
        return spider

    # Listings

    async def start(self) -> AsyncIterator[Any]:
        """The first page of every listing for every step of the plan that makes a difference to it."""
        for number in range(len(self.plan.steps)):
            for listing in self.listings:
                if number == 0 or listing.searches:
                    for one in self.open_listing(listing, number, listing.first):
                        yield one
        for question in questions(self.plan) if self.provider else ():
            yield self.put(question, 0)

    def open_listing(self, listing: Listing, step: int, cursor: str) -> Iterator[Any]:
        """The request for a page of a listing; a listing of seeds is read at once, without one."""
        if seeds := getattr(listing, "seeds", None):
            yield from self.targets(Leaf(tuple(Target(u) for u in seeds), len(seeds)), listing, step, listing.first)
        elif request := listing.request(self.plan.steps[step], cursor):
            meta = {**request.meta, "phase": self.plan.steps[step].phase}
            told = {"listing": listing.name, "step": step, "cursor": cursor}
            yield request.replace(callback=self.parse_listing, cb_kwargs=told, priority=LISTING_PRIORITY, meta=meta)

    def parse_listing(self, response: Response, listing: str, step: int, cursor: str) -> Iterator[Any]:
        """A page of a listing: its targets, its next pages, and the record that it was seen."""
        source = next(one for one in self.listings if one.name == listing)
        leaf = source.read(response, cursor)
        yield from self.targets(leaf, source, step, cursor)
        for following in leaf.next:
            yield from self.open_listing(source, step, following)

    def targets(self, leaf: Leaf, listing: Listing, step: int, cursor: str) -> Iterator[Any]:
        """A request for every official target of a leaf, a rejection for every other."""
        yield Sighting(listing.name, step, cursor, leaf.size, leaf.declared, last=not leaf.next)
        for target in leaf.targets:
            if self.plan.narrow.since and target.published and target.published[:10] < self.plan.narrow.since:
                continue
            yield self.ask(target, self.plan.steps[step].phase)

    # Searches

    def put(self, question: Question, page: int) -> Request:
        """The request that puts a query to the provider."""
        assert self.provider is not None
        told = {"words": question.words, "step": question.step, "phase": question.phase, "page": page}
        return self.provider.request(question, page).replace(callback=self.parse_search, cb_kwargs=told)

    def parse_search(self, response: Response, words: str, step: int, phase: str, page: int) -> Iterator[Any]:
        """An answer of the provider: its addresses are asked for or refused, with the query and rank that led to them."""
        assert self.provider is not None
        named = links(response, self.provider)
        yield Searched(words, step, page, len(named))
        for rank, url in enumerate(named, 1 + page * self.provider.most):
            yield self.found(url, phase, {"query": words, "rank": rank, "provider": self.provider.shown})
        if named and page + 1 < self.provider.pages:
            yield self.put(Question(step, phase, words), page + 1)

    def found(self, url: str, phase: str, why: Mapping[str, Any]) -> Request | Refused:
        """A result of a search, judged like every link; its address is all that is taken from the provider."""
        asked = self.ask(Target(url if len(url) <= LONGEST_URL and url.isprintable() else ""), phase)
        if isinstance(asked, Request):
            return asked.replace(meta={**asked.meta, "found": dict(why)})
        detail = f"{asked.rejection.detail}{FOUND_BY}{why['query']}”的第 {why['rank']} 条，{why['provider']}）"
        return Refused(Rejection(asked.rejection.code, detail, self.name, printable(url)))

    def ask(self, target: Target, phase: str) -> Request | Refused:
        """The request for a case page, by its canonical URL; refused where it is no official source of a wanted tier."""
        verdict = judge(self.name, target.url)
        if not verdict.accepted:
            return Refused(Rejection(verdict.code, verdict.detail, self.name, target.url))
        if verdict.tier not in self.plan.narrow.tiers:
            return Refused(Rejection("excluded", f"tier {verdict.tier} 不在本次要求之内", self.name, target.url))
        told = {"facts": [list(f) for f in target.facts], "title": target.title, "published": target.published}
        meta = {"phase": phase, "case_page": True}
        return Request(canonical_url(self.name, target.url), callback=self.parse_case, cb_kwargs=told, meta=meta)

    # Pages

    def parse_case(self, response: Response, facts: list[list[str]], title: str, published: str | None) -> Iterator[Any]:
        """A case page as a document, judged again by its final address; and the pages it leads to."""
        if response.status == 304:
            yield Unchanged(response.url, response.meta.get("known_digest", ""), *_validators(response))
            return
        document = self.document(response, facts, title, published)
        verdict = judge(self.name, response.url)
        if not verdict.accepted:
            yield self._refused_after(response, verdict)
            return
        etag, modified = _validators(response)
        archive, phase = response.meta.get("archive", ""), response.meta.get("phase", "")
        told = {"lost": "lost_digest" in response.meta, "again": "fetched_at" in response.meta}
        yield Fetched(document, verdict, archive, phase, etag, modified, **told)
        for target in self.further(response):
            yield self.ask(target, response.meta.get("phase", ""))

    def _refused_after(self, response: Response, verdict: Verdict) -> Refused:
        """What a redirect led to is no source. A case page that sends its visitors to a listing is not there any more."""
        asked = (response.meta.get("redirect_urls") or [response.url])[0]
        if verdict.kind == "listing":
            return Refused(Rejection("not_found_page", f"页面已撤下，跳转到目录 {response.url}", self.name, asked))
        return Refused(Rejection(verdict.code, verdict.detail, self.name, asked))

    def further(self, response: Response) -> Iterator[Target]:  # noqa: ARG002 - for those that override it
        """Pages that a case page leads to (上一篇, 下一篇, a folder of cases); none unless a vendor's file says so."""
        yield from ()

    def document(self, response: Response, facts: list[list[str]], title: str, published: str | None) -> Document:
        """The page's bytes with what the transport and the listing said of it; nothing is decoded or read here."""
        return Document(
            payload=response.body,
            media_type=_media_type(response),
            vendor=self.name,
            url=canonical_url(self.name, response.url),
            charset=_transport_charset(response),
            title=title,
            published=published,
            fetched_at=response.meta.get("fetched_at") or datetime.now(UTC).isoformat(timespec="seconds"),
            facts=tuple((label, value) for label, value in facts),
        )


def seen_of(title: str, text: str, author: str = "") -> Seen:
    """What the gate asks a page for, from its canonical text."""
    return Seen(title=title, author=author, text=text)


def plan_of(vendor: str, arguments: Mapping[str, Any]) -> Plan:
    """The plan of spider arguments (all strings); raises UserError for one that is missing or does not exist."""
    told = {name: str(arguments.get(name) or "") for name in ("category", "industry", "since", "limit", "tiers")}
    if told["limit"] and not told["limit"].isdigit():
        raise UserError(f"limit 是 0（不限）或更大的整数，不是“{told['limit']}”")
    narrow = Narrow(told["industry"], told["since"], int(told["limit"] or 0), tiers_of(told["tiers"]))
    return make_plan(told["category"] or EVERYTHING, vendor, narrow)


def check_declarations(cls: type[VendorSpider]) -> None:
    """Refuse a spider class that contradicts itself or its vendor's policy; raises DeclarationError."""
    if cls.name not in policies():
        raise DeclarationError(f"{cls.__name__}: no policy pipelines/sources/{cls.name}.yaml for the vendor '{cls.name}'")
    if not cls.listings:
        raise DeclarationError(f"{cls.__name__}: declare at least one listing; without one nothing is found")
    names = [SEARCH, *(listing.name for listing in cls.listings)]
    if len(set(names)) != len(names):
        raise DeclarationError(f"{cls.__name__}: two listings have one name among {names}")
    for listing in cls.listings:
        for url in getattr(listing, "seeds", ()) or (listing.url,):
            if not judge(cls.name, url).fetchable:
                raise DeclarationError(f"{cls.__name__}: listing '{listing.name}': the policy does not let us fetch {url}")
    _check_expectations(cls)


def _check_expectations(cls: type[VendorSpider]) -> None:
    expected = cls.expectations
    unknown = set(expected.floors) - set(ELEVEN)
    if unknown:
        raise DeclarationError(f"{cls.__name__}: floors for {sorted(unknown)}, which are not among the eleven fields")
    shares = [*expected.floors.values(), expected.declared, expected.pages]
    if not all(0 <= share <= 1 for share in shares):
        raise DeclarationError(f"{cls.__name__}: floors and shares lie between 0 and 1, not {shares}")


def _media_type(response: Response) -> str:
    named = (response.headers.get("Content-Type") or b"").decode("latin-1").partition(";")[0].strip().lower()
    if named in ("text/markdown", "text/plain", "application/pdf"):
        return named
    return "text/html" if isinstance(response, TextResponse) or not named else named


def _transport_charset(response: Response) -> str:
    """The charset that the Content-Type header names; never a guess."""
    header = (response.headers.get("Content-Type") or b"").decode("latin-1").lower()
    return header.partition("charset=")[2].partition(";")[0].strip(" \"'")


def _validators(response: Response) -> tuple[str, str]:
    etag, modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
    return (etag or b"").decode("latin-1"), (modified or b"").decode("latin-1")
