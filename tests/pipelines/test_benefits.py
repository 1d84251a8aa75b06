"""The step: where a figure stands, what is one fact, and that every value has its evidence."""

import pytest

from pipelines.case import Block, Page, Part, RawCase, Role
from pipelines.steps import benefits


def raw_case(*lines, ordered=True):
    """A raw case of (text, role, part) lines."""
    blocks, offset = [], 0
    for text, role, part in lines:
        blocks.append(Block(offset, offset + len(text), role, part))
        offset += len(text) + 1
    page = Page("sha256:0", "aws", "", "\n".join(text for text, _, _ in lines), "en")
    return RawCase(page, blocks=tuple(blocks), ordered=ordered)


def run(*lines, **more):
    raw = raw_case(*lines, **more)
    found = benefits.run(raw, {})["benefits"]
    for item in found.items:
        assert all(e.check(raw.page.text) for e in item.evidence)
    return found


def line(text, role=Role.TEXT, part=Part.OUTCOME):
    return text, role, part


def test_a_benefit_has_value_evidence_method_and_score():
    (item,) = run(line("Example Bakery cut its hosting costs by 30%.")).items
    assert (item.value.value, item.value.unit, item.value.direction, item.value.subject) == (30, "%", "down", "cost")
    assert item.evidence[0].quote == "cut its hosting costs by 30%"
    assert item.evidence[0].where == "outcome/text"
    assert item.method == "change.by"
    assert 0.5 < item.confidence < 1


def test_nothing_quantified_is_said():
    found = run(line("Example Bakery is happy with its new shop."))
    assert not found
    assert found.reason == "no_quantified_result"


def test_plans_are_no_benefits():
    assert not run(line("The bank cuts costs by 30%.", part=Part.FUTURE))


@pytest.mark.parametrize("role", [Role.NOISE, Role.CODE, Role.LABEL, Role.PRODUCT, Role.ATTRIBUTION])
def test_roles_that_are_never_quoted(role):
    assert not run(line("Costs fell by 30%.", role=role))


def test_a_figure_tile_counts_without_a_verb():
    (item,) = run(line("200 servers", role=Role.KPI, part=Part.RESULTS)).items
    assert (item.value.value, item.value.unit, item.value.direction) == (200, "items", "reach")
    assert not run(line("There are 200 servers."))


def test_one_fact_told_twice_is_one_benefit_with_both_places():
    (item,) = run(
        line("30% lower costs", role=Role.KPI, part=Part.RESULTS), line("Example Bakery reduced its hosting costs by 30 percent.")
    ).items
    assert len(item.evidence) == 2


def test_the_same_figure_about_two_things_is_two_benefits():
    found = run(line("It reduced costs by 50%."), line("Sales increased by 50%."))
    assert [b.subject for b in found.values()] == ["cost", "revenue"]


def test_from_to_and_percent_are_two_benefits():
    found = run(line("Build times fell from 60 to 6 minutes, a reduction of 90%."))
    assert {(b.value, b.unit) for b in found.values()} == {(6, "min"), (90, "%")}


def test_two_changes_to_the_same_level_are_two_benefits():
    found = run(line("Enrolment time fell from 60 minutes to 5 minutes."), line("Checks now take 5 minutes instead of 30."))
    assert [b.value_from for b in found.values()] == [60, 30]


def test_the_telling_with_the_state_before_is_kept():
    found = run(line("Builds take only 5 minutes.", part=Part.RESULTS), line("Build times fell from 60 minutes to 5 minutes."))
    (value,) = found.values()
    assert value.value_from == 60


def test_the_part_weighs_only_where_the_page_is_in_order():
    about = line("The shop handles 4,000 orders per hour.", part=Part.ABOUT)
    (ordered,), (shuffled,) = (benefits.candidates(raw_case(about, ordered=way)) for way in (True, False))
    assert ordered.score < shuffled.score


def test_an_average_of_the_troubles_is_marked_as_such():
    told = "每名店员日均抄写订单 200 余次。"
    (trouble,), (result,) = (benefits.candidates(raw_case(line(told, part=part))) for part in (Part.CHALLENGE, Part.OUTCOME))
    marks = {"rate@before", "peak@before"}
    assert marks <= set(trouble.signs)
    assert not marks & set(result.signs)


def test_a_trouble_that_is_denied_is_none():
    denied, told = (
        benefits.candidates(raw_case(line(f"烤箱的处理能力提升了 8 倍，{rest}。")))[0] for rest in ("而且没有特别的抖动", "但是有抖动")
    )
    assert "sign.trouble" in told.signs
    assert "sign.trouble" not in denied.signs
    assert denied.score > told.score


def test_chinese_and_english_on_one_page_stand_in_page_order():
    found = run(line("查询时间从 7 秒降到 0.5 秒。"), line("Costs fell by 20%."))
    assert [(b.value, b.unit) for b in found.values()] == [(0.5, "s"), (20, "%")]


def test_a_figure_told_again_and_tiles_on_the_page_are_signs():
    once, again, twice = benefits.candidates(
        raw_case(line("Costs fell by 30%."), line("Sales rose by 12%."), line("Sales rose by 12 percent.", role=Role.KPI))
    )
    assert [c.signs[-1] for c in (once, again, twice)] == ["told.once", "told.again", "told.again"]
    assert all("doc.tiles" in c.signs for c in (once, again, twice))
    assert all("doc.tiles" not in c.signs for c in benefits.candidates(raw_case(line("Costs fell by 30%."))))


def test_the_same_figure_up_and_down_are_two_benefits():
    found = run(line("Staff turnover was cut by 50%."), line("The shop saw a 50 percent increase in clients."))
    assert [b.direction for b in found.values()] == ["down", "up"]


def test_an_improvement_and_the_fall_it_means_are_one_benefit():
    found = run(line("18% improvement", role=Role.KPI, part=Part.RESULTS), line("Query time fell by 18 percent."))
    assert [(b.value, b.subject) for b in found.values()] == [(18, "latency")]
