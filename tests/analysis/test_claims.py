"""Statements say what their quotes say: pains are told as trouble, figures by their own name, proofs by a quote that proves."""

from dataclasses import replace

import pytest

from analysis import figures, generate
from analysis.evidence import Book
from analysis.insight import findings, needs, portrait, strategy, trouble, vendors
from analysis.insight.world import World
from analysis.load import to_rows
from analysis.model import Comparison, Kind
from analysis.prose import say
from analysis.scope import Category
from analysis.statements import statistic
from pipelines.case import Benefit, Evidence, Field, Many

CATEGORY = Category("对象存储", "存储类", "海量非结构化数据存储", (), (), "即品类名")
HARD = "示例客户的自建机房扩容困难，高峰期经常不可用。"
WANTED = "示例客户希望新平台能弹性扩展。"


def said(words, where="other/text"):
    return Evidence(words, 0, len(words), "sha256:0", where)


@pytest.mark.parametrize(
    ("words", "where", "factor", "hard"),
    [
        (HARD, "other/text", "scalability", True),
        (WANTED, "other/text", "scalability", False),  # a need is no trouble
        ("Manual patching was cumbersome and error-prone.", "solution/text", "operations", True),
        ("The managed service simplified operations.", "other/text", "operations", False),
        ("A release took a month.", "challenge/text", "agility", True),  # where a page tells its challenges
        ("Highlight spikes in the data.", "challenge/text", "scalability", False),
        ("示例客户选择了托管服务。", "solution/text", "operations", False),
    ],
)
def test_a_quote_is_trouble_where_its_words_complain(words, where, factor, hard):
    assert trouble.troubled(said(words, where), factor) is hard


def naming(i, words, factor="scalability", sure=0.9):
    case = generate.cases(i + 1)[i]
    return replace(case, challenges=Many((Field(factor, (said(words),), sure, "x"),)), benefits=Many(()))


def world_of(cases):
    book = Book(cases)
    rows = tuple(to_rows(cases, book))
    return World(CATEGORY, rows, features=None, found=None, book=book), rows


def group_of(rows):
    return portrait.Group(index=0, id="p", name=portrait.Text("示例客户"), rows=rows, archetype="internet")


def test_pains_are_counted_from_the_cases_that_complain_and_cite_them():
    cases = [naming(0, WANTED), naming(1, HARD), naming(2, WANTED), naming(3, HARD)]
    world, rows = world_of(cases)
    pain = portrait.pains(world, group_of(rows))[0]
    assert pain.text.kind is Kind.EVIDENCE
    assert (pain.text.share.n, pain.text.share.of) == (2, 4)
    assert set(pain.text.cases) == {rows[1].id, rows[3].id}
    assert {world.book.evidence(q).quote for q in pain.text.quotes} == {HARD}
    assert rows[1].customer in pain.text.text.zh


def test_a_pain_names_a_customer_once():
    cases = [replace(naming(i, HARD), customer_name=Field("示例客户甲", (), 0.9, "x")) for i in range(2)]
    world, rows = world_of([*cases, naming(2, HARD)])
    assert portrait.pains(world, group_of(rows))[0].text.text.zh.count("示例客户甲") == 1


def test_a_factor_that_nobody_complains_of_has_only_the_rule_bases_pain():
    world, rows = world_of([naming(i, WANTED) for i in range(4)])
    pain = portrait.pains(world, group_of(rows))[0]
    assert (pain.factor, pain.text.kind) == ("scalability", Kind.PRIOR)
    assert not pain.text.cases


def test_the_plainest_and_surest_quotes_stand_at_a_need():
    cases = [naming(0, WANTED, sure=0.7), naming(1, WANTED + "二", sure=0.9), naming(2, HARD, sure=0.6)]
    world, rows = world_of(cases)
    assert [q.partition("/")[0] for q in world.need_quotes(rows, "scalability")] == [rows[i].id for i in (2, 1, 0)]


