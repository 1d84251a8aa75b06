"""When a page was published (DESIGN §4, issue 4 item 4): from a labelled date of its text, else the date that came with it.

A date is never guessed: what cannot be read whole is read as month or year, what is ambiguous gives its year alone.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.case import Evidence, Field, Labelled, RawCase
from pipelines.steps import Found

PROVIDES: tuple[str, ...] = ("published",)
NEEDS: tuple[str, ...] = ()

_YMD = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})(?:\s?[-/.月]\s?(\d{1,2}))?(?!\d)")
_MDY = re.compile(r"([A-Za-z]{3,9})\.? (?:(\d{1,2})(?:st|nd|rd|th)?,? )?((?:19|20)\d\d)(?!\d)")
_DMY = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3,9})\.?,? ((?:19|20)\d\d)(?!\d)")
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_UPDATED = re.compile(r"updat|更新|modified", re.I)
_CONFIDENCE = {"label": 0.95, "came_with": 0.9, "updated": 0.8, "lone_line": 0.85}
_US_DATES = frozenset(("azure",))  # sites that write month/day/year (sites/west.md §2.3)


def run(raw: RawCase, found: Found) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol's signature
    """``published``: ISO ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` with the words it rests on; unknown where nothing tells."""
    candidates = sorted(_candidates(raw), key=lambda c: (-_CONFIDENCE[c[1]], -len(c[0])))
    if not candidates:
        return {"published": Field[str].unknown("no_date")}
    value, method, evidence = candidates[0]
    losers = tuple((v, m, _CONFIDENCE[m]) for v, m, _ in candidates[1:] if v != value)
    return {"published": Field(value, evidence, _CONFIDENCE[method], method, losers=losers)}


def _candidates(raw: RawCase) -> Iterator[tuple[str, str, tuple[Evidence, ...]]]:
    """Dates with the rule that found each and its evidence; the date that came with the page has none in the text."""
    for label in raw.labels:
        if label.label == "date" and (value := iso(label.value, raw.page.vendor in _US_DATES)):
            yield value, _method(raw, label), (raw.evidence(label.start, label.end),)
    if raw.page.published and (value := iso(raw.page.published)):
        yield value, "came_with", ()


def _method(raw: RawCase, label: Labelled) -> str:
    line = raw.page.text.rfind("\n", 0, label.start) + 1
    before = raw.page.text[line : label.start]
    if not before.strip():
        return "lone_line"
    return "updated" if _UPDATED.search(before) else "label"


def iso(text: str, month_first: bool = False) -> str | None:
    """The first date of a text as ISO, as exact as it is written; ``month_first`` says how 3/4/2024 is meant.

    >>> iso("2024年3月5日"), iso("February 2025"), iso("13 JUL 2023"), iso("3/4/2024")
    ('2024-03-05', '2025-02', '2023-07-13', '2024')
    """
    if hit := _YMD.search(text):
        return _date(hit.group(1), hit.group(2), hit.group(3))
    for hit in _DMY.finditer(text):
        if month := _month(hit.group(2)):
            return _date(hit.group(3), month, hit.group(1))
    for hit in _MDY.finditer(text):
        if month := _month(hit.group(1)):
            return _date(hit.group(3), month, hit.group(2))
    if hit := _SLASHED.search(text):
        return _slashed(int(hit.group(1)), int(hit.group(2)), hit.group(3), month_first)
    year = _YEAR.search(text)
    return year.group(1) if year else None


def _slashed(first: int, second: int, year: str, month_first: bool) -> str | None:
    """Day and month where only one order fits or the site's order is known, else the year."""
    if month_first or second > 12:
        return _date(year, first, second)
    return _date(year, second, first) if first > 12 else year


def _month(name: str) -> int | None:
    """The number of an English month name or its three-letter short form."""
    folded = name.casefold()
    names = (*enumerate(calendar.month_name), *enumerate(calendar.month_abbr), (9, "sept"))
    return next((n for n, m in names if m and m.casefold() == folded), None)


def _date(year: str, month: str | int, day: str | int | None) -> str | None:
    """An ISO date; None where no calendar has it."""
    try:
        whole = datetime.date(int(year), int(month), int(day or 1))
    except ValueError:
        return None
    return whole.isoformat() if day else whole.isoformat()[:7]
