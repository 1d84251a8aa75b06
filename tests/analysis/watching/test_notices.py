"""Notices: what is a cause, who is told, once, in which format, and what happens when nobody answers."""

from __future__ import annotations

import email
import email.policy
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select, update
from typer.testing import CliRunner

from analysis.cli import load_commands
from analysis.report.render import render
from analysis.watch import tables as t
from analysis.watch.causes import Cause, of_jobs, of_reports, of_runs, phrases
from analysis.watch.channels import dingtalk, feishu, kinds, slack, wecom
from analysis.watch.config import read_notices
from analysis.watch.health import health_of
from analysis.watch.message import harmless, message
from analysis.watch.notices import notify
from analysis.watch.reports import reports
from analysis.watch.secrets import mask, reveal
from pipelines.errors import UserError
from pipelines.library import Library

CAUSE = Cause("run:1:blocked:challenge", "run", "AWS 拒绝抓取", ("站点拒绝或验证：<!channel> [点我](https://evil.example) `x`",))
SECRET = "SECexample"


@pytest.fixture
def config(tmp_path, monkeypatch, hooks, mails):
    """A configuration with one robot, its address in the environment."""
    monkeypatch.setenv("HOOK_URL", hooks.url)
    monkeypatch.setenv("HOOK_SECRET", SECRET)

    def write(kind: str = "dingtalk", attempts: int = 3, rounds: int = 5, **more: object) -> Path:
        channel = {"type": kind, "url": "env:HOOK_URL", **more}
        if kind == "email":
            channel = {"type": kind, "host": "127.0.0.1", "port": mails.port, "security": "none", **more}
        file = tmp_path / "notify.yaml"
        told = {"attempts": attempts, "rounds": rounds, "channels": {"群": channel}}
        file.write_text(yaml.safe_dump(told, allow_unicode=True))
        return file

    return write


def send(library, config_file, *causes):
    waits: list[float] = []
    done = notify(library.database, read_notices(config_file), causes or (CAUSE,), waits.append)
    return done[-1], waits


# Causes


def test_runs_that_end_badly_are_causes_and_the_same_ending_is_the_same_cause(library, ended):
    ended("aws", "complete", cases=9)
    run = ended("gcp", "incomplete", "timeout", cases=9, told=["1 个请求失败：timeout"])
    runs = [r for v in health_of(library).vendors for r in v.runs]
    today = runs[0].ended[:10]
    (cause,) = of_runs(runs, today, 3)
    assert "不完整" in cause.title
    assert "1 个请求失败：timeout" in cause.lines
    assert run in cause.key
    ended("gcp", "incomplete", "timeout", run_id=run, cases=9)
    (again,) = of_runs([r for v in health_of(library).vendors for r in v.runs], today, 3)
    assert again.key == cause.key
    assert of_runs(runs, "2099-01-01", 3) == []


@pytest.fixture(scope="module")
def published(tmp_path_factory, clear, run, planted):
    """Two reports of one category, the second without one group of customers."""
    out = tmp_path_factory.mktemp("outputs")
    later = run([c for c in planted if not (c.industry.value or "").startswith("internet")])
    for analysis in (clear, replace(later, scope=replace(later.scope, as_of="2026-02-28"))):
        render(analysis, out, pictures=False)
    return out


def test_a_persona_that_drifts_and_a_card_that_expires_are_causes(published):
    causes, problems = of_reports(reports(published), "2026-03-01")
    (drifted,) = causes
    assert problems == []
    assert drifted.kind == "drift"
    assert any("不再出现" in line for line in drifted.lines)
    late, _ = of_reports(reports(published), "2026-12-01")
    assert [c.kind for c in late] == ["expired", "drift"]
    assert late[1].key == drifted.key
    assert "2026-02-28" in late[0].key


def test_a_report_that_cannot_be_read_is_told_and_hides_nothing(published, tmp_path):
    shutil.copytree(published, tmp_path / "outputs")
    (tmp_path / "outputs" / "对象存储" / "2026-01-31" / "analysis.json").write_text("{")
    causes, problems = of_reports(reports(tmp_path / "outputs"), "2026-12-01")
    assert [c.kind for c in causes] == ["expired"]
    assert "2026-01-31/analysis.json" in problems[0]


def test_jobs_that_failed_after_the_crawl_are_causes():
    job = t.Job("每周", "s1", "failed", "verify", ("两句不成立",), "outputs/x", "", "2026-01-01T01:00:00+00:00")
    assert [c.key for c in of_jobs([job, replace(job, step="crawl"), replace(job, status="done")], "2026-01-02", 3)] == [
        "job:每周:s1:verify"
    ]


def test_every_phrase_can_be_filled():
    names = dict.fromkeys("count vendor cases pages ended run category before after job step record".split(), "x")
    for phrase in phrases().values():
        assert "{" not in phrase.format(**names)


