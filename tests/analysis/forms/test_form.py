"""Both templates and both filled examples of document 2; forms as people fill them; writing and reading again; hostile files."""

import io
import json
import zipfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from analysis.cli import load_commands
from analysis.intake.check import completeness
from analysis.intake.files import docx_text, forms_of, open_forms
from analysis.intake.model import Answer, Form
from analysis.intake.read import read_forms
from analysis.intake.structure import TEMPLATES, blanks, fields
from analysis.intake.values import scan
from analysis.intake.write import from_plain, new_form, to_json, to_yaml, write_template
from pipelines.errors import UserError

HERE = Path(__file__).parent
SHORT = (HERE / "filled-short.md").read_text(encoding="utf-8")
LONG = (HERE / "filled-long.md").read_text(encoding="utf-8")


def said(form):
    """{field: all words}, what is compared between forms."""
    return {name: form.raw(name) for name in sorted(form.answered())}


def typed(form, field):
    return [(v.kind, v.number, v.unit or v.per, v.bound, v.name, v.detail) for v in form.values(field)]


@pytest.mark.parametrize("name", TEMPLATES)
def test_an_empty_template_holds_no_value(name):
    (form,) = read_forms(new_form(name))
    assert form.answers == ()
    assert form.notes == ()
    assert form.template == name
    assert set(form.blanks) == set(blanks(name))


SHORT_VALUES = {
    "scale.users": [("count", 2e6, "", "over", "", "")],
    "scale.daily": [("count", 12000.0, "items", "", "", "")],
    "pain.problem": [
        ("region", None, "", "", "aws", "cn-north-1"),
        ("region", None, "", "", "azure", ""),
        ("duration", 300.0, "ms", "", "", ""),
    ],
    "pain.impact": [("percent", 15.0, "%", "", "", ""), ("duration", 30.0, "min", "over", "", "")],
    "cloud.public": [
        ("region", None, "", "", "aws", "cn-north-1"),
        ("instance", None, "", "", "", "c5.4xlarge"),
        ("count", 50.0, "节点", "", "", ""),
        ("region", None, "", "", "azure", ""),
        ("instance", None, "", "", "", "D4s_v3"),
        ("count", 30.0, "节点", "", "", ""),
    ],
    "cloud.private": [("version", None, "", "", "vSphere", "7.0"), ("count", 2.0, "处", "", "", "")],
    "data.database": [("version", None, "", "", "AWS RDS MySQL", "8.0")],
    "data.volume": [("data", 80.0, "TB", "", "", "")],
    "middleware": [
        ("version", None, "", "", "Kafka", "3.2"),
        ("count", 10.0, "节点", "", "", ""),
        ("version", None, "", "", "Redis", "6.2"),
    ],
    "bottleneck.technical": [("rate", 800.0, "TPS", "", "", "")],
    "goal.period": [("duration", 6.0, "month", "", "", "")],
    "goal.metric": [("duration", 150.0, "ms", "under", "", "")],
    "goal.performance": [("percent", 99.0, "%", "", "", ""), ("duration", 15.0, "s", "under", "", "")],
    "goal.cost": [("percent", 30.0, "%", "", "", "")],
    "goal.security": [("certification", None, "", "", "PCI DSS", "4.0")],
    "budget.total": [("money", 1.2e6, "USD", "", "", "")],
    "budget.build": [("money", 7e5, "USD", "", "", "")],
    "payment.subscription": [("duration", 3.0, "year", "", "", "")],
    "compliance.rules": [("certification", None, "", "", "GDPR", "")],
    "service.sla": [("sla", 99.95, "%", "", "", "")],
}
SHORT_WORDS = "industry.name industry.segment pain.tried pain.failure bottleneck.operations compat.legacy service.support".split()
LONG_VALUES = {
    "scale.users": [("count", 50.0, "", "over", "", "")],
    "scale.data": [("count", 1e5, "items", "over", "", "")],
    "pain.problem": [("region", None, "", "", "azure", "eastus")],
    "cloud.public": [
        ("instance", None, "", "", "", "D8s_v3"),
        ("count", 100.0, "节点", "", "", ""),
        ("region", None, "", "", "azure", "eastus"),
    ],
    "cloud.private": [("version", None, "", "", "Synergy 480", "Gen10")],
    "data.database": [("version", None, "", "", "Cassandra", "4.0"), ("duration", 300.0, "ms", "", "", "")],
    "middleware": [("version", None, "", "", "RabbitMQ", "3.9")],
    "debt.version": [("version", None, "", "", "Terraform", "0.12")],
    "goal.period": [("duration", 6.0, "month", "", "", "")],
    "goal.metric": [("duration", 100.0, "ms", "under", "", "")],
    "goal.cost": [("percent", 25.0, "%", "", "", "")],
    "goal.security": [("certification", None, "", "", "SOC 2", "III")],
    "success.technical": [("count", 1e5, "items", "", "", "")],
    "success.business": [("percent", 0.1, "%", "under", "", "")],
    "budget.total": [("money", 1.8e6, "USD", "", "", ""), ("duration", 3.0, "year", "", "", "")],
    "compliance.rules": [("certification", None, "", "", "FAA", "")],
}
LONG_WORDS = (
    "industry.name industry.segment continuity pain.cause pain.tried pain.failure payment.terms compat.legacy service.support".split()
)


