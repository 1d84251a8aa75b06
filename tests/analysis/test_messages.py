"""What users read is Chinese: every message of the errors that reach them, of rejections and of what a check finds.

Only words that stand in the call itself are judged; what is handed through (a report's phrases, another part's reason) is judged
where it is made. DataError is for those who maintain the data files that lie in the packages.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.cli import load_commands
from analysis.usage import Refused, told

ROOT = Path(__file__).parents[2]
PACKAGES = ("analysis", "pipelines", "crawlers")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Where the message stands among the arguments, for those that do not tell it first.
PLACES = {"StepError": 1, "Rejection": 1, "Failed": 1, "Refused": 1, "Problem": 2, "refuse": 1, "_reject": 2}
TOLD = {"ListingChanged", "BadParameter", "Declined"}
MAINTAINERS = {"DataError"}


def trees() -> dict[str, ast.Module]:
    files = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def family(modules: dict[str, ast.Module]) -> set[str]:
    """UserError, WorkError and all that derive from them, but for those of maintainers."""
    classes = [c for module in modules.values() for c in ast.walk(module) if isinstance(c, ast.ClassDef)]
    found = {"UserError", "WorkError"}
    while more := {c.name for c in classes if {name_of(b) for b in c.bases} & (found - MAINTAINERS)} - found:
        found |= more
    return found - MAINTAINERS


def spoken(node: ast.expr) -> Iterator[ast.expr]:
    """The literal texts that an expression may give: each branch of a condition, a sum as one."""
    if isinstance(node, ast.IfExp):
        yield from spoken(node.body)
        yield from spoken(node.orelse)
    elif isinstance(node, ast.JoinedStr | ast.BinOp) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        yield node


def foreign(module: ast.Module, judged: set[str]) -> Iterator[tuple[int, str]]:
    """(line, message) of every message in a module without a Chinese character; an empty one says nothing."""
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and name_of(call.func) in judged:
            place = PLACES.get(name_of(call.func), 0)
            given = call.args[place : place + 1] + [k.value for k in call.keywords if k.arg in ("detail", "message")]
            for text in (text for one in given for text in spoken(one)):
                words = "".join(c.value for c in ast.walk(text) if isinstance(c, ast.Constant) and isinstance(c.value, str))
                if words and not CHINESE.search(words):
                    yield call.lineno, ast.unparse(text)


def test_every_message_that_reaches_a_user_is_chinese():
    modules = trees()
    judged = family(modules) | TOLD | set(PLACES)
    wrong = [f"{file}:{line}: {text}" for file, module in modules.items() for line, text in foreign(module, judged)]
    assert wrong == [], "write these in Chinese, with what was given and what to do"


def test_the_check_sees_what_it_is_for():
    code = """
class Mine(UserError): ...
class Data(DataError): ...
raise Mine(f"no {x}")
raise Mine("没有")
raise Mine("是" if y else "no")
raise Data("no")
Rejection("bad_record", f"{x}: broken", "")
Rejection(code="x", detail="broken")
raise WorkError(text)
"""
    module = ast.parse(code)
    assert [line for line, _ in foreign(module, family({"": module}) | set(PLACES))] == [4, 6, 8, 9]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["crawl"], "缺少 CATEGORY；用 insights crawl --help"),
        (["report", "对象存储", "--nowhere"], "没有选项 --nowhere"),
        (["crawl", "对象存储", "--limit", "many"], "--limit 的值不对"),
        (["crawl", "对象存储", "--limit"], "选项 --limit 缺少值"),
        (["form", "nowhere"], "没有这个子命令"),
        (["category", "对象存储", "块存储", "文件存储"], "用法不对"),
    ],
)
def test_what_the_command_line_refuses_is_chinese(words, said):
    with pytest.raises(Refused) as refused:
        load_commands()(words, prog_name="insights", standalone_mode=False)
    assert said in told(refused.value)
    assert "--help 查看用法" in told(refused.value)


def test_an_import_says_how_to_take_in_what_nobody_called_official(tmp_path):
    (tmp_path / "note.md").write_text("# 示例\n示例客户甲用对象存储保存影像。", encoding="utf-8")
    library = f"sqlite:///{tmp_path / 'library.db'}"

    def imported(*words: str) -> str:
        done = CliRunner().invoke(load_commands(), ["import", str(tmp_path / "note.md"), "--library", library, *words])
        assert done.exit_code == 0, done.output
        return done.output

    assert "加 --vendor 厂商代码" in imported()
    assert "其中 1 份没有网址" in imported("--vendor", "aliyun")
    assert "加 --official 重新导入" in imported("--vendor", "aliyun")
    for said in ("--official", "--third-party"):
        assert "加 --official" not in imported("--vendor", "aliyun", said)
