"""The cases: a list with filters, and each case with its evidence in the page's own text."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from analysis.explain import disagreements, explain, pieces
from analysis.explain.page import groups
from analysis.viewer.app import library_of
from analysis.viewer.reading import FACETS, find_cases, find_rejections, is_withdrawn, others_of
from pipelines.case import REASONS
from pipelines.library.history import versions

MENU = (1, "案例")
pages = Blueprint("cases", __name__, url_prefix="/cases")
ASKED = (*FACETS, "category", "q")
LONG = 200_000  # characters of a page's text that are shown


@pages.get("/")
def index() -> ResponseReturnValue:
    """The cases that fit the filters of the address, fifty a page."""
    library = library_of()
    asked = {name: request.args.get(name, "") for name in ASKED}
    counts = library.counts()
    choices = {name: _choices(counts.get(name, {})) for name in ("vendor", "category", "industry", "tier", "origin")}
    found = find_cases(library.engine, asked, request.args.get("page", 1, type=int))
    return render_template("cases.html", found=found, asked=asked, choices=choices)


@pages.get("/<path:case_id>")
def case(case_id: str) -> ResponseReturnValue:
    """One case: every value with its quote, rule and confidence, beside the text it stands in."""
    library = library_of()
    held = library.case(case_id)
    if held is None:
        abort(HTTPStatus.NOT_FOUND, f"案例库里没有 {case_id}")
    text = library.page_text(held.page_digest)
    found = groups(explain(held, text))
    return render_template(
        "case.html",
        case=held,
        groups=found,
        by_field={g.field: g for g in found},
        disputed=disagreements(held, others_of(library.engine, held), versions(library, case_id)),
        pieces=pieces(held, text) if len(text) <= LONG else [],
        withdrawn=is_withdrawn(library.engine, case_id),
        length=len(text),
    )


@pages.get("/rejected")
def rejected() -> ResponseReturnValue:
    """What was not taken in, and why."""
    library, code = library_of(), request.args.get("code", "")
    found = find_rejections(library.engine, code, request.args.get("page", 1, type=int))
    return render_template("rejected.html", found=found, code=code, counts=library.rejection_counts(), reasons=REASONS)


def _choices(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    """Values with their counts; unknown is ``-``."""
    return [(value or "-", n) for value, n in counted.items()]
