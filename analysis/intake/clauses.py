"""Divides a line among the fields it answers: ``用户量200万+，日均理赔申请1.2万笔``, ``在6个月内达成…``, ``C端 … | B端 …``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analysis.intake.structure import FieldSpec, Group, fields, narrow

_CUT = re.compile(r"[，；;|｜。]|,(?!\d{3})|\svs\.?\s|\s\+\s", re.IGNORECASE)
_OPEN, _CLOSE = "（([【「《", "）)]】」》"
_FIGURE = re.compile(r"[\d\ue000一二三四五六七八九十半]")
_AFTER_LEAD = re.compile(r"^\s*[:：为是]?\s*")


def split(text: str, home: str, group: Group | None, below: bool = False) -> Iterator[tuple[str, str]]:
    """(field, words) of a line whose label leads to ``home``; with a group that has parts, each clause goes where it belongs."""
    if group is None or not group.parts:
        name = _routed(text, home, group.under) if group else home
        yield name, _opened(text, fields()[name])
        return
    if below and not _has_lead(text, group.parts) and (found := _routed(text, "", group.under)):
        yield found, _opened(text, fields()[found])
        return
    yield from _stripped(_joined(text, home, group.parts))


def clauses(text: str) -> list[tuple[int, int]]:
    """Spans of the clauses outside brackets."""
    cuts, depth, at = [], 0, 0
    hits = {m.start(): m.end() for m in _CUT.finditer(narrow(text))}
    for i, char in enumerate(text):
        depth = max(0, depth + (char in _OPEN) - (char in _CLOSE))
        if i in hits and depth == 0 and i >= at:
            cuts.append((at, i))
            at = hits[i]
    return [*cuts, (at, len(text))]


def _joined(text: str, home: str, parts: Sequence[str]) -> list[tuple[str, str]]:
    """Neighbouring clauses of one field as one."""
    out: list[tuple[str, int, int]] = []
    for start, end, told in _inner(text, parts):
        name = told or _owner(text[start:end], home, parts, out[-1][0] if out else home)
        if out and out[-1][0] == name:
            out[-1] = (name, out[-1][1], end)
        else:
            out.append((name, start, end))
    return [(name, text[a:b]) for name, a, b in out]


def _inner(text: str, parts: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """The clauses, cut once more where a field begins inside one (在6个月内达成…): what stands before is the part before it."""
    words = [(w, i) for i, p in enumerate(parts) for w in fields()[p].inside]
    for start, end in clauses(text):
        hits = [(at, i) for w, i in words if (at := text.find(w, start, end)) > start]
        if hits:
            at, index = min(hits)
            yield start, at, parts[max(index - 1, 0)]
            yield at, end, parts[index]
        elif cut := _spanned(text[start:end], parts):
            length, index = cut
            yield start, start + length, parts[index]
            yield start + length, end, parts[index + 1]
        else:
            yield start, end, ""


def _spanned(clause: str, parts: Sequence[str]) -> tuple[int, int] | None:
    """(length, part) of what a part is made of at the beginning of a clause, where the words behind it are of the next part."""
    for index, part in enumerate(parts[:-1]):
        span = fields()[part].span
        hit = re.match(rf"\s*(?:{span})", narrow(clause), re.IGNORECASE) if span else None
        if hit and any(c.isdigit() for c in clause[hit.end() :]):
            return hit.end(), index
    return None


def _owner(clause: str, home: str, parts: Sequence[str], last: str) -> str:
    said = clause.strip()
    candidates = tuple(dict.fromkeys((*parts, home)))
    for name in candidates:
        if _lead(said, fields()[name]) or said.startswith(tuple(w.strip() for w in fields()[name].inside)):
            return name
    return next((name for name in candidates if cued(said, fields()[name])), last)


def _lead(said: str, spec: FieldSpec) -> str:
    """The words before the value, if the clause begins with any."""
    return next((w for w in spec.leads() if opens(said, w)), "")


def opens(said: str, word: str) -> bool:
    """Whether a text begins with a word: a Latin word only whole, a single character (在) only before a figure or a blank."""
    if not narrow(said).casefold().startswith(word.casefold()):
        return False
    after = said[len(word) : len(word) + 1]
    if word.isascii():
        return not after.isalpha()
    return len(word) > 1 or bool(_FIGURE.match(after))


def _opened(text: str, spec: FieldSpec) -> str:
    """The words without the lead that the template prints, where only one field is answered."""
    said = text.strip()
    word = next((w for w in spec.lead if opens(said, w) and said.casefold() not in spec.alone), "")
    return _AFTER_LEAD.sub("", said[len(word) :], count=1) if word else said


def cued(said: str, spec: FieldSpec) -> bool:
    """Whether a clause holds a word of the field."""
    low = narrow(said).casefold()
    return any(cue.casefold() in low for cue in spec.cue)


def several(text: str, parts: Sequence[str]) -> bool:
    """Whether a later clause begins with the lead of one of the parts: 初期建设：50万，持续运维：30万."""
    return any(_lead(text[a:b].strip(), fields()[p]) for a, b in clauses(text)[1:] for p in parts)


def _has_lead(text: str, parts: Sequence[str]) -> bool:
    return any(_lead(text[a:b].strip(), fields()[p]) for a, b in clauses(text) for p in parts)


def _routed(text: str, home: str, under: Sequence[str]) -> str:
    """The field below a group that a line without a label belongs to."""
    return next((name for name in under if cued(text, fields()[name])), home)


def _stripped(found: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((name, bare(raw, name)) for name, raw in found)


def bare(raw: str, name: str) -> str:
    """The words without what the template prints before them."""
    said, spec = raw.strip(), fields()[name]
    for word in (*spec.inside, _lead(said, spec)):
        if word.strip() and said.startswith(word.strip()):
            return _AFTER_LEAD.sub("", said[len(word.strip()) :], count=1)
    lead = _lead(said, spec)
    return _AFTER_LEAD.sub("", said[len(lead) :], count=1) if lead else said
