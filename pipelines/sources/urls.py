"""Takes URLs apart without trusting them: what no policy could accept is refused here, with the reason.

A URL is a claim about where a text stands. Forms that let a reader see one host and a machine another (userinfo,
punycode, back slashes, dot segments) are refused whole rather than repaired.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LOCALE = r"(?:/[a-z]{2}(?:-[a-zA-Z]{2,4})?)?"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a URL is refused whatever the policy; ``code`` is a key of pipelines.case.REASONS."""

    code: str
    detail: str


@lru_cache(maxsize=512)
def split(url: str) -> SplitResult | Refused:
    """The parts of an absolute http(s) URL with a lower-case host, or why it is refused."""
    if not url or _UNSAFE.search(url):
        return Refused("outside_policy", "网址为空，或含空白、控制字符、反斜杠")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return Refused("outside_policy", "网址无法解析")
    if parts.scheme not in DEFAULT_PORTS:
        return Refused("outside_policy", f"只接受 http 与 https，不接受 {parts.scheme or '无协议'}")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        return Refused("unofficial", "网址带有用户信息（user@host），可能冒充官方域名")
    if port not in (None, DEFAULT_PORTS[parts.scheme]):
        return Refused("outside_policy", f"非默认端口 {port}")
    return _with_host(parts)


def _with_host(parts: SplitResult) -> SplitResult | Refused:
    host = (parts.hostname or "").lower().removesuffix(".")
    if not host:
        return Refused("outside_policy", "网址没有主机名")
    if not host.isascii() or any(label.startswith("xn--") for label in host.split(".")):
        return Refused("unofficial", "主机名含非 ASCII 字符或 punycode，可能形似官方域名")
    if _is_address(host):
        return Refused("unofficial", "主机是 IP 地址，不是官方域名")
    if not all(_LABEL.fullmatch(label) for label in host.split(".")):
        return Refused("unofficial", "主机名不合规范")
    if any(segment in (".", "..") for segment in unquote(parts.path).replace("\\", "/").split("/")):
        return Refused("outside_policy", "路径含 . 或 .. 段")
    return parts._replace(netloc=host, fragment="")


def _is_address(host: str) -> bool:
    """Whether a host is an address in any notation that a resolver takes (dotted, decimal, hex, IPv6)."""
    if re.fullmatch(r"0x[0-9a-f]+|[0-9.]+|(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+))+", host):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def under(host: str, suffix: str) -> bool:
    """Whether ``host`` is ``suffix`` or a name below it: ``www.aliyun.com`` is under ``aliyun.com``, ``notaliyun.com`` is not."""
    return host == suffix or host.endswith("." + suffix)


def path_pattern(pattern: str) -> re.Pattern[str]:
    """The regular expression of a policy's path pattern, to be matched in full.

    ``*`` stands for one segment or a part of one, ``**`` for anything that is not empty, ``{locale}`` in front for
    an optional ``/en-us`` or ``/cn``. A slash at the end of path or pattern makes no difference.
    """
    locale, body = ("", pattern) if not pattern.startswith("{locale}") else (_LOCALE, pattern.removeprefix("{locale}"))
    tokens = re.split(r"(\*\*|\*)", body.rstrip("/"))
    wild = {"**": ".+", "*": "[^/]+"}
    return re.compile(locale + "".join(wild.get(t) or re.escape(t) for t in tokens) + "/?")


def drop_query(query: str, drop: Iterable[str]) -> str:
    """A query without the parameters whose name matches one of ``drop`` (``utm_*``), others in their order."""
    names = tuple(drop)
    kept = [(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if not any(fnmatchcase(k, n) for n in names)]
    return urlencode(kept)


def join(parts: SplitResult, *, path: str | None = None, query: str | None = None) -> str:
    """The URL again, as https, with path and query replaced where given."""
    return urlunsplit(("https", parts.netloc, parts.path if path is None else path, parts.query if query is None else query, ""))
