from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

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
    assert page.auto_filter.ref == "A1:W25"
    assert page["V2"].hyperlink.target == "https://www.example.com/aws/case-1"
    assert page["V8"].hyperlink is None  # link missing
    assert page.column_dimensions["B"].width > 8


def test_figures_are_numbers(book):
    page = book["量化收益"]
    head = [c.value for c in page[1]]
    assert page.cell(2, head.index("数值") + 1).value == 20
    assert page.cell(2, head.index("原文引语") + 1).value == "存储成本降低20%"


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
