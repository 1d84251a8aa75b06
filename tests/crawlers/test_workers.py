"""Several workers at one run: leases, fencing, hosts and the dead, on both databases and without Scrapy's engine."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from scrapy import Request

from crawlers.frontier import hosts as frontier_hosts
from crawlers.frontier.ledger import Ledger
from crawlers.frontier.store import Entry, Frontier
from crawlers.frontier.workers import HEARTBEAT, BusyError, machine
from crawlers.run import status_of
from pipelines.library import Library

DEAD = f"{machine()}:999999999:1"  # a process of this machine that is not there
FIRST, SECOND, THIRD = ("machine-a:1:1", "machine-b:1:1", "machine-c:1:1")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    url = f"sqlite:///{tmp_path}/f.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with Library.open(url, archive=tmp_path / "archive") as library:
        yield library.database


def joined(database, owner, run="run", vendor="aws"):
    made = Frontier(database, run, owner)
    made.workers.join(vendor)
    return made


def entry(name, host="example.com"):
    return Entry(name, f"https://{host}/{name}", name)


def execute(database, words):
    return database.write(lambda db: db.exec_driver_sql(words))


def unheard(database, owner):
    """A worker was not heard for longer than it is believed to live."""
    execute(database, f"update frontier_workers set until = 1 where owner = '{owner}'")


def names(leased):
    return sorted(one.data for one in leased)


def host(database, name):
    return database.read(lambda db: db.exec_driver_sql(f"select * from frontier_hosts where host = '{name}'").mappings().one())


def test_two_workers_never_hold_one_request(database):
    first, second = joined(database, FIRST), joined(database, SECOND)
    first.add([entry(n, f"{n}.example.com") for n in "abcd"])
    mine, others = first.lease(10), second.lease(10)
    assert names([*mine, *others]) == ["a", "b", "c", "d"]
    assert (len(mine), len(others)) == (2, 2), "half of the hosts for each"


def test_a_host_is_worked_by_one_worker_at_a_time(database):
    first, second = joined(database, FIRST), joined(database, SECOND)
    first.add([entry(n) for n in "abc"])
    assert names(first.lease(1)) == ["a"]
    assert second.lease(10) == []
    first.workers.leave(first.workers.seen())
    assert names(second.lease(10)) == ["a", "b", "c"]
    assert joined(database, THIRD).hosts.ask("example.com", 0.0) is None


def test_a_worker_alone_takes_all_hosts_and_gives_of_them_when_another_comes(database):
    first = joined(database, FIRST)
    first.add([entry(n, f"{n}.example.com") for n in "abcd"])
    first.lease(2)
    assert len(first.hosts.held) == 4
    second = joined(database, SECOND)
    first._dealt = float("-inf")
    first.lease(0, busy={"a.example.com"})
    assert "a.example.com" in first.hosts.held, "where something is under way nothing is given away"
    assert names(second.lease(10))


def test_a_redirect_to_a_host_of_another_worker_gets_its_turn(database):
    first, second = joined(database, FIRST), joined(database, SECOND)
    first.add([entry("a"), entry("b")])
    first.lease(1)
    assert second.hosts.ask("example.com", 0.0) is None, "wanted now"
    first._dealt = float("-inf")
    assert first.lease(1, busy={"example.com"}), "its holder finishes what is under way"
    first._dealt = float("-inf")
    first.lease(1)
    assert second.hosts.ask("example.com", 0.0) == 0.0


def test_what_a_dead_worker_held_is_taken_over_and_the_delay_is_kept(database):
    dead, living = joined(database, DEAD), joined(database, FIRST)
    dead.add([entry("a")])
    assert dead.lease(1)
    assert dead.hosts.ask("example.com", 5.0) == 0.0
    execute(database, "update frontier_hosts set last_request = 1")
    assert living.workers.recover() == 1
    assert names(living.lease(1)) == ["a"]
    assert 0 < living.hosts.ask("example.com", 5.0) <= 5.0, "nobody knows what the dead one sent last: counted from now"


def test_a_worker_of_another_machine_is_dead_when_it_was_not_heard(database):
    silent, living = joined(database, SECOND), joined(database, FIRST)
    silent.add([entry("a")])
    silent.lease(1)
    assert living.workers.recover() == 0
    unheard(database, SECOND)
    assert living.workers.recover() == 1
    assert living.counts() == {"pending": 1}


def test_a_heartbeat_keeps_what_is_held(database):
    slow, living = joined(database, SECOND), joined(database, FIRST)
    slow.add([entry("a")])
    slow.lease(1)
    unheard(database, SECOND)
    slow.workers.beat()
    assert living.workers.recover() == 0
    until = database.read(lambda db: db.exec_driver_sql(f"select until from frontier_workers where owner = '{SECOND}'").scalar())
    assert until > HEARTBEAT


def test_the_clock_is_the_databases_whatever_the_workers_think(database, monkeypatch):
    slow = joined(database, SECOND)
    slow.add([entry("a")])
    monkeypatch.setattr("time.time", lambda: 4e9)  # a worker that lives a century later
    ahead = joined(database, FIRST)
    slow.lease(1)
    assert ahead.workers.recover() == 0
    assert ahead.hosts.ask("example.com", 1.0) is None


def unit(frontier, written):
    def write(db, one, result):
        written.append(result)
        return {"pages": 1}

    ledger = Ledger(frontier, "aws", write, lambda: None, lambda counted: None)
    (leased,) = frontier.lease(1)
    ledger.open(leased.id, Request("https://example.com/a"), leased.token)
    ledger.item_began(leased.id)
    return ledger, leased


def test_who_lost_a_lease_stores_nothing(database):
    sleeper, living = joined(database, SECOND), joined(database, FIRST)
    sleeper.add([entry("a")])
    late, early = [], []
    first, lease = unit(sleeper, late)
    unheard(database, SECOND)
    living.workers.recover()
    second, _ = unit(living, early)
    first.item_ended(lease.id, "late")
    first.exhausted(lease.id)
    assert (late, first.seen) == ([], {"leases_lost": 1})
    second.item_ended(lease.id, "early")
    second.exhausted(lease.id)
    assert (early, living.counts()) == (["early"], {"done": 1})


def test_who_lost_its_host_may_not_send(database):
    sleeper, living = joined(database, SECOND), joined(database, FIRST)
    sleeper.add([entry("a")])
    sleeper.lease(1)
    unheard(database, SECOND)
    living.workers.recover()
    living.lease(1)
    assert sleeper.hosts.ask("example.com", 0.1) is None


def test_a_commit_whose_answer_was_lost_is_not_done_twice(database, monkeypatch):
    worker = joined(database, FIRST)
    worker.add([entry("a")])
    written = []
    ledger, lease = unit(worker, written)
    ledger.item_ended(lease.id, "page")
    once = database.write
    monkeypatch.setattr(database, "write", lambda work: (once(work), once(work))[1])
    ledger.exhausted(lease.id)
    assert (written, ledger.seen) == (["page"], {"pages": 1})


def test_what_the_database_refuses_fails_the_request_and_not_the_crawl(database):
    worker = joined(database, FIRST)
    worker.add([entry("a")])

    def refused(db, one, result):
        db.exec_driver_sql("select * from no_such_table")

    ledger = Ledger(worker, "aws", refused, lambda: None, lambda counted: None)
    (leased,) = worker.lease(1)
    ledger.open(leased.id, Request("https://example.com/a"), leased.token)
    ledger.item_began(leased.id)
    ledger.item_ended(leased.id, "page")
    ledger.exhausted(leased.id)
    assert [(kind, url) for kind, url, _ in worker.failures()] == [("store_error", "https://example.com/a")]


def test_the_delay_is_kept_by_whoever_holds_the_host(database):
    first, second = joined(database, FIRST), joined(database, SECOND)
    first.add([entry("a")])
    first.lease(1)
    assert first.hosts.ask("example.com", 7.0) == 0.0
    assert 0 < first.hosts.ask("example.com", 7.0) <= 7.0
    first.workers.leave(first.workers.seen())
    assert 0 < second.hosts.ask("example.com", 1.0) <= 7.0, "and not sooner than the one before had kept"
    assert host(database, "example.com")["owner"] == SECOND


def test_the_delay_counts_from_the_answer_not_from_the_request(database):
    moment = [100.0]
    worker = joined(database, FIRST)
    worker.hosts = frontier_hosts.Hosts(database, "run", FIRST, lambda: moment[0])
    assert worker.hosts.ask("example.com", 3.0) == 0.0
    moment[0] = 200.0
    worker.hosts.answered("example.com")
    moment[0] = 202.0
    assert worker.hosts.ask("example.com", 3.0) == 1.0


def test_all_stop_where_one_is_told_to(database):
    first, second = joined(database, FIRST), joined(database, SECOND)
    first.workers.stop_all("blocked")
    assert second.workers.beat() == "blocked"
    first.workers.leave(first.workers.seen())
    assert second.workers.leave(second.workers.seen()) is True, "the last one"
    assert joined(database, THIRD).workers.beat() == "", "another day"


def test_workers_of_a_run_are_numbered_and_what_they_counted_is_added_up(database):
    first, second = joined(database, FIRST), joined(database, SECOND)
    assert (first.workers.number, second.workers.number) == (0, 1)
    assert (first.workers.alone, second.workers.alone) == (True, False)
    for one, pages in ((first, 2), (second, 3)):
        database.write(lambda db, one=one, pages=pages: one.workers.count_in(db, {"pages": pages}))
    assert second.workers.seen() == {"pages": 5}


def test_pages_that_are_listed_no_more_are_asked_for_by_one_worker(database):
    first, second = joined(database, FIRST), joined(database, SECOND)
    assert first.recheck([entry("gone")]) == 1
    assert second.recheck([entry("gone too")]) == 0


def test_two_living_runs_never_work_at_one_vendor(database):
    first = joined(database, FIRST, "one")
    joined(database, SECOND, "two", "azure")
    with pytest.raises(BusyError, match="machine-a"):
        joined(database, THIRD, "two")
    with pytest.raises(BusyError, match="machine-a"):
        Frontier(database, "two", THIRD).workers.check_free("aws")
    joined(database, THIRD, "one")
    first.workers.leave(first.workers.seen())


def test_a_dead_process_keeps_nobody_out(database):
    joined(database, DEAD, "one")
    joined(database, FIRST, "two")


@pytest.mark.parametrize(("statuses", "status"), [([0, -9, 1], 0), ([-9], 1), ([1, 2], 2), ([1, -9], 1), ([0], 0)])
def test_a_run_is_whole_where_one_worker_says_so(statuses, status):
    assert status_of(statuses) == status


def test_a_clock_that_was_put_back_costs_one_delay_and_not_an_hour(tmp_path):
    with Library.open(f"sqlite:///{tmp_path}/l.db") as library:
        frontier = Frontier(library.database, "one")
        frontier.workers.join("aws")
        assert frontier.hosts.ask("aws.amazon.com", 0.05) == 0.0
        library.database.write(lambda db: db.exec_driver_sql("update frontier_hosts set last_request = last_request + 3600"))
        waits = [frontier.hosts.ask("aws.amazon.com", 0.05)]
        while waits[-1] and len(waits) < 100:
            threading.Event().wait(waits[-1])
            waits.append(frontier.hosts.ask("aws.amazon.com", 0.05))
        assert waits[0] == pytest.approx(0.05)
        assert waits[-1] == 0.0, "the host is asked again, long before the hour is over"


def test_what_a_killed_server_left_is_swept_and_a_living_ones_folder_is_not(tmp_path):
    from crawlers.frontier.workers import owner_name
    from crawlers.sandbox.postgres import OWNER, PREFIX, sweep

    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    machine, _, _ = owner_name().rsplit(":", 2)
    for name, owner in (("dead", f"{machine}:{gone.pid}:1"), ("alive", owner_name()), ("elsewhere", "other/1:1:1")):
        (tmp_path / f"{PREFIX}{name}").mkdir()
        (tmp_path / f"{PREFIX}{name}" / OWNER).write_text(owner)
    (tmp_path / f"{PREFIX}nobody").mkdir()
    sweep(tmp_path)
    assert {path.name.removeprefix(PREFIX) for path in tmp_path.iterdir()} == {"alive", "elsewhere", "nobody"}
