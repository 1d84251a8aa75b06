"""SQLite and PostgreSQL give the same results, to the byte: import, crawl, library and report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.cli import load_commands
from pipelines.case import Page
from pipelines.library import Library
from pipelines.starter import starter_cases

FIXTURES = Path(__file__).parent.parent / "fixtures"
DATE = "2026-01-01"


@dataclass(frozen=True)
class Filled:
    """A library with an import, the starter cases and a crawl."""

    url: str
    archive: Path


def insights(*words):
    done = CliRunner().invoke(load_commands(), [str(word) for word in words])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def filled(folder, url, crawl_into):
    """Import the fixtures, store the starter's facts, crawl a sandbox."""
    folder.mkdir()
    crawled = crawl_into(folder, url)(vendor="gcp", run="crawl-both")
    assert (crawled.status, crawled.manifest["status"]) == (0, "complete")
    with Library.open(url, archive=folder / "archive") as library:
        for case in starter_cases():
            page = Page(case.page_digest, case.vendor.value, case.source_url.value, "", case.lang)
            library.store("starter", page, [case], "starter")
    for vendor in ("aws", "aliyun"):
        insights("import", FIXTURES / vendor, "--vendor", vendor, "--official", "--library", url)
    return Filled(url, folder / "archive")


@pytest.fixture(scope="module")
def libraries(tmp_path_factory, postgres_server, crawl_into):
    """The two, filled in the same manner."""
    folder, url = tmp_path_factory.mktemp("both"), postgres_server.url()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CASE_ARCHIVE", str(folder / "postgresql" / "archive"))
        team = filled(folder / "postgresql", url, crawl_into)
        one = filled(folder / "sqlite", f"sqlite:///{folder}/sqlite/library.db", crawl_into)
        yield one, team


def test_the_cases_and_what_was_refused_are_the_same(libraries):
    one, team = (Library.open(each.url, archive=each.archive) for each in libraries)
    cases = [[case.to_json() for case in library.cases()] for library in (one, team)]
    assert len(cases[0]) > 60
    assert cases[0] == cases[1]
    assert list(one.rejections()) == list(team.rejections())
    assert one.digest() == team.digest()


def test_what_the_library_command_tells_is_the_same(libraries):
    one, team = (insights("library", "--library", each.url, "--json") for each in libraries)
    assert json.loads(one)["counts"]["vendor"]["gcp"] >= 25
    assert one == team


@pytest.mark.parametrize("kind", ["positioning", "comparison"])
def test_reports_are_the_same_to_the_byte(libraries, tmp_path, kind):
    made = []
    for name, each in zip(("one", "team"), libraries, strict=True):
        out = tmp_path / name
        insights("report", "对象存储", "--kind", kind, "--library", each.url, "--out", out, "--date", DATE, "--no-pictures")
        made.append({str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()})
    assert any(name.endswith("analysis.json") for name in made[0])
    assert list(made[0]) == list(made[1])
    assert [name for name in made[0] if made[0][name] != made[1][name]] == []
