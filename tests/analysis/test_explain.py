"""The account of a case: every value with its quote in its sentence, losers, disagreements; as a page, hostile text made harmless."""

import colorsys
import json
import re
from dataclasses import replace

import pytest
import typer
from factories import PAGES, make_case, make_page, page_of
from typer.testing import CliRunner

from analysis.commands import explain as command
from analysis.explain import disagreements, explain, page, pieces
from analysis.explain.names import place_name, reason_name, rule_name, value_name
from analysis.explain.page import groups
from pipelines.case import Benefit, Evidence, Field, Many, with_fields
from pipelines.catalog import catalogue
from pipelines.errors import UserError
from pipelines.library import Library
from pipelines.library.history import Version, versions
from pipelines.steps import maturity


@pytest.fixture
def case():
    return make_case("示例银行", company_size=None, benefits=((30.0, "%", "down", "cost"),))


def accounts_of(case, **changes):
    changed = with_fields(case, **changes)
    return {a.field: a for a in explain(changed, page_of(case).text)}


def drawn(case, text=None, disputed=()):
    words = page_of(case).text if text is None else text
    return page(case, words, explain(case, words), disputed)


def test_every_value_has_its_quote_and_every_unknown_its_reason(case):
    accounts = accounts_of(case)
    assert accounts["customer_name"].quotes[0].quote == "示例银行"
    assert accounts["benefits"].value == "cost ↓ 30 %"
    assert (accounts["company_size"].reason, accounts["company_size"].why) == ("not_stated", "页面没有说明")


def test_values_rules_places_and_fields_have_chinese_names(case):
    accounts = accounts_of(case, industry=Field("finance.banking", confidence=0.9, method="industry.label"))
    assert (accounts["industry"].name, accounts["industry"].shown) == ("所属行业", "金融-银行")
    assert accounts["industry"].gloss == "页面自带的行业标签"
    assert accounts["benefits"].shown == "成本 ↓ 30%"
    assert value_name("challenges", "cost") == "成本"
    assert place_name("challenge/text") == "挑战 · 段落"
    assert reason_name("only_mentioned") == "产品只是被提及，没有说客户在用"


def test_a_rule_is_named_by_its_longest_beginning_and_a_losers_rule_without_its_field_too():
    assert rule_name("customer_name", "customer.title.colon") == rule_name("customer_name", "title.colon") == "标题的句式"
    assert rule_name("customer_name", "customer.title.whole") == "标题即客户名"
    assert rule_name("products", "llm:some/model") == rule_name("industry", "llm:x") != ""
    assert rule_name("customer_name", "label.customer") == rule_name("customer_name", "customer.label.customer") != ""
    assert rule_name("published", "label") != rule_name("customer_name", "label.customer")
    assert rule_name("published", "labels") == ""


def test_every_rule_that_data_declares_has_a_name():
    ids = [("maturity", r.id) for r in maturity.rules()] + [("company_size", f"size.{n}") for n in ("label", "employs", "listing:large")]
    ids += [("categories", f"categories.{rule}") for rule in catalogue().rules]
    assert [i for i in ids if not rule_name(*i)] == []


def test_what_has_no_name_is_shown_as_it_is():
    assert value_name("industry", "no-such.code") == "no-such.code"
    assert value_name("scenario", "moon") == "moon"
    assert place_name("moon/text") == "moon · 段落"
    assert reason_name("moon") == "moon"


def test_the_quote_is_shown_in_its_sentence():
    text = "示例银行是银行。它把账单少付了三成，很满意。完。"
    at = text.index("少付了三成")
    found = make_case("示例银行")
    benefit = Field(Benefit(30, "%", "down", "cost"), (Evidence("少付了三成", at, at + 5, found.page_digest, "outcome/text"),), 0.5, "x")
    (quote,) = next(a for a in explain(with_fields(found, benefits=Many((benefit,))), text) if a.field == "benefits").quotes
    assert (quote.before, quote.quote, quote.after) == ("它把账单", "少付了三成", "，很满意。")


def test_losers_are_told_with_rule_and_score(case):
    known = replace(case.industry, losers=(("retail", "industry", 3.25), ("media", "llm:m", 0.45)))
    losers = accounts_of(case, industry=known)["industry"].losers
    assert [(x.shown, x.score) for x in losers] == [("零售", 3.25), ("媒体与文娱", 0.45)]
    html = drawn(with_fields(case, industry=known))
    assert "落选的取值（2）" in html
    assert "得分 3.25" in html


def test_an_unknown_field_still_tells_what_lost(case):
    html = drawn(with_fields(case, scenario=Field.unknown("no_scenario_told", (("ai", "scenario.evidence", 0.4),))))
    assert re.search(r"未知.*?文中没有说明场景.*?AI应用.*?得分 0\.40", html, re.DOTALL)


def test_what_is_unsure_and_what_a_model_proposed_is_marked(case):
    unsure = accounts_of(case, industry=replace(case.industry, confidence=0.55))["industry"]
    assert (unsure.unsure, unsure.proposed) == (True, False)
    proposed = with_fields(case, industry=replace(case.industry, confidence=0.4, method="llm:m"))
    assert "语言模型提议" in drawn(proposed)
    assert "语言模型提议" not in drawn(case)


