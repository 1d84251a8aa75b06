"""Resolves names, and refuses those that lead to an address inside: private, loopback, link-local, reserved.

The address that is checked is the one that is connected to, so a name cannot answer differently the second time.
The exceptions are the literal loopback address of the setting SANDBOX, to which a name never leads, and the host of the
search provider, which its operator chose and which may well be on this machine (the gate lets only queries go there).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import DNSLookupError

from crawlers.searching import provider


def is_public(address: str) -> bool:
    """Whether an address may be connected to; False for what is no address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    inner = getattr(found, "ipv4_mapped", None)
    return (inner or found).is_global and not found.is_multicast


class PublicResolver(CachingThreadedResolver):
    """See the module; the setting TWISTED_DNS_RESOLVER names it."""

    sandbox: str | None = None
    provider: str | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> PublicResolver:
        """The resolver of a process, which knows its sandbox's address."""
        made = super().from_crawler(crawler, reactor)
        made.sandbox = urlsplit(crawler.settings.get("SANDBOX") or "").hostname
        search = provider(crawler.settings.get("CRAWL_SEARCH") or "")
        made.provider = search.host if search else None
        return made

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802 - Twisted's name
        """The address of a name; DNSLookupError where it is not public."""
        if name == self.sandbox:
            return succeed(name)
        found = super().getHostByName(name, timeout)
        return found if name == self.provider else found.addCallback(public_or_raise, name)


def public_or_raise(address: Any, name: str) -> Any:
    """The address, or DNSLookupError that names it where it is not public."""
    if not is_public(str(address)):
        raise DNSLookupError(f"{name} 解析到 {address}，不是公网地址")
    return address
