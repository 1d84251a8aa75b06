"""Schedules: their times, what a job does and does not do, one instance, missed runs, and a clean stop."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from typer.testing import CliRunner

from analysis.cli import load_commands
from analysis.report.render import render
from analysis.schedule.config import read_schedule
from analysis.schedule.cron import trigger
from analysis.schedule.daemon import only_one, prepare
from analysis.schedule.publish import publish, recover
from analysis.schedule.steps import Result, Steps, Stopped
from analysis.schedule.work import run_job
from analysis.watch import tables as t
from pipelines.errors import UserError, WorkError
from pipelines.library import Library

TODAY = date(2026, 2, 28)
JOB = {"cron": "30 3 * * 1", "reports": [{"category": "对象存储"}], "pictures": False}
CRAWL = {"category": "对象存储", "sandbox": True, "vendors": ["aws", "gcp"], "pause": 0}
SECONDS = 120


@pytest.fixture
def write(tmp_path) -> Callable[..., Path]:
    """Write a schedule file."""

    def put(jobs: object = None, **more: object) -> Path:
        file = tmp_path / "schedule.yaml"
        told = {
            "library": f"sqlite:///{tmp_path}/library.db",
            "out": str(tmp_path / "out"),
            "jobs": {"每周": JOB} if jobs is None else jobs,
            **more,
        }
        file.write_text(yaml.safe_dump(told, allow_unicode=True))
        return file

    return put


# Times


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("0 3 29 2 *", "2026-11-27T00:00", "2028-02-29T03:00"),  # seldom is not never
        ("0 3 * * 0", "2026-11-27T00:00", "2026-11-29T03:00"),  # crontab's 0 is Sunday, APScheduler's is Monday
        ("0 3 * * 7", "2026-11-27T00:00", "2026-11-29T03:00"),
        ("0 3 * * 1", "2026-11-27T00:00", "2026-11-30T03:00"),
        ("0 3 * * fri-sun", "2026-11-29T04:00", "2026-12-04T03:00"),
        ("0 3 * * 5-7", "2026-11-28T04:00", "2026-11-29T03:00"),
        ("0 3 * * 1-5/2", "2026-11-30T04:00", "2026-12-02T03:00"),
        ("*/15 * * * *", "2026-11-27T00:01", "2026-11-27T00:15"),
        ("0 0 1 * *", "2026-11-27T00:00", "2026-12-01T00:00"),
    ],
)
def test_times_are_those_of_crontab(expression, after, expected):
    zone = ZoneInfo("Asia/Shanghai")
    found = trigger(expression, zone).get_next_fire_time(None, datetime.fromisoformat(after).replace(tzinfo=zone))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=zone)


@pytest.mark.parametrize("expression", ["", "* * * *", "61 * * * *", "* * 1 * 1", "* * * * 8", "* * * * 5-2", "* * * * x", "* * * * */0"])
def test_what_is_no_time_is_refused_and_named(expression):
    with pytest.raises(UserError, match="cron"):
        trigger(expression, ZoneInfo("UTC"))


# The file


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"jobs": {}}, "jobs"),
        ({"timezone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"grace": 0}, "grace"),
        ({"library": "postgresql://u:secret@db/x"}, "CASE_LIBRARY_URL"),
        ({"library": "no url"}, "SQLAlchemy"),
        ({"notify": "missing.yaml"}, "missing.yaml"),
        ({"colour": "red"}, "colour"),
        ({"jobs": {"a/b": JOB}}, "a/b"),
        ({"jobs": {"x": {**JOB, "cron": "never"}}}, "never"),
        ({"jobs": {"x": {**JOB, "cron": "30 3 31 2 *"}}}, "永远不会到"),
        ({"jobs": {"x": {**JOB, "reports": [{"category": "没有这个品类"}]}}}, "没有这个品类"),
        ({"jobs": {"x": {**JOB, "reports": [{"category": "对象存储", "kinds": ["novel"]}]}}}, "novel"),
        ({"jobs": {"x": {**JOB, "crawl": {**CRAWL, "vendors": ["nobody"]}}}}, "nobody"),
        ({"jobs": {"x": {**JOB, "crawl": {**CRAWL, "attempts": 0}}}}, "attempts"),
    ],
)
def test_a_schedule_that_does_not_fit_is_refused_and_named(write, change, says):
    with pytest.raises(UserError, match=says) as told:
        read_schedule(write(**change))
    assert "schedule.yaml" in str(told.value)
    assert "secret" not in str(told.value)


def test_check_lists_the_next_times(write):
    file = write()
    done = CliRunner().invoke(load_commands(), ["schedule", "check", str(file), "--json"])
    assert done.exit_code == 0, done.output
    found = datetime.fromisoformat(json.loads(done.stdout)["jobs"]["每周"])
    assert (found.weekday(), found.hour, found.minute) == (0, 3, 30)
    unknown = CliRunner().invoke(load_commands(), ["schedule", str(file), "--once", "每天"])
    assert isinstance(unknown.exception, UserError)
    assert "每周" in str(unknown.exception)


# A job


class Played(Steps):
    """Steps that are played: each command's answer by its first word; a report writes a folder."""

    def __init__(self, made: object, **answers: object) -> None:
        super().__init__()
        self.made, self.answers, self.ran = made, answers, []

    def run(self, words, record, name):
        self.ran.append(words)
        answer = self.answers.get(words[0])
        answer = answer.pop(0) if isinstance(answer, list) else answer
        if isinstance(answer, BaseException):
            raise answer
        if words[0] == "report" and answer is None:
            render(self.made, Path(words[words.index("--out") + 1]), words[words.index("--kind") + 1], pictures=False)
            return Result(0, '{"origin": "archive"}', ())
        return answer or Result(0, "", ())

    def commands(self) -> list[str]:
        return [words[0] for words in self.ran]


