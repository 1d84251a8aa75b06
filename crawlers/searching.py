"""A search provider, where one is configured: the plan's queries are put to it, and what it returns is filtered like any link.

Off unless the setting CRAWL_SEARCH names one: the address of a SearXNG (``https://searx.example/search``), or a YAML file
with the fields of ``Provider`` for any other JSON endpoint. A provider is no official source: only the addresses in its
answers are used, each is judged by the source policy before anything is asked of it, and titles and snippets are not read.

A query is a request of the frontier like a page: a killed crawl does not put it a second time. A provider that cannot be
had, or answers nonsense, is told and costs the crawl nothing else: after PATIENCE failures in a row it is asked no more.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from scrapy import Request
from scrapy.http import Response

from crawlers.failures import Declined, Failed, SearchError, classify, of_status
from crawlers.listings import dig
from crawlers.waiting import retry_after
from pipelines.errors import UserError
from pipelines.search_plan import Question
from pipelines.vocabulary import DataError, load_yaml

SEARCH = "search_provider"  # the meta key of a query's request, and the listing under which its answer is recorded
FAILED = "search_failed"
PATIENCE = 3  # failures in a row (of queries or of tries) after which a provider is asked no more
STORED_WITHIN = 30.0  # seconds that the next query waits for the last answer to be stored
LARGEST = 2_000_000  # bytes of an answer
LONGEST_URL = 2083  # characters; as the setting URLLENGTH_LIMIT


@dataclass(frozen=True)
class Provider:
    """A JSON endpoint of a search engine. The defaults are those of SearXNG.

    ``results`` is the dotted path of the list of results, ``link`` that of the address in each, ``trouble`` that of a list
    which says which engines did not answer. ``delay``: seconds between two queries, over all crawls that share the library.
    The key, if it asks for one, stands in the environment variable ``key_env`` and goes into the header ``key_header`` or
    the parameter ``key_param``; it is kept nowhere.
    """

    url: str
    name: str = ""
    query: str = "q"
    params: Mapping[str, str] = field(default_factory=lambda: {"format": "json"})
    results: str = "results"
    link: str = "url"
    trouble: str = "unresponsive_engines"
    page_param: str = "pageno"
    page_first: int = 1
    page_step: int = 1
    pages: int = 1  # of results asked for each query
    most: int = 50  # results read of a page
    delay: float = 2.0
    timeout: float = 20.0
    key_env: str = ""
    key_header: str = ""
    key_param: str = ""

    @property
    def host(self) -> str:
        """The host's name."""
        return urlsplit(self.url).hostname or ""

    @property
    def shown(self) -> str:
        """What it is called."""
        return self.name or self.host

    def request(self, question: Question, page: int = 0) -> Request:
        """The request that puts a query; without the key."""
        paged = {self.page_param: str(self.page_first + page * self.page_step)} if page else {}
        url = f"{self.url}?{urlencode({**self.params, self.query: question.words, **paged})}"
        told = {"words": question.words, "step": question.step, "page": page}
        return Request(url, headers={"Accept": "application/json"}, meta={SEARCH: told, "phase": question.phase})


@cache
def provider(told: str) -> Provider | None:
    """The provider that a setting names, None where it is empty or ``off``; raises UserError for one that cannot be."""
    told = told.strip()
    if told.lower() in ("", "off"):
        return None
    if told.startswith(("http://", "https://")):
        return _checked(Provider(told), told)
    path = Path(told)
    if not path.is_file():
        raise UserError(f"检索服务“{told}”既不是 http(s) 地址，也不是文件；例：https://searx.example/search，或写有 url 的 YAML 文件")
    try:
        return _checked(load_yaml(path, Provider), str(path))
    except (DataError, UnicodeDecodeError, OSError) as error:
        raise UserError(f"检索服务的配置 {path} 读不了：{error}") from error


def _checked(made: Provider, place: str) -> Provider:
    problem = _problem(made)
    if problem:
        raise UserError(f"检索服务 {place}：{problem}")
    if made.key_env and not os.environ.get(made.key_env):
        raise UserError(f"检索服务 {place}：环境变量 {made.key_env} 没有设置；请放入密钥，或删去 key_env")
    return made


def _problem(made: Provider) -> str:
    """What is wrong with a provider; empty where nothing is."""
    try:
        parts = urlsplit(made.url)
        named = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and made.url.isascii()
    except ValueError:
        named = False
    if not named or parts.username is not None or parts.query or parts.fragment:
        return "url 要写成 https://host/path，不带用户名、参数和 #；参数写在 params，密钥写在 key_env 所指的环境变量"
    if bool(made.key_env) != bool(made.key_header or made.key_param):
        return "key_env 要与 key_header 或 key_param 一起写"
    limits = {"pages": (1, 10), "most": (1, 200), "delay": (0, 3600), "timeout": (1, 120)}
    wrong = [f"{name} 在 {low} 与 {high} 之间" for name, (low, high) in limits.items() if not low <= getattr(made, name) <= high]
    return "，".join(wrong)


