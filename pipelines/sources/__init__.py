"""Which pages are an official source of a vendor, of which tier and kind, and why the others are not.

Document 1 §1.1: tier 1 is the vendor's own (case pages, official blog, conference, white paper, press), tier 2 is
official content made with others (joint solution launches, partner cases, certified testimonials of customers), with
what proves it; third-party media, individuals' posts and aggregations are rejected. The rules are data: the kinds with
their tiers and the marks by which a page tells its kind in ``_common.yaml``, addresses in ``<vendor>.yaml``. The crawl
asks before a download and again after it (redirects, and what only the page can tell); an import asks once, after.
Whether a video's page holds a testimony in writing is the reader's question: without one it is no case (``video_page``).

``judge("aws", url)`` answers with a Verdict whose ``code``, where it rejects, is a key of pipelines.case.REASONS.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import SplitResult, parse_qs

from pipelines.sources import urls
from pipelines.sources.urls import Refused
from pipelines.vocabulary import DataError, check_named, load_yaml, unique

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Seen:
    """What a page says about itself, for rules that a URL alone cannot decide."""

    title: str = ""
    author: str = ""
    text: str = ""


@dataclass(frozen=True)
class Source:
    """Pages of a host and path: ``tier`` and ``kind`` of what stands there, ``proof`` where the tier is 2.

    ``authors`` and ``series`` restrict a path that individuals share: the page's author must be one of the names,
    or its title must begin with one of the series.
    """

    host: str
    path: str
    kind: str
    tier: int = 1
    proof: str = ""
    authors: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Exclusion:
    """Pages of an official host that are never a source, and why."""

    host: str
    path: str
    why: str


@dataclass(frozen=True)
class Listing:
    """Pages that lead to sources (listings, endpoints, feeds, sitemaps) and are none themselves."""

    host: str
    path: str


@dataclass(frozen=True)
class Downgrade:
    """A mark near the top of a page that makes a tier 1 page tier 2: the mark is the proof."""

    mark: str
    proof: str
    within: int = 600  # characters from the top of the text
    kind: str = "partner"


@dataclass(frozen=True)
class Rewrite:
    """``pattern`` of a whole URL without scheme and query, and what it becomes; ``identity`` names the page whatever the URL."""

    pattern: str
    url: str
    identity: str = ""


@dataclass(frozen=True)
class Policy:
    """The source policy of one vendor, as in its YAML file."""

    name: str
    official: tuple[str, ...]  # hosts, each with all below it
    sources: tuple[Source, ...]
    listings: tuple[Listing, ...] = ()
    exclude: tuple[Exclusion, ...] = ()
    downgrade: tuple[Downgrade, ...] = ()
    rewrite: tuple[Rewrite, ...] = ()
    drop_query: tuple[str, ...] = ()
    keep_query: tuple[str, ...] = ()  # of source pages, which otherwise lose their query
    slash: str = "strip"  # strip, add: how a source page's path ends
    unwrap: Mapping[str, str] | None = None  # host of a link wrapper: the parameter that holds the link


@dataclass(frozen=True)
class Verdict:
    """Whether a URL is an official source. ``pending``: only the page itself can settle it (ask again with Seen)."""

    accepted: bool
    tier: int | None
    kind: str
    proof: str
    code: str = ""
    detail: str = ""
    pending: bool = False

    @property
    def fetchable(self) -> bool:
        """Whether a crawl may ask for the page: a source, or a listing that leads to sources."""
        return self.accepted or self.kind == "listing"


def judge(vendor: str, url: str, seen: Seen | None = None) -> Verdict:
    """The verdict on ``url`` as a source of ``vendor``; pass ``seen`` once the page is there. Never raises for a bad URL."""
    policy = policies().get(vendor)
    if policy is None:
        return _reject("unknown_vendor", f"没有厂商 {vendor!r} 的来源规则")
    parts = _split(policy, url)
    return _reject(parts.code, parts.detail) if isinstance(parts, Refused) else _judge(policy, parts, seen)


def _judge(policy: Policy, parts: SplitResult, seen: Seen | None) -> Verdict:
    host, path = parts.netloc, parts.path or "/"
    for exclusion in policy.exclude:
        if _matches(exclusion.host, exclusion.path, host, path):
            return _reject("excluded", exclusion.why)
    for source in policy.sources:
        if _matches(source.host, source.path, host, path):
            return _by_page(policy, source, seen)
    for listing in policy.listings:
        if _matches(listing.host, listing.path, host, path):
            return Verdict(False, None, "listing", "", "not_a_story", "目录、接口或订阅源，本身不是案例")
    if any(urls.under(host, official) for official in policy.official):
        return _reject("outside_policy", f"{host}{path} 不在 {policy.name} 的官方案例路径内")
    return _reject("unofficial", f"{host} 不是 {policy.name} 的官方域名{_of_videos(host)}")


def _of_videos(host: str) -> str:
    """What would make a video on a platform of videos usable; empty for every other host."""
    platform = any(urls.under(host, one) for one in _common().video_hosts)
    return "：视频平台上的页面没有可核对的文字；厂商官网上带文字稿的客户证言页才可收录（tier 2）" if platform else ""


def _by_page(policy: Policy, source: Source, seen: Seen | None) -> Verdict:
    """What the page itself decides: the official author of a shared path, the partner mark that makes it tier 2."""
    restricted = bool(source.authors or source.series)
    if seen is None:
        return Verdict(True, source.tier, source.kind, source.proof, pending=restricted)
    if restricted and seen.author not in source.authors and not seen.title.startswith(source.series or ("\0",)):
        return _reject("excluded", f"社区个人文章，作者 {seen.author or '不明'} 不是官方账号")
    if titled := _titled(source.kind, seen.title):
        return Verdict(True, 2, titled.kind, source.proof or f"{policy.name} 官网页面，标题写明“{titled.shown(seen.title)}”")
    if source.tier == 1:
        for mark in policy.downgrade:
            if mark.mark in seen.text[: mark.within]:
                return Verdict(True, 2, mark.kind, mark.proof)
    return Verdict(True, source.tier, source.kind, source.proof)


def _titled(kind: str, title: str) -> TitleMark | None:
    """The mark by which a page of a kind says in its title that it is of another."""
    return next((mark for mark in _common().titles if kind in mark.of and mark.shown(title)), None)


def _reject(code: str, detail: str) -> Verdict:
    return Verdict(False, None, "", "", code, detail)


def vendor_of(url: str) -> str | None:
    """The vendor on whose official host, or in whose policy's sources, the URL lies; None where there is none."""
    split = ((vendor, policy, _split(policy, url)) for vendor, policy in policies().items())
    known = [(vendor, policy, parts) for vendor, policy, parts in split if isinstance(parts, SplitResult)]
    owner = (v for v, p, parts in known if any(urls.under(parts.netloc, h) for h in p.official))
    by_rule = (v for v, p, parts in known if any(_matches(s.host, s.path, parts.netloc, parts.path) for s in p.sources))
    return next(owner, None) or next(by_rule, None)


