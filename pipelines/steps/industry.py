"""The industry of a customer's own business: ``code`` or ``code.leaf`` of ``codes.yaml``.

Points come from labels ("Industry: Retail", 所属行业), from the name (银行, Hospital), from the sentences that say what the
customer is, and weakly from the trade's words elsewhere, more where the customer is named. A vendor's label is often coarse:
it lifts its group, and the definition chooses the leaf. Whom a customer serves ("software for banks") counts little.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.case import Field, Part, RawCase, Role
from pipelines.companies.names import has_han
from pipelines.text import Hit, Lexicon, sentences
from pipelines.vocabulary import VOCAB, codes, load_yaml, unique

PROVIDES: tuple[str, ...] = ("industry",)
NEEDS: tuple[str, ...] = ("customer_name", "customer_aliases")

Found = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    """What organisations of an industry call themselves, the words of their trade, whom they serve, and words in their names."""

    is_: tuple[str, ...]
    does: tuple[str, ...]
    serves: tuple[str, ...]
    name: tuple[str, ...]


@dataclass(frozen=True)
class Label:
    """Vendors' labels and the codes they may mean; no codes for a label that says nothing."""

    codes: tuple[str, ...]
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Definition:
    """Patterns of the sentence that says what the customer is."""

    after: str
    doing: str
    doing_scale: float
    before: str
    rest: str
    rest_zh: str
    repeat: tuple[float, ...]


@dataclass(frozen=True)
class Industries:
    """``industries.yaml``."""

    labels: tuple[Label, ...]
    place: Mapping[str, float]
    weak_names: tuple[str, ...]
    weak_name: float
    vague_codes: tuple[str, ...]
    vague: Mapping[str, float]
    serves: float
    functions: tuple[str, ...]
    function: float
    neutral: tuple[str, ...]
    itself: str
    definition: Definition
    decide: Mapping[str, float]
    confidence: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the vocabulary: its code, whether it names the organisation itself, whether it is the plural."""

    code: str
    names_itself: bool
    plural: bool
    scale: float = 1.0  # outside of definitions: less for what every company has (supply chain, marketing, payroll)


@dataclass(frozen=True, slots=True)
class Point:
    """Points for a code from one place of the page."""

    code: str
    points: float
    rule: str
    start: int
    end: int


def run(raw: RawCase, found: Found) -> Mapping[str, Any]:
    """``industry`` (Field[str]); unknown as ``no_evidence`` where nothing tells."""
    names = _names(found)
    points = [*_labelled(raw), *_of_name(raw, names), *_of_text(raw, names)]
    return {"industry": _decide(raw, points)}


def _names(found: Found) -> tuple[str, ...]:
    name = found.get("customer_name")
    value = name.value if isinstance(name, Field) else None
    return tuple(dict.fromkeys((value, *found.get("customer_aliases", ())))) if value else ()


# -- labels ---------------------------------------------------------------------------------------------------------


def _labelled(raw: RawCase) -> Iterator[Point]:
    for label in raw.labels:
        if label.label != "industry" or label.end <= label.start:
            continue
        yield from _of_label(label.value, label.start, label.end)
    found = (_INLINE.match(raw.page.text, block.start, block.end) for block in raw.useful() if block.start < _TOP)
    inline = next((hit for hit in found if hit), None)
    if inline and not any(label.start == inline.start("x") for label in raw.labels):
        yield from _of_label(inline["x"], inline.start("x"), inline.end("x"))


_TOP = 2000  # characters: a line of several labels stands at the top of its page
_INLINE = re.compile(r"Industry: (?P<x>[^—\n]{3,60}?) —")


def _of_label(value: str, start: int, end: int) -> Iterator[Point]:
    place = _table().place
    for position, code in enumerate(label_codes(value)):
        whole = place["label"] if "." in code else place["label_head"]
        yield Point(code, whole / (1 + position), "industry.label", start, end)


@cache
def label_codes(value: str) -> tuple[str, ...]:
    """The codes that a vendor's label may mean, the likeliest first; empty for a label that says nothing or is unknown."""
    known = _labels()
    text = " ".join(value.casefold().split()).strip(" .:：")
    if text in known:
        return known[text]
    parts = [p.strip() for p in re.split(r"\s*[,/&;、，|]\s*|\s+and\s+| — .*", text) if p.strip()]
    return tuple(dict.fromkeys(code for part in parts for code in known.get(part, ())))