@pytest.mark.parametrize(
    ("benefit", "words", "label"),
    [
        (Benefit(111, "%", "up", "users"), "a 111 percent rise in click-through rates", "点击率 ↑ 111%"),
        (Benefit(20, "%", "up", "users"), "用户留存率提升20%", "留存 ↑ 20%"),
        (Benefit(35, "%", "up", "revenue"), "35% increase in return on ad spend", "广告回报 ↑ 35%"),
        (Benefit(30, "%", "up", "other"), "conversions rose by 30%", "转化 ↑ 30%"),
        (Benefit(100, "x", "up", "efficiency"), "workloads can increase hundredfold", "负载 ↑ 100倍"),
        (Benefit(50, "%", "down", "efficiency"), "halved the workload of its staff", "工作量 ↓ 50%"),
        (Benefit(80, "%", "reach", "revenue", bound="over"), "over 80% return on investment", "投资回报 超 80%"),
        (Benefit(6, "%", "up", "revenue"), "its conversion rate by 5 percent and revenue per user by 6 percent", "收入 ↑ 6%"),
        (Benefit(5, "%", "up", "revenue"), "its conversion rate by 5 percent and revenue per user by 6 percent", "转化 ↑ 5%"),
        (Benefit(3, "x", "up", "users"), "tripled its users", "用户 ↑ 3倍"),
        (Benefit(50, "%", "down", "cost"), "cut the cost of a conversion by half", "成本 ↓ 50%"),
    ],
)
def test_a_rate_is_called_by_its_name(benefit, words, label):
    row = figures.row(benefit, "", 0.9, words)
    assert row.label.zh == label
    assert row.label.en


def test_a_rate_proves_no_need_of_scale():
    rate = figures.row(Benefit(111, "%", "up", "users"), "", 0.9, "a 111 percent rise in click-through rates")
    users = figures.row(Benefit(111, "%", "up", "users"), "", 0.9, "111 percent more users")
    assert (figures.implied(rate), figures.implied(users)) == (None, "scalability")
    assert not figures.meets_goal(rate)
    case = to_rows(generate.cases(1), Book(()))[0]
    assert needs.figures([replace(case, benefits=(rate,))], "scalability") == []


def test_a_figure_that_was_not_surely_read_implies_nothing():
    assert figures.implied(figures.row(Benefit(30, "%", "down", "cost"), "", 0.5)) is None


def test_what_a_figure_may_be_shown_as_does_not_hang_on_its_label():
    row = figures.row(Benefit(72, "%", "up", "time"), "", 1.0, "72% faster")
    assert figures.favourable(replace(row, label=portrait.Text("用时 ↑ 72%")))
    part = figures.row(Benefit(6, "x", "down", "cost"), "", 1.0, "six times cheaper")
    assert figures.possible(replace(part, label=portrait.Text("成本 ↓ 6倍")))


def test_a_benchmark_does_not_tell_one_subject_twice():
    twice = [figures.row(Benefit(v, "%", "down", s), "", 0.9) for v, s in ((80, "cost"), (90, "time"), (70, "time"), (20, "cost"))]
    case = replace(to_rows(generate.cases(1), Book(()))[0], benefits=tuple(twice))
    assert [b.label.zh for b in needs.telling(case)] == ["用时 ↓ 90%", "成本 ↓ 80%"]


def test_a_story_without_a_telling_figure_is_proved_by_what_was_done():
    case = generate.cases(1)[0]
    done, vague = said("示例客户把数据迁到了对象存储。", "solution/text"), said("数据科学家 80% 的工作", "challenge/text")
    told = replace(
        case,
        solution=Field(done.quote, (done,), 0.9, "x"),
        benefits=Many((Field(Benefit(80, "%", "reach", "other"), (vague,), 0.9, "x"),)),
    )
    world, rows = world_of([told])
    assert [world.book.evidence(q).quote for q in strategy.proving(world, rows[0])] == [done.quote]


def test_silence_of_cases_is_not_claimed_where_no_figure_could_be_filed():
    cases = [naming(i, "示例客户需要数据分析能力。", "analytics") for i in range(3)]
    world, rows = world_of(cases)
    group = group_of(rows)
    matrix = needs.matrix(world, group, ())
    assert "没有对应的类" in matrix[0].metric.zh
    assert not [s for s in strategy.advice(group, matrix) if s.source == "stat:strategy.unproved"]


