"""What in a form contradicts itself: figures that cannot be, several where one is asked, a goal behind the present, an industry
beside another's business (documents 2 and 4 §七). The words are data; where a list of all that exists would be needed it says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from analysis.intake.catalogues import providers
from analysis.intake.clauses import clauses
from analysis.intake.compare import direction_to
from analysis.intake.findings import Finding, each, find
from analysis.intake.model import Answer, Form, Value
from analysis.intake.profile import industries
from analysis.intake.structure import DATA, fields, narrow
from analysis.labels import label
from pipelines.quantities.units import in_unit
from pipelines.vocabulary import DataError, codes, load_yaml

_OR = re.compile(r"[/、，,;；|]|\s和\s|\sand\s")


@dataclass(frozen=True)
class Better:
    """Of which kind a quantity is, the words that name it, and whether ``less`` or ``more`` of it is wanted."""

    kind: str
    want: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Aims:
    """Where a form tells the present and the goals, and the quantities that are compared."""

    now: tuple[str, ...]
    goals: tuple[str, ...]
    of: Mapping[str, Better]


@dataclass(frozen=True)
class One:
    """Kinds of which a field holds one figure, the words that explain several, and the pattern of those that name nothing."""

    kinds: Mapping[str, tuple[str, ...]]
    nameless: str
    unless: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """``contradictions.yaml``."""

    never_negative: tuple[str, ...]
    never_zero: tuple[str, ...]
    fall: tuple[str, ...]
    share: tuple[str, ...]
    one: One
    better: Aims
    between: str
    part: str
    refused: tuple[str, ...]
    stays: tuple[str, ...]
    moved: tuple[str, ...]
    abroad: tuple[str, ...]
    sellers: tuple[str, ...]
    sold: tuple[str, ...]
    segments: Mapping[str, tuple[str, ...]]


@cache
def words() -> Words:
    """The words; raises DataError for a field, a section or an industry that does not exist."""
    path = DATA / "contradictions.yaml"
    held = load_yaml(path, Words)
    named = {*held.never_zero, *held.one.kinds, *held.better.now, *held.better.goals}
    known = {
        *(s.section for s in fields().values()),
        *codes().industry,
        *(f"{top}.{leaf}" for top, entry in codes().industry.items() for leaf in entry.leaves or {}),
    }
    if strange := sorted(named - set(fields()) | {*held.segments, *held.sellers, *held.never_negative} - known):
        raise DataError(f"{path}: no such fields, sections or industries {strange}")
    return held


def figures(form: Form, _: str) -> Iterator[Finding]:
    """Figures under zero, and none of what there must be some."""
    for answer in form.answers:
        for v in answer.values:
            if (v.number or 0) < 0 and fields()[answer.field].section in words().never_negative:
                yield find("negative", v.line, answer.field, value=v.text, label=fields()[answer.field].label)
            if v.number == 0 and v.to is None and answer.field in words().never_zero:
                yield find("zero", v.line, answer.field, value=v.text, label=fields()[answer.field].label)


def percents(form: Form, _: str) -> Iterator[Finding]:
    """More than all of a whole: a part of the budget, a fall, a share."""
    for answer in form.answers:
        goal, said = fields()[answer.field].section == "goal", answer.raw.casefold()
        for v in answer.values:
            falls = (v.number or 0) < 0 or any(w in said for w in (*words().fall, *words().share))
            if v.kind == "percent" and abs(v.number or 0) > 100 and (answer.field.startswith("budget.") or (goal and falls)):
                yield find("percent_range", v.line, answer.field, value=v.text, label=fields()[answer.field].label)


def several(form: Form, _: str) -> Iterator[Finding]:
    """Different figures where one is asked for, without a word between them why."""
    for answer in form.answers:
        asked = [(start, end, v) for start, end, v in _spans(answer) if v.kind in words().one.kinds.get(answer.field, ())]
        if len({v.says() for _, _, v in asked}) > 1 and len({v.kind for _, _, v in asked}) == 1:
            between = answer.raw[asked[0][1] : asked[-1][0]]
            if not _has(between, words().one.unless) and not _each_named(answer.raw, [(start, end) for start, end, _ in asked]):
                held = "、".join(dict.fromkeys(v.text for _, _, v in asked))
                yield find("several", answer.line, answer.field, label=fields()[answer.field].label, values=held)


def _each_named(raw: str, at: list[tuple[int, int]]) -> bool:
    """``派单 99.99%，报表 99.5%``: whether every figure stands behind a name of its own."""
    before = [raw[last:start] for last, start in zip([0, *(end for _, end in at)], [start for start, _ in at], strict=False)]
    names = [re.sub(words().one.nameless, "", said) for said in before]
    return all(len(name) > 1 for name in names) and len(set(names)) == len(names)


def behind(form: Form, _: str) -> Iterator[Finding]:
    """A goal that is no better than the present of the same quantity, told elsewhere in the form."""
    for aim in words().better.of.values():
        goals = _about(form, words().better.goals, aim)
        now = _about(form, words().better.now, aim)
        pairs = [(g, n, told) for g in goals for n in now if (told := _gain(g, n, aim.want)) is not None]
        if pairs and all(gain <= 0 for _, _, gain in pairs):
            goal, present, _gap = pairs[0]
            yield find("target_reached", present.line, "goal.metric", target=goal.text, target_line=goal.line, now=present.text)


def _about(form: Form, names: tuple[str, ...], aim: Better) -> list[Value]:
    """The figures of a quantity; of an answer that tells a change on its own (50ms 降到 80ms) none: it is looked at by itself."""
    told = (a for a in form.of(*names) if _has(f"{fields()[a.field].label} {a.raw}", aim.words) and not any(_steps(a)))
    return [v for a in told for v in a.values if v.kind == aim.kind and v.number]


def _gain(goal: Value, now: Value, want: str) -> float | None:
    """By how much the goal is better, None where both are of different dimensions."""
    told = in_unit(goal.to or goal.number or 0.0, goal.unit, now.unit)
    return None if told is None else ((now.number or 0.0) - told) * (1 if want == "less" else -1)


def backwards(form: Form, _: str) -> Iterator[Finding]:
    """``延迟 50ms，希望降到 80ms``: a fall to more, or a rise to less, in one breath; of a latency less is wanted, whatever the word
    (延迟从 300ms 提升到 50ms)."""
    for answer in form.answers:
        for said, before, after, way in _steps(answer):
            gain = _gain(after, before, _wanted(answer, before) or ("less" if way == "down" else "more"))
            if gain is not None and gain < 0:
                yield find("backwards", answer.line, answer.field, value=said, now=before.text, target=after.text)


def _wanted(answer: Answer, v: Value) -> str:
    """Whether less or more is wanted of what a figure tells, where its clause names it."""
    at = answer.raw.find(v.text)
    clause = next((answer.raw[a:b] for a, b in clauses(answer.raw) if a <= at < b), answer.raw)
    return next((aim.want for aim in words().better.of.values() if aim.kind == v.kind and _has(clause, aim.words)), "")


def _steps(answer: Answer) -> Iterator[tuple[str, Value, Value, str]]:
    """(their words, present, goal, up or down) where the words lead from a figure to the next of its kind."""
    for (first, end, before), (start, last, after) in pairwise(_spans(answer)):
        way = direction_to(answer, after)
        apart = re.sub(words().between, "", narrow(answer.raw)[end:start], flags=re.IGNORECASE)
        now, goal = _alike(before, after, answer.raw[last:].lstrip()[:1])
        if now.kind == goal.kind and now.number and way and not apart:
            yield answer.raw[first:last], now, goal, way


def _alike(before: Value, after: Value, behind: str) -> tuple[Value, Value]:
    """Both figures in the unit of the one that has it: ``TPS 从 5000 提升到 3000`` writes it once; a word behind the last is a unit."""
    if {before.kind, after.kind} == {"sla", "percent"}:
        return replace(before, kind="sla"), replace(after, kind="sla")
    if after.kind == "number" and not after.unit and not behind.isalnum():
        return before, replace(after, kind=before.kind, unit=before.unit, per=before.per)
    if before.kind == "number" and not before.unit:
        return replace(before, kind=after.kind, unit=after.unit, per=after.per), after
    return before, after


def parts(form: Form, _: str) -> Iterator[Finding]:
    """``40TB（其中归档 60TB）``: a part that is more than its whole."""
    for answer in form.answers:
        for (_start, end, whole), (start, _end, part) in pairwise(_spans(answer)):
            of_it = whole.kind == part.kind and whole.number and part.number and re.fullmatch(words().part, answer.raw[end:start], re.I)
            told = in_unit(part.number or 0.0, part.unit, whole.unit) if of_it else None
            if told is not None and told > (whole.to or whole.number or 0.0):
                shown = {"value": answer.raw, "part": part.text, "whole": whole.text}
                yield find("part_over", answer.line, answer.field, label=fields()[answer.field].label, **shown)


def payments(form: Form, _: str) -> Iterator[Finding]:
    """Neither subscription nor purchase: then nothing can be paid."""
    held = [next((a for a in form.of(name) if _has(a.raw, words().refused)), None) for name in ("payment.subscription", "payment.onetime")]
    if held[0] and held[1]:
        yield find("refused", held[0].line, held[0].field, subscription=held[0].raw, onetime=held[1].raw)


def borders(form: Form, _: str) -> Iterator[Finding]:
    """Data that must stay in the country, and a plan that moves it abroad."""
    stays = next((a for a in form.of("compliance.rules", "compliance.sovereignty") if _has(a.raw, words().stays)), None)
    for answer in form.of("compat.future", "goal.metric", "goal.note") if stays else ():
        if stays and _has(answer.raw, words().moved) and _has(answer.raw, (*words().abroad, *_cities_abroad())):
            yield find("abroad", answer.line, answer.field, stays=stays.raw, stays_line=stays.line, value=answer.raw)


@cache
def _cities_abroad() -> tuple[str, ...]:
    """The Chinese names of the regions that lie in no part of China."""
    return tuple({r[2] for p in providers().values() for r in p.regions if r[1] not in ("cn", "hk", "tw", "mo")})


def _spans(answer: Answer) -> list[tuple[int, int, Value]]:
    """Where the values of an answer stand in its words."""
    out, at = [], 0
    for v in answer.values:
        start = answer.raw.find(v.text, at)
        at = start + len(v.text)
        out.append((start, at, v))
    return out


def hours(form: Form, _: str) -> Iterator[Finding]:
    """Support on days and hours that a week does not have."""
    for field, v in each(form, "hours"):
        days, long = (int(n) for n in v.detail.split("x"))
        if not (1 <= days <= 7 and 1 <= long <= 24):
            yield find("hours", v.line, field, value=v.text)


def business(form: Form, _: str) -> Iterator[Finding]:
    """Several industries, or a business that belongs to another one."""
    answers = form.of("industry.name")
    said = {part.strip(): found[0] for a in answers for part in _OR.split(a.raw) if (found := industries(part))}
    narrow_ones = {code.split(".")[0] for code in said.values() if "." in code}  # 互联网/教育 is one business, 银行/游戏 is not
    if len(narrow_ones) > 1 or (len(answers) > 1 and len({code.split(".")[0] for code in said.values()}) > 1):
        yield find("industries", answers[-1].line, "industry.name", values="、".join(said))
    if answers:
        yield from _foreign(form, tuple(code for part in (*(a.raw for a in answers), *said) for code in industries(part)))


def _foreign(form: Form, told: tuple[str, ...]) -> Iterator[Finding]:
    builds = not told or any(_same(seller, code) for seller in words().sellers for code in told)
    for answer in () if builds else form.of("industry.segment"):
        homes = [] if _has(answer.raw, words().sold) else [c for c, held in words().segments.items() if _has(answer.raw, held)]
        if homes and not any(_same(home, code) for home in homes for code in told):
            names = {"industry": _name(told[0]), "home": "、".join(map(_name, homes))}
            yield find("segment", answer.line, answer.field, value=answer.raw, **names)


def _name(code: str) -> str:
    return label("industry", code).zh


def _same(home: str, code: str) -> bool:
    """Whether an industry is the home of a business, or too wide to tell."""
    return code == home or code.startswith(f"{home}.") or home.startswith(f"{code}.")


def versions(form: Form, _: str) -> Iterator[Finding]:
    """Which versions exist only their makers know: all are named once as unchecked."""
    told = [(field, v) for field, v in each(form, "version")]
    if told:
        named = "、".join(dict.fromkeys(v.text.strip() for _, v in told))
        yield find("versions", told[0][1].line, told[0][0], values=named)


def _has(said: str, any_of: tuple[str, ...]) -> bool:
    low = narrow(said).casefold()
    return any(word.casefold() in low for word in any_of)


CHECKS = (figures, percents, several, behind, backwards, parts, payments, borders, hours, business, versions)
