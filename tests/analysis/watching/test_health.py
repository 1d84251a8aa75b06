"""The health of vendors: what runs tell, what is missing, how it is shown and measured."""

from __future__ import annotations

import json
from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from analysis.cli import load_commands
from analysis.watch import metrics
from analysis.watch.health import VendorHealth, health, health_of, read_manifest
from analysis.watch.page import duration, page, verdict
from pipelines.library import Run


def test_a_vendor_is_told_by_its_runs(library, ended):
    ended("aws", cases=8, seen={"cases_new": 8, "rejected/unofficial": 2, "pages": 9})
    ended("aws", "blocked", "challenge", cases=8, seen={"challenge": 1, "withdrawn": 1}, told=["站点拒绝或验证"])
    ended("aws", "incomplete", "timeout,unfinished", cases=3)
    ended("gcp", cases=4)
    library.begin_run("import", "aliyun")

    found = health_of(library)

    aws = next(v for v in found.vendors if v.vendor == "aws")
    assert [r.status for r in aws.runs] == ["complete", "blocked", "incomplete"]
    assert (aws.runs[0].new, aws.runs[0].rejected, aws.runs[1].blocked, aws.runs[1].withdrawn) == (8, {"unofficial": 2}, 1, 1)
    assert aws.runs[1].told == ("站点拒绝或验证",)
    assert aws.runs[2].kinds == ("timeout", "unfinished")
    assert aws.bad_in_a_row == 2
    assert [v.vendor for v in found.vendors] == ["aws", "gcp"]
    assert not found.sound


def test_a_run_that_still_goes_on_is_no_ending(library, ended):
    ended("aws", cases=8)
    library.begin_run("crawl", "aws", {"query": "对象存储"}, "crawl-9999-aws")
    (aws,) = health_of(library).vendors
    assert (aws.runs[-1].status, aws.runs[-1].seconds) == ("running", None)
    assert aws.last == aws.runs[0]
    assert aws.bad_in_a_row == 0


def test_fill_comes_from_the_summary_or_the_manifest_beside_the_archive(library, ended):
    first = ended("aws", cases=8)
    ended("aws", cases=8, fill={"products": 0.25})
    folder = library.archive.folder.parent / "runs" / first
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"account": {"fill": {"products": 1.0, "benefits": 0.5}}}))
    (aws,) = health_of(library).vendors
    assert [dict(r.fill) for r in aws.runs] == [{"benefits": 0.5, "products": 1.0}, {"products": 0.25}]


def test_a_manifest_is_read_only_within_the_folder_of_runs(tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "manifest.json").write_text('{"account": {}}')
    (tmp_path / "runs" / "crawl-1").mkdir(parents=True)
    (tmp_path / "runs" / "crawl-1" / "manifest.json").write_text('{"account": {}}')
    assert read_manifest(tmp_path / "runs", "crawl-1") == {"account": {}}
    assert read_manifest(tmp_path / "runs", "../secret") == {}
    assert read_manifest(tmp_path / "runs", "crawl-2") == {}
    (tmp_path / "runs" / "crawl-1" / "manifest.json").write_text('{"account": {')
    assert read_manifest(tmp_path / "runs", "crawl-1") == {}


def test_seconds_are_the_time_between_begin_and_end():
    run = Run("r", "crawl", "aws", "complete", "", {}, {"cases": 1}, "2026-01-01T10:00:00+00:00", "2026-01-01T11:02:05+00:00")
    (aws,) = health([run], {}, lambda _: {}).vendors
    assert aws.runs[0].seconds == 3725
    assert duration(3725) == "1 小时 2 分 5 秒"


def test_the_page_escapes_what_sites_say(library, ended):
    ended("aws", "blocked", "challenge", cases=1, told=["<script>alert(1)</script>"], fill={"<b>": 0.1})
    shown = page(health_of(library))
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "<b>" not in shown
    assert page(health_of(library)) == shown


def test_metrics_are_what_prometheus_reads(library, ended):
    ended("aws", "blocked", "challenge", cases=7, seen={"challenge": 2}, fill={"products": 0.5})
    held = metrics.registry(health_of(library), {"对象存储": 12}, {("群", "sent"): 3})
    found = {
        (s.name, *sorted(s.labels.values())): s.value
        for family in text_string_to_metric_families(metrics.text(held).decode())
        for s in family.samples
    }
    assert found["insights_run_status", "aws", "blocked"] == 1
    assert found["insights_run_status", "aws", "complete"] == 0
    assert found["insights_run_cases", "aws"] == 7
    assert found["insights_run_blocked", "aws"] == 2
    assert found["insights_run_fill_ratio", "aws", "products"] == 0.5
    assert found["insights_report_age_days", "对象存储"] == 12
    assert found["insights_notices", "sent", "群"] == 3


def test_the_command_writes_page_metrics_and_json_and_can_fail(library, ended, tmp_path):
    ended("aws", "changed", "listing_changed", cases=7)
    url = f"sqlite:///{tmp_path}/library.db"
    page_file, textfile = tmp_path / "a" / "health.html", tmp_path / "b" / "insights.prom"
    words = ["health", "--library", url, "--out", str(tmp_path), "--html", str(page_file), "--metrics", str(textfile), "--json"]
    done = CliRunner().invoke(load_commands(), words)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["sound"] is False
    assert "结构已变" in page_file.read_text()
    assert 'insights_run_status{status="changed",vendor="aws"} 1.0' in textfile.read_text()
    failed = CliRunner().invoke(load_commands(), ["health", "--library", url, "--check"])
    assert failed.exit_code == 1
    assert "AWS" in str(failed.exception)


def test_what_never_ran_is_not_called_well(library, ended, tmp_path):
    assert verdict(health_of(library)) == "还没有结束的抓取。"
    asked = ["health", "--library", f"sqlite:///{tmp_path}/library.db", "--check"]
    never = CliRunner().invoke(load_commands(), asked)
    assert never.exit_code == 1
    assert "还没有结束的抓取" in str(never.exception)
    ended("aws", cases=8)
    assert verdict(health_of(library)) == "每个厂商最近一次抓取都完整。"
    assert CliRunner().invoke(load_commands(), asked).exit_code == 0
    one = VendorHealth("gcp", "Google Cloud", 3, (), 0)
    assert "Google Cloud尚未抓取" in verdict(replace(health_of(library), vendors=(*health_of(library).vendors, one)))
