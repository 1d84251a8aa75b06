"""The catalogue against document 1: every row of its tables, the quick table, the boundaries, the decision tree; and questions."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
import yaml

from pipelines.catalog import catalogue
from pipelines.catalog.load import HERE, load
from pipelines.vocabulary import DataError, codes

SPEC = yaml.safe_load((Path(__file__).parent / "test_catalog_tables.yaml").read_text(encoding="utf-8"))
ROWS = [(name, category) for category, names in SPEC["tables"].items() for name in names]


@pytest.mark.parametrize(("name", "category"), ROWS)
def test_every_product_of_the_tables_maps_as_the_table_says(name, category):
    assert category in [m.category for m in catalogue().resolve(name).matches]


@pytest.mark.parametrize(("name", "category"), [r for r in ROWS if sum(r[0] == o for o, _ in ROWS) == 1])
def test_a_product_of_one_row_has_that_category_first(name, category):
    assert catalogue().resolve(name).best() == category


@pytest.mark.parametrize(("query", "row"), SPEC["quick"].items())
def test_quick_table(query, row):
    answer = catalogue().resolve(query)
    wanted = row[0].split("/")
    assert [m.category for m in answer.matches][: len(wanted)] == wanted
    assert row[1] in answer.note
    assert "速查" in answer.matches[0].reason


def test_categories_are_the_frameworks_own_in_order():
    assert tuple(catalogue().categories) == codes().categories()
    for group, names in codes().category.items():
        assert all(catalogue().categories[n].group == group for n in names)


@pytest.mark.parametrize(("category", "words"), SPEC["positioning"].items())
def test_positioning(category, words):
    assert catalogue().categories[category].positioning == words


@pytest.mark.parametrize(("category", "words"), SPEC["boundaries"].items())
def test_boundaries_hold_the_documents_notes(category, words):
    includes = "；".join(catalogue().categories[category].includes)
    assert all(word in includes for word in words)


def test_every_category_says_what_it_holds_and_what_not():
    assert all(c.includes and c.excludes and c.en for c in catalogue().categories.values())


def test_at_least_forty_products_of_each_vendor_with_both_languages_for_chinese_clouds():
    count = Counter(p.vendor for p in catalogue().products)
    assert all(count[v] >= 40 for v in (*codes().vendor, "tencent"))


@pytest.mark.parametrize(
    ("query", "category"),
    [
        ("Amazon S3", "对象存储"),
        ("aws s3", "对象存储"),
        ("Ｓ３", "对象存储"),
        ("  s 3 ", "对象存储"),
        ("“对象存储”", "对象存储"),
        ("object storage", "对象存储"),
        ("OBJECT-STORAGE", "对象存储"),
        ("Amazon Simple Storage Service (Amazon S3)", "对象存储"),
        ("方舟", "MaaS"),
        ("大模型", "MaaS"),
        ("LLM", "MaaS"),
        ("豆包", "MaaS"),
        ("通义千问", "MaaS"),
        ("Qwen", "MaaS"),
        ("盘古", "MaaS"),
        ("扣子", "MaaS"),
        ("Azure OpenAI", "MaaS"),
        ("Azure AI Foundry", "MaaS"),
        ("消息队列", "消息队列-标准"),
        ("Kafka", "消息队列-开源"),
        ("华为云ECS", "虚拟服务器"),
        ("ECS", "虚拟服务器"),
        ("AWS ECS", "容器托管"),
        ("云数据库RDS", "原生关系型数据库"),
        ("GaussDB", "原生关系型数据库"),
        ("POLARDB", "原生关系型数据库"),
        ("TiDB", "原生关系型数据库"),
        ("ODPS", "数据仓库"),
        ("Azure SQL Data Warehouse", "数据仓库"),
        ("Kubernetes", "容器托管"),
        ("KubeEdge", "容器托管"),
        ("Serverless应用引擎", "Serverless容器"),
        ("S3 Intelligent-Tiering", "对象存储"),
        ("S3 Glacier", "归档存储"),
        ("EC2 Spot", "虚拟服务器"),
        ("Microsoft Fabric", "大数据平台"),
    ],
)
def test_names_in_both_languages_resolve(query, category):
    answer = catalogue().resolve(query)
    assert answer.known
    assert answer.best() == category
    assert answer.matches[0].includes
    assert answer.matches[0].reason


@pytest.mark.parametrize(
    "query", ["Amazon QuickSight", "日志服务", "SLS", "Translation AI", "CloudFormation", "VPC", "DataV", "Savings Plans"]
)
def test_known_products_outside_the_categories_say_so(query):
    answer = catalogue().resolve(query)
    assert answer.known
    assert not answer.matches
    assert answer.products
    assert "不属于" in answer.note


def test_a_name_of_several_vendors_ranks_by_agreement():
    answer = catalogue().resolve("ECS")
    assert [m.category for m in answer.matches] == ["虚拟服务器", "容器托管"]
    assert answer.matches[0].score > answer.matches[1].score
    assert {p.vendor for p in answer.products} == {"aws", "aliyun", "huaweicloud", "volcengine"}


def test_scores_fall_with_rank_and_stay_within_bounds():
    for query in ("Vertex AI", "ModelArts", "消息队列", "messaging", "数据分析", "MaxCompute"):
        scores = [m.score for m in catalogue().resolve(query).matches]
        assert len(scores) > 1
        assert scores == sorted(scores, reverse=True)
        assert all(0 < s <= 1 for s in scores)


@pytest.mark.parametrize(
    ("words", "category", "path"),
    [
        ("NFS 共享文件", "文件存储", ("数据存储", "NFS/SMB协议")),
        ("存放图片和视频的海量小文件", "对象存储", ("数据存储", "文件/对象接口")),
        ("块设备挂载", "块存储", ("数据存储", "块设备挂载")),
        ("全托管的 MySQL 数据库", "原生关系型数据库", ("SQL查询", "云托管")),
        ("自建 MySQL", "虚拟服务器", ("SQL查询", "自建")),
        ("调用现成大模型 API", "MaaS", ("AI/ML模型", "调用现成API")),
        ("自己训练模型", "AI平台", ("AI/ML模型", "自己训练")),
        ("自动建模工具", "AutoML", ("AI/ML模型", "自动建模")),
        ("容器编排平台", "容器托管", ("容器编排",)),
        ("事件驱动的函数执行", "Serverless函数", ("函数执行",)),
        ("shared files over SMB", "文件存储", ("数据存储", "NFS/SMB协议")),
    ],
)
def test_function_words_walk_the_decision_tree(words, category, path):
    answer = catalogue().resolve(words)
    assert (answer.best(), answer.path) == (category, path)
    assert "决策树" in answer.matches[0].reason


def test_self_built_database_is_a_server_with_software():
    assert "虚拟服务器+数据库软件" in catalogue().resolve("自建 MySQL").note


def test_unknown_answers_with_the_trees_first_question():
    answer = catalogue().resolve("一个没听说过的产品")
    assert not answer.known
    assert answer.matches == ()
    assert answer.question is not None
    assert [c.label for c in answer.question.choices] == ["数据存储", "SQL查询", "AI/ML模型", "容器编排", "函数执行", "不确定"]


def test_half_known_answers_with_the_next_question():
    answer = catalogue().resolve("某种训练模型又调用模型的智能产品")
    answer = answer if not answer.known else catalogue().resolve("智能算法")
    assert not answer.known
    assert answer.path == ("AI/ML模型",)
    assert answer.question is not None
    assert answer.question.id == "model"


def test_a_misspelt_name_lists_near_names():
    answer = catalogue().resolve("DynamoBD")
    assert not answer.known
    assert "Amazon DynamoDB" in answer.nearest


@pytest.mark.parametrize("query", ["", "   ", "？！", "\x00"])
def test_empty_questions_are_unknown(query):
    assert not catalogue().resolve(query).known


def test_a_foreign_vendors_prefix_does_not_fit():
    assert not [m for m in catalogue().resolve("华为云 DynamoDB").matches if m.category == "一站式多模NoSQL"]


def test_products_by_category_and_vendor():
    names = [p.name for p in catalogue().by_category("对象存储", "gcp")]
    assert names[0] == "Cloud Storage"
    assert all("对象存储" in p.categories for p in catalogue().by_category("对象存储"))
    assert {"aws", "aliyun", "huaweicloud", "azure", "gcp", "tencent", "volcengine"} <= set(catalogue().vendors("对象存储"))
    assert "vertexai" not in catalogue().vendors("MaaS")


@pytest.mark.parametrize(
    ("name", "vendor", "found"),
    [
        ("Amazon EC2", None, "Amazon Elastic Compute Cloud"),
        ("Amazon Elastic Compute Cloud (Amazon EC2)", "aws", "Amazon Elastic Compute Cloud"),
        ("SAE（Serverless应用引擎）", "aliyun", "Serverless应用引擎 SAE"),
        ("ECS", "aliyun", "云服务器 ECS"),
        ("ECS", "aws", "Amazon Elastic Container Service"),
        ("ECS", None, None),
        ("nothing of the kind", "aws", None),
    ],
)
def test_product_by_name(name, vendor, found):
    product = catalogue().product(name, vendor)
    assert (product and product.name) == found


@pytest.fixture
def copy(tmp_path):
    for path in HERE.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def _edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("categories-storage.yaml", "aliases: [云盘,", "aliases: [对象储存, 云盘,", "同时属于“对象存储”和“块存储”"),
        ("products-aws.yaml", "abbreviations: [EBS]", "abbreviations: [EFS]", "Amazon Elastic File System"),
        (
            "products-aws.yaml",
            "categories: [归档存储], abbreviations: [S3 Glacier,",
            "categories: [冷存], abbreviations: [S3 Glacier,",
            "冷存",
        ),
        ("categories-storage.yaml", "aws: [S3]", "aws: [S4]", "'S4' of aws"),
        ("categories-storage.yaml", "name: 归档存储", "name: 归档", "disagree on"),
        ("lookup.yaml", "next: storage", "next: nowhere", "nowhere"),
        ("lookup.yaml", "{query: S3, vendor: aws, categories: [对象存储]", "{query: S3, vendor: aws, categories: [对象]", "对象"),
        (
            "products-gcp.yaml",
            "categories: [对象存储], en: [Google Cloud Storage]",
            "categories: 对象存储, en: [Google Cloud Storage]",
            "array",
        ),
    ],
)
def test_contradicting_data_is_refused_by_name(copy, file, old, new, message):
    _edit(copy / file, old, new)
    with pytest.raises(DataError, match=message):
        load(copy)
