"""Plainly fictional customer stories in our own words, as records that ``insights import`` takes."""

import itertools
import json

EN = """# {customer} moves its {thing} to {product}

## About {customer}

{customer} is a {business} with {staff} employees.

## The Challenge

The old system of {customer} was slow and hard to scale. Its team struggled with manual operations and rising costs.

## The Solution

{customer} migrated its {thing} to {product} and now runs it together with {second}.

## Results

Costs fell by {cost}%. Report time dropped from {before} hours to {after} hours.
"""

ZH = """# {customer}：{thing}上云

## 客户介绍

{customer}是一家{business}，员工{staff}人。

## 业务痛点

{customer}原有系统性能不足，难以扩展，运维成本高，高峰期经常出现故障。

## 解决方案

{customer}使用{product}改造了{thing}，并配合{second}使用。

## 客户价值

成本降低{cost}%，报表时间从{before}小时降到{after}小时。
"""

NAMES = "Alder Birch Cedar Dogwood Elm Fir Ginkgo Hazel Ivy Juniper".split()
EN_KINDS = [("Bank", "regional bank"), ("Clinics", "hospital group"), ("Games", "online game studio"), ("Motors", "car maker")]
ZH_KINDS = [("银行", "城市商业银行"), ("医院", "三级甲等医院"), ("游戏", "网络游戏公司"), ("汽车", "汽车制造企业")]
PRODUCTS = {
    "aws": ("Amazon S3", "Amazon EC2"),
    "azure": ("Azure Blob Storage", "Azure Virtual Machines"),
    "gcp": ("Cloud Storage", "BigQuery"),
    "aliyun": ("对象存储OSS", "云服务器ECS"),
}


def record(vendor, number):
    """One official record without an address; the same number gives the same story."""
    chinese = vendor == "aliyun"
    suffix, business = (ZH_KINDS if chinese else EN_KINDS)[number % 4]
    name = f"示例{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{suffix}" if chinese else f"Example {NAMES[number % 10]} {suffix}"
    product, second = PRODUCTS[vendor]
    slots = {"customer": name, "business": business, "product": product, "second": second, "staff": 300 + 700 * number}
    slots |= {"thing": "影像档案" if chinese else "image archive", "cost": 20 + number, "before": 10 + number, "after": 1 + number % 3}
    text = (ZH if chinese else EN).format(**slots)
    row = {"id": f"{vendor}-{number}", "vendor": vendor, "lang": "zh" if chinese else "en", "official": True, "url": None}
    return row | {"title": None, "published": "2025-03-0" + str(1 + number % 9), "format": "markdown", "text": text}


def write_records(path, vendors=("aws", "azure", "gcp", "aliyun"), each=6):
    """A JSON-lines file with ``each`` stories of every vendor."""
    rows = [record(v, n) for v, n in itertools.product(vendors, range(each))]
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    return path
