"""Writes a form as either template, JSON or YAML, so that reading it again gives the same answers.

A blank without an answer is written as the template's own placeholder; an answer that the template does not ask for gets a
line of its own at the end of its section. Comments and lines that could not be placed stay in JSON and YAML only.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import yaml

from analysis.intake.clauses import bare, clauses, cued, opens
from analysis.intake.model import Form
from analysis.intake.read import retyped
from analysis.intake.structure import TOKEN, blanks, fields, sections, template
from pipelines.errors import UserError
from pipelines.vocabulary import as_plain

EMPTY = Form("short")
_HEADING = re.compile(r"^(?:### .+|\[[^\]]+\])")


def write_template(form: Form, name: str) -> str:
    """The form as ``short`` or ``long``; raises UserError for another template."""
    if name not in ("short", "long"):
        raise UserError(f"没有模板“{name}”；可用：short、long")
    out: list[str] = []
    lines = template(name)
    at = ""
    for index, line in enumerate(lines):
        at = _section_of(line) or at
        out.append(_line(line, form))
        last = index + 1 == len(lines) or lines[index + 1] == ""
        if at and last:
            out.extend(_others(form, name, at))
    return "\n".join(out) + "\n"


def new_form(name: str) -> str:
    """The empty template."""
    return write_template(EMPTY, name)


def _section_of(line: str) -> str:
    return next((key for key, s in sections().items() if line.startswith(f"[{s.title}]")), "")


def _line(line: str, form: Form) -> str:
    """A line of the template with its answers."""
    out, at = "", 0
    for hit in TOKEN.finditer(line):
        before, name, hint = line[at : hit.start()], hit[1], hit[2]
        raw = form.raw(name)
        at = hit.end()
        if raw:
            out += _led(before, name, raw) + raw
            out += "，" if hint is None and line[at:] else ""
        else:
            out += before + (f"__({hint})__" if hint is not None else "")
    return (out + line[at:]).rstrip()


def _led(before: str, name: str, raw: str) -> str:
    """What stands before an answer: without the template's lead where the answer says itself what it is."""
    spec = fields()[name]
    start, end = clauses(raw)[0]
    lead = next((w for w in spec.leads() if before.rstrip().endswith(w) and not before.rstrip().endswith(f"- {w}")), "")
    told = lead and (cued(raw[start:end], spec) or bare(raw, name) != raw or not opens(lead + raw, lead))
    return before.rstrip()[: -len(lead)] if told else before


def _others(form: Form, name: str, section: str) -> list[str]:
    """Lines for the answers of a section that the template has no blank for."""
    asked = {hit[1] for line in template(name) for hit in TOKEN.finditer(line)} | set(blanks(name))
    left = [key for key, spec in fields().items() if spec.section == section and key not in asked and form.raw(key)]
    return [f"- {fields()[key].label}：{form.raw(key)}" for key in left]


def to_plain(form: Form) -> dict[str, Any]:
    """The form as plain dicts and lists; every answer with its label, and the fields that are unanswered."""
    held = as_plain(form)
    for answer in held["answers"]:
        answer["label"] = fields()[answer["field"]].label
    return {k: v for k, v in held.items() if k != "blanks"} | {"blanks": list(form.blanks)}


def to_json(*forms: Form) -> str:
    """Indented JSON; several forms are a list."""
    return msgspec.json.format(msgspec.json.encode(_plainly(forms)), indent=2).decode()


def to_yaml(*forms: Form) -> str:
    """YAML with the keys of the JSON; several forms are a list."""
    return str(yaml.safe_dump(_plainly(forms), allow_unicode=True, sort_keys=False, width=200))


def _plainly(forms: tuple[Form, ...]) -> Any:
    return to_plain(forms[0]) if len(forms) == 1 else [to_plain(f) for f in forms]


def from_plain(data: object) -> Form:
    """A form as ``to_plain`` gave it, its values read anew from the words; raises UserError where it is none."""
    try:
        form = msgspec.convert(data, Form, strict=False)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:  # a half character of JSON or YAML is none
        raise UserError(f"不是需求表单：{error}") from error
    if strange := sorted({a.field for a in form.answers} - set(fields())):
        raise UserError(f"不是需求表单：不认识字段 {'、'.join(strange)}")
    return retyped(form)