@pytest.mark.parametrize(("text", "values", "words"), [(SHORT, SHORT_VALUES, SHORT_WORDS), (LONG, LONG_VALUES, LONG_WORDS)])
def test_a_filled_example_is_read_completely_and_nothing_is_invented(text, values, words):
    (form,) = read_forms(text)
    assert form.notes == ()
    assert form.answered() == set(values) | set(words)
    assert {name: typed(form, name) for name in form.answered()} == values | {w: [] for w in words}


def test_every_answer_keeps_its_words_and_its_line():
    for text in (SHORT, LONG):
        (form,) = read_forms(text)
        lines = text.split("\n")
        for answer in form.answers:
            assert answer.raw in lines[answer.line - 1]
            assert all(v.line == answer.line and v.text in answer.raw for v in answer.values)


TYPED = [
    ("$150万/年", "budget.total", "money", 1.5e6, "USD"),
    ("￥500万元", "budget.total", "money", 5e6, "CNY"),
    ("500万元人民币", "budget.total", "money", 5e6, "CNY"),
    ("USD 1.5 million", "budget.total", "money", 1.5e6, "USD"),
    ("€２００万", "budget.total", "money", 2e6, "EUR"),
    ("60%", "budget.build", "percent", 60, "%"),
    ("<15分钟/季度", "continuity", "duration", 15, "min"),
    ("5000+", "scale.peak", "rate", 5000, "QPS"),
    ("10TB交易数据", "scale.data", "data", 10, "TB"),
    ("99.9%可用性", "service.sla", "sla", 99.9, "%"),
    ("2000+企业客户", "scale.businesses", "count", 2000, ""),
    ("20台c5.xlarge实例", "cloud.public", "count", 20, "台"),
    ("3台ESXi主机", "cloud.private", "count", 3, "台"),
    ("漏洞修复SLA<24小时", "goal.security", "duration", 24, "h"),
]


@pytest.mark.parametrize(("raw", "field", "kind", "number", "unit"), TYPED)
def test_figures_have_kind_number_and_unit(raw, field, kind, number, unit):
    assert (kind, number, unit) in [(v.kind, v.number, v.unit) for v in scan(raw, 1, field)]


NAMED = [
    ("2024 Q3前完成", "deadline", "", "2024-09-30"),
    ("2027年3月31日", "deadline", "", "2027-03-31"),
    ("2027年3月", "deadline", "", "2027-03-31"),
    ("2027年第二季度", "deadline", "", "2027-06-30"),
    ("2027年底", "deadline", "", "2027-12-31"),
    ("by March 2027", "deadline", "", "2027-03-31"),
    ("等保2.0三级", "certification", "等级保护", "三"),
    ("GDPR第32条", "certification", "GDPR", "32"),
    ("GDPR Article 28处理器条款", "certification", "GDPR", "28"),
    ("ISO27001:2022", "certification", "ISO 27001", "2022"),
    ("年度SOC2 Type II报告", "certification", "SOC 2", "II"),
    ("Kubernetes 1.19无法升级", "version", "Kubernetes", "1.19"),
    ("Cloudflare WAF规则集版本2023Q4", "version", "版本", "2023Q4"),
    ("7x24中文支持", "hours", "", "7x24"),
    ("Azure EU West 3区Blob存储", "region", "azure", ""),
    ("AWS eu-west-3", "region", "aws", "eu-west-3"),
    ("阿里云杭州", "region", "aliyun", "cn-hangzhou"),
    ("ecs.g6.large 5台", "instance", "", "ecs.g6.large"),
]


