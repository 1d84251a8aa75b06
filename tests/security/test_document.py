"""``docs/security.md`` names tests that exist, and every test of this folder stands in it or serves one that does."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs/security.md").read_text(encoding="utf-8"))
PARTS = ("敌意网页", "导入的敌意文件", "敌意需求表与访谈", "敌意知识来源", "共享数据库", "浏览界面")


def named_in(path):
    found = {n.name for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
    return {n for n in found if n.startswith("test_")}


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[n for _, n in NAMED])
def test_every_test_that_the_list_of_threats_names_exists(path, name):
    assert name in named_in(ROOT / path)


@pytest.mark.parametrize("part", PARTS)
def test_every_kind_of_threat_has_rows_and_every_row_a_test(part):
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    section = re.search(rf"^## \d {part}.*?\n(.*?)(?=^## )", text, re.S | re.M)[1]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 3
    for row in rows:
        assert re.search(r"`tests/[\w/]+\.py::\w+`", row), row
