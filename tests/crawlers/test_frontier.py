"""The frontier: leases, completion in one transaction, recovery, facts merged over listings. Without Scrapy's engine."""

from __future__ import annotations

import pytest
from scrapy import Request, Spider

from crawlers import bench_frontier
from crawlers.frontier import codec
from crawlers.frontier import workers as frontier_workers
from crawlers.frontier.ledger import Ledger
from crawlers.frontier.store import Entry, Frontier
from crawlers.frontier.workers import is_dead, machine, owner_name
from crawlers.items import Refused, Sighting
from pipelines.case import Rejection
from pipelines.library import Library

PAGE = "https://aws.amazon.com/solutions/case-studies/example/"


class SomeSpider(Spider):
    name = "aws"

    def parse_case(self, response, facts, title):
        pass


DEAD = f"{machine()}:999999999:1"  # a process of this machine that is not there


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """A new library's database, of both kinds."""
    url = f"sqlite:///{tmp_path}/f.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with Library.open(url, archive=tmp_path / "archive") as library:
        yield library.database


def joined(database, run="run", owner=None, vendor="aws"):
    """A worker of a run."""
    made = Frontier(database, run, owner)
    made.workers.join(vendor)
    return made


@pytest.fixture
def frontier(database):
    return joined(database)


def forget(database, owner):
    """A worker was not heard of for longer than it is believed to live."""
    execute(database, f"update frontier_workers set until = 1 where owner = '{owner}'")


def execute(database, words):
    database.write(lambda db: db.exec_driver_sql(words))


def entry(name, priority=0, facts=(), host="example.com"):
    return Entry(name, f"https://{host}/{name}", name, priority, facts)


def test_a_request_is_kept_once_and_leased_once(frontier):
    assert frontier.add([entry("a"), entry("b"), entry("a")]) == 2
    assert frontier.add([entry("a"), entry("c")]) == 1
    assert urls(frontier.lease(10)) == ["a", "b", "c"]
    assert frontier.lease(10) == []
    assert frontier.counts() == {"leased": 3}


def test_higher_priority_first_then_those_that_never_hurt_then_as_found(frontier, database):
    frontier.add([entry("a"), entry("b"), entry("listing", 100)])
    assert urls(frontier.lease(2)) == ["listing", "a"]
    execute(database, "update frontier_requests set state='pending'")
    assert urls(frontier.lease(3)) == ["listing", "b", "a"]


def test_no_page_is_taken_while_a_listing_that_may_tell_more_of_it_is_open(frontier, database):
    frontier.add([entry("a"), entry("b"), entry("first", 100), entry("second", 50)])
    assert urls(frontier.lease(10, listings_first=True)) == ["first", "second"]
    assert urls(frontier.lease(10, listings_first=True)) == []  # both are under way
    frontier.add([entry("a", facts=(("company_size", "large"),))])
    execute(database, "update frontier_requests set state='done' where data in ('first', 'second')")
    (a, b) = frontier.lease(10, listings_first=True)
    assert (a.facts, b.facts) == ([["company_size", "large"]], [])


def test_a_lease_costs_the_same_however_many_pages_wait(tmp_path):
    few, many = (work_of_a_lease(f"sqlite:///{tmp_path}/{count}.db", count) for count in (60, 6000))
    assert many < 1.5 * few


def work_of_a_lease(url, count):
    """The instructions of SQLite's machine that dealing hosts, leasing pages and asking for what is left take, in hundreds."""
    with Library.open(url) as library:
        frontier = joined(library.database)
        frontier.add([entry("listing", 100)])
        frontier.lease(1)
        execute(library.database, "update frontier_requests set state='done'")
        assert not frontier.lease(1), "so that hosts are dealt anew"
        frontier.add([entry(str(number), host=f"{number % 3}.example.com") for number in range(count)])
        done = []
        with library.engine.connect() as db:
            db.connection.driver_connection.set_progress_handler(lambda: done.append(1), 100)
        assert frontier.left()
        assert len(frontier.lease(16, listings_first=True)) == 16
    return len(done)