@pytest.mark.parametrize(("raw", "kind", "name", "detail"), NAMED)
def test_names_are_typed(raw, kind, name, detail):
    assert (kind, name, detail) in [(v.kind, v.name, v.detail) for v in scan(raw, 1)]


@pytest.mark.parametrize("raw", ["SAP S/4HANA系统", "零容忍停机", "IDoc接口", "等保2.0三级", "EC2与S3"])
def test_names_with_figures_are_no_numbers(raw):
    assert [v for v in scan(raw, 1) if v.number is not None] == []


def test_words_inside_a_blank_are_noted_and_not_read():
    (form,) = read_forms("[客户行业]：__(我们是示例银行)__\n- 细分领域：__(寿险/政务云/航空资产租赁/跨境电商等)__\n")
    assert form.answers == ()
    assert [(n.code, n.line) for n in form.notes] == [("in_blank", 1)]


def test_a_blank_that_was_overwritten_is_an_answer():
    (form,) = read_forms("[客户行业]：__保险__\n- 细分领域：____\n- 业务规模：用户量__300万__，日均交易量__(如「10万笔」)__\n")
    assert said(form) == {"industry.name": "保险", "scale.users": "300万"}
    assert set(form.blanks) == {"industry.segment", "scale.daily"}


def test_what_cannot_be_placed_names_its_line_and_the_nearest_label():
    (form,) = read_forms("[客户行业]：零售\n- 吉祥物：小熊\n")
    assert [(n.code, n.line) for n in form.notes] == [("unread", 2)]
    assert form.notes[0].hint


def test_forms_in_one_file_are_told_apart():
    both = read_forms(f"{SHORT}\n=====\n\n{LONG}\n!!!!\n{new_form('long')}")
    assert [said(f) for f in both] == [said(read_forms(t)[0]) for t in (SHORT, LONG, new_form("long"))]
    assert both[1].line > both[0].line


@pytest.mark.parametrize("text", ["", "今天天气不错", "x" * 10])
def test_a_text_that_is_no_form_is_refused(text):
    with pytest.raises(UserError, match="form new"):
        read_forms(text)


@pytest.mark.parametrize("text", [SHORT, LONG])
@pytest.mark.parametrize("name", TEMPLATES)
def test_a_form_written_as_either_template_reads_the_same(text, name):
    (form,) = read_forms(text)
    (again,) = read_forms(write_template(form, name))
    assert said(again) == said(form)
    assert [v.says() for f in sorted(form.answered()) for v in again.values(f)] == [
        v.says() for f in sorted(form.answered()) for v in form.values(f)
    ]


@pytest.mark.parametrize("text", [SHORT, LONG])
def test_a_form_written_as_json_or_yaml_reads_the_same(text):
    (form,) = read_forms(text)
    assert from_plain(json.loads(to_json(form))) == form
    assert from_plain(yaml.safe_load(to_yaml(form))) == form
    assert forms_of(to_yaml(form).encode(), "form.yaml") == (form,)


POOL = [
    "示例银行业务",
    "300万+",
    "延迟<80ms",
    "$50万",
    "Kafka 3.6",
    "99.99%",
    "需通过等保三级",
    "因故中断",
    "MySQL 8.0（主从，两地）",
    "降低20%",
    "2027年6月",
]


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(fields())), st.sampled_from(POOL), min_size=1, max_size=30), st.sampled_from(TEMPLATES))
def test_what_was_read_once_survives_every_writing(answers, name):
    made = Form("short", tuple(Answer(f, raw, 1, scan(raw, 1, f)) for f, raw in answers.items()))
    (first,) = read_forms(write_template(made, name))
    for other in TEMPLATES:
        (again,) = read_forms(write_template(first, other))
        assert said(again) == said(first)


