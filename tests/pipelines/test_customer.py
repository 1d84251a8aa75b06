"""Who the customer of a page is: headlines, headings, labels, first sentences, speakers; and pages that have none."""

import pytest

from pipelines.case import Block, Labelled, Page, Part, RawCase, Role
from pipelines.companies.glued import without_verb
from pipelines.steps import customer


def raw(*blocks, title="", labels=(), several=False, ordered=True, vendor="aws"):
    """A raw case of (role, text) or (role, part, text) blocks; a title stands first where none is among them."""
    listed = [b if len(b) == 3 else (b[0], Part.OTHER, b[1]) for b in blocks]
    if title and all(role is not Role.TITLE for role, _, _ in listed):
        listed.insert(0, (Role.TITLE, Part.TITLE, title))
    made, text = [], ""
    for role, part, words in listed:
        made.append(Block(len(text), len(text) + len(words), role, part))
        text += words + "\n"
    text = text.rstrip("\n")
    page = Page("sha256:0", vendor, "https://example.com/case", text, "en", title=title)
    found = tuple(Labelled(name, value, text.find(value), text.find(value) + len(value)) for name, value in labels)
    return RawCase(page, blocks=tuple(made), labels=found, several=several, ordered=ordered)


def story(*sentences):
    """Paragraphs of a long story."""
    filler = "Before the change the team worked at night. Reports were late, and nobody could say why. It took months to get new servers. "
    return [(Role.TEXT, filler * 3 + s) for s in sentences]


def name(case):
    found = customer.run(case, {})
    value = found["customer_name"]
    for evidence in value.evidence:
        assert evidence.check(case.page.text)
    assert bool(value.evidence) is bool(value)
    return value.value


ABOUT = (
    "Example Bakery is a leading retailer of bread and cakes.",
    "“We were slow,” says Jane Doe, chief technology officer at Example Bakery.",
    "Example Bakery moved its shops to the cloud, and Example Bakery saved money.",
)


@pytest.mark.parametrize(
    "title",
    [
        "Example Bakery Case Study",
        "Example Bakery Case Study | Retail | AWS",
        "AWS Case Study - Example Bakery",
        "AWS Case Study_ Example Bakery",
        "Example-Bakery-case-study",
        "Example Bakery Cuts Costs by 30 Using Amazon EC2 | Case Study | AWS",
        "Serving Fresh Bread Faster Using Amazon EC2 with Example Bakery | Case Study | AWS",
        "Serving Fresh Bread Faster | Example Bakery Case Study | AWS",
        "How Example Bakery uses Amazon SageMaker to plan its ovens | AWS Machine Learning Blog",
        "Example Bakery: Fresh bread with data and AI",
        "Building a bread counter with Example Bakery",
        "How Azure helps Example Bakery's ovens to stay warm",
    ],
)
def test_english_headlines(title):
    assert name(raw(*story(*ABOUT), title=title)) == "Example Bakery"


ZH = [
    (Role.TEXT, "示例银行是国内领先的商业银行，成立于2001年，服务数百万客户。示例银行的系统承担着每天的核心交易，业务增长很快。"),
    (Role.TEXT, "示例银行选择了新的数据库。上线之后，示例银行的报表从小时级缩短到分钟级，示例银行的运维团队也轻松了许多。"),
]


@pytest.mark.parametrize(
    "title",
    [
        "示例银行基于扣子平台落地智能体",
        "示例银行携手火山引擎打造智能客服",
        "TiDB 在示例银行的应用实践",
        "TiDB 在示例银行核心交易场景的实践",
        "TiDB 助力示例银行实现实时风控",
        "银行——SAE助力示例银行极速上云",
        "示例银行 - 如何快速上线小程序",
        "示例银行：混合云架构下的实践",
        "揭秘示例银行深度学习平台",
        "示例银行",
    ],
)
def test_chinese_headlines(title):
    assert name(raw(*ZH, title=title, vendor="aliyun")) == "示例银行"


def test_a_label_names_the_customer():
    case = raw(
        (Role.LABEL, "Company Sample Rail"), *story("The trains run on time.", "The depot is quiet."), labels=[("customer", "Sample Rail")]
    )
    found = customer.run(case, {})["customer_name"]
    assert (found.value, found.method) == ("Sample Rail", "customer.label.customer")