def canonical_url(vendor: str, url: str) -> str:
    """One URL per page: https, no tracking, no fragment, the vendor's form of slashes, old addresses as the new ones.

    A URL that is refused, or a vendor without policy, comes back unchanged.
    """
    policy = policies().get(vendor)
    parts = _split(policy, url) if policy else None
    if policy is None or parts is None or isinstance(parts, Refused):
        return url
    query = urls.drop_query(parts.query, (*policy.drop_query, *_common().tracking))
    if not any(_matches(s.host, s.path, parts.netloc, parts.path) for s in policy.sources):
        return urls.join(parts, query=query)
    return _rewritten(policy, parts._replace(query=_kept(policy, query)))[0]


def identity(vendor: str, url: str) -> str:
    """The key of a page over its old and new addresses and languages' prefixes; the canonical URL where there is no other."""
    policy = policies().get(vendor)
    parts = _split(policy, url) if policy else None
    if policy is None or parts is None or isinstance(parts, Refused):
        return url
    return _rewritten(policy, parts)[1] or canonical_url(vendor, url)


def _rewritten(policy: Policy, parts: SplitResult) -> tuple[str, str]:
    """(canonical URL, identity or empty) of a source page."""
    path = (parts.path or "/").rstrip("/") + ("/" if policy.slash == "add" or parts.path in ("", "/") else "")
    path = path.rstrip("/") if re.search(r"\.[a-z0-9]{2,5}/?$", path) else path
    for rule, pattern in _rewrites(policy.rewrite):
        if match := pattern.fullmatch(parts.netloc + parts.path.rstrip("/")):
            return match.expand(rule.url), match.expand(rule.identity)
    return urls.join(parts, path=path), ""


