"""The application: templates, the pages of ``views`` (one file each, discovered), errors that tell and betray nothing."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from analysis.labels import label
from analysis.report.escape import clean, web
from analysis.viewer import guard, views
from analysis.viewer.reading import has_sandbox, open_library
from analysis.viewer.settings import Settings, check
from analysis.watch.page import STATUS, duration, moment
from analysis.watch.page import style as watch_style
from pipelines.errors import UserError, WorkError
from pipelines.library import Library

BODY_MAX = 11_000_000  # bytes of a request: a form of 10 MB and what surrounds it
TEXT_MAX = 2_000_000  # bytes of a pasted form


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation."""

    order: int
    title: str
    endpoint: str


def create_app(settings: Settings) -> Flask:
    """The viewer; raises UserError where the settings are unsafe or there is no library."""
    check(settings)
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=BODY_MAX, MAX_FORM_MEMORY_SIZE=TEXT_MAX, MAX_FORM_PARTS=20)
    guard.protect(app, settings)
    library = open_library(settings.library)
    app.extensions["library"] = library
    pages = [importlib.import_module(f"{views.__name__}.{m.name}") for m in pkgutil.iter_modules(views.__path__)]
    for page in pages:
        app.register_blueprint(page.pages)
    menu = sorted((e for page in pages for e in [_entry(page)] if e), key=lambda e: e.order)
    _templates(app, menu, has_sandbox(library.engine))
    app.add_url_rule("/style.css", "style", _style)
    app.register_error_handler(HTTPException, _told)
    app.register_error_handler(UserError, _wrong_input)
    app.register_error_handler(WorkError, _failed)
    return app


def library_of() -> Library:
    """The library of the application that answers."""
    found: Library = current_app.extensions["library"]
    return found


def _entry(page: Any) -> Entry | None:
    blueprint: Blueprint = page.pages
    order, title = getattr(page, "MENU", (0, ""))
    return Entry(order, title, f"{blueprint.name}.index") if title else None


def _templates(app: Flask, menu: list[Entry], sandbox: bool) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(menu=menu, sandbox=sandbox, status=STATUS, label=_label)
    app.jinja_env.filters.update(moment=moment, duration=duration, web=web, clean=clean)


def _label(dimension: str, code: str | None) -> str:
    """The Chinese name of a code; what is no code of ours is shown as it is."""
    try:
        return label(dimension, code or None).zh
    except KeyError:
        return str(code)


def _style() -> ResponseReturnValue:
    own = (current_app.open_resource("static/viewer.css", "r", encoding="utf-8")).read()
    return current_app.response_class(watch_style() + own, mimetype="text/css")


def _told(error: HTTPException) -> ResponseReturnValue:
    """The status with a sentence of ours; what the framework says itself is English and goes to programs only."""
    code = error.code or 500
    if request.accept_mimetypes.accept_html:
        own = error.description if error.description != type(error).description else ""
        return render_template("error.html", code=code, told=own), code
    return {"error": error.description or error.name}, code


def _wrong_input(error: UserError) -> ResponseReturnValue:
    return render_template("error.html", code=400, told=str(error)), 400


def _failed(error: WorkError) -> ResponseReturnValue:
    return render_template("error.html", code=500, told=str(error)), 500
