"""Products used told apart from products named, and the categories that follow; sentences are our own, customers fictional."""

import pytest

from pipelines.case import Block, Labelled, Page, Part, RawCase, Role
from pipelines.catalog import catalogue
from pipelines.catalog.sightings import Place, sightings
from pipelines.catalog.usage import Stance, stance
from pipelines.steps import categories, products, steps

TEXT, TITLE, HEADING, BULLET, PRODUCT, NOISE = Role.TEXT, Role.TITLE, Role.HEADING, Role.BULLET, Role.PRODUCT, Role.NOISE


def story(*lines, vendor="aws", labels=()):
    """A raw case of blocks: each line is its words, or (role, words), or (role, part, words); labels are (label, value)."""
    blocks, text = [], ""
    for line in lines:
        role, part, words = (
            (TEXT, Part.OTHER, line) if isinstance(line, str) else line if len(line) == 3 else (line[0], Part.OTHER, line[1])
        )
        blocks.append(Block(len(text), len(text) + len(words), role, part))
        text += words + "\n"
    text = text[:-1]
    held = tuple(Labelled(name, value, text.index(value), text.index(value) + len(value)) for name, value in labels)
    return RawCase(Page("sha256:0", vendor, "", text, "zh"), blocks=tuple(blocks), labels=held)


def run(raw):
    found = dict(products.run(raw, {}))
    return found | dict(categories.run(raw, found))


def used(raw):
    return list(run(raw)["products"].values())


def test_the_steps_are_found_and_ordered():
    names = [step.PROVIDES for step in steps()]
    assert names.index(("products",)) < names.index(("categories",))


@pytest.mark.parametrize(
    ("vendor", "sentence", "name", "wanted"),
    [
        ("aws", "Example Bakery uses Amazon S3 for its recipes.", "Amazon S3", Stance.USED),
        ("aws", "The team built its shop on AWS Lambda.", "AWS Lambda", Stance.USED),
        ("aws", "Example Bakery migrated to Amazon Aurora in May.", "Amazon Aurora", Stance.USED),
        ("aws", "AWS Lambda handles every order of the bakery.", "AWS Lambda", Stance.USED),
        ("aws", "The bakery migrated from Amazon Redshift.", "Amazon Redshift", Stance.REPLACED),
        ("aws", "The bakery moved from Amazon EC2 to AWS Fargate.", "Amazon EC2", Stance.REPLACED),
        ("aws", "The bakery moved from Amazon EC2 to AWS Fargate.", "AWS Fargate", Stance.USED),
        ("aws", "It replaced Amazon SQS with Amazon MSK.", "Amazon SQS", Stance.REPLACED),
        ("aws", "It replaced Amazon SQS with Amazon MSK.", "Amazon MSK", Stance.USED),
        ("azure", "The dairy replaced many tools with one platform on Dynamics 365.", "Dynamics 365", Stance.USED),
        ("aws", "It previously used Amazon EMR.", "Amazon EMR", Stance.REPLACED),
        ("aws", "It is cheaper than Amazon Redshift.", "Amazon Redshift", Stance.COMPARED),
        ("aws", "The bakery plans to use Amazon Bedrock.", "Amazon Bedrock", Stance.PLANNED),
        ("aws", "The bakery is exploring Amazon Kendra.", "Amazon Kendra", Stance.PLANNED),
        ("aws", "It may adopt others instead of using Amazon Neptune.", "Amazon Neptune", Stance.COMPARED),
        ("aws", "Amazon S3 is an object store with many classes.", "Amazon S3", Stance.DESCRIBED),
        ("aws", "Amazon Textract lets you read forms.", "Amazon Textract", Stance.DESCRIBED),
        ("aws", "One of the names on the wall was Amazon Polly.", "Amazon Polly", Stance.PLAIN),
        ("aliyun", "示例银行采用PolarDB承载核心账务。", "PolarDB", Stance.USED),
        ("aliyun", "示例银行将业务迁移到PolarDB。", "PolarDB", Stance.USED),
        ("aliyun", "示例银行此前使用RDS。", "RDS", Stance.REPLACED),
        ("aliyun", "示例银行用PolarDB取代RDS。", "RDS", Stance.REPLACED),
        ("aliyun", "示例银行计划引入PAI。", "PAI", Stance.PLANNED),
        ("aliyun", "相比AnalyticDB，它更合适。", "AnalyticDB", Stance.COMPARED),
        ("aliyun", "函数计算是一种按量计费的服务。", "函数计算", Stance.DESCRIBED),
        ("aliyun", "图片由OSS承载。", "OSS", Stance.USED),
    ],
)
def test_what_a_sentence_says_of_a_product(vendor, sentence, name, wanted):
    del vendor
    start = sentence.index(name)
    got = stance(sentence, (0, len(sentence)), start, start + len(name))
    doubts = {Stance.REPLACED, Stance.COMPARED}  # either takes the product out of use
    assert got is wanted or {got, wanted} == doubts


