"""The library stores whole or not at all, keeps versions, and the same input leaves it the same."""

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest
from factories import make_case, make_page, page_of
from sqlalchemy import event, text

from pipelines.case import Field, Many, Rejection
from pipelines.errors import UserError
from pipelines.importing import import_paths
from pipelines.library import DatabaseLost, Library, LibraryError
from pipelines.library.copying import copy


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """A new library of both kinds."""
    return f"sqlite:///{tmp_path}/library.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def library(url, tmp_path):
    with Library.open(url, archive=tmp_path / "archive") as opened:
        yield opened


def put(library, case, run="run-1", page=None):
    return library.store(run, page or page_of(case), [case], "rules 1")


def test_a_case_comes_back_whole(library):
    case = make_case("示例银行", benefits=((30.0, "%", "down", "cost"),))
    assert put(library, case).new == 1
    assert list(library.cases()) == [case]
    assert library.case(case.case_id) == case
    assert library.page_text(page_of(case).digest) == page_of(case).text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("industry", "gambling"),
        ("industry", "finance.gambling"),
        ("company_size", "huge"),
        ("scenario", "teleport"),
        ("maturity", "zen\x1b[2J"),
        ("challenges", "joy"),
    ],
)
def test_a_case_of_another_vocabulary_is_left_out_and_told_and_the_others_stay(library, caplog, field, value):
    whole, strange = make_case("示例银行"), make_case("示例电信")
    held = Field(value, confidence=1.0)
    put(library, replace(strange, **{field: Many((held,)) if field == "challenges" else held}))
    put(library, whole)
    refused = Counter(bad_record=2)
    assert list(library.cases(refused=refused)) == [whole]
    assert refused == {"bad_record": 2, "unknown_code": 1}
    (told,) = caplog.messages
    shown = value.replace("\x1b", "\ufffd")
    for words in ("library", strange.case_id, strange.source_id, f"{field} 的值“{shown}”", "vocab/codes.yaml", "请改正这一条"):
        assert words in told
    with pytest.raises(LibraryError, match=f"{field} 的值"):
        library.case(strange.case_id)


def test_many_strange_cases_are_counted_and_not_listed(library, caplog):
    for n in range(8):
        put(library, make_case(f"示例{n}", industry="gambling"))
    assert list(library.cases()) == []
    assert [len(caplog.messages), "另有 3 个案例" in caplog.messages[-1]] == [6, True]


def test_storing_the_same_again_changes_nothing(library):
    case = make_case("示例银行")
    put(library, case)
    before = library.digest()
    again = put(library, case, "run-2")
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)
    assert library.digest() == before


def test_a_changed_case_gets_a_version_and_the_old_one_stays(library):
    put(library, make_case("示例银行"))
    newer = make_case("示例银行", industry="finance.insurance")
    assert put(library, newer, "run-2").changed == 1
    assert [c.industry.value for c in library.cases()] == ["finance.insurance"]
    with library.engine.connect() as db:
        assert db.scalar(text("select count(*) from cases")) == 2


def test_a_case_that_its_page_tells_no_more_is_withdrawn_not_deleted(library):
    first, second = make_case("示例甲"), make_case("示例乙")
    page = page_of(first)
    library.store("run-1", page, [first], "r")
    changed = make_page(page.text + " changed", page.vendor, page.url, page.source_id)
    library.store("run-2", changed, [second], "r")
    assert [c.customer_name.value for c in library.cases()] == ["示例乙"]
    assert library.withdrawn() == [first.case_id]
    assert library.case(first.case_id) == first


def test_a_withdrawn_case_that_returns_counts_again(library):
    case = make_case("示例银行")
    put(library, case)
    assert library.withdraw("run-2", [case.case_id]) == 1
    assert list(library.cases()) == []
    assert list(library.cases(withdrawn=True)) == [case]
    put(library, case, "run-3")
    assert list(library.cases()) == [case]


def test_a_failure_in_the_middle_stores_nothing(library):
    good, bad = make_case("示例甲"), make_case("示例乙")
    broken = Rejection("no_customer", None, "aws", "", page_digest="x")  # a detail that the table refuses
    with pytest.raises(Exception, match=r"(?i)not[ -]null"):
        library.store("run-1", page_of(good), [good, bad, broken], "r")
    assert list(library.cases()) == []
    assert library.page(page_of(good).digest) is None


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"category": "对象存储"}, {"示例甲", "示例乙"}),
        ({"category": "CDN"}, set()),
        ({"vendors": ["aliyun"]}, {"示例乙"}),
        ({"tiers": [2]}, {"示例乙"}),
        ({}, {"示例甲", "示例乙"}),
    ],
)
def test_cases_are_chosen(library, asked, names):
    put(library, make_case("示例甲"))
    put(library, make_case("示例乙", vendor="aliyun", tier=2))
    assert {c.customer_name.value for c in library.cases(**asked)} == names


