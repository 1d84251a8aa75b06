"""A library whose every field is hostile, two reports, a run that ended badly; and the viewer over them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import factories
import pytest

from analysis.report.render import render
from analysis.viewer.app import create_app
from analysis.viewer.settings import Settings
from pipelines.case import Rejection
from pipelines.library import Library

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"
TOKEN = "a-token-for-tests-0123456789"


@pytest.fixture(scope="session")
def filled(tmp_path_factory, planted, clear):
    """A folder with ``library.db``, ``out`` and ``runs``."""
    home = tmp_path_factory.mktemp("viewer")
    with Library.open(f"sqlite:///{home}/library.db") as library:
        run = library.begin_run("crawl", "aws", {"query": EVIL, "steps": [{"phase": EVIL, "words": EVIL}]}, "crawl-1-aws")
        hostile = factories.make_case(EVIL, products=(EVIL,), url="javascript:alert(3)", case_id="evil-1'<b>")
        library.store(run, factories.PAGES[hostile.page_digest], [hostile])
        for case in planted:
            page = factories.make_page(f"{case.case_id}\n", case.vendor.value or "", f"https://example.com/{case.case_id}", case.case_id)
            library.store(run, page, [replace(case, page_digest=page.digest)])
        library.reject(run, Rejection("unofficial", EVIL, "aws", f"https://example.com/{EVIL}"))
        library.end_run(run, "blocked", "challenge", {"told": [EVIL], "cases": 61, "seen": {"challenge": 1}, "fill": {EVIL: 0.2}})
    folder = home / "runs" / "crawl-1-aws"
    folder.mkdir(parents=True)
    told = {
        "rejections": [{"code": "x", "reason": EVIL, "url": EVIL, "detail": EVIL}],
        "failures": [{"kind": EVIL, "url": "", "detail": EVIL}],
    }
    (folder / "manifest.json").write_text(json.dumps(told))
    (folder / "log.txt").write_text(f"{EVIL}\npostgresql://u:geheim@db/x\n")
    render(clear, home / "out", pictures=False)
    render(clear, home / "out", lang="en", pictures=False)
    (home / "out" / "secret.txt").write_text("nobody reads this")
    return home


@pytest.fixture
def settings(filled) -> Settings:
    return Settings(f"sqlite:///{filled}/library.db", filled / "out", today=lambda: "2026-02-01")


@pytest.fixture
def client(settings):
    return create_app(settings).test_client()


@pytest.fixture
def guarded(settings):
    """A viewer that others can reach."""
    return replace(settings, host="0.0.0.0", token=TOKEN, hosts=("insights.example.com",))


@pytest.fixture
def home(filled) -> Path:
    return filled
