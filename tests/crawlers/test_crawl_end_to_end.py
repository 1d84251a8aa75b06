"""Crawls of the replica site in processes of their own: what is stored, what is refused, and how a run says it ended."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawlers.replaying import replay
from crawlers.sandbox.server import Behaviour
from crawlers.sandbox.site import facts_of

BANK = "https://aws.amazon.com/solutions/case-studies/example-harbor-bank/"


@pytest.fixture(scope="module")
def first(shared_crawl):
    """The first crawl of the whole site, which several tests look at."""
    return shared_crawl(run="one")


def cases_by_name(crawled):
    return {c.customer_name.value: c for c in crawled.library.cases()}


def seen(crawled, run):
    return next(r.summary["seen"] for r in crawled.library.runs() if r.run_id == run)


def test_everything_official_becomes_a_case_and_everything_else_a_reason(first, shared_crawl):
    assert (first.status, first.manifest["status"]) == (0, "complete")
    cases = cases_by_name(first)
    assert set(cases) >= {c.name for c in facts_of("aws").customers if c.layout != "broken"}
    assert {c.origin for c in cases.values()} == {"sandbox"}
    refused = {r["url"]: r["code"] for r in first.manifest["rejections"]}
    assert refused["https://www.youtube.com/watch?v=example&did=cr_card&trk=cr_card"] == "unofficial"
    assert refused["https://aws.amazon.com.evil.example/solutions/case-studies/x/"] == "unofficial"
    assert refused["https://aws.amazon.com/solutions/case-studies/example-vanished/"] == "not_found_page"
    assert refused["https://aws.amazon.com/solutions/case-studies/example-open-redirect/"] == "unofficial"
    robots = "https://aws.amazon.com/blogs/storage/example-notes/"
    assert refused[robots] == "robots"
    assert not first.asked[robots], "robots.txt forbids this page: it must not be asked for"
    assert not any("evil.example" in url or "stories.example.com" in url for url in first.asked)


def test_partner_pages_are_tier_2_with_their_proof_and_hidden_claims_are_nothing(first):
    cases = cases_by_name(first)
    partner = cases["Example Orchard Foods"]
    assert (partner.tier, partner.kind) == (2, "partner")
    assert "Partner Success with AWS" in partner.proof
    assert not any("Oracle" in e.quote for _, e in cases["Example Genome Lab"].all_evidence())
    assert cases["示例银行"].lang == "zh"  # a GBK page


def test_joint_solutions_and_testimonials_are_tier_2_where_a_customer_is_told_in_writing(first):
    cases = cases_by_name(first)
    spoken, joint = cases["Example Beacon Mutual"], cases["Example Quarry Steel"]
    assert (spoken.tier, spoken.kind, spoken.proof) == (2, "testimonial", "AWS 官网视频栏目")
    assert (joint.tier, joint.kind) == (2, "joint")
    assert not {"Example Rolling Software", "Example Planning Software"} & set(cases), "who launches it with the vendor is no customer"
    refused = {r["url"]: (r["code"], r["reason"]) for r in first.manifest["rejections"]}
    code, reason = refused["https://aws.amazon.com/video/watch/example-silent/"]
    assert (code, "文字稿" in reason) == ("video_page", True)
    assert refused["https://aws.amazon.com/solutions/partners/example-launch/"][0] == "no_customer"


def test_evidence_leads_to_the_archived_bytes(first):
    for case in first.library.cases():
        page = first.library.page(case.page_digest)
        assert first.library.archived(case.page_digest).url == page.url
        assert all(e.check(page.text) for _, e in case.all_evidence())


def test_the_archive_passes_warcio_check_and_tells_redirects_and_robots(first, shared_crawl):
    files = sorted((shared_crawl.folder / "archive").glob("one-*.warc.gz"))
    check = [sys.executable, "-c", "from warcio.cli import main; main()", "check", *map(str, files)]
    assert subprocess.run(check, capture_output=True, check=False).returncode == 0
    told, types = Counter(), Counter()
    with files[0].open("rb") as stream:
        for record in ArchiveIterator(stream):
            types[record.rec_type] += 1
            told["redirect"] += bool(record.rec_headers.get_header("X-Redirect-Chain"))
            told["robots"] += bool(record.rec_headers.get_header("X-Robots-Verdict"))
    assert types["response"] == types["request"] > 20
    assert told["redirect"] == 1
    assert told["robots"] > 20


def test_a_replay_gives_the_same_cases_without_the_net(first):
    before = first.library.digest()
    done = replay(first.library, "one")
    assert (done.pages, done.stored.new, done.stored.changed, done.damaged) == (first.manifest["account"]["pages"], 0, 0, [])
    assert first.library.digest() == before


def test_a_page_is_read_again_only_when_it_changed_and_withdrawn_only_when_it_is_gone(first, shared_crawl):
    count, digest = first.manifest["account"]["cases"], first.library.digest()
    again = shared_crawl(run="two")
    assert (again.manifest["account"]["cases"], again.library.digest()) == (count, digest)
    assert seen(again, "two").get("cases_new", 0) == seen(again, "two").get("cases_changed", 0) == 0
    assert seen(again, "two")["unchanged"] >= 20

    edited = shared_crawl(run="three", behaviour=Behaviour(changed="An editor added this.", missing="example-harbor-bank"))
    assert seen(edited, "three")["cases_changed"] >= 20
    gone = [edited.library.case(case_id) for case_id in edited.library.withdrawn()]
    assert [c.customer_name.value for c in gone] == ["Example Harbor Bank"]

    unlisted = Behaviour(unlisted="example-atlas-media", missing="example-atlas-media")
    vanished = shared_crawl(run="four", behaviour=unlisted)
    gone = {vanished.library.case(case_id).customer_name.value for case_id in vanished.library.withdrawn()}
    assert gone == {"Example Atlas Media"}, "not listed any more, asked for once more, and gone"
    assert seen(vanished, "four")["cases_changed"] >= 20, "pages that went back to what they were are read again"

    back = shared_crawl(run="five")
    assert back.library.withdrawn() == []
    assert len(list(back.library.cases())) == count


def test_partial_loss_is_never_complete_and_every_kind_is_named(crawl):
    bad = Behaviour(truncated="example-atlas-media", big="example-harbor-bank", loop="example-fjord-retail", overdeclared=40)
    crawled = crawl(behaviour=bad)
    assert (crawled.status, crawled.manifest["status"]) == (1, "incomplete")
    failures = {(f["kind"], f["url"].rstrip("/").rpartition("/")[2]) for f in crawled.manifest["failures"]}
    expected = {("truncated", "example-atlas-media"), ("too_large", "example-harbor-bank"), ("redirect_loop", "example-fjord-retail")}
    assert failures >= expected
    assert {"truncated", "too_large", "redirect_loop", "fewer_than_declared"} <= set(crawled.manifest["kinds"])


def test_a_chain_of_listing_pages_that_breaks_is_incomplete(crawl):
    crawled = crawl(behaviour=Behaviour(broken_chain=1), copies=5)
    assert crawled.manifest["status"] == "incomplete"
    assert {"chain_broken", "fewer_than_declared", "server_error"} <= set(crawled.manifest["kinds"])


def test_a_challenge_stops_the_crawl_at_once_and_is_told(crawl):
    crawled = crawl(behaviour=Behaviour(challenge="/"), settings=("CONCURRENT_REQUESTS=1",))
    assert (crawled.status, crawled.manifest["status"], crawled.manifest["kinds"][0]) == (1, "blocked", "challenge")
    assert len(crawled.asked) <= 3


def test_an_unreachable_robots_file_means_that_nothing_is_asked_for(crawl):
    crawled = crawl(behaviour=Behaviour(robots="503"))
    assert (crawled.status, crawled.manifest["status"], crawled.manifest["kinds"][0]) == (1, "blocked", "robots_unreachable")
    assert {url.rpartition("/")[2] for url in crawled.asked} == {"robots.txt"}


def test_a_site_that_is_busy_for_a_moment_loses_nothing(crawl):
    crawled = crawl(behaviour=Behaviour(unavailable=5))
    assert (crawled.status, crawled.manifest["status"]) == (0, "complete")


def test_a_limit_ends_the_crawl_and_a_run_is_resumed_only_with_its_own_plan(crawl):
    crawled = crawl(arguments=("limit=3",), settings=("CONCURRENT_REQUESTS=1",))
    assert (crawled.status, crawled.manifest["kinds"]) == (0, ["limit_reached"])
    assert 3 <= crawled.manifest["account"]["cases"] <= 5
    other = crawl(category="对象存储")
    assert other.status == 2
    assert "另一个检索计划" in other.said


def test_an_unknown_category_ends_with_status_2_and_the_nearest_names(crawl):
    crawled = crawl(category="一个没听说过的产品")
    assert crawled.status == 2
    assert "最接近" in crawled.said
    assert not crawled.asked


def test_a_listing_that_names_far_fewer_pages_than_last_time_is_changed_and_nothing_is_withdrawn_that_is_there(crawl):
    whole = crawl(run="one")
    assert whole.manifest["status"] == "complete"
    fewer = crawl(run="two", behaviour=Behaviour(unlisted="example-"))
    assert (fewer.status, fewer.manifest["status"]) == (1, "changed")
    assert "listing_shrunk" in fewer.manifest["kinds"]
    assert fewer.library.withdrawn() == []
