"""Whether the words around a quote are a whole sentence, which alone can be shown to a customer as proof."""

from __future__ import annotations

import re

from analysis.evidence import CONTEXT
from analysis.intake.rules import rules
from analysis.labels import HAN
from analysis.model import Quote

_MARK = re.compile(r"^(?:#{1,6}|[-*•·])\s+")


def whole(quote: Quote) -> str:
    """The sentence that holds a quote; empty where only a piece of it is at hand, or it says too little to be one."""
    said = _MARK.sub("", " ".join((quote.before + quote.quote + quote.after).split()))
    cut = max(len(quote.before), len(quote.after)) >= CONTEXT - 1
    return "" if cut or not _enough(said) else said


def _enough(said: str) -> bool:
    """Closed by a mark and of some length, or, as a headline, begun like one and long enough."""
    rule = rules().sentence
    if re.search(rule.never, said):
        return False
    words = len(said.split()) + len(HAN.findall(said)) / 2
    if re.search(rule.end, said):
        return words >= rule.closed
    return words >= rule.open and bool(re.search(rule.begun, said))
