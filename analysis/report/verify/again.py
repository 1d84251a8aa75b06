"""Does the same library give the same analysis again? Whatever was edited, in a figure or a sentence, shows here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
from msgspec import UNSET

from analysis.model import Analysis
from analysis.report.verify.problem import Problem
from analysis.run import analyse
from analysis.scope import AnalysisError, Filters
from pipelines.case import Case

SHOWN = 25
# Rejections are no part of the library's digest; where they changed since, nothing that is said of cases did. What moved is told
# against another report.
APART = ("left_out", "moved")


def check_again(analysis: Analysis, cases: Iterable[Case], page_text: Callable[[str], str] | None) -> Iterator[Problem]:
    """The first differences between the analysis and the one that its own cases and filters give."""
    options: dict[str, Any] = {} if page_text is None else {"page_text": page_text}
    scope = analysis.scope
    options["interviews"] = () if analysis.interviews is UNSET else analysis.interviews.voices
    try:
        made = analyse(cases, scope.query, as_of=scope.as_of, filters=filters(analysis), library_digest=analysis.library_digest, **options)
    except AnalysisError as error:
        yield Problem("not_recomputed", "analysis.json", str(error))
        return
    said, true = (plain(a) for a in (analysis, made))
    for n, problem in enumerate(differences(said, true, "")):
        if n == SHOWN:
            yield Problem("not_recomputed", "analysis.json", "还有更多")
            return
        yield problem


def filters(analysis: Analysis) -> Filters:
    """The filters that the analysis was made with."""
    used = analysis.scope.filters
    return Filters(analysis.scope.tier_filter, listed(used.get("vendors")), listed(used.get("industries")), used.get("since", ""))


def listed(joined: str | None) -> tuple[str, ...]:
    """``a,b`` as a tuple."""
    return tuple(x for x in (joined or "").split(",") if x)


def plain(analysis: Analysis) -> dict[str, Any]:
    """The analysis as it is written."""
    held: dict[str, Any] = msgspec.json.decode(analysis.to_json())
    return {k: v for k, v in held.items() if k not in APART}


def differences(said: Any, true: Any, where: str) -> Iterator[Problem]:
    """Where two JSON trees differ."""
    if isinstance(said, dict) and isinstance(true, dict):
        for key in [*said, *(k for k in true if k not in said)]:
            yield from differences(said.get(key), true.get(key), f"{where}.{key}" if where else key)
    elif isinstance(said, list) and isinstance(true, list) and len(said) == len(true):
        for n, (a, b) in enumerate(zip(said, true, strict=True)):
            yield from differences(a, b, f"{where}[{n}]")
    elif said != true:
        yield Problem("not_recomputed", where, f"报告写 {said!r:.80}，由同样的案例算出 {true!r:.80}")
