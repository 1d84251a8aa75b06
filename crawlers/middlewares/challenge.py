"""Recognizes a challenge: an answer that checks its visitor instead of showing a page. It is never fought, only told.

202, or a body of scripts without words that carries a mark of a firewall, ends the crawl of this vendor as blocked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scrapy import Request
from scrapy.http import Response, TextResponse

from crawlers.failures import Declined, Failed
from crawlers.searching import SEARCH
from pipelines.vocabulary import load_yaml

_HIDDEN = re.compile(  # what is not closed hides the rest, as in a browser: no opening is looked at twice
    r"<(script|style|noscript)\b[^>]*>[^<]*(?:<(?!/\1\s*>)[^<]*)*(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>", re.DOTALL | re.IGNORECASE
)
_WORD = re.compile(r"[\u4e00-\u9fff]|[^\W\d_]{2,}")


@dataclass(frozen=True)
class Marks:
    """The data of challenge.yaml."""

    statuses: tuple[int, ...]
    words: int
    markers: tuple[str, ...]
    states: tuple[str, ...]


@cache
def marks() -> Marks:
    """The marks, loaded once."""
    return load_yaml(Path(__file__).with_name("challenge.yaml"), Marks)


def challenge_of(status: int, text: str) -> str:
    """What shows that an answer is a challenge; empty where nothing does."""
    known = marks()
    if status in known.statuses:
        return f"HTTP {status}"
    if len(text) > 200_000 or status not in (200, 403, 503):
        return ""
    readable = words_of(text, known.words)
    if readable >= known.words:  # most pages end here: looking for seventeen marks takes four times as long
        return ""
    found = next((m for m in known.markers if m in text), "")
    bare = status == 200 and "<script" in text and "<h1" not in text
    if found:
        return f"防护标记 {found}"
    told = any(state in text for state in known.states)  # the story stands in a script as data, for the reader to find
    return "只有脚本，没有文字" if bare and not readable and not told else ""


def words_of(text: str, enough: int) -> int:
    """How many words (or Han characters) of markup can be read; counting stops where there are ``enough``."""
    count, at = 0, 0
    for hidden in _HIDDEN.finditer(text):
        count += len(_WORD.findall(text, at, hidden.start())) if hidden.start() > at else 0
        if count >= enough:
            return count
        at = hidden.end()
    return count + len(_WORD.findall(text, at))


class ChallengeMiddleware:
    """See the module."""

    def process_response(self, request: Request, response: Response) -> Response:
        """The response, or Declined where it is a challenge. Robots files, JSON and rendered pages are not looked at."""
        if request.meta.get("robots_request") or "render" in request.meta or SEARCH in request.meta:
            return response
        shown = challenge_of(response.status, response.text if _is_html(response) and isinstance(response, TextResponse) else "")
        if shown:
            raise Declined(Failed("challenge", f"验证或拦截页：{shown}", "blocked", response.status))
        return response


def _is_html(response: Response) -> bool:
    named = (response.headers.get("Content-Type") or b"").lower()
    return not named or b"html" in named
