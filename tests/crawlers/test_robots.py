"""Robots files fail closed, and are read as RFC 9309 says."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError, DownloadTimeoutError, IgnoreRequest
from scrapy.settings import Settings

from crawlers.middlewares.robots import PARSED_BYTES, RobotsMiddleware, robots_of

AGENT = "cloud-insights"


def allows(text, path, agent=AGENT):
    return robots_of(200, text.encode()).allows(f"https://aws.amazon.com{path}", agent)


@pytest.mark.parametrize(
    ("status", "state", "allowed"),
    [
        (200, "parsed", True),
        (204, "parsed", True),
        (301, "unreachable", False),  # more redirects than are followed
        (400, "none", True),
        (401, "none", True),
        (403, "none", True),
        (404, "none", True),
        (410, "none", True),
        (429, "unreachable", False),
        (500, "unreachable", False),
        (502, "unreachable", False),
        (503, "unreachable", False),
        (504, "unreachable", False),
    ],
)
def test_what_a_status_means(status, state, allowed):
    robots = robots_of(status, b"")
    assert (robots.state, robots.allows("https://aws.amazon.com/x", AGENT)) == (state, allowed)


def test_an_error_page_is_never_read_as_rules():
    assert not robots_of(503, b"User-agent: *\nAllow: /").allows("https://aws.amazon.com/x", AGENT)
    assert robots_of(200, b"\n <!DOCTYPE html><html>Disallow: /</html>").state == "none"


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        # RFC 9309 §2.2.1: the group of our own name is used alone; product tokens are compared without regard to case
        ("User-agent: *\nDisallow: /\n\nUser-agent: cloud-insights\nAllow: /", "/a", True),
        ("User-agent: *\nAllow: /\n\nUser-agent: Cloud-Insights\nDisallow: /", "/a", False),
        ("User-agent: other\nDisallow: /", "/a", True),
        # several groups of one name are one; several names may lead one group
        ("User-agent: cloud-insights\nDisallow: /a\n\nUser-agent: cloud-insights\nDisallow: /b", "/b", False),
        ("User-agent: other\nUser-agent: cloud-insights\nDisallow: /a", "/a", False),
        # §2.2.2: the longest match decides, and allow where both are as long
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", False),
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/", False),
        # §2.2.3: * and $
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?a=1", True),
        ("User-agent: *\nDisallow: /a*b", "/aXXb", False),
        ("User-agent: *\nDisallow: /blogs/", "/blogs", True),
        # §2.2.2: paths are compared with percent-encoding made equal
        ("User-agent: *\nDisallow: /%E6%A1%88", "/案", False),
        ("User-agent: *\nDisallow: /案", "/%E6%A1%88", False),
        # lines that are none, comments, order, line ends
        ("nonsense\nUser-agent: * # all\r\nDisallow: /a # not a\r\n", "/a", False),
        ("Disallow: /\nUser-agent: *\nAllow: /", "/a", True),
        ("Sitemap: https://aws.amazon.com/s.xml\nUser-agent: *\nDisallow: /a", "/a", False),
        ("\ufeffUser-agent: *\nDisallow: /a", "/a", False),
        ("", "/a", True),
    ],
)
def test_rules(text, path, allowed):
    assert allows(text, path) == allowed


def test_only_the_first_512_kib_are_read():
    text = "User-agent: *\nDisallow: /early\n" + "#" * PARSED_BYTES + "\nDisallow: /late"
    assert not allows(text, "/early")
    assert allows(text, "/late")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (DownloadTimeoutError(), "robots_unreachable"),
        (DownloadFailedError(), "site_unreachable"),
        (CannotResolveHostError(), "site_unreachable"),
        (IgnoreRequest("x"), "robots_unreachable"),
    ],
)
def test_no_answer_at_all_means_no_and_the_host_is_asked_once(error, kind):
    asked = []

    async def download(request):
        asked.append(request.url)
        raise error

    settings = Settings({"ROBOTS_AGENT": AGENT, "CRAWL_DELAY_MAX": 60.0, "REDIRECT_MAX_TIMES": 8})
    crawler = SimpleNamespace(settings=settings, engine=SimpleNamespace(download_async=download))

    async def run():
        middleware = RobotsMiddleware(crawler)
        return await asyncio.gather(
            *(middleware.process_request(Request(f"https://aws.amazon.com/{n}")) for n in range(3)), return_exceptions=True
        )

    outcomes = asyncio.run(run())
    assert {one.failed.kind for one in outcomes} == {kind}
    assert asked == ["https://aws.amazon.com/robots.txt"]


def test_a_crawl_delay_is_told():
    assert robots_of(200, b"User-agent: *\nCrawl-delay: 7").delay(AGENT) == 7.0
    assert robots_of(404, b"").delay(AGENT) == 0.0
