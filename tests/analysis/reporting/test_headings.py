"""Headings and attributes stand as document 1 §6.1, §2.4 and §6.3 write them."""

from __future__ import annotations

import re

from analysis.report import compose
from analysis.report.render import files
from analysis.report.to_markdown import MarkdownWriter
from analysis.report.words import Words

REPORT = """# 对象存储 客户洞察报告
## 执行摘要
## 一、品类概述
### 1.1 产品品类定义
### 1.2 厂商产品映射
## 二、跨厂商案例概览
### 2.1 案例分布
### 2.2 标杆案例
## 三、通用客户画像定义
### 画像1: 金融核心系统客户
### 画像2: 互联网弹性应用客户
### 画像3: 制造数据分析客户
## 四、品类级需求-特性映射
### 4.1 通用映射矩阵
### 4.2 关键决策因素分析
### 4.3 关键洞察
## 五、跨厂商客户对比
### 5.1 厂商客户结构对比
### 5.2 客户选择厂商的关键因素
## 六、客户旅程分析
### 6.1 各画像客户旅程地图
### 6.2 旅程差异与接触策略
## 七、营销策略建议
### 7.1 各画像营销策略
### 7.2 产品优化建议
### 7.3 跨厂商差异化建议
## 八、信息来源
### 案例来源
### 参考文档""".splitlines()

PARTS = ["基本特征", "业务特征", "决策特征", "关注的通用产品特性", "关键痛点", "价值主张匹配", "厂商选择倾向"]
ATTRIBUTES = (
    "画像描述 代表客户 行业分布 规模特征 技术成熟度 核心业务场景 技术挑战 业务目标 决策周期 关键决策人 决策因素优先级 "
    "核心卖点 差异化优势 标杆案例 首选厂商类型 关键选择因素"
).split()
HEAD = """**分析日期**: 2026-01-15
**分析品类**: 对象存储
**数据来源**: AWS、阿里云、Azure、Google Cloud等官方客户案例
**案例数量**: 24个跨厂商官方客户案例
**识别画像**: 3个通用客户画像""".splitlines()
CARD = """## 对象存储 - 客户画像卡片: 金融核心系统客户
🎯 **目标客户**
- 行业:
- 规模:
- 代表客户（跨厂商）:
💡 **核心诉求**
- 主要挑战:
- 业务目标:
⭐ **关注特性**（按优先级）
1. **
🎁 **价值主张**
- 核心卖点:
- 跨厂商标杆案例:
⚠️ **常见顾虑**
🏢 **厂商选择倾向**
- 倾向厂商类型:
- 关键选择因素:
📞 **接触策略**
- 最佳接触角色:
- 推荐切入点:
- 决策周期:""".splitlines()


def text_of(analysis, kind="positioning", lang="zh"):
    words = Words(lang)
    return MarkdownWriter(words).document(compose.document(analysis, kind, words))


def in_order(lines, text):
    at = 0
    for line in lines:
        found = text.find(line, at)
        assert found >= 0, f"{line!r} is missing after position {at}"
        at = found + len(line)


def test_report_follows_the_structure_of_6_1(sample):
    text = text_of(sample)
    headings = [line for line in text.splitlines() if re.match(r"#{1,3} ", line)]
    assert headings[: len(REPORT)] == REPORT
    assert all(h.startswith(("## 附录", "### ", "## 对象存储 - ")) for h in headings[len(REPORT) :])


def test_head_lines_are_those_of_6_1(sample):
    in_order(HEAD, text_of(sample))


def test_every_persona_has_every_attribute_of_2_4(sample):
    chapters = re.split(r"### 画像\d: ", text_of(sample).split("## 四、")[0])[1:]
    assert len(chapters) == 3
    for chapter in chapters:
        in_order([f"#### {p}" for p in PARTS], chapter)
        in_order([f"**{a}**" for a in ATTRIBUTES], chapter)
        assert "| 优先级 | 产品特性 | 具体关注点 | 厂商差异 |" in chapter
        assert re.search(r"1\. 痛点1: .+ 影响: ", chapter)
        assert re.search(r"- 案例1: \[.+\]\(#c\d+\) - .+", chapter)


def test_matrix_comparison_and_journey_have_the_columns_of_the_framework(sample):
    text = text_of(sample)
    assert "| 客户画像 | 核心需求 | 关注的通用特性 | 关键指标 | 决策权重 |" in text
    assert re.search(r"\| 对比维度 \| AWS.* \| 洞察 \|", text)
    for row in ("行业分布", "规模分布", "典型场景", "关注特性排序", "决策周期"):
        assert f"| **{row}** |" in text
    assert "| 阶段 | 触点 | 痛点 | 内容需求 | 决策影响因素 |" in text
    for stage in ("认知", "考虑", "决策", "部署", "留存"):
        assert f"| **{stage}** |" in text
    assert "| 客户画像 | 决策周期 | 关键决策阶段 | 主要顾虑 | 最佳接触时机 |" in text


def test_card_follows_6_3(sample):
    card = files(sample, "positioning", Words())["cards/1-金融核心系统客户.md"].decode()
    in_order(CARD, card)


def test_each_kind_is_a_document_of_its_own(sample):
    titles = {kind: text_of(sample, kind).split("\n# ")[1].splitlines()[0] for kind in compose.kinds()}
    assert titles == {
        "positioning": "对象存储 客户洞察报告",
        "strategy": "对象存储 细分策略报告",
        "comparison": "对象存储 跨厂商客户对比分析",
        "features": "对象存储 需求-特性映射矩阵",
        "cards": "对象存储 客户画像卡片",
    }


def test_chapters_of_other_kinds_count_from_one(sample):
    chapters = re.findall(r"^## (.)、", text_of(sample, "comparison"), re.M)
    assert chapters == list("一二三四五六七八九十")[: len(chapters)]
    assert len(chapters) >= 4
