"""What cannot be is found with its line and reason, what can be is left alone, and completeness goes by weight."""

from pathlib import Path

import pytest

from analysis.intake.check import check, completeness
from analysis.intake.findings import rules
from analysis.intake.read import read_forms
from analysis.intake.structure import blanks, fields
from analysis.intake.write import new_form

HERE = Path(__file__).parent
TODAY = "2026-06-01"
HEAD = "[客户行业]：零售\n"
BAD = [
    ("certificate", "[核心目标]：\n- 安全：通过SOC2 Type III认证"),
    ("certificate", "[核心目标]：\n- 安全：通过ISO27001:2023认证"),
    ("certificate", "[特殊要求]：\n- 合规性：等保2.0六级"),
    ("certificate", "[特殊要求]：\n- 合规性：GDPR第120条"),
    ("certificate", "[特殊要求]：\n- 合规性：PCI DSS v5.0"),
    ("region_elsewhere", "[基础设施现状]：\n- 公有云：Azure EU West 3区Blob存储50TB"),
    ("region", "[基础设施现状]：\n- 公有云：Azure东欧（VM 30节点）"),
    ("region", "[基础设施现状]：\n- 公有云：AWS us-north-9"),
    ("sla_recovery", "[特殊要求]：\n- SLA：99.95%可用性（按月统计），4小时恢复时间"),
    ("sla_recovery_assumed", "[特殊要求]：\n- SLA：99.95%可用性，4小时恢复时间"),
    ("sla_range", "[特殊要求]：\n- SLA：120%可用性"),
    ("sla_absolute", "[特殊要求]：\n- SLA：100%可用性"),
    ("budget_sum", "[预算限制]：\n- 总预算：$150万/年\n  - 初期建设 60% vs 持续运维 50%"),
    ("budget_sum", "[预算限制]：\n- 分配比例：\n  - 云资源采购 40%\n  - 定制开发 30%\n  - 托管服务 20%\n  - 应急储备 5%"),
    ("budget_over", "[预算限制]：\n- 总预算：$50万/年，初期建设$70万"),
    ("budget_currency", "[预算限制]：\n- 总预算：$50万/年，初期建设¥70万"),
    ("budget_none", "[预算限制]：\n- 总预算：充足"),
    ("deadline_past", "[核心目标]：\n- 主要目标：\n  - 时间：2024 Q3前完成"),
    ("downtime_recovery", "[客户行业]：零售\n- 业务连续性要求：<15分钟/季度\n[特殊要求]：\n- SLA：99.99%，恢复时间1小时"),
    ("downtime_sla", "[客户行业]：零售\n- 业务连续性要求：<15分钟/季度\n[特殊要求]：\n- SLA：99.9%可用性"),
    ("zero_downtime", "[客户行业]：零售\n- 业务连续性要求：零容忍停机\n[特殊要求]：\n- SLA：99.9%可用性"),
    ("target_reached", "[当前痛点]：\n- 具体问题：延迟高达100ms\n[核心目标]：\n- 主要指标：3个月内实现延迟<200ms"),
    ("percent_range", "[核心目标]：\n- 成本：降低云支出120%"),
    ("subscription_budget", "[预算限制]：\n- 总预算：$50万\n- 订阅制：3年框架协议"),
    ("certificate", "[特殊要求]：\n- 合规性：等保5.0三级"),
    ("certificate", "[特殊要求]：\n- 合规性：等保2.0九级"),
    ("certificate_unlisted", "[核心目标]：\n- 安全：通过ISO 99999"),
    ("versions", "[基础设施现状]：\n- 数据库：MySQL 12.0"),
    ("negative", "[客户行业]：零售\n- 业务规模：用户量 -500万"),
    ("negative", "[预算限制]：\n- 总预算：-$50万/年"),
    ("negative", "[预算限制]：\n- 总预算：$50万/年，初期建设 -20%"),
    ("negative", "[客户行业]：零售\n- 业务规模：用户量负 200 万"),
    ("zero", "[客户行业]：零售\n- 业务规模：日均交易量 0 笔"),
    ("several", "[核心目标]：\n- 主要指标：SLA 99.95%，同时 SLA 99%"),
    ("several", "[核心目标]：\n- 主要目标：\n  - 时间：3个月/6个月"),
    ("several", "[特殊要求]：\n- SLA：可用性 99.95%，且不低于 99%"),
    ("several", "[预算限制]：\n- 总预算：$50万/年，$80万/年"),
    ("backwards", "[当前痛点]：\n- 具体问题：延迟 50ms，希望降到 80ms"),
    ("backwards", "[当前痛点]：\n- 具体问题：latency 50 ms, should be reduced to 80 ms"),
    ("backwards", "[核心目标]：\n- 性能：吞吐从 8000 TPS 提升到 5000 TPS"),
    ("target_reached", "[当前痛点]：\n- 具体问题：吞吐只有 5000 TPS\n[核心目标]：\n- 性能：吞吐达到 3000 TPS"),
    ("target_reached", "[当前痛点]：\n- 具体问题：可用性只有 99.9%\n[特殊要求]：\n- SLA：99.5%可用性"),
    ("percent_range", "[核心目标]：\n- 成本：-130%"),
    ("backwards", "[当前痛点]：\n- 具体问题：平均响应 80ms，目标是降到 120ms"),
    ("backwards", "[核心目标]：\n- 性能：TPS 从 5000 提升到 3000"),
    ("part_over", "[基础设施现状]：\n- 数据库：示例库，存储量 40TB（其中归档 60TB）"),
    ("refused", "[预算限制]：\n- 订阅制：拒绝订阅，只接受买断\n- 一次性投入：不接受，要求订阅制"),
    ("abroad", "[特殊要求]：\n- 合规性：等保三级，数据不得出境\n- 未来扩展：客户数据同步到法兰克福"),
    ("deadline_past", "[核心目标]：\n- 主要指标：在去年12月内达成 SLA 99.9%"),
    ("sla_recovery", "[特殊要求]：\n- SLA：99.999%，恢复时间 8 小时"),
    ("target_reached", "[当前痛点]：\n- 具体问题：可用性只有 99.995%\n[特殊要求]：\n- SLA：四个九"),
    ("hours", "[特殊要求]：\n- 支持响应：8x30"),
    ("hours", "[特殊要求]：\n- 支持响应：支持 9x30"),
    ("hours", "[特殊要求]：\n- 支持响应：7x25 中文支持"),
    ("industries", "[客户行业]：银行 / 游戏"),
    ("industries", "[客户行业]：零售\n[客户行业]：银行"),
    ("backwards", "[核心目标]：\n- 主要指标：可用性从 99.99% 降低到 99.9%"),
    ("segment", "[客户行业]：银行\n- 细分领域：寿险"),
    ("unread", "[客户行业]：零售\n- 吉祥物：小熊"),
    ("in_blank", "[客户行业]：__(示例银行)__"),
    ("typo", "[客户行业]：零售\n- 细份领域：连锁"),
]
GOOD = [
    "[核心目标]：\n- 安全：通过SOC2 Type II与ISO27001:2022认证、PCIDSS v4.0",
    "[特殊要求]：\n- 合规性：等保2.0三级、GDPR第32条",
    "[基础设施现状]：\n- 公有云：AWS北京（EC2 20台）、Azure East US、阿里云杭州",
    "[基础设施现状]：\n- 公有云：AWS eu-west-3 与 GCP europe-west3",
    "[特殊要求]：\n- SLA：99.9%可用性，恢复时间30分钟",
    "[特殊要求]：\n- SLA：99.95%可用性，故障恢复时间<1小时",
    "[特殊要求]：\n- SLA：99.95%可用性，4小时内恢复",
    "[特殊要求]：\n- SLA：年度可用性99.95%，恢复时间4小时",
    "[特殊要求]：\n- SLA：99.95%可用性，恢复时间10分钟，现场工程师4小时到场",
    "[客户行业]：零售\n- 业务连续性要求：零售门店允许停机30分钟/月\n[特殊要求]：\n- SLA：99.95%可用性",
    "[预算限制]：\n- 总预算：$150万/年\n  - 初期建设 60% vs 持续运维 40%",
    "[预算限制]：\n- 总预算：￥500万（含3年服务费）\n- 订阅制：3年",
    "[核心目标]：\n- 主要目标：\n  - 时间：2027 Q3前完成",
    "[当前痛点]：\n- 具体问题：延迟高达300ms\n[核心目标]：\n- 主要指标：3个月内实现延迟<150ms",
    "[核心目标]：\n- 性能：吞吐提升300%",
    "[核心目标]：\n- 成本：-20%",
    "[核心目标]：\n- 性能：恢复时间 -2 小时",
    "[当前痛点]：\n- 业务影响：每月损失 -20万元",
    "[特殊要求]：\n- 支持响应：8x5 驻场支持",
    "[核心目标]：\n- 主要指标：可用性从 99.5% 提升到 99.95%",
    "[核心目标]：\n- 性能：延迟从 300ms 降到 80ms",
    "[核心目标]：\n- 性能：延迟 50ms，故障恢复时间降到 30分钟",
    "[核心目标]：\n- 性能：吞吐从 5000 TPS 提升 3000 TPS",
    "[当前痛点]：\n- 具体问题：吞吐只有 5000 TPS\n[核心目标]：\n- 性能：吞吐达到 8000 TPS",
    "[特殊要求]：\n- SLA：核心 99.99%，其他 99.9%",
    "[核心目标]：\n- 主要目标：\n  - 时间：2027 Q1完成一期，2027 Q3完成二期",
    "[预算限制]：\n- 总预算：$50万/年，三年合计 $150万",
    "[特殊要求]：\n- 支持响应：24x7 中文支持，工作日 5x9 现场",
    "[特殊要求]：\n- 支持响应：6x12 支持",
    "[客户行业]：银行\n- 细分领域：零售银行",
    "[客户行业]：金融、保险\n- 细分领域：车险理赔自动化",
    "[客户行业]：零售\n- 细分领域：跨境电商",
    "[客户行业]：零售/电商",
    "[客户行业]：互联网/教育",
    "[客户行业]：农业、食品",
    "[客户行业]：银行\n- 细分领域：寿险代销",
    "[客户行业]：软件\n- 细分领域：医院病历系统",
    "[客户行业]：零售\n- 业务规模：用户量 20-500万",
    "[客户行业]：零售\n- 业务规模：用户量 - 500万",
    "[基础设施现状]：\n- 公有云：GCP asia-southeast1，腾讯云 广州",
    "[基础设施现状]：\n- 公有云：Azure 上海，阿里云呼和浩特",
    "[基础设施现状]：\n- 公有云：AWS 北京 + 自建机房 上海",
    "[基础设施现状]：\n- 数据库：示例库，存储量 40TB（其中归档 10TB）",
    "[核心目标]：\n- 性能：支持 50 人，提升到 3 级",
    "[核心目标]：\n- 性能：TPS 从 3000 提升到 5000",
    "[预算限制]：\n- 订阅制：按年订阅\n- 一次性投入：不接受",
    "[特殊要求]：\n- 合规性：数据不得出境\n- 未来扩展：预留上海的数据中心，数据同步到北京",
    "[特殊要求]：\n- SLA：五个9",
    "[特殊要求]：\n- SLA：派单 99.99%，报表 99.5%",
    "[核心目标]：\n- 性能：延迟从 300ms 提升到 50ms",
    "[预算限制]：\n- 总预算：￥２，０００，０００／年（其中首期￥８００，０００）",
    "[特殊要求]：\n- SLA：考试期间 99.99% 可用，平时 99.5%",
    "[预算限制]：\n- 总预算：人民币贰佰万元整",
    "[特殊要求]：\n- 支持响应：8x5 中文",
]


