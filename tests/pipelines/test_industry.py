"""The industry of a customer's own business: labels, definitions, names; not that of whom it serves or of the vendor."""

import pytest

from pipelines.case import Block, Field, Labelled, Page, Part, RawCase, Role
from pipelines.steps import industry
from pipelines.steps.industry import label_codes
from pipelines.vocabulary import codes

FILLER = (
    " The team moved its servers at night and was glad when the reports came early. Nobody had to wait any longer for a new machine." * 8
)


def found(text, name="Exampla", labels=(), title="", aliases=(), filler=FILLER, part=Part.OTHER):
    words = f"{title}\n{text}{filler}" if title else f"{text}{filler}"
    blocks = [Block(0, len(title), Role.TITLE, Part.TITLE)] if title else []
    blocks.append(Block(len(title) + bool(title), len(words), Role.TEXT, part))
    marks = tuple(Labelled(label, value, words.find(value), words.find(value) + len(value)) for label, value in labels)
    case = RawCase(Page("sha256:0", "aws", "", words, "en"), blocks=tuple(blocks), labels=marks)
    field = industry.run(case, {"customer_name": Field(name), "customer_aliases": aliases})["industry"]
    for evidence in field.evidence:
        assert evidence.check(words)
    assert bool(field.evidence) is bool(field)
    return field


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Exampla is a leading online travel agency.", "travel"),
        ("Exampla is a commercial bank.", "finance.banking"),
        ("Exampla, a fintech startup, was founded in 2015.", "finance.payments"),
        ("Exampla is a life insurance company.", "finance.insurance"),
        ("Exampla is an asset manager.", "finance.securities"),
        ("Exampla is a mobile game developer.", "internet.gaming"),
        ("Exampla is a dating app.", "internet.social"),
        ("Exampla is a music streaming service.", "internet.content"),
        ("Exampla is a ride-hailing platform.", "internet.local-services"),
        ("Exampla is a price comparison portal with a marketplace for shoes.", "internet.ecommerce"),
        ("Exampla is an automaker.", "manufacturing.automotive"),
        ("Exampla is a semiconductor company.", "manufacturing.electronics"),
        ("Exampla is an energy technology company.", "manufacturing.energy"),
        ("Exampla is a dairy company.", "manufacturing.consumer-goods"),
        ("Exampla is a biotechnology company.", "healthcare.pharma"),
        ("Exampla is a telehealth company.", "healthcare.digital-health"),
        ("Exampla is a hospital network.", "healthcare.providers"),
        ("Exampla is a public university.", "education.universities"),
        ("Exampla is an e-learning platform.", "education.edtech"),
        ("Exampla is a supermarket chain.", "retail.chains"),
        ("Exampla is a fast-food chain.", "retail.restaurants"),
        ("Exampla is a television network.", "media.broadcasting"),
        ("Exampla is a newspaper.", "media.publishing"),
        ("Exampla is a football club.", "media.sports"),
        ("Exampla is an ad tech company.", "media.advertising"),
        ("Exampla is a mobile operator.", "telecom"),
        ("Exampla is a freight forwarder.", "transport.logistics"),
        ("Exampla is a low-cost airline.", "transport.airlines"),
        ("Exampla is a railway company.", "transport.rail-road"),
        ("Exampla is a property developer.", "real-estate"),
        ("Exampla is an agtech company.", "agriculture"),
        ("Exampla is a cybersecurity company.", "software.security"),
        ("Exampla is a law firm.", "services.legal"),
        ("Exampla is a staffing agency.", "services.hr"),
        ("Exampla is a nonprofit organization.", "nonprofit"),
        ("Exampla is a water utility.", "government.utilities"),
        ("示例是国内领先的商业银行。", "finance.banking"),
        ("示例是一家专注于短视频平台的公司。", "internet.content"),
        ("示例成立于2012年，是国内最大的快递公司之一。", "transport.logistics"),
        ("示例是国内领先的第三方电子合同平台，主要为金融、保险、医院等行业提供服务。", "software.saas"),
        ("示例是知名的火锅连锁品牌。", "retail.restaurants"),
        ("示例是一家新能源汽车企业。", "manufacturing.automotive"),
    ],
)
def test_definitions(sentence, code):
    name = "示例" if "示例" in sentence else "Exampla"
    field = found(sentence, name)
    assert field.value == code, field


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Exampla is a software company that serves banks, insurers and hospitals.", "software"),
        ("Exampla is a SaaS provider for hotels and restaurants.", "software.saas"),
        ("Exampla is a cybersecurity company for airlines, banks and universities.", "software.security"),
    ],
)
def test_whom_a_company_serves_is_not_its_industry(sentence, code):
    assert found(sentence).value.startswith(code)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("示例银行", "finance.banking"),
        ("示例证券", "finance.securities"),
        ("示例大学", "education.universities"),
        ("示例医院", "healthcare.providers"),
        ("示例航空", "transport.airlines"),
        ("Example Bank", "finance.banking"),
        ("Example University", "education.universities"),
        ("Example Hospitals", "healthcare.providers"),
        ("Example Airlines", "transport.airlines"),
        ("Example Games", "internet.gaming"),
        ("Example Pharmaceuticals", "healthcare.pharma"),
        ("City of Example", "government.administration"),
        ("Example Water", "government.utilities"),
    ],
)
def test_names(name, code):
    field = found(f"{name} moved its servers.", name)
    assert (field.value, field.method) == (code, "industry.name")


