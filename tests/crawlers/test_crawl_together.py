"""Crawls in processes of their own that share a run, take over from each other, and lose their database."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter

import pytest

from crawlers.chaos_team import Plan, experiment
from crawlers.run import main
from crawlers.sandbox.postgres import postgres
from crawlers.sandbox.server import Behaviour
from pipelines.archive import digest
from pipelines.library import Library


def test_killed_workers_and_a_restarted_database_lose_nothing_and_no_host_is_asked_too_soon(tmp_path, own_server):
    tally = experiment(tmp_path, own_server, Plan(workers=3, kills=3, restarts=1, copies=1, seed=5, delay=0.05))
    assert (tally.kills, tally.restarts) == (3, 1)
    assert (tally.lost, tally.twice, tally.same) == (0, 0, True)
    assert {host: early for host, (_, _, early) in tally.gaps.items() if early} == {}
    assert len(tally.gaps) == 3
    assert 0 in tally.statuses
    assert not list(tmp_path.glob("archive/*.tmp"))


@pytest.fixture
def own_server(postgres_server):
    """A server that a test may stop. (The other fixture skips, or fails, where there is none.)"""
    with postgres() as server:
        yield server


def waited_for(condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_database_that_does_not_come_back_ends_the_crawl_with_a_named_kind_and_nothing_is_lost(tmp_path, own_server, crawl_into):
    crawl = crawl_into(tmp_path, own_server.url())
    crawl.reads = False

    def pull_the_plug(process, server):
        waited_for(lambda: sum(server.sandbox.served.values()) > 5)
        own_server.stop()

    ended = crawl(behaviour=Behaviour(slow=0.05), settings=("DATABASE_PATIENCE=0.5", "CONCURRENT_REQUESTS=2"), while_=pull_the_plug)
    assert ended.status == 1
    assert "数据库没有恢复" in ended.said
    own_server.start()
    crawl.reads = True
    again = crawl()
    assert (again.status, again.manifest["status"]) == (0, "complete")
    reference = crawl_into(tmp_path / "reference")()
    assert again.library.digest() == reference.library.digest()
    assert all(digest(again.library.archived(case.page_digest).payload) == case.page_digest for case in again.library.cases())


def test_a_database_that_restarts_is_waited_for(tmp_path, own_server, crawl_into):
    def restart(process, server):
        waited_for(lambda: sum(server.sandbox.served.values()) > 5)
        own_server.restart()

    ended = crawl_into(tmp_path, own_server.url())(behaviour=Behaviour(slow=0.05), settings=("CONCURRENT_REQUESTS=2",), while_=restart)
    assert (ended.status, ended.manifest["status"]) == (0, "complete")


def test_workers_that_are_started_together_share_the_run(tmp_path, capsys):
    asked = ["全部", "--vendors", "azure", "--sandbox", "--json", "--library", f"sqlite:///{tmp_path}/l.db", "--workers", "3"]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)["vendors"]["azure"]
    assert (told["status"], told["cases"]) == ("complete", 26)
    with Library.open(f"sqlite:///{tmp_path}/l.db") as library:
        (run,) = library.runs()
        assert run.summary["seen"]["cases_new"] == 26, "counted over all workers, each case once"
        assert max(Counter(page.digest for page in map(library.page, {c.page_digest for c in library.cases()})).values()) == 1


def test_a_worker_that_is_told_to_end_gives_back_what_it_had_and_the_run_goes_on(crawl):
    ended = crawl(behaviour=Behaviour(slow=0.05), settings=("CONCURRENT_REQUESTS=2",), while_=interrupt)
    assert (ended.status, ended.manifest["status"]) == (1, "incomplete")
    assert "unfinished" in ended.manifest["kinds"]
    again = crawl()
    assert (again.status, again.manifest["status"]) == (0, "complete")


def interrupt(process, server):
    waited_for(lambda: sum(server.sandbox.served.values()) > 5)
    process.send_signal(signal.SIGINT)
