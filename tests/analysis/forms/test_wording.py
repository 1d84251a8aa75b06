"""A form that was read is told in the words of its reader, with the line to go on with."""

import shlex

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from analysis.cli import load_commands
from analysis.intake.files import open_forms
from analysis.intake.values import known_kinds, scan
from analysis.intake.wording import number, value_text
from pipelines.errors import UserError

TOLD = [
    ("scale.users", "500万", ["500万"]),
    ("scale.users", "2 million+ users", ["≥200万人"]),
    ("scale.daily", "0 笔", ["0个/天"]),
    ("budget.total", "$120万/年", ["120万美元/年"]),
    ("goal.performance", "API响应<1.5s", ["≤1.5秒"]),
    ("budget.build", "30%", ["30%"]),
    ("service.sla", "99.999999%可用性", ["可用性 99.999999%"]),
    ("scale.peak", "8000+", ["≥8000 QPS"]),
    ("data.volume", "50TB", ["50 TB"]),
    ("middleware", "Kafka 3.5，12节点", ["Kafka 3.5", "12个节点"]),
    ("cloud.public", "AWS北京，Azure东欧", ["AWS 北京（cn-north-1）", "Azure：目录里没有“东欧”"]),
    ("goal.period", "2027年底前", ["截至 2027-12-31"]),
    ("service.support", "7x24中文支持", ["每周 7 天 × 每天 24 小时"]),
    ("service.support", "8x5 驻场", ["每周 5 天 × 每天 8 小时"]),
    ("industry.segment", "汽车零部件", []),
    ("compliance.rules", "IATF 16949", ["IATF 16949"]),
    ("compliance.rules", "等保2.0三级、GDPR", ["等保2.0三级", "GDPR"]),
]


@pytest.mark.parametrize(("field", "words", "told"), TOLD)
def test_a_value_is_told_in_words(field, words, told):
    assert [value_text(v) for v in scan(words, 1, field)] == told


def test_no_value_speaks_to_programmers():
    said = [value_text(v) for field, words, _ in TOLD for v in scan(words, 1, field)]
    assert not any(kind in text.split() or "e+" in text or "items" in text for text in said for kind in known_kinds())


def test_a_number_keeps_its_digits():
    assert [number(n) for n in (99.999999, 0.1, 12345678, 3e9)] == ["99.999999", "0.1", "1234.5678万", "30亿"]


def test_a_read_form_says_how_to_match_it(tmp_path):
    path = tmp_path / "my form.md"
    path.write_text("[客户行业]：零售\n", encoding="utf-8")
    said = CliRunner().invoke(load_commands(), ["form", "read", str(path)])
    assert said.exit_code == 0
    step = said.output.rstrip().split("\n")[-1]
    assert shlex.split(step.removeprefix("下一步：")) == ["insights", "match", str(path)]


def test_of_several_forms_the_fullest_is_matched(tmp_path):
    path = tmp_path / "two.md"
    path.write_text("[客户行业]：\n=====\n[客户行业]：零售\n- 细分领域：连锁\n", encoding="utf-8")
    said = CliRunner().invoke(load_commands(), ["form", "read", str(path)])
    assert said.output.rstrip().endswith(f"insights match {path} --form 2")


def test_a_workbook_is_told_what_forms_are(tmp_path):
    path = tmp_path / "form.xlsx"
    Workbook().save(path)
    with pytest.raises(UserError, match=r"form\.xlsx 不是需求表单的格式；表单可用 Markdown、文本、DOCX、JSON 或 YAML"):
        open_forms(path)