def test_a_quote_that_does_not_stand_is_told(case):
    wrong = with_fields(case, industry=Field("finance", (Evidence("invented", 0, 8, case.page_digest),), 0.9, "x"))
    (account,) = [a for a in explain(wrong, page_of(case).text) if a.field == "industry"]
    assert not account.quotes[0].stands
    assert "原文不符" in drawn(wrong)
    assert "原文不符" not in drawn(case)


def overlapping():
    text = "甲乙丙丁戊己庚辛"
    found = make_page(text)
    PAGES[found.digest] = found

    def field(value, *spans):
        return Field(value, tuple(Evidence(text[a:b], a, b, found.digest) for a, b in spans), 0.9, "x")

    case = make_case("示例")
    plain = {n: Many(reason="x") if isinstance(v, Many) else Field.unknown("x") for n, v in case.fields().items()}
    held = {"customer_name": field("乙丙", (1, 3)), "industry": field("retail", (0, 6)), "scenario": field("ai", (2, 8), (2, 3))}
    return with_fields(case, page_digest=found.digest, **{**plain, **held}), text


def test_pieces_of_overlapping_spans_hold_all_their_fields_the_narrowest_first():
    case, text = overlapping()
    assert [(p.text, p.fields, p.ends, p.opens) for p in pieces(case, text)] == [
        ("甲", ("industry",), (), True),
        ("乙", ("customer_name", "industry"), (), True),
        ("丙", ("scenario", "customer_name", "industry"), ("customer_name", "scenario"), True),
        ("丁戊己", ("industry", "scenario"), ("industry",), False),
        ("庚辛", ("scenario",), ("scenario",), False),
    ]


def test_overlapping_spans_show_every_field_and_every_link_leads_to_one_place():
    case, text = overlapping()
    html = drawn(case, text)
    assert 'title="业务场景、客户名称、所属行业"' in html
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert {h[1:] for h in re.findall(r'href="(#[^"]+)"', html)} <= set(ids)
    assert {"t0", "t1", "t2", "f-industry"} <= set(ids)


def test_the_pieces_joined_are_the_text(case):
    text = page_of(case).text
    cut = pieces(case, text)
    assert "".join(p.text for p in cut) == text
    assert any("customer_name" in p.fields for p in cut)
    body = re.search(r'<section class="text".*?<div>(.*?)</div>', drawn(case), re.DOTALL).group(1)
    assert re.sub(r"<[^>]+>", "", body) == text


def test_a_case_without_an_archived_text_says_so(case):
    assert "没有归档的原文" in drawn(case, "")
    assert pieces(case, "") == []


HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }}</style>'


def test_hostile_text_is_harmless_wherever_it_stands():
    case = make_case(HOSTILE, url="javascript:alert(1)")
    spread = with_fields(
        case,
        title=HOSTILE,
        lang='zh" onload="x',
        industry=Field(HOSTILE, case.customer_name.evidence, 0.9, HOSTILE, losers=((HOSTILE, HOSTILE, 1.0),)),
        scenario=Field.unknown(HOSTILE),
    )
    sizes = [with_fields(spread, case_id=n, company_size=Field(n), source_url=Field(n)) for n in ("large", "small")]
    known = [with_fields(c, industry=Field.unknown("x")) for c in sizes]
    html = drawn(spread, page_of(case).text, disagreements(known[0], known[1:]))
    assert "来源冲突" in html
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("</style>") == 1
    assert "{{ 7*7 }}" in html
    assert '" onload="' not in html
    assert 'href="javascript' not in html
    assert "&lt;script&gt;" in html
    assert "default-src 'none'" in html


