"""Reads requirement forms from text, tolerant of how people fill them in (document 2).

Sections and labels are found by their words, in any order, in Chinese or English, with slips of one character; a line is
never dropped in silence: what cannot be placed becomes a note that names its line and the nearest label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from analysis.intake import structure
from analysis.intake.clauses import clauses, several, split
from analysis.intake.model import Answer, Form, Note
from analysis.intake.rows import lines_of
from analysis.intake.structure import Group, Place, fields, places, plain, section_names, sections
from analysis.intake.values import scan
from pipelines.errors import UserError

MAX_LINES, MAX_LINE, MAX_TEXT = 5000, 4000, 1_000_000
BLANK = "\ue000"  # stands for a blank of the template
_HINT = re.compile(r"(?<!_)_{2,}+\s?[(（]([^\n_]{0,300})[)）]\s?_{2,}")
_FILLED = re.compile(r"(?<!_)_{2,}+([^\n_]{1,300}?)_{2,}")
_EMPTY = re.compile(r"_{2,}")
_COMMENT = re.compile(
    r"(?:(?<=\s)|^)(?:#(?!#)\s?|//\s?)(?P<a>\S.*)$|<!--(?P<b>.{0,500}?)-->|[（(【\[](?:备注|注|comment|note)[:：](?P<c>[^）)】\]]{0,500})[）)】\]]",
    re.I,
)
_MARK = re.compile(r"^(?:[-*•·●▪◦+]\s+|[-•·●▪◦](?=\S)|[(（]?\d{1,2}[)）.、]\s*)")
_HEAD = re.compile(r"^#{1,6}\s*")
_NUMBER = re.compile(r"^(?:[一二三四五六七八九十]{1,2}[、.．]|第[一二三四五六]部分|part\s\d\b|section\s\d\b)\s*", re.I)
_BRACKET = re.compile(r"^[\[【［〔]\s*([^\[\]【】［］〔〕]{1,60}?)\s*[\]】］〕]\s*[:：]?\s*(.*)$")
_LABEL = re.compile(r"^([^:：]{1,60})[:：]\s*(.*)$")
_BARE = re.compile(r"^([^\d:：]{2,40}?)\s+(?=[<>≤≥=~≈$¥€£-]?\s?\d)(.+)$")
_SEPARATOR = re.compile(r"^[=!\-*~_—\s]{3,}$")
_UNTOLD = frozenset("待定 未定 待批 待审批 待确认 待议 待填 待补充 未填 未知 暂无 tbd tba n/a na todo - — / ? ？ xx xxx".split())
TYPO, TYPO_LATIN = 74.0, 86.0


@dataclass
class _Draft:
    """A form while it is read."""

    line: int = 1
    answers: list[Answer] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    section: str = ""
    place: Place | None = None
    group: Group | None = None

    def done(self) -> Form:
        told = {a.field for a in self.answers}
        left = tuple(dict.fromkeys(b for b in self.blank if b not in told))
        return Form(_resembles(self.labels), tuple(self.answers), tuple(self.notes), self.line, left)


def read_forms(text: str) -> tuple[Form, ...]:
    """The forms of a text, in its order; raises UserError where the text is too large or holds no part of a form."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(text) > MAX_TEXT or len(lines) > MAX_LINES:
        raise UserError(f"表单有 {len(lines)} 行、{len(text)} 字，最多读 {MAX_LINES} 行、{MAX_TEXT} 字；请拆分")
    drafts, apart = [_Draft()], False
    for number, line in enumerate(lines, 1):
        said = line.strip().lstrip("\ufeff")
        if not said or said.startswith("```"):
            continue
        if _SEPARATOR.match(said):
            apart = True
            continue
        for part in lines_of(said):
            apart = not _line(drafts, number, part, apart) and apart
    forms = tuple(d.done() for d in drafts if d.opened)
    if not forms:
        raise UserError("没有找到需求表单的任何部分；insights form new --template short 写出一份空表")
    return forms


