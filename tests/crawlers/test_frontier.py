"""The frontier: leases, completion in one transaction, recovery, facts merged over listings. Without Scrapy's engine."""

from __future__ import annotations

import socket

import pytest
from scrapy import Request, Spider
from sqlalchemy import create_engine

from crawlers.frontier import codec
from crawlers.frontier import store as frontier_store
from crawlers.frontier.ledger import Ledger
from crawlers.frontier.store import BusyError, Entry, Frontier, is_dead, owner_name
from crawlers.items import Refused, Sighting
from pipelines.case import Rejection

PAGE = "https://aws.amazon.com/solutions/case-studies/example/"


class SomeSpider(Spider):
    name = "aws"

    def parse_case(self, response, facts, title):
        pass


@pytest.fixture
def frontier(tmp_path):
    return Frontier(create_engine(f"sqlite:///{tmp_path}/f.db"), "run")


def entry(name, priority=0, facts=()):
    return Entry(name, f"https://example.com/{name}", "{}", priority, facts)


def test_a_request_is_kept_once_and_leased_once(frontier):
    assert frontier.add([entry("a"), entry("b"), entry("a")]) == 2
    assert frontier.add([entry("a")]) == 0
    assert [one.id for one in frontier.lease(10)] == [1, 2]
    assert frontier.lease(10) == []
    assert frontier.counts() == {"leased": 2}


def test_higher_priority_first_then_those_that_never_hurt_then_as_found(frontier):
    frontier.add([entry("a"), entry("b"), entry("listing", 100)])
    assert [one.id for one in frontier.lease(2)] == [3, 1]
    frontier.owner = "elsewhere:1:2"  # a process that begins after the first one died
    frontier.recover()
    with frontier.engine.begin() as db:
        db.exec_driver_sql("update frontier_requests set state='pending'")
    assert [one.id for one in frontier.lease(3)] == [3, 2, 1]


def test_what_listings_say_of_a_page_is_merged(frontier):
    frontier.add([entry("a", facts=(("customer", "示例"),))])
    frontier.add([entry("a", facts=(("customer", "示例"), ("company_size", "large")))])
    assert frontier.lease(1)[0].facts == [["customer", "示例"], ["company_size", "large"]]