# Once


def test_a_cause_is_told_once_a_channel(library, config, hooks):
    file = config()
    first, _ = send(library, file)
    assert (first.state, first.causes) == ("sent", (CAUSE.key,))
    second, _ = send(library, file)
    assert second.state == "nothing"
    third, _ = send(library, file, CAUSE, replace(CAUSE, key="run:2", title="另一件事"))
    assert third.causes == ("run:2",)
    assert len(hooks.got) == 2
    assert "另一件事" in str(hooks.got[1])
    assert "AWS 拒绝抓取" not in str(hooks.got[1])


def test_a_channel_hears_only_the_kinds_it_wants(library, config, hooks):
    done, _ = send(library, config(only=["drift", "expired"]))
    assert done.state == "nothing"
    assert hooks.got == []


def test_a_claim_that_nobody_settled_is_unknown_and_never_sent_again(library, config, hooks):
    file = config()
    send(library, file)
    with library.engine.begin() as db:
        db.execute(update(t.notices).values(state="sending", claimed_at="2026-01-01T00:00:00+00:00"))
    found = notify(library.database, read_notices(file), [CAUSE], lambda _: None)
    assert [d.state for d in found] == ["unknown", "nothing"]
    assert not found[0].sound
    assert len(hooks.got) == 1
    assert [d.state for d in notify(library.database, read_notices(file), [CAUSE], lambda _: None)] == ["nothing"]


def test_what_another_process_is_sending_is_left_to_it(library, config, hooks):
    file = config()
    send(library, file)
    with library.engine.begin() as db:
        db.execute(update(t.notices).values(state="sending", claimed_at=t.now()))
    done, _ = send(library, file)
    assert done.state == "nothing"
    assert len(hooks.got) == 1


# Failures


@pytest.mark.parametrize(
    ("answers", "state", "posts"),
    [
        ([(500, b"oops"), (429, b"slow"), (200, b'{"errcode": 0}')], "sent", 3),
        ([(500, b"oops")], "failed", 3),
        ([(403, b"no")], "failed", 1),
        ([(302, b"")], "failed", 1),
        ([(200, b'{"errcode": 310000, "errmsg": "sign not match"}')], "failed", 1),
        ([(200, b'{"errcode": 130101, "errmsg": "too fast"}'), (200, b'{"errcode": 0}')], "sent", 2),
        ([(200, b"<html>")], "failed", 1),
    ],
)
def test_failures_are_tried_again_within_a_bound_where_that_may_help(library, config, hooks, answers, state, posts):
    hooks.answers = answers
    done, waits = send(library, config())
    assert (done.state, done.attempts, len(hooks.got)) == (state, posts, posts)
    assert len(waits) == posts - 1
    assert waits == sorted(waits)


def test_a_failure_is_tried_in_the_next_round_until_the_rounds_are_over(library, config, hooks):
    file = config(rounds=2, attempts=1)
    hooks.answers = [(500, b"")]
    assert [send(library, file)[0].state for _ in range(3)] == ["failed", "given_up", "nothing"]
    assert len(hooks.got) == 2
    with library.engine.connect() as db:
        (row,) = db.execute(select(t.notices)).mappings()
    assert (row["state"], row["attempts"]) == ("given_up", 2)
    assert "HTTP 500" in row["error"]


def test_no_secret_is_told_where_nobody_answers(library, config, monkeypatch, hooks):
    monkeypatch.setenv("HOOK_URL", "http://127.0.0.1:9/robot/send?access_token=TOKEN-THAT-NOBODY-SEES")
    done, _ = send(library, config(secret="env:HOOK_SECRET"))
    assert done.state == "failed"
    assert "TOKEN" not in str(done)
    assert SECRET not in str(done)


def test_an_answer_that_repeats_the_address_is_masked(library, config, hooks):
    hooks.answers = [(400, f"bad request to {hooks.url} with {SECRET}".encode())]
    done, _ = send(library, config(secret="env:HOOK_SECRET"))
    assert "HTTP 400" in done.error
    assert "TOKEN" not in done.error
    assert SECRET not in done.error


@pytest.mark.parametrize("kind", ["dingtalk", "email"])
def test_a_server_whose_certificate_nobody_vouches_for_is_told_nothing(library, config, monkeypatch, impostor, kind):
    port, told = impostor
    monkeypatch.setenv("HOOK_URL", f"https://127.0.0.1:{port}/robot/send?access_token=TOKEN-THAT-NOBODY-SEES")
    monkeypatch.setenv("MAIL", SECRET)
    mail = {"port": port, "security": "tls", "sender": "a@example.com", "to": ["b@example.com"], "user": "env:MAIL", "password": "env:MAIL"}
    done, _ = send(library, config(kind, attempts=1, **(mail if kind == "email" else {})))
    assert done.state == "failed"
    assert "无法连接" in done.error
    assert told in ([], [b""])


