"""What a crawl of several vendors tells at its beginning and end."""

import io
from pathlib import Path

from rich.console import Console

from crawlers.run import Asked, Outcome, next_steps
from crawlers.told import ending
from pipelines.search_plan import Narrow, make_plan

OUTCOME = {"status": "complete", "kinds": [], "told": [], "cases": 3, "pages": 4, "rejected": {}}


def printed(tables) -> str:
    console = Console(file=io.StringIO(), width=120)
    for table in tables:
        console.print(table)
    return console.file.getvalue()


def test_what_was_left_out_is_counted_over_all_vendors_with_its_reason():
    left = {**OUTCOME, "rejected": {"excluded": 2, "robots": 1}}
    said = printed(ending({"甲云": left, "乙云": {**left, "status": "incomplete", "told": ["少于站点声明"]}}, sandbox=False))
    rows = [" ".join(line.replace("│", " ").split()) for line in said.splitlines()]
    assert "甲云 完整 3 4 3 —" in rows
    assert "乙云 不完整 3 4 3 少于站点声明" in rows
    assert any(row.startswith("excluded 4 来源规则明确排除") for row in rows)
    assert "演示数据" not in said


def test_nothing_left_out_needs_no_table_and_the_sandbox_says_what_it_is():
    said = printed(ending({"甲云": OUTCOME}, sandbox=True))
    assert "演示数据" in said
    assert "原因" not in said


def test_a_plan_in_one_line_counts_the_steps_of_every_phase():
    plan = make_plan("S3", "aws")
    said = plan.brief()
    assert "\n" not in said
    assert "对象存储" in said
    for phase, name in (("product", "阶段1"), ("industry", "阶段2"), ("quantified", "阶段3")):
        n = sum(step.phase == phase for step in plan.steps)
        assert n
        assert f"{n} 步" in said[said.index(name) :]


def test_the_next_step_names_the_library_and_an_interrupted_crawl_its_own_plan():
    whole = Outcome("aws", "crawl-1-aws", 0, Path("manifest.json"), {"status": "complete", "account": {"cases": 3}})
    asked = Asked("对象存储", ("aws",), True, "sqlite:///a b.db", Narrow("finance", "2025-01-01", 5, (1,)), "S1", workers=2)
    assert list(next_steps(asked, 0, [whole])) == ["insights report 对象存储 --library 'sqlite:///a b.db'"]
    (again,) = next_steps(asked, 1, [whole])
    assert "insights crawl 对象存储 --vendors aws --industry finance --since 2025-01-01 --limit 5 --tiers 1" in again
    assert again.endswith("--workers 2 --resume S1 --sandbox --library 'sqlite:///a b.db'")
