"""A PostgreSQL server of our own, for tests and experiments: Debian's programs, a temporary folder, a free port of loopback.

It is not set up for keeping anything: it does not force its writes to the disk. Its databases order text by a Chinese
collation, so that whatever depended on the server's language would show.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from crawlers.frontier.workers import is_dead, owner_name

PREFIX = "postgres-"  # of a server's folder
OWNER = "owner"  # its file that names the process whose server it is
START = 60.0  # seconds until a server must answer
_USER = "postgres"  # who runs it where we are root: PostgreSQL refuses root


class NoPostgresError(RuntimeError):
    """PostgreSQL is not installed here; the message says how to install it."""


@dataclass
class PostgresServer:
    """A running server. ``url`` makes a new database in it; ``restart`` stops and starts it, as an upgrade would."""

    folder: Path
    programs: Path
    port: int
    password: str
    process: subprocess.Popen[bytes] | None = None

    def url(self) -> str:
        """The URL of a new, empty database."""
        name = f"library_{secrets.token_hex(4)}"
        self._execute(f"CREATE DATABASE {name}")
        return self._url(name)

    def start(self) -> None:
        """Start, and wait until it answers; raises RuntimeError with its log where it does not."""
        words = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), "-k", str(self.folder)]
        fixed = {"listen_addresses": "127.0.0.1", "fsync": "off", "max_connections": "200"}
        words = [*_dies_with_us(), *words, *(part for name, value in fixed.items() for part in ("-c", f"{name}={value}"))]
        with (self.folder / "log.txt").open("ab") as log:
            self.process = started = subprocess.Popen(words, stdout=log, stderr=log, cwd=self.folder)  # noqa: S603 - our own
        until = time.monotonic() + START
        while not self._answers():
            if started.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL does not start: {(self.folder / 'log.txt').read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop at once, whoever is connected."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)  # "fast": connections are broken, nothing that was committed is lost
            self.process.wait(START)
            self.process = None

    def restart(self) -> None:
        """Stop and start again."""
        self.stop()
        self.start()

    def _url(self, database: str) -> str:
        return f"postgresql+psycopg://{_USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def _answers(self) -> bool:
        try:
            self._execute("SELECT 1")
        except OperationalError:
            return False
        return True

    def _execute(self, words: str) -> None:
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as db:
                db.execute(text(words))
        finally:
            engine.dispose()


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A new server while the context lasts; raises NoPostgresError where PostgreSQL is not installed."""
    programs = _programs()
    sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    (folder / OWNER).write_text(owner_name(), encoding="utf-8")
    server = PostgresServer(folder, programs, _free_port(), secrets.token_hex(8))
    try:
        _make(server)
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def sweep(place: Path) -> None:
    """Remove what servers of processes that are gone left behind: who is killed cannot clean up after itself."""
    for held in place.glob(f"{PREFIX}*/{OWNER}"):
        with suppress(OSError):
            if is_dead(held.read_text(encoding="utf-8")):
                shutil.rmtree(held.parent, ignore_errors=True)


def _make(server: PostgresServer) -> None:
    word = server.folder / "password"
    word.write_text(server.password, encoding="utf-8")
    if os.geteuid() == 0:
        for path in (server.folder, word):
            shutil.chown(path, _USER, _USER)
    words = [
        str(server.programs / "initdb"),
        "-D",
        str(server.folder / "data"),
        "-U",
        _USER,
        "-E",
        "UTF8",
        "--no-sync",
        "-A",
        "scram-sha-256",
    ]
    words += [f"--pwfile={word}", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=zh"]
    made = subprocess.run(words, capture_output=True, cwd=server.folder, check=False, **_as_user())  # noqa: S603 - our own server
    if made.returncode:
        raise RuntimeError(f"initdb: {made.stderr.decode(errors='replace')}")


def _dies_with_us() -> list[str]:
    """A server outlives nobody: also where this process is killed it is told to stop (util-linux, Linux only)."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0:
        return [setpriv, "--pdeathsig", "INT"] if setpriv else []
    if not setpriv:
        raise NoPostgresError("以 root 运行时要用 setpriv 换成 postgres 用户：apt-get install -y util-linux")
    return [setpriv, "--pdeathsig", "INT", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"]


def _as_user() -> dict[str, Any]:
    """PostgreSQL refuses root: then it runs as the user that Debian's package made."""
    return {"user": _USER, "group": _USER, "extra_groups": []} if os.geteuid() == 0 else {}


def _programs() -> Path:
    """The folder of initdb and postgres: Debian keeps them out of the path, one folder a version."""
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True)
    found = [*newest, *(Path(name).resolve() for name in [shutil.which("initdb")] if name)]
    if not found:
        raise NoPostgresError("PostgreSQL is not installed: apt-get install -y postgresql")
    return found[0].parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
