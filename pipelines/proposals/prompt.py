"""The messages to a model: what is asked, and the story as data between markers that no page can forge."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache

from pipelines.case import RawCase
from pipelines.proposals.guide import FILE, guide
from pipelines.vocabulary import Code, codes

Messages = tuple[dict[str, str], ...]

# The fields whose values are codes, and where ``codes.yaml`` lists them.
CODED = {"industry": "industry", "company_size": "company_size", "scenario": "scenario", "maturity": "maturity", "challenges": "factor"}


def messages(raw: RawCase, customer: str, asked: Sequence[str]) -> Messages:
    """System and user message for the fields ``asked`` of a case. The marker is a digest of the page, so the page cannot hold it."""
    mark = hashlib.sha256(f"{raw.page.digest}|{raw.part}".encode()).hexdigest()[:24]
    text = f"customer: {customer}\n\n{story(raw)}"
    user = f"FIELDS\n{_fields(asked)}\n\nVENDOR {raw.page.vendor}\n\nDATA {mark}\n{text}\nEND {mark}\n"
    return {"role": "system", "content": guide().system}, {"role": "user", "content": user}


def story(raw: RawCase) -> str:
    """The paragraphs that may be quoted, as far as they fit: no chrome, no vendor's boilerplate, no code, no other customer's story."""
    return "\n".join(_fitting(raw))


def is_cut(raw: RawCase) -> bool:
    """Whether the story is longer than what is sent."""
    return len(list(_fitting(raw))) < len(list(raw.useful()))


def _fitting(raw: RawCase) -> Iterator[str]:
    room = guide().longest_story
    for block in raw.useful():
        room -= block.end - block.start + 1
        if room < 0:
            return
        yield raw.text(block)


def _fields(asked: Sequence[str]) -> str:
    return "\n".join(f"- {name}: {guide().fields[name].ask}{_listed(name)}" for name in asked)


@cache
def _listed(name: str) -> str:
    """The codes of a field, with their Chinese names, for the prompt."""
    if name not in CODED:
        return ""
    entries = getattr(codes(), CODED[name])
    return "\n" + "\n".join(f"    {line}" for code, entry in entries.items() for line in _lines(code, entry))


def _lines(code: str, entry: Code) -> Iterator[str]:
    about = " ".join(filter(None, (entry.zh, entry.note, entry.employees and f"{entry.employees} employees")))
    yield f"{code} ({about})"
    yield from (f"{code}.{leaf} ({zh})" for leaf, zh in (entry.leaves or {}).items())


@cache
def version() -> str:
    """The version of the prompt: of the guide and of every code that it lists. It is part of a case's ``rules``."""
    listed = "".join(_listed(name) for name in guide().fields)
    return hashlib.sha256(FILE.read_bytes() + listed.encode()).hexdigest()[:10]
