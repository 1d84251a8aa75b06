"""Every check of the pitfalls and of the checklist (document 1) can pass and can fail."""

from dataclasses import replace

import pytest

from analysis import generate
from analysis.model import Analysis, Check, Kind
from analysis.run import analyse
from analysis.validate.checklist import ITEMS, checklist
from analysis.validate.pitfalls import PITFALLS, breadth, pitfalls


@pytest.fixture(scope="session")
def sound(planted) -> Analysis:
    """The planted cases under the catalogue's own 对象存储."""
    return analyse(planted, "对象存储", as_of="2026-12-31")


def pit(analysis, id_):
    colour, finding, cases = PITFALLS[id_](analysis)
    return Check(id_, finding, colour, finding, cases=cases)


def item(analysis, id_):
    colour, finding = ITEMS[id_](analysis)
    return Check(id_, finding, colour, finding)


def standing_in(analysis, *others):
    """The analysis with its first cases in other categories too: one tuple of them a case."""
    held = [replace(c, categories=(*c.categories, *more)) for c, more in zip(analysis.cases, others, strict=False)]
    return replace(analysis, cases=(*held, *analysis.cases[len(held) :]))


@pytest.mark.parametrize(
    ("others", "colour"),
    [
        ([], "green"),
        ([("数据湖",)] * 30, "green"),
        ([("数据湖",)] * 31, "amber"),
        ([("数据湖",)] * 60, "red"),
        ([("文件存储",)] * 16, "amber"),
        ([("文件存储",)] * 31, "red"),
    ],
)
def test_cases_of_other_categories_blur_the_boundary(sound, others, colour):
    made = pit(standing_in(sound, *others), "boundary")
    assert made.colour == colour
    assert f"{len(others)}/60 个案例同时属于其他品类" in made.finding.zh
    assert len(made.cases) == min(len(others), 20)


def test_a_boundary_that_is_not_written_is_red(sound):
    made = pit(replace(sound, scope=replace(sound.scope, excludes=())), "boundary")
    assert made.colour == "red"
    assert "没有写明" in made.finding.zh


def test_differences_that_were_not_tested_are_not_passed(sound, run):
    assert pit(sound, "differences").colour == "green"
    lonely = [replace(c, vendor=f"v{i}") for i, c in enumerate(sound.cases[:5])]
    untested = pit(replace(sound, cases=tuple(lonely)), "differences")
    assert untested.colour == "amber"
    assert "没有检验" in untested.finding.zh
    one = run(generate.cases(12, tuple(replace(g, vendors=("aws",)) for g in generate.THREE)))
    assert pit(one, "differences").colour == "red"


def test_tested_and_the_same_is_passed_with_the_number_of_tests(sound):
    same = [replace(p, over_represented=()) for p in sound.comparison.profiles]
    people = [replace(p, vendors=tuple(replace(v, significant=False) for v in p.vendors)) for p in sound.personas]
    made = pit(replace(sound, personas=tuple(people), comparison=replace(sound.comparison, profiles=tuple(same))), "differences")
    assert made.colour == "green"
    assert "0 处厂商差异" in made.finding.zh
    assert "检验了 0 项" not in made.finding.zh


@pytest.mark.parametrize(("share", "colour"), [(0, "green"), (0.4, "amber"), (1, "red")])
def test_needs_of_customers_that_use_nothing_of_the_category_are_away_from_its_reality(sound, share, colour):
    rows = [n for p in sound.personas for n in p.needs]
    lost = {c for n in rows[: round(share * len(rows))] for c in n.cases}
    strangers = replace(sound.cases[0], id="strange", customer_key="strange")
    people = tuple(
        replace(p, needs=tuple(replace(n, cases=("strange",)) if n in rows[: round(share * len(rows))] else n for n in p.needs))
        for p in sound.personas
    )
    assert lost or not share
    assert pit(replace(sound, personas=people, cases=(*sound.cases, strangers)), "reality").colour == colour


def test_a_report_without_needs_is_away_from_reality(sound):
    assert pit(replace(sound, personas=()), "reality").colour == "red"


def test_breadth_counts_customers(sound):
    p, rows = sound.personas[0], sound.cases
    assert breadth(p, rows) == "fit"
    few = [replace(c, customer_key=f"示例{n % 2}") if c.id in p.cases else c for n, c in enumerate(rows)]
    assert breadth(p, few) == "narrow"
    many = [c if c.id in p.cases else replace(c, customer_key="示例") for c in rows]
    assert breadth(p, many) == "general"
    assert breadth(replace(p, distinctive=()), rows) == "plain"


def test_a_persona_of_most_customers_is_not_said_to_have_no_traits(sound):
    """A persona of more than half of the customers that is tested to be different is too wide, not without traits."""
    p = sound.personas[0]
    wide = [c if c.id in p.cases else replace(c, customer_key="示例") for c in sound.cases]
    said = pit(replace(sound, cases=tuple(wide), personas=(p,)), "general").finding.zh
    assert "占了一半以上的客户（20/21，95%）" in said
    assert "没有明显区别" not in said
    assert "没有明显区别" in pit(replace(sound, personas=(replace(p, distinctive=()),)), "general").finding.zh


@pytest.mark.parametrize(
    ("customers", "colour"),
    [((10, 9, 8, 3), "green"), ((10, 9, 8, 2), "amber"), ((10, 9, 2, 2), "amber"), ((10, 9, 2), "amber"), ((10, 9), "red")],
)
def test_one_or_two_customers_do_not_cover_a_vendor(sound, customers, colour):
    vendors = ("aws", "azure", "gcp", "aliyun")[: len(customers)]
    dealt = [v for v, n in zip(vendors, customers, strict=True) for _ in range(n)]
    rows = tuple(replace(c, vendor=v, customer_key=f"示例{i}") for i, (c, v) in enumerate(zip(sound.cases, dealt, strict=False)))
    made = replace(sound, cases=rows, scope=replace(sound.scope, vendors=vendors))
    assert item(made, "vendors").colour == colour
    assert pit(made, "coverage").colour == colour
    assert ("不足以代表该厂商" in item(made, "vendors").finding.zh) == (min(customers) < 3)