@pytest.mark.parametrize(
    ("industries", "main"),
    [
        (["finance.banking"] * 3 + ["internet.gaming"] * 2, "以金融为主"),
        (["finance.banking"] * 2 + ["internet.gaming"] * 2 + [None] * 2, "以金融、互联网为主"),
        (["finance.banking"] * 2 + ["retail.chains", "education.schools", None, None], "跨行业客户"),  # two of six are not most
    ],
)
def test_an_industry_is_the_main_one_only_where_most_of_all_cases_are_of_it(industries, main):
    cases = [naming(i, WANTED) for i in range(len(industries))]
    world, rows = world_of(cases)
    rows = tuple(replace(r, industry=code) for r, code in zip(rows, industries, strict=True))
    assert main in portrait.describe(world, group_of(rows), []).text.zh


def test_what_sets_a_persona_apart_is_spoken_of_before_what_all_need():
    common = [naming(i, WANTED, "operations") for i in range(12)]
    both = Many(tuple(Field(f, (said(WANTED),), 0.9, "x") for f in ("operations", "intelligence")))
    world, rows = world_of([replace(c, challenges=both) if i < 4 else c for i, c in enumerate(common)])
    group = group_of(rows[:5])
    matrix = needs.matrix(world, group, ())
    marked = portrait.set_apart(world, group)
    assert [n.factor for n in matrix] == ["operations", "intelligence"]
    assert portrait.leading_needs(matrix, marked) == ["intelligence", "operations"]
    assert portrait.leading_needs(matrix, []) == ["operations", "intelligence"]


def test_the_scenario_that_cut_a_persona_is_the_last_thing_told_of_it():
    rows = tuple(
        replace(r, scenario="ai" if i < 6 else "data-analytics", challenges=("cost",) if i < 5 else ("agility",))
        for i, r in enumerate(to_rows(generate.cases(20), Book(())))
    )
    world = World(CATEGORY, rows, features=None, found=None, book=Book(()))
    dimensions = [d for d, *_ in portrait.set_apart(world, group_of(rows[:6]))]
    assert dimensions[0] == "factor"
    assert dimensions[-1] == "scenario"


@pytest.mark.parametrize(("old", "apart"), [("2017", True), ("2022", False)])
def test_vendors_of_other_years_are_said_to_be_of_other_years(old, apart):
    base = to_rows(generate.cases(6), Book(()))
    rows = tuple(replace(r, vendor="aws" if i < 3 else "azure", published=f"{'2023' if i < 3 else old}-05") for i, r in enumerate(base))
    world = World(CATEGORY, rows, features=None, found=None, book=Book(()))
    told = vendors.published(world)
    assert "AWS 2023 年（3/3 例注明日期）" in told.text.zh
    assert ("可能来自年代" in told.text.zh) is apart


def test_years_apart_are_an_insight_before_any_difference_of_vendors(clear):
    apart = replace(clear.comparison.dates, source="stat:vendors.published.apart")
    world = World(CATEGORY, clear.cases, features=None, found=None, book=Book(()))
    made = findings.insights(world, clear.personas, replace(clear.comparison, dates=apart))
    assert apart in made
    assert clear.comparison.differences[0] not in made


def test_who_published_more_is_no_advantage(clear):
    for p in clear.personas:
        assert not [s for s in p.differentiation if s.source == "stat:persona.vendors" and s.share]


@pytest.mark.parametrize(
    ("unknown", "says"), [(3, "官方案例多不说明客户规模：3/4 例（75%）未知"), (1, "1/4 例（25%）没有说明客户规模"), (0, None)]
)
def test_that_most_are_silent_is_said_only_where_most_are(unknown, says):
    world, rows = world_of([naming(i, HARD) for i in range(4)])
    told = tuple(replace(r, company_size=None if k < unknown else "large") for k, r in enumerate(rows))
    nothing = Comparison((), (statistic(say("none.value"), "x"),) * 5, (), (), (), (), ())
    sizes = [s.text.zh for s in findings.insights(replace(world, rows=told), (), nothing) if "客户规模" in s.text.zh]
    assert [s.startswith(says) for s in sizes] == ([True] if says else [])
