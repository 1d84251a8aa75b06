"""Very many cases: a document holds what its text refers to, the sheets hold all; the bench measures what it says."""

import csv
import io
import re
from types import SimpleNamespace

import pytest

from analysis import bench, generate
from analysis.bench import Place, Stage
from analysis.report import book
from analysis.report.render import files
from analysis.report.words import Words
from pipelines.library import Library


@pytest.fixture
def large(run, monkeypatch):
    """The files of 400 cases where anything over 60 is very many."""
    monkeypatch.setattr(book, "thresholds", lambda: SimpleNamespace(detail_limit=60))
    return files(run(generate.cases(400)), "positioning", Words("zh"))


def test_a_large_document_holds_the_cases_that_it_refers_to_and_says_so(large):
    page = large["report.html"].decode()
    held, linked = set(re.findall(r'id="c(\d+)"', page)), set(re.findall(r'href="#c(\d+)"', page))
    assert linked <= held
    assert 3 < len(held) < 400
    assert f"本文只列出正文引用到的 {len(held)} 个；全部 400 个见 cases.xlsx" in page
    named = {n for given in re.findall(r'data-c="([\d ]*)"', page) for n in given.split()}
    assert named <= held


def test_a_statement_of_a_large_document_tells_the_true_number_of_its_cases(large, run):
    made = run(generate.cases(400))
    most = max(len(p.cases) for p in made.personas)
    assert f"{most} 例" in large["report.html"].decode()


def test_the_sheets_of_a_large_category_hold_every_case(large):
    rows = list(csv.reader(io.StringIO(large["cases.csv"].decode("utf-8-sig"))))
    assert len(rows) == 401


def test_a_document_of_few_cases_holds_all(run):
    page = files(run(generate.cases(45)), "positioning", Words("zh"))["report.html"].decode()
    assert len(set(re.findall(r'id="c(\d+)"', page))) == 45


def test_the_stages_of_a_library_work_on_what_the_one_before_left(tmp_path):
    place = Place(tmp_path / "no-corpus", tmp_path)
    found = [
        bench.measured(Stage(family, "", prepare, 300), place)
        for family, prepare in (("store", bench._store), ("ask", bench._ask), ("report", bench._report))
    ]
    assert [m["n"] for m in found] == [300, 300, 300]
    assert all(m["cpu"] > 0 and m["peak"] > 0 for m in found)
    assert (tmp_path / "对象存储" / bench.AS_OF / "report.html").is_file()
    with Library.open(f"sqlite:///{tmp_path}/library-300.db") as library:
        assert library.counts()["category"]["对象存储"] == 30


def test_filling_a_library_twice_adds_nothing(tmp_path):
    with Library.open(f"sqlite:///{tmp_path}/library.db") as library:
        assert generate.fill(library, 50) == 50
        assert generate.fill(library, 50) == 0


def test_growth_is_told_beside_what_n_log_n_allows():
    stages = [Stage("x", "", bench._ask, n) for n in (1000, 10_000)]
    assert list(bench.growth(stages, {"x-1000": {"cpu": 2.0}, "x-10000": {"cpu": 30.0}})) == [
        "x: 1,000 → 10,000 cost ×15.0; n log n allows ×13.3"
    ]
    assert list(bench.growth(stages, {"x-1000": {"cpu": 2.0}, "x-10000": {"failed": "why"}})) == []


def test_a_stage_that_fails_is_told_and_ends_with_1(tmp_path, capsys):
    assert bench.main(["--stage", "ask-10000", "--shared", str(tmp_path)]) == 1
    assert "failed" not in capsys.readouterr().err