def _line(drafts: list[_Draft], number: int, said: str, apart: bool) -> bool:
    """Reads one line into the last draft; True where a section began."""
    draft = drafts[-1]
    if len(said) > MAX_LINE:
        draft.notes.append(Note("unread", number, said[:80], f"超过 {MAX_LINE} 字"))
        return False
    body, comment = _comment(_body(said))
    begun = _section(body)
    if begun:
        section, rest, slip = begun
        if section in draft.opened and (section != draft.section or apart):
            drafts.append(draft := _Draft(line=number))
        draft.section, draft.group = section, None
        draft.place = Place(section, sections()[section].field)
        draft.opened.append(section)
        if _NUMBER.match(body) and plain(body) == plain(sections()[section].long):
            draft.labels.add("#long")
        _slip(draft, number, slip)
        _take(draft, number, rest, comment)
        return True
    _labelled(draft, number, body, comment)
    return False


def _body(said: str) -> str:
    """A line without list marks and bold marks."""
    shown = _MARK.sub("", _HEAD.sub("", said)).replace("**", "").replace("`", "")
    return _MARK.sub("", shown).strip()


def _comment(body: str) -> tuple[str, str]:
    """The line without a comment behind its value, and the comment."""
    found: list[str] = []

    def keep(hit: re.Match[str]) -> str:
        found.append(next(g for g in hit.groups() if g is not None).strip())
        return ""

    return _COMMENT.sub(keep, body).strip(), "；".join(found)


def _section(body: str) -> tuple[str, str, str] | None:
    """(section, what stands behind its heading, the slip if the heading has one) where a line is a section's heading."""
    bracket = _BRACKET.match(body)
    if bracket:
        key, slip = _near(bracket[1], tuple(section_names()))
        return (section_names()[key], bracket[2], slip) if key else None
    head = _NUMBER.sub("", body)
    label = _LABEL.match(head)
    name, rest = (label[1], label[2]) if label else (head, "")
    if len(name) > 40:
        return None
    if head != body:
        key, slip = _near(name, tuple(section_names()))
        return (section_names()[key], rest, slip) if key else None
    found = section_names().get(plain(name))
    return (found, rest, "") if found else None


def _near(name: str, known: Sequence[str]) -> tuple[str, str]:
    """The known label that this is, at most one slip away, and the slip; ("", "") for none."""
    asked = plain(name)
    if asked in known:
        return asked, ""
    if len(asked) < 3 or (asked.isascii() and len(asked) < 5):
        return "", ""
    best = process.extract(asked, known, scorer=fuzz.ratio, limit=2, score_cutoff=TYPO_LATIN if asked.isascii() else TYPO)
    if not best or (len(best) > 1 and best[0][1] == best[1][1]) or abs(len(best[0][0]) - len(asked)) > 1:
        return "", ""
    return best[0][0], name


def _labelled(draft: _Draft, number: int, body: str, comment: str) -> None:
    label = _LABEL.match(body) or _bare(draft.section, body)
    if not draft.section and not label:
        draft.notes.append(Note("unread", number, body[:80]))
        return
    found = _place(draft, label[1]) if label else None
    if label and found and (line_of := _parted(found[0], body)):
        draft.section = found[0].section
        draft.place, draft.group = Place(draft.section, line_of.field, line_of), line_of
        draft.opened.append(draft.section)
        _take(draft, number, body, comment, line_of, below=True)
    elif label and found:
        place, slip = found
        draft.section = place.section
        draft.place, draft.group = place, place.group or (draft.group if _inside(draft.group, place.field) else None)
        draft.opened.append(place.section)
        draft.labels.add(plain(label[1]))
        _slip(draft, number, slip)
        _take(draft, number, label[2], comment, place.group)
    elif label and not _loose(draft, body):
        near, _, _ = process.extractOne(plain(label[1]), tuple(structure.field_of_label()), scorer=fuzz.ratio) or ("", 0, 0)
        draft.notes.append(Note("unread", number, body[:80], near))
    else:
        straight = draft.place and draft.place.field == sections()[draft.section].field
        _take(draft, number, body, comment, draft.group or (sections()[draft.section].loose() if straight else None), below=True)


