"""Several questions asked as one, parted so that none goes unanswered: 支持 Webhook 吗，每分钟几次；支持 PDF 和 Excel 吗."""

from __future__ import annotations

import re
from itertools import pairwise

from analysis.research.claims import edition_spans
from analysis.research.escalation.recognize import recognize
from analysis.research.question import kind_of
from analysis.research.rules import cue
from analysis.research.terms import Term, folded, terms
from pipelines.text import sentences

_MOST = 5
_CUT = re.compile(
    r"(?<=[吗呢么])\s*[，,；;]\s*|[，,；;]\s*(?:and|also)\s+(?=(?:how|what|which|when|where|why|do|does|is|are|can)\b)", re.IGNORECASE
)
_JOINED = re.compile(r"\s*(?:和|与|及|以及|或|、|and|or|/)\s*", re.IGNORECASE)
_STATE_TYPES = ("capability", "status")


def questions_of(text: str) -> tuple[str, ...]:
    """The questions in a text; the text itself where it is one, or where any of it is not ours to answer.

    What a later question leaves unsaid (the edition, the subject) stands behind it in brackets, as its background.
    """
    if recognize(text):
        return (text,)
    asking = [part for sentence in _sentences(text) for part in _parted(sentence)]
    if len(asking) < 2:
        return _each(text)
    if len(asking) > _MOST:
        return (text,)
    first, *later = asking
    return (first, *(f"{_edition(first, part)}{part.rstrip('?？')}？（{first.rstrip('?？')}）" for part in later))


def _sentences(text: str) -> list[str]:
    return [text[a:b].strip() for a, b in sentences(text)]


def _parted(sentence: str) -> list[str]:
    """The questions of a sentence, itself where a part of it asks nothing by itself; none where it asks nothing."""
    parts = [p for p in _CUT.split(sentence) if p.strip()]
    if len(parts) > 1 and all(kind_of(p)[1] for p in parts):
        return parts
    return [sentence] if cue("asks").search(sentence) else []


def _edition(first: str, later: str) -> str:
    """The edition of the first question, where a later one names none."""
    spans = edition_spans(first)
    return first[spans[0][0] : spans[0][1]] if len(spans) == 1 and not edition_spans(later) else ""


def _each(text: str) -> tuple[str, ...]:
    """One question for each of several names behind the verb (PDF 和 Excel): one may be to be had and the other not."""
    if kind_of(text)[0] not in _STATE_TYPES:
        return (text,)
    names = [t for t in terms(text) if text[t.start : t.end].isascii()]
    run = _run(names, text)
    if len(run) < 2 or len(run) > _MOST or not cue("verb").search(folded(text[: run[0].start])):
        return (text,)
    before, after = text[: run[0].start], text[run[-1].end :]
    return tuple(f"{before}{text[t.start : t.end]}{after}" for t in run)


def _run(names: list[Term], text: str) -> list[Term]:
    """The first names that nothing but a word of joining parts."""
    run = names[:1]
    for a, b in pairwise(names):
        if _JOINED.fullmatch(text[a.end : b.start]):
            run = [*run, b] if run[-1] is a else [a, b]
        elif len(run) > 1:
            break
    return run
