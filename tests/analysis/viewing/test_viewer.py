"""The viewer by an HTTP test client: every page, escaping, files, what it refuses, and that it cannot write."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import factories
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from typer.testing import CliRunner

from analysis.cli import load_commands
from analysis.intake.write import new_form
from analysis.report.render import render
from analysis.research.model import Entry
from analysis.research.store import Store
from analysis.viewer.app import create_app
from analysis.viewer.reading import find_cases, open_library
from analysis.viewer.settings import Settings, check
from analysis.watch.reports import reports
from pipelines.errors import UserError
from pipelines.library import Library

HOST = {"Host": "insights.example.com"}
EVIL = "<script>alert(1)</script>"
TOKEN = "a-token-for-tests-0123456789"
PAGES = (
    "/",
    "/cases/",
    "/cases/?q=script",
    "/cases/?industry=-&page=99",
    "/cases/evil-1'<b>",
    "/cases/rejected",
    "/cases/rejected?code=unofficial",
    "/reports/",
    "/reports/对象存储/2026-01-31/",
    "/runs/",
    "/runs/crawl-1-aws",
    "/health",
    "/knowledge",
    "/forms/",
)
FORM = """[客户行业]：银行
[当前痛点]：
- 具体问题：核心系统频繁宕机，迁移核心银行系统上云时担心数据丢失
[核心目标]：
- 主要指标：在6个月内达成SLA 99.99%
"""


@pytest.mark.parametrize("path", PAGES)
def test_every_page_shows_hostile_words_as_words(client, path):
    answer = client.get(path)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 200, body
    assert "<script" not in body
    assert "<img src=x" not in body
    assert "javascript:" not in re.sub(r">[^<]*<", "><", body)
    assert 'style="' not in body


def test_hostile_words_are_there_and_escaped(client):
    for path in ("/cases/evil-1'<b>", "/runs/crawl-1-aws", "/health", "/cases/rejected"):
        body = client.get(path).get_data(as_text=True)
        assert "&lt;script&gt;alert(1)" in body, path
        assert "{{7*7}}" in body, path
    assert "geheim" not in client.get("/runs/crawl-1-aws").get_data(as_text=True)


@pytest.mark.parametrize("path", [*PAGES, "/style.css", "/nothing", "/metrics", "/health.json"])
def test_security_headers_stand_on_every_answer(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_cases_are_found_by_facet_and_by_words_that_mean_only_themselves(filled):
    library = open_library(f"sqlite:///{filled}/library.db")
    total = find_cases(library.engine, {}).total
    assert total == 61
    assert find_cases(library.engine, {"q": "<script>"}).total == 1
    assert find_cases(library.engine, {"q": "%"}).total == 0
    assert find_cases(library.engine, {"q": "' OR 1=1 --"}).total == 0
    assert find_cases(library.engine, {"vendor": "aws' OR '1'='1"}).total == 0
    banking = find_cases(library.engine, {"industry": "finance"}).total
    assert 0 < banking < total
    assert find_cases(library.engine, {"category": "对象存储"}).total == total
    assert find_cases(library.engine, {"tier": "x"}).total == 0
    second = find_cases(library.engine, {}, 2)
    assert (len(second.rows), second.number, second.pages) == (11, 2, 2)
    library.close()


def test_the_library_cannot_be_written_through_the_viewer(settings):
    app = create_app(settings)
    with pytest.raises(OperationalError, match="readonly"), app.extensions["library"].engine.begin() as db:
        db.execute(text("DELETE FROM cases"))


def test_looking_changes_nothing(client, home):
    before = {p: p.stat().st_mtime_ns for p in home.rglob("*") if p.is_file() and p.suffix not in (".db-wal", ".db-shm")}
    with Library.open(f"sqlite:///{home}/library.db") as library:
        digest = library.digest()
    for path in PAGES:
        client.get(path)
    post(client, "/forms/", text=FORM)
    after = {p: p.stat().st_mtime_ns for p in home.rglob("*") if p.is_file() and p.suffix not in (".db-wal", ".db-shm")}
    assert {p for p in after if after[p] != before.get(p)} <= {home / "library.db"}
    with Library.open(f"sqlite:///{home}/library.db") as library:
        assert library.digest() == digest


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_nothing_else_than_looking_is_understood(client, method):
    assert getattr(client, method)("/cases/").status_code in (400, 405)


EMPTY = (
    ("/", "案例库是空的", "案例由导入而来"),
    ("/cases/", "案例库是空的", "清除筛选"),
    ("/cases/rejected", "没有未收录的文档", "<table"),
    ("/health", "还没有结束的抓取", "都完整"),
)


@pytest.mark.parametrize(("path", "said", "unsaid"), EMPTY)
def test_an_empty_library_is_told_to_be_empty(tmp_path, path, said, unsaid):
    Library.open(f"sqlite:///{tmp_path}/library.db").close()
    body = create_app(Settings(f"sqlite:///{tmp_path}/library.db", tmp_path)).test_client().get(path).get_data(as_text=True)
    assert said in body
    assert unsaid not in body


# Reports


def test_a_report_over_a_part_of_the_cases_is_shown_as_such_and_compared_with_nothing(clear, tmp_path):
    part = replace(clear, scope=replace(clear.scope, filters={"vendors": "aws"}, as_of="2026-03-01"))
    for made in (clear, part):
        render(made, tmp_path, pictures=False)
    Library.open(f"sqlite:///{tmp_path}/library.db").close()
    client = create_app(Settings(f"sqlite:///{tmp_path}/library.db", tmp_path, today=lambda: "2026-03-02")).test_client()
    listed = client.get("/reports/").get_data(as_text=True)
    (name,) = (f.name for f in (tmp_path / "对象存储").iterdir() if f.name.startswith("2026-03-01"))
    assert name in listed
    assert "只含部分案例" in listed
    assert "品类客户画像报告" in listed
    assert ">positioning<" not in listed
    shown = client.get(f"/reports/对象存储/{name}/").get_data(as_text=True)
    assert f"{name}/report.html" in shown
    assert client.get(f"/reports/对象存储/{name}/report.html").status_code == 200
    assert [r.date for r in reports(tmp_path)] == [clear.scope.as_of]


def test_a_report_is_served_in_a_sandbox_of_its_own(client):
    answer = client.get("/reports/对象存储/2026-01-31/report.html")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    sheet = client.get("/reports/对象存储/2026-01-31/cases.csv")
    assert sheet.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "..%2f..%2fsecret.txt",
        "%2e%2e/%2e%2e/secret.txt",
        "cards/../../../secret.txt",
        "/etc/passwd",
        "..\\secret.txt",
        "nothing.html",
        "",
    ],
)
def test_paths_do_not_leave_the_report(client, path):
    answer = client.get(f"/reports/对象存储/2026-01-31/{path}" if path else "/reports/../2026-01-31/report.html", follow_redirects=True)
    assert answer.status_code == 404, path
    assert "nobody reads this" not in answer.get_data(as_text=True)


def test_a_manifest_that_lists_a_file_outside_or_a_link_serves_neither(home, tmp_path, settings):
    folder = tmp_path / "out" / "对象存储" / "2026-01-01"
    folder.mkdir(parents=True)
    (tmp_path / "secret.json").write_text('"nobody reads this"')
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    files = {"analysis.json": "", "link.json": "", "../../../secret.json": "", "odd.exe": ""}
    (folder / "odd.exe").write_text("nobody reads this")
    (folder / "manifest.json").write_text(json.dumps({"category": "对象存储", "files": files, "kinds": [EVIL], "origin": EVIL}))
    client = create_app(replace(settings, out=tmp_path / "out")).test_client()
    for name in ("link.json", "../../../secret.json", "..%2f..%2f..%2fsecret.json", "odd.exe", "analysis.json"):
        answer = client.get(f"/reports/对象存储/2026-01-01/{name}", follow_redirects=True)
        assert answer.status_code == 404, name
    assert "<script" not in client.get("/reports/").get_data(as_text=True)


def test_the_english_report_of_the_day_is_beside_the_chinese_one(client):
    listed = client.get("/reports/对象存储/2026-01-31/").get_data(as_text=True)
    assert "/2026-01-31/en/report.html" in listed
    assert listed.index("/2026-01-31/report.html") < listed.index("/2026-01-31/en/report.html")
    assert client.get("/reports/对象存储/2026-01-31/en/report.html").status_code == 200


def test_a_run_outside_of_the_folder_of_runs_is_not_there(client):
    for run in ("..", "../library.db", "%2e%2e%2flibrary.db", "crawl-2"):
        assert client.get(f"/runs/{run}", follow_redirects=False).status_code in (404, 308)


def test_the_knowledge_base_is_shown_with_its_words_as_words(settings, tmp_path):
    url = f"sqlite:///{tmp_path}/library.db"
    Library.open(url).close()
    empty = create_app(replace(settings, library=url)).test_client().get("/knowledge").get_data(as_text=True)
    assert empty.count("尚无") == 3
    with Store.open(url) as store:
        store.save_entry(
            Entry(
                entry_id="e1",
                question=EVIL,
                type="fact",
                concepts=(),
                variants=(EVIL,),
                answer=f"答案 {EVIL}",
                tags=(EVIL,),
                evidence={EVIL: "d"},
                seen="",
                verified="2026-01-01",
                owner="售前",
                validity="",
                expires="2026-01-31",
                level="高",
                number=0.9,
                body="{}",
            )
        )
    body = create_app(replace(settings, library=url)).test_client().get("/knowledge").get_data(as_text=True)
    assert "答案 &lt;script&gt;" in body
    assert "<script" not in body
    assert "已过期" in body


# Forms


def post(client, path, follow=True, **fields):
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/forms/").get_data(as_text=True))
    return client.post(path, data={"csrf_token": found[1], **fields}, follow_redirects=follow)


@pytest.mark.parametrize("name", ["short", "long"])
def test_an_empty_form_is_had_from_the_page(client, name):
    assert f"/forms/blank/{name}.md" in client.get("/forms/").get_data(as_text=True)
    answer = client.get(f"/forms/blank/{name}.md")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.get_data(as_text=True) == new_form(name)
    assert client.get("/forms/blank/other.md").status_code == 404


def test_a_pasted_form_is_matched(client):
    body = post(client, "/forms/", text=FORM).get_data(as_text=True)
    assert "最近的官方案例" in body
    assert "银行" in body


def test_a_form_that_is_sent_as_a_file_is_matched_and_its_words_stay_words(client):
    hostile = FORM + f"- 次级指标：{EVIL} [点我](javascript:alert(1))\n"
    body = post(client, "/forms/", file=(io.BytesIO(hostile.encode("gb18030")), "表单.md")).get_data(as_text=True)
    assert "匹配结果" in body
    assert "<script" not in body
    assert 'href="javascript' not in body


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"text": ""}, "粘贴"),
        ({"text": "今天天气很好"}, ""),
        ({"text": FORM, "number": "7"}, "第 7 份"),
        ({"file": (io.BytesIO(b"%PDF-1.7"), "x.pdf")}, "PDF"),
        ({"file": (io.BytesIO(b"PK\x03\x04broken"), "x.docx")}, "DOCX"),
    ],
)
def test_what_is_no_form_is_refused_with_the_reason(client, fields, says):
    answer = post(client, "/forms/", **fields)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 400, body
    assert 'role="alert"' in body
    assert says in body


def test_a_form_without_its_csrf_token_or_from_another_site_is_refused(client):
    assert client.post("/forms/", data={"text": FORM}).status_code == 400
    client.get("/forms/")
    forged = client.post("/forms/", data={"text": FORM, "csrf_token": "forged"})
    assert forged.status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/forms/").get_data(as_text=True))[1]
    crossing = client.post("/forms/", data={"text": FORM, "csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert crossing.status_code == 403


def test_what_is_too_large_is_refused(client):
    for size in (3_000_000, 12_000_000):
        sent = client.post("/forms/", data={"text": "x" * size}, content_type="multipart/form-data")
        assert sent.status_code == 413


# Guard


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8760", "127.0.0.1.evil.example", "localhost.evil.example", ""])
def test_a_host_that_nobody_allowed_is_refused_on_loopback_too(client, host):
    assert client.get("/", headers={"Host": host}).status_code in (400, 421)
    assert client.get("/metrics", headers={"Host": host}).status_code in (400, 421)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8760", "[::1]:8760", "LOCALHOST:1"])
def test_the_names_of_loopback_are_answered(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"host": "0.0.0.0"}, "INSIGHTS_TOKEN"),
        ({"host": "::"}, "INSIGHTS_TOKEN"),
        ({"host": "192.0.2.1"}, "INSIGHTS_TOKEN"),
        ({"host": "intranet.example"}, "INSIGHTS_TOKEN"),
        ({"host": "0.0.0.0", "token": "short"}, "20"),
        ({"host": "0.0.0.0", "token": TOKEN}, "--allow-host"),
        ({"port": 70000}, "70000"),
    ],
)
def test_it_does_not_listen_elsewhere_unguarded(settings, change, says):
    with pytest.raises(UserError, match=says) as told:
        create_app(replace(settings, **change))
    assert TOKEN not in str(told.value)


@pytest.mark.parametrize("change", [{"host": "127.0.0.2"}, {"host": "::1"}, {"host": "192.0.2.1", "token": TOKEN}])
def test_loopback_or_a_token_is_enough(settings, change):
    check(replace(settings, **change))


@pytest.mark.parametrize("path", [*PAGES, "/health.json", "/metrics", "/reports/对象存储/2026-01-31/report.html", "/nothing"])
def test_nothing_is_shown_without_the_token(guarded, path):
    client = create_app(guarded).test_client()
    answer = client.get(path, headers={**HOST, "Accept": "text/html"})
    assert (answer.status_code, answer.headers.get("Location", "")[:7]) == (302, "/login?")
    assert client.get(path, headers={**HOST, "Accept": "application/json"}).status_code == 401
    assert client.get(path, headers={**HOST, "Authorization": "Bearer wrong"}).status_code == 401
    assert client.get(path, headers={**HOST, "Authorization": f"Basic {TOKEN}"}).status_code == 401


def login(client, token, target="/runs/", host=HOST):
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login", headers=host).get_data(as_text=True))
    return client.post("/login", data={"csrf_token": found[1], "token": token, "next": target}, headers=host)


def test_the_token_opens_by_header_and_by_session(guarded):
    client = create_app(replace(guarded, https=True)).test_client()
    host = {"Host": "insights.example.com", "X-Forwarded-Proto": "https"}
    assert b"insights_run_status" in client.get("/metrics", headers={**HOST, "Authorization": f"Bearer {TOKEN}"}).data
    page = client.get("/login", headers=host)
    cookie = page.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "Secure" in cookie
    assert "SameSite=Lax" in cookie
    assert "max-age" in page.headers["Strict-Transport-Security"]
    plain = create_app(guarded).test_client()
    answer = login(plain, TOKEN)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/runs/")
    assert plain.get("/", headers=HOST).status_code == 200
    assert TOKEN not in answer.headers["Set-Cookie"]
    token = re.search(r'name="csrf_token" value="([^"]+)"', plain.get("/", headers=HOST).get_data(as_text=True))[1]
    assert plain.post("/logout", headers=HOST).status_code == 400
    plain.post("/logout", data={"csrf_token": token}, headers=HOST)
    assert plain.get("/", headers={**HOST, "Accept": "text/html"}).status_code == 302


def test_a_session_of_another_process_opens_nothing(guarded):
    first, second = create_app(guarded).test_client(), create_app(guarded).test_client()
    cookie = login(first, TOKEN).headers["Set-Cookie"].split(";")[0]
    assert first.get("/", headers={**HOST, "Accept": "text/html"}).status_code == 200
    assert second.get("/", headers={**HOST, "Cookie": cookie, "Accept": "text/html"}).status_code == 302


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"])
def test_a_login_leads_to_no_other_site(guarded, target):
    assert login(create_app(guarded).test_client(), TOKEN, target).headers["Location"] == "/"


def test_who_guesses_has_to_wait(guarded):
    client = create_app(guarded).test_client()
    codes = [client.get("/", headers={**HOST, "Authorization": f"Bearer wrong-{n}"}).status_code for n in range(11)]
    assert codes == [401] * 10 + [429]
    assert client.get("/", headers={**HOST, "Authorization": f"Bearer {TOKEN}"}).status_code == 429


def test_a_failure_of_ours_tells_nothing_of_the_inside(settings, monkeypatch):
    app = create_app(settings)
    monkeypatch.setattr("analysis.viewer.views.runs.jobs_of", lambda _: 1 / 0)
    answer = app.test_client().get("/runs/", headers={"Accept": "text/html"})
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.get_data(as_text=True)
    assert "出错了" in answer.get_data(as_text=True)


def test_health_and_metrics_are_for_programs(client):
    assert client.get("/health.json").json["sound"] is False
    body = client.get("/metrics").get_data(as_text=True)
    assert 'insights_run_status{status="blocked",vendor="aws"} 1.0' in body
    assert 'insights_report_age_days{category="对象存储"} 1.0' in body


# The command


def test_the_command_refuses_the_network_without_a_token_and_takes_none_from_the_command_line(home, monkeypatch, tmp_path):
    monkeypatch.delenv("INSIGHTS_TOKEN", raising=False)
    words = ["serve", "--library", f"sqlite:///{home}/library.db", "--host", "0.0.0.0"]
    refused = CliRunner().invoke(load_commands(), words)
    assert isinstance(refused.exception, UserError)
    assert "INSIGHTS_TOKEN" in str(refused.exception)
    (tmp_path / "token").write_text("\n")
    empty = CliRunner().invoke(load_commands(), [*words, "--token-file", str(tmp_path / "token")])
    assert "openssl" in str(empty.exception)
    assert CliRunner().invoke(load_commands(), [*words, "--token", TOKEN]).exit_code == 2
    missing = CliRunner().invoke(load_commands(), ["serve", "--library", f"sqlite:///{tmp_path}/none.db"])
    assert isinstance(missing.exception, UserError)
    assert "none.db" in str(missing.exception)
    assert isinstance(Settings("x", tmp_path).today(), str)


def test_a_library_on_postgresql_is_shown_and_cannot_be_written(postgres_url, settings, planted):
    with Library.open(postgres_url) as library:
        run = library.begin_run("import")
        for case in planted[:3]:
            page = factories.make_page(f"{case.case_id}\n", "aws", f"https://example.com/{case.case_id}", case.case_id)
            library.store(run, page, [replace(case, page_digest=page.digest)])
        library.end_run(run, "complete")
    app = create_app(replace(settings, library=postgres_url))
    client = app.test_client()
    for path in (
        "/",
        "/cases/?q=%25",
        "/cases/?category=对象存储&industry=finance&tier=1",
        f"/cases/{planted[0].case_id}",
        "/health",
        "/knowledge",
    ):
        assert client.get(path).status_code == 200, path
    with pytest.raises(DBAPIError, match="read-only"), app.extensions["library"].engine.begin() as db:
        db.execute(text("DELETE FROM cases"))