def test_an_enumeration_shares_its_verb():
    raw = story("Example Bakery uses Amazon S3 to keep photos, Amazon DynamoDB to keep orders, and Amazon Polly.")
    assert {s.stance for seen in sightings(raw).values() for s in seen} == {Stance.USED}


@pytest.mark.parametrize(
    ("vendor", "lines", "wanted"),
    [
        ("aws", ["Example Bakery uses Amazon S3 and AWS Lambda."], {"Amazon S3", "AWS Lambda"}),
        ("aws", ["Example Bakery migrated from Amazon Redshift. It now runs on Amazon Aurora."], {"Amazon Aurora"}),
        ("aws", ["Example Bakery uses Amazon S3. It plans to explore Amazon Bedrock."], {"Amazon S3"}),
        ("aws", ["Example Bakery uses Amazon S3.", "Amazon Kendra is an intelligent search service."], {"Amazon S3"}),
        ("aws", ["Example Bakery uses Amazon S3.", (NOISE, "Amazon Kendra is used by Example Bakery.")], {"Amazon S3"}),
        ("aws", ["The story of a bakery.", (PRODUCT, "Amazon ECS"), (PRODUCT, "AWS Fargate")], {"Amazon ECS", "AWS Fargate"}),
        ("aws", ["Example Bakery uses Amazon S3 on AWS."], {"Amazon S3"}),
        ("azure", ["Example Dairy uses Microsoft Azure for its shop."], {"Microsoft Azure"}),
        ("azure", ["Example Dairy used Amazon S3 and uses Azure Functions."], {"Azure Functions"}),
        ("aliyun", ["示例银行采用云数据库PolarDB和对象存储OSS。"], {"云数据库PolarDB", "对象存储OSS"}),
        ("aliyun", ["示例银行此前使用RDS，后来迁移到PolarDB。"], {"PolarDB"}),
        ("aliyun", ["示例银行使用SAE。未来计划引入PAI。"], {"SAE"}),
        ("volcengine", [(TITLE, "示例超市基于豆包大模型提升服务"), "示例超市借助豆包大模型回答问题。"], {"豆包大模型"}),
        ("pingcap", [(TITLE, "TiDB 在示例银行的实践"), "示例银行采用 TiDB，数据存于 TiKV。"], {"TiDB"}),
        ("cncf", ["Example Radio runs on Kubernetes."], {"Kubernetes"}),
        ("huaweicloud", ["示例路桥使用KubeEdge管理边缘节点。"], {"KubeEdge"}),
    ],
)
def test_used_and_merely_named(vendor, lines, wanted):
    assert set(used(story(*lines, vendor=vendor))) == wanted


def test_labelled_list_is_use_even_among_links_below_a_printed_page():
    raw = story(
        "Example Farm grows maize.",
        (Role.LABEL, "Products: BigQuery, Cloud Run"),
        vendor="gcp",
        labels=[("products", "BigQuery, Cloud Run")],
    )
    assert set(used(raw)) == {"BigQuery", "Cloud Run"}
    chrome = story("Example Farm grows maize.", (NOISE, Part.PRODUCTS, "Products: BigQuery, Cloud Run"), vendor="gcp")
    assert set(used(chrome)) == {"BigQuery", "Cloud Run"}


@pytest.mark.parametrize(("role", "part"), [(NOISE, Part.OTHER), (Role.CODE, Part.OTHER), (Role.CODE, Part.PRODUCTS)])
def test_a_labelled_list_in_chrome_or_code_outside_the_list_of_products_is_no_use(role, part):
    assert used(story("Example Farm grows maize.", (role, part, "Products: BigQuery, Cloud Run"), vendor="gcp")) == []


def test_a_listed_name_that_the_catalogue_lacks_is_kept_and_the_lists_heading_is_not():
    raw = story("Example Bakery bakes.", (PRODUCT, "AWS Services Used"), (PRODUCT, "AWS Breadbasket"), (PRODUCT, "Amazon S3"))
    found = run(raw)["products"]
    assert set(found.values()) == {"AWS Breadbasket", "Amazon S3"}
    stranger = next(f for f in found.items if f.value == "AWS Breadbasket")
    assert stranger.method == "products.listed_unknown"


