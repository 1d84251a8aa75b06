"""The first page: what is in the library, whether the crawls are well, the latest reports."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from analysis.viewer.app import library_of
from analysis.viewer.guard import settings_of
from analysis.watch.health import health_of
from analysis.watch.reports import aged, latest, reports

MENU = (0, "总览")
pages = Blueprint("home", __name__)


@pages.get("/")
def index() -> ResponseReturnValue:
    """Counts, health in a sentence, the latest report of every category with its age."""
    library, settings = library_of(), settings_of()
    found = [held[0] for held in latest(reports(settings.out)).values()]
    today = settings.today()
    return render_template(
        "home.html",
        counts=library.counts(),
        rejected=library.rejection_counts(),
        health=health_of(library),
        reports=[(report, aged(report, today)) for report in found],
    )
