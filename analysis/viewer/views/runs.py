"""The runs that the library recorded (crawls, imports, scheduled jobs), and one run with its manifest and log."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from analysis.viewer.app import library_of
from analysis.watch.health import read_manifest, run_health
from analysis.watch.secrets import mask
from analysis.watch.tables import jobs_of
from pipelines.library import Run

MENU = (3, "运行")
pages = Blueprint("runs", __name__, url_prefix="/runs")
SHOWN, TAIL = 200, 20_000  # runs; bytes of a log


@pages.get("/")
def index() -> ResponseReturnValue:
    """The last runs and jobs, the latest first."""
    runs = library_of().runs()
    shown = [(r.kind, run_health(r, lambda _: {})) for r in reversed(runs[-SHOWN:])]
    return render_template("runs.html", runs=shown, total=len(runs), jobs=jobs_of(library_of().engine)[: -SHOWN - 1 : -1])


@pages.get("/<run_id>")
def run(run_id: str) -> ResponseReturnValue:
    """One run."""
    held = next((r for r in library_of().runs() if r.run_id == run_id), None)
    if held is None:
        abort(HTTPStatus.NOT_FOUND, f"没有运行 {run_id}")
    folder = library_of().archive.folder.parent / "runs"
    manifest = read_manifest(folder, run_id)
    told = run_health(held, lambda _: manifest)
    rejections = [r for r in manifest.get("rejections", []) if isinstance(r, dict)]
    return render_template(
        "run.html",
        run=told,
        kind=held.kind,
        plan=_plan(held),
        rejections=rejections[:SHOWN],
        refused=Counter(str(r.get("code")) for r in rejections),
        failures=[f for f in manifest.get("failures", []) if isinstance(f, dict)][:SHOWN],
        log=_log(folder, run_id) if manifest else "",
    )


def _plan(run: Run) -> list[tuple[str, str]]:
    """The steps of the search plan: phase and words."""
    steps = run.plan.get("steps")
    return [(str(s.get("phase", "")), str(s.get("words", ""))) for s in steps if isinstance(s, dict)] if isinstance(steps, list) else []


def _log(folder: Path, run_id: str) -> str:
    """The end of the run's log, masked; the run's name was checked with its manifest."""
    try:
        with (folder / run_id / "log.txt").open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - TAIL))
            return mask(stream.read().decode("utf-8", "replace"))
    except OSError:
        return ""
