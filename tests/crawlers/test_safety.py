"""What a hostile or careless site can not make the crawl do; each advisory of Scrapy's news that concerns us has a test."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from scrapy import Request, Spider
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler
from twisted.internet.error import DNSLookupError

from crawlers import settings as ours
from crawlers.failures import Declined, classify, of_status
from crawlers.handlers import _from_outside, sandbox_address, to_sandbox
from crawlers.middlewares.challenge import challenge_of
from crawlers.middlewares.gate import GateMiddleware, is_robots
from crawlers.middlewares.redirects import Redirects
from crawlers.resolver import is_public, public_or_raise
from crawlers.waiting import retry_after

PAGE = "https://aws.amazon.com/solutions/case-studies/example/"


def project():
    found = Settings()
    found.setmodule(ours, priority="project")
    return found


# Addresses


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # cloud metadata
        ("100.64.0.1", False),  # shared address space
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("not an address", False),
    ],
)
def test_only_public_addresses_are_connected_to(address, public):
    assert is_public(address) == public


def test_a_name_that_resolves_inside_is_refused():
    assert public_or_raise("93.184.216.34", "aws.amazon.com") == "93.184.216.34"
    with pytest.raises(DNSLookupError, match="不是公网地址"):
        public_or_raise("169.254.169.254", "aws.amazon.com")


def test_an_answer_from_inside_is_not_let_through_even_if_the_name_was():
    from ipaddress import ip_address

    _from_outside(Response(PAGE, ip_address=ip_address("93.184.216.34")))
    with pytest.raises(Declined, match="内网"):
        _from_outside(Response(PAGE, ip_address=ip_address("10.1.2.3")))


@pytest.mark.parametrize("address", ["http://10.0.0.1:80", "http://example.com", "https://127.0.0.1:1", "http://127.0.0.1.example.com"])
def test_the_sandbox_is_on_loopback_or_nowhere(address):
    with pytest.raises(NotConfigured):
        sandbox_address(address)
    assert sandbox_address("http://127.0.0.1:8765/") == "http://127.0.0.1:8765"


def test_a_request_to_the_sandbox_keeps_path_query_method_and_body():
    sent = to_sandbox(Request(PAGE + "?a=1", method="POST", body=b"{}"), "http://127.0.0.1:1")
    assert (sent.url, sent.method, sent.body) == ("http://127.0.0.1:1/solutions/case-studies/example/?a=1", "POST", b"{}")
    assert sent.headers["X-Sandbox-URL"] == (PAGE + "?a=1").encode()


# Redirects and the gate


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/solutions/case-studies/example/",
        "https://aws.amazon.com.evil.example/solutions/case-studies/example/",
        "https://user@aws.amazon.com/solutions/case-studies/example/",
        "https://127.0.0.1/solutions/case-studies/example/",
        "https://aws.amazon.com:8080/solutions/case-studies/example/",
        "ftp://aws.amazon.com/solutions/case-studies/example/",
        "https://aws.amazon.com/pricing/",
    ],
)
def test_the_gate_lets_nothing_unofficial_leave(url):
    with pytest.raises(Declined) as told:
        GateMiddleware("aws").process_request(Request(url, meta={"redirect_urls": [PAGE]}))
    assert told.value.failed.kind == "gated"
    assert told.value.failed.code


def test_the_gate_lets_official_pages_listings_and_robots_pass():
    gate = GateMiddleware("aws")
    for url in (PAGE, "https://aws.amazon.com/api/dirs/items/search?page=0", "https://aws.amazon.com/robots.txt"):
        gate.process_request(Request(url))
    assert not is_robots("https://evil.example/robots.txt", "aws")
    assert not is_robots("https://user@aws.amazon.com/robots.txt", "aws")
    assert not is_robots("https://aws.amazon.com:8080/robots.txt", "aws")


def test_a_redirect_from_https_to_http_is_not_followed():
    with pytest.raises(Declined, match="https"):
        GateMiddleware("aws").process_request(Request(PAGE.replace("https", "http"), meta={"redirect_urls": [PAGE]}))


@pytest.mark.parametrize("target", ["file:///etc/passwd", "data:text/html,x", "ftp://aws.amazon.com/x", "s3://bucket/x"])
def test_a_redirect_to_another_scheme_is_not_followed(target):
    """Scrapy 2.11.2, GHSA-23j4-mw76-5v7h: redirects to other schemes."""
    response = Response(PAGE, status=302, headers={"Location": target})
    middleware = Redirects.from_crawler(get_crawler(Spider))
    outcome = middleware.process_response(Request(PAGE), response)
    assert outcome is response or not outcome.url.startswith(("file", "data", "ftp", "s3"))
    handlers = project()["DOWNLOAD_HANDLERS"]
    assert all(handlers[scheme] is None for scheme in ("file", "ftp", "data", "s3"))


def test_credentials_and_cookies_do_not_go_to_another_host():
    """Scrapy 2.11.1 and 2.11.2 (GHSA-cw9j-q3vf-hrrv, GHSA-4qqq-9vqf-3h3f): Authorization and cookies over redirects."""
    request = Request(PAGE, headers={"Authorization": "secret", "Cookie": "a=b"})
    response = Response(PAGE, status=301, headers={"Location": "https://press.aboutamazon.com/x"})
    onward = Redirects.from_crawler(get_crawler(Spider)).process_response(request, response)
    assert "Authorization" not in onward.headers
    assert "Cookie" not in onward.headers
    assert project().getbool("COOKIES_ENABLED") is False


def test_no_referrer_policy_of_a_site_is_ever_looked_up():
    """Scrapy 2.14: a Referrer-Policy header could name a callable. The component that reads it is off."""
    assert project().getbool("REFERER_ENABLED") is False


def test_a_decompression_bomb_is_dropped():
    """Scrapy 2.11.1, GHSA-7j7m-v7m3-jqm7: a small body that becomes a large one."""
    import gzip

    settings = project()
    bomb = gzip.compress(b"\0" * (settings.getint("DOWNLOAD_MAXSIZE") + 1))
    assert len(bomb) < 20_000
    middleware = HttpCompressionMiddleware.from_crawler(get_crawler(Spider, {"DOWNLOAD_MAXSIZE": settings.getint("DOWNLOAD_MAXSIZE")}))
    response = Response(PAGE, headers={"Content-Encoding": "gzip"}, body=bomb)
    with pytest.raises(IgnoreRequest) as told:
        middleware.process_response(Request(PAGE), response)
    assert classify(told.value).kind == "too_large"


# Challenges, waits, failures


@pytest.mark.parametrize(
    ("status", "text", "challenge"),
    [
        (202, "", True),
        (202, "<html><h1>A story</h1>" + "word " * 100, True),
        (200, "<html><script src='/challenge.js'></script></html>", True),
        (200, "<html><body>Please wait...<script>readygo()</script></body></html>", True),
        (200, "<html><script>var a=1</script></html>", True),
        (403, "<html><title>Access Denied</title></html>", True),
        (
            200,
            "<html><h1>Example Bakery</h1><p>" + "They moved to the cloud. " * 20 + "</p><script src='challenge.js'></script></html>",
            False,
        ),
        (200, "<html><h1>短</h1></html>", False),
        (404, "<html>Access Denied</html>", False),
        (200, "", False),
    ],
)
def test_a_challenge_is_recognized_and_a_story_is_not(status, text, challenge):
    assert bool(challenge_of(status, text)) == challenge


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), ("0", 0.0), ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0), ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0), ("soon", None), ("", None)],
)
def test_retry_after_is_seconds_or_a_date(value, seconds):
    assert retry_after(value, datetime(2026, 11, 22, 12, 0, tzinfo=UTC)) == seconds


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, "gone"),
        (410, "gone"),
        (401, "forbidden"),
        (403, "forbidden"),
        (429, "rate_limited"),
        (500, "server_error"),
        (418, "http_error"),
    ],
)
def test_every_status_has_a_named_kind(status, kind):
    assert of_status(status).kind == kind


def test_an_unknown_exception_is_a_fault_of_ours():
    assert classify(KeyError("x")).kind == "callback_error"


# Settings


def test_the_settings_that_keep_us_polite_and_safe_are_as_they_were_decided():
    settings = project()
    expected = {
        "ROBOTSTXT_OBEY": True,
        "AUTOTHROTTLE_ENABLED": True,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 1.0,
        "DOWNLOAD_TIMEOUT": 60,
        "DOWNLOAD_MAXSIZE": 8 * 1024 * 1024,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "REDIRECT_MAX_TIMES": 8,
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "TWISTED_DNS_RESOLVER": "crawlers.resolver.PublicResolver",
        "SCHEDULER": "crawlers.frontier.scheduler.FrontierScheduler",
        "FEED_EXPORT_ENCODING": "utf-8",
    }
    assert {name: settings[name] for name in expected} == expected


def test_the_user_agent_says_who_we_are_and_pretends_nothing():
    agent = project()["USER_AGENT"]
    assert agent.startswith("cloud-insights/")
    assert "http" in agent
    assert not any(name in agent for name in ("Mozilla", "Chrome", "Safari"))


def test_every_component_named_in_the_settings_exists():
    from scrapy.utils.misc import load_object

    settings = project()
    named = [settings[n] for n in ("SCHEDULER", "TWISTED_DNS_RESOLVER", "CRAWL_PROCESS")]
    for group in ("SPIDER_MIDDLEWARES", "DOWNLOADER_MIDDLEWARES", "ITEM_PIPELINES", "EXTENSIONS"):
        named += [path for path, order in settings[group].items() if order is not None]
    named += [path for path in settings["DOWNLOAD_HANDLERS"].values() if path]
    assert all(load_object(path) for path in named)


def test_the_gate_comes_before_robots_and_the_archive_sees_what_the_net_sent():
    order = {k: v for k, v in project()["DOWNLOADER_MIDDLEWARES"].items() if v is not None}
    assert order["crawlers.middlewares.gate.GateMiddleware"] < order["crawlers.middlewares.robots.RobotsMiddleware"]
    assert order["crawlers.middlewares.archive.ArchiveMiddleware"] > 590  # nearer to the net than HttpCompressionMiddleware


def test_a_crawl_delay_sets_the_hosts_pace_and_throttling_leaves_it_alone():
    from crawlers.middlewares.robots import RobotsMiddleware

    slot = SimpleNamespace(delay=0.0, concurrency=8, jitter=0.5)
    crawler = SimpleNamespace(
        spider=None,
        settings=Settings({"ROBOTS_AGENT": "cloud-insights", "CRAWL_DELAY_MAX": 60.0}),
        engine=SimpleNamespace(downloader=SimpleNamespace(slots={"aws.amazon.com": slot})),
    )
    middleware, request = RobotsMiddleware(crawler), Request(PAGE)
    middleware._keep_delay(request, 7.0)
    assert (slot.delay, slot.concurrency) == (7.0, 1)
    assert request.meta["autothrottle_dont_adjust_delay"] is True
    with pytest.raises(Declined, match="Crawl-delay"):
        middleware._keep_delay(request, 61.0)


def test_html_is_read_for_challenges_and_robots_files_are_not():
    from crawlers.middlewares.challenge import ChallengeMiddleware

    page = HtmlResponse(PAGE, status=202, body=b"<html></html>", encoding="utf-8", headers={"Content-Type": "text/html"})
    with pytest.raises(Declined):
        ChallengeMiddleware().process_response(Request(PAGE), page)
    assert ChallengeMiddleware().process_response(Request(PAGE, meta={"robots_request": True}), page) is page
