"""The standard document that an answered escalation becomes (document 3, 案例4 第三步 知识库沉淀).

It holds the owner's words and nothing else: sections come from the headings of the answer, and a section that the answer
lacks is marked as missing, never filled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.report.escape import clean, markdown
from analysis.research.escalation.pack import environment
from analysis.research.escalation.rulebook import DocumentSpec, kinds

_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.+?)\s*#*$")
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)、])\s+")
_GIVES = "可提供的文档"
_PREFACE = "说明"  # what stands before the first heading


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines of Markdown."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard document: what was asked, who verified what when, the sections, what can be given, how to handle.

    ``told``: the owner said what can be given; else it is what such a document commonly lists, for the owner to confirm.
    """

    title: str
    verified: str
    owner: str
    escalation: str
    question: str
    sections: tuple[Section, ...]
    gives: tuple[str, ...]
    steps: tuple[str, ...]
    tat_hours: int
    told: bool


def standard(escalation: str, question: str, kind: str, answer: str, verified: str, scope: str = "") -> Standard:
    """The document of an answer (Markdown or plain text); ``scope`` is the region or product it holds for (数据中心和合规性 - 欧洲)."""
    made = kinds()[kind]
    spec = made.document
    parts = list(_parts(answer))
    gives = [line for title, lines in parts if title == _GIVES for line in lines]
    return Standard(
        title=f"{spec.title} - {scope}" if scope else spec.title,
        verified=verified,
        owner=made.owner,
        escalation=escalation,
        question=question,
        sections=tuple(_sections(spec, [p for p in parts if p[0] != _GIVES])),
        gives=tuple(gives) or spec.gives,
        told=bool(gives),
        steps=spec.steps,
        tat_hours=made.tat_hours,
    )


def document_text(made: Standard) -> str:
    """The document as Markdown."""
    return environment().get_template("document.md.j2").render(d=made)


def _parts(answer: str) -> Iterator[tuple[str, list[str]]]:
    """(heading, lines) of an answer; what stands before the first heading has none."""
    title, lines = "", list[str]()
    for raw in answer.splitlines():
        if hit := _HEADING.match(raw):
            if lines or title:
                yield title, lines
            title, lines = clean(hit[1]).strip(), []
        elif said := clean(_BULLET.sub("", raw)).strip():
            lines.append(said)
    if lines or title:
        yield title, lines


def _sections(spec: DocumentSpec, parts: Sequence[tuple[str, list[str]]]) -> Iterator[Section]:
    """The two sections of the kind first, then the answer's own; an answer without headings is the first section."""
    untitled = _PREFACE if any(title for title, _ in parts) else spec.first
    held: dict[str, list[str]] = {}
    for title, lines in parts:
        held.setdefault(title or untitled, []).extend(lines)
    for title in (spec.first, spec.second):
        yield Section(title, tuple(f"- {markdown(line)}" for line in held.pop(title, ())))
    for title, lines in held.items():
        yield Section(title, tuple(f"- {markdown(line)}" for line in lines))
