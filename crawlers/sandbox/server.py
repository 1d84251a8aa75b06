"""Serves the replica sites on loopback, over HTTP, with misbehaviour by parameter.

A request names the official address in the header X-Sandbox-URL; without it (a person's browser) the path is
``/<host>/<path>``. Validators (ETag, Last-Modified) are answered with 304 as a real site would.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from crawlers.sandbox.site import Answer, Ask, Site, html, plain, replicas
from pipelines.sources import vendor_of

CHALLENGE = "<html><head><script src='/challenge.js'></script></head><body><script>gokuProps={}</script></body></html>"


@dataclass(frozen=True)
class Behaviour:
    """How the sites misbehave. Counts are by request: ``unavailable=7`` answers every seventh page once with 503."""

    slow: float = 0.0  # seconds before every answer
    unavailable: int = 0  # every n-th page answers 503 with Retry-After once
    retry_after: int = 0  # seconds that such an answer asks for
    truncated: str = ""  # pages whose path holds this break off in the middle
    unlisted: str = ""  # entries of a listing whose JSON holds this are not named any more
    missing: str = ""  # pages whose path holds this answer 404
    loop: str = ""  # pages whose path holds this redirect to themselves
    big: str = ""  # pages whose path holds this are 10 MB
    wrong_charset: str = ""  # pages whose path holds this name a character set that is not theirs
    challenge: str = ""  # pages whose path holds this are a challenge
    robots: str = ""  # 503, timeout, html, delay, none: what happens to robots.txt
    broken_chain: int = 0  # the n-th page of a listing answers 500
    overdeclared: int = 0  # listings declare so many more than they name
    validators: bool = True  # answers carry an ETag, and a request that names it is answered with 304
    gzip: bool = True  # bodies are compressed for who accepts it
    weight: int = 0  # kilobytes of menus, styles and scripts in every page, as real pages carry them
    changed: str = ""  # words that stand in every page in addition: a site that was edited


def behaviour_of(text: str) -> Behaviour:
    """A Behaviour of ``slow=0.2,robots=503``; raises ValueError for a parameter that does not exist."""
    kinds = {f.name: str(f.type) for f in fields(Behaviour)}
    given = dict(part.partition("=")[::2] for part in text.split(",") if part)
    if unknown := set(given) - set(kinds):
        raise ValueError(f"no misbehaviour {sorted(unknown)}; there are {', '.join(kinds)}")
    read: dict[str, Callable[[str], Any]] = {"float": float, "int": int, "str": str, "bool": lambda v: v in ("1", "true", "on")}
    return Behaviour(**{name: read[kinds[name]](value) for name, value in given.items()})


@dataclass
class Sandbox:
    """The state of a running server: its sites, its behaviour, and how often each address was asked for."""

    sites: dict[str, Site]
    behaviour: Behaviour = field(default_factory=Behaviour)
    asked: Counter[str] = field(default_factory=Counter)
    served: Counter[str] = field(default_factory=Counter)
    log: list[tuple[float, str]] = field(default_factory=list)  # when each request arrived (our clock), and its host
    lock: threading.Lock = field(default_factory=threading.Lock)

    def gaps(self) -> dict[str, list[float]]:
        """Seconds between one request and the next, by host, as they arrived here."""
        moments: dict[str, list[float]] = {}
        with self.lock:
            for moment, host in self.log:
                moments.setdefault(host, []).append(moment)
        return {host: [b - a for a, b in pairwise(found)] for host, found in sorted(moments.items())}

    def forget(self) -> None:
        """Forget what was asked so far."""
        with self.lock:
            self.asked.clear()
            self.served.clear()
            self.log.clear()

    def answer(self, ask: Ask) -> Answer:
        """The answer to a request, misbehaviour included."""
        with self.lock:
            self.asked[ask.url.geturl()] += 1
            self.log.append((time.monotonic(), ask.url.hostname or ""))
            number = len(self.asked)
        site = self.sites.get(vendor_of(ask.url.geturl()) or "")
        behave, path = self.behaviour, ask.url.path
        if path == "/robots.txt" and behave.robots:
            return _robots(behave.robots)
        if behave.slow:
            time.sleep(behave.slow)
        if strange := _strange(behave, ask, self.asked, number):
            return strange
        found = site.answer(ask) if site else None
        if found is None:
            return html("<html><body><h1>404 Not Found</h1></body></html>", status=404)
        return _changed(found, behave, path)


def _robots(kind: str) -> Answer:
    if kind == "timeout":
        time.sleep(120)
    if kind == "delay":
        return plain("User-agent: *\nCrawl-delay: 0.2\n")
    if kind == "html":
        return html("<html><body>welcome</body></html>")
    return plain("", 404) if kind == "none" else plain("no", int(kind))


def _strange(behave: Behaviour, ask: Ask, asked: Counter[str], number: int) -> Answer | None:
    path, url = ask.url.path, ask.url.geturl()
    if behave.missing and behave.missing in path:
        return html("<html><body><h1>404</h1></body></html>", status=404)
    if behave.loop and behave.loop in path:
        return Answer(302, b"", (("Location", url),))
    if behave.challenge and behave.challenge in path:
        return html(CHALLENGE, status=202)
    if behave.broken_chain and ask.query.get("page") == str(behave.broken_chain):
        return plain("broken", 500)
    if behave.unavailable and number % behave.unavailable == 0 and asked[url] == 1:
        return Answer(503, b"busy", (("Retry-After", str(behave.retry_after)), ("Content-Type", "text/plain")))
    return None


def _changed(found: Answer, behave: Behaviour, path: str) -> Answer:
    kind = dict(found.headers).get("Content-Type", "")
    if behave.unlisted and kind.startswith("application/json"):
        return Answer(found.status, _without(found.body, behave.unlisted), found.headers)
    if behave.overdeclared and kind.startswith("application/json"):
        data = json.loads(found.body)
        data["metadata"]["totalHits"] += behave.overdeclared
        return Answer(found.status, json.dumps(data).encode(), found.headers)
    if not kind.startswith("text/html"):
        return found
    if behave.big and behave.big in path:
        return Answer(200, found.body + b"<!--" + b"x" * 10_000_000 + b"-->", found.headers)
    if behave.wrong_charset and behave.wrong_charset in path:
        return Answer(200, found.body, (("Content-Type", "text/html; charset=iso-8859-1"),))
    if behave.weight:
        return Answer(200, found.body.replace(b"<main>", _chrome(behave.weight) + b"<main>"), found.headers)
    if behave.changed:
        return Answer(200, found.body.replace(b"</main>", f"<p>{behave.changed}</p></main>".encode()), found.headers)
    return found


def _without(body: bytes, words: str) -> bytes:
    """The JSON directory without the entries that hold some words."""
    data = json.loads(body)
    kept = [entry for entry in data["items"] if words not in json.dumps(entry)]
    data["metadata"]["totalHits"] -= len(data["items"]) - len(kept)
    return json.dumps({**data, "items": kept}).encode()


@cache
def _chrome(kilobytes: int) -> bytes:
    """The menus, styles and scripts of a page: half of it scripts and styles, half of it links."""
    half = kilobytes * 512
    link = "<li class='menu-item'><a href='/products/example/' class='link' data-track='nav'>Example product</a></li>"
    script = "<script>window.example=window.example||[];window.example.push({a:1,b:'two',c:[3,4,5]});</script>"
    rule = ".example-menu-item:hover{color:#123456;padding:0 4px}"
    styles = f"<style>{rule * (half // 2 // len(rule))}</style>"
    return (styles + script * (half // 2 // len(script)) + f"<nav><ul>{link * (half // len(link))}</ul></nav>").encode()


class Handler(BaseHTTPRequestHandler):
    """One request; the server carries the Sandbox."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer(b"")

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _answer(self, body: bytes) -> None:
        told = {k.lower(): v for k, v in self.headers.items()}
        url = urlsplit(told.get("x-sandbox-url") or "https:/" + self.path)
        ask = Ask(url, self.command, told, body)
        self._send(self.server.sandbox.answer(ask), ask)

    def _send(self, found: Answer, ask: Ask) -> None:
        validators = self.server.sandbox.behaviour.validators
        etag = '"' + hashlib.sha256(found.body).hexdigest()[:20] + '"'
        if validators and found.status == 200 and ask.headers.get("if-none-match") == etag:
            found = Answer(304, b"")
        squeezed = self.server.sandbox.behaviour.gzip and "gzip" in ask.headers.get("accept-encoding", "") and found.body
        payload = gzip.compress(found.body, 1) if squeezed else found.body
        cut = bool(self.server.sandbox.behaviour.truncated) and self.server.sandbox.behaviour.truncated in ask.url.path
        self.send_response(found.status)
        for name, value in found.headers:
            self.send_header(name, value)
        if squeezed:
            self.send_header("Content-Encoding", "gzip")
        if validators and found.status == 200:
            self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        with self.server.sandbox.lock:
            self.server.sandbox.served[ask.url.geturl()] += found.status == 200
        self.wfile.write(payload[: len(payload) // 2] if cut else payload)
        self.close_connection = self.close_connection or cut

    def log_message(self, *_: object) -> None:
        """Say nothing: a crawl's own account is enough."""


class Server(ThreadingHTTPServer):
    """The server of a Sandbox, on loopback only."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, sandbox: Sandbox) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.sandbox = sandbox

    @property
    def address(self) -> str:
        """``http://127.0.0.1:<port>``."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away (killed on purpose, in the chaos run) is no error."""


@contextmanager
def serving(behaviour: Behaviour | None = None, copies: int = 1, port: int = 0) -> Iterator[Server]:
    """A server in a thread of this process, while the context lasts."""
    server = Server(port, Sandbox(replicas(copies), behaviour or Behaviour()))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def running() -> Iterator[str]:
    """The address of a well-behaved sandbox, while the context lasts."""
    with serving() as server:
        yield server.address
