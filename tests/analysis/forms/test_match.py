"""Matching on generated cases: the planted group is found and explained, and what fits nothing says so."""

import json
import os
from dataclasses import replace
from functools import cache

import pytest
from typer.testing import CliRunner

from analysis import generate, run
from analysis.cli import load_commands
from analysis.evidence import CONTEXT
from analysis.intake import memory
from analysis.intake.match import match
from analysis.intake.memory import Known, Memory
from analysis.intake.present import save, to_html, to_markdown
from analysis.intake.profile import profile, wanted
from analysis.intake.read import read_forms
from analysis.intake.sentences import whole
from analysis.model import Quote, Voice
from analysis.run import analyse
from pipelines.case import Benefit, Field, Many
from pipelines.errors import UserError
from pipelines.library import Library

TODAY = "2026-06-01"
FORMS = {
    "finance": """[客户行业]：银行
[当前痛点]：
- 具体问题：核心系统频繁宕机，迁移核心银行系统上云时担心数据丢失和安全漏洞
- 业务影响：导致合规审计未通过
[核心目标]：
- 主要指标：在6个月内达成SLA 99.99%
- 安全：通过等保2.0三级
[基础设施现状]：
- 公有云：对象存储
""",
    "internet": """[客户行业]：游戏
[当前痛点]：
- 具体问题：移动游戏应用在流量高峰无法弹性扩展，微服务发布缓慢
- 业务影响：导致云成本高昂
[核心目标]：
- 成本：降低云支出30%
[基础设施现状]：
- 公有云：对象存储
""",
    "manufacturing": """[客户行业]：汽车
[当前痛点]：
- 具体问题：数据孤岛，缺乏实时数据分析，数据分析平台建设依赖手动运维
[核心目标]：
- 主要指标：在3个月内达成效率提升30%
[基础设施现状]：
- 公有云：对象存储
""",
}
TOPS = {"finance": "金融", "internet": "互联网", "manufacturing": "制造"}


@cache
def library():
    cases = tuple(generate.cases(48))
    pages = {c.page_digest: generate.page_text(c) for c in cases}
    return cases, pages


@cache
def made(name):
    cases, pages = library()
    (form,) = read_forms(FORMS[name])
    return match(form, cases, TODAY, lambda d: pages.get(d, ""), "test")


@pytest.mark.parametrize("name", FORMS)
def test_the_planted_group_is_nearest(name):
    held = made(name)
    assert held.fits
    assert held.categories[0].category == "对象存储"
    assert TOPS[name] in next(c.other for c in held.persona.contributions if c.dimension == "industry")
    assert all(next(f.other for f in case.fields if f.dimension == "industry").startswith(TOPS[name]) for case in held.cases)


@pytest.mark.parametrize("name", FORMS)
def test_five_cases_over_vendors_each_explained_and_quoted(name):
    held = made(name)
    cases, pages = library()
    assert len(held.cases) == 5
    assert len({c.vendor for c in held.cases}) >= 3
    assert [c.similarity for c in held.cases] == sorted((c.similarity for c in held.cases), reverse=True)
    digests = {c.case_id: c.page_digest for c in cases}
    for case in held.cases:
        assert case.url
        assert case.quotes
        assert all(q in pages[digests[case.case]] for q in case.quotes)
        assert all("未知" in (f.form, f.other) for f in case.fields if f.similarity is None)
        assert all(f.contribution == 0.0 for f in case.fields if f.form == "未知")


def test_a_case_of_which_little_is_known_is_not_nearer_than_one_that_shares_more():
    cases, _ = library()
    (form,) = read_forms(FORMS["finance"])
    nothing = Field(None, reason="not_told")
    like = next(c for c in cases if c.case_id == made("finance").cases[0].case)
    near = replace(like, challenges=Many((Field("reach"),)), categories=Many((Field("CDN"),)))
    bare = replace(like, case_id="bare-0", customer_name=Field("示例无名公司"), customer_key="示例无名", industry=nothing)
    bare = replace(bare, challenges=Many(), categories=Many(), benefits=Many())
    held = match(form, [near, bare], TODAY)
    assert [c.case for c in held.cases] == [near.case_id, "bare-0"]
    assert "按一般案例的相似度 0.3 计入" in to_markdown(held)


def test_a_form_that_tells_one_thing_is_told_so_before_its_cases():
    held = match(read_forms("[客户行业]：银行\n")[0], library()[0], TODAY)
    assert held.cases
    assert "只说清了行业" in held.verdict


