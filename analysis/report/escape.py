"""Makes crawled text harmless in each format; every writer goes through here."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

KEPT = 1 << 16  # results kept: names, links and sentences come again in every format

# Control characters, and marks that turn the direction of text around or hide in it.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
BREAKS = re.compile(r"[\r\n\t\u2028\u2029\x0b\x0c]+")
SPECIAL = re.compile(r"([\\`*_{}\[\]#|~!])")
LEADING = re.compile(r"^(?:([-+=>])|(\d{1,9})([.)])(?=\s|$))")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@lru_cache(maxsize=KEPT)
def clean(text: str) -> str:
    """One line without control, invisible or direction-changing characters."""
    return UNSEEN.sub("", BREAKS.sub(" ", text))


@lru_cache(maxsize=KEPT)
def markdown(text: str) -> str:
    """Text that Markdown shows as it is: no markup, no HTML, no table or list of its own."""
    shown = clean(text).replace("&", "&amp;").replace("<", "&lt;")
    return SPECIAL.sub(r"\\\1", shown)


def unlisted(line: str) -> str:
    """A line of Markdown that begins no list and no quotation by chance."""
    return LEADING.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", line)


@lru_cache(maxsize=KEPT)
def cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula; long text is cut at Excel's limit of 32,767 characters."""
    shown = clean(text)
    guarded = f"'{shown}" if text.startswith(FORMULA) or shown.lstrip().startswith(FORMULA) else shown
    return guarded[:32767]


@lru_cache(maxsize=KEPT)
def web(url: str) -> str:
    """The address when it is http or https with a host and without spaces or control characters; else empty."""
    if not url or UNSEEN.search(url) or re.search(r"[\s<>\"'`\\]", url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else ""


def slug(text: str) -> str:
    """A file name of letters, digits, Han characters and hyphens; ``x`` where nothing is left."""
    return re.sub(r"[^\w\u3400-\u9fff]+", "-", clean(text)).strip("-_")[:40].strip("-_") or "x"