def test_the_measurement_tells_each_step(capsys):
    assert bench_frontier.main(["--pages", "40", "--rounds", "2"]) == 0
    (row,) = (line for line in capsys.readouterr().out.splitlines() if "SQLite" in line)
    assert len(row.strip("│").split("│")) == 5


def urls(leased):
    return [one.data for one in leased]


def test_what_listings_say_of_a_page_is_merged(frontier):
    frontier.add([entry("a", facts=(("customer", "示例"),))])
    frontier.add([entry("a", facts=(("customer", "示例"), ("company_size", "large")))])
    assert frontier.lease(1)[0].facts == [["customer", "示例"], ["company_size", "large"]]


def test_a_request_that_always_kills_is_given_up_in_the_end(database, monkeypatch):
    monkeypatch.setattr(frontier_workers, "TRIES", 2)
    first = joined(database)
    first.add([entry("a")])
    for number in range(2):
        victim = joined(database, owner=f"{machine()}:99999999{number}:1")
        assert victim.lease(1)
        first.workers.recover()
    assert first.counts() == {"failed": 1}
    assert first.failures()[0][0] == "kills_the_crawl"


def test_what_was_taken_and_not_sent_is_given_back_as_if_never_taken(frontier):
    frontier.add([entry("a")])
    frontier.give_back([one.id for one in frontier.lease(1)])
    assert frontier.lease(1)[0].attempts == 1


def test_failures_of_an_ended_run_are_tried_again_but_not_what_was_refused_for_good(frontier):
    frontier.add([entry("a"), entry("b")])
    first, second = frontier.lease(2)
    frontier.database.write(lambda db: frontier.complete_in(db, first.id, "server_error", failed=True))
    frontier.database.write(lambda db: frontier.complete_in(db, second.id, "gated", failed=True))
    assert frontier.reopen() == 1
    assert frontier.counts() == {"failed": 1, "pending": 1}


def test_who_is_dead():
    assert not is_dead(owner_name())
    assert is_dead(DEAD)
    assert is_dead(owner_name().rpartition(":")[0] + ":1"), "another process that got the same number"
    assert not is_dead("another-machine:1:1")


# The codec


def test_a_request_survives_the_database():
    spider = SomeSpider()
    told = {"facts": [["customer", "示例"]], "title": "标题"}
    request = Request(
        PAGE, callback=spider.parse_case, cb_kwargs=told, headers={"A": "b"}, meta={"phase": "product", "case_page": True, "x": object()}
    )
    back = codec.loads(codec.dumps(request), [["customer", "示例"], ["industry", "retail"]], spider)
    assert (back.url, back.callback, back.headers["A"]) == (PAGE, spider.parse_case, b"b")
    assert back.cb_kwargs == {"facts": [["customer", "示例"], ["industry", "retail"]], "title": "标题"}
    assert back.meta == {"phase": "product", "case_page": True}


def test_a_post_body_survives_and_tells_requests_apart():
    first, second = (Request(PAGE, method="POST", body=body) for body in (b"\xff\x00", b"2"))
    assert codec.loads(codec.dumps(first), [], type("S", (Spider,), {"name": "s", "parse": lambda *_: None})()).body == b"\xff\x00"
    assert codec.fingerprint(first, "aws") != codec.fingerprint(second, "aws")


def test_one_story_is_one_request_over_its_addresses():
    old = "https://customers.microsoft.com/en-us/story/17-example-azure-en-norway"
    new = "https://www.microsoft.com/en/customers/story/17-example-azure"
    prints = {codec.fingerprint(Request(u, meta={"case_page": True}), "azure") for u in (old, new)}
    assert len(prints) == 1


@pytest.mark.parametrize("request_", [Request(PAGE, callback=len, cb_kwargs={"a": object()})])
def test_what_cannot_be_kept_is_refused_at_once(request_):
    with pytest.raises(codec.CodecError):
        codec.dumps(request_)


def test_a_callback_that_the_spider_has_not_is_refused():
    with pytest.raises(codec.CodecError, match="no callback"):
        codec.loads(codec.dumps(Request(PAGE, callback=SomeSpider().parse_case)), [], Spider(name="other"))