def crawled(**statuses: str) -> Result:
    told = {v: {"status": s, "told": [f"{v} {s}"]} for v, s in statuses.items()}
    return Result(int(any(s != "complete" for s in statuses.values())), json.dumps({"stamp": "s", "vendors": told}), ())


@pytest.fixture(scope="module")
def made(clear):
    return replace(clear, scope=replace(clear.scope, as_of=TODAY.isoformat()))


def ran(file: Path, steps: Played):
    schedule = read_schedule(file)
    ended = run_job(schedule, next(iter(schedule.jobs)), steps, TODAY, lambda _: None)
    with Library.open(schedule.library) as library:
        return ended, t.jobs_of(library.engine)


def test_a_job_crawls_reports_verifies_publishes_and_points_to_the_latest(write, made, tmp_path):
    steps = Played(made, crawl=crawled(aws="complete", gcp="complete"))
    ended, (row,) = ran(
        write({"每周": {**JOB, "crawl": CRAWL, "reports": [{"category": "对象存储", "kinds": ["positioning", "cards"]}]}}), steps
    )
    home = tmp_path / "out" / "对象存储"
    assert (ended.status, ended.published) == ("done", (str(home / "2026-02-28"),))
    assert steps.commands() == ["crawl", "report", "report", "verify"]
    assert (home / "latest").resolve() == (home / "2026-02-28").resolve()
    assert {"report.md", "cards.md"} <= {p.name for p in (home / "2026-02-28").iterdir()}
    assert (row.status, row.step) == ("done", "")
    assert not list((tmp_path / "out" / "schedule").rglob("reports"))


def test_a_second_report_is_compared_with_the_one_before(write, made, clear, tmp_path):
    render(clear, tmp_path / "out", pictures=False)
    steps = Played(made)
    ran(write(), steps)
    (diff,) = [words for words in steps.ran if words[0] == "diff"]
    assert diff[1] == str(tmp_path / "out" / "对象存储" / "2026-01-31")
    assert "reports" in diff[2]


