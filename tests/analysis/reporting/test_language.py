"""English reports are English: only quotes, names of customers and what the user typed stay as they are."""

from __future__ import annotations

import re

import pytest

from analysis.model import Text
from analysis.report import compose
from analysis.report.render import files
from analysis.report.words import HAN, LANGUAGES, Words, entries, phrases
from pipelines.catalog import catalogue


def without_names(text: str, analysis) -> str:
    for case in analysis.cases:
        for name in (case.title, case.customer, *case.products):
            text = text.replace(name, "NAME")
    return text.replace(f'"{analysis.scope.query}"', "QUERY")


@pytest.mark.parametrize("kind", sorted(compose.kinds()))
def test_no_chinese_is_left_in_an_english_report(sample, kind):
    words = Words("en")
    text = files(sample, kind, words)[f"{compose.kinds()[kind].file}.md"].decode()
    body = without_names(text, sample).split("Index of Evidence")[0]
    assert not [m.group() for m in re.finditer(r".{0,20}[\u3400-\u9fff，。：（）、].{0,20}", body)]
    assert words.untranslated == set()


def test_pages_tell_their_language(sample):
    assert '<html lang="en">' in files(sample, "positioning", Words("en"))["report.html"].decode()
    assert '<html lang="zh-CN">' in files(sample, "positioning", Words("zh"))["report.html"].decode()


def test_every_entry_has_both_languages_and_the_same_slots():
    for key, text in entries().items():
        slots = [sorted(re.findall(r"{(\w+)}", t)) for t in (text.zh, text.en)]
        assert slots[0] == slots[1], key
        assert not HAN.search(text.en), key


def test_every_category_has_english():
    for category in catalogue().categories.values():
        assert category.en
        for said in (category.group, category.positioning, *category.includes, *category.excludes):
            assert phrases()[said], said


def test_missing_english_is_remembered():
    words = Words("en")
    assert words.text(Text("只有中文")) == "只有中文"
    assert words.untranslated == {"只有中文"}
    assert Words("zh").text(Text("只有中文")) == "只有中文"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("factors.cost.choice（文档1 §3.1–3.2、§5.1（归纳））", "factors.cost.choice (document 1 §3.1–3.2 §5.1)"),
        ("decisions.x（文档1 §5.2 政务客户；文档4 §二）", "decisions.x (document 1 §5.2 document 4)"),
        ("文档1 §2.3 反证检验", "document 1 §2.3"),
        ("stat:overlap", "stat:overlap"),
    ],
)
def test_sources_of_the_rule_base_in_english(source, shown):
    assert Words("en").source(source) == shown
    assert Words("zh").source(source) == source


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("share", "shown"), [(0.5, "50%"), (0.083, "8.3%"), (0.0, "0%"), (1.0, "100%"), (0.05, "5%"), (0.999, "100%")])
def test_percentages_keep_a_decimal_only_where_it_tells(lang, share, shown):
    assert Words(lang).percent(share) == shown


def test_an_unknown_code_is_shown_as_it_is():
    assert Words("en").code("scenario", "not-a-scenario") == "not-a-scenario"
    assert Words("en").code("industry", "finance.banking") == "Finance – Banking"
    assert Words("zh").code("industry", None) == "未知"
