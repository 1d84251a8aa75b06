"""A change of the rules: pages that did not change at the site are read again from the archive, and not downloaded again.

The first crawl runs from a copy of this project whose vocabulary lacks one rule; what it stores is what an earlier release
would have stored. The crawls after it run from here.
"""

from __future__ import annotations

import gzip
import shutil
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from crawlers.frontier.store import Frontier
from crawlers.items import Fetched, Refused, Unchanged
from crawlers.replaying import replay
from crawlers.sandbox.server import Behaviour
from crawlers.storing import NormalizePipeline
from pipelines.archive import digest
from pipelines.case import Page
from pipelines.library import Library
from pipelines.library.tables import pages
from pipelines.reader.document import Document
from pipelines.ruleset import ruleset
from pipelines.sources import judge

PROJECT = Path(__file__).parent.parent.parent
LACKING = "size.employs"  # the rule that reads how many people Example Genome Lab employs
LAB = "https://aws.amazon.com/solutions/case-studies/example-genome-lab/"


@pytest.fixture(scope="module")
def older(tmp_path_factory):
    """A copy of this project whose vocabulary lacks a rule."""
    folder = tmp_path_factory.mktemp("older")
    for name in ("crawlers", "pipelines"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    sizes = folder / "pipelines" / "vocab" / "sizes.yaml"
    lines = sizes.read_text("utf-8").splitlines(keepends=True)
    sizes.write_text("".join(line for line in lines if f"id: {LACKING}," not in line), "utf-8")
    return folder


@pytest.fixture(scope="module")
def before(tmp_path_factory, crawl_into, older):
    """The folder of a library that the older rules have filled."""
    folder = tmp_path_factory.mktemp("before")
    crawled = crawl_into(folder)(run="before", code=older)
    assert crawled.manifest["status"] == "complete"
    assert size_of_the_lab(crawled.library) is None
    crawled.library.close()
    return folder


@pytest.fixture(scope="module")
def reference(tmp_path_factory, crawl_into):
    """What a crawl by these rules alone stores."""
    library = crawl_into(tmp_path_factory.mktemp("reference"))().library
    assert size_of_the_lab(library) == "small"
    return library.digest()


@pytest.fixture(params=["sqlite", "postgresql"])
def filled(request, tmp_path, crawl_into, before, older):
    """A way to crawl into a library that the older rules have filled, in both databases."""
    if request.param == "sqlite":
        return copied(before, tmp_path / "library", crawl_into)
    crawl = crawl_into(tmp_path, request.getfixturevalue("postgres_url"))
    crawl(run="before", code=older)
    return crawl


@pytest.fixture
def crawl(tmp_path, crawl_into, before):
    """A way to crawl into a library that the older rules have filled."""
    return copied(before, tmp_path / "library", crawl_into)


def copied(before, folder, crawl_into):
    shutil.copytree(before, folder)
    return crawl_into(folder)


def size_of_the_lab(library):
    return next(case.company_size.value for case in library.cases() if case.source_url.value == LAB)


def seen(crawled, run):
    return next(one.summary["seen"] for one in crawled.library.runs() if one.run_id == run)


def pages_of(library):
    return {library.page(case.page_digest).url for case in library.cases()}


def bodies(crawled):
    """How many bodies of the library's pages the site sent."""
    return sum(crawled.served[url] for url in pages_of(crawled.library))


def test_pages_that_did_not_change_are_read_again_and_not_downloaded(filled, reference):
    again = filled(run="again")
    assert (again.status, again.manifest["status"]) == (0, "complete")
    assert size_of_the_lab(again.library) == "small"
    assert again.library.digest() == reference, "as if these rules had read every page at first"
    assert bodies(again) == 0
    assert all(again.asked[url] for url in pages_of(again.library)), "each was asked whether it changed"
    assert seen(again, "again")["read_again"] == again.manifest["account"]["pages"] > 20
    assert "按新的规则从归档重读" in again.said
    check_evidence(again.library)

    third = filled(run="third")
    assert bodies(third) == 0
    assert "read_again" not in seen(third, "third")
    assert seen(third, "third")["unchanged"] >= third.manifest["account"]["pages"]  # one is listed by its old address too
    assert third.library.digest() == reference


def check_evidence(library):
    """Evidence of a page that was read again leads to the bytes of its first visit."""
    for case in library.cases():
        page = library.page(case.page_digest)
        assert page.archive.startswith("before-")
        assert digest(library.archived(case.page_digest).payload) == case.page_digest
        assert all(e.check(page.text) for _, e in case.all_evidence())


def test_a_crawl_that_is_killed_while_it_reads_again_loses_nothing(filled, reference):
    def kill(process, server):
        while sum(server.sandbox.asked.values()) <= 15:
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()

    killed = filled(run="again", behaviour=Behaviour(slow=0.05), settings=("CONCURRENT_REQUESTS=2",), while_=kill)
    assert killed.status < 0
    assert killed.library.digest() != reference, "it was killed before it was done"
    again = filled(run="again")
    assert (again.status, again.manifest["status"]) == (0, "complete")
    assert again.library.digest() == reference
    assert bodies(killed) == bodies(again) == 0


def test_a_run_that_goes_on_under_other_rules_reads_what_it_had_seen_without_asking(crawl, reference):
    again = crawl(run="before")
    assert (again.status, again.manifest["status"]) == (0, "complete")
    assert again.library.digest() == reference
    assert sum(again.asked[url] for url in pages_of(again.library)) == 0
    assert "example-genome-lab" not in archived_by(crawl.folder / "archive", "before-001"), "what came from the archive is there"


def archived_by(folder, worker):
    """The addresses in the archive of a worker."""
    with gzip.open(folder / f"{worker}.warc.gz", "rt", encoding="utf-8", errors="replace") as stream:
        return " ".join(line for line in stream if line.startswith("WARC-Target-URI"))


def test_a_page_that_changed_is_downloaded(crawl):
    edited = crawl(run="edited", behaviour=Behaviour(changed="An editor added this."))
    again = seen(edited, "edited").get("read_again", 0)  # pages of a layout that the editor did not touch
    assert edited.served[LAB] == 1
    with edited.library.engine.connect() as db:
        sent = sum(edited.served[url] for url in db.scalars(select(pages.c.url).where(pages.c.last_run == "edited")))
    assert sent + again == edited.manifest["account"]["pages"]
    assert bodies(edited) >= 20
    assert size_of_the_lab(edited.library) == "small"


def test_what_a_listing_said_of_a_page_that_it_names_no_more_is_remembered(crawl, reference):
    again = crawl(run="again", behaviour=Behaviour(unlisted="example-genome-lab"))
    assert (again.asked[LAB], again.served[LAB]) == (1, 0)
    assert again.library.digest() == reference
    again.library.database.write(lambda db: db.exec_driver_sql("update frontier_known set rules = 'rules of before'"))
    third = crawl(run="third", behaviour=Behaviour(unlisted="example-genome-lab"))
    assert seen(third, "third")["read_again"] > 20
    assert third.library.digest() == reference, "also when its last run did not list it either"


def test_the_same_bytes_from_a_site_without_validators_are_read_by_the_new_rules(crawl, reference):
    again = crawl(run="again", behaviour=Behaviour(validators=False))
    assert again.library.digest() == reference
    assert bodies(again) >= 20


def test_what_the_archive_cannot_give_is_downloaded(crawl, reference):
    for path in (crawl.folder / "archive").glob("before-*.warc.gz"):
        path.chmod(0o600)
        path.write_bytes(b"")
    again = crawl(run="again")
    assert (again.status, again.manifest["status"]) == (0, "complete")
    assert again.library.digest() == reference
    assert {again.served[url] for url in pages_of(again.library)} == {1}
    for case in again.library.cases():
        assert again.library.archived(case.page_digest).payload, "the new record takes the place of the lost one"
    again.library.database.write(lambda db: db.exec_driver_sql("update frontier_known set rules = 'rules of before'"))
    third = crawl(run="third")
    assert bodies(third) == 0, "and at the next change of the rules nothing is downloaded"
    assert seen(third, "third")["read_again"] > 20


def test_after_a_replay_nothing_is_left_to_read_again(crawl, reference):
    with Library.open(crawl.url, archive=crawl.folder / "archive") as library:
        assert replay(library, "before").stored.changed >= 1
        assert library.digest() == reference
    again = crawl(run="again")
    assert "read_again" not in seen(again, "again")
    assert bodies(again) == 0


@pytest.mark.parametrize("rules", [ruleset(), "rules of before"])
def test_a_copy_does_not_take_the_place_of_the_page_that_has_these_bytes(tmp_path, rules):
    copy = "https://aws.amazon.com/solutions/case-studies/example-copy/"
    with Library.open(f"sqlite:///{tmp_path}/l.db") as library:
        library.store("before", Page(digest(b"x"), "aws", LAB, "", "en"), [], rules)
        frontier = Frontier(library.database, "run")
        remember(frontier, digest=digest(b"x"), rules=rules)
        pipeline = NormalizePipeline.__new__(NormalizePipeline)
        pipeline.run = SimpleNamespace(library=library, known=lambda url: frontier.known("aws", url))
        assert isinstance(pipeline._known(fetched(copy)), Refused)
        assert isinstance(pipeline._known(fetched(LAB)), Unchanged) == (rules == ruleset())


def remember(frontier, **values):
    frontier.database.write(lambda db: frontier.remember_in(db, "aws", LAB, url=LAB, **values))


def fetched(url):
    return Fetched(Document(b"x", "text/html", "aws", url), judge("aws", url))
