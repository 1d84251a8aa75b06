"""Redirects without a Referer: nothing is told about where a request came from, on the way on either.

Every hop goes round through the gate (policy, scheme) and robots again; see crawlers.middlewares.gate.
"""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.http import Response


class Redirects(RedirectMiddleware):
    """Redirects by status."""

    def handle_referer(self, request: Request, response: Response) -> None:  # noqa: ARG002 - the base class's
        """No Referer on the way on."""
        request.headers.pop("Referer", None)

    def _engine_started(self) -> None:
        """The base class looks for the Referer middleware here and warns that there is none: that is meant."""
        self._referer_spider_middleware = None


class MetaRefreshes(MetaRefreshMiddleware):
    """Redirects by a meta element."""

    def handle_referer(self, request: Request, response: Response) -> None:  # noqa: ARG002 - the base class's
        """No Referer on the way on."""
        request.headers.pop("Referer", None)

    def _engine_started(self) -> None:
        """The base class looks for the Referer middleware here and warns that there is none: that is meant."""
        self._referer_spider_middleware = None