def test_one_item_a_product_with_its_longest_name_and_strongest_place():
    raw = story(
        "Amazon S3 was praised.",
        "Example Bakery uses Amazon Simple Storage Service (Amazon S3) daily; S3 is cheap.",
        (PRODUCT, "Amazon S3"),
    )
    (item,) = run(raw)["products"].items
    assert item.value == "Amazon Simple Storage Service (Amazon S3)"
    assert item.method == "products.listed"
    assert item.evidence[0].quote == "Amazon S3"
    assert item.evidence[0].start == raw.blocks[2].start
    assert 0.5 < item.confidence <= 1


def test_a_long_name_here_and_the_abbreviation_there_are_given_together():
    raw = story("示例面包房采用容器服务部署应用。", "ACK 集群很稳定，使用 ACK 后发布更快。", vendor="aliyun")
    assert used(raw) == ["容器服务 (ACK)"]


def test_a_bold_name_with_a_full_stop_heads_its_entry():
    raw = story((Role.BULLET, "Azure Functions. For sending mail in the background."), vendor="azure")
    assert products.run(raw, {})["products"].items[0].method == "products.entry"


def test_a_description_in_place_of_a_name_gives_the_catalogues_name():
    raw = story("Example Dairy deployed the Web Apps feature of Azure App Service.", vendor="azure")
    assert used(raw) == ["Azure App Service (Web Apps)"]


def test_evidence_stands_in_the_text_and_losers_are_told():
    raw = story("Example Bakery uses Amazon S3. It plans to explore Amazon Bedrock.")
    found = run(raw)
    fields = [*found["products"].items, *found["categories"].items]
    assert all(f.evidence and all(e.check(raw.page.text) for e in f.evidence) for f in fields)
    assert [name for name, _, _ in found["products"].items[0].losers] == ["Amazon Bedrock"]


def test_nothing_named_and_nothing_used_say_why():
    assert run(story("Example Bakery bakes."))["products"].reason == "no_product_named"
    only = run(story("It is better than Amazon Redshift."))
    assert only["products"].reason == "only_mentioned"
    assert only["categories"].reason == "no_product_used"
    assert run(story("Example Bakery uses Amazon QuickSight."))["categories"].reason == "no_product_has_a_category"


def test_places():
    raw = story(
        (TITLE, "Amazon S3 at Example Bakery"),
        (HEADING, "Why Amazon S3"),
        "Example Bakery uses Amazon S3.",
        (BULLET, "Amazon S3: photos of bread, of cakes and of everything else"),
        (PRODUCT, "Amazon S3"),
        (TEXT, Part.FUTURE, "Amazon S3 will grow with every new bakery."),
    )
    (seen,) = sightings(raw).values()
    assert [s.place for s in seen] == [Place.TITLE, Place.HEADING, Place.STORY, Place.ENTRY, Place.LISTED, Place.ASIDE]


@pytest.mark.parametrize(
    ("vendor", "text", "wanted"),
    [
        ("aws", "Example Bakery uses Amazon S3, Amazon S3 Glacier and AWS Lambda.", {"对象存储", "归档存储", "Serverless函数"}),
        ("aws", "Example Bakery uses Amazon QuickSight.", set()),
        ("aws", "Example Bakery uses Amazon OpenSearch Service to search its logs.", set()),
        ("aws", "Example Bakery uses Amazon OpenSearch Service to search embeddings.", {"向量数据库"}),
        ("gcp", "Example Farm uses Vertex AI.", {"MaaS"}),
        ("gcp", "Example Farm uses Vertex AI and its large language models.", {"MaaS"}),
        ("gcp", "Example Farm uses Vertex AI for training models of the harvest.", {"AI平台"}),
        ("gcp", "Example Farm uses Vertex AI for training models and for generative answers.", {"MaaS", "AI平台"}),
        ("huaweicloud", "示例矿业使用ModelArts训练模型。", {"AI平台"}),
        ("huaweicloud", "示例矿业使用ModelArts调用大模型。", {"MaaS"}),
        ("volcengine", "示例车企使用LAS搭建数据湖，由火山引擎支持。", {"数据湖"}),
        ("aliyun", "示例银行采用ECS与SLB。", {"虚拟服务器", "负载均衡"}),
        ("tencent", "示例影院使用云函数与云数据库。", {"Serverless函数", "一站式多模NoSQL"}),
    ],
)
def test_categories_follow_products(vendor, text, wanted):
    assert set(run(story(text, vendor=vendor))["categories"].values()) == wanted


