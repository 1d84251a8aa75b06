"""The commands as a user runs them: from files to a report, wrong input named, the same bytes twice."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from stories import write_records
from typer.testing import CliRunner

from analysis import generate
from analysis.cli import load_commands
from pipelines.errors import UserError, WorkError
from pipelines.library import Library

runner = CliRunner()


def insights(*words):
    """Run a command in this process; returns (exit status, output). UserError and WorkError give their status."""
    result = runner.invoke(load_commands(), [str(w) for w in words])
    if isinstance(result.exception, UserError | WorkError):
        return result.exception.status, str(result.exception)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("library")
    url = f"sqlite:///{folder}/library.db"
    status, said = insights("import", write_records(folder / "stories.jsonl"), "--library", url)
    assert status == 0, said
    return url


def test_what_was_imported_is_shown(library):
    status, said = insights("library", "--library", library, "--json")
    told = json.loads(said)
    assert status == 0
    assert told["counts"]["vendor"] == {"aliyun": 6, "aws": 6, "azure": 6, "gcp": 6}
    assert told["counts"]["category"]["对象存储"] == 24


def test_an_empty_library_is_shown_without_empty_tables(tmp_path):
    url = f"sqlite:///{tmp_path}/library.db"
    Library.open(url).close()
    status, said = insights("library", "--library", url)
    assert status == 0
    assert "0 个案例" in said
    assert "insights crawl 对象存储" in said
    assert "┏" not in said


def test_a_report_has_all_its_files_and_is_the_same_twice(library, tmp_path):
    words = ("report", "S3", "--library", library, "--date", "2025-06-01", "--no-pictures", "--out")
    made = {}
    for name in ("one", "two"):
        status, said = insights(*words, tmp_path / name)
        assert status == 0, said
        home = tmp_path / name / "对象存储" / "2025-06-01"
        made[name] = {str(p.relative_to(home)): p.read_bytes() for p in sorted(home.rglob("*")) if p.is_file()}
    assert made["one"] == made["two"]
    expected = {"report.md", "report.html", "cases.csv", "cases.xlsx", "analysis.json", "checklist.md", "certificate.json", "manifest.json"}
    assert expected <= set(made["one"])
    assert any(name.startswith("cards/") for name in made["one"])


def test_a_case_with_a_code_that_is_none_is_left_out_of_the_report_and_told_in_it(tmp_path):
    """A library that another release, or another program, wrote to."""
    url = f"sqlite:///{tmp_path}/library.db"
    with Library.open(url) as opened:
        generate.fill(opened, 60)
        one = next(iter(opened.cases("对象存储")))
        strange = replace(one, industry=replace(one.industry, value="gambling"))
        opened.store(opened.begin_run("other"), opened.page(one.page_digest), [strange])
    words = ("report", "对象存储", "--date", "2025-06-01", "--no-pictures", "--library", url, "--out", str(tmp_path))
    ran = subprocess.run([sys.executable, "-m", "analysis.cli", *words], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stderr.count(f"insights: 案例库 {url} 表 cases 的 {one.case_id}") == 1
    assert "industry 的值“gambling”不是词表" in ran.stderr
    told = json.loads((tmp_path / "对象存储" / "2025-06-01" / "analysis.json").read_text(encoding="utf-8"))
    assert one.case_id not in {c["id"] for c in told["cases"]}
    assert len(told["cases"]) == 5
    assert [left["n"] for left in told["left_out"] if left["code"] == "unknown_code"] == [1]


def test_every_figure_of_the_cases_stands_in_the_archived_text(library, tmp_path):
    insights("report", "对象存储", "--library", library, "--date", "2025-06-01", "--no-pictures", "--out", tmp_path)
    told = json.loads((tmp_path / "对象存储" / "2025-06-01" / "analysis.json").read_text(encoding="utf-8"))
    assert told["scope"]["n_cases"] == 24
    costs = {(b["value"], b["direction"]) for c in told["cases"] for b in c["benefits"] if b["subject"] == "cost"}
    assert costs == {(20.0 + n, "down") for n in range(6)}


def test_fields_alone_are_written_in_the_label_format(tmp_path):
    status, _ = insights("extract", write_records(tmp_path / "in.jsonl", each=1), "--out", tmp_path / "out.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert status == 0
    assert {r["customer_name"] for r in rows} == {"Example Alder Bank", "示例甲银行"}
    assert all(r["is_case"] and r["industry"] == "finance.banking" for r in rows)


def test_a_case_is_explained(library):
    status, said = insights("explain", "示例甲银行", "--library", library, "--json")
    fields = {a["field"] for a in json.loads(said)["fields"] if a["value"]}
    assert status == 0
    assert {"customer_name", "products", "industry", "benefits", "challenges"} <= fields


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("import", "absent.jsonl"), "absent.jsonl"),
        (("library",), "没有案例库"),
        (("report", "一个没听说过的产品"), "一个没听说过的产品"),
        (("report", "对象存储", "--kind", "poem"), "poem"),
        (("report", "对象存储", "--date", "tomorrow"), "tomorrow"),
        (("report", "对象存储", "--tiers", "3"), "3"),
        (("report", "对象存储", "--lang", "fr"), "fr"),
        (("explain", "nobody"), "没有案例库"),
        (("category", "一个没听说过的产品"), "决策树"),
        (("extract", "absent.jsonl", "--out", "x.jsonl"), "absent.jsonl"),
    ],
)
def test_wrong_input_is_named_with_status_2(tmp_path, monkeypatch, words, told):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CASE_LIBRARY_URL", raising=False)
    status, said = insights(*words)
    assert status == 2
    assert told in said


def test_an_error_reaches_the_shell_without_a_traceback(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "analysis.cli", "import", "absent.jsonl"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith("insights: ")
    assert "Traceback" not in ran.stderr


def test_the_starter_library_is_used_and_named_while_there_is_no_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CASE_LIBRARY_URL", raising=False)
    status, said = insights("report", "MaaS", "--date", "2025-06-01", "--no-pictures", "--out", tmp_path)
    assert status == 0, said
    first = (tmp_path / "MaaS" / "2025-06-01" / "report.md").read_text(encoding="utf-8")[:1500]
    assert "内置案例库" in first
    assert "未归档" in first


def test_two_reports_are_compared(library, tmp_path):
    for day in ("2025-06-01", "2025-07-01"):
        insights("report", "对象存储", "--library", library, "--date", day, "--no-pictures", "--out", tmp_path)
    one, two = tmp_path / "对象存储" / "2025-06-01", tmp_path / "对象存储" / "2025-07-01"
    status, said = insights("diff", one, two, "--json")
    told = json.loads(said)
    assert status == 0
    assert (told["drift"]["before"], told["drift"]["after"]) == ("2025-06-01", "2025-07-01")
    assert told["drift"]["new_cases"] == told["drift"]["withdrawn_cases"] == []
    assert told["age"]["expired"] is True


def test_reports_of_another_scope_or_the_wrong_way_round_are_compared_with_a_caution(library, tmp_path):
    for more in ((), ("--vendors", "aws,aliyun,gcp")):
        insights("report", "对象存储", "--library", library, "--date", "2025-06-01", "--no-pictures", "--out", tmp_path, *more)
    insights("report", "对象存储", "--library", library, "--date", "2025-07-01", "--no-pictures", "--out", tmp_path)
    folder = tmp_path / "对象存储"
    (part,) = (f for f in folder.iterdir() if "vendors" in f.name)
    first, last = folder / "2025-06-01", folder / "2025-07-01"
    assert "注意" not in insights("diff", first, last)[1]
    assert "原“" not in insights("diff", first, last)[1]
    assert "范围不同" in insights("diff", part, last)[1]
    assert "厂商 aws,aliyun,gcp" in insights("diff", part, last)[1]
    assert "是反的" in insights("diff", last, first)[1]
    assert len(json.loads(insights("diff", last, part, "--json")[1])["notes"]) == 2


def test_what_is_no_report_cannot_be_compared(tmp_path):
    (tmp_path / "analysis.json").write_text('{"version": 1}', encoding="utf-8")
    assert insights("diff", tmp_path, tmp_path)[0] == 2
    status, said = insights("diff", tmp_path / "absent", tmp_path)
    assert status == 2
    assert "absent" in said