def test_no_report_is_made_of_half_a_crawl(write, made, tmp_path):
    steps = Played(made, crawl=crawled(aws="complete", gcp="blocked"))
    ended, (row,) = ran(write({"每周": {**JOB, "crawl": CRAWL}}), steps)
    assert (ended.status, ended.step) == ("failed", "crawl")
    assert "gcp：blocked" in row.told[0]
    assert steps.commands() == ["crawl"]
    assert not (tmp_path / "out" / "对象存储").exists()


def test_a_job_that_only_reports_minds_the_crawls_of_others(write, made, tmp_path):
    file = write()
    with Library.open(f"sqlite:///{tmp_path}/library.db") as library:
        library.end_run(library.begin_run("crawl", "aws", {}), "incomplete", "timeout")
    steps = Played(made)
    ended, _ = ran(file, steps)
    assert (ended.step, steps.ran) == ("report", [])
    assert "incomplete" in ended.told[0]


def test_an_incomplete_crawl_is_taken_up_again_for_the_vendors_that_lack(write, made):
    steps = Played(made, crawl=[crawled(aws="complete", gcp="incomplete"), crawled(gcp="complete")])
    ended, _ = ran(write({"每周": {**JOB, "crawl": CRAWL}}), steps)
    assert ended.status == "done"
    first, second = (words for words in steps.ran if words[0] == "crawl")
    assert first[first.index("--resume") + 1] == second[second.index("--resume") + 1]
    assert first[first.index("--vendors") + 1] == "aws,gcp"
    assert second[second.index("--vendors") + 1] == "gcp"


@pytest.mark.parametrize(
    ("answers", "step"),
    [
        ({"crawl": Result(2, "", ("没有厂商",))}, "crawl"),
        ({"report": Result(1, "", ("没有案例",))}, "report"),
        ({"report": Result(0, '{"origin": "starter"}', ())}, "report"),
        ({"verify": Result(1, "", ("一句不成立",))}, "verify"),
    ],
)
def test_nothing_is_published_where_a_step_fails(write, made, tmp_path, answers, step):
    steps = Played(made, **{"crawl": crawled(aws="complete"), **answers})
    ended, (row,) = ran(write({"每周": {**JOB, "crawl": CRAWL}}), steps)
    assert (ended.status, ended.step, row.status) == ("failed", step, "failed")
    assert row.told
    assert not (tmp_path / "out" / "对象存储").exists()


def test_people_are_told_however_a_job_ends_and_a_notice_that_is_lost_fails_it(write, made, tmp_path):
    (tmp_path / "notify.yaml").write_text("channels: {群: {type: slack, url: 'env:HOOK'}}\n")
    steps = Played(made, crawl=crawled(aws="blocked"))
    ran(write({"每周": {**JOB, "crawl": CRAWL}}, notify="notify.yaml"), steps)
    assert steps.commands() == ["crawl", "notify"]
    ended, rows = ran(write(notify="notify.yaml"), Played(made, notify=Result(1, "", ("没有送达",))))
    assert (ended.status, ended.step) == ("failed", "notify")
    assert ended.published
    assert [r.status for r in rows] == ["failed", "failed"]


def test_an_interrupted_crawl_keeps_its_stamp_and_any_other_end_gets_a_new_one(write, made):
    file = write({"每周": {**JOB, "crawl": CRAWL}})
    stopped, _ = ran(file, Played(made, crawl=Stopped()))
    assert (stopped.status, stopped.step) == ("stopped", "crawl")
    again, (row,) = ran(file, Played(made, crawl=crawled(aws="complete")))
    assert again.stamp == stopped.stamp
    assert row.status == "done"
    third, rows = ran(file, Played(made, crawl=crawled(aws="complete"), report=Stopped()))
    assert third.stamp != again.stamp
    fourth, rows = ran(file, Played(made, crawl=crawled(aws="complete")))
    assert fourth.stamp not in (again.stamp, third.stamp)
    assert [r.status for r in rows if r.stamp == third.stamp] == ["stopped"]


# Publishing


