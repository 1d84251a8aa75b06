"""``make demo``: the two-minute tour. A report from the starter library and one from a crawl of the sandbox."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HOME = Path("outputs/demo")
CATEGORY = {"starter": "MaaS", "sandbox": "对象存储"}


def main() -> int:
    """Build both reports and print where they are; returns the first exit status that is not 0."""
    library = f"sqlite:///{HOME}/sandbox/library.db"
    HOME.mkdir(parents=True, exist_ok=True)
    steps = (
        ("report", CATEGORY["starter"], "--starter", "--out", str(HOME / "starter")),
        ("crawl", CATEGORY["sandbox"], "--sandbox", "--library", library),
        ("report", CATEGORY["sandbox"], "--library", library, "--out", str(HOME / "sandbox")),
    )
    for step in steps:
        print(f"\n$ insights {' '.join(step)}", flush=True)
        status = subprocess.run([sys.executable, "-m", "analysis.cli", *step], check=False).returncode  # noqa: S603 - our own module
        if status:
            return status
    print("\n上面每条“下一步”可以原样粘贴运行。")
    if shutil.which("insights") is None:
        print(f"先运行 source {Path(sys.executable).parent / 'activate'}，让终端找到 insights。")
    print("内置案例库的报告 / report of the starter library, and of the sandbox crawl (演示数据):")
    for report in sorted(HOME.glob("*/*/*/report.html")):
        print(report.resolve())
    return 0


if __name__ == "__main__":
    sys.exit(main())
