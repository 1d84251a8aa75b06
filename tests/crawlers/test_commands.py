"""The commands: a new vendor that passes its checks, and answers to wrong input."""

from __future__ import annotations

import ast
import subprocess
import sys
from types import SimpleNamespace

import pytest

from crawlers.commands.checkall import check
from crawlers.commands.newvendor import new_vendor
from crawlers.replaying import replay
from crawlers.run import Asked, known_vendors, main
from crawlers.run import check as check_asked
from pipelines.errors import UserError
from pipelines.library import Library
from pipelines.sources import Policy
from pipelines.vocabulary import load_yaml


def test_a_new_vendor_is_three_files_that_load(tmp_path):
    policy, spider, folder = new_vendor(tmp_path, "examplecloud", "https://www.example.com/customers/", "示例云")
    loaded = load_yaml(policy, Policy)
    assert (loaded.name, loaded.official) == ("示例云", ("example.com",))
    assert loaded.sources[0].path == "/customers/*"
    ast.parse(spider.read_text("utf-8"))
    rules = ["--isolated", "--line-length", "140", "--select", "E,F,I,UP"]
    lint = subprocess.run([sys.executable, "-m", "ruff", "check", *rules, str(spider)], capture_output=True, check=False)
    assert lint.returncode == 0, lint.stdout.decode()
    assert folder.is_dir()


def test_the_spider_of_a_new_vendor_is_accepted_with_its_policy(tmp_path, monkeypatch):
    from pipelines import sources

    policy, spider, _ = new_vendor(tmp_path, "examplecloud", "https://www.example.com/customers/", "示例云")
    everyone = {**sources.policies(), "examplecloud": load_yaml(policy, Policy)}
    monkeypatch.setattr(sources, "policies", lambda: everyone)
    monkeypatch.setattr("crawlers.base.policies", lambda: everyone)
    made = {"__name__": "made"}
    exec(compile(spider.read_text("utf-8"), str(spider), "exec"), made)
    assert made["ExamplecloudSpider"].name == "examplecloud"


@pytest.mark.parametrize(
    ("name", "listing"),
    [
        ("Bad-Name", "https://example.com/x"),
        ("../x", "https://example.com/x"),
        ("ok", "ftp://example.com/x"),
        ("ok", ""),
        ("ok", "https://1.2.3.4/x"),
    ],
)
def test_a_bad_name_or_address_writes_nothing(tmp_path, name, listing):
    with pytest.raises(UserError):
        new_vendor(tmp_path, name, listing, "x")
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_overwritten(tmp_path):
    new_vendor(tmp_path, "examplecloud", "https://www.example.com/customers/", "示例云")
    with pytest.raises(UserError, match="已存在"):
        new_vendor(tmp_path, "examplecloud", "https://www.example.com/customers/", "示例云")


@pytest.mark.parametrize("vendor", known_vendors())
def test_every_vendor_passes_every_check(vendor):
    assert [(name, problem) for name, problem in check(vendor) if problem] == []


def test_a_vendor_without_anything_is_told_what_it_lacks():
    assert {name for name, problem in check("nobody") if problem} == {"来源规则", "爬虫声明", "页面样本"}


def test_replaying_what_was_never_crawled_is_wrong_input(tmp_path):
    with Library.open(f"sqlite:///{tmp_path}/l.db") as library, pytest.raises(UserError, match="没有抓取"):
        replay(library, "nope")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["一个没听说过的产品", "--vendors", "aws"], "最接近"),
        (["MaaS", "--vendors", "nobody"], "可用"),
        (["MaaS", "--industry", "nonsense"], "行业"),
    ],
)
def test_wrong_input_starts_nothing_and_ends_with_2(argv, words, capsys, tmp_path):
    assert main([*argv, "--library", f"sqlite:///{tmp_path}/l.db"]) == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_all_vendors_know_every_category_that_is_asked():
    check_asked(Asked("对象存储", known_vendors()))


def test_a_vendor_without_a_replica_is_told_so_and_fails_nothing_but_a_replica_that_is_there_is_whole(monkeypatch, tmp_path):
    from crawlers.commands import checkall

    monkeypatch.setattr(checkall, "facts_file", lambda vendor: tmp_path / f"{vendor}.yaml")
    assert dict(check("aws"))[checkall.REPLICA] == ""
    assert "没有" in checkall.NO_REPLICA
    (tmp_path / "aws.yaml").write_text("vendor: aws\ncustomers: []\n", encoding="utf-8")
    monkeypatch.setattr(checkall, "facts_of", lambda vendor: SimpleNamespace(customers=()))
    assert "至少 25" in dict(check("aws"))[checkall.REPLICA]