@cache
def _labels() -> Mapping[str, tuple[str, ...]]:
    rows = _table().labels
    unique(((form.casefold(), " ".join(row.codes)) for row in rows for form in row.forms), "industries.yaml")
    return {form.casefold(): row.codes for row in rows for form in row.forms}


# -- the name -------------------------------------------------------------------------------------------------------


def _of_name(raw: RawCase, names: tuple[str, ...]) -> Iterator[Point]:
    """Words in the customer's name and its fuller forms, at the place where the page first writes that form."""
    table = _table()
    seen: set[str] = set()
    for position, name in enumerate(names[:3]):
        start = _first(raw, name)
        if start < 0:
            continue
        for code, word, part in _words_in(name):
            if code + word not in seen:
                seen.add(code + word)
                scale = part * (table.weak_name if code in table.weak_names or len(word) == 1 else 1.0)
                scale *= 0.5 if position else 1.0
                yield Point(code, table.place["name"] * scale, "industry.name", start, start + len(name))


def _first(raw: RawCase, name: str) -> int:
    """Where the story first writes a name; -1 where it does not: another story of the page may speak of it too."""
    found = (raw.page.text.find(name, block.start, block.end) for block in (*raw.useful(), *raw.blocks))
    return next((start for start in found if start >= 0), -1)


def _words_in(name: str) -> Iterator[tuple[str, str, float]]:
    """The codes and words of the vocabulary in a name, and how much they count.

    Latin ones as words, the longest only (Building Society hides Building), little behind "of" or "for" and half where only a
    part of a word (ClearBank); Chinese ones anywhere, a single character at its end.
    """
    tokens = f" {_PUNCTUATION.sub(' ', name)} "
    latin, han, parts = _name_words()
    found = [pair for first in {*tokens.split(), "."} for pair in latin.get(first, ()) if pair[1] in tokens]
    taken: list[str] = []
    for code, word in sorted(found, key=lambda pair: -len(pair[1])):
        if not any(word in longer and word != longer for longer in taken):
            taken.append(word)
            yield code, word.strip(), 0.15 if _BEHIND.search(tokens, 0, tokens.find(word) + 1) else 1.0
    for code, word in han:
        if name.endswith(word) or (len(word) > 1 and word in name):
            yield code, word, 1.0
    if not taken:
        low = tokens.casefold()
        yield from ((code, part.strip(), 0.5) for code, part in parts if part in low)


_PUNCTUATION = re.compile(r"[-,&/’']")
_BEHIND = re.compile(r" (?:of|for|de|der|des|do|da) (?:the )?(?:\w+ ){0,3}$")


Pairs = tuple[tuple[str, str], ...]


@cache
def _name_words() -> tuple[Mapping[str, list[tuple[str, str]]], Pairs, Pairs]:
    """Words of names with their codes: Latin ones by their first word (endings of domains under a dot), Chinese ones, and
    parts of words (``*bank``, ``agro*``)."""
    pairs = [(code, word) for code, words in _vocabulary().items() for word in words.name]
    latin: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, word in pairs:
        if not has_han(word) and "*" not in word:
            bounded = _bounded(word)
            latin["." if word.startswith(".") else bounded.split()[0]].append((code, bounded))
    parts = tuple((code, _fixed(word)) for code, word in pairs if "*" in word)
    return dict(latin), tuple((code, word) for code, word in pairs if has_han(word)), parts


def _bounded(word: str) -> str:
    """A word of a name between spaces; a domain's ending has one behind only."""
    return f"{word} " if word.startswith(".") else f" {_PUNCTUATION.sub(' ', word)} "


