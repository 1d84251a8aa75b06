"""Builds Statements so that none exists without what its kind demands (DESIGN §6)."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.model import Kind, Share, Statement, Text


def evidence(text: Text, cases: Iterable[str], quotes: Iterable[str] = (), share: Share | None = None, source: str = "") -> Statement:
    """A statement that named cases support; raises ValueError without a case."""
    named = tuple(dict.fromkeys(cases))
    if not named:
        raise ValueError(f"an evidence statement names its cases: {text.zh}")
    return Statement(Kind.EVIDENCE, text, named, tuple(dict.fromkeys(quotes)), share, source)


def statistic(text: Text, source: str, share: Share | None = None, cases: Iterable[str] = (), quotes: Iterable[str] = ()) -> Statement:
    """A computed statement; ``source`` names the computation."""
    return Statement(Kind.STATISTIC, text, tuple(cases), tuple(quotes), share, f"stat:{source}")


def prior(text: Text, source: str) -> Statement:
    """A statement of the rule base; ``source`` names the entry and the section of the document it was drawn from."""
    return Statement(Kind.PRIOR, text, source=source)
