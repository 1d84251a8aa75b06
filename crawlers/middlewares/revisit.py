"""Asks of a known page only whether it changed; where it did not but the rules did, its archived bytes are read again.

Every request for a case page, also what a redirect leads to, carries the validators (RFC 9110 §13.1) of the page that is
known at its address. The answer 304 of a page that these rules have read tells that it is unchanged. Where other rules
have read it (see pipelines.ruleset), the archived bytes take the answer's place and go on as if they had come from the
net, so that there is one way to read a page. A page that the same run has seen already, before it was killed or ended and the
rules changed, is not asked for at all. Bytes that the archive cannot give are asked for whole, and their new record takes the
place of the one that is lost.
"""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawlers.frontier.store import Known
from crawlers.runs import CrawlRun
from pipelines.archive import Archived
from pipelines.case import Page
from pipelines.errors import UserError
from pipelines.ruleset import ruleset

VALIDATORS = (("ETag", "If-None-Match", "etag"), ("Last-Modified", "If-Modified-Since", "last_modified"))
_OURS = ("known_digest", "handle_httpstatus_list", "kept", "fetched_at", "lost_digest")

Kept = tuple[Page, Archived]


class RevisitMiddleware:
    """See the module. A response that came from the archive has ``fetched_at`` in its meta: when its bytes came from the net."""

    def __init__(self, run: CrawlRun) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RevisitMiddleware:
        """The middleware of a crawl."""
        return cls(CrawlRun.of(crawler))

    def process_request(self, request: Request) -> Response | None:
        """Make the request conditional where the page is known, or answer it; what an earlier hop or try was told is
        taken back first."""
        if not request.meta.get("case_page"):
            return None
        _take_back(request)
        with self.run.while_there():
            known = self.run.known(request.url)
            if known and known.digest and not known.gone:
                return self._known(request, known)
        return None

    def _known(self, request: Request, known: Known) -> Response | None:
        if known.rules != ruleset():
            kept = self._kept(known.digest)
            if kept and known.last_run == self.run.run_id:
                return _as_it_came(request, request.url, kept)
            if kept is None:
                request.meta["lost_digest"] = known.digest
                return None
            request.meta["kept"] = kept
        _ask_whether_changed(request, known)
        return None

    def _kept(self, digest: str) -> Kept | None:
        """A page and its archived bytes; None where they were not archived, are damaged, or lie on another machine."""
        page = self.run.library.page(digest)
        try:
            return (page, self.run.library.archive.read(page.archive, digest)) if page else None
        except UserError:
            return None

    def process_response(self, request: Request, response: Response) -> Response:
        """The response, or the archived one where it says that this is still what there is to read."""
        kept: Kept | None = request.meta.pop("kept", None)
        if kept is None or response.status != 304:
            return response
        return _as_it_came(request, response.url, kept, response)


def _take_back(request: Request) -> None:
    for name in _OURS:
        request.meta.pop(name, None)
    for _, condition, _ in VALIDATORS:
        request.headers.pop(condition, None)


def _ask_whether_changed(request: Request, known: Known) -> None:
    request.meta.update(known_digest=known.digest, handle_httpstatus_list=[304])
    for _, condition, name in VALIDATORS:
        if value := getattr(known, name):
            request.headers[condition] = value


def _as_it_came(request: Request, url: str, kept: Kept, answer: Response | None = None) -> Response:
    """The archived response, with the validators of the site's answer: those that it names hold from now on, the others on."""
    page, archived = kept
    request.meta.update(archive=page.archive, fetched_at=page.fetched_at)
    kind = archived.media_type + (f"; charset={archived.charset}" if archived.charset else "")
    headers = Headers({"Content-Type": kind} if kind else {})
    for name, _, _ in VALIDATORS:
        if value := answer and answer.headers.get(name):
            headers[name] = value
    made = responsetypes.from_args(headers=headers, url=url, body=archived.payload)
    return made(url=url, status=200, headers=headers, body=archived.payload, request=request)