def test_the_about_heading_names_the_company_of_a_scattered_page():
    blocks = [(Role.HEADING, "About Sample Rail"), *story("Sample Rail is a train operator.", "The depot of Sample Rail is quiet.")]
    assert name(raw(*blocks, title="Keeping Trains on Time", ordered=False)) == "Sample Rail"


def test_each_section_of_a_page_of_several_stories_is_named_by_its_heading():
    case = raw(
        (Role.HEADING, "上海示例软件股份有限公司"),
        (Role.TEXT, "示例软件专注于零售软件，示例软件的客户遍布全国。"),
        title="客户案例",
        several=True,
        vendor="aliyun",
    )
    found = customer.run(case, {})
    assert found["customer_name"].value == "示例软件"
    assert "上海示例软件股份有限公司" in found["customer_aliases"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sample Children’s built an assistant so that doctors find files sooner.", "Sample Children’s"),
        ("University of Sample, Westbank used Azure OpenAI Service to answer questions.", "University of Sample, Westbank"),
        ("Pets at Ease created an agent that finds fraud.", "Pets at Ease"),
        ("Example India implemented Microsoft 365 Copilot in many departments.", "Example India"),
        ("sampelo developed a shop floor assistant based on Azure OpenAI.", "sampelo"),
        ("Example & Sons Bros. Co. implemented Copilot and saves an hour a day.", "Example & Sons Bros. Co."),
    ],
)
def test_summaries_begin_with_their_customer(text, expected):
    assert name(raw((Role.TEXT, text), title="Reshaping the way we work", vendor="azure")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Example & Companyis creating an agent to reduce the lead time of a client by 90%.", "Example & Company"),
        ("Northern Bakerydeployed Azure OpenAI Service to answer questions and saves an hour a day.", "Northern Bakery"),
        ("Example Bankhas moved its reports to Microsoft Fabric and saves an hour a day.", "Example Bank"),
        ("Example Icertis is providing tools that recognize contracts.", "Example Icertis"),
        ("Example Brandis deployed Azure OpenAI Service to answer questions.", "Example Brandis"),
        ("Unused deployed Azure OpenAI Service to answer questions.", "Unused"),
        ("Example Unlimited deployed Azure OpenAI Service to answer questions.", "Example Unlimited"),
        ("Example Interconnected deployed Azure OpenAI Service to answer questions.", "Example Interconnected"),
        ("Sample Connected used Azure OpenAI Service to answer questions.", "Sample Connected"),
    ],
)
def test_a_name_is_parted_from_the_verb_that_lost_its_blank_and_whole_words_stay(text, expected):
    assert name(raw((Role.TEXT, text), title="Reinventing engagement", vendor="azure")) == expected


@pytest.mark.parametrize(
    ("word", "after", "name_"),
    [
        ("Bakerydeployed", "Azure", "Bakery"),
        ("Bankimproved", "its", "Bank"),
        ("Homesteaddeployed", "its", "Homestead"),
        ("Companyis", "a", "Company"),
        ("Companyis", "deployed", ""),
        ("Brandis", "Foods", ""),
        ("Bakeryis", "a", ""),
        ("Improved", "its", ""),
        ("Cloudpowered", "digital", ""),
        ("Overtrusted", "its", ""),
        ("Unused", "Azure", ""),
    ],
)
def test_only_a_known_verb_is_parted(word, after, name_):
    assert without_verb(word, after) == name_


def test_the_partner_is_not_the_customer():
    blocks = story(
        "MANZEX, a company that sells books, worked with AWS Partner Cloudhelp Consulting.",
        "Cloudhelp Consulting, an AWS Partner, built the search. MANZEX chose it.",
        "“It is fast,” says Jo Roe, CTO at MANZEX. MANZEX will go on.",
    )
    assert name(raw(*blocks, title="Cloudhelp Consulting and AWS Help MANZEX to Search Faster")) == "MANZEX"


def test_vendors_and_products_are_never_the_customer():
    blocks = story(
        "Amazon SageMaker is a managed service.",
        "Amazon SageMaker helps. SageMaker Canvas is used by Amazon.",
        "Amazon Web Services grows.",
    )
    case = raw(*blocks, title="Deploy Models with Amazon SageMaker Canvas | AWS Machine Learning Blog")
    found = customer.run(case, {})
    assert found["customer_name"].reason == "no_customer"
    assert found["customer_key"] == ""


