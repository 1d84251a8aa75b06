"""The examples of ``deploy/``: they are read by what reads them, and name only files, options, jobs and services that exist."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from analysis.cli import load_commands
from analysis.schedule.config import read_schedule
from analysis.watch.channels import kinds
from analysis.watch.config import read_notices

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())


def commands() -> list[tuple[str, list[str]]]:
    """Every call of ``insights`` in the examples, with the file it stands in."""
    lines = [(f.name, line) for f in (DEPLOY / "crontab", *UNITS) for line in f.read_text().splitlines() if not line.startswith("#")]
    found = [(name, part[1]) for name, line in lines for part in [re.search(r"/bin/insights (.*?)(?: >|$)", line)] if part]
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    told = [(n, shlex.join(s["command"])) for n, s in compose.items() if s.get("image") == "cloud-insights"]
    return [(name, shlex.split(words)) for name, words in [*found, *told]]


@pytest.mark.parametrize(("where", "words"), commands())
def test_every_command_and_option_exists(where, words):
    command = get_command(load_commands())
    rest = list(words)
    while rest and hasattr(command, "commands") and rest[0] in command.commands:
        command = command.commands[rest.pop(0)]
    if hasattr(command, "commands"):  # insights schedule FILE
        command = command.commands["run"]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {w.partition("=")[0] for w in rest if w.startswith("--")} <= known, where


def test_schedule_and_notices_are_read(tmp_path):
    schedule = read_schedule(DEPLOY / "schedule.yaml")
    assert schedule.notices == DEPLOY / "notify.yaml"
    assert {c.__class__ for c in read_notices(DEPLOY / "notify.yaml").channels.values()} == set(kinds().values())
    named = {words[words.index("--once") + 1] for _, words in commands() if "--once" in words}
    assert named
    assert named <= set(schedule.jobs)


def test_the_examples_hold_no_secret():
    for file in [f for f in DEPLOY.rglob("*") if f.is_file()]:
        text = file.read_text()
        assert not re.search(r"(?i)(access_token|key)=[a-z0-9]{6}", text), file
        assert not re.search(r"://\w+:[^$@{\s]+@", text), file


def test_the_dockerfile_copies_what_is_there_and_what_the_project_needs():
    lines = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    copied = [w for line in lines if line.startswith("COPY ") and "--from" not in line for w in line.split()[1:-1]]
    assert copied
    for name in copied:
        assert (ROOT / name).exists(), name
    kept = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(copied) == kept
    assert {"pyproject.toml", "README.md", "analysis", "crawlers", "pipelines"} <= set(copied)
    stages = [line.split()[-1] for line in lines if line.startswith("FROM ")]
    assert len(set(stages)) == len(stages)
    for stage in [line.split("--from=")[1].split()[0] for line in lines if "--from=" in line]:
        assert stage in stages
    assert [line for line in lines if line.startswith("USER ")] == ["USER insights"] * 2


def test_the_licence_and_other_files_that_the_build_reads_are_copied():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    read = [project["readme"], *project.get("license-files", [])]
    assert set(read) <= set((DEPLOY / "Dockerfile").read_text().split())
    assert {"postgres", "scrapyd"} <= set(project["optional-dependencies"])


def test_compose_is_whole():
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services, stages = told["services"], (DEPLOY / "Dockerfile").read_text()
    assert set(services) == {"db", "schedule", "worker", "serve", "scrapyd"}
    for name, service in services.items():
        assert "build" in service or "image" in service
        if "build" in service:
            assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
            assert f"AS {service['build']['target']}" in stages
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in told["volumes"] or (DEPLOY / source).is_file(), (name, volume)
        assert set(service.get("depends_on", {})) <= set(services)
        assert all(p.startswith("127.0.0.1:") for p in service.get("ports", [])), name
        assert set(service.get("secrets", [])) <= set(told["secrets"])
    assert services["serve"]["environment"]["CASE_LIBRARY_URL"].startswith("postgresql://insights:${DB_PASSWORD")
    assert all(services[name]["init"] for name in ("schedule", "worker", "serve", "scrapyd"))


def test_scrapyd_and_scrapy_cfg_agree():
    scrapyd, project = configparser.ConfigParser(), configparser.ConfigParser()
    scrapyd.read(DEPLOY / "scrapyd.conf")
    project.read(ROOT / "scrapy.cfg")
    assert project["deploy"]["url"] == f"http://127.0.0.1:{scrapyd['scrapyd']['http_port']}/"
    assert "password" not in scrapyd["scrapyd"]
    assert "password" not in project["deploy"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda f: f.name)
def test_units_are_read_and_start_what_exists(unit):
    told = configparser.ConfigParser(strict=False, interpolation=None)
    told.optionxform = str
    told.read(unit)
    if unit.suffix == ".timer":
        assert unit.with_suffix(".service") in UNITS
        assert told["Timer"]["Persistent"] == "true"
    else:
        assert "/bin/insights " in told["Service"]["ExecStart"]
        assert told["Service"]["NoNewPrivileges"] == "yes"


def test_the_readme_names_every_file():
    text = (DEPLOY / "README.md").read_text()
    for file in DEPLOY.iterdir():
        if not file.name.startswith(".") and file.suffix != ".dockerignore" and file.name not in ("README.md", "secrets"):
            assert file.name in text, file.name
