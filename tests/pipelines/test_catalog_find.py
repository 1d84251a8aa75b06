"""Products in running text: what names one, what only looks like one, and the shape of a mention."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.catalog import catalogue

VENDORS = ("aws", "azure", "gcp", "aliyun", "huaweicloud", "volcengine", "tencent", "cncf", "pingcap", "")


def found(text, vendor):
    return [(text[m.start : m.end], m.product.name) for m in catalogue().find(text, vendor)]


@pytest.mark.parametrize(
    ("vendor", "text"),
    [
        ("aws", "The children play on a PS3 and an old PS4."),
        ("aws", "He put the s3 key into the drawer."),
        ("aws", "There is no storage left in the storage room."),
        ("gcp", "The shop rents storage; cloud storage of any kind is too dear for it."),
        ("volcengine", "Noah's Ark was a ship."),
        ("volcengine", "Noah’s Ark was a ship, says 火山引擎的一位员工。"[:22]),
        ("volcengine", "我们在玩明日方舟，也玩方舟：生存进化。"),
        ("volcengine", "诺亚方舟的故事"),
        ("volcengine", "They flew over LAS VEGAS and walked the Las Vegas Strip."),
        ("volcengine", "At LAS the plane was late."),
        ("aliyun", "FC Barcelona beat Liverpool FC."),
        ("aliyun", "FC Barcelona 的官网用了函数。"),
        ("aliyun", "FC 的球迷很多。"),
        ("huaweicloud", "He drives one of the new EVS."),
        ("aws", "A lambda function in Python is small; lambda architecture is large."),
        ("aws", "Aurora Borealis over Aurora, Colorado."),
        ("aws", "The nurse keeps an emr of each patient."),
        ("azure", "Functions of the board are listed below."),
        ("aws", "他在拼写课上学会了 ACCESS3 与 S3X。"),
        ("", "S3, ECS and FC are three short words."),
    ],
)
def test_what_only_looks_like_a_product_is_nothing(vendor, text):
    assert [name for _, name in found(text, vendor) if not name.startswith(("火山引擎", "阿里云"))] == []


@pytest.mark.parametrize(
    ("vendor", "text", "wanted"),
    [
        ("aws", "Logs go to S3 every night.", [("S3", "Amazon Simple Storage Service")]),
        ("aws", "用S3存储日志", [("S3", "Amazon Simple Storage Service")]),
        ("aws", "All runs on ECS.", [("ECS", "Amazon Elastic Container Service")]),
        ("aliyun", "应用部署在ECS上。", [("ECS", "云服务器 ECS")]),
        ("huaweicloud", "应用部署在ECS上。", [("ECS", "弹性云服务器 ECS")]),
        ("aliyun", "数据写入NAS，由RDS提供查询。", [("NAS", "文件存储 NAS"), ("RDS", "云数据库 RDS")]),
        ("aliyun", "容器平台基于 ACK Knative 方案。", [("ACK", "容器服务 ACK"), ("Knative", "Knative")]),
        ("volcengine", "静态资源由CDN加速。", [("CDN", "内容分发网络 CDN")]),
        ("aliyun", "图片由函数计算FC处理", [("函数计算FC", "函数计算 FC")]),
        ("aliyun", "函数计算很快，FC 按量计费", [("函数计算", "函数计算 FC"), ("FC", "函数计算 FC")]),
        ("volcengine", "通过火山方舟调用模型，Ark 的接口简单", [("火山方舟", "火山方舟"), ("Ark", "火山方舟")]),
        ("volcengine", "湖仓一体：数据进入 LAS 分析", [("LAS", "湖仓一体分析服务 LAS")]),
        ("aws", "It chose Amazon Aurora; Aurora scales.", [("Amazon Aurora", "Amazon Aurora"), ("Aurora", "Amazon Aurora")]),
        (
            "aws",
            "It uses Amazon Simple Storage Service (Amazon S3) and AWS Lambda.",
            [("Amazon Simple Storage Service (Amazon S3)", "Amazon Simple Storage Service"), ("AWS Lambda", "AWS Lambda")],
        ),
        ("aliyun", "迁移到SAE（Serverless应用引擎）", [("SAE（Serverless应用引擎）", "Serverless应用引擎 SAE")]),
        ("aws", "on Amazon EC2 Spot Instances", [("Amazon EC2 Spot Instances", "Amazon EC2 Spot Instances")]),
        ("aws", "on Amazon EC2 P4d Instances", [("Amazon EC2 P4d Instances", "Amazon EC2 P4d Instances")]),
        ("aws", "kept in Amazon S3 Glacier Deep Archive", [("Amazon S3 Glacier Deep Archive", "Amazon S3 Glacier Deep Archive")]),
        ("azure", "an Azure SQL Data Warehouse of 2017", [("Azure SQL Data Warehouse", "Azure Synapse Analytics")]),
        ("azure", "built in Visual Studio Team Services", [("Visual Studio Team Services", "Visual Studio Team Services")]),
        ("azure", "kept in Azure blob storage", [("Azure blob storage", "Azure Blob Storage")]),
        ("gcp", "Google Kubernetes Engine (GKE)", [("Google Kubernetes Engine (GKE)", "Google Kubernetes Engine")]),
        ("gcp", "kept in Cloud Storage", [("Cloud Storage", "Cloud Storage")]),
        ("gcp", "answers by Gemini 1.5 Flash", [("Gemini 1.5 Flash", "Gemini")]),
        ("aliyun", "迁移至POLARDB", [("POLARDB", "云数据库 PolarDB")]),
        ("huaweicloud", "引入盘古预测大模型", [("盘古预测大模型", "盘古大模型")]),
        ("huaweicloud", "边缘侧由KubeEdge管理", [("KubeEdge", "KubeEdge")]),
        ("volcengine", "微服务用 Kitex 编写", [("Kitex", "Kitex")]),
        ("pingcap", "用 TiDB 替换分库分表", [("TiDB", "TiDB")]),
    ],
)
def test_products_in_their_vendors_pages(vendor, text, wanted):
    assert found(text, vendor) == wanted


@pytest.mark.parametrize(
    ("vendor", "text", "wanted"),
    [
        ("aliyun", "此前使用 Amazon DynamoDB", "Amazon DynamoDB"),
        ("aliyun", "此前使用AWS的S3", "Amazon Simple Storage Service"),
        ("azure", "It left Amazon S3 behind.", "Amazon Simple Storage Service"),
        ("", "It uses Amazon S3.", "Amazon Simple Storage Service"),
        ("", "它使用DynamoDB", "Amazon DynamoDB"),
        ("aws", "compared with Google BigQuery", "BigQuery"),
    ],
)
def test_other_vendors_products_need_a_distinctive_name_or_their_vendor_nearby(vendor, text, wanted):
    assert wanted in [name for _, name in found(text, vendor)]


@pytest.mark.parametrize(("vendor", "text"), [("azure", "The S3 of the plan"), ("aliyun", "Logs go to S3 and EBS"), ("gcp", "ECS and OSS")])
def test_other_vendors_short_names_alone_are_nothing(vendor, text):
    assert found(text, vendor) == []


def test_a_range_limits_the_search_but_not_the_context():
    text = "函数计算的价格。图片由 FC 处理。"
    assert [text[m.start : m.end] for m in catalogue().find(text, "aliyun", start=8)] == ["FC"]
    assert catalogue().find(text, "aliyun", start=8, end=11) == []


FORMS = sorted({n for p in catalogue().products for n in (*p.full(), *p.abbreviations)})


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*FORMS, "use", "，", "在", " ", "(", "）", "\n", "Ark", "FC Barcelona", "İß"]), max_size=12),
    st.sampled_from(VENDORS),
)
def test_mentions_stand_in_the_text_in_order_and_equal_their_form(parts, vendor):
    text = " ".join(parts)
    mentions = catalogue().find(text, vendor)
    assert all(0 <= m.start < m.end <= len(text) for m in mentions)
    assert all(text[m.start : m.end].casefold() == m.form.casefold() for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


@pytest.mark.parametrize("vendor", [v for v in VENDORS if v])
def test_every_full_name_is_found_in_its_vendors_pages(vendor):
    own = [p for p in catalogue().products if p.vendor == vendor and not p.context]
    missed = [(p.name, n) for p in own for n in p.full() if p not in [m.product for m in catalogue().find(f"（{n}）", vendor)]]
    assert missed == []
