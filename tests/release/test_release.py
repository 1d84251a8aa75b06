"""What a release promises: one version, a change log, a wheel with every data file, licences that are told, honest names."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis import licences
from analysis.cli import load_commands

ROOT = Path(__file__).parents[2]
PACKAGES = ("analysis", "crawlers", "pipelines")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of a copy of the checkout, so that nothing is left in it; built by the declared backend, at hand in the environment."""
    place = tmp_path_factory.mktemp("build")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, place / "src" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "setup.py"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, place / "src")
    build = "from setuptools.build_meta import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", build, place], cwd=place / "src", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return next(place.glob("*.whl"))


def test_every_file_of_the_packages_is_in_the_wheel(wheel):
    """A new kind of data file that package-data does not name would be missing only where nobody looks: after the installation."""
    with zipfile.ZipFile(wheel) as held:
        inside = set(held.namelist())
    wanted = {p.relative_to(ROOT).as_posix() for name in PACKAGES for p in (ROOT / name).rglob("*") if p.is_file()}
    assert {w for w in wanted if "__pycache__" not in w} - inside == set()


def test_nothing_else_is_in_the_wheel(wheel):
    with zipfile.ZipFile(wheel) as held:
        tops = {n.split("/")[0] for n in held.namelist()}
    assert {t for t in tops if not t.endswith(".dist-info")} == set(PACKAGES)


def test_the_change_log_begins_with_this_version():
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (\S+)", log, re.M)[1] == PROJECT["version"]


def test_the_version_stands_in_one_place_only():
    pattern = re.compile(rf"version\s*=\s*[\"']{re.escape(PROJECT['version'])}[\"']")
    places = [p for name in PACKAGES for p in (ROOT / name).rglob("*.py") if pattern.search(p.read_text(encoding="utf-8"))]
    assert places == []


def test_the_command_tells_the_installed_version():
    said = CliRunner().invoke(load_commands(), ["--version"])
    assert said.exit_code == 0
    assert said.output.strip() == f"cloud-insights {version('cloud-insights')}"


def test_scrapy_lists_the_spiders_from_an_empty_folder(tmp_path):
    from crawlers.spiders import __path__ as spiders

    done = subprocess.run([sys.executable, "-m", "crawlers.cli", "list"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == {p.stem for p in Path(spiders[0]).glob("*.py") if not p.stem.startswith("_")}


def named_in_page():
    page = licences.PAGE.read_text(encoding="utf-8").split("## 间接依赖")[0]
    return {line.split(" | ")[0].removeprefix("| "): line for line in page.splitlines() if line.startswith("| ") and "名称" not in line}


def test_the_page_of_licences_names_every_dependency():
    assert set(named_in_page()) == set(licences.declared()), "run make licences"


def test_every_copyleft_among_what_is_installed_is_flagged():
    page = licences.PAGE.read_text(encoding="utf-8")
    for entry in (one for held in licences.entries() for one in held if one.copyleft):
        assert re.search(rf"^\| {re.escape(entry.name)} \|.*⚠", page, re.M), f"{entry.name}: run make licences"


def test_nothing_that_we_pass_on_forces_its_licence_on_us():
    strict = [e for held in licences.entries() for e in held if e.copyleft in ("GPL", "AGPL") and e.parts != ("dev",)]
    assert strict == []


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("MIT", ""),
        ("GNU General Public License v3 (GPLv3)", "GPL"),
        ("AGPL-3.0-only", "AGPL"),
        ("GNU Affero General Public License v3", "AGPL"),
        ("LGPL-3.0-or-later", "LGPL"),
        ("GNU Lesser General Public License v3 (LGPLv3)", "LGPL"),
        ("Mozilla Public License 2.0 (MPL 2.0)", "MPL/EPL"),
        ("Apache-2.0 OR GPL-2.0-only", ""),
        ("BSD-3-Clause AND LGPL-2.1-only", "LGPL"),
    ],
)
def test_copyleft_is_told_apart(said, kind):
    assert licences.copyleft(said) == kind
