"""A search provider beside the vendors' own listings: what is put to it, what is taken of its answers, and how it may fail."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request
from scrapy.http import Response
from warcio.archiveiterator import ArchiveIterator

from crawlers.failures import Declined, Failed, SearchError
from crawlers.middlewares.gate import GateMiddleware
from crawlers.sandbox.server import Behaviour
from crawlers.searching import PATIENCE, Provider, Searching, links, printable, provider, with_key
from pipelines.errors import UserError
from pipelines.search_plan import Question, make_plan, questions

SITE = "https://aws.amazon.com/solutions/case-studies/"
UNLISTED = Behaviour(unlisted="example-atlas-media")
ATLAS = SITE + "example-atlas-media/"
HOSTILE = [
    "javascript:alert(1)",
    "https://aws.amazon.com@evil.example/solutions/case-studies/x/",
    "https://aws.amazon.com.evil.example/solutions/case-studies/x/",
    "http://169.254.169.254/latest/meta-data/",
    "file:///etc/passwd",
    SITE + "\x00\x1b[31m",
    SITE + "\ud800",
    SITE + "x" * 5000,
    SITE + "../../pricing/",
    "",
    7,
    None,
]


class Stub:
    """A provider on loopback: ``say`` is what it answers (status, body, headers); ``asked`` counts the queries."""

    def __init__(self):
        self.say = lambda query: (200, b'{"results": []}', {})
        self.asked = Counter()
        self.headers = []
        self.address = ""


@pytest.fixture
def stub():
    with serving_stub() as made:
        yield made


@contextmanager
def serving_stub():
    made = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            query = parse_qs(urlsplit(self.path).query)["q"][0]
            made.asked[query] += 1
            made.headers.append((self.path, dict(self.headers)))
            status, body, headers = made.say(query)
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_address[1]}/search"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def answering(*urls):
    body = json.dumps({"results": [{"url": url, "title": "A title", "content": "Oracle saved 99%"} for url in urls]}).encode()
    return lambda _: (200, body, {})


@pytest.fixture
def search(crawl, stub, tmp_path):
    """``search(run=…)`` crawls the sandbox with the stub as its provider, without a delay between queries."""
    path = tmp_path / "provider.yaml"

    def run(run="one", category="全部", settings=(), **more):
        path.write_text(f"url: {stub.address}\nname: 示例检索\ndelay: 0\n{more.pop('also', '')}", encoding="utf-8")
        return crawl(run=run, category=category, settings=(f"CRAWL_SEARCH={path}", *settings), **more)

    return run


def test_a_page_that_only_the_search_names_becomes_a_case_and_says_why_it_is_there(search, stub):
    stub.say = answering(SITE + "example-harbor-bank/?trk=x", ATLAS.replace("https", "http") + "?utm_source=a#b")
    crawled = search(behaviour=UNLISTED)
    assert (crawled.status, crawled.manifest["kinds"]) == (0, [])
    assert "Example Atlas Media" in {c.customer_name.value for c in crawled.library.cases()}
    (query,) = stub.asked
    assert "site:aws.amazon.com/solutions/case-studies" in query
    told = crawled.manifest["search"]
    assert told["answers"] == [{"query": query, "step": 0, "page": 0, "results": 2}]
    assert told["pages"] == [{"url": ATLAS, "outcome": "stored", "query": query, "rank": 2, "provider": "示例检索"}]
    assert "检索服务 示例检索：1 个查询" in crawled.said
    assert not any("Oracle" in e.quote for c in crawled.library.cases() for _, e in c.all_evidence()), "snippets are nobody's words"


def test_the_archive_says_which_query_led_to_a_page(search, stub, tmp_path):
    stub.say = answering(ATLAS)
    search(behaviour=UNLISTED)
    (path,) = (tmp_path / "archive").glob("one-*.warc.gz")
    with path.open("rb") as stream:
        found = [
            r.rec_headers.get_header("X-Found-By") for r in ArchiveIterator(stream) if r.rec_headers.get_header("WARC-Target-URI") == ATLAS
        ]
    assert [json.loads(told)["rank"] for told in found if told] == [1]


def test_nothing_unofficial_or_hostile_is_asked_for_and_each_is_refused_with_its_reason(search, stub):
    stub.say = answering(*HOSTILE, "https://news.example/aws-story", SITE, ATLAS)
    crawled = search(behaviour=UNLISTED)
    assert (crawled.status, crawled.manifest["status"]) == (0, "complete")
    assert {urlsplit(url).hostname for url in crawled.asked} == {"aws.amazon.com"}
    refused = [r for r in crawled.manifest["rejections"] if "检索“" in r["detail"]]
    assert Counter(r["code"] for r in refused) == {"unofficial": 4, "outside_policy": 7, "not_a_story": 1}
    assert all(r["url"].isprintable() and len(r["url"]) < 400 for r in refused)
    assert [p["url"] for p in crawled.manifest["search"]["pages"]] == [ATLAS]


def test_no_result_is_an_answer(search, stub):
    crawled = search()
    assert (crawled.status, crawled.manifest["kinds"]) == (0, [])
    assert crawled.manifest["search"]["answers"][0]["results"] == 0


BROKEN = {
    "too many": (lambda _: (429, b"{}", {"Retry-After": "9999"}), "加大 delay"),
    "error": (lambda _: (500, b"oops", {}), "HTTP 500"),
    "forbidden": (lambda _: (403, b"no", {}), "search.formats"),
    "garbage": (lambda _: (200, b"<html>captcha</html>", {"Content-Type": "text/html"}), "不是 JSON"),
    "huge": (lambda _: (200, b" " * 3_000_000, {}), "超过"),
    "elsewhere": (lambda _: (302, b"", {"Location": "http://169.254.169.254/"}), "HTTP 302"),
}
NO_ANSWERS = {
    b'{"results": ["\xff"]}': "不是 JSON",
    b"[" * 100_000: "不是 JSON",
    b"": "不是 JSON",
    b"null": "results",
    b'{"items": []}': "results",
    b'{"results": [{"href": "x"}]}': "link",
    b'{"results": [], "unresponsive_engines": [["google", "timeout"]]}': "google",
}


@pytest.mark.parametrize("body", NO_ANSWERS)
def test_what_is_no_answer_is_told_with_the_remedy(body):
    with pytest.raises(SearchError, match=NO_ANSWERS[body]):
        links(Response("https://searx.example/search", body=body), Provider("https://searx.example/search"))


@pytest.mark.parametrize("name", BROKEN)
def test_a_provider_that_fails_is_told_with_the_remedy_and_costs_the_crawl_nothing_else(name, search, stub):
    stub.say, remedy = BROKEN[name]
    crawled = search()
    assert (crawled.status, crawled.manifest["status"], crawled.manifest["kinds"]) == (0, "complete", ["search_failed"])
    assert crawled.manifest["account"]["cases"] >= 25
    assert remedy in crawled.manifest["told"][0]
    assert not any(r["code"] == "blocked" for r in crawled.manifest["rejections"])


def test_a_provider_that_is_not_there_is_asked_a_few_times_and_then_no_more(search, stub, crawl):
    address, stub.address = stub.address, "http://127.0.0.1:9/search"
    crawled = search(category="对象存储")
    assert (crawled.status, crawled.manifest["kinds"]) == (0, ["search_failed"])
    said = [f["detail"] for f in crawled.manifest["failures"] if f["kind"] == "search_failed"]
    assert len(said) == len(questions(make_plan("对象存储", "aws")))
    assert all("请确认地址和服务是否在运行" in one for one in said)
    stub.address = address  # another provider: its queries are new ones
    stub.say = lambda _: (500, b"", {})
    search(category="对象存储")
    assert sum(stub.asked.values()) == PATIENCE
    stub.say = answering(ATLAS)
    again = search(category="对象存储")
    assert len(again.manifest["search"]["answers"]) == len(said)


def test_what_failed_is_asked_again_when_the_run_goes_on_and_what_was_answered_is_not(search, stub):
    first = answering(ATLAS)
    stub.say = lambda query: (500, b"", {}) if "banking" in query else first(query)
    assert search(category="对象存储", behaviour=UNLISTED).manifest["kinds"] == ["search_failed"]
    once = Counter(stub.asked)
    stub.say = first
    again = search(category="对象存储", behaviour=UNLISTED)
    assert (again.status, again.manifest["kinds"]) == (0, [])
    more = stub.asked - once
    assert list(more.values()) == [1]
    assert "banking" in next(iter(more))


def test_a_killed_crawl_does_not_put_a_query_twice(search, stub):
    stub.say = answering(ATLAS)

    def kill(process, server):
        while sum(stub.asked.values()) < 6 and process.poll() is None:
            threading.Event().wait(0.02)
        process.kill()

    search(category="对象存储", behaviour=UNLISTED, while_=kill)
    answered = Counter(stub.asked)
    crawled = search(category="对象存储", behaviour=UNLISTED)
    assert crawled.status == 0
    assert len(stub.asked) == len(questions(make_plan("对象存储", "aws")))
    twice = [query for query, n in stub.asked.items() if n > 1]
    assert len(twice) <= 1, "only the query that was under way when it was killed"
    assert set(twice) <= set(answered)
    assert len(crawled.manifest["search"]["answers"]) == len(stub.asked)


def test_a_run_that_goes_on_without_its_provider_says_so(search, stub, crawl):
    def kill(process, server):
        while not stub.asked and process.poll() is None:
            threading.Event().wait(0.02)
        process.kill()

    stub.say = lambda _: (threading.Event().wait(5), (200, b'{"results": []}', {}))[1]
    search(while_=kill)
    crawled = crawl(run="one")
    assert (crawled.status, crawled.manifest["kinds"]) == (0, ["search_failed"])
    assert "--search" in crawled.manifest["told"][0]


def test_without_a_provider_nothing_is_asked(crawl, stub):
    crawled = crawl(run="one")
    assert crawled.manifest["search"] == {}
    assert not stub.asked
    assert "检索" not in crawled.said.replace("检索计划", "")


def test_pages_of_results_and_another_shape_of_answer(search, stub):
    stub.say = lambda _: (200, json.dumps({"web": {"items": [{"link": {"href": ATLAS}}]}}).encode(), {})
    also = "results: web.items\nlink: link.href\npages: 3\npage_param: start\npage_first: 0\npage_step: 10\nparams: {n: '10'}\n"
    crawled = search(also=also, behaviour=UNLISTED)
    assert [a["page"] for a in crawled.manifest["search"]["answers"]] == [0, 1, 2]
    starts = [parse_qs(urlsplit(path).query).get("start") for path, _ in stub.headers]
    assert starts == [None, ["10"], ["20"]]


def test_the_key_is_sent_and_kept_nowhere(search, stub, tmp_path, monkeypatch):
    monkeypatch.setenv("EXAMPLE_SEARCH_KEY", "s3cret-value")
    stub.say = answering(ATLAS)
    search(also="key_env: EXAMPLE_SEARCH_KEY\nkey_header: X-Api-Key\nkey_param: key\n", behaviour=UNLISTED)
    path, headers = stub.headers[0]
    assert headers["X-Api-Key"] == "s3cret-value"
    assert parse_qs(urlsplit(path).query)["key"] == ["s3cret-value"]
    (archive,) = (tmp_path / "archive").glob("one-*.warc.gz")
    with archive.open("rb") as stream:
        records = [str(r.http_headers) + str(r.rec_headers) for r in ArchiveIterator(stream)]
    kept = "".join(records) + "".join(p.read_text("utf-8", "replace") for p in tmp_path.rglob("*") if p.is_file())
    assert "s3cret-value" not in kept


WRONG = {
    "nonsense": "既不是",
    "http://user:pw@searx.example/search": "不带用户名",
    "http://searx.example/search?format=json": "params",
    "http:///search": "url",
    "http://[searx/": "url",
}


@pytest.mark.parametrize("told", WRONG)
def test_a_provider_that_cannot_be_is_refused_before_anything_starts(told):
    with pytest.raises(UserError, match=WRONG[told]):
        provider(told)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("url: https://searx.example/s\npages: 0\n", "pages"),
        ("url: https://searx.example/s\nkey_env: NOT_SET_ANYWHERE\nkey_header: X\n", "NOT_SET_ANYWHERE"),
        ("url: https://searx.example/s\nkey_env: X\n", "key_header"),
        ("url: https://searx.example/s\nqurey: q\n", "qurey"),
        ("name: x\n", "url"),
        ("[", "provider.yaml"),
    ],
)
def test_a_file_of_a_provider_that_does_not_fit_is_named_with_the_place(tmp_path, text, said):
    path = tmp_path / "provider.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=said):
        provider(str(path))


def test_off_and_nothing_are_no_provider():
    assert provider("") is provider(" off ") is None
    assert provider("https://searx.example/search").shown == "searx.example"


def test_only_a_query_of_the_providers_own_address_passes_the_gate():
    searching = Searching("https://searx.example/search")
    gate = GateMiddleware("aws", searching)
    good = searching.provider.request(Question(0, "product", "x"))
    assert gate.process_request(good) is None
    assert good.meta["dont_redirect"]
    for url in ("https://searx.example/admin?q=x", "https://evil.example/search?q=x", "https://searx.example/search"):
        with pytest.raises(Declined):
            gate.process_request(Request(url, meta=dict(good.meta)))
    with pytest.raises(Declined, match="--search"):
        GateMiddleware("aws").process_request(good)
    with pytest.raises(Declined):
        gate.process_request(Request(good.url))


def put(searching, query, status=200, **headers):
    async def send(_):
        return Response(query.url, status=status, headers=headers)

    return asyncio.run(searching.put(query, send))


def test_an_answer_between_failures_starts_the_count_anew():
    searching = Searching("https://searx.example/search")
    query = searching.provider.request(Question(0, "product", "x"))
    for _ in range(PATIENCE - 1):
        put(searching, query, 500)
    searching.answered()
    put(searching, query, 500)
    searching.failed(query, Failed("search_answer", "no JSON"))
    searching.admit(query)
    put(searching, query, 500)
    with pytest.raises(Declined, match="不再询问"):
        searching.admit(query)


@pytest.mark.parametrize(("asked", "more"), [("1", True), ("9999", False)])
def test_a_provider_that_asks_for_more_patience_than_we_have_is_asked_no_more(asked, more):
    searching = Searching("https://searx.example/search", longest=60)
    put(searching, searching.provider.request(Question(0, "product", "x")), 429, **{"Retry-After": asked})
    assert (searching.failures < PATIENCE) == more


def test_one_query_is_under_way_until_its_answer_is_stored():
    searching = Searching("https://searx.example/search")
    sent = []

    async def send(request):
        sent.append(request.url)
        return Response(request.url)

    async def all_at_once():
        queries = [searching.provider.request(Question(n, "product", str(n))) for n in range(3)]
        tasks = [asyncio.create_task(searching.put(query, send)) for query in queries]
        for n in range(3):
            for _ in range(20):
                await asyncio.sleep(0)
            assert len(sent) == n + 1
            searching.answered()
        await asyncio.gather(*tasks)

    asyncio.run(all_at_once())


def test_no_more_results_are_read_than_was_agreed():
    body = json.dumps({"results": [{"url": f"https://x.example/{n}"} for n in range(500)]}).encode()
    assert len(links(Response("https://searx.example/search", body=body), Provider("https://searx.example/search"))) == 50


@pytest.mark.parametrize(
    ("text", "shown"), [("a\x00b\n", "a\\x00b\\n"), ("\ud800", "\\ud800"), ("案例", "案例"), ("x" * 400, "x" * 300 + "…")]
)
def test_what_is_shown_of_an_address_is_one_line(text, shown):
    assert printable(text) == shown


def test_a_request_without_a_key_is_sent_as_it_is():
    request = Request("https://searx.example/search?q=x")
    assert with_key(request, Provider("https://searx.example/search")) is request