@pytest.mark.parametrize("title", ["Intelligent Inventory Management", "Worker Safety", "案例：声纹库搭建", "典型案例"])
def test_a_theme_is_no_customer(title):
    vendor = "aliyun" if "案例" in title else "aws"
    text = (
        "表格存储提供低成本的存储，并支持多种分析。"
        if vendor == "aliyun"
        else "Stock must be counted, and workers must be safe, at every hour of the day."
    )
    assert customer.run(raw((Role.TEXT, text * 6), title=title, vendor=vendor), {})["customer_name"].reason == "no_customer"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("游戏公司 A，其主要业务是棋牌游戏，曾被攻击。", "游戏公司 A"),
        ("2016年2月，游戏公司B在一个月内被攻击了多次，业务中断。", "游戏公司B"),
        ("某银行的核心系统需要升级，于是开始选型。", "某银行"),
        ("A leading bank moved its core systems to the cloud in a year.", "A leading bank"),
        ("Customer A needed a faster search for its shop and its app.", "Customer A"),
    ],
)
def test_an_unnamed_customer_is_remembered_but_not_named(text, hidden):
    found = customer.run(raw((Role.HEADING, "案例一"), (Role.TEXT, text), several=True, vendor="aliyun"), {})["customer_name"]
    assert found.value is None
    assert found.reason == "anonymous"
    assert found.losers[0][0] == hidden


ANONYMOUS_ZH = "{}是一家金融机构，服务众多客户。{}使用新的数据库完成了核心系统的迁移，成本降低 30%。"
ANONYMOUS_EN = "{} serves millions of people. {} moved its core systems to Amazon Aurora and cut costs by 30%."


@pytest.mark.parametrize(
    ("title", "who"),
    [
        ("某银行核心系统上云", "某银行"),
        ("某大型银行数据库升级案例", "某大型银行"),
        ("某头部券商", "某头部券商"),
        ("一家国有大行的核心系统改造", "一家国有大行"),
        ("国内某知名保险公司", "国内某知名保险公司"),
        ("某电商平台大促", "某电商平台"),
        ("客户A核心系统", "客户A"),
        ("头部券商", "头部券商"),
        ("一家在线教育企业的核心系统改造", "一家在线教育企业"),
        ("助力XX市政务上云", "XX市政务"),
        ("A Fortune 500 retailer modernizes on AWS", "A Fortune 500 retailer"),
        ("Customer A Case Study", "Customer A"),
        ("One of Japan’s largest banks moves to AWS", "One of Japan’s largest banks"),
        ("Large US Insurer Migrates to Amazon Aurora", "The insurer"),
        ("How a Fortune 500 Retailer Modernizes with Amazon Aurora", "The retailer"),
    ],
)
def test_a_page_whose_customer_has_no_name_is_no_named_case(title, who):
    told = (ANONYMOUS_ZH if who[0] > "z" else ANONYMOUS_EN).replace("{}", who)
    blocks = [(Role.HEADING, "客户简介" if who[0] > "z" else "About the customer"), (Role.TEXT, told)]
    found = customer.run(raw(*blocks, title=title), {})["customer_name"]
    assert (found.value, found.reason) == (None, "anonymous")


def test_a_label_may_hide_the_customer_too():
    case = raw(*story("The trains run on time."), (Role.LABEL, "Company Confidential"), labels=[("customer", "Confidential")])
    assert customer.run(case, {})["customer_name"].reason == "anonymous"


@pytest.mark.parametrize(
    ("title", "who"),
    [
        ("A Leading Light Theatre moves to AWS", "Leading Light Theatre"),
        ("The National Bank of Exampla Case Study", "The National Bank of Exampla"),
        ("某某咖啡 - 快速上云", "某某咖啡"),
    ],
)
def test_a_name_that_only_begins_like_such_words_stays(title, who):
    told = (ANONYMOUS_ZH if who[0] > "z" else ANONYMOUS_EN).replace("{}", who)
    assert name(raw((Role.TEXT, told), title=title)) == who


def test_aliases_come_from_parentheses_and_full_forms():
    blocks = [
        (Role.HEADING, "公司介绍"),
        (Role.TEXT, "深圳市样本网络技术有限公司（下称：样本数据）是一家数据服务公司。样本数据的客户很多，样本数据发展很快。"),
        (Role.TEXT, "样本数据决定采用新的数据库，样本数据的查询因此变快。"),
    ]
    found = customer.run(raw(*blocks, title="TiDB 助力样本数据实现决策分析", vendor="pingcap"), {})
    assert found["customer_name"].value == "样本数据"
    assert "深圳市样本网络技术有限公司" in found["customer_aliases"]


