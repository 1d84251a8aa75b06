from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from analysis.model import Text
from analysis.report.exports import cases_csv, cases_xlsx
from analysis.report.words import Words


@pytest.fixture(scope="module")
def book(sample):
    return load_workbook(io.BytesIO(cases_xlsx(sample, Words())))


def test_csv_is_utf8_with_mark_and_one_row_a_case(sample):
    data = cases_csv(sample, Words())
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert len(rows) == 24
    assert rows[0]["客户名称"] == "示例银行1号"
    assert rows[0]["细分行业"] == "金融-银行"
    assert rows[4]["企业规模"] == ""  # unknown stays empty, never guessed


def test_workbook_has_sheets_of_cases_benefits_and_evidence(book, sample):
    assert book.sheetnames == ["案例", "量化收益", "证据", "说明"]
    assert book["案例"].max_row == 1 + len(sample.cases)
    assert book["量化收益"].max_row == 1 + sum(len(c.benefits) for c in sample.cases)
    assert book["证据"].max_row == 1 + len(sample.quotes)


def test_case_sheet_is_ready_to_use(book):
    page = book["案例"]
    assert page.freeze_panes == "C2"
    assert page.auto_filter.ref == "A1:Y25"
    assert page["X2"].hyperlink.target == "https://www.example.com/aws/case-1"
    assert page["X8"].hyperlink is None  # link missing
    assert page.column_dimensions["B"].width > 8


def test_figures_are_numbers(book):
    page = book["量化收益"]
    head = [c.value for c in page[1]]
    assert page.cell(2, head.index("数值") + 1).value == 20
    assert page.cell(2, head.index("原文引语") + 1).value == "存储成本降低20%"


def test_size_and_scenario_stand_beside_their_codes_in_the_words_of_the_page(sample):
    quotes = [
        replace(sample.quotes[0], id=f"q{n}", field=f, quote=words)
        for n, (f, words) in enumerate(
            [
                ("company_size", "员工超过 10 万人"),
                ("company_size", "世界 500 强"),
                ("scenario", "核心系统分布式改造"),
                ("company_size", "10 万人"),
            ]
        )
    ]
    held = {"company_size": ("q0", "q1", "q3", "q0"), "scenario": ("q2",)}  # what another quote holds is not told twice
    told = replace(sample, cases=(replace(sample.cases[0], quotes=held), *sample.cases[1:]), quotes=(*sample.quotes, *quotes))
    rows = list(csv.DictReader(io.StringIO(cases_csv(told, Words()).decode("utf-8-sig"))))
    assert rows[0]["规模依据（原文）"] == "员工超过 10 万人；世界 500 强"
    assert rows[0]["场景依据（原文）"] == "核心系统分布式改造"
    assert rows[1]["规模依据（原文）"] == ""


def test_a_figure_that_cannot_be_true_is_to_be_checked_in_every_sheet(sample):
    row = replace(sample.cases[0].benefits[0], value=200.0, label=Text("成本 ↓ 200%", "Cost ↓ 200%"))
    told = replace(sample, cases=(replace(sample.cases[0], benefits=(row, *sample.cases[0].benefits)), *sample.cases[1:]))
    rows = list(csv.DictReader(io.StringIO(cases_csv(told, Words()).decode("utf-8-sig"))))
    assert rows[0]["量化收益"] == "成本 ↓ 20%；待核：“存储成本降低20%”"
    page = load_workbook(io.BytesIO(cases_xlsx(told, Words())))["量化收益"]
    head = [c.value for c in page[1]]
    assert page.cell(2, head.index("说法") + 1).value == "待核：“存储成本降低20%”"
    assert page.cell(2, head.index("数值") + 1).value == 200


def test_creation_time_is_the_date_of_the_analysis(book):
    assert book.properties.created.isoformat() == "2026-01-15T00:00:00"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_no_cell_is_a_formula(builder, start):
    """Also the header row, whose words are ours, and addresses that are none."""
    analysis = builder(n=3).build()
    from dataclasses import replace

    bad = {"customer": f"{start}HYPERLINK(1)", "title": f"{start}x", "url": "javascript:1", "products": (f"{start}p",)}
    cases = tuple(replace(c, **bad) for c in analysis.cases)
    evil = replace(analysis, cases=cases)
    for row in csv.reader(io.StringIO(cases_csv(evil, Words()).decode("utf-8-sig"), newline="")):
        assert not [v for v in row if v.startswith(("=", "+", "-", "@", "\t", "\r"))]
    for page in load_workbook(io.BytesIO(cases_xlsx(evil, Words()))):
        for row in page.iter_rows():
            for one in row:
                assert one.data_type != "f"
                assert one.hyperlink is None
                assert not str(one.value or "").startswith(("=", "+", "-", "@"))


def test_english_sheets_speak_english(sample):
    page = load_workbook(io.BytesIO(cases_xlsx(sample, Words("en"))))["Cases"]
    assert [c.value for c in page[1]][:3] == ["Case id", "Customer", "Vendor"]
    assert page["F2"].value == "Finance"