# The ledger


class Recorder:
    def __init__(self, frontier):
        self.written, self.synced = [], 0
        self.ledger = Ledger(frontier, "aws", self.write, self.sync, lambda counted: None)

    def write(self, db, unit, result):
        self.written.append(result)
        return {"written": 1}

    def sync(self):
        self.synced += 1


@pytest.fixture
def recorder(frontier):
    frontier.add([entry("a")])
    made = Recorder(frontier)
    leased = frontier.lease(1)[0]
    made.unit = leased.id
    made.ledger.open(leased.id, Request(PAGE), leased.token)
    return made


def test_a_unit_is_committed_only_when_exhausted_and_every_item_came_out(frontier, recorder):
    ledger = recorder.ledger
    ledger.item_began(recorder.unit)
    ledger.child(recorder.unit, Request(PAGE, callback=SomeSpider().parse_case))
    assert ledger.exhausted(recorder.unit) is None
    assert (frontier.counts(), recorder.written) == ({"leased": 1}, [])
    assert ledger.item_ended(recorder.unit, "item") == 1, "one new request"
    assert (frontier.counts(), recorder.written, recorder.synced) == ({"done": 1, "pending": 1}, ["item"], 1)


def test_items_that_come_out_before_the_callback_ends_do_not_commit(frontier, recorder):
    recorder.ledger.item_began(recorder.unit)
    assert recorder.ledger.item_ended(recorder.unit, "item") is None
    assert frontier.counts() == {"leased": 1}
    assert recorder.ledger.exhausted(recorder.unit) == 0


def test_an_item_lost_in_the_pipelines_fails_the_whole_unit(frontier, recorder):
    recorder.ledger.item_began(recorder.unit)
    recorder.ledger.child(recorder.unit, Request(PAGE, callback=SomeSpider().parse_case))
    recorder.ledger.item_ended(recorder.unit, None, "it broke")
    recorder.ledger.exhausted(recorder.unit)
    assert frontier.failures() == [("pipeline_error", "https://example.com/a", "it broke")]
    assert recorder.written == []


def test_a_failed_request_brings_nothing_but_its_rejection(frontier, recorder):
    recorder.ledger.child(recorder.unit, Request(PAGE, callback=SomeSpider().parse_case))
    refused = Refused(Rejection("unreadable", "x", "aws", PAGE))
    recorder.ledger.failed(recorder.unit, "timeout", "late", refused)
    assert frontier.counts() == {"failed": 1}
    assert recorder.written == [refused]
    assert recorder.ledger.exhausted(recorder.unit) is None, "what ends twice is settled once"


def test_nothing_is_committed_when_writing_fails(frontier, recorder):
    def broken(db, unit, result):
        raise RuntimeError("disk")

    recorder.ledger._effect = broken
    recorder.ledger.item_began(recorder.unit)
    recorder.ledger.item_ended(recorder.unit, "item")
    with pytest.raises(RuntimeError):
        recorder.ledger.exhausted(recorder.unit)
    assert frontier.counts() == {"leased": 1}


def test_the_same_page_of_a_listing_seen_again_counts_once(frontier):
    for one in (Sighting("directory", 0, "0", 10, 20), Sighting("directory", 0, "0", 12, 20, last=True)):
        frontier.database.write(lambda db, one=one: frontier.sight_in(db, one))
    assert frontier.sightings() == [Sighting("directory", 0, "0", 12, 20, last=True)]


def test_what_a_plan_listed_before_and_not_now(database):
    first, second = Frontier(database, "one"), Frontier(database, "two")

    def remember(db):
        for name, plan in (("a", "p"), ("b", "p"), ("c", "q")):
            first.remember_in(db, "aws", name, url=name, plan_key=plan, digest="d")
        second.remember_in(db, "aws", "a", url="a", plan_key="p")

    database.write(remember)
    assert second.unseen("aws", "p") == [("b", "one")]
    assert second.known("aws", "a").digest == "d", "what is not told stays"
    assert second.known("aws", "z") is None
