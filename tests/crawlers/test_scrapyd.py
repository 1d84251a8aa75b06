"""The project on a real Scrapyd: deployed with ``scrapyd-deploy``, scheduled through its API, log and cases found.

The Scrapyd runs on loopback in a folder of its own and cannot import the checkout: what works, works from the egg.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from pipelines.case import Case
from pipelines.library import Library

pytest.importorskip("scrapyd", reason="Scrapyd is not installed: pip install 'cloud-insights[scrapyd]'")
pytest.importorskip("scrapyd_client", reason="scrapyd-client is not installed: pip install 'cloud-insights[scrapyd]'")

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("analysis", "crawlers", "pipelines")
SECONDS = 120
WITHOUT_CHECKOUT = """
import sys
sys.meta_path[:] = [f for f in sys.meta_path if "__editable__" not in getattr(f, "__module__", "")]
sys.path[:] = [p for p in sys.path if p not in (%r, "") and "__editable__" not in p]
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is deployed: building writes into the project's folder."""
    folder = tmp_path_factory.mktemp("project")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "setup.py", "scrapy.cfg"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def egg(project: Path) -> Path:
    """The egg that scrapyd-deploy builds."""
    made = project / "made.egg"
    client(project, "scrapyd_client.deploy", "--build-egg", str(made))
    return made


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment whose Python has everything but this project."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "sitecustomize.py").write_text(WITHOUT_CHECKOUT % str(ROOT))
    held = {**os.environ, "PYTHONPATH": str(folder)}
    found = subprocess.run([sys.executable, "-c", "import crawlers"], cwd=folder, env=held, capture_output=True, check=False)
    assert b"No module named 'crawlers'" in found.stderr
    return held


@pytest.fixture(scope="module")
def scrapyd(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[tuple[str, Path]]:
    """The address of a Scrapyd and its folder."""
    folder = tmp_path_factory.mktemp("scrapyd")
    port = free_port()
    (folder / "scrapyd.conf").write_text(f"[scrapyd]\nhttp_port = {port}\npoll_interval = 0.2\nmax_proc = 1\nitems_dir = items\n")
    with (folder / "out.txt").open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", "scrapyd"], cwd=folder, env=environment, stdout=out, stderr=out)
    address = f"http://127.0.0.1:{port}/"
    try:
        until(lambda: answers(address), lambda: (folder / "out.txt").read_text())
        yield address, folder
    finally:
        process.terminate()
        process.wait(30)


def test_the_egg_holds_every_module_and_every_data_file(egg: Path, project: Path) -> None:
    held = set(zipfile.ZipFile(egg).namelist())
    wanted = {p.relative_to(project).as_posix() for name in PACKAGES for p in (project / name).rglob("*") if p.is_file()}
    wanted = {name for name in wanted if "__pycache__" not in name}
    assert len(wanted) > 300
    assert wanted - held == set()


def test_a_deployed_project_crawls_and_its_log_and_cases_are_found(scrapyd: tuple[str, Path], project: Path, tmp_path: Path) -> None:
    address, folder = scrapyd
    (project / "scrapy.cfg").write_text((ROOT / "scrapy.cfg").read_text().replace("http://127.0.0.1:6800/", address))
    said = client(project, "scrapyd_client.deploy", "--version", "1")
    assert json.loads(said)["status"] == "ok", said
    assert json.loads(said)["spiders"] == 7
    assert set(asked(address, "listspiders.json", project="cloud-insights")["spiders"]) >= {"aws", "aliyun", "volcengine"}

    library = f"sqlite:///{tmp_path}/library.db"
    settings = [("setting", f"CASE_LIBRARY={library}"), ("setting", "SANDBOX=on"), ("setting", "CRAWL_RUN_ID=crawl-by-scrapyd-aws")]
    arguments = [("project", "cloud-insights"), ("spider", "aws"), ("category", "对象存储"), ("limit", "5"), *settings]
    job = posted(address, "schedule.json", arguments)["jobid"]
    until(
        lambda: any(j["id"] == job for j in asked(address, "listjobs.json", project="cloud-insights")["finished"]),
        lambda: (folder / "out.txt").read_text(),
    )

    log = urllib.request.urlopen(f"{address}logs/cloud-insights/aws/{job}.log").read().decode()
    assert "Traceback" not in log
    with Library.open(library, must_exist=True) as opened:
        (run,) = opened.runs()
        assert (run.run_id, run.status, run.plan["sandbox"]) == ("crawl-by-scrapyd-aws", "complete", True)
        stored = {case.case_id for case in opened.cases()}
    assert (tmp_path / "runs" / run.run_id / "manifest.json").is_file()
    items = urllib.request.urlopen(f"{address}items/cloud-insights/aws/{job}.jl").read()
    assert {Case.from_json(line).case_id for line in items.splitlines()} == stored
    assert len(stored) >= 5


def client(project: Path, module: str, *words: str) -> str:
    """Run a command of scrapyd-client in the project's folder; its standard output. It leaves what it builds where it may: here."""
    command = [sys.executable, "-c", f"from {module} import main; main()", *words]
    (project / "tmp").mkdir(exist_ok=True)
    held = {**os.environ, "TMPDIR": str(project / "tmp")}
    done = subprocess.run(command, cwd=project, env=held, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def answers(address: str) -> bool:
    try:
        return bool(asked(address, "daemonstatus.json"))
    except OSError:
        return False


def asked(address: str, name: str, **given: str) -> dict:
    with urllib.request.urlopen(f"{address}{name}?{urlencode(given)}") as answer:
        return json.load(answer)


def posted(address: str, name: str, given: list[tuple[str, str]]) -> dict:
    with urllib.request.urlopen(f"{address}{name}", urlencode(given).encode()) as answer:
        told = json.load(answer)
    assert told["status"] == "ok", told
    return told


def until(reached: Callable[[], bool], told: Callable[[], str]) -> None:
    """Wait for something that another process brings about; fails with what that process said."""
    end = time.monotonic() + SECONDS
    while not reached():
        if time.monotonic() > end:
            pytest.fail(f"not within {SECONDS} s:\n{told()}")
        time.sleep(0.1)