def test_counts_and_missing_values(library):
    put(library, make_case("示例甲", company_size=None))
    put(library, make_case("示例乙", vendor="aliyun"))
    assert library.counts()["vendor"] == {"aliyun": 1, "aws": 1}
    assert library.counts()["category"] == {"对象存储": 2}
    assert library.missing()["company_size"] == {"aws": 1, "aliyun": 0}
    assert list(library.missing()) == list(make_case("示例丙").fields()), "every field, should one be added"


def test_superseded_and_withdrawn_cases_are_not_counted(library):
    first, second = make_case("示例甲", categories=("对象存储", "CDN")), make_case("示例乙")
    for case in (first, second, make_case("示例甲", categories=("对象存储",))):
        put(library, case)
    assert library.counts()["category"] == {"对象存储": 2}
    library.withdraw("run-2", [second.case_id])
    assert library.counts()["category"] == {"对象存储": 1}
    assert library.counts()["vendor"] == {"aws": 1}


def test_rejections_are_listed_and_forgotten_when_the_page_becomes_a_case(library):
    case = make_case("示例银行")
    page = page_of(case)
    library.store("run-1", page, [Rejection("no_customer", "none", "aws", page.url, page.source_id, page.digest)], "r")
    assert library.rejection_counts() == {"no_customer": 1}
    library.store("run-2", page, [case], "r")
    assert library.rejection_counts() == {}


def test_evidence_is_a_table_of_its_own(library):
    case = make_case("示例银行")
    put(library, case)
    with library.engine.connect() as db:
        rows = db.execute(text("select field, quote from evidence")).all()
    assert ("customer_name", "示例银行") in rows


def test_runs_are_recorded_and_resumed(library):
    run = library.begin_run("crawl", "aws", {"category": "对象存储"})
    assert library.begin_run("crawl", "aws", run_id=run) == run
    library.end_run(run, "incomplete", "page_chain_broken", {"cases": 3})
    (only,) = library.runs()
    assert (only.status, only.status_kind, only.summary) == ("incomplete", "page_chain_broken", {"cases": 3})


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////proc/none/x.db", "mysql+nothing://host/db"])
def test_a_library_that_cannot_be_opened_says_so(url):
    with pytest.raises(LibraryError, match="--library"):
        Library.open(url)


def test_a_server_that_does_not_answer_is_told_apart_from_a_wrong_url():
    pytest.importorskip("psycopg")
    with pytest.raises(LibraryError, match="服务器没有应答"):
        Library.open("postgresql://user@127.0.0.1:1/x")


def test_a_full_disk_is_told_with_its_remedy(tmp_path):
    """The limit on a file's size stands for the full disk: SQLite says the same of both."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))"
    limited = f"{limit}; from pipelines.library import Library; Library.open()"
    url = f"sqlite:///{tmp_path}/full.db"
    told = subprocess.run([sys.executable, "-c", limited], env={**os.environ, "CASE_LIBRARY_URL": url}, capture_output=True, text=True)
    assert "腾出空间" in told.stderr


def test_a_file_that_is_no_library_is_refused(tmp_path):
    file = tmp_path / "x.db"
    file.write_bytes(b"this is not a database, it is a text of some length " * 40)
    with pytest.raises(LibraryError):
        Library.open(f"sqlite:///{file}")


def test_a_password_never_stands_in_a_message():
    with pytest.raises(LibraryError) as caught:
        Library.open("postgresql+nodriver://user:secret@db.example.com/x")
    assert "secret" not in str(caught.value)


OPEN = "import sys; from pipelines.library import Library; print(1, flush=True); sys.stdin.read(1); Library.open(sys.argv[1]).close()"


def test_processes_that_make_a_library_at_the_same_moment_all_open_it(url):
    words = [sys.executable, "-c", OPEN, url]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe) for _ in range(6)]
    assert all(process.stdout.readline() for process in started)  # all have loaded and wait
    for process in started:
        process.stdin.write(b"x")
        process.stdin.flush()
    said = [process.communicate()[1].decode() for process in started]
    assert [process.returncode for process in started] == [0] * 6, said


TOUCH = """
import sys
from pipelines.library.database import engine_of, parse
print(1, flush=True)
sys.stdin.read(1)
for k in range(40):
    with engine_of(parse(f"{sys.argv[1]}{k}.db")).connect() as db:
        db.exec_driver_sql("SELECT 1")
