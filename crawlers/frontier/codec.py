"""Requests as JSON. Not pickle: a database that several people write to must not be able to run code."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from scrapy import Request, Spider

from pipelines.sources import identity

KEPT_META = ("phase", "case_page", "render", "depth", "recheck", "search_provider", "found")


class CodecError(ValueError):
    """A request that cannot be kept: its callback is no method of the spider, or its arguments are not JSON."""


def dumps(request: Request) -> str:
    """A request as JSON: address, method, headers, body, callback's name and arguments, and the meta keys we use."""
    callback = getattr(request.callback, "__name__", None) if request.callback else "parse"
    if callback is None:
        raise CodecError(f"{request.url}: the callback {request.callback!r} has no name; use a method of the spider")
    plain = {
        "url": request.url,
        "method": request.method,
        "headers": {k.decode("latin-1"): [v.decode("latin-1") for v in vs] for k, vs in request.headers.items()},
        "body": base64.b64encode(request.body).decode(),
        "callback": callback,
        "cb_kwargs": {k: v for k, v in request.cb_kwargs.items() if k != "facts"},
        "priority": request.priority,
        "meta": {k: request.meta[k] for k in KEPT_META if k in request.meta},
    }
    try:
        return msgspec.json.encode(plain).decode()
    except TypeError as error:
        raise CodecError(f"{request.url}: {error}; a request's arguments must be plain data") from error


def loads(data: str, facts: list[list[str]], spider: Spider) -> Request:
    """The request of ``dumps`` with the facts gathered for it; raises CodecError where the spider has no such callback."""
    plain: Mapping[str, Any] = msgspec.json.decode(data)
    callback = getattr(spider, plain["callback"], None)
    if not callable(callback):
        raise CodecError(f"{plain['url']}: the spider {spider.name} has no callback '{plain['callback']}'")
    told = dict(plain["cb_kwargs"])
    if plain["meta"].get("case_page"):
        told["facts"] = facts
    return Request(
        plain["url"],
        method=plain["method"],
        headers=plain["headers"],
        body=base64.b64decode(plain["body"]),
        callback=callback,
        cb_kwargs=told,
        priority=plain["priority"],
        meta=dict(plain["meta"]),
        dont_filter=True,
    )


def facts_of(request: Request) -> list[list[str]]:
    """What the listing said of the page that a request asks for."""
    return [[str(label), str(value)] for label, value in request.cb_kwargs.get("facts", [])]


def fingerprint(request: Request, vendor: str) -> str:
    """One key per page: a case page by its identity over old and new addresses, anything else by method, URL and body."""
    name = identity(vendor, request.url) if request.meta.get("case_page") else f"{request.method} {request.url}"
    return hashlib.sha256(name.encode() + b"\0" + request.body).hexdigest()
