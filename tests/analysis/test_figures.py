"""Figures as readers see them, and which of them are worth showing."""

import pytest

from analysis import figures, generate, labels
from analysis.evidence import Book
from analysis.load import frame, to_rows
from pipelines.case import Benefit

LABELS = [
    (Benefit(30, "%", "down", "cost"), "成本 ↓ 30%", "Cost ↓ 30%"),
    (Benefit(67000, "TPS", "reach", "throughput"), "吞吐 6.7万 TPS", "Throughput 67,000 TPS"),
    (Benefit(3, "x", "up", "efficiency"), "效率 ↑ 3倍", "Efficiency ↑ 3×"),
    (Benefit(0.5, "s", "down", "latency", value_from=7), "延迟 7秒 → 0.5秒", "Latency 7 s → 0.5 s"),
    (Benefit(25, "%", "up", "efficiency", value_to=30), "效率 ↑ 25–30%", "Efficiency ↑ 25–30%"),
    (Benefit(90, "%", "down", "cost", bound="over"), "成本 ↓ 超 90%", "Cost ↓ over 90%"),
    (Benefit(99.95, "%", "reach", "availability"), "可用性 99.95%", "Availability 99.95%"),
    (Benefit(2e9, "users", "reach", "users"), "用户 20亿人", "Users 2 billion users"),
    (Benefit(30, "min", "down", "time", value_from=10080), "用时 7天 → 30分钟", "Time 7 days → 30 min"),
    (Benefit(90, "%", "down", "time", bound="under"), "用时 ↓ 最高 90%", "Time ↓ up to 90%"),
    (Benefit(1, "week", "reach", "time", bound="under"), "用时 不超过 1周", "Time at most 1 week"),
    (Benefit(45, "%", "reach", "users", bound="under"), "用户 最高 45%", "Users up to 45%"),
    (Benefit(5, "s", "down", "time", value_from=72000, bound="under"), "用时 20小时 → 不超过 5秒", "Time 20 h → at most 5 s"),
    (Benefit(20, "%", "down", "other"), "下降 20%（指标见原文）", "down 20% (of what: see the quote)"),
    (Benefit(30, "languages", "reach", "other", bound="over"), "达到 超 30种语言", "over 30 languages reached"),
    (Benefit(4.285714, "week", "down", "time"), "用时 ↓ 4.29周", "Time ↓ 4.29 weeks"),
]


@pytest.mark.parametrize(("benefit", "zh", "en"), LABELS)
def test_labels(benefit, zh, en):
    found = figures.benefit_label(benefit)
    assert (found.zh, found.en) == (zh, en)


@pytest.mark.parametrize(
    ("subject", "direction", "good"),
    [
        ("cost", "down", True),
        ("cost", "up", False),
        ("latency", "down", True),
        ("revenue", "up", True),
        ("revenue", "down", False),
        ("cost", "reach", True),
    ],
)
def test_only_what_customers_want_is_shown_off(subject, direction, good):
    assert figures.favourable(figures.row(Benefit(5, "%", direction, subject), "", 1.0)) is good


QUOTED = [
    (Benefit(30, "%", "down", "cost"), 1.0, True),
    (Benefit(30, "%", "down", "cost"), 0.4, False),  # read with little confidence
    (Benefit(4, "%", "up", "efficiency"), 1.0, False),  # too little to speak of
    (Benefit(80, "%", "reach", "availability"), 1.0, False),  # no availability at all
    (Benefit(99.95, "%", "reach", "availability"), 1.0, True),
    (Benefit(6, "month", "reach", "availability"), 1.0, False),  # the unit is not the subject's
    (Benefit(60, "%", "reach", "accuracy"), 1.0, False),
    (Benefit(90.8, "%", "up", "accuracy", value_from=79.7), 1.0, True),
    (Benefit(120, "%", "down", "cost"), 1.0, False),  # impossible
    (Benefit(120, "%", "up", "revenue"), 1.0, True),
    (Benefit(50, "%", "down", "other"), 1.0, False),  # of what?
    (Benefit(30, "%", "up", "cost"), 1.0, False),
    (Benefit(70, "%", "up", "capacity", value_from=25), 1.0, False),  # a share of what?
    (Benefit(100, "PB", "up", "capacity", value_from=1), 1.0, True),
]


@pytest.mark.parametrize(("benefit", "confidence", "quoted"), QUOTED)
def test_only_what_convinces_is_quoted(benefit, confidence, quoted):
    assert figures.convincing(figures.row(benefit, "", confidence)) is quoted


@pytest.mark.parametrize(
    ("vendor", "products", "said"),
    [
        ("azure", ("Azure Blob Storage",), "Azure Blob Storage"),
        ("gcp", ("Cloud Storage",), "Google Cloud Storage"),
        ("aws", ("Amazon Bedrock", "Amazon Titan"), "AWS Amazon Bedrock, Amazon Titan"),
        ("aws", (), "AWS"),
    ],
)
def test_a_vendor_is_named_once(vendor, products, said):
    assert labels.offer(vendor, products).en == said


def test_a_change_is_more_telling_than_a_level_and_the_state_before_more_still():
    change, level, both = (
        figures.strength(figures.row(b, "", 1.0))
        for b in (Benefit(50, "%", "down", "cost"), Benefit(50, "%", "reach", "cost"), Benefit(50, "%", "down", "cost", value_from=90))
    )
    assert level < change < both


def test_the_frame_has_a_line_a_case_and_keeps_the_unknown():
    cases = generate.cases(6)
    table = frame(to_rows(cases, Book(cases)))
    assert len(table) == 6
    assert table["industry"].tolist()[0] == "finance"
    assert table["maturity"].isna().all()
