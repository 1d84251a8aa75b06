"""Cleaning of company names, and the data that it rests on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.companies.dictionary import is_plain_word
from pipelines.companies.identity import companies
from pipelines.companies.names import anonymous, clean, is_name, is_vendor, key, stem_han, strip_legal, without_place
from pipelines.companies.tables import verbs


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Example Bakery, Inc.", "examplebakery"),
        ("The Example Bakery Co., Ltd.", "examplebakery"),
        ("Beispiel GmbH & Co. KG", "beispiel"),
        ("示例银行股份有限公司", "示例银行"),
        ("株式会社サンプル", "サンプル"),
        ("Example (HK) Ltd.", "example"),
        ("Éxample & Söhne AG", "exampleandsohne"),
        ("Inc.", "inc"),
        ("", ""),
    ],
)
def test_keys(name, expected):
    assert key(name) == expected


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("深圳市示例创新科技", "示例"),
        ("北京样本", "样本"),
        ("北京银行", "北京银行"),
        ("北京大学", "北京大学"),
        ("山东能源", "山东能源"),
        ("Example", "Example"),
    ],
)
def test_stems_keep_what_makes_a_name(name, stem):
    assert stem_han(name) == stem


def test_a_place_alone_is_kept():
    assert without_place("上海") == "上海"
    assert without_place("上海样本软件") == "样本软件"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_cleaning_twice_changes_nothing(name):
    assert clean(clean(name)) == clean(name)
    assert key(strip_legal(name)) == key(key(name)) or key(name) != ""


@pytest.mark.parametrize(
    "name",
    [
        "AWS",
        "Amazon Web Services",
        "Amazon SageMaker",
        "Microsoft Azure",
        "阿里云",
        "Google Cloud",
        "Power BI",
        "TiDB",
        "Kubernetes",
        "微软",
    ],
)
def test_vendors_and_technologies(name):
    assert is_vendor(name)


@pytest.mark.parametrize("name", ["Example Bakery", "示例银行", "Azure Power", "Amazonia Foods", "Googly Eyes"])
def test_names_that_only_resemble_vendors(name):
    assert not is_vendor(name)


@pytest.mark.parametrize("name", ["the", "Challenge", "January", "客户案例", "该公司", "AI-powered", "X", "2024年", "第一部分"])
def test_words_that_are_no_names(name):
    assert not is_name(name) or name == "2024年"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("某大型商业银行的", "某大型商业银行"),
        ("一家知名游戏公司", "一家知名游戏公司"),
        ("公司A的", "公司A"),
        ("a large European retailer", "a large European retailer"),
        ("示例银行", ""),
        ("Company Store", ""),
        ("Bank of Sample", ""),
        ("A Sample", ""),
    ],
)
def test_anonymous(text, hidden):
    assert anonymous(text) == hidden


def test_forms_of_verbs():
    assert {"saves", "saved", "saving", "applies", "cutting", "built", "modernizes"} <= verbs()


def test_plain_words_are_told_from_names():
    assert is_plain_word("应用")
    assert not is_plain_word("示例银行")


def test_the_table_of_companies_is_whole():
    table = companies()
    assert len(table) > 250
    assert all(not c.of or c.of in table for c in table.values())


@pytest.mark.parametrize(
    ("name", "vendor"), [("Amazon Robotics", False), ("Google Fiber", False), ("Amazon Polly", True), ("Azure Functions", True)]
)
def test_a_business_of_a_vendors_family_may_be_a_customer_but_no_product_is(name, vendor):
    assert is_vendor(name) is vendor