def test_a_rule_that_decides_is_the_method_and_shows_its_words():
    (field,) = run(story("Example Farm uses Vertex AI. It does so for training models of the harvest.", vendor="gcp"))["categories"].items
    assert field.method == "categories.model-training"
    assert any("training models" in e.quote for e in field.evidence)


def test_two_products_make_a_category_surer():
    one = run(story("Example Bakery uses Amazon RDS."))["categories"].items[0].confidence
    two = run(story("Example Bakery uses Amazon RDS and Amazon Aurora."))["categories"].items[0].confidence
    assert one < two <= 1


@pytest.mark.parametrize(
    ("sentence", "name", "wanted"),
    [
        ("Each loaf gets a record in Azure Cosmos DB.", "Azure Cosmos DB", Stance.USED),
        ("Photos of loaves land in the Azure Blob Storage account.", "Azure Blob Storage", Stance.USED),
        ("Every order triggers an Azure function.", "Azure function", Stance.USED),
        ("A baker dreams of Azure Functions.", "Azure Functions", Stance.PLAIN),
    ],
)
def test_a_preposition_right_before_a_name_puts_it_to_work(sentence, name, wanted):
    start = sentence.index(name)
    assert stance(sentence, (0, len(sentence)), start, start + len(name)) is wanted


@pytest.mark.parametrize(
    ("vendor", "words", "wanted"),
    [
        ("azure", "Example Dairy hosts its shop in the Mobile Apps feature of Azure App Service.", "Azure App Service (Mobile Apps)"),
        ("azure", "Example Dairy hosts its shop in Azure App Service.", "Azure App Service"),
        ("azure", "Example Dairy signs its customers in through Azure B2C.", "Azure B2C"),
        ("aws", "Example Bakery runs on AWS Fargate instances.", "AWS Fargate"),
        ("aws", "Example Bakery runs on AWS Graviton2 processors.", "AWS Graviton2 processors"),
    ],
)
def test_the_name_is_the_product_and_not_its_description(vendor, words, wanted):
    assert used(story(words, vendor=vendor)) == [wanted]


@pytest.mark.parametrize(
    ("vendor", "words", "wanted"),
    [
        ("azure", "Example Dairy runs on an Azure VM.", "Azure Virtual Machines"),
        ("azure", "Example Dairy writes its orders into an Azure Queue.", "Azure Queue Storage"),
        ("azure", "Example Dairy hosts its shop on AKS.", "Azure Kubernetes Service (AKS)"),
        ("azure", "Example Dairy uses Logic Apps.", "Azure Logic Apps"),
        ("aws", "Example Bakery uses S3.", "Amazon S3"),
        ("aws", "Example Bakery uses Amazon EKS.", "Amazon EKS"),
        ("gcp", "Example Zoo uses Vertex AI.", "Vertex AI"),
        ("azure", "Example Dairy uses Azure DocumentDB.", "Azure DocumentDB"),  # a former name says more than a short one
        ("aliyun", "示例银行使用日志服务。", "日志服务"),
        ("aliyun", "示例银行使用容器镜像服务ACR。有了ACR，发布更快。", "容器镜像服务ACR"),
        ("aliyun", "示例银行使用容器镜像服务。有了ACR，发布更快。", "容器镜像服务 (ACR)"),
    ],
)
def test_a_name_cut_short_is_shown_in_full(vendor, words, wanted):
    assert used(story(words, vendor=vendor)) == [wanted]


@pytest.mark.parametrize(
    "words", ["The team is looking at Amazon Kendra.", "The bakery could also use Amazon Kendra.", "With it you can use Amazon Kendra."]
)
def test_what_is_only_possible_is_not_used(words):
    assert used(story("Example Bakery uses Amazon S3.", words)) == ["Amazon S3"]


@pytest.mark.parametrize("line", ["AWS Facilitates Steady Baking", "Amazon Regions", "AWS Availability Zones"])
def test_a_heading_or_a_place_in_the_list_is_no_product(line):
    assert used(story("The story of a bakery.", (PRODUCT, "Amazon S3"), (PRODUCT, line))) == ["Amazon S3"]


