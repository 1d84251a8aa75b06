"""Figures as readers see them, and which of them are worth showing."""

from dataclasses import replace

import pytest

from analysis import figures, generate, labels
from analysis.evidence import Book
from analysis.insight import portrait
from analysis.insight.world import Group
from analysis.load import frame, to_rows
from analysis.model import Text
from pipelines.case import Benefit, Evidence, Field, Many
from pipelines.vocabulary import VOCAB, load_yaml

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
    (Benefit(5, "min", "down", "time", reached=True), "用时 降至 5分钟", "Time cut to 5 min"),
    (Benefit(5, "ms", "down", "latency", bound="under", reached=True), "延迟 降至 不超过 5毫秒", "Latency cut to at most 5 ms"),
    (Benefit(30, "%", "down", "cost", reached=True), "成本 降至 30%", "Cost cut to 30%"),
    (Benefit(20, "%", "down", "other"), "下降 20%（指标见原文）", "down 20% (of what: see the quote)"),
    (Benefit(30, "languages", "reach", "other", bound="over"), "达到 超 30种语言", "over 30 languages reached"),
    (Benefit(4.285714, "week", "down", "time"), "用时 ↓ 4.29周", "Time ↓ 4.29 weeks"),
    (Benefit(1, "MB/s", "reach", "throughput"), "吞吐 1 MB/s", "Throughput 1 MB/s"),  # no plural is cut off a unit
    (Benefit(1, "TPS", "reach", "throughput"), "吞吐 1 TPS", "Throughput 1 TPS"),
    (Benefit(1, "countries", "reach", "other"), "达到 1个国家", "1 country reached"),
    (Benefit(500, "/week", "up", "throughput", value_from=50), "吞吐 50次/周 → 500次/周", "Throughput 50 per week → 500 per week"),
    (Benefit(1.05e7, "pesos", "down", "cost"), "成本 ↓ 1050万比索", "Cost ↓ 10.5 million pesos"),
    (Benefit(15, "percentage points", "up", "revenue"), "收入 ↑ 15个百分点", "Revenue ↑ 15 percentage points"),
    # What got faster is no longer duration.
    (Benefit(72, "%", "up", "time"), "提速 72%", "72% faster"),
    (Benefit(6, "x", "up", "time"), "提速 6倍", "6× faster"),
    (Benefit(66, "%", "up", "latency", bound="under"), "提速 最高 66%", "up to 66% faster"),
    # Less of what is bad is not less of what is good.
    (Benefit(90, "%", "down", "accuracy"), "差错 ↓ 90%", "Errors ↓ 90%"),
    (Benefit(70, "%", "down", "efficiency", bound="about"), "工作量 ↓ 约 70%", "Workload ↓ about 70%"),
    (Benefit(25, "%", "down", "users"), "人次（请求） ↓ 25%", "People or requests ↓ 25%"),
    (Benefit(80, "%", "down", "availability"), "停机/故障 ↓ 80%", "Downtime/failures ↓ 80%"),
    (Benefit(40, "%", "down", "satisfaction"), "投诉 ↓ 40%", "Complaints ↓ 40%"),
    (Benefit(80, "%", "down", "capacity"), "资源占用 ↓ 80%", "Resources used ↓ 80%"),
    (Benefit(12, "items", "down", "capacity", value_from=40), "资源占用 40个 → 12个", "Resources used 40 items → 12 items"),
    (Benefit(57, "%", "down", "risk"), "问题与风险 ↓ 57%", "Problems and risk ↓ 57%"),
    # Nothing falls by a multiple: a part is left.
    (Benefit(100, "x", "down", "latency"), "延迟 降至 1/100", "Latency cut to 1/100"),
    (Benefit(3, "x", "down", "cost", bound="about"), "成本 降至 约 1/3", "Cost cut to about 1/3"),
    (Benefit(5, "x", "down", "cost", bound="under"), "成本 降至 最低 1/5", "Cost cut to as little as 1/5"),
    (Benefit(10, "x", "down", "cost", bound="over"), "成本 降至 不到 1/10", "Cost cut to under 1/10"),
    (Benefit(2, "x", "down", "other", value_to=3), "降至 1/2–1/3（指标见原文）", "cut to 1/2–1/3 (of what: see the quote)"),
    (Benefit(0, "items", "reach", "availability"), "零故障", "Zero failures"),
    (Benefit(0, "items", "reach", "other"), "零（指标见原文）", "zero (of what: see the quote)"),
    (Benefit(0, "min", "reach", "time"), "用时 0分钟", "Time 0 min"),
]


@pytest.mark.parametrize(("benefit", "zh", "en"), LABELS)
def test_labels(benefit, zh, en):
    found = figures.benefit_label(benefit)
    assert (found.zh, found.en) == (zh, en)


