"""Reads a model's answer, whatever it is: JSON alone, in a code fence, after thoughts, or garbage."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from pipelines.proposals.guide import guide
from pipelines.proposals.model import Answer, Proposal

_THOUGHTS = re.compile(r"\A.*</think>", re.DOTALL)


def parse(content: str) -> Answer:
    """The proposals of an answer; what is none is a reason code, and nothing is raised."""
    listed = _listed(_THOUGHTS.sub("", content))
    if listed is None:
        return Answer(discarded=("malformed_answer",))
    read = [_proposal(item) for item in listed[: guide().most]]
    bad = ("malformed_item",) * read.count(None)
    more = ("too_many",) * max(0, len(listed) - guide().most)
    return Answer(tuple(p for p in read if p is not None), (*bad, *more))


def _listed(content: str) -> list[Any] | None:
    """The list of proposals: of the whole text, else of what stands between its outermost braces or brackets."""
    for opening, closing in (("", ""), ("{", "}"), ("[", "]")):
        begin = content.find(opening)
        end = content.rfind(closing) + 1 if closing else len(content)
        try:
            held = msgspec.json.decode(content[begin:end]) if 0 <= begin < end else None
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            continue
        found = held.get("proposals") if isinstance(held, dict) else held
        if isinstance(found, list):
            return found
    return None


def _proposal(item: Any) -> Proposal | None:
    if not isinstance(item, dict):
        return None
    field, value, quote = item.get("field"), item.get("value"), item.get("quote")
    plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    return Proposal(field, value, quote.strip()) if isinstance(field, str) and isinstance(quote, str) and plain else None