def staged(out: Path, name: str, text: str, ready: bool) -> Path:
    folder = out / "schedule" / "每周" / name / "reports"
    for category in ("甲", "乙"):
        (folder / category / "2026-01-01").mkdir(parents=True)
        (folder / category / "2026-01-01" / "report.md").write_text(text)
    if ready:
        (folder / "ready").touch()
    return folder.parent


def test_a_publication_that_was_cut_short_is_finished_and_what_was_not_checked_is_removed(tmp_path):
    staged(tmp_path, "s1", "not checked", ready=False)
    assert recover(tmp_path) == []
    assert not (tmp_path / "甲").exists()
    record = staged(tmp_path, "s2", "new", ready=True)
    (tmp_path / "甲" / "2026-01-01").mkdir(parents=True)
    (tmp_path / "甲" / "2026-01-01" / "report.md").write_text("old")
    (record / "reports" / "乙" / "2026-01-01").rename(tmp_path / "乙-moved")  # 乙 had been moved when the machine went down
    assert recover(tmp_path) == [tmp_path / "甲" / "2026-01-01"]
    assert (tmp_path / "甲" / "2026-01-01" / "report.md").read_text() == "new"
    assert [p.name for p in sorted((tmp_path / "甲").iterdir())] == ["2026-01-01", "latest"]
    assert recover(tmp_path) == []


def test_latest_is_the_latest_date(tmp_path):
    publish(staged(tmp_path, "s1", "a", ready=True), tmp_path)
    (tmp_path / "甲" / "2026-03-01").mkdir()
    (tmp_path / "甲" / "latest").unlink()
    publish(staged(tmp_path, "s2", "b", ready=True), tmp_path)
    assert not (tmp_path / "甲" / "latest").exists()
    assert (tmp_path / "乙" / "latest" / "report.md").read_text() == "b"


def test_a_report_of_a_narrowed_scope_does_not_keep_latest_from_moving(tmp_path):
    (tmp_path / "甲" / "2026-01-01-since-2025-01-01").mkdir(parents=True)
    publish(staged(tmp_path, "s1", "a", ready=True), tmp_path)
    assert (tmp_path / "甲" / "latest").resolve() == (tmp_path / "甲" / "2026-01-01").resolve()


# The clock


def test_a_second_scheduler_is_kept_out(write):
    schedule = read_schedule(write())
    with only_one(schedule), pytest.raises(WorkError, match=r"schedule\.lock"), only_one(schedule):
        pass
    with only_one(schedule):
        pass


@pytest.mark.parametrize(("hours", "made_up"), [(2, True), (200, False)])
def test_a_run_missed_while_nobody_watched_is_made_up_for_once_within_the_grace(write, hours, made_up):
    """An hourly job last ran two hours ago: two runs were missed, one is made up. A job of long ago waits for its time."""
    moment = datetime.now(UTC) - timedelta(hours=hours)
    cron = "0 * * * *" if made_up else f"{moment.minute} {moment.hour} {(moment + timedelta(days=1)).day} * *"
    schedule = read_schedule(write({"每周": {**JOB, "cron": cron}}, timezone="UTC", grace=90))
    with Library.open(schedule.library) as library:
        t.make(library.database)
        t.begin_job(library.database, "每周", "s0", "")
        t.change_job(library.database, "每周", "s0", status="done", started_at=moment.isoformat(timespec="seconds"))
    ran, said, told = [], [], threading.Event()
    scheduler = prepare(schedule, lambda name: (ran.append(name), told.set()), lambda line: (said.append(line), told.set()))
    scheduler.start()
    assert told.wait(SECONDS)
    scheduler.shutdown(wait=True)
    assert ran == (["每周"] if made_up else [])
    assert any("错过" in line for line in said) is not made_up


def test_a_job_that_never_ran_waits_for_its_time(write):
    schedule = read_schedule(write({"每周": {**JOB, "cron": "0 0 1 1 *"}}))
    scheduler = prepare(schedule, lambda _: None, lambda _: None)
    scheduler.start(paused=True)
    assert scheduler.get_job("每周").next_run_time > datetime.now(UTC)
    scheduler.shutdown()


# Processes


PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[2], sys.argv[1]])
child.wait()
"""
CHILD = """
import signal, sys, time
def end(*_):
    open(sys.argv[1] + ".ended", "w").close()
    sys.exit()
signal.signal(signal.SIGTERM, signal.SIG_IGN if "stubborn" in sys.argv[1] else end)
open(sys.argv[1] + ".began", "w").close()
while True: time.sleep(0.01)
"""


@pytest.mark.parametrize("name", ["gentle", "stubborn"])
def test_stopping_ends_a_step_and_what_it_started(tmp_path, monkeypatch, name):
    steps = Steps(patience=20.0 if name == "gentle" else 0.5)
    mark = str(tmp_path / name)
    monkeypatch.setattr(steps, "command", lambda _: [sys.executable, "-c", PARENT, mark, CHILD])
    stopped = threading.Event()

    def work() -> None:
        with pytest.raises(Stopped):
            steps.run([], tmp_path, "step")
        stopped.set()

    worker = threading.Thread(target=work)
    worker.start()
    until(lambda: Path(f"{mark}.began").exists())
    steps.stop()
    worker.join(SECONDS)
    assert stopped.is_set()
    assert steps._process is not None
    assert not alive(mark)
    assert Path(f"{mark}.ended").exists() is (name == "gentle")
    with pytest.raises(Stopped):
        steps.run([], tmp_path, "another")


def test_a_step_tells_its_status_and_its_last_words_without_secrets(tmp_path, monkeypatch):
    steps = Steps()
    script = "import sys; print('out'); print('insights: https://h/send?access_token=abc', file=sys.stderr); sys.exit(2)"
    monkeypatch.setattr(steps, "command", lambda _: [sys.executable, "-c", script])
    assert steps.run([], tmp_path, "step") == Result(2, "out\n", ("https://h/send?access_token=***",))


def test_a_scheduler_that_is_terminated_in_a_crawl_publishes_nothing_and_goes_on_later(write, tmp_path):
    """The real thing: the crawl of the sandbox is interrupted by SIGTERM, its processes end, and the next run finishes it."""
    crawl = {"category": "对象存储", "sandbox": True, "vendors": ["aws"], "attempts": 1}
    file = write({"每周": {**JOB, "crawl": crawl, "verify": False}})
    command = [sys.executable, "-m", "analysis.cli", "schedule", str(file), "--once", "每周", "--json"]
    out = tmp_path / "out"
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until(lambda: any((tmp_path / "runs").glob("*/log.txt")), process)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert not list(out.glob("对象存储/*"))
    with Library.open(f"sqlite:///{tmp_path}/library.db") as library:
        (row,) = t.jobs_of(library.engine)
    assert (row.status, row.step) == ("stopped", "crawl")
    assert not alive(row.stamp)

    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["stamp"] == row.stamp
    (report,) = out.glob("对象存储/2*")
    assert json.loads((report / "manifest.json").read_text())["origin"] == "sandbox"


def test_the_scheduler_waits_keeps_a_second_one_out_and_ends_when_asked(write):
    file = write({"每年": {**JOB, "cron": "0 0 1 1 *"}})
    command = [sys.executable, "-m", "analysis.cli", "schedule", str(file)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert process.stderr is not None
    assert "每年: 下一次" in process.stderr.readline().decode()
    second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert "schedule.lock" in second.stderr
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert "正在停止" in told.decode()


def alive(word: str) -> list[str]:
    """Processes whose command line holds the word; one that ended has none."""
    lines = [p.read_bytes().replace(b"\0", b" ").decode(errors="replace") for p in Path("/proc").glob("[0-9]*/cmdline") if readable(p)]
    return [line for line in lines if word in line]


def readable(path: Path) -> bool:
    try:
        path.read_bytes()
    except OSError:
        return False
    return True


def until(reached: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
    end = time.monotonic() + SECONDS
    while not reached():
        if process is not None and process.poll() is not None:
            pytest.fail(str(process.communicate()))
        if time.monotonic() > end:
            pytest.fail("nothing happened")
        time.sleep(0.02)
