"""What the commands refuse or cannot do: told in one line with the remedy, by its exit status, and never as a traceback."""

import errno
import json
import logging
import sys

import pytest
from stories import write_records

from analysis import cli
from analysis.commands._common import check_out
from pipelines.errors import UserError
from pipelines.library import Library


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command as a shell does; (exit status, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CASE_LIBRARY_URL", raising=False)
    monkeypatch.setattr(logging.getLogger("pipelines"), "handlers", [])
    monkeypatch.setattr("analysis.cli.gc.set_threshold", lambda *_: None)
    cli.load_commands()  # all, since the first that is asked for would be the only one of the process

    def go(*words):
        monkeypatch.setattr(sys, "argv", ["insights", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return ended.value.code, out, err

    return go


@pytest.fixture
def stories(tmp_path):
    return write_records(tmp_path / "stories.jsonl", each=1)


@pytest.fixture
def library(tmp_path, stories, run):
    assert run("import", stories)[0] == 0
    return f"sqlite:///{tmp_path}/outputs/library.db"


# Where nothing can be written


@pytest.mark.parametrize(
    "words",
    [
        ("report", "MaaS", "--starter", "--no-pictures", "--out"),
        ("form", "new", "--out"),
        ("interview", "new", "--out"),
        ("extract", "stories.jsonl", "--out"),
    ],
)
def test_a_place_under_a_file_or_under_folders_that_are_not_there_is_refused_in_one_line(run, stories, tmp_path, words):
    (tmp_path / "f").touch()
    for place in ("f/x.md", "no/such/x.md"):
        status, _, err = run(*words, place)
        assert status == 2
        assert err.count("\n") == 1
        assert f"--out {place} 写不了" in err
    assert not (tmp_path / "no").exists()


def test_one_folder_is_made_a_folder_is_no_file_and_what_may_not_be_written_is_told(tmp_path, monkeypatch):
    check_out(tmp_path / "new" / "x.md")
    check_out(tmp_path / "new", folder=True)
    with pytest.raises(UserError, match="是一个文件夹"):
        check_out(tmp_path)
    monkeypatch.setattr("analysis.commands._common.os.access", lambda *_: False)
    with pytest.raises(UserError, match="没有写权限"):
        check_out(tmp_path / "x.md")


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (PermissionError(errno.EACCES, "denied", "x.md"), 2, "x.md 写不了"),
        (OSError(errno.ENOSPC, "full"), 1, "腾出空间"),
        (OSError(errno.EIO, "broken"), 1, "系统拒绝了操作"),
    ],
)
def test_what_the_system_refuses_while_a_command_works_is_one_line(run, monkeypatch, error, status, told):
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr("pathlib.Path.write_text", refuse)
    ended, _, err = run("form", "new", "--out", "x.md")
    assert ended == status
    assert err.count("\n") == 1
    assert told in err


# What could not be read


@pytest.mark.parametrize(
    ("content", "status", "told"),
    [
        (b"", 2, "没有文档"),
        (b"{broken\n\xc4\xe3\xba\xc3\n", 2, "1 份不是 UTF-8 编码，请另存为 UTF-8"),
        (b"{broken\n%s", 1, "1 份文档读不了"),
    ],
)
def test_an_input_that_is_not_read_whole_is_no_success(run, stories, tmp_path, content, status, told):
    (tmp_path / "in.jsonl").write_bytes(content.replace(b"%s", stories.read_bytes()))
    ended, out, err = run("import", "in.jsonl")
    assert ended == status
    assert told in err
    assert ("insights report" in out) == (status == 1)
    ended, _, err = run("extract", "in.jsonl", "--out", "out.jsonl")
    assert ended == status
    assert told in err
    assert (tmp_path / "out.jsonl").exists() == (status == 1)
    assert not (tmp_path / "out.jsonl.part").exists()


def test_pages_that_are_no_cases_are_a_normal_result(run, stories, tmp_path):
    rows = [json.loads(line) | {"official": False} for line in stories.read_text(encoding="utf-8").splitlines()]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    status, out, _ = run("import", "in.jsonl")
    assert status == 0
    assert "insights library --rejected" in out
    assert "insights report" not in out


# What a report is narrowed to


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--vendors", "aws,nosuch"), "没有厂商“nosuch”；可用：aliyun（阿里云）"),
        (("--industries", "nosuch"), "没有行业“nosuch”；可用：finance（金融）"),
    ],
)
def test_a_vendor_or_an_industry_that_is_none_is_told_with_those_that_are(run, library, words, told):
    status, _, err = run("report", "对象存储", "--no-pictures", *words)
    assert status == 2
    assert told in err


