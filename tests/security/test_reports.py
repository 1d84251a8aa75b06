"""Whatever a page says, in whatever field, it stays text in HTML, Markdown, CSV and XLSX."""

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.report.escape import FORMULA, UNSEEN, cell, clean, markdown, slug, unlisted, web
from tests.security.hostile import FORMULAS, HIDDEN, MARKUP, PATHS, markdown_shape, shape

BRIEF = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXT = st.one_of(st.text(max_size=60), st.lists(st.sampled_from((*MARKUP, *HIDDEN, *FORMULAS)), max_size=3).map("".join))


def test_hostile_cases_are_analysed(evil, tame):
    assert len(evil.cases) == len(tame.cases) == 45
    assert any("<script>" in c.customer for c in evil.cases)


def test_no_field_adds_an_element_an_attribute_or_a_scheme_to_html(rendered):
    tame, evil = rendered
    mine = set().union(*(shape(data.decode()) for name, data in tame.items() if name.endswith(".html")))
    pages = {name: data for name, data in evil.items() if name.endswith(".html")}
    assert len(pages) > 3
    for name, data in pages.items():
        assert shape(data.decode()) - mine <= {("a", "href", "https")}, name


def test_no_field_adds_an_element_to_markdown(rendered):
    tame, evil = rendered
    mine = set().union(*(markdown_shape(data.decode()) for name, data in tame.items() if name.endswith(".md")))
    for name, data in evil.items():
        if name.endswith(".md"):
            assert markdown_shape(data.decode()) - mine <= {("a", "href", "https")}, name


def test_nothing_invisible_and_no_turned_text_reaches_a_report(rendered):
    for name, data in rendered[1].items():
        if name.endswith((".html", ".md", ".csv")):
            text = data.decode("utf-8-sig").replace("\r\n", "\n")
            assert not UNSEEN.search(text), name


def test_charts_hold_no_script(rendered):
    for name, data in rendered[1].items():
        if name.endswith(".svg"):
            assert not re.search(rb"<script|on\w+=|javascript:|<foreignObject|href=\"http", data), name


def test_no_cell_is_a_formula(rendered):
    held = rendered[1]
    rows = list(csv.reader(io.StringIO(held["cases.csv"].decode("utf-8-sig"))))
    assert len(rows) == 46
    assert all(not c.lstrip("\u200b ").startswith(FORMULA) for row in rows for c in row)
    book = openpyxl.load_workbook(io.BytesIO(held["cases.xlsx"]))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert {c.data_type for c in cells} <= {"s", "n", "b", "d"}
    assert not [c.value for c in cells if isinstance(c.value, str) and c.value.startswith(FORMULA)]
    links = [c.hyperlink.target for c in cells if c.hyperlink]
    assert all(t is None or t.startswith("https://example.com/") for t in links)


@BRIEF
@given(TEXT)
def test_text_in_markdown_is_text(text):
    assert markdown_shape(f"before\n\n{unlisted(markdown(text))} end\n") <= {("html", "", ""), ("body", "", ""), ("p", "", "")}


@BRIEF
@given(TEXT)
def test_a_cell_is_never_a_formula_and_cleaning_is_done_once_for_all(text):
    assert not cell(text).startswith(FORMULA)
    assert clean(clean(text)) == clean(text)
    assert not UNSEEN.search(clean(text))


@BRIEF
@given(st.one_of(TEXT, st.sampled_from(PATHS), st.text(alphabet="./\\~:%\x00 ．／", max_size=40)))
def test_a_name_of_a_file_stays_in_its_folder(text):
    name = slug(text)
    assert name not in ("", ".", "..")
    assert re.fullmatch(r"[\w\u3400-\u9fff-]{1,40}", name)
    assert (Path("/base") / name).resolve().parent == Path("/base")


@BRIEF
@given(st.one_of(TEXT, TEXT.map("https://example.com/".__add__), TEXT.map("https://".__add__), TEXT.map("javascript:".__add__)))
def test_an_address_is_a_web_address_or_none(text):
    assert web(text) == "" or re.fullmatch(r"https?://[^\s<>\"'`\\@/]*(?:/[^\s<>\"'`\\]*|[?#][^\s<>\"'`\\]*)?", web(text))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a@evil.example", "https://x y", "ftp://x", "http://"]
)
def test_addresses_that_are_none(url):
    assert web(url) == ""
