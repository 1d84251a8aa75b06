"""The reports of the output folder, and their files: only what a report's manifest lists is served.

A report's page comes with its own script (filters, drawer). It is served in a sandbox of its own origin: whatever is in
it can neither read the viewer's pages nor act in the visitor's name.
"""

from __future__ import annotations

from collections.abc import Container
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, send_file
from flask.typing import ResponseReturnValue

from analysis.report.compose import kinds
from analysis.report.manifest import NAME
from analysis.report.words import Words
from analysis.viewer.guard import settings_of
from analysis.watch.reports import ENGLISH, Report, aged, latest, reports

MENU = (2, "报告")
pages = Blueprint("reports", __name__, url_prefix="/reports")
SANDBOX = (
    "sandbox allow-scripts allow-popups allow-downloads; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHOWN = (".html", ".md", ".json", ".svg", ".png", ".pdf")  # in the browser; the others are downloaded


@pages.get("/")
def index() -> ResponseReturnValue:
    """Every report by category, the latest first."""
    today = settings_of().today()
    found = latest(reports(settings_of().out, narrowed=True))
    return render_template(
        "reports.html", named=_named, categories={name: [(r, aged(r, today)) for r in held] for name, held in found.items()}
    )


def _named(kind: str) -> str:
    """What a kind of report is called; a kind of another release as it stands."""
    return Words("zh")(f"subtitle.{kind}") if kind in kinds() else kind


@pages.get("/<category>/<date>/")
def report(category: str, date: str) -> ResponseReturnValue:
    """The files of one report."""
    found = _report(category, date)
    titles = {recipe.file: Words("zh")(f"title.{kind}", category=found.category) for kind, recipe in kinds().items()}
    files = sorted((f for f in found.files if "charts/" not in f), key=lambda f: _place(f, titles))
    return render_template("report.html", report=found, age=aged(found, settings_of().today()), files=files, titles=titles)


@pages.get("/<category>/<date>/<path:name>")
def file(category: str, date: str, name: str) -> ResponseReturnValue:
    """A file of a report."""
    found = _report(category, date)
    path = (found.folder / name).resolve()
    inside = path.is_relative_to(settings_of().out.resolve()) and path.is_relative_to(found.folder.resolve())
    if name not in (*found.files, NAME) or not inside or not path.is_file() or path.suffix not in TYPES:
        abort(HTTPStatus.NOT_FOUND, "报告的清单里没有这个文件")
    answer: Response = send_file(path, mimetype=TYPES[path.suffix], as_attachment=path.suffix not in SHOWN, download_name=path.name)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def _report(category: str, date: str) -> Report:
    """The report of a category's folder and a date (and what it is narrowed to); ends with 404 where there is none."""
    found = [r for r in reports(settings_of().out, narrowed=True) if (r.folder.parent.name, r.folder.name) == (category, date)]
    if not found:
        abort(HTTPStatus.NOT_FOUND, "没有这份报告；运行 insights report 生成")
    return found[0]


def _place(name: str, titles: Container[str]) -> tuple[int, bool, int, str]:
    """Chinese before English, documents before what accompanies them, pages before data; cards last."""
    suffixes = (".html", ".pdf", ".md", ".xlsx", ".csv", ".json")
    path = Path(name)
    place = suffixes.index(path.suffix) if path.suffix in suffixes else len(suffixes)
    return name.startswith(f"{ENGLISH}/") * 2 + ("cards/" in name), path.stem not in titles, place, name
