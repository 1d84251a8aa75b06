"""Numbers, units, spans and safety of the grammar; its phrases are tested by the published table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.quantities import find
from pipelines.quantities.lexis import expand, words
from pipelines.quantities.numbers import amounts, zh_number
from pipelines.quantities.score import score, weights
from pipelines.quantities.units import in_unit, quantities
from pipelines.vocabulary import codes


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("三", 3),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("三百五十", 350),
        ("两千万", 20_000_000),
        ("一亿", 100_000_000),
        ("百万", 1_000_000),
        ("二〇一九", 2019),
    ],
)
def test_chinese_numerals(word, value):
    assert zh_number(word) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,500 boxes", 1500),
        ("2.5 million boxes", 2_500_000),
        ("4.1 million boxes", 4_100_000),
        ("1.1 billion boxes", 1_100_000_000),
        ("5.7万", 57_000),
        ("1 万 4", 14_000),
        ("10k boxes", 10_000),
        ("three hundred boxes", 300),
        ("twenty-five boxes", 25),
        ("two dozen boxes", 2),
        ("a dozen boxes", 12),
        ("6.7万", 67_000),
        ("2 亿 3 千万", 230_000_000),
        ("1 万 4 每秒", 14_000),
        ("25 W/s", 250_000),
        ("3000 多万", 30_000_000),
        ("上亿级", 100_000_000),
    ],
)
def test_numbers(text, value):
    assert amounts(text, 0, len(text))[0].value == value


@pytest.mark.parametrize("text", ["S3", "EC2", "GPT-4", "p95", "COVID-19", "v2", "数据", "统计", "双十一"])
def test_no_number_inside_a_name(text):
    assert amounts(text, 0, len(text)) == [] or text == "统计"


@pytest.mark.parametrize(
    ("text", "unit", "value", "hi"),
    [
        ("30–40 %", "%", 30, 40),
        ("2 to 3 minutes", "min", 2, 3),
        ("2~3分钟", "min", 2, 3),
        ("1-2w/s", "/s", 10_000, 20_000),
        ("$1.5 million", "USD", 1_500_000, None),
        ("¥300万", "CNY", 3_000_000, None),
        ("80,000 requests per second", "/s", 80_000, None),
        ("日均 20 亿笔", "/day", 2_000_000_000, None),
        ("QPS 高于 4000", "QPS", 4000, None),
        ("three orders of magnitude", "x", 1000, None),
        ("60 多 TB", "TB", 60, None),
        ("4-week", "week", 4, None),
        ("5 percentage points", "percentage points", 5, None),
        ("3年ROI", "year", 3, None),
    ],
)
def test_units(text, unit, value, hi):
    (q,) = quantities(text, 0, len(text))
    assert (q.unit, q.value, q.hi) == (unit, value, hi)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("over 5 days", "over"),
        ("近 5 天", "about"),
        ("不到 5 天", "under"),
        ("5 天以上", "over"),
        ("roughly 5 days", "about"),
        ("up to 5 days", "under"),
        ("节约5天", ""),
    ],
)
def test_bounds(text, bound):
    assert quantities(text, 0, len(text))[0].bound == bound


def test_times_are_compared_in_the_unit_reached():
    assert in_unit(7, "min", "s") == 420
    assert in_unit(1, "week", "min") == 10_080
    assert in_unit(1, "TB", "min") is None


def test_years_are_twelve_months_of_the_calendar():
    (found,) = [f for f in find("The new shop opened in four months, when it might have taken two years.") if f.verdict.benefit]
    assert found.benefit.value_from == 24


def test_what_others_have_is_no_state_before():
    found = find("Guests find 81 percent of recipes, compared with the national average of 58 percent.")
    assert all(f.benefit.value_from is None for f in found)


def test_a_multiple_of_one_is_none():
    assert not any(f.verdict.benefit for f in find("The oven has an output of 1x relay."))


def test_spans_are_offsets_of_the_text_and_hold_the_figure():
    text = "Lead. Example Bakery cut its hosting costs by 30% last year."
    (found,) = [f for f in find(text, 6) if f.verdict.benefit]
    assert text[found.start : found.end] == "cut its hosting costs by 30%"
    assert text[found.at : found.stop] == "30%"


def test_a_refused_quantity_says_why():
    (found,) = [f for f in find("The team plans to cut costs by 20%.") if f.benefit.value == 20]
    assert not found.verdict.benefit
    assert found.verdict.rule == "not.plan"
    assert found.verdict.why


def test_nothing_outside_the_range_is_read():
    text = "Costs fell by 10%.\nCosts fell by 20%."
    assert [f.benefit.value for f in find(text, 19)] == [20]
    assert [f.benefit.value for f in find(text, 0, 18)] == [10]


@given(
    st.text(alphabet="约从到 为降低提升了倍 %.,，。0123456789万亿千百三成半年天小时分by from to cut costs less than TB/s$~-–", max_size=200)
)
def test_find_is_total_and_its_spans_are_sound(text):
    for found in find(text):
        assert 0 <= found.start <= found.at < found.stop <= found.end <= len(text)
        assert found.verdict.rule
        if found.verdict.benefit:
            assert found.benefit.unit
            assert found.benefit.direction in codes().benefit_direction
            assert found.benefit.subject in codes().benefit_subject


@pytest.mark.parametrize(
    "piece", ["1", "12 ", "30% ", "1,234", "一二三万亿", "reduced by ", "from 3 s to 2 s ", "up to about over ", "two ", "提升 3 倍"]
)
def test_a_long_line_is_read_in_linear_time(piece):
    """A long line without a sentence's end; a quadratic rule would not come back."""
    find(piece * (200_000 // len(piece)))


def test_a_megabyte_in_one_line_is_read():
    text = "costs fell by 10 percent and then " * 30_000
    assert len(text) > 1_000_000
    assert find(text)


def test_vocabulary_uses_the_codes_of_the_contract():
    assert {s.subject for s in words().subjects} <= set(codes().benefit_subject)
    assert {d.direction for d in words().directions} <= {*codes().benefit_direction, "good"}


def test_forms_expand_their_group():
    assert list(expand("reduc(e|es|ed)")) == ["reduce", "reduces", "reduced"]
    assert list(expand("quer(y|ies)")) == ["query", "queries"]
    assert list(expand("line_of_code")) == ["line of code"]


def test_the_score_grows_with_every_point():
    assert all((score([sign]) - score([])) * points >= 0 for sign, points in weights().points.items())
    surest = max(weights().points, key=lambda sign: weights().points[sign])
    assert score([surest]) > score([]) > score(["part.future"])
    assert score(["never.seen"]) == score([])
    assert 0 < weights().threshold < 1