def test_a_coarse_label_lifts_its_group_and_the_definition_names_the_leaf():
    field = found("Financial Services. Exampla is an insurer.", labels=[("industry", "Financial Services")])
    assert field.value == "finance.insurance"


def test_a_label_alone_gives_the_group():
    field = found("Industry: Healthcare. Exampla moved.", labels=[("industry", "Healthcare")])
    assert (field.value, field.method) == ("healthcare", "industry.label")


def test_a_famous_name_alone_tells_no_industry():
    field = found("Toyota moved its servers.", "Toyota", filler="")
    assert (field.value, field.reason) == (None, "no_evidence")


def test_the_vendors_own_words_are_no_industry():
    field = found("Exampla uses AI, machine learning and software as a service on a cloud platform with a database.")
    assert field.value is None
    assert field.reason == "no_evidence"


def test_surer_where_more_agrees():
    weak = found("Exampla, near a hotel and a farm, is a bank.")
    sure = found("Exampla is a bank. Exampla Bank is a commercial bank.", labels=[("industry", "bank")])
    assert weak.confidence <= sure.confidence <= 1


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Financial Services", ("finance",)),
        ("Software & Internet", ("software", "internet")),
        ("AI, Healthcare", ("software.ai", "healthcare")),
        ("电子合同", ("software.saas",)),
        ("Commercial Other Industries", ()),
        ("Underwater Basket Weaving", ()),
    ],
)
def test_labels(label, expected):
    assert label_codes(label) == expected


def test_every_code_of_the_vocabulary_exists_and_every_leaf_has_words():
    vocabulary = industry._vocabulary()
    leaves = {f"{top}.{leaf}" for top, code in codes().industry.items() for leaf in code.leaves or {}}
    assert leaves <= vocabulary.keys()
    assert all(words.is_ for words in vocabulary.values())


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Exampla used a copilot so that nurses spend more time with patients.", "healthcare"),
        ("Exampla used a copilot so that lawyers draft faster.", "services.legal"),
        ("Exampla built an assistant that answers questions of policyholders.", "finance.insurance"),
        ("Exampla built an assistant for the farmers of the region.", "agriculture"),
        ("Exampla used a copilot, estimating that the bank saves many hours.", "finance.banking"),
        ("Exampla created a service that helps companies answer mail.", "software"),
        ("示例上线了智能客服，玩家满意度明显提高。", "internet.gaming"),
    ],
)
def test_a_summary_tells_by_whom_it_serves_or_what_it_calls_its_customer(sentence, code):
    name = "示例" if "示例" in sentence else "Exampla"
    field = found(sentence, name, filler="")
    assert field.value is not None
    assert field.value.split(".")[0] == code.split(".")[0]


@pytest.mark.parametrize(
    "sentence",
    [
        "Exampla is using a supply chain model for marketing, payroll and training.",
        "Exampla built it with Example AI Studio and Example Teams.",
        "Exampla trains machine learning models in the data warehouse.",
        "The Exampla team moved ports and packages with his service bus.",
        "示例的核心系统健康状况良好，高速发展。",
    ],
)
def test_what_every_company_has_and_names_of_products_are_no_industry(sentence):
    name = "示例" if "示例" in sentence else "Exampla"
    assert found(sentence, name, filler="").value is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ExamBank", "finance.banking"),
        ("Exampla Pojišťovna", "finance.insurance"),
        ("Agroexampla", "agriculture"),
        ("Example Building Society", "finance"),
        ("Department of Example Vehicles", "government.administration"),
        ("Goodwell of Example County", None),
    ],
)
def test_parts_of_words_and_the_head_of_a_name(name, code):
    assert found(f"{name} moved its servers.", name).value == code