class Searching:
    """The provider of a crawl, and how it has answered so far: one query at a time, none before the last answer is stored (a
    kill loses at most one) and none before the provider wants to be asked again."""

    def __init__(self, told: str, longest: float = 0.0) -> None:
        """``longest``: seconds that the provider may make us wait."""
        self.provider = provider(told)
        self.longest = longest
        self.failures = 0  # in a row
        self.last = ""  # what went wrong, and what to do
        self._one = asyncio.Lock()
        self._stored = asyncio.Event()  # the last answer is, or there was none
        self._stored.set()
        self._rests = 0.0  # until then, by the clock of the event loop

    def admit(self, request: Request) -> None:
        """Prepare a query's request; raises Declined where there is no such provider (any more), or it has failed too often."""
        if self.provider is None or not request.url.startswith(f"{self.provider.url}?"):
            raise Declined(Failed(FAILED, "这次没有配置这个检索服务；要继续它的查询，请带上当时的 --search"))
        self._bear()
        limits = {"download_timeout": self.provider.timeout, "download_maxsize": LARGEST}
        request.meta.update(limits, dont_redirect=True, max_retry_times=2)

    async def put(self, request: Request, send: Callable[[Request], Awaitable[Response]]) -> Response:
        """The answer to a query, sent with its key when it is its turn."""
        assert self.provider is not None
        async with self._one:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stored.wait(), STORED_WITHIN)
            self._bear()
            await asyncio.sleep(max(0.0, self._rests - asyncio.get_running_loop().time()))
            try:
                response = await send(with_key(request, self.provider))
            except Exception as error:
                self._count(classify(error))
                raise
            if response.status != HTTPStatus.OK:
                self._count(of_status(response.status))
                self._rest(response)
            else:
                self._stored.clear()
            return response.replace(url=request.url)

    def failed(self, request: Request, why: Failed) -> Failed:
        """What a failure of a query's request means: never that a vendor's site does not want us."""
        if why.kind == "search_answer":  # the others were counted when they came
            self._count(why)
        self._stored.set()
        told = why.detail if why.kind == FAILED else _advice(why)
        return Failed(FAILED, f"查询“{request.meta[SEARCH]['words']}”：{told}", status=why.status)

    def answered(self) -> None:
        """An answer was stored."""
        self.failures = 0
        self._stored.set()

    def _count(self, why: Failed) -> None:
        self.failures += 1
        self.last = _advice(why)

    def _bear(self) -> None:
        if self.failures >= PATIENCE:
            raise Declined(Failed(FAILED, f"没有成功，本次不再询问；{self.last}"))

    def _rest(self, response: Response) -> None:
        """Keep to what the provider asks for; where that is too long, it is asked no more."""
        asked = retry_after((response.headers.get("Retry-After") or b"").decode("latin-1"), datetime.now(UTC)) or 0.0
        self._rests = asyncio.get_running_loop().time() + min(asked, self.longest)
        if asked > self.longest:
            self.failures = PATIENCE


def _advice(why: Failed) -> str:
    """What went wrong, and the remedy where one is known."""
    if why.status == 403:
        return "检索服务拒绝（HTTP 403）；SearXNG 要在 settings.yml 的 search.formats 中加上 json，其他服务请检查密钥"
    if why.status == 401:
        return "检索服务要密钥（HTTP 401）；请在配置里写 key_env"
    if why.status == 429 or why.kind == "rate_limited":
        return f"检索服务说太频繁（{why.detail}）；请在配置里加大 delay"
    if why.kind in ("unreachable", "timeout"):
        return f"检索服务连接不上（{why.detail}）；请确认地址和服务是否在运行"
    return f"检索服务出错（{why.detail}）"


def with_key(request: Request, to: Provider) -> Request:
    """The request as it is sent, with the key: neither frontier nor archive ever see it."""
    key = os.environ.get(to.key_env, "") if to.key_env else ""
    if not key:
        return request
    made: Request = request.replace(dont_filter=True)
    if to.key_header:
        made.headers[to.key_header] = key
    if to.key_param:
        made = made.replace(url=f"{request.url}&{urlencode({to.key_param: key})}")
    return made


def links(response: Response, of: Provider) -> list[str]:
    """The addresses of an answer in its order, as they came; raises SearchError for an answer that is none."""
    try:
        data = json.loads(response.body)
    except (ValueError, RecursionError) as error:
        raise SearchError(f"应答不是 JSON（{type(error).__name__}）；请检查地址，SearXNG 要加 format=json") from error
    found = dig(data, of.results)
    if not isinstance(found, list):
        raise SearchError(f"应答里“{of.results}”处没有结果列表；请在配置里改 results")
    silent = dig(data, of.trouble)
    if not found and isinstance(silent, list) and silent:
        raise SearchError(f"没有一个搜索引擎应答：{printable(json.dumps(silent, ensure_ascii=False))}")
    named = [one.strip() for entry in found[: of.most] if isinstance(one := dig(entry, of.link), str)]
    if found and not named:
        raise SearchError(f"结果里“{of.link}”处没有网址；请在配置里改 link")
    return named


def printable(text: str, most: int = 300) -> str:
    """A text of the net as it can be stored and shown: what is no character of a line is escaped, what is long is cut."""
    escaped = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text[:most])
    return escaped + ("…" if len(text) > most else "")
