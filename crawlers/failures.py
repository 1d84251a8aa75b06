"""The named ways in which a request comes to nothing, and what each means for a run.

A kind says what to do about it: ``server_error`` is worth another run, ``listing_changed`` needs a change of the
vendor's file, ``challenge`` needs a person. Anything not named here is ``callback_error``: a fault of this program.
"""

from __future__ import annotations

from dataclasses import dataclass

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost, TimeoutError

from crawlers.listings import ListingChanged
from pipelines.case import Rejection


@dataclass(frozen=True, slots=True)
class Failed:
    """A named failure; ``code`` is the reason under which the page is rejected, empty where nothing is to be recorded."""

    kind: str
    detail: str
    code: str = ""
    status: int = 0

    def rejection(self, vendor: str, url: str) -> Rejection | None:
        """What the library records of it."""
        return Rejection(self.code, self.detail, vendor, url) if self.code else None


class Declined(IgnoreRequest):
    """A request that this program decided not to make or not to use; it carries its own Failed."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.detail)
        self.failed = failed


class SearchError(Exception):
    """An answer of a search provider that is none; the message says what is wrong with it and what to do."""


BLOCKING = frozenset({"challenge", "forbidden", "rate_limited"})  # the site does not want us now: stop
HARMLESS = frozenset({"gated", "gone", "robots_denied"})  # nothing was lost that we could have had
BESIDE = frozenset({"search_failed"})  # what was asked beside the vendor's site: told, and another run may bring it

_LOST = (ResponseDataLossError, ConnectionDone, ConnectionLost)
_UNREACHABLE = (CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError, ConnectError, OSError)


def classify(error: BaseException) -> Failed:
    """The named failure of an exception."""
    if isinstance(error, Declined):
        return error.failed
    if isinstance(error, HttpError):
        return of_status(error.response.status)
    if isinstance(error, SearchError):
        return Failed("search_answer", str(error))
    if isinstance(error, ListingChanged):
        return Failed("listing_changed", str(error))
    if isinstance(error, DownloadTimeoutError | TimeoutError):
        return Failed("timeout", f"超时，站点没有应答：{error}", "unreadable")
    if isinstance(error, DownloadCancelledError):
        return Failed("too_large", f"超过下载上限：{error}", "unreadable")
    if isinstance(error, _LOST):
        return Failed("truncated", f"连接中断，页面不完整：{type(error).__name__}", "unreadable")
    if isinstance(error, _UNREACHABLE):
        return Failed("unreachable", f"连接不上站点：{type(error).__name__}: {error}", "unreadable")
    if isinstance(error, IgnoreRequest):
        return _ignored(str(error))
    return Failed("callback_error", f"程序读取时出错：{type(error).__name__}: {error}", "unreadable")


def _ignored(said: str) -> Failed:
    """What Scrapy's own middlewares decline: they tell it in words only."""
    if "exceeded DOWNLOAD_MAXSIZE" in said:
        return Failed("too_large", f"解压后超过下载上限：{said}", "unreadable")
    if "max redirections reached" in said:
        return Failed("redirect_loop", f"跳转次数过多：{said}", "unreadable")
    return Failed("ignored", f"请求未发出：{said}", "outside_policy")


def of_status(status: int) -> Failed:
    """The named failure of an HTTP status that is no success."""
    if status in (404, 410):
        return Failed("gone", f"HTTP {status}：页面不存在", "not_found_page", status)
    if status in (401, 403):
        return Failed("forbidden", f"HTTP {status}：站点拒绝访问", "blocked", status)
    if status == 429:
        return Failed("rate_limited", "HTTP 429：站点要求停止", "blocked", status)
    if status >= 500:
        return Failed("server_error", f"HTTP {status}：重试后仍失败", "unreadable", status)
    return Failed("http_error", f"HTTP {status}：没有取到页面", "unreadable", status)