BY_WORDS = [
    (Benefit(0, "items", "reach", "availability"), "zero unplanned downtime", "零停机", "Zero downtime"),
    (Benefit(0, "items", "reach", "availability"), "数据零丢失", "零数据丢失", "Zero data loss"),
    (Benefit(0, "items", "reach", "other"), "zero security incidents", "零事故", "Zero incidents"),
    (Benefit(0, "users", "reach", "users"), "zero customer complaints", "零投诉", "Zero complaints"),
    (Benefit(0, "items", "reach", "other"), "zero crashes", "零崩溃", "Zero crashes"),
    (Benefit(10, "%", "down", "risk"), "客户投诉减少 10%", "投诉 ↓ 10%", "Complaints ↓ 10%"),
    (Benefit(1, "%", "down", "availability", value_from=5), "error rate fell from 5% to 1%", "差错 5% → 1%", "Errors 5% → 1%"),
    (Benefit(30, "%", "down", "cost"), "30% lower cost of errors", "成本 ↓ 30%", "Cost ↓ 30%"),  # the words do not rename a cost
    (Benefit(3, "x", "up", "time"), "sped up three times", "提速 3倍", "3× faster"),
    (Benefit(2, "x", "up", "time"), "visits twice as long", "提升 2倍（速度或时长，见原文）", "up 2× (speed or time: see the quote)"),
    (Benefit(6, "x", "down", "cost"), "saving costs while scaling by six times", "成本 ↓ 6倍", "Cost ↓ 6×"),  # of what grew
]


@pytest.mark.parametrize(("benefit", "words", "zh", "en"), BY_WORDS)
def test_the_words_of_the_page_choose_the_label(benefit, words, zh, en):
    found = figures.benefit_label(benefit, words)
    assert (found.zh, found.en) == (zh, en)


def test_a_unit_that_the_reader_of_pages_knows_has_a_chinese_name():
    known = {u["unit"] for part in ("after", "before") for u in load_yaml(VOCAB / "quantities_units.yaml", dict)[part]}
    written = {u for u in known if u.isascii() and u.isalpha() and u.isupper()} | {
        "%",
        "order",
    }  # TB, QPS and the like stay; orders are multiples
    named = {u for u in known if labels.named("unit", u)}
    money = {"USD", "CNY", "EUR", "GBP", "JPY", "INR", "HKD", "SGD", "AUD", "CAD", "BRL"}
    assert money <= named
    assert known - named - written == {"Gbps", "Mbps", "kbps", "GB/s"}


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
    (Benefit(60, "%", "down", "cost", reached=True), 1.0, True),  # 40 % less
    (Benefit(95, "%", "down", "cost", reached=True), 1.0, False),  # hardly less
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
    (Benefit(72, "%", "up", "time"), 1.0, True),  # faster
    (Benefit(4, "week", "up", "time"), 1.0, False),  # longer
    (Benefit(12, "%", "reach", "accuracy"), 1.0, False),
    (Benefit(10, "x", "up", "availability"), 1.0, False),  # a share of time does not grow tenfold
    (Benefit(99, "%", "up", "efficiency", value_from=50), 1.0, False),  # a share of what?
    (Benefit(6, "people", "reach", "users"), 1.0, False),
]


@pytest.mark.parametrize(("benefit", "confidence", "quoted"), QUOTED)
def test_only_what_convinces_is_quoted(benefit, confidence, quoted):
    assert figures.convincing(figures.row(benefit, "", confidence)) is quoted


POSSIBLE = [
    (Benefit(200, "%", "down", "latency"), False),
    (Benefit(90, "%", "down", "cost", value_to=120), False),
    (Benefit(1, "%", "reach", "accuracy", bound="under"), False),
    (Benefit(0.08, "%", "reach", "availability", bound="under"), False),
    (Benefit(120, "%", "up", "accuracy", value_from=80), False),
    (Benefit(24, "month", "reach", "availability"), False),
    (Benefit(6, "people", "reach", "users"), False),
    (Benefit(10000, "/day", "reach", "accuracy"), False),
    (Benefit(32, "items", "up", "latency", value_from=20), False),
    (Benefit(0.5, "x", "down", "cost"), False),
    (Benefit(6, "x", "down", "cost"), True),
    (Benefit(27, "min", "down", "availability"), True),
    (Benefit(130, "%", "reach", "revenue", bound="over"), True),
    (Benefit(300, "%", "up", "accuracy"), True),
    (Benefit(5, "x", "up", "users"), True),
    (Benefit(0, "items", "reach", "availability"), True),
]


@pytest.mark.parametrize(("benefit", "can"), POSSIBLE)
def test_what_cannot_be_true_is_told_from_what_only_does_not_convince(benefit, can):
    assert figures.possible(figures.row(benefit, "", 1.0)) is can