# Formats


def test_dingtalk_signs_the_address(config, hooks):
    """The expected signature was computed with openssl."""
    assert dingtalk.signature(SECRET, 1700000000.0) == {
        "timestamp": "1700000000000",
        "sign": "uroalHrWHORz59talE1o26b8HuX2kOp8WlAN91F9Pj0=",
    }
    url, body = dingtalk.Channel("", keyword="洞察").request(message([CAUSE]), hooks.url, SECRET, 1700000000.0)
    assert url.startswith(f"{hooks.url}&timestamp=1700000000000&sign=uroalHrWHORz59talE1o26b8HuX2kOp8WlAN91F9Pj0%3D")
    assert body["msgtype"] == "markdown"
    assert body["markdown"]["title"].startswith("洞察 ")
    assert "](https" not in body["markdown"]["text"]


def test_feishu_signs_the_body():
    """The expected signature was computed with openssl."""
    signed = {"timestamp": "1700000000", "sign": "giaCP81WKcKmxS0uSLlrqVVwRIDJGES6GpFgEr4g4C4="}
    assert feishu.signature(SECRET, 1700000000.9) == signed
    url, body = feishu.Channel("").request(message([CAUSE]), "https://x.example", SECRET, 1700000000.0)
    assert url == "https://x.example"
    assert body | signed == body
    lines = [part for line in body["content"]["post"]["zh_cn"]["content"] for part in line]
    assert {part["tag"] for part in lines} == {"text"}
    assert "sign" not in feishu.Channel("").request(message([CAUSE]), "https://x.example", "", 0.0)[1]


def test_wecom_keeps_within_its_4096_bytes():
    many = [replace(CAUSE, title=f"第 {n} 件事" + "很长" * 40) for n in range(60)]
    _, body = wecom.Channel("").request(message(many, "https://insights.example"), "https://x.example", "", 0.0)
    content = body["markdown"]["content"]
    assert len(content.encode()) <= 4096
    assert "另有" in content
    assert "第 0 件事" in content


def test_slack_escapes_what_could_call_everybody():
    _, body = slack.Channel("").request(message([CAUSE]), "https://x.example", "", 0.0)
    assert "<!channel>" not in str(body)
    assert "&lt;!channel&gt;" in str(body)
    assert all(len(b["text"]["text"]) <= 3000 for b in body["blocks"])
    assert slack.Channel("").refusal(b"ok") == ("", False)
    assert slack.Channel("").refusal(b"invalid_payload")[0] == "invalid_payload"


@pytest.mark.parametrize("kind", sorted(set(kinds()) - {"email"}))
def test_every_webhook_is_posted_and_its_acceptance_understood(library, config, hooks, kind):
    hooks.answers = [(200, b"ok" if kind == "slack" else b'{"errcode": 0, "code": 0}')]
    done, _ = send(library, config(kind))
    assert done.state == "sent", done
    assert "AWS 拒绝抓取" in str(hooks.got[0][1])


def test_text_of_sites_becomes_no_markup():
    assert not set("<>[]`*@#|\\") & set(harmless("<at id=all></at> [x](http://y) `a` **b** @all # | \\ \u202e"))
    assert "\n" not in harmless("a\nb")


def test_mail_is_sent_with_a_login_and_hostile_text_makes_no_header(library, config, mails, monkeypatch):
    monkeypatch.setenv("MAIL_USER", "insights")
    monkeypatch.setenv("MAIL_PASSWORD", SECRET)
    file = config("email", sender="insights@example.com", to=["sales@example.com"], user="env:MAIL_USER", password="env:MAIL_PASSWORD")
    done, _ = send(library, file, replace(CAUSE, title="坏\r\nBcc: everyone@example.com"))
    assert done.state == "sent", done
    mail = email.message_from_string(mails.got[0], policy=email.policy.default)
    assert mail["To"] == "sales@example.com"
    assert mail["Bcc"] is None
    assert "件事需要处理" in mail["Subject"]
    assert "站点拒绝或验证" in mail.get_content()


@pytest.mark.parametrize(
    ("refuse", "attempts", "state"),
    [({"MAIL": "451 later"}, 3, "failed"), ({"MAIL": "550 never"}, 1, "failed"), ({"RCPT TO:<b@": "550 unknown"}, 1, "sent")],
)
def test_mail_that_is_refused_is_tried_again_only_where_that_may_help(library, config, mails, refuse, attempts, state):
    mails.refuse = refuse
    done, _ = send(library, config("email", sender="a@example.com", to=["c@example.com", "b@example.com"]))
    assert (done.attempts, done.state) == (attempts, state)
    assert done.error
    assert not done.sound


