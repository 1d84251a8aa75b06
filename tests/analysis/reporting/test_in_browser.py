"""The page in a real browser: filters, sorting, evidence drawer, keyboard, no request, one page a card. Skipped without Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.report import browser
from analysis.report.render import folder, render

FLAGS = [*browser.FLAGS[1:], *browser.sandbox()]
playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.skipif(not browser.find(), reason="no Chromium is installed")


@pytest.fixture(scope="module")
def home(sample, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("page")
    render(sample, out, pictures=False)
    return folder(sample, out)


@pytest.fixture(scope="module")
def tab(home):
    """The report in a tab, with everything it asked for or complained about."""
    with playwright.sync_playwright() as run:
        held = run.chromium.launch(executable_path=browser.find(), args=FLAGS)
        page = held.new_page()
        page.seen = []
        page.on("request", lambda r: page.seen.append(r.url))
        page.on("console", lambda m: page.seen.append(m.text))
        page.on("pageerror", lambda e: page.seen.append(str(e)))
        page.goto((home / "report.html").as_uri())
        yield page
        held.close()


def test_one_file_and_no_complaint(tab, home):
    assert tab.seen == [(home / "report.html").as_uri()]


def test_filters_narrow_the_table(tab):
    tab.select_option("#filters select >> nth=0", "AWS")
    assert tab.locator("#cases-all tbody tr:visible").count() == 6
    assert tab.inner_text("#f-count") == "显示 6 / 24 例"
    tab.fill("#f-text", "汽车")
    assert tab.locator("#cases-all tbody tr:visible").count() == 2
    tab.click("#filters button[type=reset]")
    tab.wait_for_function("document.querySelector('#f-count').textContent.startsWith('显示 24')")


def test_a_column_sorts_both_ways_by_keyboard(tab):
    tab.locator("#cases-all th button").first.focus()
    tab.keyboard.press("Enter")
    first = tab.inner_text("#cases-all tbody tr >> nth=0 >> td >> nth=0")
    tab.keyboard.press("Enter")
    assert tab.get_attribute("#cases-all th >> nth=0", "aria-sort") == "descending"
    assert tab.inner_text("#cases-all tbody tr >> nth=-1 >> td >> nth=0") == first


def test_the_drawer_shows_the_quote_in_its_sentence_and_gives_the_focus_back(tab):
    link = tab.locator("#persona-1-business + ul a.ev").first
    link.focus()
    tab.keyboard.press("Enter")
    shown = tab.inner_text("#drawer")
    assert "示例银行1号" in shown
    assert tab.inner_text("#drawer mark >> nth=0") == "运维成本也越来越高"
    assert "sha256:" in shown
    assert tab.get_attribute("#drawer a[target] >> nth=0", "href") == "https://www.example.com/aws/case-1"
    tab.keyboard.press("Escape")
    assert not tab.locator("#drawer").is_visible()
    assert link.evaluate("e => e === document.activeElement")


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_overflows(tab, width):
    tab.set_viewport_size({"width": width, "height": 900})
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_a_card_is_one_page(home, tmp_path):
    card = next((home / "cards").glob("*.html"))
    browser.pdf(browser.find(), card, tmp_path / "card.pdf")
    assert (tmp_path / "card.pdf").read_bytes().count(b"/Type /Page\n") == 1