def test_latin_name_in_parentheses_gives_one_key_for_both_languages():
    text = "样本科技（Yangben）是一家医疗科技公司。样本科技采用了新的平台，样本科技的业务增长迅速。"
    zh = customer.run(raw((Role.TEXT, text), title="样本科技基于扣子上线助手", vendor="volcengine"), {})
    en = customer.run(raw((Role.TEXT, "Yangben uses Azure to run its clinics."), title="Yangben uses Azure", vendor="azure"), {})
    assert zh["customer_key"] == en["customer_key"] == "yangben"


def test_noise_is_never_evidence():
    case = raw((Role.NOISE, "Sample Rail Case Study"), (Role.NOISE, "About Sample Rail"), (Role.TEXT, "Nothing else is said here at all."))
    assert customer.run(case, {})["customer_name"].value is None


def test_confidence_never_falls_with_the_score():
    from pipelines.companies.score import confidence

    values = [confidence(x / 2) for x in range(0, 60)]
    assert values == sorted(values)
    assert 0 < values[0] <= values[-1] <= 1


def test_the_step_is_a_function_of_its_input():
    case = raw(*story(*ABOUT), title="Example Bakery Case Study")
    assert customer.run(case, {}) == customer.run(case, {})


def test_the_customer_that_proves_a_theme():
    case = raw(
        (Role.TEXT, "Manufacturing firms struggle with spare parts. Traditional methods are slow."),
        (Role.TEXT, "Example Lifts' implementation of a copilot demonstrates the change: mechanics find parts in minutes."),
        title="Equipment Maintenance",
    )
    assert name(case) == "Example Lifts"


@pytest.mark.parametrize(
    ("title", "first", "expected"),
    [
        ("Une plateforme web pour Exemple Pain", "Exemple Pain est une entreprise française qui vend du pain.", "Exemple Pain"),
        ("Una solución de IoT para hornos de Ejemplo", "Ejemplo es una empresa de hornos en México.", "Ejemplo"),
        ("Neue Backstube mit Beispiel", "Beispiel ist ein Unternehmen aus Bonn, das Brot backt.", "Beispiel"),
        ("Azure를 이용한 예시빵집의 추천 서비스 구축", "예시빵집은 빵을 파는 회사입니다.", "예시빵집"),
    ],
)
def test_a_definition_in_another_language(title, first, expected):
    again = f"{expected} 2017. {expected} 2018."
    assert name(raw((Role.HEADING, "Kundenprofil"), (Role.TEXT, first + " " + again), title=title)) == expected


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Reinforcement tuning with LLM-as-a-judge", "LLM-as-a-judge uses a model. LLM-as-a-judge scores text. LLM-as-a-judge helps."),
        ("Equipment Maintenance", "Manufacturing has always been slow. Manufacturing uses machines."),
        ("Designing dashboards", "Canvas helps analysts. Canvas uses models. Canvas works with tables."),
        ("Faster planning", "Retailers can plan their week in minutes. Hospitals store images. Teachers build lessons in days."),
        ("AI Assistant for Recipes", "AI Assistant for recipes answers cooks. The AI Assistant helps."),
    ],
)
def test_generic_words_and_methods_are_no_customer(title, text):
    assert name(raw((Role.TEXT, text), title=title)) is None


def test_a_product_gives_way_to_its_maker():
    text = "Example Bank built an assistant called Fluxo. Example Bank is a regional bank, and its advisers save an hour a day."
    assert name(raw((Role.TEXT, text), title="Fluxo assistant saves advisers time")) == "Example Bank"


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "引擎 Streaming 在 Prompt 平台的实践",
            "本文由示例科技研发工程师李雷在技术沙龙的分享整理。Prompt 平台面向开发者，Prompt 很重要。",
            "示例科技",
        ),
        ("TiDB 在示例行的业务实战", "业务量增长很快，数据库成为瓶颈，示例行开始评估方案。", "示例行"),
    ],
)
def test_a_talk_by_an_engineer_of_the_customer(title, text, expected):
    assert name(raw((Role.TEXT, text), title=title, vendor="volcengine")) == expected
