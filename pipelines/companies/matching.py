"""Whether two names are one company: a verdict, a score, and the rules that led to it.

Rules are asked in order and the first that knows decides: a person's decision; the same letters; the table of well-known
companies (same, part of, apart); legal forms; group words; the stem of a full Chinese name; kinds (示例银行 is not 示例证券);
a domain's ending; words a company may drop; a part or a regional arm; initials and near spellings (for a person to judge).
No single string measure can do this: Siemens and Siemens Energy are closer than 大疆 and its full name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from rapidfuzz.distance import OSA

from pipelines.companies.decisions import Decisions
from pipelines.companies.identity import Company, ambiguous, companies, known, parents
from pipelines.companies.names import bare, has_han, initials, key, stem_han, strip_group, strip_legal, without_place
from pipelines.companies.tables import names
from pipelines.vocabulary import VOCAB, load_yaml

Verdict = Literal["same", "related", "different", "unsure"]


@dataclass(frozen=True, slots=True)
class Match:
    """``score`` is the belief that the two are one company (0..1); ``rule`` decided, ``reasons`` say why, in the rules' order.

    ``related`` is a parent, brand, division or regional arm; ``unsure`` is for a person to decide.
    """

    verdict: Verdict
    score: float
    rule: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """``company_names_matching.yaml``."""

    kinds: tuple[tuple[str, ...], ...]
    suffix_same: tuple[str, ...]
    regions: tuple[str, ...]
    scores: Mapping[str, float]


@cache
def _words() -> Words:
    return load_yaml(VOCAB / "company_names_matching.yaml", Words)


def same_company(a: str, b: str, decisions: Decisions | None = None) -> Match:
    """Compare two names; the order of the two does not matter."""
    a, b = sorted((a, b))
    judged = decisions.verdict(a, b) if decisions else ""
    if judged:
        return _match(judged, "decision", f"a person decided: {judged}")  # type: ignore[arg-type]
    if not bare(a) or not bare(b):
        return _match("different", "nothing", "a name without letters")
    return next((m for rule in _RULES if (m := rule(a, b)) is not None), _match("different", "nothing", "nothing in common that tells"))


def _match(verdict: Verdict, rule: str, reason: str) -> Match:
    score = _words().scores[rule]
    if rule == "decision":
        score = {"same": 1.0, "related": 0.35}.get(verdict, 0.0)
    return Match(verdict, score, f"match.{rule}", (f"match.{rule}: {reason}",))


# -- the rules, in order --------------------------------------------------------------------------------------------


def _identical(a: str, b: str) -> Match | None:
    return _match("same", "identical", f"'{a}' and '{b}' have the same letters") if bare(a) == bare(b) else None


def _known(a: str, b: str) -> Match | None:
    one, two = known(a), known(b)
    if one is None or two is None:
        return None
    if one.key == two.key:
        return _match("same", "known", f"both are names of {one.names[0]}")
    if (line := _line(one, two)) is not None:
        return _match("related", "known-part", line)
    return _match("different", "known-apart", f"{one.names[0]} and {two.names[0]} are two known companies")


def _ambiguous(a: str, b: str) -> Match | None:
    """A short name that several companies bear, beside one of them or itself in another form."""
    for short, other in ((a, b), (b, a)):
        keys = ambiguous().get(key(short), ()) if known(short) is None else ()
        company = known(other)
        if keys and company is not None and company.key in keys:
            return _match("unsure", "ambiguous", f"'{short}' may be {' or '.join(companies()[k].names[0] for k in keys)}")
    return None


def _line(one: Company, two: Company) -> str | None:
    """Words on how two known companies belong together; None where neither is above the other nor do they share a parent."""
    above_one, above_two = [c.key for c in parents(one)], [c.key for c in parents(two)]
    if two.key in above_one:
        return f"{one.names[0]} belongs to {two.names[0]}"
    if one.key in above_two:
        return f"{two.names[0]} belongs to {one.names[0]}"
    shared = next((k for k in above_one if k in above_two), None)
    return f"both belong to {shared}" if shared else None


def _legal(a: str, b: str) -> Match | None:
    return _match("same", "legal-form", "only the legal form differs") if key(a) == key(b) else None


def _group(a: str, b: str) -> Match | None:
    one, two = strip_group(strip_legal(a)), strip_group(strip_legal(b))
    if one.replace(" ", "") != two.replace(" ", "") or len(one) < 2:
        return None
    if {"international", "global", "worldwide"} & {*strip_legal(a).split(), *strip_legal(b).split()}:
        return _match("related", "region", "one name adds a word for the world-wide business")
    return _match("same", "group-word", "one name adds a word for the group (Group, Holdings, 集团)")


def _kind(a: str, b: str) -> Match | None:
    """Two companies of one stem and different kinds, or one of them and a part that says its kind."""
    one, two = _parted(a), _parted(b)
    if one[0] != two[0] or not one[0] or one[1] == two[1]:
        return None
    if one[1] and two[1]:
        return _match("different", "kind", f"one stem, two kinds of company: {one[1]} and {two[1]}")
    return None


def _parted(name: str) -> tuple[str, str]:
    """A stripped name cut before the word that says its kind: (示例, 银行), (siemens, energy); no kind: (name, '')."""
    words = strip_group(strip_legal(name)).replace(" ", "")
    for kinds in _words().kinds:
        for kind in kinds:
            form = bare(kind)
            if words.endswith(form) and len(words) > len(form) + 1:
                return words[: -len(form)], kinds[0]
    return words, ""


def _stem(a: str, b: str) -> Match | None:
    """A brand and the full Chinese name around it: place, brand, trade, legal form."""
    if not (has_han(a) and has_han(b)):
        return None
    short, full = sorted((strip_legal(a), strip_legal(b)), key=len)
    if without_place(full) == without_place(short) and (full == short or full.endswith(short)):
        return _match("same", "stem", "one name adds the place of registration")
    if stem_han(full) == stem_han(short) and short in (stem_han(full), without_place(full)):
        return _match("same", "stem", f"'{short}' is the brand in the full name '{full}'")
    return None


def _domain(a: str, b: str) -> Match | None:
    one, two = _DOMAIN.sub("", a.strip()), _DOMAIN.sub("", b.strip())
    if (one != a.strip()) == (two != b.strip()) or key(one) != key(two) or len(key(one)) < 4:
        return None
    return _match("same", "domain", "one name is the other's address on the web")


_DOMAIN = re.compile(r"\.(?:com|net|org|io|co|cn|de|fr|jp|tv|me|ai|ua|mobi|ch|uk)(?:\.[a-z]{2})?$", re.IGNORECASE)


def _extension(a: str, b: str) -> Match | None:
    """One name is the other with words added at its end: dropped by custom, a region, or a part of the business."""
    short, long = sorted((strip_group(strip_legal(a)), strip_group(strip_legal(b))), key=len)
    added = _added(short, long)
    if not added or len(short) < 2:
        return None
    if all(w in _words().regions for w in added):
        return _match("related", "region", f"'{long}' is the arm of '{short}' in a region")
    if len(added) == 1 and added[0] in _words().suffix_same:
        return _match("same", "brand-suffix", f"companies are often called without '{added[0]}'")
    return _match("related", "part", f"'{long}' reads as a part or brand of '{short}'")


def _added(short: str, long: str) -> list[str]:
    if short == long or (has_han(long) and not has_han(short)):
        return []
    if has_han(long):
        rest = long[len(short) :] if long.startswith(short) else ""
        return [rest] if rest and len(short) > 1 and short not in names().places else []
    return long[len(short) :].split() if f"{long} ".startswith(f"{short} ") else []


def _initials(a: str, b: str) -> Match | None:
    short, full = sorted((a.strip(), b.strip()), key=len)
    letters = short.replace(".", "").replace("&", "")
    fits = 2 < len(letters) < 8 and letters.isupper() and letters.casefold() in (initials(full), initials(full, small=True))
    return _match("unsure", "initials", f"'{short}' are the initials of '{full}'") if fits else None


def _spelling(a: str, b: str) -> Match | None:
    one, two = key(a), key(b)
    if min(len(one), len(two)) < 7 or one[0] != two[0] or has_han(one) or re.sub(r"\D", "", one) != re.sub(r"\D", "", two):
        return None
    return _match("unsure", "spelling", "the names differ by one letter") if OSA.distance(one, two) == 1 else None


_RULES: tuple[Callable[[str, str], Match | None], ...] = (
    _identical,
    _known,
    _ambiguous,
    _legal,
    _group,
    _kind,
    _stem,
    _domain,
    _extension,
    _initials,
    _spelling,
)