def test_filters_that_leave_nothing_are_all_named(run, library):
    status, _, err = run("report", "对象存储", "--no-pictures", "--industries", "agriculture")
    assert status == 2
    assert all(option in err for option in ("--tiers", "--vendors", "--industries", "--since"))


def test_undated_cases_that_stay_are_counted(run, tmp_path):
    rows = [json.loads(line) for line in write_records(tmp_path / "in.jsonl").read_text(encoding="utf-8").splitlines()]
    rows[0]["published"] = rows[7]["published"] = None
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    run("import", "in.jsonl")
    status, out, _ = run("report", "对象存储", "--no-pictures", "--since", "2025-03-02", "--date", "2025-06-01")
    assert status == 0
    assert "2 个案例没有发布日期，不受 --since 2025-03-02 影响，仍计入" in out


# What a terminal shows


def test_codes_are_called_by_their_names(run, library):
    _, out, _ = run("library")
    assert {"阿里云（aliyun）", "金融-银行（finance.banking）", "已归档的官方页面", "客户名称"} <= {
        w.strip() for line in out.splitlines() for w in line.split("│")
    }
    _, out, _ = run("report", "对象存储", "--no-pictures", "--date", "2025-06-01")
    assert "证书未通过：" in out


def test_a_comparison_of_reports_names_what_changed_in_words(run, tmp_path):
    run("import", write_records(tmp_path / "many.jsonl"))
    for day in ("2025-06-01", "2025-07-01"):
        run("report", "对象存储", "--no-pictures", "--date", day)
    home = tmp_path / "outputs" / "对象存储"
    status, out, _ = run("diff", home / "2025-06-01", home / "2025-07-01")
    assert status == 0
    assert "│ 未变 │" in out


def test_a_case_is_found_by_a_part_of_its_customers_name_and_several_are_listed(run, library):
    status, out, _ = run("explain", "甲银", "--json")
    assert (status, json.loads(out)["customer"]) == (0, "示例甲银行")
    status, _, err = run("explain", "alder")
    assert status == 2
    assert err.count("Example Alder Bank：") == 3
    assert run("explain", " ")[0] == 2


def test_interviews_that_cannot_be_opened_name_the_option_that_was_given(run, library):
    status, _, err = run("report", "对象存储", "--interviews", "sqlite:///none.db")
    assert status == 2
    assert "--interviews" in err
    assert "--store" not in err


# Ctrl-C


@pytest.mark.parametrize(
    ("words", "place", "told"),
    [
        (("import", "stories.jsonl"), "analysis.commands.import_.import_paths", "已导入的文档都已保存"),
        (("report", "MaaS", "--starter"), "analysis.commands.report.make", "报告还没有写出"),
        (("extract", "stories.jsonl", "--out", "x.jsonl"), "analysis.commands.extract.process", "x.jsonl 没有写出"),
        (("category", "S3"), "analysis.commands.category.catalogue", "已中断"),
    ],
)
def test_an_interruption_says_what_was_kept(run, stories, tmp_path, monkeypatch, words, place, told):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(place, interrupt)
    status, _, err = run(*words)
    assert status == 130
    assert told in err.splitlines()[-1]
    assert not list(tmp_path.glob("x.jsonl*"))


def test_a_library_is_not_made_where_nothing_can_be_written(run, stories, tmp_path):
    (tmp_path / "f").touch()
    status, _, err = run("import", stories, "--library", f"sqlite:///{tmp_path}/f/library.db")
    assert status == 2
    assert "能否写入" in err
    with pytest.raises(UserError):
        Library.open(f"sqlite:///{tmp_path}/f/library.db")
