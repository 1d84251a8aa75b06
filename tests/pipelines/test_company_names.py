"""Cleaning of company names, and the data that it rests on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.companies.dictionary import is_plain_word
from pipelines.companies.identity import companies
from pipelines.companies.names import anonymous, clean, is_anonymous, is_name, is_vendor, key, stem_han, strip_legal, without_place
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


@pytest.mark.parametrize(
    "name", ["the", "Challenge", "January", "客户案例", "该公司", "AI-powered", "X", "2024年", "第一部分", "the customer"]
)
def test_words_that_are_no_names(name):
    assert not is_name(name) or name == "2024年"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("某大型商业银行的", "某大型商业银行"),
        ("一家知名游戏公司", "一家知名游戏公司"),
        ("公司A的", "公司A"),
        ("a large European retailer", "a large European retailer"),
        ("a leading pet food retailer in Germany", "a leading pet food retailer"),
        ("How a leading bank saves", "a leading bank"),
        ("助力某银行上云", "某银行"),
        ("国内某知名保险公司的核心系统", "国内某知名保险公司"),
        ("某次大促中，示例公司", ""),
        ("The National Bank of Exampla moved", ""),
        ("示例银行", ""),
        ("Company Store", ""),
        ("Bank of Sample", ""),
        ("A Sample", ""),
    ],
)
def test_anonymous(text, hidden):
    assert anonymous(text) == hidden


UNNAMED_ZH = """某银行 某大型银行 某股份制银行 某头部券商 某电商 某省政务云 某世界500强企业 国内某知名保险公司 一家国有大行 头部券商
国内领先的电商平台 国内头部短视频 知名连锁餐饮品牌 世界五百强制造企业 知名在线教育企业
XX市政务 世界500强企业 客户A 客户A核心系统 A公司 某某银行 XX银行 匿名客户 保密"""
UNNAMED_EN = """a leading European bank; A Leading European Bank; a Fortune 500 retailer; Fortune 500 Retailer; Leading European bank;
one of the world's largest banks; A large pet food retailer; a London-based bank; A top-5 US bank; the European retailer; Customer A;
Major US Healthcare Network; Mid-Sized Law Firm; A Fortune Global 500; an Asian; National Grocery Chain; a global top-three automaker;
client 2; Confidential; undisclosed client"""
REAL_ZH = (
    "某某 某某咖啡 一家人 示例银行 大众示例 大地示例保险 国家示例公司 示例公司A 平台云 全球示例平台 教育部 中国大示例集团 国内示例公司"
)
REAL_EN = """A Leading Edge; A Leading Light Theatre; A Large Example; National Bank; The National Bank; European University;
One American Bank; Company 3; Global Bank; US Bank; Major League Example; Top Example; Company Store; Bank of Sample;
Premier Example; Example Giant; Global Payments; Super Example Group; Sports Example Network"""


@pytest.mark.parametrize("name", [*UNNAMED_ZH.split(), *map(str.strip, UNNAMED_EN.split(";"))])
def test_candidates_that_only_stand_for_a_customer(name):
    assert is_anonymous(name)


@pytest.mark.parametrize("name", [*REAL_ZH.split(), *map(str.strip, REAL_EN.split(";"))])
def test_real_names_that_look_like_them(name):
    assert not is_anonymous(name)


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