def test_a_line_of_use_introduces_the_names_under_it():
    lines = [
        "The bakery's shop uses the following services:",
        "Pages:",
        "AWS Amplify and Amazon S3",
        "Orders:",
        "Amazon SQS",
        "A word about bread." * 12,
    ]
    assert put_to_use(*lines, "AWS Lambda and others have names.") == {"AWS Amplify", "Amazon S3", "Amazon SQS"}
    assert put_to_use("Others to compare with:", *lines[1:]) == set()


def put_to_use(*lines):
    seen = sightings(story(*lines))
    return {p.short or p.name for p, places in seen.items() if any(s.stance is Stance.USED for s in places)}


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Amazon Athena to explore the orders of the day.", {"Amazon Athena"}),
        ("Amazon S3, AWS Lambda and Amazon SQS form the foundation of the shop.", {"Amazon S3", "AWS Lambda", "Amazon SQS"}),
        ("The oven started with Amazon S3.", {"Amazon S3"}),
        ("Amazon Polly was added for the deaf and the blind.", {"Amazon Polly"}),
    ],
)
def test_more_ways_to_say_that_a_product_is_used(words, wanted):
    assert set(used(story("The story of a bakery.", words, "Example Bakery uses Amazon EBS."))) == wanted | {"Amazon EBS"}


def test_a_product_that_is_no_longer_needed_is_not_used():
    assert used(story("Example Bakery uses Amazon S3.", "It no longer needed to use Amazon Athena for this.")) == ["Amazon S3"]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [("Its queues hold the orders.", "消息队列-标准"), ("Its shops read topics and subscriptions.", "发布订阅"), ("", "发布订阅")],
)
def test_a_bus_is_a_queue_or_publishes_by_what_the_page_says(kind, wanted):
    assert list(run(story(f"Example Dairy uses Azure Service Bus. {kind}", vendor="azure"))["categories"].values()) == [wanted]


@pytest.mark.parametrize(("words", "wanted"), [("It fills a data lake.", ["数据湖"]), ("It tidies tables.", [])])
def test_a_tool_of_the_lake_counts_for_it_where_the_page_has_a_lake(words, wanted):
    assert list(run(story(f"Example Bakery uses AWS Glue. {words}"))["categories"].values()) == wanted


def test_a_line_of_the_list_that_goes_on_from_the_vendor_is_no_product():
    assert used(
        story("The story of a dairy.", (PRODUCT, "Azure Functions"), (PRODUCT, "Microsoft Azure for the shop"), vendor="azure")
    ) == ["Azure Functions"]


def test_a_line_of_names_in_the_product_part_lists_them_even_as_chrome():
    names = (NOISE, Part.PRODUCTS, "Azure Functions, Azure SQL Database, .NET Core")
    assert set(used(story("Example Dairy sells milk.", names, vendor="azure"))) == {"Azure Functions", "Azure SQL Database", ".NET Core"}
    sentence = (NOISE, Part.PRODUCTS, "Azure Functions, our service, runs your code.")
    assert used(story("Example Dairy sells milk.", sentence, vendor="azure")) == []


def test_a_blurb_alone_is_seen_and_no_use():
    raw = story("Example Bakery uses Amazon S3.", (NOISE, Part.PRODUCTS, "AWS PrivateLink connects your networks in private."))
    assert {s.place for p, seen in sightings(raw).items() for s in seen if p.name == "AWS PrivateLink"} == {Place.BLURB}
    assert used(raw) == ["Amazon S3"]


def test_what_stands_in_the_part_of_plans_is_planned():
    raw = story("Example Bakery uses Amazon S3.", (TEXT, Part.FUTURE, "It uses Amazon Bedrock."))
    assert used(raw) == ["Amazon S3"]


def test_an_enumeration_goes_on_over_clauses_of_their_own():
    raw = story(
        "Example Bakery uses AWS WAF, which guards the ovens and the till against robots of all kinds, and AWS Shield for its shop."
    )
    assert {s.stance for seen in sightings(raw).values() for s in seen} == {Stance.USED}


def test_every_name_that_is_given_is_found_again_in_the_catalogue():
    raw = story("Example Dairy uses Azure OpenAI Services, Azure SQL databases and ARM templates.", vendor="azure")
    assert {catalogue().product(name, "azure").name for name in used(raw)} == {
        "Azure OpenAI Service",
        "Azure SQL Database",
        "Azure Resource Manager",
    }
    assert set(run(raw)["categories"].values()) == {"MaaS", "原生关系型数据库"}
