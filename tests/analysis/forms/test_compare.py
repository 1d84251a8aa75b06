"""A result stands beside a target only where both are of one scale: a change beside changes, a level beside levels of its order."""

from dataclasses import replace

import pytest

from analysis import generate
from analysis.figures import Told
from analysis.intake.compare import AKIN, SAME, change, likeness, meets, same_thing
from analysis.intake.match import match
from analysis.intake.present import to_markdown
from analysis.intake.profile import subjects_of
from analysis.intake.read import read_forms
from analysis.model import BenefitRow, Text
from pipelines.case import Benefit, Field, Many


def target(words, section="核心目标", label="性能"):
    (form,) = read_forms(f"[{section}]：\n- {label}：{words}")
    return form.answers[0]


def result(value, unit, direction="reach", subject="time", **more):
    return BenefitRow(value, unit, direction, subject, Text("", ""), "", **more)


CLAIMS = "99%理赔请求在15秒内完成"
LIKE = [
    (CLAIMS, result(8, "month"), None),
    (CLAIMS, result(42, "day", value_from=90.0, direction="down"), None),
    (CLAIMS, result(90, "s"), SAME),
    (CLAIMS, result(5, "min", value_from=60.0, direction="down"), SAME),
    (CLAIMS, result(66, "%", "down"), AKIN),
    (CLAIMS, result(5, "min", "down", told=Told.TO), SAME),  # 降至 5 分钟 is a level
    ("延迟<150ms", result(30, "%", "down", subject="latency", told=Told.TO), None),
    ("成本降低30%", result(25, "%", "down", subject="cost", told=Told.TO), AKIN),
    ("延迟<150ms", result(1, "s", subject="latency"), SAME),
    ("延迟<150ms", result(2, "h", subject="latency"), None),
    ("吞吐达到5000TPS", result(80000, "/s", subject="throughput"), SAME),
    ("吞吐达到5000TPS", result(17000, "/year", subject="throughput"), None),
    ("压测10万并发", result(17000, "items", subject="throughput"), None),
    ("压测10万并发", result(15, "%", "up", subject="throughput"), AKIN),
    ("成本降低30%", result(25, "%", "down", subject="cost"), SAME),
    ("成本降低30%", result(5_000_000, "USD", "down", subject="cost"), AKIN),
    ("成本降低30%", result(40, "%", "up", subject="cost"), None),
    ("误差率<0.1%", result(99, "%", subject="accuracy"), None),
    ("资源利用率提升至70%+", result(60, "%", subject="efficiency"), SAME),
    ("资源利用率提升至70%+", result(50, "%", "up", subject="efficiency"), None),
    ("SLA 99.95%", result(0.08, "%", subject="availability", bound="under"), None),
    ("SLA 99.95%", result(99.99, "%", subject="availability"), SAME),
    ("SLA 99.95%，恢复时间<1小时", result(3, "min", value_from=30.0, direction="down", subject="availability"), SAME),
    ("降低延迟", result(8, "month"), SAME),
]


@pytest.mark.parametrize(("words", "told", "level"), LIKE)
def test_scales(words, told, level):
    assert likeness(target(words), told) == level


REACHED = [
    ("延迟<150ms", result(1, "s", subject="latency"), False),
    ("延迟<150ms", result(0.1, "s", subject="latency"), True),
    ("吞吐达到5000TPS", result(80000, "/s", subject="throughput"), True),
    ("成本降低30%", result(25, "%", "down", subject="cost"), False),
    ("成本降低30%", result(36, "%", "down", subject="cost"), True),
    ("成本降低30%", result(5_000_000, "USD", "down", subject="cost"), None),
    ("SLA 99.95%", result(99, "%", subject="availability", bound="over"), False),
    ("SLA 99.95%", result(99.99, "%", subject="availability"), True),
    ("降低延迟", result(8, "month"), None),
]


@pytest.mark.parametrize(("words", "told", "whether"), REACHED)
def test_whether_a_result_reaches_the_target(words, told, whether):
    assert meets(target(words), told) is whether


CHANGES = [
    ("优化跨国流量费用，降低30%", ["down"]),
    ("降低云支出20%/资源利用率提升至70%+", ["down", ""]),
    ("闲置资源减少40%/预留实例覆盖率80%+", ["down", ""]),
    ("延迟降到150ms", [""]),
    ("SLA 99.95%", [""]),
    ("Reduce cost by 20%, raise utilization to 70%", ["down", ""]),
    ("吞吐提升3倍", ["up"]),
    ("Executes 5000 queries per second", [""]),
]


@pytest.mark.parametrize(("words", "directions"), CHANGES)
def test_a_change_is_told_from_a_level(words, directions):
    answer = target(words)
    assert [change(answer, v) for v in answer.values] == directions


@pytest.mark.parametrize(
    ("words", "quote", "same"),
    [
        ("客服工单下降50%", "40% fewer support tickets", True),
        ("客服工单下降50%", "security risk fell by 20%", False),
        ("客服工单下降50%", "", False),
        ("漏洞修复SLA<24小时", "vulnerabilities were fixed in 6 hours", True),
    ],
)
def test_a_subject_of_many_things_compares_only_the_same_thing(words, quote, same):
    assert same_thing(target(words), result(20, "%", "down", "risk"), quote) is same


def test_what_a_target_is_about():
    assert subjects_of(target("漏洞修复SLA<24小时", label="安全")) == ("risk",)
    assert subjects_of(target("混沌工程测试覆盖率70%+", label="技术验收")) == ()
    assert subjects_of(target("99.95%可用性", "特殊要求", "SLA")) == ("availability",)


def told_of(words, *benefits):
    """What a library of cases with one benefit each shows beside a target."""
    made = generate.cases(len(benefits))
    cases = [replace(c, benefits=Many((Field(b, confidence=0.9),))) for c, b in zip(made, benefits, strict=True)]
    held = match(read_forms(f"[核心目标]：\n- 性能：{words}\n")[0], cases, "2026-06-01")
    return [r.result for t in held.targets for r in t.reached], held.gaps


def test_a_match_leaves_out_figures_of_another_scale_and_says_so():
    months, seconds = Benefit(8, "month", "reach", "time"), Benefit(90, "s", "reach", "time")
    assert told_of(CLAIMS, months, seconds)[0] == ["用时 90秒"]
    reached, gaps = told_of(CLAIMS, months)
    assert reached == []
    assert any(CLAIMS in gap for gap in gaps)


def test_changes_are_shown_only_where_no_level_is():
    fell, level = Benefit(66, "%", "down", "time"), Benefit(90, "s", "reach", "time")
    assert told_of(CLAIMS, fell)[0] == ["用时 ↓ 66%"]
    assert told_of(CLAIMS, fell, level)[0] == ["用时 90秒"]


def test_what_reaches_the_target_stands_before_what_falls_short_and_that_is_told():
    slow, fast = Benefit(90, "s", "reach", "time"), Benefit(8, "s", "reach", "time")
    made = generate.cases(2)
    cases = [replace(c, benefits=Many((Field(b, confidence=0.9),))) for c, b in zip(made, (slow, fast), strict=True)]
    held = match(read_forms(f"[核心目标]：\n- 性能：{CLAIMS}\n")[0], cases, "2026-06-01")
    assert [(r.result, r.meets) for t in held.targets for r in t.reached] == [("用时 8秒", True), ("用时 90秒", False)]
    assert to_markdown(held).count("没有达到这个目标") == 1