def luminance(red, green, blue):
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue))
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(a, b):
    high, low = sorted((luminance(*a), luminance(*b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def rgb(code):
    digits = code[1:] if len(code) == 7 else "".join(2 * c for c in code[1:])
    return tuple(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))


def test_text_has_enough_contrast_on_every_colour_in_light_and_in_dark(case):
    """WCAG 2.2 asks for 4.5 : 1 of text; the colours are read from the page's own style."""
    html = drawn(case)
    hues = [g.hue for g in groups(explain(case, page_of(case).text))]
    assert len(set(hues)) == len(hues) == 13
    modes = [dict(re.findall(r"--([a-z]+): ([^;]+);", block)) for block in re.findall(r":root \{([^}]+)\}", html)]
    assert len(modes) == 2
    for mode in modes:
        ink, share = rgb(mode["ink"]), {k: float(mode[k].rstrip("%")) / 100 for k in ("l", "s")}
        assert min(contrast(ink, colorsys.hls_to_rgb(h / 360, share["l"], share["s"])) for h in hues) >= 4.5
        for colour in ("ink", "soft", "link", "good", "warn"):
            assert min(contrast(rgb(mode[colour]), rgb(mode[ground])) for ground in ("paper", "card")) >= 4.5


def test_the_same_case_gives_the_same_page(case):
    assert drawn(case) == drawn(case)


# -- disagreements --------------------------------------------------------------------------------------------------


def test_other_sources_of_the_customer_are_told_with_the_verdict(case):
    mine = with_fields(case, company_size=Field("large", confidence=0.9), published=Field("2020-01-01", confidence=0.9))
    other = with_fields(mine, case_id="other", company_size=Field("small", confidence=0.9), source_url=Field("https://example.com/o"))
    newer = with_fields(other, published=Field("2024-01-01", confidence=0.9))
    (one,) = disagreements(mine, [newer])
    assert [(s.cases, s.adopted) for s in one.sides] == [(("other",), True), ((mine.case_id,), False)]
    assert "已过时" in one.sides[1].text
    (even,) = disagreements(mine, [other])
    assert not any(s.adopted for s in even.sides)
    html = drawn(mine, None, [one])
    assert "来源冲突" in html
    assert "小型企业" in html
    assert disagreements(mine) == []


def test_two_states_of_one_page_are_told_by_their_dates_or_by_the_days_they_were_taken_in(case):
    old = with_fields(case, page_digest="sha256:old", company_size=Field("small", confidence=0.9))
    new = with_fields(case, company_size=Field("large", confidence=0.9))
    (one,) = disagreements(new, versions=[Version(old, "2024-01-01"), Version(new, "2025-01-01")])
    assert [("大型企业" in s.text, s.adopted) for s in one.sides] == [(True, True), (False, False)]
    assert "2024-01-01" in one.sides[1].text
    dated = with_fields(old, published=Field("2025-03-01")), with_fields(new, published=Field("2021-03-01"))
    (one,) = disagreements(dated[1], versions=[Version(dated[0], "2024-01-01"), Version(dated[1], "2025-01-01")])
    assert ("小型企业" in one.sides[0].text, one.sides[0].adopted) == (True, True)


def test_rules_that_read_the_same_page_otherwise_are_no_disagreement(case):
    before = with_fields(case, company_size=Field("small", confidence=0.9))
    after = with_fields(case, company_size=Field("large", confidence=0.9))
    assert disagreements(after, versions=[Version(before, "2024-01-01"), Version(after, "2025-01-01")]) == []


def test_two_dates_that_a_page_bears_are_both_told(case):
    dated = with_fields(case, published=Field("2024-03-01", (), 0.95, "label", losers=(("2024-05-01", "updated", 0.8),)))
    (one,) = disagreements(dated)
    assert [(s.text, s.adopted) for s in one.sides] == [("2024-03-01（页面标注的日期）", True), ("2024-05-01（页面标注的更新日期）", False)]


# -- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def url(tmp_path, case):
    """A library with a case whose page changed, and another case of its customer."""
    address = f"sqlite:///{tmp_path}/library.db"
    other = make_case("示例银行", vendor="azure", industry="retail", case_id="other")
    elsewhere = replace(page_of(other), source_id="id-other")
    text = page_of(case).text + "\n员工很多 large"
    newer = replace(page_of(case), digest="sha256:new", text=text)
    at = text.index("large")
    grown = with_fields(
        case, page_digest=newer.digest, company_size=Field("large", (Evidence("large", at, at + 5, newer.digest),), 0.9, "x")
    )
    small = with_fields(case, company_size=Field("small", (), 0.9, "x"))
    with Library.open(address) as library:
        for run, held, found in (("r1", small, page_of(case)), ("r2", grown, newer), ("r3", other, elsewhere)):
            library.begin_run("import", run_id=run)
            library.store(run, found, [held])
        assert [v.case.company_size.value for v in versions(library, case.case_id)] == ["small", "large"]
    return address


def run(*words):
    app = typer.Typer()
    app.callback()(lambda: None)
    command.register(app)
    result = CliRunner().invoke(app, ["explain", *map(str, words)])
    if isinstance(result.exception, UserError):
        return result.exception.status, str(result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_the_terminal_tells_fields_reasons_and_disagreements(url, case):
    status, told = run(case.case_id, "--library", url)
    assert status == 0
    for words in (
        "【客户名称】",
        "示例银行",
        "【所属行业】",
        "金融-银行",
        "页面没有说明",
        "来源冲突：所属行业",
        "来源冲突：企业规模",
        "下一步",
    ):
        assert words in told


def test_json_has_fields_and_conflicts_and_a_page_can_be_written_too(url, case, tmp_path):
    html = tmp_path / "new" / "a.html"
    status, told = run(case.case_id, "--library", url, "--json", "--html", html)
    found = json.loads(told)
    assert status == 0
    assert (found["case"], found["customer"]) == (case.case_id, "示例银行")
    assert {f["field"] for f in found["fields"]} == set(case.fields())
    assert {c["field"] for c in found["conflicts"]} == {"industry", "company_size"}
    assert "来源冲突" in html.read_text(encoding="utf-8")


def test_a_name_of_several_cases_and_of_none_is_wrong_input(url, case):
    status, told = run("示例银行", "--library", url)
    assert (status, case.case_id in told, "other" in told) == (2, True, True)
    assert run("没有这个客户", "--library", url)[0] == 2
