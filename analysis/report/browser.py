"""PDF and PNG through a Chromium that is installed; optional: without one the report is whole and a note says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")
# No network, no first-run pages, nothing kept: the browser sees one local file and is gone.
FLAGS = (
    *(
        "--headless --disable-gpu --disable-quic --no-first-run --no-default-browser-check --disable-background-networking "
        "--disable-component-update --disable-sync --disable-dev-shm-usage --disable-extensions --hide-scrollbars"
    ).split(),
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
SECONDS = 120


class BrowserError(RuntimeError):
    """The browser could not do it; the message says why."""


def find() -> str:
    """The browser's path: ``INSIGHTS_BROWSER``, else the first that is installed, else empty."""
    named = os.environ.get("INSIGHTS_BROWSER", "")
    return shutil.which(named) or "" if named else next((p for p in map(shutil.which, NAMES) if p), "")


def pdf(browser: str, page: Path, target: Path) -> None:
    """Prints the page; raises BrowserError."""
    run(browser, page, target, [f"--print-to-pdf={target}", "--no-pdf-header-footer"])


def png(browser: str, page: Path, target: Path, width: int = 1240, height: int = 1754) -> None:
    """A picture of the page, A4 at 150 dpi unless told; raises BrowserError."""
    run(browser, page, target, [f"--screenshot={target}", f"--window-size={width},{height}"])


def run(browser: str, page: Path, target: Path, task: list[str]) -> None:
    """One headless run with a profile of its own."""
    with tempfile.TemporaryDirectory(prefix="insights-browser-") as profile:
        command = [
            browser,
            *FLAGS,
            f"--user-data-dir={profile}",
            *sandbox(),
            *task,
            page.resolve().as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - our own arguments
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BrowserError(f"{browser}: {error}") from error
    if done.returncode or not target.exists():
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise BrowserError(f"{browser} ended with {done.returncode}: {said[-1] if said else 'no message'}")


def sandbox() -> list[str]:
    """Chromium's own sandbox cannot start for root; everyone else keeps it."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