def _fixed(part: str) -> str:
    """``*bank`` → ``bank `` and ``agro*`` → `` agro``: a space at the end of the word that is fixed."""
    return part[1:] + " " if part.startswith("*") else " " + part[:-1]


# -- the text -------------------------------------------------------------------------------------------------------


def _of_text(raw: RawCase, names: tuple[str, ...]) -> Iterator[Point]:
    """Vocabulary in definitions, in sentences that name the customer, in the title, and elsewhere."""
    place, used, body = _table().place, Counter[tuple[str, str, str]](), Counter[str]()
    for hit, where, scale in _placed(raw, names):
        if not hit.entry or _is_a_name(raw.page.text, hit, where):
            continue
        if where != "definition" and hit.entry[0].names_itself and _speaks_of_itself(raw.page.text, hit):
            where, scale = "itself", 1.0
        counted = (hit.entry[0].code, hit.form, where)
        used[counted] += 1
        for term in hit.entry if used[counted] <= place["repeat"] else ():
            points = _points(term, where, scale, place)
            if where == "body":
                points = min(points, place["body_max"] - body[term.code])
                body[term.code] += points  # type: ignore[assignment]
            if points > 0:
                yield Point(term.code, points, f"industry.{where}", hit.start, hit.end)


def _placed(raw: RawCase, names: tuple[str, ...]) -> Iterator[tuple[Hit[tuple[Term, ...]], str, float]]:
    """Every hit of the vocabulary with the kind of its place and that place's scale; hits outside of all places are left out."""
    places = list(_places(raw, names))
    at = 0
    for hit in _lexicon().find(raw.page.text):
        while at < len(places) and places[at][1] < hit.end:
            at += 1
        if at < len(places) and places[at][0] <= hit.start:
            yield hit, places[at][2], places[at][3]


def _is_a_name(text: str, hit: Hit[tuple[Term, ...]], where: str) -> bool:
    """Whether a plain word stands as part of a name: a capital within a sentence (Example Studio), or a name's word behind it."""
    word = text[hit.start : hit.end]
    if where == "title" or not word.istitle() or hit.form[0].isupper():
        return False
    return hit.start > 1 and text[hit.start - 1] == " " and text[hit.start - 2] not in ".!?:”\n"


def _speaks_of_itself(text: str, hit: Hit[tuple[Term, ...]]) -> bool:
    """Whether the word is the story's customer, as in "the bank" and "our hospital"."""
    before = text[max(0, hit.start - 16) : hit.start].lower()
    return any(word in before for word in _ARTICLES) and bool(_itself().search(before + text[hit.start : hit.end]))


_ARTICLES = ("the ", "our ", "this ", "its parent ")


@cache
def _itself() -> re.Pattern[str]:
    return re.compile(_table().itself)


def _points(term: Term, where: str, scale: float, place: Mapping[str, float]) -> float:
    if where == "title" and not term.names_itself:
        return 0.0
    points = place[where] * scale * (1.0 if term.names_itself else place["weak"])
    if where not in ("definition", "definition_rest"):
        points *= term.scale
    elif term.scale < 1:
        points *= 0.5
    if term.plural and where in ("definition", "definition_rest"):
        points *= place["plural_in_definition"]
    return points * _table().vague.get(where, 1.0) if term.scale <= 1 and term.code.split(".")[0] in _table().vague_codes else points


def _places(raw: RawCase, names: tuple[str, ...]) -> Iterator[tuple[int, int, str, float]]:
    """Stretches of the page with what they are; a definition is cut where it turns to whom the customer serves."""
    text, defined = raw.page.text, 0
    table = _table()
    repeat = table.definition.repeat
    lead = True
    elsewhere = "named" if sum(b.end - b.start for b in raw.useful()) < table.place["short"] else "body"
    for block in raw.useful():
        if block.role in (Role.TITLE, Role.LABEL, Role.PRODUCT):
            if block.role is Role.TITLE:
                told = elsewhere == "named" and any(name in text[block.start : block.end] for name in names)
                yield block.start, block.end, "named" if told else "title", 1.0
            continue
        own = block.part is Part.ABOUT
        if not own and not any(name in text[block.start : block.end] for name in names):
            yield block.start, block.end, elsewhere, 1.0
            lead = lead and block.start < 2500
            continue
        for start, end in sentences(text, block.start, block.end):
            at, weight = _defines(text, start, end, names, own)
            if at < 0:
                yield start, end, "named" if any(n in text[start:end] for n in names) else elsewhere, 1.0
                continue
            scale = weight * repeat[min(defined, len(repeat) - 1)] * (1.0 if lead or own else 0.8)
            defined += 1
            if weight < 1.0:  # what it does defines it; what it does it with ("With generative AI, X works faster") does not
                yield start, at, "named", 1.0
            yield from _cut(text, start if weight >= 1.0 else at, at, end, scale)
        lead = lead and block.start < 2500


