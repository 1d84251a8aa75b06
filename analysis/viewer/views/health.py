"""The health of the crawls as a page, as JSON, and as metrics for Prometheus (``/metrics``)."""

from __future__ import annotations

import msgspec
from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from analysis.viewer.app import library_of
from analysis.viewer.guard import settings_of
from analysis.watch import metrics
from analysis.watch.health import health_of
from analysis.watch.page import fragment, verdict
from analysis.watch.reports import aged, latest, reports
from analysis.watch.tables import notice_counts

MENU = (4, "健康")
pages = Blueprint("health", __name__)


@pages.get("/health")
def index() -> ResponseReturnValue:
    """The page."""
    found = health_of(library_of())
    told = fragment(found, lambda run: url_for("runs.run", run_id=run))
    return render_template("health.html", verdict=verdict(found), told=told, notices=notice_counts(library_of().engine))


@pages.get("/health.json")
def as_json() -> ResponseReturnValue:
    """The same for programs."""
    found = health_of(library_of())
    body = msgspec.json.encode({"sound": found.sound, "health": found})
    return current_app.response_class(body, mimetype="application/json")


@pages.get("/metrics")
def prometheus() -> ResponseReturnValue:
    """The metrics; a scrape gives the token as bearer."""
    settings, library = settings_of(), library_of()
    ages = {category: aged(held[0], settings.today()).days for category, held in latest(reports(settings.out)).items()}
    held = metrics.registry(health_of(library), ages, notice_counts(library.engine))
    return current_app.response_class(metrics.text(held), content_type=CONTENT_TYPE_LATEST)