@pytest.mark.parametrize("how", ["json", "yaml", "short", "long"])
def test_a_file_of_several_forms_is_written_as_one_that_reads_the_same(tmp_path, how):
    both, out = tmp_path / "both.md", tmp_path / f"again.{how if how in ('json', 'yaml') else 'md'}"
    both.write_text(f"{SHORT}\n=====\n\n{LONG}", encoding="utf-8")
    assert CliRunner().invoke(load_commands(), ["form", "read", str(both), "--as", how, "--out", str(out)]).exit_code == 0
    assert [said(f) for f in open_forms(out)] == [said(f) for f in open_forms(both)]


def docx(*paragraphs, xml="", rows=()):
    """A DOCX with some paragraphs, or with any XML as its document."""
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in paragraphs)
    body += "".join(
        "<w:tbl><w:tr>" + "".join(f"<w:tc><w:p><w:r><w:t>{c}</w:t></w:r></w:p></w:tc>" for c in row) + "</w:tr></w:tbl>" for row in rows
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as held:
        held.writestr("word/document.xml", xml or f"<w:document {ns}><w:body>{body}</w:body></w:document>")
    return out.getvalue()


def test_a_docx_is_read_like_its_text():
    lines = [line.replace("<", "&lt;") for line in SHORT.split("\n")]
    (form,) = forms_of(docx(*lines), "form.docx")
    assert said(form) == said(read_forms(SHORT)[0])


def test_a_docx_table_is_label_and_value():
    (form,) = forms_of(docx("[客户行业]：零售", rows=[("细分领域", "连锁"), ("用户量", "80万")]), "form.docx")
    assert said(form) == {"industry.name": "零售", "industry.segment": "连锁", "scale.users": "80万"}


HOSTILE = {
    "bomb": docx(xml="<w:document>" + "x" * 20_000_001 + "</w:document>"),
    "entities": docx(xml='<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><d>&b;</d>'),
    "external": docx(xml='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><d>&x;</d>'),
    "broken": docx(xml="<w:document><w:p>"),
    "no document": b"PK\x03\x04 and no more",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_docx_is_refused(name):
    with pytest.raises(UserError, match="DOCX"):
        docx_text(HOSTILE[name])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("form.pdf", b"%PDF-1.7"),
        ("form.md", b"\xff\xff\xff\xff"),
        ("form.yaml", b"a: &a [1]\nb: *a\n"),
        ("form.json", b"{"),
        ("form.json", b'{"template": "short", "answers": [{"field": "no.such", "raw": "x", "line": 1}]}'),
    ],
)
def test_a_file_of_another_kind_is_refused(name, data):
    with pytest.raises(UserError):
        forms_of(data, name)


def test_encodings():
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        assert said(forms_of(SHORT.encode(encoding), "a.txt")[0]) == said(read_forms(SHORT)[0])


def test_the_commands(tmp_path):
    run = CliRunner()
    empty = tmp_path / "form.md"
    assert run.invoke(load_commands(), ["form", "new", "--template", "long", "--out", str(empty)]).exit_code == 0
    assert empty.read_text(encoding="utf-8") == new_form("long")
    told = run.invoke(load_commands(), ["form", "read", str(HERE / "filled-short.md"), "--json"])
    assert told.exit_code == 0
    assert from_plain(json.loads(told.output)[0]) == open_forms(HERE / "filled-short.md")[0]


ENGLISH = """[Customer industry]: Insurance
- Scale: 2 million+ users, 12,000 claims a day
[Pain points]:
- Impact: complaints up 15% a month
- Tried: own CDN, failed because of jitter
[Current infrastructure]:
- Database: MySQL 8.0, 80 TB
- Bottleneck: API gateway 800 TPS
[Goals]:
- Main: global latency below 150 ms within 6 months
[Budget]:
- Total: $1.2M per year
[Special requirements]:
- Compliance: GDPR
- SLA 99.95%
"""