# Configuration and secrets


@pytest.mark.parametrize(
    ("channel", "says"),
    [
        ({"type": "pager"}, "dingtalk"),
        ({"type": "dingtalk", "url": "env:HOOK_URL", "colour": "red"}, "colour"),
        ({"type": "dingtalk"}, "url"),
        ({"type": "dingtalk", "url": "env:HOOK_URL", "only": ["weather"]}, "weather"),
        ({"type": "email", "host": "h", "sender": "a@b.example", "to": "x"}, "to"),
    ],
)
def test_a_channel_that_does_not_fit_is_named(tmp_path, channel, says):
    file = tmp_path / "notify.yaml"
    file.write_text(yaml.safe_dump({"channels": {"群": channel}}, allow_unicode=True))
    with pytest.raises(UserError, match=says) as told:
        read_notices(file)
    assert str(file) in str(told.value)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"url": "https://oapi.example/send?access_token=abc"}, "env:NAME"),
        ({"url": "env:NOT_SET"}, "NOT_SET"),
        ({"url": "file:/does/not/exist"}, "/does/not/exist"),
        ({"url": "env:PLAIN"}, "https"),
    ],
)
def test_secrets_stand_elsewhere_and_travel_encrypted(library, config, monkeypatch, hooks, more, says):
    monkeypatch.setenv("PLAIN", "http://oapi.example/send?access_token=abc")
    with pytest.raises(UserError, match=says) as told:
        send(library, config(**more))
    assert "abc" not in str(told.value)
    assert hooks.got == []


def test_mail_without_tls_goes_to_loopback_only(library, config):
    with pytest.raises(UserError, match="starttls"):
        send(library, config("email", host="mail.example.com", sender="a@example.com", to=["b@example.com"]))


def test_secrets_are_masked_however_they_are_written(tmp_path):
    assert mask("a p+w/d b p%2Bw%2Fd c", "p+w/d") == "a *** b ***" + " c"
    shown = mask("postgresql://u:pw@db/x https://h/hook/abc-1 https://h/services/T0/B0/x https://h/s?key=k1&a=1&sign=s%3D")
    for secret in ("pw", "abc-1", "B0/x", "k1", "s%3D"):
        assert secret not in shown
    (tmp_path / "s").write_text("from a file\n")
    assert reveal(f"file:{tmp_path}/s", "x") == "from a file"


# The command


def test_the_command_tells_sends_and_ends_with_1_where_something_was_lost(library, ended, config, hooks, tmp_path):
    ended("aws", "blocked", "challenge", cases=1, told=["站点拒绝或验证"])
    file, runner = config(attempts=1), CliRunner()
    words = ["notify", str(file), "--library", f"sqlite:///{tmp_path}/library.db", "--out", str(tmp_path)]
    dry = runner.invoke(load_commands(), [*words, "--dry-run"])
    assert (dry.exit_code, hooks.got) == (0, [])
    assert "AWS 拒绝抓取" in dry.stdout
    hooks.answers = [(500, b"")]
    lost = runner.invoke(load_commands(), words)
    assert lost.exit_code == 1
    assert "群" in str(lost.exception)
    hooks.answers = [(200, b'{"errcode": 0}')]
    assert runner.invoke(load_commands(), words).exit_code == 0
    assert len(hooks.got) == 2
    assert "TOKEN" not in lost.output


def test_the_command_checks_and_tests_channels(config, hooks):
    runner, file = CliRunner(), config()
    assert runner.invoke(load_commands(), ["notify", str(file), "--check"]).exit_code == 0
    assert hooks.got == []
    assert runner.invoke(load_commands(), ["notify", str(file), "--test"]).exit_code == 0
    assert "测试通知" in str(hooks.got[0][1])


# A team's database


def test_a_ledger_on_postgresql_is_shared_and_tells_a_cause_once(postgres_url, config, hooks):
    """Four processes' worth of threads find the same cause at the same moment; one of them sends it."""
    given = read_notices(config())
    with Library.open(postgres_url) as library:
        t.make(library.database)
        with ThreadPoolExecutor(4) as pool:
            states = sorted(pool.map(lambda _: notify(library.database, given, [CAUSE], lambda _: None)[-1].state, range(4)))
        assert states == ["nothing", "nothing", "nothing", "sent"]
        assert len(hooks.got) == 1
        assert t.notice_counts(library.engine) == {("群", "sent"): 1}
        t.begin_job(library.database, "每周", "s1", "outputs/x")
        t.change_job(library.database, "每周", "s1", status="failed", step="verify", told=["一句不成立"], ended_at=t.now())
        (job,) = t.jobs_of(library.engine)
        assert (job.status, job.told) == ("failed", ("一句不成立",))
        assert len(of_jobs([job], job.ended_at[:10], 3)) == 1
