"""Runs of a library, a webhook and a mail server on loopback, and a configuration that points to them."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pytest

from pipelines.library import Library


class Hooks:
    """What a webhook was sent, and what it answers: a list of (status, body), the last of which stays."""

    def __init__(self) -> None:
        self.answers = [(200, b'{"errcode": 0, "code": 0, "errmsg": "ok"}')]
        self.got: list[tuple[str, dict]] = []
        self.url = ""


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    told = Hooks()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.got.append((self.path, json.loads(body)))
            status, answer = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/robot/send?access_token=TOKEN-THAT-NOBODY-SEES"
    with serving(server):
        yield told


class Mails:
    """What a mail server was sent; ``refuse`` maps a command to the reply that it gets."""

    def __init__(self) -> None:
        self.refuse: dict[str, str] = {}
        self.got: list[str] = []
        self.port = 0


@pytest.fixture
def mails() -> Iterator[Mails]:
    told = Mails()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def handle(self) -> None:
            self.say("220 stub")
            while line := self.rfile.readline().decode().strip():
                refused = next((r for command, r in told.refuse.items() if line.upper().startswith(command.upper())), "")
                if refused:
                    self.say(refused)
                elif line.upper().startswith("EHLO"):
                    self.say("250-stub\r\n250 AUTH PLAIN")
                elif line.upper().startswith("AUTH"):
                    self.say("235 in")
                elif line.upper() == "DATA":
                    self.say("354 go")
                    self.read_mail()
                elif line.upper() == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

        def read_mail(self) -> None:
            lines = []
            while (line := self.rfile.readline().decode()) != ".\r\n":
                lines.append(line)
            told.got.append("".join(lines))
            self.say("250 taken")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    server = Server(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    with serving(server):
        yield told


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(f"sqlite:///{tmp_path}/library.db") as opened:
        yield opened


@pytest.fixture
def ended(library: Library) -> Callable[..., str]:
    """Record a crawl that ended; ids rise, for runs of one second are told apart by them."""
    numbers = count(1)

    def record(vendor: str, status: str = "complete", kinds: str = "", run_id: str | None = None, **summary: object) -> str:
        name = library.begin_run("crawl", vendor, {"query": "对象存储", "sandbox": False}, run_id or f"crawl-{next(numbers):04}-{vendor}")
        told = {"requests": {"done": 9, "failed": 1}, "seen": {}, "told": [], "cases": 0, **summary}
        library.end_run(name, status, kinds, told)
        return name

    return record
