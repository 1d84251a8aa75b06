"""Several vendors as processes with one exit status, and what a spider does with what it is asked."""

from __future__ import annotations

import json

import pytest
from scrapy.http import HtmlResponse

from crawlers.base import plan_of
from crawlers.frontier.workers import Workers
from crawlers.items import Fetched, Refused, Sighting, Unchanged
from crawlers.listings import Leaf, Target
from crawlers.run import Outcome, _outcome, _written, contact_problem, main, named_vendors
from crawlers.runs import stored_plan
from crawlers.settings import NO_CONTACT
from crawlers.spiders.aws import AwsSpider
from pipelines.errors import UserError
from pipelines.library import Library
from pipelines.search_plan import make_plan

PAGE = "https://aws.amazon.com/solutions/case-studies/example-bakery/"


def test_a_crawl_of_vendors_ends_with_one_status_and_is_resumed_by_its_stamp(tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/l.db"
    asked = ["MaaS", "--vendors", "aws", "--sandbox", "--json", "--library", url]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    aws = told["vendors"]["aws"]
    assert (told["status"], aws["status"], aws["exit"]) == (0, "complete", 0)
    assert aws["cases"] >= 5
    assert main([*asked, "--resume", told["stamp"]]) == 0
    again = json.loads(capsys.readouterr().out)["vendors"]["aws"]
    assert (again["run"], again["cases"]) == (aws["run"], aws["cases"])
    with Library.open(url) as library:
        assert [run.run_id for run in library.runs()] == [aws["run"]]


@pytest.fixture
def spider():
    made = AwsSpider()
    made.plan = plan_of("aws", {"category": "对象存储", "since": "2025-01-01", "tiers": "1"})
    return made


def test_targets_are_narrowed_by_date_and_tier_and_the_rest_is_told(spider):
    targets = (
        Target(PAGE, (("customer", "Example"),), "t", "2025-02-01"),
        Target("https://aws.amazon.com/solutions/case-studies/old/", (), "t", "2024-12-31"),
        Target("https://aws.amazon.com/solutions/case-studies/undated/?did=cr_card"),
        Target("https://aws.amazon.com/partners/success/example/"),
        Target("https://evil.example/x"),
    )
    sighting, first, undated, partner, foreign = spider.targets(Leaf(targets, 5, 9), spider.listings[0], 0, "0")
    assert sighting == Sighting("directory", 0, "0", 5, 9, last=True)
    assert (first.url, first.cb_kwargs["facts"], first.meta["phase"]) == (PAGE, [["customer", "Example"]], "product")
    assert undated.url == "https://aws.amazon.com/solutions/case-studies/undated/"
    assert isinstance(partner, Refused)
    assert partner.rejection.code == "excluded"
    assert isinstance(foreign, Refused)
    assert foreign.rejection.code == "unofficial"


def parse(spider, response, **meta):
    response.meta.update(meta)
    return list(spider.parse_case(response, [], "", None))


def response_of(url, status=200, headers=None):
    from scrapy import Request

    return HtmlResponse(url, status=status, body=b"<html></html>", headers=headers or {}, request=Request(PAGE), encoding="utf-8")


def test_a_page_becomes_a_document_with_what_the_transport_said(spider):
    headers = {"Content-Type": "text/html; charset=GBK", "ETag": '"e"', "Last-Modified": "now"}
    (item,) = parse(spider, response_of(PAGE, headers=headers), archive="f#1", phase="product")
    assert isinstance(item, Fetched)
    assert (item.document.charset, item.document.media_type, item.document.url) == ("gbk", "text/html", PAGE)
    assert (item.archive, item.phase, item.etag, item.last_modified) == ("f#1", "product", '"e"', "now")


def test_not_modified_is_unchanged(spider):
    (item,) = parse(spider, response_of(PAGE, 304, {"ETag": '"f"'}), known_digest="sha256:x")
    assert item == Unchanged(PAGE, "sha256:x", '"f"', "")


@pytest.mark.parametrize(
    ("final", "code"),
    [
        ("https://aws.amazon.com/solutions/case-studies/", "not_found_page"),  # a story taken down leads to the listing
        ("https://aws.amazon.com/pricing/", "outside_policy"),
        ("https://aws.amazon.com/podcasts/x/", "excluded"),
    ],
)
def test_the_final_address_is_judged_again_and_the_one_asked_for_is_named(spider, final, code):
    (item,) = parse(spider, response_of(final), redirect_urls=[PAGE])
    assert (item.rejection.code, item.rejection.url) == (code, PAGE)


@pytest.mark.parametrize("wrong", [{"category": "nonsense thing"}, {"tiers": "3"}, {"industry": "x"}, {"limit": "many"}, {"since": "May"}])
def test_arguments_that_do_not_exist_are_refused(wrong):
    with pytest.raises(UserError):
        plan_of("aws", {"category": "MaaS", **wrong})


@pytest.mark.parametrize(
    ("given", "named"), [("aws, azure", ("aws", "azure")), ("阿里云，AWS、aws", ("aliyun", "aws")), ("", ()), ("x", ("x",))]
)
def test_vendors_are_named_by_code_or_name_with_commas_of_whatever_width(given, named):
    assert named_vendors(given) == named


def test_a_process_that_dies_before_it_can_tell_is_told_by_what_it_said_last(tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/l.db"
    with Library.open(url) as library:
        other = Workers(library.database, "another-run")
        other.join("aws")
        assert main(["MaaS", "--vendors", "aws", "--sandbox", "--json", "--library", url]) == 2
    told = json.loads(capsys.readouterr().out)["vendors"]["aws"]
    assert (told["status"], told["exit"]) == ("failed", 2)
    assert "正由另一个进程抓取" in told["told"][0]
    assert "log.txt" in told["told"][0]


def test_the_manifest_of_an_earlier_attempt_says_nothing_of_this_one(tmp_path):
    path = tmp_path / "crawl-x-aws" / "manifest.json"
    path.parent.mkdir()
    path.write_text('{"status": "complete", "account": {"cases": 9}}', encoding="utf-8")
    again = _outcome("aws", "crawl-x-aws", 2, tmp_path, _written(path))
    assert again.as_json()["status"] == "failed"
    first = _outcome("aws", "crawl-x-aws", 0, tmp_path, 0)
    assert (first.as_json()["status"], first.as_json()["cases"]) == ("complete", 9)


def test_a_process_that_was_killed_is_told_by_its_signal(tmp_path):
    ended = Outcome("aws", "crawl-x-aws", 1, tmp_path / "manifest.json", {}, signal=9)
    assert ended.as_json()["told"] == [f"进程被信号 9 终止；内存不足时系统会这样做（记录在 {tmp_path / 'log.txt'}）"]


@pytest.mark.parametrize(
    "other", [["MaaS", "--vendors", "aws"], ["MaaS", "--vendors", "azure"], ["全部", "--vendors", "aws", "--limit", "3"]]
)
def test_a_crawl_is_gone_on_with_by_its_own_question_only_at_whatever_vendor(tmp_path, capsys, other):
    url = f"sqlite:///{tmp_path}/l.db"
    with Library.open(url) as library:
        library.begin_run("crawl", "aws", stored_plan(make_plan("全部", "aws"), sandbox=True), "crawl-s-aws")
    assert main([*other, "--sandbox", "--library", url, "--resume", "s"]) == 2
    assert "“全部”" in capsys.readouterr().err
    with Library.open(url) as library:
        assert [run.run_id for run in library.runs()] == ["crawl-s-aws"], "nothing was begun under another question"


def test_a_contact_that_no_header_can_hold_is_refused(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("crawlers.run.CRAWL_CONTACT", "me@example.com\nX-Evil: 1")
    assert main(["MaaS", "--vendors", "aws", "--sandbox", "--library", f"sqlite:///{tmp_path}/l.db"]) == 2
    assert "CRAWL_CONTACT" in capsys.readouterr().err
    assert contact_problem("mailto:me@example.com") == ""


@pytest.mark.parametrize(
    ("contact", "flags", "told"), [(NO_CONTACT, [], True), ("mailto:x@y.z", [], False), (NO_CONTACT, ["--sandbox"], False)]
)
def test_a_crawl_of_real_sites_without_a_contact_says_so(monkeypatch, tmp_path, capsys, contact, flags, told):
    monkeypatch.setattr("crawlers.run.CRAWL_CONTACT", contact)
    monkeypatch.setattr("crawlers.run.crawl", lambda *_: (0, []))
    main(["MaaS", "--vendors", "aws", *flags, "--library", f"sqlite:///{tmp_path}/l.db"])
    assert ("没有设置环境变量 CRAWL_CONTACT" in capsys.readouterr().err) == told


def test_the_stamp_is_told_before_the_work_so_that_a_killed_crawl_can_go_on(tmp_path, monkeypatch, capsys):
    def stop(*_):
        raise UserError("stopped here")

    monkeypatch.setattr("crawlers.run.crawl", stop)
    assert main(["MaaS", "--vendors", "aws", "--sandbox", "--resume", "a-stamp", "--library", f"sqlite:///{tmp_path}/l.db"]) == 2
    assert "--resume a-stamp" in capsys.readouterr().err