def test_personas_that_can_hardly_be_told_apart_and_those_of_other_industries_are_told():
    held = made("finance")
    assert "难分高下" in to_markdown(replace(held, persona=replace(held.persona, margin=0.01)))
    assert "难分高下" not in to_markdown(held)
    cases, pages = library()
    (form,) = read_forms(FORMS["finance"].replace("银行", "农业"))
    (gap,) = [g for g in match(form, cases, TODAY, lambda d: pages.get(d, "")).gaps if "画像" in g]
    assert "几乎没有农业客户" in gap


@pytest.mark.parametrize("name", FORMS)
def test_a_persona_is_explained_by_its_dimensions(name):
    persona = made(name).persona
    assert persona.closeness == pytest.approx(sum(c.contribution for c in persona.contributions), abs=1e-3)
    assert persona.margin > 0
    assert persona.second != persona.name
    assert persona.talking
    assert all(str(s.kind) in ("证据", "统计", "先验", "访谈") for s in persona.talking)


def test_each_quote_is_a_block_of_its_own():
    held = made("finance")
    two = replace(held, cases=(replace(held.cases[0], quotes=("迁移后查询更快。", "故障也少了。")),))
    assert to_html(two).count("<blockquote>") == 2
    assert "> 迁移后查询更快。\n\n> 故障也少了。\n" in to_markdown(two)


QUOTED = [
    (("The bank moved ", "its stores", " to the cloud within a year."), "The bank moved its stores to the cloud within a year."),
    (("", "loans", ""), ""),
    (("", "the Virginia DMV", ""), ""),
    (("", "迁移后查询速度明显加快", "，故障也少了。"), "迁移后查询速度明显加快，故障也少了。"),
    (("", "Example Bank moves 1,100 apps to the cloud in 21 months", ""), "Example Bank moves 1,100 apps to the cloud in 21 months"),
    (("", "Example Bank moves 1,100 apps to the cloud", " | Case Study | Example"), ""),
    (("# ", "Example Bank moves 1,100 apps to the cloud in 21 months", ""), "Example Bank moves 1,100 apps to the cloud in 21 months"),
    (("", "from 1.5 seconds to 500 ms in the load testing", ""), ""),
    (("x" * CONTEXT, "its stores", " to the cloud within a single year."), ""),
]


@pytest.mark.parametrize(("parts", "said"), QUOTED)
def test_only_a_whole_sentence_is_quoted(parts, said):
    before, quote, after = parts
    assert whole(Quote("a/b/0", "a", "b", quote, before, after, 0, 1, "", "")) == said


def test_results_of_a_case_are_those_that_may_be_quoted():
    cases, _ = library()
    sure, share = Benefit(40, "%", "down", "cost"), Benefit(70, "%", "reach", "revenue", bound="over")
    doubted = Benefit(60, "%", "down", "time")
    found = Many((Field(share, confidence=0.9), Field(sure, confidence=0.9), Field(doubted, confidence=0.1)))
    held = match(read_forms(FORMS["internet"])[0], [replace(c, benefits=found) for c in cases], TODAY)
    assert {r for c in held.cases for r in c.results} == {"成本 ↓ 40%"}


def test_targets_stand_beside_what_cases_reached():
    target = next(t for t in made("internet").targets if t.field == "goal.cost")
    assert target.reached
    assert all("成本" in r.result for r in target.reached)
    assert not any(t.reached for t in made("manufacturing").targets if t.subjects == ("latency",))


def test_a_target_that_no_case_reports_is_a_gap():
    (form,) = read_forms("[客户行业]：游戏\n[核心目标]：\n- 性能：对象存储延迟<20ms\n")
    held = match(form, library()[0], TODAY)
    assert [t.reached for t in held.targets] == [()]
    assert any("延迟<20ms" in gap for gap in held.gaps)


def test_what_cannot_be_is_asked_first():
    (form,) = read_forms(FORMS["finance"].replace("等保2.0三级", "SOC2 Type III"))
    assert "SOC2 Type III" in match(form, library()[0], TODAY).questions[0]


def test_the_same_doubt_is_asked_once_for_all_its_lines():
    text = "[当前痛点]：\n- 具体问题：Azure东欧区延迟高\n[基础设施现状]：\n- 公有云：Azure东欧（VM 30节点）\n"
    first, *others = match(read_forms(text)[0], library()[0], TODAY).questions
    assert first == "第 2、4 行：Azure的区域目录里没有“东欧”；请客户核对并写明区域代码。"
    assert not any("东欧" in q for q in others)