def _parted(place: Place, body: str) -> Group | None:
    """The group whose parts a line answers one after the other, each by its own words."""
    of = (g for g in sections()[place.section].groups if place.field in g.parts and place.field != g.field and not place.group)
    return next((g for g in of if several(body, g.parts)), None)


def _bare(section: str, body: str) -> re.Match[str] | None:
    """A label of the open section right before its figure, without a colon: ``SLA 99.95%`` is no remark on the line above."""
    found = _BARE.match(body) if section else None
    return found if found and plain(found[1]) in places(section) else None


def _loose(draft: _Draft, body: str) -> bool:
    """Whether a line with a colon is rather a sentence than a label: the figure before the colon says so, or its group knows it."""
    before = body.replace("：", ":").split(":")[0]
    known = any(cue.casefold() in before.casefold() for f in (draft.group.under if draft.group else ()) for cue in fields()[f].cue)
    return bool(re.search(r"\d", before)) or known


def _inside(group: Group | None, name: str) -> bool:
    return group is not None and name in (*group.parts, *group.under)


def _place(draft: _Draft, label: str) -> tuple[Place, str] | None:
    """Where a label leads: in the open section first, then in any other that alone knows it; slips only in the open one."""
    asked = plain(label)
    if draft.section and asked in places(draft.section):
        return places(draft.section)[asked], ""
    if found := structure.field_of_label().get(asked):
        return found, ""
    if not draft.section:
        return None
    key, slip = _near(label, tuple(places(draft.section)))
    return (places(draft.section)[key], slip) if key else None


def _slip(draft: _Draft, number: int, slip: str) -> None:
    if slip:
        draft.notes.append(Note("typo", number, slip))


def _take(draft: _Draft, number: int, said: str, comment: str, group: Group | None = None, below: bool = False) -> None:
    """Puts what stands behind a label, or on a line below it, into its fields."""
    if draft.place is None:
        return
    home = group.field if group and (below or draft.place.group) else draft.place.field
    text = _unfilled(draft, number, said)
    for name, raw in split(text, home, group, below):
        words = raw.replace(BLANK, "").strip(" \t，,；;、|｜。/")
        if words and words.casefold() not in _UNTOLD:
            draft.answers.append(Answer(name, words, number, scan(words, number, name), comment))
        elif BLANK in raw:
            draft.blank.append(name)


def _unfilled(draft: _Draft, number: int, said: str) -> str:
    """The text with its blanks as one character each; words inside a blank that are not the template's are noted, not read."""

    def hint(hit: re.Match[str]) -> str:
        if plain(hit[1]) not in structure.hints() and plain(hit[1]):
            draft.notes.append(Note("in_blank", number, hit[1]))
        return BLANK

    return _EMPTY.sub(BLANK, _FILLED.sub(lambda m: m[1], _HINT.sub(hint, said)))


def _resembles(labels: set[str]) -> str:
    """The template whose own labels a form uses more."""
    if "#long" in labels:
        return "long"
    counts = {name: len(labels & _own(name)) for name in structure.TEMPLATES}
    return "long" if counts["long"] > counts["short"] else "short"


def _own(name: str) -> set[str]:
    """The labels at the beginning of a template's lines."""
    found = (_LABEL.match(_body(structure.TOKEN.sub("", line))) for line in structure.template(name))
    return {plain(hit[1]) for hit in found if hit}


def retyped(form: Form) -> Form:
    """The form with its values scanned anew, as after reading it from JSON or YAML."""
    return replace(form, answers=tuple(replace(a, values=scan(a.raw, a.line, a.field)) for a in form.answers))


def answers_below(form: Form, section: str) -> Iterator[Answer]:
    """The answers of a section."""
    return (a for a in form.answers if fields()[a.field].section == section)


__all__ = ["answers_below", "clauses", "read_forms", "retyped"]