def _defines(text: str, start: int, end: int, names: tuple[str, ...], own: bool) -> tuple[int, float]:
    """The offset behind the customer's name in a sentence that says what it is or does, and that sentence's weight; -1 where none."""
    for name in names:
        for at in _occurrences(text, name, start, end):
            after = at + len(name)
            if _after().match(text, after, end) or _before().search(text[max(start, at - 60) : at]):
                return after, 1.0
            if _doing().match(text, after, end):
                return after, _table().definition.doing_scale
    if own and _COMPANY.match(text, start, end):
        return start, 1.0
    return -1, 0.0


def _occurrences(text: str, name: str, start: int, end: int) -> Iterator[int]:
    """Where a name stands in a sentence: the first places, since a row of a table names its customer in two cells."""
    at = text.find(name, start, end)
    for _ in range(_NAMED):
        if at < 0:
            return
        yield at
        at = text.find(name, at + len(name), end)


_NAMED = 2  # places of a name in one sentence that are looked at
_COMPANY = re.compile(
    r"(?:The|Our|This) (?:company|firm|organization|group|bank|startup|business)\b|We (?:are|provide)|It (?:is|provides|offers)"
    r"|公司|该公司|我们是"
)


def _cut(text: str, start: int, at: int, end: int, scale: float) -> Iterator[tuple[int, int, str, float]]:
    """A defining sentence in its parts: what stands before the name and up to ``for``/``that``, and the rest."""
    yield start, at, "definition", scale
    if has_han(text[at:end]):
        last = at
        for hit in _rest_zh().finditer(text, at, end):
            yield last, hit.start(), "definition", scale
            yield hit.start(), hit.end(), "definition_rest", scale
            last = hit.end()
        yield last, end, "definition", scale
        return
    turn = _rest().search(text, min(at + 12, end), end)
    middle = turn.start() if turn else end
    yield at, middle, "definition", scale
    if turn:
        yield middle, end, "definition_rest", scale


# -- the decision ---------------------------------------------------------------------------------------------------


def _decide(raw: RawCase, points: list[Point]) -> Field[str]:
    table = _table()
    leaves: dict[str, float] = defaultdict(float)
    for point in points:
        leaves[point.code] += point.points
    tops = {top: _top(top, leaves) for top in {code.split(".")[0] for code in leaves}}
    order = sorted(tops, key=lambda t: (-tops[t], t))
    if not order or tops[order[0]] < table.decide["least_zh" if raw.page.lang == "zh" else "least"]:
        return Field.unknown("no_evidence", tuple((t, "industry", round(tops[t], 2)) for t in order[:3]))
    best = order[0]
    code = _leaf(best, leaves)
    own = [p for p in points if p.code == code] or [p for p in points if p.code.split(".")[0] == best]
    proof = max(own, key=lambda p: (p.points, -p.start))
    share = tops[best] / sum(tops.values())
    losers = tuple((t, "industry", round(tops[t], 2)) for t in order[1:4])
    return Field(code, (raw.evidence(proof.start, proof.end),), _confidence(share), proof.rule, losers=losers)


def _top(top: str, leaves: Mapping[str, float]) -> float:
    """A group's points: its own, its best leaf, and two fifths of the other leaves (a group of many leaves is no likelier)."""
    below = sorted((v for code, v in leaves.items() if code.startswith(top + ".")), reverse=True)
    return leaves.get(top, 0.0) + (below[0] if below else 0.0) + 0.4 * sum(below[1:])


