"""The other forms of a customer's name that a page states, and the form to show."""

from __future__ import annotations

import re

from pipelines.companies.names import clean, has_han, initials, is_name, is_vendor, key, stem_han, strip_legal, without_place
from pipelines.companies.score import Candidate
from pipelines.companies.tables import names
from pipelines.companies.view import View

_CALLED = re.compile(
    r"\s?[（(]\s?(?P<said>(?:以下|下文|下)?(?:简称|统称|称)(?:为)?|下同|英文名?|即|原名?|又称"
    r"|also known as|formerly|a\.k\.a\.|hereafter|short:)?"
    r"\s?[：:]?\s?[“\"「‘]?(?P<x>[^（）()”\"」’\n，,;；]{2,60}?)[”\"」’]?\s?[）)]",
    re.IGNORECASE,
)
_FULL = re.compile(r"(?P<x>[A-Z\u4e00-\u9fff][^，。,.;；：:\n（()）“”]{3,70}?)\s?[（(]\s?(?:以下简称|下称|简称)?\s?[：:]?\s?[“\"「]?$")


def shown(name: str, view: View) -> str:
    """The writing to show: the page's own, the brand in place of a full Chinese name where the page uses the brand more."""
    at = view.find(name)
    written = view.text[at : at + len(name)] if at >= 0 else name
    common = _commonest(written, view)
    return _brand(common, view) or common


def _brand(full: str, view: View) -> str:
    """The brand of a full Chinese name where the page uses it apart: the longer form first (示例软件 before 示例)."""
    bare = strip_legal(full)
    if not has_han(full) or bare == full.casefold():
        return ""
    whole = view.body.count(full)
    called = [form for form in _bracketed(full, view) if has_han(form) and view.body.count(form) > whole]
    if called:
        return called[0]
    for form, least in ((without_place(bare), 1), (stem_han(bare), max(1, whole))):
        if len(form) > 1 and form in full and view.body.count(form) - whole >= least:
            return form
    return ""


def _commonest(written: str, view: View) -> str:
    """Among the writings by case, the one the body uses; a shouting title loses to the body."""
    if view.count(written) or has_han(written):
        return written
    at = view.folded.find(written.lower())
    return view.text[at : at + len(written)] if at >= 0 else written


def aliases_of(name: str, best: Candidate, order: list[Candidate], view: View) -> tuple[str, ...]:
    """Forms in parentheses, the candidate's other writings, and candidates that extend or shorten the name."""
    forms = [best.name, *best.forms, *_bracketed(name, view), *_bracketed(best.name, view)]
    forms += [form for other in order if other is not best and _extends(name, other.name) for form in other.forms]
    seen: dict[str, None] = {}
    for form in map(clean, forms):
        if form != name and is_name(form) and not is_vendor(form) and view.find(form) >= 0:
            seen.setdefault(form)
    return tuple(seen)


def _bracketed(name: str, view: View) -> list[str]:
    found: list[str] = []
    at = view.text.find(name)
    while at >= 0 and len(found) < 4:
        end = at + len(name)
        if (after := _CALLED.match(view.text, end)) and (after["said"] or _alias(after["x"], name)):
            found.append(after["x"])
        if (
            view.text[end : end + 1] in ("）", ")", "”")
            and (before := _FULL.search(view.text[max(0, at - 90) : at]))
            and _alias(before["x"], name)
        ):
            found.append(before["x"])
        at = view.text.find(name, end)
    return found


def _alias(form: str, name: str) -> bool:
    """Whether words in parentheses are another form of the name: initials, the other script, or a shared part."""
    form = clean(form)
    if not 2 <= len(form) <= 60 or form.casefold() == name.casefold():
        return False
    if has_han(form) is not has_han(name):
        return len(form.split()) <= 6
    return initials(form) == key(name) or initials(name) == key(form) or key(form) in key(name) or key(name) in key(form)


def _extends(name: str, other: str) -> bool:
    """Whether one name is the other with the words of an organisation added (示例 – 示例公司, Acme – Acme Group)."""
    short, long = sorted((strip_legal(name), strip_legal(other)), key=len)
    if len(short) < 2 or ". " in other or other.casefold().endswith((" and", " the")):
        return False
    if has_han(long):
        rest = long.replace(short, "", 1).strip()
        return short in long and (not rest or rest.endswith(names().name_ends_zh) or rest in names().places)
    if not f" {long} ".startswith(f" {short} "):
        return False
    added = long[len(short) :].split()
    return len(added) <= 1 + bool(set(other.split()) & set(names().name_words_en)) and "and" not in added