"""


def test_a_file_that_six_processes_switch_to_a_log_at_once_refuses_none(tmp_path):
    words = [sys.executable, "-c", TOUCH, f"sqlite:///{tmp_path}/made"]
    started = [subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(6)]
    assert all(process.stdout.readline() for process in started)
    for process in started:
        process.stdin.write(b"x")
        process.stdin.flush()
    said = [process.communicate()[1].decode() for process in started]
    assert [process.returncode for process in started] == [0] * 6, said


def test_cases_come_in_the_order_of_code_points_whatever_the_servers_language(library):
    names = ["b", "B", "a", "_", "中", "丁", "é", "Z"]
    for name in names:
        put(library, make_case(name, case_id=name))
    assert [case.case_id for case in library.cases()] == sorted(names)


def test_keys_that_are_longer_than_an_index_takes_are_kept(library):
    url = "https://example.com/" + "".join(f"{n:04x}" for n in range(2000))
    page = make_page("text", "aws", url)
    library.store("run-1", page, [], "r")
    library.reject("run-1", Rejection("unofficial", "x", "aws", url))
    library.reject("run-2", Rejection("unofficial", "y", "aws", url))
    assert library.page(page.digest).url == url
    assert [(one.url, one.detail) for one in library.rejections()] == [(url, "y")]


def test_what_postgresql_refuses_in_text_is_kept_alike_in_both(library):
    line = json.dumps({"id": "a\0b", "vendor": "aws", "official": True, "format": "text", "title": "x\0y", "text": "Example\0Bank moved."})
    folder = library.archive.folder.parent
    (folder / "a.jsonl").write_text(line)
    import_paths(library, [folder / "a.jsonl"])
    library.reject("run", Rejection("unofficial", "a\0b", "aws", "https://example.com/\0"))
    (page,) = [page for page in map(library.page, digests(library)) if page]
    assert page.text == "x\ufffdy\nExample\ufffdBank moved."
    assert "a\0b" in {one.detail for one in library.rejections()}


def digests(library):
    with library.engine.connect() as db:
        return list(db.scalars(text("select digest from pages")))


def test_a_page_that_is_gone_withdraws_its_cases(library):
    case = make_case("示例银行")
    library.store("run-1", make_page(page_of(case).text, "aws", case.source_url.value), [case], "r")
    assert library.database.write(lambda db: library.gone_in(db, "run-2", "https://example.com/other")) == 0
    assert library.database.write(lambda db: library.gone_in(db, "run-2", case.source_url.value)) == 1
    assert library.withdrawn() == [case.case_id]


def test_what_is_not_there_is_no_library(postgres_url):
    with pytest.raises(LibraryError, match="先抓取或导入文档"):
        Library.open(postgres_url, must_exist=True)


def test_the_short_forms_of_a_postgres_url_are_understood(postgres_url):
    rest = postgres_url.partition("://")[2]
    for name in ("postgres", "postgresql"):
        Library.open(f"{name}://{rest}").close()


def test_a_library_is_copied_from_one_kind_to_the_other(tmp_path, postgres_url):
    first, last = f"sqlite:///{tmp_path}/one.db", f"sqlite:///{tmp_path}/two.db"
    with Library.open(first) as library:
        put(library, make_case("示例银行"))
        put(library, make_case("示例银行", industry="finance.insurance"), "run-2")
        library.begin_run("crawl", "aws", run_id="crawl-1")
        library.reject("run-1", Rejection("unofficial", "x", "aws", "https://example.com/x"))
        with Library.open(postgres_url) as team:
            assert copy(library, team) > 10
            assert [run.run_id for run in team.runs()] == ["crawl-1"]
            with pytest.raises(UserError, match="请给出空库"):
                copy(library, team)
            with Library.open(last) as back:
                copy(team, back)
                assert list(back.cases()) == list(library.cases())
                assert list(back.rejections()) == list(library.rejections())


def test_a_transaction_is_run_again_where_two_make_the_same_row(library):
    tries = []

    def work(db):
        tries.append(1)
        db.execute(text("insert into meta (name, value) values ('only', 'one')"))
        if len(tries) < 3:
            db.execute(text("insert into meta (name, value) values ('only', 'two')"))

    library.database.write(work)
    assert len(tries) == 3
    with library.engine.connect() as db:
        assert db.scalar(text("select value from meta where name = 'only'")) == "one"


def test_a_database_that_stays_locked_is_told_in_the_end(tmp_path):
    url = f"sqlite:///{tmp_path}/library.db"
    with Library.open(url) as library, sqlite3.connect(tmp_path / "library.db", isolation_level=None) as other:
        library.database.patience = 0
        other.execute("begin immediate")
        impatient(library.engine)
        with pytest.raises(DatabaseLost, match="locked"):
            put(library, make_case("示例银行"))
        other.execute("rollback")
        assert put(library, make_case("示例银行")).new == 1


def impatient(engine):
    """Connections that do not wait for a lock."""
    event.listen(engine, "connect", lambda connection, _: connection.execute("pragma busy_timeout = 0"))
    engine.dispose()