def found(text):
    (form,) = read_forms(text)
    return {f.check: f for f in check(form, TODAY)}


@pytest.mark.parametrize(("name", "text"), BAD)
def test_what_cannot_be_is_found_with_its_line(name, text):
    held = found(text)
    assert name in held
    assert 1 <= held[name].line <= len(text.split("\n"))


@pytest.mark.parametrize("text", GOOD)
def test_what_can_be_is_left_alone(text):
    assert found(text) == {}


def test_every_rule_has_an_example():
    assert {name for name, _ in BAD} == set(rules())


def test_the_filled_examples():
    assert set(found((HERE / "filled-long.md").read_text(encoding="utf-8"))) == {"certificate", "versions"}
    assert set(found((HERE / "filled-short.md").read_text(encoding="utf-8"))) == {"region", "versions"}


def test_a_date_within_the_main_target_is_not_asked_for_again():
    (form,) = read_forms("[核心目标]：\n- 主要指标：2029年底前 SLA 99.95%\n")
    assert "goal.period" not in {m.field for m in completeness(form).missing}
    (form,) = read_forms("[核心目标]：\n- 主要指标：理赔 2 天内结案\n")
    assert "goal.period" in {m.field for m in completeness(form).missing}


@pytest.mark.parametrize("name", ["short", "long"])
def test_an_empty_form_is_at_zero_and_asks_the_weightiest_first(name):
    held = completeness(read_forms(new_form(name))[0])
    assert (held.share, held.stage) == (0, 0)
    assert [m.weight for m in held.missing] == sorted((fields()[f].weight for f in blanks(name)), reverse=True)
    assert all(m.ask for m in held.missing)