def test_leases_of_a_dead_process_are_taken_back_and_those_of_a_living_one_are_not(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/f.db")
    dead = Frontier(engine, "run", owner=f"{socket.gethostname()}:999999999:1")
    alive = Frontier(engine, "run", owner=owner_name())
    other = Frontier(engine, "run", owner="another-machine:1:1")
    alive.add([entry("a"), entry("b"), entry("c")])
    for one in (dead, alive, other):
        assert len(one.lease(1)) == 1
    next_life = Frontier(engine, "run", owner="another-machine:2:2")
    assert next_life.recover() == 1
    assert next_life.counts() == {"leased": 2, "pending": 1}
    assert alive.recover() == 1, "a process that begins holds nothing: its own name means an earlier life"


def test_a_lease_runs_out(frontier, monkeypatch):
    frontier.add([entry("a")])
    frontier.owner = "another-machine:1:1"
    frontier.lease(1)
    frontier.owner = "another-machine:2:2"
    assert frontier.recover() == 0
    now = frontier_store.time.time()
    monkeypatch.setattr(frontier_store.time, "time", lambda: now + frontier_store.LEASE_SECONDS + 1)
    assert frontier.recover() == 1


def test_a_request_that_always_kills_is_given_up_in_the_end(frontier, monkeypatch):
    monkeypatch.setattr(frontier_store, "TRIES", 2)
    frontier.add([entry("a")])
    for _ in range(2):
        assert frontier.lease(1)
        frontier.recover()
    assert frontier.counts() == {"failed": 1}
    assert frontier.failures()[0][0] == "kills_the_crawl"


def test_what_was_taken_and_not_sent_is_given_back_as_if_never_taken(frontier):
    frontier.add([entry("a")])
    frontier.give_back([one.id for one in frontier.lease(1)])
    assert frontier.lease(1)[0].attempts == 1


def test_failures_of_an_ended_run_are_tried_again_but_not_what_was_refused_for_good(frontier):
    frontier.add([entry("a"), entry("b")])
    first, second = frontier.lease(2)
    with frontier.engine.begin() as db:
        frontier.complete_in(db, first.id, "server_error", failed=True)
        frontier.complete_in(db, second.id, "gated", failed=True)
    assert frontier.reopen() == 1
    assert frontier.counts() == {"failed": 1, "pending": 1}


def test_who_is_dead():
    assert not is_dead(owner_name())
    assert is_dead(f"{socket.gethostname()}:999999999:1")
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
        self.ledger = Ledger(frontier, "aws", lambda db, unit, result: self.written.append(result), self.sync)

    def sync(self):
        self.synced += 1


@pytest.fixture
def recorder(frontier):
    frontier.add([entry("a")])
    made = Recorder(frontier)
    made.ledger.open(frontier.lease(1)[0].id, Request(PAGE))
    return made


def test_a_unit_is_committed_only_when_exhausted_and_every_item_came_out(frontier, recorder):
    ledger = recorder.ledger
    ledger.item_began(1)
    ledger.child(1, Request(PAGE, callback=SomeSpider().parse_case))
    assert ledger.exhausted(1) is None
    assert (frontier.counts(), recorder.written) == ({"leased": 1}, [])
    assert ledger.item_ended(1, "item") == 1, "one new request"
    assert (frontier.counts(), recorder.written, recorder.synced) == ({"done": 1, "pending": 1}, ["item"], 1)


def test_items_that_come_out_before_the_callback_ends_do_not_commit(frontier, recorder):
    recorder.ledger.item_began(1)
    assert recorder.ledger.item_ended(1, "item") is None
    assert frontier.counts() == {"leased": 1}
    assert recorder.ledger.exhausted(1) == 0


def test_an_item_lost_in_the_pipelines_fails_the_whole_unit(frontier, recorder):
    recorder.ledger.item_began(1)
    recorder.ledger.child(1, Request(PAGE, callback=SomeSpider().parse_case))
    recorder.ledger.item_ended(1, None, "it broke")
    recorder.ledger.exhausted(1)
    assert frontier.failures() == [("pipeline_error", "https://example.com/a", "it broke")]
    assert recorder.written == []


def test_a_failed_request_brings_nothing_but_its_rejection(frontier, recorder):
    recorder.ledger.child(1, Request(PAGE, callback=SomeSpider().parse_case))
    refused = Refused(Rejection("unreadable", "x", "aws", PAGE))
    recorder.ledger.failed(1, "timeout", "late", refused)
    assert frontier.counts() == {"failed": 1}
    assert recorder.written == [refused]
    assert recorder.ledger.exhausted(1) is None, "what ends twice is settled once"


def test_nothing_is_committed_when_writing_fails(frontier, recorder):
    def broken(db, unit, result):
        raise RuntimeError("disk")

    recorder.ledger._effect = broken
    recorder.ledger.item_began(1)
    recorder.ledger.item_ended(1, "item")
    with pytest.raises(RuntimeError):
        recorder.ledger.exhausted(1)
    assert frontier.counts() == {"leased": 1}


def test_the_same_page_of_a_listing_seen_again_counts_once(frontier):
    with frontier.engine.begin() as db:
        frontier.sight_in(db, Sighting("directory", 0, "0", 10, 20))
        frontier.sight_in(db, Sighting("directory", 0, "0", 12, 20, last=True))
    assert frontier.sightings() == [Sighting("directory", 0, "0", 12, 20, last=True)]


def test_what_a_plan_listed_before_and_not_now(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/f.db")
    first, second = Frontier(engine, "one"), Frontier(engine, "two")
    with engine.begin() as db:
        for name, plan in (("a", "p"), ("b", "p"), ("c", "q")):
            first.remember_in(db, "aws", name, url=name, plan_key=plan, digest="d")
        second.remember_in(db, "aws", "a", url="a", plan_key="p")
    assert second.unseen("aws", "p") == ["b"]
    assert second.known("aws", "a").digest == "d", "what is not told stays"
    assert second.known("aws", "z") is None


# One process at a vendor


def test_two_living_processes_never_work_at_one_vendor(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/f.db")
    first, second = Frontier(engine, "one", owner="machine-a:1:1"), Frontier(engine, "two", owner="machine-b:1:1")
    first.claim("aws")
    first.claim("aws")
    second.claim("azure")
    with pytest.raises(BusyError, match="machine-a"):
        second.claim("aws")
    first.release()
    second.claim("aws")


def test_a_dead_process_keeps_nobody_out(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/f.db")
    Frontier(engine, "one", owner=f"{socket.gethostname()}:999999999:1").claim("aws")
    Frontier(engine, "two").claim("aws")
