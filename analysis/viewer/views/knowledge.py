"""The knowledge base of research: its entries, sources and open tasks, read through the store's own functions."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import inspect

from analysis.research import tables
from analysis.research.store import Store
from analysis.viewer.app import library_of
from analysis.viewer.guard import settings_of

MENU = (5, "知识库")
pages = Blueprint("knowledge", __name__)
SHOWN = 500


@pages.get("/knowledge")
def index() -> ResponseReturnValue:
    """Entries with what they rest on and how long they hold; 尚无 where nothing was ever asked or imported."""
    url = library_of().engine.url.render_as_string(hide_password=False)
    if not inspect(library_of().engine).has_table(tables.entries.name):
        return render_template("knowledge.html", entries=[], sources=[], todo=[], today=settings_of().today())
    with Store(url) as store:
        sources = [(s.source_id, s.title, s.type, s.date) for s in store.sources()]
        todo = [f for f in store.follow_ups() if not f.done]
        return render_template(
            "knowledge.html", entries=store.entries()[:SHOWN], sources=sources[:SHOWN], todo=todo[:SHOWN], today=settings_of().today()
        )