def answered(name, skip=()):
    """A form with every blank answered but some."""
    text = new_form(name)
    for field in blanks(name):
        text = text.replace(f"__({hint_of(name, field)})__", "" if field in skip else "已答", 1)
    return read_forms(text)[0]


def hint_of(name, field):
    from analysis.intake.structure import TOKEN, template

    return next(hit[2] for line in template(name) for hit in TOKEN.finditer(line) if hit[1] == field and hit[2] is not None)


@pytest.mark.parametrize("name", ["short", "long"])
def test_stages(name):
    assert completeness(answered(name)).stage == 100
    light = [f for f in blanks(name) if fields()[f].weight <= 2]
    almost = completeness(answered(name, light))
    assert (almost.stage, [m.field for m in almost.missing]) == (80, sorted(light, key=lambda f: -fields()[f].weight))
    heavy = [f for f in blanks(name) if fields()[f].weight >= 5]
    assert completeness(answered(name, heavy)).stage == 0


def missing(text):
    return {m.field for m in completeness(read_forms(text)[0]).missing}


TOLD = [
    ("pain.metric", "[当前痛点]：\n- 业务影响：导致客户投诉率月增15%"),
    ("pain.metric", "[当前痛点]：\n- 业务影响：平均每笔处理时间超30分钟"),
    ("pain.metric", "[当前痛点]：\n- 业务影响：导致每月损失50万元"),
    ("pain.metric", "[当前痛点]：\n- 业务影响：导致每月流失2000单"),
    ("cloud.services", "[基础设施现状]：\n- 公有云：AWS北京（EC2 50节点）"),
    ("cloud.services", "[基础设施现状]：\n- 公有云：Azure East US（D4s_v3 30节点）"),
    ("cloud.services", "[基础设施现状]：\n- 公有云：阿里云杭州，Kubernetes集群3个"),
    ("compat.protocol", "[特殊要求]：\n- 兼容性：需对接既有SAP S/4HANA系统（IDoc接口）"),
    ("compat.protocol", "[特殊要求]：\n- 兼容性：\n  - 遗留系统：示例核心系统，需通过REST/XML接口交互"),
    ("compat.protocol", "[特殊要求]：\n- 兼容性：需对接示例航务系统（SOAP协议）"),
    ("budget.run", "[预算限制]：\n- 总预算：$150万/年，初期建设60%"),
    ("payment.onetime", "[预算限制]：\n- 付费偏好：3年订阅制"),
    ("scale.users", "[客户行业]：零售\n- 业务规模：门店 300 家，员工 4500 人"),
    ("scale.users", "[Customer industry]: Insurance\n- Scale: 2.1M policyholders, 3,200 employees"),
    ("pain.failure", "[当前痛点]：\n- 历史应对：无"),
    ("middleware", "[基础设施现状]：\n- 关键组件：示例库 5.7、RocketMQ 4.9、Redis 5.0 集群"),
    ("pain.failure", "[当前痛点]：\n- 历史应对：买过一套分布式存储 性能不行 退了"),
    ("pain.tried", "[Pain points]:\nWe tried a self-hosted broker but it did not scale."),
    ("goal.period", "[核心目标]：\n- 主要指标：明年 6 月底前把影像搬上云"),
    ("goal.cost", "[核心目标]：\n存储成本降三成"),
    ("goal.performance", "[核心目标]：\n- 主要指标：6个月内首屏降到 2 秒"),
    ("goal.security", "[特殊要求]：\n- 合规性：等保三级"),
    ("compat.legacy", "[特殊要求]：\n等保三级；要能对接现有影像平台（WebService）"),
    ("compat.protocol", "[特殊要求]：\n等保三级；要能对接现有影像平台（WebService）"),
    ("service.support", "[Special requirements]:\nGDPR\n24/7 support, 1h response"),
    ("payment.subscription", "[预算限制]：\n- 订阅制: 接受"),
    ("budget.run", "[预算限制]：\n- 总预算：1200万元\n  - 初期建设 45% vs 持续运维 55%"),
    ("budget.run", "[预算限制]：\n- 总预算：100万元\n  - 初期建设：50万元，持续运维：30万元"),
    ("pain.failure", "[当前痛点]：\n- 历史应对：自建缓存 因成本过高而放弃"),
    ("pain.failure", "[Pain points]:\n- Tried: in-house OCR, abandoned because accuracy stalled"),
    ("goal.metric", "[Goals]:\n- Primary: within 6 months OCR accuracy > 95%"),
    ("goal.metric", "[核心目标]：\n- 主要指标：在3个月内首屏降到2秒"),
    ("goal.period", "[核心目标]：\n- 主要指标：在3个月内首屏降到2秒"),
    ("budget.run", "[Budget]:\n- Total: $1.2M per year\n- Build 60% vs run 40%"),
]
OPEN = [
    ("pain.metric", "[当前痛点]：\n- 业务影响：导致客户投诉上升，影响3个系统"),
    ("cloud.services", "[基础设施现状]：\n- 公有云：阿里云账号3个，AWS北京"),
    ("compat.protocol", "[特殊要求]：\n- 兼容性：需对接既有SAP S/4HANA系统，接口待商量"),
    ("compat.protocol", "[特殊要求]：\n- 兼容性：需对接示例ERP系统（API接口）"),
    ("budget.run", "[预算限制]：\n- 总预算：$150万/年，初期建设$70万"),
    ("payment.onetime", "[预算限制]：\n- 订阅制：接受SaaS模式"),
    ("pain.failure", "[当前痛点]：\n- 历史应对：自建缓存集群"),
    ("goal.metric", "[核心目标]：\n- 主要指标：在3个月内"),
    ("goal.cost", "[核心目标]：\n- 主要指标：成本可控"),
    ("goal.security", "[特殊要求]：\n- 合规性：符合行业监管"),
]


