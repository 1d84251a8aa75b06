from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from analysis.model import Analysis, Kind, Statement, Text
from analysis.report import browser, compose
from analysis.report.blocks import Claim, Missing
from analysis.report.book import Book
from analysis.report.manifest import digest
from analysis.report.render import files, folder, render
from analysis.report.sections import personas
from analysis.report.to_html import HtmlWriter
from analysis.report.to_markdown import MarkdownWriter
from analysis.report.words import Words

KINDS = sorted(compose.kinds())
EVIL = "=cmd()|<script>alert(1)</script>{{7*7}}[x](javascript:alert(2))\u202e\"'><img src=x onerror=alert(3)>`*_#\n\r\n- |a|"


class Tags(HTMLParser):
    """Collects every tag with its attributes, and the ids."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def html(analysis: Analysis, kind: str = "positioning", lang: str = "zh") -> str:
    words = Words(lang)
    return HtmlWriter(words).document(compose.document(analysis, kind, words))


@pytest.fixture(scope="module")
def page(sample):
    return html(sample)


@pytest.fixture(scope="module")
def hostile(builder):
    return builder(n=12, evil=EVIL).build()


def test_page_asks_no_network(page):
    for tag, attrs in Tags(page).seen:
        assert not attrs.get("src")
        assert tag not in ("link", "iframe", "object", "embed", "base", "img")
        href = attrs.get("href") or ""
        assert tag == "a" or not href
        assert href.startswith(("#", "https://www.example.com/", "https://news.example.com/")) or not href
    assert not re.search(r"url\((?!#)", page)
    assert "@import" not in page
    assert "default-src 'none'" in page.replace("&#39;", "'")


def test_policy_names_the_digests_of_style_and_script(page):
    import base64
    import hashlib

    for tag in ("style", "script"):
        body = re.search(f"<{tag}>(.*?)</{tag}>", page, re.S).group(1)
        sha = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"sha256-{sha}" in page.replace("&#43;", "+")


def test_no_inline_style_or_handler_that_the_policy_would_block(page):
    for tag, attrs in Tags(page).seen:
        assert "style" not in attrs, tag
        assert not [a for a in attrs if a.startswith("on")], tag


def test_every_link_inside_leads_somewhere_and_ids_are_unique(page):
    tags = Tags(page).seen
    ids = [a["id"] for _, a in tags if a.get("id")]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for _, a in tags if (a.get("href") or "").startswith("#")} <= set(ids)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_links_inside_hold_in_every_kind_and_language(sample, kind, lang):
    tags = Tags(html(sample, kind, lang)).seen
    ids = {a.get("id") for _, a in tags}
    assert {a["href"][1:] for _, a in tags if (a.get("href") or "").startswith("#")} <= ids
    words = Words(lang)
    text = MarkdownWriter(words).document(compose.document(sample, kind, words))
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= set(re.findall(r'<a id="([\w-]+)">', text))


def test_charts_have_words_for_those_who_cannot_see_them(page):
    images = [a for _, a in Tags(page).seen if a.get("role") == "img"]
    assert len(images) == 8
    assert all(re.search(r"图，.+：.+\d", a["aria-label"]) for a in images)
    assert {"main", "nav"} <= {t for t, _ in Tags(page).seen}


def test_colours_of_charts_follow_the_theme(page):
    assert 'fill="var(--c1)"' in page
    assert "#2f6477" not in page.split("</style>")[1]


@pytest.mark.parametrize("kind", KINDS)
def test_no_placeholder_is_left(sample, kind):
    words = Words()
    doc = compose.document(sample, kind, words)
    for text in (MarkdownWriter(words).document(doc), HtmlWriter(words).document(doc).split("<script>")[0].split("</style>")[1]):
        assert not re.search(r"\bNone\b|\bnan\b|\bNaN\b|\{\{|\}\}|\{%|Undefined|\bTrue\b|\bFalse\b|YYYY|\bTODO\b", text)
        assert not re.search(r"\[(名称|品类名|产品名|定位|通用产品品类|客户名|厂商|画像名称)\]", text)


def test_evidence_leads_to_quote_place_link_and_record(sample):
    text = files(sample, "positioning", Words())["report.md"].decode()
    quote = sample.quotes[1]
    entry = next(line for line in text.splitlines() if line.startswith('  - <a id="e2"></a>'))
    assert quote.before in entry
    assert f"**{quote.quote}**" in entry
    assert "挑战、段落" in entry
    case = next(line for line in text.splitlines() if line.startswith('- <a id="c1"></a>'))
    assert "(<https://www.example.com/aws/case-1>)" in case
    assert quote.page_digest in case
    number, note = re.search(
        r'<a id="s(\d+)"></a>\1 证据｜\[示例银行1号\]\(#c1\)、\[示例银行2号\]\(#c2\)｜(\[E2\]\(#e2\) \[E6\]\(#e6\))', text
    ).groups()
    assert f"〔[证据{number}](#s{number})〕" in text
    assert note


def test_missing_link_is_said(sample):
    text = files(sample, "positioning", Words())["report.md"].decode()
    assert re.search(r"\(#c7\) `链接缺失`", text)


def test_unsupported_evidence_is_not_printed(sample):
    book = Book(sample, Words())
    bare = Statement(Kind.EVIDENCE, Text("凭空的话"), ("case-001",), ("no-such-quote",))
    assert isinstance(book.say(bare), Missing)
    assert isinstance(book.say(replace(bare, cases=())), Missing)
    assert isinstance(book.say(replace(bare, quotes=(sample.quotes[0].id,))), Claim)


def test_unknown_values_say_so_with_their_reason(sample):
    text = html(sample)
    assert "未知（页面没有可靠依据）" in text
    assert "未知（没有案例说明）" in text


def test_starter_data_is_told_on_the_first_page(builder):
    text = files(builder(origin="starter").build(), "positioning", Words())["report.md"].decode()
    first = text.split("## 执行摘要")[0]
    assert "来源：内置案例库，未归档" in first
    assert "凭空" not in text
    assert "高峰时段系统变慢" in text  # supported by official cases, though no page is archived
    assert "归档记录：未归档" in text


@pytest.mark.parametrize("kind", KINDS)
def test_sandbox_data_is_watermarked(builder, kind):
    made = files(builder(n=9, origin="sandbox").build(), kind, Words())
    pages = [p.decode() for n, p in made.items() if n.endswith((".html", ".md")) and n != "checklist.md"]
    assert len(pages) >= 5
    assert all("演示数据" in p for p in pages)


def test_few_vendors_are_no_cross_vendor_finding(builder):
    text = files(builder(vendors=2).build(), "positioning", Words())["report.md"].decode()
    assert "不构成跨厂商结论" in text.split("## 执行摘要")[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_text_stays_text_in_html(hostile, lang):
    made = files(hostile, "positioning", Words(lang))
    for name, data in made.items():
        if name.endswith(".html"):
            page = data.decode()
            tags = Tags(page).seen
            assert sum(t == "script" for t, _ in tags) <= 1, name
            assert not [a for t, a in tags if t == "img"], name
            assert not [k for _, a in tags for k in a if k.startswith("on")], name
            assert not [a for _, a in tags if "javascript:" in (a.get("href") or "")], name
            assert "\u202e" not in page


def test_hostile_text_stays_text_in_markdown(hostile):
    from markdown_it import MarkdownIt

    read = MarkdownIt("commonmark", {"html": False}).enable("table")
    for name, data in files(hostile, "positioning", Words()).items():
        if name.endswith(".md"):
            shown = read.render(re.sub(r'<a id="[\w-]+"></a>', "", data.decode()))
            tags = Tags(shown).seen
            assert not [t for t, _ in tags if t in ("script", "img")] or name == "report.md", name
            assert all((a.get("src") or "charts/").startswith("charts/") for t, a in tags if t == "img")
            assert not [a for _, a in tags if "javascript" in (a.get("href") or "")], name


def test_tables_keep_their_columns_under_hostile_text(hostile):
    text = files(hostile, "positioning", Words())["report.md"].decode()
    for block in re.findall(r"(?:^\|.*\n)+", text, re.M):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1


def test_same_analysis_same_bytes(sample):
    first, second = files(sample, "positioning", Words()), files(Analysis.from_json(sample.to_json()), "positioning", Words())
    assert first == second


def test_three_hundred_cases_stay_under_three_megabytes(builder):
    page = html(builder(n=300).build())
    assert len(page.encode()) < 3_000_000
    assert page.count("data-f='") == 300


def test_render_writes_manifest_last_and_whole(sample, tmp_path):
    made = render(sample, tmp_path, pictures=False)
    home = folder(sample, tmp_path)
    assert home == tmp_path / "对象存储" / "2026-01-15"
    assert made[-1] == home / "manifest.json"
    held = json.loads(made[-1].read_text())
    there = [p for p in sorted(home.rglob("*")) if p.is_file() and p != made[-1]]
    assert held["files"] == {p.relative_to(home).as_posix(): digest(p.read_bytes()) for p in there}
    assert {
        "report.md",
        "report.html",
        "analysis.json",
        "cases.csv",
        "cases.xlsx",
        "checklist.md",
        "certificate.json",
        "certificate.html",
    } <= set(held["files"])
    assert held["stages"] == [{"stage": "collect", "done": True, "detail": "24 个案例"}]
    assert held["notes"] == ["未要求生成 PDF 与图片"]
    assert not list(home.parent.glob(".making-*"))
    assert Analysis.from_json((home / "analysis.json").read_bytes()) == sample


def test_kinds_of_one_analysis_stand_together_and_an_older_analysis_goes(sample, builder, tmp_path):
    render(sample, tmp_path, "positioning", pictures=False)
    render(sample, tmp_path, "strategy", pictures=False)
    home = folder(sample, tmp_path)
    held = json.loads((home / "manifest.json").read_text())
    assert held["kinds"] == ["positioning", "strategy"]
    assert (home / "report.html").exists()
    assert {"report.html", "strategy.html"} <= set(held["files"])
    other = builder(n=16).build()
    render(other, tmp_path, "features", pictures=False)
    assert not (home / "report.html").exists()
    assert json.loads((home / "manifest.json").read_text())["kinds"] == ["features"]


@pytest.mark.parametrize(
    ("tiers", "filters", "name"),
    [
        ((1, 2), {"since": "2030-01-01"}, "2026-01-15-since-2030-01-01"),
        ((1,), {}, "2026-01-15-tiers-1"),
        ((1, 2), {"vendors": "gcp,aws"}, "2026-01-15-vendors-aws-gcp"),
        ((1, 2), {"vendors": "aws,gcp"}, "2026-01-15-vendors-aws-gcp"),
        ((1, 2), {"industries": "finance.banking"}, "2026-01-15-industries-finance-banking"),
    ],
)
def test_a_narrowed_report_has_a_folder_of_its_own(sample, tmp_path, tiers, filters, name):
    some = replace(sample, scope=replace(sample.scope, tier_filter=tiers, filters=filters))
    assert folder(some, tmp_path).name == name
    assert folder(some, tmp_path, "en") == tmp_path / "对象存储" / name / "en"


def test_a_narrowed_report_leaves_that_of_the_whole_day_alone(sample, builder, tmp_path):
    whole = {p: p.read_bytes() for p in render(sample, tmp_path, pictures=False)}
    few = builder(n=16).build()
    render(replace(few, scope=replace(few.scope, filters={"since": "2030-01-01"})), tmp_path, pictures=False)
    assert {p: p.read_bytes() for p in whole} == whole


def test_long_filters_are_told_apart_by_a_digest(sample, tmp_path):
    def named(last: str) -> str:
        chosen = "finance.banking,manufacturing.automotive,government.administration," + last
        return folder(replace(sample, scope=replace(sample.scope, filters={"industries": chosen})), tmp_path).name

    assert named("travel") != named("telecom")
    assert len(named("travel")) < 70


def test_a_narrowed_scope_is_told_with_the_undated_cases_that_stayed(sample):
    used = {"vendors": "aws,aliyun", "industries": "finance", "since": "2030-01-01"}
    some = replace(sample, scope=replace(sample.scope, tier_filter=(1,), filters=used))
    undated = sum(c.published is None for c in sample.cases)
    assert undated
    line = next(x for x in files(some, "positioning", Words())["report.md"].decode().splitlines() if x.startswith("**筛选范围**"))
    said = f"只看一级（第一方官方）来源；只看AWS、阿里云；只看金融行业；2030-01-01 及以后发布；{undated} 例没有日期，保留"
    assert said in line
    card = next(d.decode() for n, d in files(some, "cards", Words()).items() if n.startswith("cards/1-") and n.endswith(".md"))
    assert card.rstrip().endswith(f"筛选范围：{said}")
    assert "筛选范围" not in files(sample, "positioning", Words())["report.md"].decode()


def test_a_card_tells_why_it_is_tentative(sample):
    cards = {n: d.decode() for n, d in files(sample, "cards", Words()).items() if n.startswith("cards/") and n.endswith((".md", ".html"))}
    assert all("暂定：自助法 Jaccard 低于 0.75。" in text for n, text in cards.items() if n.startswith("cards/2-"))
    assert not any("暂定：" in text for n, text in cards.items() if n.startswith("cards/1-"))


def test_a_card_names_the_vendors_that_have_cases_only(sample):
    first, *rest = sample.personas
    none = replace(first.vendors[0], vendor="tencent", share=replace(first.vendors[0].share, n=0))
    told = replace(sample, personas=(replace(first, vendors=(*first.vendors, none)), *rest))
    cards = {n: d.decode() for n, d in files(told, "cards", Words()).items() if n.startswith("cards/1-") and n.endswith(".md")}
    assert all("厂商：" in text and "腾讯云" not in text for text in cards.values())
    assert cards


def test_a_claim_that_counts_more_cases_than_it_names_gives_them_as_examples(sample):
    three = tuple(c.id for c in sample.cases[:3])
    quotes = tuple(q.id for q in sample.quotes if q.case in three and q.field == "challenges")
    said = Statement(Kind.EVIDENCE, Text("20/24 个案例给出量化收益"), three, quotes, replace(sample.personas[0].prevalence, n=20, of=24))
    for share, html_says, md_says in ((said.share, "举 3 例", "例如[示例"), (replace(said.share, n=3), ">3 例", "证据｜[示例")):
        book = Book(sample, Words())
        claim = book.say(replace(said, share=share))
        assert html_says in HtmlWriter(book.words).line((claim,))
        writer = MarkdownWriter(book.words)
        writer.line((claim,))
        assert md_says in "".join(writer.support())


def test_a_need_counts_those_who_ask_and_its_figure_names_those_who_have_it(sample):
    persona = sample.personas[0]
    need = persona.needs[0]
    lender = next(c for c in sample.cases if need.factor not in c.challenges)
    lent = (*need.quotes, *lender.quotes["benefits"])
    metric = Text(f"{lender.benefits[0].label.zh}（{lender.customer}，AWS）")
    told = replace(need, cases=(*need.cases, lender.id), quotes=lent, metric=metric)
    book = Book(sample, Words())
    asked, figure = personas.priority(book, told)[1], personas.metric(book, told)
    assert len(asked.cases) == need.share.n
    assert [c.name for c in figure.cases] == [lender.customer]
    assert figure.quotes == book.cite(lender.quotes["benefits"])


def test_the_table_of_cases_shows_no_figure_that_cannot_be_true(sample):
    row = replace(sample.cases[0].benefits[0], value=200.0, label=Text("成本 ↓ 200%"))
    told = replace(sample, cases=(replace(sample.cases[0], benefits=(row,)), *sample.cases[1:]))
    text = files(told, "positioning", Words())
    for name in ("report.md", "report.html", "cases.csv"):
        shown = text[name].decode()
        assert "成本 ↓ 200%" not in shown, name
        assert "待核：“存储成本降低20%”" in shown, name


def test_a_manifest_cannot_make_us_delete_outside(sample, tmp_path):
    home = folder(sample, tmp_path)
    home.mkdir(parents=True)
    outside = tmp_path / "precious"
    outside.write_text("x")
    (home / "manifest.json").write_text(json.dumps({"files": {"../../precious": "sha256:0"}}))
    render(sample, tmp_path, pictures=False)
    assert outside.exists()


def test_without_a_browser_a_note_says_so(sample, tmp_path, monkeypatch):
    monkeypatch.setattr(browser, "find", lambda: "")
    made = render(sample, tmp_path)
    assert "未找到 Chromium" in json.loads(made[-1].read_text())["notes"][0]
    assert not list(tmp_path.rglob("*.pdf"))


def test_a_failing_browser_leaves_the_report_whole(sample, tmp_path, monkeypatch):
    monkeypatch.setattr(browser, "find", lambda: "/no/such/browser")
    made = render(sample, tmp_path)
    assert any("report.pdf" in note for note in json.loads(made[-1].read_text())["notes"])
    assert (folder(sample, tmp_path) / "report.html").exists()


def test_unknown_kind_and_language_are_refused(sample, tmp_path):
    with pytest.raises(KeyError):
        render(sample, tmp_path, "poem")
    with pytest.raises(ValueError, match="lang"):
        render(sample, tmp_path, lang="fr")


def test_an_analysis_without_personas_renders(sample):
    bare = replace(sample, personas=(), insights=(), core_findings=(), benchmarks=(), merges=(), conflicts=(), left_out=())
    bare = replace(bare, comparison=replace(bare.comparison, choice=(), rows=(), versus={}, white_space=()))
    for kind in KINDS:
        for name, data in files(bare, kind, Words()).items():
            if name.endswith(".md"):
                assert "未知" in data.decode() or name == "checklist.md"


def test_figures_are_said_to_be_of_the_whole_case_where_a_product_stands_beside_them(sample):
    made = {n: d.decode() for n, d in files(sample, "positioning", Words()).items() if n.endswith(".md")}
    assert "原文未必把结果归于所列的产品" in made["report.md"]
    cards = [text for n, text in made.items() if n.startswith("cards/")]
    assert cards
    assert all("（数字是整个案例的结果，未必出自所列产品）" in text for text in cards)
