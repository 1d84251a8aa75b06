"""A sandbox and a way to crawl it in a process of its own: Scrapy's reactor can be started once a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawlers.sandbox.server import Behaviour, serving
from pipelines.library import Library


@dataclass
class Crawled:
    """What a crawl left: exit status, what it said, its manifest, its library."""

    status: int
    said: str
    manifest: dict
    library: Library
    asked: Counter  # how often each address was asked for
    served: Counter  # how often its body was sent


class Crawl:
    """``crawl(**behaviour)`` crawls the sandbox and gives a Crawled; the library stays over calls."""

    def __init__(self, folder: Path, url: str = ""):
        self.folder = folder
        self.url = url or f"sqlite:///{folder}/library.db"
        self.reads = True  # whether the library is opened after a crawl

    def __call__(
        self,
        vendor="aws",
        category="全部",
        arguments=(),
        settings=(),
        behaviour=None,
        copies=1,
        run="crawl-test",
        while_=None,
        code=None,
        within=(),
    ):
        """``while_`` is called with the process and the server while the crawl goes on; ``code`` is a folder with another
        state of this project; ``within`` are words of a command that runs the crawl."""
        with serving(behaviour or Behaviour(), copies) as server:
            command = [*within, sys.executable, "-m", "scrapy", "crawl", vendor, "-a", f"category={category}", "--run", run]
            command += [part for a in arguments for part in ("-a", a)]
            fixed = (f"SANDBOX={server.address}", f"CASE_LIBRARY={self.url}", "RETRY_TIMES=1")
            command += [part for s in (*fixed, *settings) for part in ("-s", s)]
            environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "crawlers.settings", "CASE_ARCHIVE": str(self.folder / "archive")}
            done = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, cwd=code)
            if while_:
                while_(done, server)
            said = done.communicate(timeout=120)[1].decode()
        path = self.folder / "runs" / run / "manifest.json"
        manifest = json.loads(path.read_text("utf-8")) if path.exists() else {}
        library = Library.open(self.url, archive=self.folder / "archive") if self.reads else None
        return Crawled(done.returncode, said, manifest, library, server.sandbox.asked, server.sandbox.served)


@pytest.fixture(scope="module")
def shared_crawl(tmp_path_factory):
    return Crawl(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def crawl(tmp_path):
    return Crawl(tmp_path)


@pytest.fixture(scope="session")
def crawl_into():
    """``crawl_into(folder, url)`` makes a Crawl of its own."""
    return Crawl