def test_a_row_that_names_its_customer_twice_is_read_from_the_second_cell():
    assert found("示例 | 示例是一家商业银行，网点很多。", "示例", filler="").value == "finance.banking"


def test_what_every_company_says_of_ai_is_no_trade():
    field = found("Generative AI and AI solutions helped Exampla. With generative AI, Exampla works faster.")
    assert not field


def test_another_company_in_the_story_lends_no_trade():
    assert found("中国电信为示例铺设了网络。", "示例", filler="").value != "telecom"


def test_a_line_of_labels_in_code_or_in_another_story_is_not_read():
    line = "Industry: Banking — Size: 10 — Country: Nowhere"
    words = f"Exampla\n{line}\nExampla does what it does."
    head, told, rest = Block(0, 7, Role.TITLE, Part.TITLE), Block(8, 8 + len(line), Role.TEXT), Block(9 + len(line), len(words), Role.TEXT)
    page = Page("sha256:0", "aws", "", words, "en")

    def codes_of(*blocks):
        return industry.run(RawCase(page, blocks=blocks), {"customer_name": Field("Exampla"), "customer_aliases": ()})["industry"].value

    assert codes_of(head, told, rest) == "finance.banking"
    assert codes_of(head, Block(told.start, told.end, Role.CODE), rest) is None
    assert codes_of(head, rest) is None


def test_the_name_is_shown_where_its_own_story_writes_it():
    words = "Like Exampla Bank, Other grew.\nExampla Bank is well."
    page = Page("sha256:0", "aws", "", words, "en")
    case = RawCase(page, 1, (Block(31, len(words), Role.TEXT),), several=True)
    field = industry.run(case, {"customer_name": Field("Exampla Bank"), "customer_aliases": ()})["industry"]
    assert field.value == "finance.banking"
    assert all(e.start >= 31 for e in field.evidence)


@pytest.mark.parametrize(
    ("sentence", "name", "code"),
    [
        ("Exampla Co.,Ltd. is an independent systems integrator.", "Exampla", "software.it-services"),
        ("Exampla Holdings Limited is a mortgage lender.", "Exampla", "finance"),
        ("示例信息技术有限公司是一家快递公司。", "示例", "transport.logistics"),
    ],
)
def test_a_legal_form_behind_the_name_does_not_hide_the_definition(sentence, name, code):
    assert found(sentence, name).value == code


@pytest.mark.parametrize(("lang", "value"), [("zh", "education"), ("en", None)])
def test_a_little_evidence_is_enough_on_a_chinese_page_only(lang, value):
    words = "示例的服务。" + "今天写下一些话。" * 150 + "绘本，外教，约课，课件，备课，学员，题目。"
    case = RawCase(Page("sha256:0", "aliyun", "", words, lang), blocks=(Block(0, len(words), Role.TEXT, Part.OTHER),))
    assert industry.run(case, {})["industry"].value == value


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Exampla brought the new tills to its stores.", "retail"),
        ("Exampla brought the new beds to its hospitals.", "healthcare.providers"),
        ("Exampla counts the carts in its factories.", "manufacturing"),
        ("Exampla gives the old seats to its trains.", "transport.rail-road"),
        ("Exampla finds homes with foster families.", "nonprofit"),
    ],
)
def test_what_a_customer_owns_tells_what_it_is(sentence, code):
    assert found(sentence, filler="").value == code


def test_the_title_of_a_summary_speaks_of_the_customer():
    assert found("It went well.", title="Exampla plans its game-day operations", filler="").value == "media.sports"
    assert found("It went well.", title="Plans for game-day operations", filler="").value is None


@pytest.mark.parametrize(
    ("name", "code"),
    [("Examplafone", "telecom"), ("Examplair", "transport.airlines"), ("Exampldiscount", "retail"), ("Beispielbau", "real-estate")],
)
def test_the_end_of_a_name_tells_the_trade(name, code):
    assert found(f"{name} wrote a letter.", name, filler="").value == code


def test_the_journeys_of_employees_are_no_trade():
    assert found("Exampla answers questions about its travel policy.", filler="").value is None