def test_a_form_that_fits_nothing_says_so():
    (form,) = read_forms("[特殊要求]：\n- 支持响应：要会说方言的团队\n")
    held = match(form, library()[0], TODAY)
    assert (held.fits, held.cases, held.persona) == (False, (), None)
    assert "无从匹配" in held.verdict
    assert held.questions
    assert "表单没有写明可与案例相比的目标。" in to_markdown(held)


def test_a_single_case_makes_no_persona():
    held = match(read_forms(FORMS["finance"])[0], library()[0][:1], TODAY)
    assert held.persona is None
    assert len(held.cases) == 1


def test_an_empty_library_says_so():
    held = match(read_forms(FORMS["finance"])[0], (), TODAY)
    assert not held.fits
    assert "空" in held.verdict


def told_by(library, name, **more):
    (form,) = read_forms(FORMS[name])
    cases = list(library.cases())
    return match(form, cases, TODAY, library.page_text, f"{len(cases)} 个案例", **more)


@pytest.fixture
def forgetful():
    """As in a new process."""
    memory._held.clear()
    yield
    memory._held.clear()


@pytest.fixture
def filled(tmp_path):
    with Library.open(f"sqlite:///{tmp_path}/library.db") as opened:
        generate.fill(opened, 300)
        yield opened


@pytest.fixture
def analysed(monkeypatch):
    """The categories that were analysed, in order."""
    seen = []
    monkeypatch.setattr(run, "analyse", lambda cases, category, **more: seen.append(category) or analyse(cases, category, **more))
    return seen


def test_with_what_is_remembered_the_answer_is_the_same_and_nothing_is_analysed_again(filled, tmp_path, analysed, forgetful):
    plain = {name: told_by(filled, name) for name in FORMS}
    assert any(m.persona for m in plain.values())
    once = len(analysed)
    first = {name: told_by(filled, name, memory=Memory(filled.digest(), tmp_path / "cache")) for name in FORMS}
    assert once < len(analysed) < 2 * once
    memory._held.clear()
    del analysed[:]
    again = {name: told_by(filled, name, memory=Memory(filled.digest(), tmp_path / "cache")) for name in FORMS}
    assert analysed == []
    assert first == plain
    assert again == plain


def test_what_is_remembered_holds_for_any_date_but_not_for_other_cases_or_interviews(filled, tmp_path, analysed, forgetful):
    cases = list(filled.cases())
    dates = [analyse(cases, "对象存储", as_of=day) for day in ("2020-01-01", TODAY)]
    assert dates[0].personas == dates[1].personas
    assert dates[0].cases == dates[1].cases
    told_by(filled, "finance", memory=Memory(filled.digest(), tmp_path / "cache"))
    del analysed[:]
    filled.withdraw(filled.begin_run("crawl"), [cases[0].case_id])
    told_by(filled, "finance", memory=Memory(filled.digest(), tmp_path / "cache"))
    assert analysed == ["对象存储"]
    told_by(filled, "finance", memory=Memory(filled.digest(), tmp_path / "cache"), interviews=(Voice("1", 1, 1, ()),))
    assert analysed == ["对象存储", "对象存储"]


@pytest.mark.parametrize("damage", [b"", b"{", b'{"category": 1}', b"\xff"])
def test_a_damaged_memory_is_found_anew_and_a_folder_that_takes_nothing_is_no_error(filled, tmp_path, analysed, forgetful, damage):
    kept = Memory(filled.digest(), tmp_path / "cache")
    plain = told_by(filled, "finance", memory=kept)
    (file,) = (tmp_path / "cache").iterdir()
    file.write_bytes(damage)
    memory._held.clear()
    assert told_by(filled, "finance", memory=kept) == plain
    assert len(analysed) == 2
    memory._held.clear()
    (tmp_path / "file").write_text("")
    assert told_by(filled, "finance", memory=Memory(filled.digest(), tmp_path / "file" / "cache")) == plain


def test_the_memory_forgets_the_oldest(tmp_path, monkeypatch, forgetful):
    monkeypatch.setattr(memory, "KEPT", 2)
    for n in range(4):
        before = set(tmp_path.iterdir())
        Memory("library", tmp_path).known(f"category-{n}", lambda n=n: Known(f"category-{n}"))
        for file in set(tmp_path.iterdir()) - before:
            os.utime(file, (n, n))  # as if they were a second apart
    assert len(list(tmp_path.iterdir())) == len(memory._held) == 2
    memory._held.clear()
    with pytest.raises(LookupError):
        Memory("library", tmp_path).known("category-0", lambda: {}["found anew"])
    assert Memory("library", tmp_path).known("category-3", lambda: {}["found anew"]) == Known("category-3")