def test_an_english_form_keeps_its_key_lines():
    (form,) = read_forms(ENGLISH)
    assert form.notes == ()
    told = {
        "scale.daily": "12,000 claims a day",
        "pain.tried": "own CDN",
        "pain.failure": "jitter",
        "goal.metric": "global latency below 150 ms within 6 months",
        "budget.total": "$1.2M per year",
        "compliance.rules": "GDPR",
        "service.sla": "99.95%",
    }
    assert {name: form.raw(name) for name in told} == told
    assert [v.kind for v in form.values("pain.impact")] == ["percent"]
    asked = {m.field for m in completeness(form).missing}
    assert not asked & {*told, "goal.period", "data.volume"}


@pytest.mark.parametrize("line", ["- 每个机房 3 个节点", "- 我们 3 年内上云", "- Some 80 people run it"])
def test_words_before_a_figure_are_no_label_unless_they_are_one(line):
    (form,) = read_forms(f"[基础设施现状]：\n- 数据库：MySQL 8.0\n{line}\n")
    assert form.notes == ()
    assert line.removeprefix("- ") in "；".join(a.raw for a in form.answers)


ROWS = [
    (
        "| 序号 | 项目 | 内容 |\n|---|:--|---|\n| 1 | 客户行业 | 政府 |\n| 2 | 用户量 | 500万 |",
        {"industry.name": "政府", "scale.users": "500万"},
    ),
    (
        "| 客户行业 | 政务 | 用户量 | 800万 |\n| 具体问题 | 数据孤岛 | 总预算 | 1200万元 |",
        {"scale.users": "800万", "budget.total": "1200万元"},
    ),
    ("| 大类 | 字段 | 填写 |\n| 当前痛点 | 具体问题 | 慢 |\n| | 量化指标 | 每天5次 |", {"pain.problem": "慢", "pain.metric": "每天5次"}),
    ("客户行业\t保险\n具体问题\t理赔慢", {"industry.name": "保险", "pain.problem": "理赔慢"}),
    ("[客户行业]：零售\n- 业务规模：日均交易量85万笔，员工约4500人", {"scale.daily": "85万笔", "scale.staff": "约4500人"}),
    ("[Customer industry]: Insurance\n- Sub-segment: motor claims", {"industry.segment": "motor claims"}),
]


@pytest.mark.parametrize(("text", "said"), ROWS)
def test_tables_of_any_width_and_further_labels_are_read_without_a_note(text, said):
    (form,) = read_forms(text)
    assert {f: form.raw(f) for f in said} == said
    assert form.notes == ()


def test_a_word_table_of_four_columns_holds_two_answers_a_row_and_a_cell_several_lines():
    def cell(*said):
        return f"<w:tc>{''.join(f'<w:p><w:r><w:t>{s}</w:t></w:r></w:p>' for s in said)}</w:tc>"

    rows = (
        cell("客户行业") + cell("政务") + cell("用户量") + cell("800万"),
        cell("基础设施现状") + cell("公有云：阿里云杭州", "数据库：示例库 8.0"),
    )
    (form,) = forms_of(docx(f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"), "a.docx")
    assert form.raw("industry.name") == "政务"
    assert form.raw("scale.users") == "800万"
    assert form.raw("data.database") == "示例库 8.0"


def test_numbered_headings_alone_do_not_make_a_long_form():
    short, long = read_forms("一、客户行业：零售\n二、当前痛点：慢")[0], read_forms("一、行业背景与业务特性\n[客户行业]：零售")[0]
    assert (short.template, long.template) == ("short", "long")


def test_a_bare_availability_and_a_sum_in_formal_numerals_are_read():
    (form,) = read_forms("[预算限制]：\n- 总预算：人民币贰佰万元整\n[特殊要求]：\n- SLA：99.99，恢复 30 分钟")
    assert [(v.kind, v.number) for v in form.values("budget.total")] == [("money", 2_000_000)]
    assert [(v.kind, v.number) for v in form.values("service.sla")] == [("sla", 99.99), ("duration", 30)]


def test_a_full_width_number_keeps_its_commas():
    (form,) = read_forms(
        "【客户行业】医疗\n·业务规模：医院客户 ３，２００ 家，日处理影像 ４．５万例\n【预算限制】\n·总预算：￥２，０００，０００／年"
    )
    assert [v.number for v in form.values("scale.users", "scale.daily", "budget.total")] == [3200, 45_000, 2_000_000]
