"""Runs the checks over a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from analysis.model import Analysis
from analysis.report import manifest
from analysis.report.verify.again import check_again
from analysis.report.verify.archive import Holdings, check_archive
from analysis.report.verify.figures import check_figures
from analysis.report.verify.files import check_files, check_rendering
from analysis.report.verify.problem import Problem
from analysis.report.verify.records import check_records
from pipelines.case import Case
from pipelines.starter import starter_cases

STARTER = "starter"  # the digest of an analysis of the starter library


def verify(folder: Path, library: Holdings | None, again: bool = True) -> list[Problem]:
    """Everything that does not hold, in the order of the checks; empty for a report that is whole.

    ``library`` is the case library that the report was made from; None for one made from the starter library, whose
    pages were never archived. ``again`` also makes the analysis a second time where the library is still the same.
    """
    return list(problems(folder, library, again))


def problems(folder: Path, library: Holdings | None, again: bool) -> Iterator[Problem]:
    """The problems as they are found."""
    held = manifest.read(folder)
    if not held:
        yield Problem("no_report", manifest.NAME)
    else:
        yield from check_files(folder, held)
    try:
        analysis = Analysis.from_json((folder / "analysis.json").read_bytes())
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        yield Problem("no_report", "analysis.json", str(error))
        return
    if held:
        yield from check_rendering(folder, held, analysis)
    yield from check_holdings(analysis, library)
    yield from check_figures(analysis)
    if again:
        yield from recompute(analysis, library)


def recompute(analysis: Analysis, library: Holdings | None) -> Iterator[Problem]:
    """The analysis made again from the library, where that has not changed since, or from the starter library."""
    if library is not None and library.digest() == analysis.library_digest:
        yield from check_again(analysis, library.cases(), library.page_text)
    elif analysis.library_digest == STARTER:
        yield from check_again(analysis, starter_cases(), None)


def check_holdings(analysis: Analysis, library: Holdings | None) -> Iterator[Problem]:
    """Pages, quotes and values against the library, or against the starter library where that is what was used."""
    starter: dict[str, Case] = {}
    if any(c.origin == "starter" for c in analysis.cases):
        starter = {c.case_id: c for c in starter_cases()}
    if library is not None:
        yield from check_archive(analysis, library)
    elif any(c.origin != "starter" for c in analysis.cases):
        yield Problem("missing_record", "library", "报告由案例库做成，但没有给出案例库；请用 --library 指定")
    ask = library.case if library is not None else (lambda _: None)
    yield from check_records(analysis, lambda one: ask(one) or starter.get(one))