def _kept(policy: Policy, query: str) -> str:
    return urls.drop_query(query, {k for k in parse_qs(query, keep_blank_values=True) if k not in policy.keep_query})


def _split(policy: Policy, url: str) -> SplitResult | Refused:
    """The parts of a URL, taken out of a known link wrapper once."""
    parts = urls.split(url)
    if isinstance(parts, SplitResult):
        for host, name in (policy.unwrap or {}).items():
            if urls.under(parts.netloc, host) and (inner := parse_qs(parts.query).get(name)):
                return urls.split(inner[0])
    return parts


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return urls.path_pattern(path)


@cache
def _rewrites(rules: tuple[Rewrite, ...]) -> tuple[tuple[Rewrite, re.Pattern[str]], ...]:
    return tuple((rule, re.compile(rule.pattern)) for rule in rules)


def _matches(host: str, path: str, of_host: str, of_path: str) -> bool:
    """Hosts are compared whole, or below a suffix where the rule's host begins with ``*.``."""
    named = urls.under(of_host, host[2:]) if host.startswith("*.") else of_host == host
    return named and _pattern(path).fullmatch(of_path or "/") is not None


@dataclass(frozen=True)
class Kind:
    """A kind of source: the best tier that it can have, what it is called, and why it has that tier."""

    tier: int
    zh: str
    why: str


@dataclass(frozen=True)
class TitleMark:
    """Words of a title (a regular expression, case does not matter) that make a page of the kinds ``of`` one of ``kind``."""

    kind: str
    pattern: str
    of: tuple[str, ...]

    def shown(self, title: str) -> str:
        """The words that a title shows; empty where it shows none."""
        found = _words(self.pattern).search(title)
        return found.group() if found else ""


@dataclass(frozen=True)
class Common:
    """What holds for every vendor: ``tracking``, names of query parameters that never name a page; the kinds of sources;
    titles that tell a kind; hosts of videos, which are nobody's official host."""

    tracking: tuple[str, ...]
    kinds: Mapping[str, Kind]
    titles: tuple[TitleMark, ...] = ()
    video_hosts: tuple[str, ...] = ()


@cache
def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@cache
def _common() -> Common:
    path = HERE / "_common.yaml"
    common = load_yaml(path, Common)
    check_named((kind for mark in common.titles for kind in (mark.kind, *mark.of)), common.kinds, path)
    return common


def kinds() -> Mapping[str, Kind]:
    """Every kind of source by its code, with its tier and the reason."""
    return _common().kinds


@cache
def policies() -> Mapping[str, Policy]:
    """Every vendor's policy by vendor code, checked; raises DataError for one that contradicts itself."""
    found = {p.stem: _checked(p) for p in sorted(HERE.glob("*.yaml")) if not p.stem.startswith("_")}
    unique(((host, v) for v, p in found.items() for host in p.official), str(HERE))
    return found


def _checked(path: Path) -> Policy:
    policy = load_yaml(path, Policy)
    check_named([s.kind for s in policy.sources] + [mark.kind for mark in policy.downgrade], kinds(), path)
    for source in policy.sources:
        if source.tier not in (1, 2) or (source.tier == 2 and not source.proof):
            raise DataError(f"{path}: {source.host}{source.path}: tier is 1, or 2 with the proof of the partnership")
        if source.tier < kinds()[source.kind].tier:
            raise DataError(f"{path}: {source.host}{source.path}: kind {source.kind} is tier 2 ({kinds()[source.kind].why})")
    for pattern in [r.path for r in policy.sources] + [r.path for r in policy.listings] + [r.path for r in policy.exclude]:
        if not pattern.startswith(("/", "{locale}")):
            raise DataError(f"{path}: path '{pattern}' must begin with / or {{locale}}")
    if policy.slash not in ("strip", "add"):
        raise DataError(f"{path}: slash is strip or add, not '{policy.slash}'")
    return policy
