"""The viewer in a real browser: its policy lets everything of its own through, nothing hostile runs, keyboard and phone work.

Skipped without Chromium.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from analysis.report import browser
from analysis.viewer.app import create_app
from analysis.viewer.server import listen
from analysis.viewer.settings import Settings

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.skipif(not browser.find(), reason="no Chromium is installed")
FLAGS = [*(f for f in browser.FLAGS[1:] if not f.startswith("--host-resolver")), *browser.sandbox()]
TOKEN = "a-token-for-tests-0123456789"
REPORT = "/reports/对象存储/2026-01-31/"
PAGES = ("/", "/cases/", "/cases/rejected", "/reports/", REPORT, "/runs/", "/runs/crawl-1-aws", "/health", "/knowledge", "/forms/")


def serving(settings: Settings) -> Iterator[str]:
    server = listen(create_app(replace(settings, port=0)), replace(settings, port=0))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(10)


@pytest.fixture(scope="module")
def settings(filled) -> Settings:
    return Settings(f"sqlite:///{filled}/library.db", filled / "out", today=lambda: "2026-02-01")


@pytest.fixture(scope="module")
def address(settings) -> Iterator[str]:
    yield from serving(settings)


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as run:
        held = run.chromium.launch(executable_path=browser.find(), args=FLAGS)
        yield held
        held.close()


@pytest.fixture(params=[1360, 390], ids=["desktop", "phone"])
def tab(chromium, request):
    """A tab with everything it complained about."""
    page = chromium.new_page(viewport={"width": request.param, "height": 844})
    page.seen = []
    page.on("console", lambda m: page.seen.append(m.text))
    page.on("pageerror", lambda e: page.seen.append(str(e)))
    page.on("dialog", lambda d: (page.seen.append(d.message), d.dismiss()))
    yield page
    page.close()


def test_no_page_complains_runs_hostile_words_or_is_wider_than_the_window(tab, address):
    for path in PAGES:
        tab.goto(address + path)
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert tab.locator("h1").count() == 1, path
        assert tab.locator("script").count() == 0, path
    assert tab.seen == []


def test_a_case_is_found_and_its_quote_leads_into_the_text(tab, address):
    tab.goto(f"{address}/cases/")
    tab.fill("#f-q", "<script>")
    tab.click("button:has-text('筛选')")
    tab.click("table a")
    tab.click(".facts .quote a >> nth=0")
    assert tab.evaluate("document.querySelector(':target').tagName") == "MARK"
    assert "<script>" in tab.inner_text(".text")
    assert tab.seen == []


def test_the_keyboard_reaches_the_text_past_the_navigation(tab, address):
    tab.goto(f"{address}/cases/")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "跳到正文"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") == "f-q"


def test_every_control_has_a_name_and_every_table_can_be_scrolled_by_keyboard(tab, address):
    for path in PAGES:
        tab.goto(address + path)
        unnamed = "[...document.querySelectorAll('input:not([type=hidden]),select,textarea')].filter(e => !e.labels.length).length"
        assert tab.evaluate(unnamed) == 0, path
        loose = "[...document.querySelectorAll('table')].filter(t => !t.closest('[tabindex=\"0\"]') && !t.closest('.told-form')).length"
        assert tab.evaluate(loose) == 0, path


CONTRAST = """() => {
  const linear = v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(v => linear(v / 255)); return .2126 * r + .7152 * g + .0722 * b };
  const clear = c => c.startsWith('rgba') && c.endsWith(' 0)');
  const back = e => { while (e && clear(getComputedStyle(e).backgroundColor)) e = e.parentElement;
    return e ? getComputedStyle(e).backgroundColor : 'rgb(255,255,255)' };
  const found = [];
  for (const e of document.querySelectorAll('main *, header *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !e.offsetParent) continue;
    const a = light(getComputedStyle(e).color), b = light(back(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) found.push([e.tagName, e.className, e.textContent.trim().slice(0, 20), ratio.toFixed(2)]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(chromium, address, scheme):
    page = chromium.new_page(color_scheme=scheme)
    for path in (*PAGES, "/cases/evil-1'<b>"):
        page.goto(address + path)
        assert page.evaluate(CONTRAST) == [], path
    page.close()


def test_a_report_works_in_its_sandbox_and_cannot_read_the_viewer(tab, address):
    tab.goto(f"{address}/reports/对象存储/2026-01-31/")
    tab.click("main a >> nth=0")
    tab.fill("#f-text", "没有这样的客户")
    tab.wait_for_function("document.querySelector('#f-count').textContent.startsWith('显示 0')")
    assert tab.evaluate("self.origin") == "null"
    assert tab.evaluate("fetch('/cases/').then(() => 'read', () => 'refused')") == "refused"


def test_a_form_is_pasted_and_matched(tab, address):
    tab.goto(f"{address}/forms/")
    tab.fill("#text", "[客户行业]：银行\n[当前痛点]：\n- 具体问题：核心系统频繁宕机，迁移核心银行系统上云\n")
    tab.click("button:has-text('查找匹配')")
    assert "最近的官方案例" in tab.inner_text(".told-form")
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert tab.seen == []


def test_the_token_is_asked_for_once(chromium, settings):
    guarded = replace(settings, token=TOKEN)
    for address in serving(guarded):
        page = chromium.new_page()
        page.goto(f"{address}/health")
        page.fill("#token", "wrong")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=令牌不对")
        page.fill("#token", TOKEN)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/health")
        page.goto(f"{address}/reports/对象存储/2026-01-31/report.html")
        assert page.locator("#f-text").count() == 1
        page.goto(f"{address}/")
        page.click("button:has-text('退出')")
        page.goto(f"{address}/cases/")
        assert page.locator("#token").count() == 1
        page.close()
