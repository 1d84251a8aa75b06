"""What a command tells as the next step works as it is printed, with the library and the folder that were given."""

import shlex
from pathlib import Path

import pytest
from stories import write_records
from typer.testing import CliRunner

from analysis.cli import load_commands
from analysis.commands._next import command
from pipelines.errors import UserError, WorkError


def insights(*words):
    """(exit status, what was printed, what went wrong)."""
    ran = CliRunner().invoke(load_commands(), [str(w) for w in words])
    if ran.exception and not isinstance(ran.exception, UserError | WorkError | SystemExit):
        raise ran.exception
    return getattr(ran.exception, "status", ran.exit_code), ran.output, str(ran.exception or "")


def steps(said):
    """The steps of the last line that tells any."""
    told = [line for line in said.splitlines() if line.startswith("下一步：")]
    return told[-1].removeprefix("下一步：").split(" · ") if told else []


def followed(said):
    """Do what is told; the steps."""
    for step in (found := steps(said)):
        if step.startswith("打开 "):
            assert Path(step.removeprefix("打开 ")).is_file(), step
        else:
            name, *words = shlex.split(step)
            status, _, wrong = insights(*words)
            assert (name, status) == ("insights", 0), f"{step}: {wrong}"
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("a team's files")  # a folder that a shell must have quoted


@pytest.fixture(scope="module")
def library(home):
    url = f"sqlite:///{home}/library.db"
    status, said, _ = insights("import", write_records(home / "stories.jsonl"), "--library", url)
    assert status == 0
    assert [s.split(" --library")[0] for s in followed(said)] == ["insights library", "insights report 对象存储"]
    return url


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """No default library, and what a followed step writes goes nowhere near the checkout."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CASE_LIBRARY_URL", raising=False)


@pytest.mark.parametrize("kind", ["positioning", "strategy", "comparison", "features", "cards"])
def test_a_report_is_opened_and_verified_as_it_says(library, home, kind):
    words = ("--kind", kind, "--library", library, "--out", home / "out", "--date", "2025-06-01", "--no-pictures")
    status, said, _ = insights("report", "对象存储", *words)
    assert status == 0
    assert len(followed(said)) == 2


def test_a_report_of_the_starter_library_is_verified_without_one(tmp_path):
    status, said, _ = insights("report", "MaaS", "--starter", "--out", tmp_path / "out", "--date", "2025-06-01", "--no-pictures")
    assert status == 0
    assert len(followed(said)) == 2


@pytest.mark.parametrize("words", [("library",), ("explain", "示例甲银行"), ("ask", "对象存储有哪些客户案例？", "--date", "2025-06-01")])
def test_the_next_step_is_of_the_same_library(library, words):
    status, said, wrong = insights(*words, "--library", library)
    assert status == 0, wrong
    assert followed(said)


def test_an_empty_form_is_filled_and_read(tmp_path):
    _, said, _ = insights("form", "new", "--out", tmp_path / "my form.md")
    assert f"insights match '{tmp_path}/my form.md'" in steps(said)[-1]


def test_a_password_is_no_part_of_a_next_step():
    assert command("library", library="postgresql://me:secret@host/db") == "insights library --library 'postgresql://me:***@host/db'"