@pytest.mark.parametrize(("field", "text"), TOLD)
def test_what_the_words_of_another_field_tell_is_not_asked(field, text):
    assert field not in missing(text)


@pytest.mark.parametrize(("field", "text"), OPEN)
def test_what_they_leave_open_is_asked(field, text):
    assert field in missing(text)


def test_a_place_is_its_own_cloud_s_and_only_another_provider_s_code_is_impossible():
    assert found("[基础设施现状]：\n- 公有云：GCP 广州")["region"].level == "doubtful"
    assert found("[基础设施现状]：\n- 公有云：Azure EU West 3")["region_elsewhere"].level == "impossible"
    (form,) = read_forms("[基础设施现状]：\n- 公有云：阿里云杭州（cn-hangzhou），腾讯云 广州")
    assert [(v.name, v.detail) for v in form.values(kind="region")] == [("aliyun", "cn-hangzhou"), ("tencent", "ap-guangzhou")]


def test_a_budget_without_a_currency_and_one_without_a_sum_are_told_apart():
    assert found("[预算限制]：\n- 总预算：不超过五百万")["budget_none"].text.endswith("没有写币种")
    assert found("[预算限制]：\n- 总预算：充足")["budget_none"].text.endswith("没有写金额")


def test_a_doubt_of_availability_names_its_period_and_is_no_impossibility():
    told = found("[特殊要求]：\n- SLA：99.95%可用性，4小时恢复时间")["sla_recovery_assumed"]
    assert told.level == "doubtful"
    assert "按月" in told.text
    assert "21.6分钟" in told.text
    assert "按年计可停 4.4小时" in told.text
    year = found("[特殊要求]：\n- SLA：99.95%/年，恢复时间5小时")["sla_recovery"]
    assert (year.level, "按年计最多停 4.4小时" in year.text) == ("doubtful", True)
    quarter = found("[客户行业]：零售\n- 业务连续性要求：<15分钟/季度\n[特殊要求]：\n- SLA：99.9%可用性")["downtime_sla"]
    assert "按季度计允许 2.2小时" in quarter.text


def test_the_recovery_is_held_against_the_availability_on_its_own_line():
    text = "[核心目标]：\n- 主要指标：6个月内达成SLA 99.99%\n[特殊要求]：\n- SLA：99.9%可用性，恢复时间30分钟"
    assert found(text) == {}


def test_the_filled_examples_are_asked_only_what_they_leave_open():
    asked = {name: missing((HERE / f"filled-{name}.md").read_text(encoding="utf-8")) for name in ("short", "long")}
    assert asked["short"] == {"cloud.network", "budget.run", "compliance.audit", "compat.future"}
    split = {"budget.cloud", "budget.custom", "budget.managed", "budget.reserve"}
    assert asked["long"] == {"service.sla", "scale.peak", "cloud.network", "security.component", "debt.drift", "compat.future"} | split