def _leaf(top: str, leaves: Mapping[str, float]) -> str:
    decide = _table().decide
    below = {code: v for code, v in leaves.items() if code.startswith(top + ".")}
    if not below:
        return top
    best = min(below, key=lambda code: (-below[code], code))
    enough = below[best] >= decide["leaf_least"] and below[best] >= decide["leaf_share"] * sum(below.values())
    return best if enough else top


def _confidence(share: float) -> float:
    """The probability by the best industry's share of all points: linear between the table's points, never falling."""
    rows = _table().confidence
    for (low, a), (high, b) in itertools.pairwise(rows):
        if share <= high:
            return round(a + (b - a) * max(0.0, share - low) / (high - low), 3)
    return rows[-1][1]


# -- the vocabulary -------------------------------------------------------------------------------------------------


@cache
def _table() -> Industries:
    return load_yaml(VOCAB / "industries.yaml", Industries)


@cache
def _vocabulary() -> Mapping[str, Words]:
    """Words by code, both languages; raises ValueError for a code that ``codes.yaml`` does not have."""
    merged: dict[str, list[tuple[str, ...]]] = {}
    for lang in ("en", "zh"):
        loaded = load_yaml(VOCAB / f"industries-{lang}.yaml", dict[str, dict[str, tuple[str, ...]]])
        for code, rows in loaded.items():
            codes().industry_zh(code)
            old = merged.get(code, [(), (), (), ()])
            merged[code] = [a + tuple(rows.get(kind, ())) for a, kind in zip(old, ("is", "does", "serves", "name"), strict=True)]
    return {code: Words(*rows) for code, rows in merged.items()}


@cache
def _lexicon() -> Lexicon[tuple[Term, ...]]:
    """Every form with the terms it stands for: one form may speak for several industries."""
    forms: dict[str, dict[Term, None]] = defaultdict(dict)
    functions, less = frozenset(form.casefold() for form in _table().functions), _table().function
    for code, words in _vocabulary().items():
        for own, listed, more in ((False, words.serves, _table().serves), (True, words.is_, 1.0), (False, words.does, 1.0)):
            for form in listed if listed is not words.does else [w for w in listed if w not in words.serves]:
                scale = less if form.casefold() in functions else more
                forms[form.casefold()][Term(code, own, False, scale)] = None
                if own and (many := _plural(form.casefold())):
                    forms[many].setdefault(Term(code, own, True, scale))
    forms.update({form: {} for form in _table().neutral})
    short = {form: tuple(forms.pop(form.casefold(), ())) for form in _abbreviations()}
    return Lexicon(((form, tuple(terms)) for form, terms in forms.items()), exact=short.items())


def _abbreviations() -> Iterator[str]:
    """Forms in capitals only (HIS, SIM, OTA), which mean nothing in lower case."""
    words = (form for entry in _vocabulary().values() for form in (*entry.is_, *entry.does, *entry.serves))
    return (form for form in dict.fromkeys(words) if form.isascii() and form.isupper() and form.isalpha())


def _plural(form: str) -> str:
    """The plural of an English form; empty for Chinese and for what ends in s."""
    if has_han(form) or form.endswith("s"):
        return ""
    if form.endswith("y") and form[-2] not in "aeiou":
        return form[:-1] + "ies"
    return form + ("es" if form.endswith(("ch", "sh", "x", "z")) else "s")


@cache
def _after() -> re.Pattern[str]:
    return re.compile(_table().definition.after)


@cache
def _doing() -> re.Pattern[str]:
    return re.compile(_table().definition.doing)


@cache
def _before() -> re.Pattern[str]:
    return re.compile(_table().definition.before, re.IGNORECASE)


@cache
def _rest() -> re.Pattern[str]:
    return re.compile(_table().definition.rest)


@cache
def _rest_zh() -> re.Pattern[str]:
    return re.compile(_table().definition.rest_zh)
