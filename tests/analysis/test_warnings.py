"""What a library that we use warns its own makers of is nothing that our users should see."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
EVERYTHING = """
import importlib, pkgutil, sys, analysis, pipelines
from analysis.cli import load_commands
from pipelines.companies.dictionary import is_plain_word
load_commands()
for package in (pipelines, analysis):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__") and ".migrations." not in module.name:  # Alembic runs those
            importlib.import_module(module.name)
assert is_plain_word("应用") and not is_plain_word("阿里巴巴")
import jieba.posseg
assert sys.modules["pkg_resources"].__doc__ == "stand-in"
"""


def test_no_command_shows_that_jieba_uses_pkg_resources(tmp_path):
    """setuptools 80.9 and 81 warn whoever imports it; here one stands in that always does."""
    (tmp_path / "pkg_resources.py").write_text(
        "'stand-in'\nimport pathlib, sys, warnings\n"
        "warnings.warn('pkg_resources is deprecated as an API.', UserWarning, stacklevel=2)\n"
        "def resource_stream(module, name):\n"
        "    return pathlib.Path(sys.modules[module].__file__).with_name(name).open('rb')\n",
        encoding="utf-8",
    )
    ran = subprocess.run(
        [sys.executable, "-c", EVERYTHING], env={"PYTHONPATH": f"{tmp_path}:{ROOT}"}, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