WANTED = [
    ("- 中间件：Redis 6.2与Kafka 3.2", {"缓存数据库", "消息队列-开源"}),
    ("- 数据库：MySQL 8.0", {"原生关系型数据库"}),
    ("- 技术层面：API网关吞吐不足", {"API网关"}),
    ("- 公有云：Amazon S3与EC2", {"对象存储", "虚拟服务器"}),
    ("- 公有云：PS3游戏机", set()),
]


@pytest.mark.parametrize(("line", "categories"), WANTED)
def test_categories_come_with_the_line_that_asks_for_them(line, categories):
    found = wanted(read_forms(f"[基础设施现状]：\n{line}")[0])
    assert {w.category for w in found} == categories
    assert all("第 2 行" in w.reasons[0] for w in found)


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("[核心目标]：\n- 成本：优化流量费用，降低30%", "cost"),
        ("[核心目标]：\n- 主要指标：6个月内实现跨云数据同步延迟<100ms", "performance"),
        ("[特殊要求]：\n- SLA：99.95%", "reliability"),
        ("[客户行业]：航空\n- 业务连续性要求：零容忍停机", "reliability"),
        ("[特殊要求]：\n- 合规性：符合FAA规范", "compliance"),
    ],
)
def test_a_target_or_requirement_is_a_need_whatever_its_words(text, need):
    assert need in profile(read_forms(text)[0]).row.challenges


def test_no_requirement_is_no_need():
    assert profile(read_forms("[特殊要求]：\n- 合规性：无特殊要求")[0]).row.challenges == ()


def test_the_words_of_a_form_speak_no_markup():
    text = FORMS["finance"].replace("SLA 99.99%", "延迟<1ms <script>alert(1)</script> ![x](https://example.com/x.png)")
    held = match(read_forms(text)[0], library()[0], TODAY)
    page = to_html(held)
    assert "<script" not in page
    assert "<img" not in page
    assert "alert(1)" in page


@pytest.mark.parametrize(
    "heading",
    ["所需品类", "最近的画像", "最近的官方案例", "目标与案例所达到的结果", "各厂商的产品", "缺口", "接下来要问", "话术", "可能的异议"],
)
def test_every_part_is_shown(heading):
    assert f"## {heading}" in to_markdown(made("finance"))


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(UserError, match="html"):
        save(made("finance"), tmp_path / "x.pdf")


def test_the_command_uses_the_starter_library_where_there_is_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CASE_LIBRARY_URL", raising=False)
    (tmp_path / "form.md").write_text(FORMS["internet"], encoding="utf-8")
    run = CliRunner()
    told = run.invoke(load_commands(), ["match", "form.md", "--json", "--date", TODAY])
    assert told.exit_code == 0
    assert json.loads(told.output)["library"].startswith("内置案例库")
    assert run.invoke(load_commands(), ["match", "form.md", "--out", "o/made.html", "--date", TODAY]).exit_code == 0
    assert (tmp_path / "o/made.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    (tmp_path / "none.md").write_text("[特殊要求]：\n- 支持响应：要会说方言的团队\n", encoding="utf-8")
    assert run.invoke(load_commands(), ["match", "none.md"]).exit_code == 1


@pytest.mark.parametrize("said", ["- 业务规模：日均交易量85万笔，员工约4500人", "- 员工人数：4500", "- Employees: 4,500"])
def test_employees_tell_the_size_and_are_not_asked_for(said):
    held = match(read_forms(f"[客户行业]：零售\n{said}\n")[0], library()[0], TODAY)
    assert held.understood["规模"] == "中型企业"
    assert not any("员工" in question for question in held.questions)


def test_what_is_said_of_the_budget_is_no_need():
    (form,) = read_forms("[客户行业]：零售\n[预算限制]：\n- 总预算：200万元，须经审批与合规审计\n")
    assert profile(form).row.challenges == ()
    (open_,) = read_forms("[客户行业]：零售\n[预算限制]：\n- 总预算：待审批\n")
    assert open_.raw("budget.total") == ""


def test_a_name_without_a_format_is_refused_before_anything_is_matched(tmp_path, monkeypatch):
    form = tmp_path / "form.md"
    form.write_text(FORMS["finance"], encoding="utf-8")
    monkeypatch.setattr("analysis.commands.match._matched", lambda *_: pytest.fail("matched first"))
    done = CliRunner().invoke(load_commands(), ["match", str(form), "--out", str(tmp_path / "x.txt")])
    assert isinstance(done.exception, UserError)
    assert "以 .md 或 .html 结尾" in str(done.exception)
