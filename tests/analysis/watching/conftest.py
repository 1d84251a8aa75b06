"""Runs of a library, a webhook and a mail server on loopback, and a configuration that points to them."""

from __future__ import annotations

import json
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from itertools import count
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pipelines.library import Library

VALID = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2126, 1, 1, tzinfo=UTC))


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


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """A TLS server whose certificate nobody vouches for: its port, and what it was told after the handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    told: list[bytes] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError), context.wrap_socket(self.request, server_side=True) as held:
                told.append(held.recv(1000))

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    with serving(server):
        yield server.server_address[1], told


def self_signed(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1 in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), *VALID)
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    file = folder / "impostor.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return file