BEFORE = [
    (
        Benefit(2, "day", "down", "time", value_from=60, value_to=3),
        "would take 2–3 months. Now it is 2 or 3 days",
        "用时 2–3个月 → 2–3天",
    ),
    (Benefit(4, "month", "down", "time", value_from=24), "took four months, what might have taken two years", "用时 2年 → 4个月"),
    (Benefit(5, "min", "down", "time", value_from=120), "setup time from 2 hours to 5 minutes", "用时 2小时 → 5分钟"),
    (Benefit(24, "h", "down", "time", value_from=120), "from up to 5 days to 24 hours", "用时 不超过 5天 → 24小时"),
    (Benefit(500, "ms", "down", "latency", value_from=1500), "from 1.5 seconds to 500 ms", "延迟 1.5秒 → 500毫秒"),
    (Benefit(90.8, "%", "up", "accuracy", value_from=61.8), "from 61.8% to 90.8% accuracy", "准确率 61.8% → 90.8%"),
    (Benefit(2, "min", "down", "time", value_from=1440), "from 24-48 hours to two minutes", "用时 24–48小时 → 2分钟"),
    (Benefit(5, "min", "down", "time", value_from=120), "it takes five minutes now", "用时 120分钟 → 5分钟"),  # told elsewhere
]


@pytest.mark.parametrize(("benefit", "words", "label"), BEFORE)
def test_the_state_before_is_told_as_the_page_tells_it(benefit, words, label):
    assert figures.row(benefit, "", 1.0, words).label.zh == label


@pytest.mark.parametrize(
    ("benefit", "words", "quoted"),
    [
        (Benefit(2, "x", "up", "time"), "Doubled the time of a visit", False),
        (Benefit(2, "x", "up", "time"), "twice as fast", True),
        (Benefit(6, "x", "down", "cost"), "saving costs while scaling by six times", False),
        (Benefit(6, "x", "down", "cost"), "six times cheaper", True),
    ],
)
def test_what_the_words_leave_open_is_not_quoted(benefit, words, quoted):
    row = figures.row(benefit, "", 1.0, words)
    assert figures.convincing(row) is quoted


@pytest.mark.parametrize(
    ("benefit", "meets"),
    [
        (Benefit(2, "month", "reach", "time"), False),  # two months are no reduction
        (Benefit(50, "%", "down", "time"), True),
        (Benefit(72, "%", "up", "time"), True),
        (Benefit(2, "min", "down", "time", value_from=2880), True),
        (Benefit(20, "ms", "reach", "latency"), False),
        (Benefit(99.99, "%", "reach", "availability"), True),
        (Benefit(2e6, "users", "reach", "users"), False),  # two million users are not more users
        (Benefit(40, "%", "up", "users"), True),
        (Benefit(4, "%", "down", "time"), False),
    ],
)
def test_a_goal_to_lower_a_thing_is_met_by_changes_only(benefit, meets):
    row = figures.row(benefit, "", 1.0)
    assert figures.meets_goal(row) is meets
    rows = tuple(replace(r, benefits=(row,)) for r in to_rows(generate.cases(1), Book(())))
    group = Group(index=0, id="p", name=Text("示例客户"), rows=rows, archetype="")
    assert any(row.label.zh in goal.text.zh for goal in portrait.goals(group)) is meets


def test_two_results_that_reach_the_same_keep_their_own_quotes():
    case = next(c for c in generate.cases(30) if c.benefits)
    told = [("from 60 minutes to 5 minutes", 60.0), ("from 30 minutes to 5 minutes", 30.0)]
    held = tuple(
        Field(Benefit(5, "min", "down", "time", value_from=before), (Evidence(words, 0, len(words), case.page_digest),), 0.9)
        for words, before in told
    )
    case = replace(case, benefits=Many(held))
    book = Book([case])
    rows = to_rows([case], book)[0].benefits
    assert [book.evidence(b.quote).quote for b in rows] == [words for words, _ in told]
    assert len(book.of(case.case_id, "benefits", "time:down:5min")) == 2


def test_a_range_is_told_in_one_unit():
    row = figures.row(Benefit(24, "h", "reach", "time", value_to=48), "", 1.0)
    assert row.label.zh == "用时 24–48小时"


def test_cases_are_labelled_by_the_words_of_their_pages():
    case = next(c for c in generate.cases(30) if c.benefits)
    held = Field(Benefit(0, "items", "reach", "availability"), (Evidence("zero downtime", 0, 13, case.page_digest),), 0.9)
    told = replace(case, benefits=Many((held,)))
    assert to_rows([told], Book([told]))[0].benefits[0].label.zh == "零停机"


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
