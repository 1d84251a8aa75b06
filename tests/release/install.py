"""``make release-check``: the wheel in a new virtual environment, in an empty folder, far from the checkout. Needs the package index.

Prints one line a step and ends with 1 at the first that fails.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
DATE = "2026-01-31"


def main():
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        place = Path(folder)
        wheel = build(place)
        tools = install(place / "env", wheel)
        empty = place / "empty"
        empty.mkdir()
        return int(not all(step(tools, empty, *one) for one in STEPS))


def build(place):
    """The wheel of the checkout, by the declared build system."""
    said = run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", place / "dist", ROOT], place)
    print(f"wheel: {said.returncode}")
    said.check_returncode()
    return next((place / "dist").glob("*.whl"))


def install(home, wheel):
    venv.create(home, with_pip=True)
    tools = home / "bin"
    run([tools / "python", "-m", "pip", "install", "--quiet", wheel], home).check_returncode()
    print(f"installed: {wheel.name}")
    return tools


STEPS = (
    (["insights", "--help"], "report"),
    (["insights", "--version"], "cloud-insights"),
    (["insights", "report", "对象存储", "--date", DATE, "--no-pictures"], f"outputs/对象存储/{DATE}"),
    (["insights", "verify", f"outputs/对象存储/{DATE}"], ""),
    (["insights-scrapy", "list"], "aliyun"),
    (["scrapy", "list"], "aliyun"),
    (["insights", "crawl", "对象存储", "--vendors", "aws", "--sandbox"], ""),
    (["insights", "library"], "sandbox"),
)


def step(tools, folder, command, expected):
    """Whether a command ends with 0 and says what is expected of it."""
    done = run([tools / command[0], *command[1:]], folder, SCRAPY_SETTINGS_MODULE="crawlers.settings" if command[0] == "scrapy" else None)
    good = done.returncode == 0 and expected in done.stdout
    print(f"{'ok' if good else 'FAILED'}: {' '.join(command)}")
    if not good:
        print(done.stdout[-2000:], done.stderr[-4000:], sep="\n")
    return good


def run(command, folder, **more):
    """A command that sees neither the checkout nor the environment that runs this."""
    cut = ("PYTHONPATH", "VIRTUAL_ENV", "CASE_LIBRARY_URL", "SCRAPY_SETTINGS_MODULE")
    env = {k: v for k, v in os.environ.items() if k not in cut} | {k: v for k, v in more.items() if v}
    path = f"{Path(command[0]).parent}{os.pathsep}{env['PATH']}" if os.sep in str(command[0]) else env["PATH"]
    return subprocess.run([str(c) for c in command], cwd=folder, env={**env, "PATH": path}, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
