"""A library that this user may read and not write: what reads works and leaves nothing beside it, what writes says why it cannot."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from stories import write_records

from pipelines.importing import import_paths
from pipelines.library import Library
from pipelines.library.database import Database, ReadOnlyError, engine_of, parse

FORM = Path(__file__).parent / "forms" / "filled-short.md"
COMMANDS = """
import json, sys
from typer.testing import CliRunner
from analysis.cli import load_commands
told = {}
for words in json.load(sys.stdin):
    ran = CliRunner().invoke(load_commands(), words)
    wrong = ran.exception if ran.exception and not isinstance(ran.exception, SystemExit) else None
    told[words[0]] = [getattr(wrong, "status", ran.exit_code), f"{ran.output}{wrong or ''}"]
print(json.dumps(told))
"""


@pytest.fixture
def folder():
    """A folder that another user reaches too, with a library in ``held``, files to read and a folder ``out`` to write to."""
    home = Path(tempfile.mkdtemp())
    home.chmod(0o755)
    with Library.open(f"sqlite:///{home}/held/library.db") as library:
        import_paths(library, [write_records(home / "stories.jsonl")])
    shutil.copy(FORM, home / "form.md")
    for name in ("out", "nobody"):
        (home / name).mkdir()
        (home / name).chmod(0o777)
    for path in (home / "stories.jsonl", home / "form.md"):
        path.chmod(0o644)
    yield home
    (home / "held").chmod(0o755)
    shutil.rmtree(home)


def unprivileged(folder, *commands):
    """Run commands in one process of a user who owns nothing of it: (exit status, what was told) by the command's name."""
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    where = {"cwd": folder / "out", "env": {**os.environ, "HOME": str(folder / "nobody"), "PYTHONDONTWRITEBYTECODE": "1"}}
    given = json.dumps([[str(w) for w in words] for words in commands])
    ran = subprocess.run(
        [*user, sys.executable, "-c", COMMANDS], input=given, capture_output=True, text=True, check=False, timeout=300, **where
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


@pytest.mark.parametrize("frozen", ["folder", "file"])
def test_a_read_only_library_is_read_and_not_written(folder, frozen):
    held, url = folder / "held", f"sqlite:///{folder}/held/library.db"
    held.chmod(0o555 if frozen == "folder" else 0o777)
    (held / "library.db").chmod(0o644 if frozen == "folder" and os.geteuid() == 0 else 0o444)
    before = sorted(p.name for p in held.iterdir())
    report = ("report", "对象存储", "--no-pictures", "--date", "2025-06-01", "--out", folder / "out", "--library", url)
    told = unprivileged(
        folder,
        ("library", "--library", url),
        ("explain", "示例甲银行", "--library", url),
        ("match", folder / "form.md", "--date", "2025-06-01", "--library", url),
        report,
        ("ask", "对象存储有哪些客户案例？", "--date", "2025-06-01", "--library", url),
        ("health", "--library", url),
        ("kb", "list", "--library", url),
        ("import", folder / "stories.jsonl", "--library", url),
        ("crawl", "S3", "--sandbox", "--vendors", "aws", "--library", url),
        ("escalation", "open", "合同里的违约责任条款能否修改？", "--library", url),
    )
    reading = {name: told[name] for name in ("library", "explain", "match", "report", "ask", "health", "kb")}
    assert {name: status for name, (status, _) in reading.items()} == dict.fromkeys(reading, 0), reading
    assert "24 个案例" in told["library"][1]
    assert "不记入知识库" in told["ask"][1]
    for name in ("import", "crawl", "escalation"):
        assert told[name][0] == 2
        assert f"案例库 {url} 只读" in told[name][1]
    if frozen == "file":
        held.chmod(0o755)
    assert {p.name for p in held.iterdir()} - {"cache"} == set(before)


def test_what_writes_to_a_read_only_database_is_told_what_to_do(tmp_path, monkeypatch):
    url = parse(f"sqlite:///{tmp_path}/library.db")
    with Library.open(str(url)):
        pass
    monkeypatch.setattr("pipelines.library.database.os.access", lambda *_: False)
    database = Database(engine_of(url))
    with pytest.raises(ReadOnlyError, match="只读"):
        database.write(lambda db: db.exec_driver_sql("DELETE FROM meta"))
    assert database.read(lambda db: db.exec_driver_sql("SELECT count(*) FROM meta").scalar()) == 1
