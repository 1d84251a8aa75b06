"""The commands as a salesperson uses them: template, import, status, traits, report, forget."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.cli import load_commands
from analysis.commands._interviews import voices_of
from analysis.interviews.store import Store
from pipelines.errors import UserError, WorkError


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Runs ``insights`` in an empty folder: (exit status, output)."""
    monkeypatch.chdir(tmp_path)
    for name in ("INTERVIEWS_URL", "CASE_LIBRARY_URL"):
        monkeypatch.delenv(name, raising=False)

    def go(*words):
        done = CliRunner().invoke(load_commands(), [str(w) for w in words])
        status = getattr(done.exception, "status", done.exit_code)
        return status, done.output if not isinstance(done.exception, UserError | WorkError) else f"{done.output}{done.exception}"

    return go


@pytest.fixture
def filled(tmp_path, book):
    """The interviews as a file, and one row that cannot be read."""
    path = tmp_path / "会谈.yaml"
    path.write_bytes(book() + "- customer: 示例六厂\n  source: BD\n  answers: {采购方式: 招标}\n".encode())
    return path


def test_a_file_is_imported_without_a_command_and_what_is_wrong_is_told(told, filled):
    status, said = told("interview", filled)
    assert status == 1
    assert "新存 252 条" in said
    assert "没有写日期" in said
    assert "会谈.yaml 第" in said
    assert Path("outputs/interviews.db").exists()
    assert told("interview", "import", filled, "--json")[0] == 1


def test_templates(told, tmp_path):
    for form in ("yaml", "csv", "xlsx"):
        out = tmp_path / f"leer.{form}"
        assert told("interview", "new", "--template", "client", "--format", form, "--out", out)[0] == 0
        assert out.stat().st_size > 1000
        assert told("interview", out)[0] == 0
    assert told("interview", "new", "--template", "survey")[0] == 2
    assert "interviews:" in told("interview", "new")[1]


def test_status_and_traits(told, filled):
    told("interview", filled)
    status, said = told("interview", "status", "--customer", "示例甲")
    assert status == 0
    assert "补充关键信息" in said
    assert "（现用云厂商，权重 3）" in said
    held = json.loads(told("interview", "status", "--json")[1])
    assert (len(held["customers"]), held["interviewed"], held["full"]) == (12, 12, 10)
    status, said = told("interview", "traits")
    assert status == 0
    assert "共同点" in said
    assert "相异点" in said
    assert "红旗 没有内部支持者（Coach）" in said


def test_without_a_store_the_remedy_is_named(told):
    for words in (("status",), ("traits",), ("forget", "赵大勇")):
        status, said = told("interview", *words)
        assert status == 2
        assert "insights interview FILE" in said


def test_the_guide_tells_the_workflow_and_what_not_to_ask(told):
    said = told("interview", "guide")[1]
    for word in ("提案PPT", "客户交接单", "由易到难", "KPI", "10 家以上", "二八法则", "EB 决策者"):
        assert word in said


def test_forget(told, filled, tmp_path):
    told("interview", filled)
    status, said = told("interview", "forget", "赵大勇")
    assert status == 0
    assert "人员条目 1" in said
    assert "会谈.yaml" in said
    assert "赵大勇".encode() not in Path("outputs/interviews.db").read_bytes()
    assert told("interview", "forget", "赵大勇")[0] == 1


def test_a_report_reads_the_default_store_and_says_so(told, filled, tmp_path):
    plain = ("report", "对象存储", "--starter", "--date", "2026-11-27", "--no-pictures", "--kind", "cards")
    told(*plain, "--out", "before")
    told("interview", filled)
    status, said = told(*plain, "--out", "with")
    assert status == 0
    assert "12 家客户的访谈" in said
    told(*plain, "--out", "without", "--interviews", "none")
    files = {d: {p.name: p.read_bytes() for p in Path(d).rglob("*") if p.is_file()} for d in ("before", "with", "without")}
    assert files["without"] == files["before"]
    assert files["with"]["analysis.json"] != files["before"]["analysis.json"]
    home = next(Path("with").rglob("analysis.json")).parent
    assert told("verify", home)[0] == 0
    status, said = told(*plain, "--out", "again", "--interviews", "none", "--previous", home)
    assert "没有经检验的偏移" in said
    assert told("report", "消息队列", "--starter", "--previous", home)[0] == 2
    assert told("diff", home, next(Path("again").rglob("analysis.json")).parent)[0] == 0


def test_a_store_that_was_named_must_be_there(tmp_path):
    with pytest.raises(UserError, match="没有访谈"):
        voices_of(f"sqlite:///{tmp_path / 'none.db'}")


def test_the_same_on_postgresql(postgres_url, book):
    from analysis.interviews.read import read_bytes

    with Store.open(postgres_url) as store:
        data = book(4)
        assert store.put("a.yaml", data, read_bytes(data, "a.yaml")).new == 84
        assert store.put("a.yaml", data, read_bytes(data, "a.yaml")).new == 0
        assert store.forget(("赵大勇",)).people == 1
        assert "赵大勇" not in {t.teller for t in store.told()}