def test_two_stories_of_one_customer_are_no_coverage(sound):
    again = tuple(replace(c, customer_key="示例") if c.vendor == "aws" else c for c in sound.cases)
    assert "AWS的客户少于 3 个" in item(replace(sound, cases=again), "vendors").finding.zh


@pytest.mark.parametrize(
    ("as_of", "colour"), [("2026-01-31", "green"), ("2026-01-30", "red"), ("2026-02-30", "red"), ("31.01.2026", "red"), ("", "red")]
)
def test_the_date_is_one_and_not_before_the_newest_case(sound, as_of, colour):
    dated = [replace(c, published="2026-01-31" if i == 30 else "2025-01-01") for i, c in enumerate(sound.cases)]
    assert item(replace(sound, cases=tuple(dated), scope=replace(sound.scope, as_of=as_of)), "date").colour == colour


@pytest.mark.parametrize(
    ("query", "category", "colour"),
    [
        ("对象存储", "对象存储", "green"),
        ("S3", "对象存储", "green"),
        ("Vertex AI", "MaaS", "amber"),
        ("示例无名产品", "对象存储", "amber"),
        ("对象存储", "示例品类", "red"),
    ],
)
def test_the_query_must_map_to_one_generic_category(sound, query, category, colour):
    assert item(replace(sound, scope=replace(sound.scope, query=query, category=category)), "category").colour == colour


def test_a_query_that_may_mean_another_category_names_it(sound):
    assert "AI平台" in item(replace(sound, scope=replace(sound.scope, query="Vertex AI", category="MaaS")), "category").finding.zh


def test_the_report_is_whole_or_says_what_it_lacks(sound):
    assert item(sound, "report").colour == "green"
    assert item(replace(sound, personas=()), "report").colour == "red"
    few = item(replace(sound, insights=sound.insights[:2]), "report")
    assert (few.colour, "关键洞察 2 条" in few.finding.zh) == ("amber", True)
    bare = item(replace(sound, personas=(replace(sound.personas[0], needs=()), *sound.personas[1:])), "report")
    assert sound.personas[0].name.zh in bare.finding.zh
    alone = item(replace(sound, comparison=replace(sound.comparison, profiles=sound.comparison.profiles[:1])), "report")
    assert "只有一家厂商" in alone.finding.zh


def test_journeys_are_drawn_where_every_cell_is_filled_and_no_two_are_one(sound):
    made = item(sound, "journeys")
    assert made.colour == "green"
    assert "来自访谈，其余为先验" in made.finding.zh
    first, *others = sound.personas
    same = item(replace(sound, personas=(first, *(replace(p, journey=first.journey) for p in others))), "journeys")
    assert (same.colour, "20 格中有 0 格因画像而异" in same.finding.zh) == ("amber", True)
    short = replace(first, journey=replace(first.journey, stages=first.journey.stages[:4]))
    assert item(replace(sound, personas=(short, *others)), "journeys").colour == "red"


def test_cards_say_what_they_lack(sound):
    first, *others = sound.personas
    assert item(sound, "cards").colour == "green"
    poor = replace(first, representatives=first.representatives[:1], needs=first.needs[:1], concerns=first.concerns[:1])
    said = item(replace(sound, personas=(poor, *others)), "cards")
    assert said.colour == "amber"
    assert "不同厂商的代表客户、三项关注特性、两条顾虑与应对" in said.finding.zh
    bare = [replace(n, metric_kind=Kind.PRIOR) for n in first.needs]
    dry = replace(sound, personas=(replace(first, needs=tuple(bare), benchmarks=()), *others))
    assert "缺案例数字" in item(dry, "cards").finding.zh


def test_a_stage_that_came_to_nothing_is_not_done(run):
    made = run(generate.cases(2))
    assert {s.stage for s in made.stages if not s.done} == {"personas", "insight"}
    assert item(made, "tasks").colour == "amber"


def test_every_check_of_both_lists_can_pass_and_can_fail(sound, run):
    """None is of one colour whatever the cases: 60 sound ones, and one of two categories without link or date under a name nobody knows."""
    one = generate.cases(1, (replace(generate.THREE[0], vendors=("aws",)),))[0]
    sister = replace(one.categories.items[0], value="文件存储")
    poor = run([replace(one, categories=replace(one.categories, items=(*one.categories.items, sister)))])
    poor = replace(poor, scope=replace(poor.scope, as_of="", query="示例无名产品"), cases=tuple(replace(c, url="") for c in poor.cases))
    figures = [replace(p, needs=tuple(replace(n, metric_kind=Kind.EVIDENCE) for n in p.needs)) for p in sound.personas]
    proved = tuple(replace(c, colour="green") for c in sound.validation.triangulation)
    whole = tuple(replace(c, solution=c.solution or "示例方案", company_size=c.company_size or "large") for c in sound.cases)
    sound = replace(sound, personas=tuple(figures), cases=whole, validation=replace(sound.validation, triangulation=proved))
    good, bad = ({c.id: c.colour == "green" for c in (*checklist(a), *pitfalls(a))} for a in (sound, poor))
    assert len(good) == len(ITEMS) + len(PITFALLS)
    assert [id_ for id_ in good if not good[id_] and not bad[id_]] == []
    assert [id_ for id_ in good if good[id_] and bad[id_]] == []
