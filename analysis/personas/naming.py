"""Names that set personas apart: a grammar of 行业 + 场景 + 核心诉求 + 客户 (document 1 §2.2 and 常见陷阱 3).

Each persona has name parts, each part only where its cases bear it out; the patterns of ``data/naming.yaml`` are tried
from the shortest to the fullest until all names differ. A name never holds a customer, and never is one part alone.
What a case does not tell speaks for no name: shares are of all cases of the persona, not of those that tell a dimension.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from analysis.insight.rulebase import scenarios
from analysis.labels import leaf
from analysis.model import Text
from analysis.personas.features import Features
from analysis.personas.merge import Profile, profile
from analysis.prose import DATA, fill
from analysis.stats import Ints, over_represented
from analysis.thresholds import thresholds
from pipelines.vocabulary import load_yaml


@dataclass(frozen=True)
class Pattern:
    """A way to put parts together; used where all its parts are there and none of those it speaks against."""

    parts: tuple[str, ...]
    text: Text
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Family:
    """Industries with one name together."""

    industries: tuple[str, ...]
    text: Text


@dataclass(frozen=True)
class Grammar:
    """``data/naming.yaml``; every share is one of all cases of the persona."""

    cases: int  # that a value must have before it names
    dominant: float  # a single value names where it has this share of the cases
    leaf_dominant: float  # a leaf, of the cases that tell their industry
    pair: float
    pair_each: float
    family: float
    leading: float  # industries that lead a persona of many (``…等行业``) have this share together, each tested against the rest
    industries: Mapping[str, Text]  # shorter than the codes' names, where those are long
    scenarios: Mapping[str, Text]
    needs: Mapping[str, Text]
    stress: Text  # how a need stands in the name that is tested to be more frequent than in the category, …
    lean: Text  # … and one that is not
    sizes: Mapping[str, Text]
    families: Mapping[str, Family]
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True)
class Part:
    """A part of a name: its code for the persona's id and its words."""

    code: str
    text: Text


@cache
def grammar() -> Grammar:
    """The grammar, loaded once."""
    return load_yaml(DATA / "naming.yaml", Grammar)


def parts_of(features: Features, index: Ints) -> dict[str, Part]:
    """The parts that the cases at ``index`` bear out."""
    mine, rest = profile(features, index), profile(features, np.arange(len(features.ids)))
    found = {
        "industry": (industry := _industry(features, mine)),
        "lead": None if industry else _leading(features, mine, rest),
        "scenario": _scenario(features, mine),
        "need": _need(features, mine, index),
        "size": _size(features, mine),
    }
    return {name: part for name, part in found.items() if part}


def _industry(f: Features, p: Profile) -> Part | None:
    """The leaf, the industry, a pair of them or a family that most cases belong to; none where the persona crosses industries."""
    book, known = grammar(), max(p.top.sum(), 1)
    if _names(p, p.leaf.max()) and p.leaf.max() >= book.leaf_dominant * known:
        code = f.leaves[int(p.leaf.argmax())]
        return Part(code.replace(".", "-"), _short(code))
    first, second, third = np.argsort(-p.top, kind="stable")[:3].tolist()
    if _names(p, p.top[first]):
        return Part(f.tops[first], _short(f.tops[first]))
    together = p.top[first] + p.top[second]
    if together >= book.pair * p.n and _names(p, p.top[second], book.pair_each) and p.top[second] > p.top[third]:
        names = (_short(f.tops[first]), _short(f.tops[second]))
        return Part(f"{f.tops[first]}-{f.tops[second]}", Text(f"{names[0].zh}与{names[1].zh}", f"{names[0].en} and {names[1].en.lower()}"))
    return _family(f, p)


def _names(p: Profile, cases: float, share: float | None = None) -> bool:
    """Whether a value that so many cases have may stand in the name: enough of them, and of all cases enough."""
    book = grammar()
    return cases >= max(book.cases, (book.dominant if share is None else share) * p.n)


def _short(code: str) -> Text:
    """An industry or leaf as it stands in a name."""
    return grammar().industries.get(code) or leaf(code)


def _family(f: Features, p: Profile) -> Part | None:
    book = grammar()
    held = {name: sum(p.top[f.tops.index(t)] for t in fam.industries) for name, fam in book.families.items()}
    best = max(held, key=lambda name: (held[name], name))
    return Part(best, book.families[best].text) if _names(p, held[best], book.family) else None


def _leading(f: Features, p: Profile, everyone: Profile) -> Part | None:
    """The one or two industries that lead a persona of many: its most frequent one, and none that is not tested to be more frequent
    than in the category; two personas that differ in nothing but their scenario are not told apart by an industry both have."""
    book, totals = grammar(), (int(p.top.sum()), int(everyone.top.sum()))
    able = [i for i, n in enumerate(p.top) if _more(int(n), totals[0], int(everyone.top[i]), totals[1])]
    ranked = sorted(able, key=lambda i: (-p.top[i], i))
    chosen = ranked[: 1 if len(ranked) > 2 and p.top[ranked[1]] == p.top[ranked[2]] else 2]
    if not chosen or p.top[chosen[0]] < p.top.max() or p.top[chosen].sum() < book.leading * p.n:
        return None
    names = [_short(f.tops[i]) for i in chosen]
    return Part("-".join(f.tops[i] for i in chosen), Text("与".join(n.zh for n in names), " and ".join(n.en.lower() for n in names)))


def _scenario(f: Features, p: Profile) -> Part | None:
    if p.scenario.max() < max(1, grammar().dominant * p.n):
        return None
    code = f.scenarios[int(p.scenario.argmax())]
    return Part(code, grammar().scenarios[code])


def _need(f: Features, p: Profile, index: Ints) -> Part | None:
    """The need that sets the group apart: of those tested to be named by more of its cases than of the category's the most frequent over
    it, what the scenario itself says (数据分析 needs 数据洞察) last; where none is, the one that the group leans to."""
    here, everywhere = f.voiced[index].sum(0), f.voiced.sum(0)
    gain = np.round(here / p.n * (here / p.n - everywhere / len(f.ids)), 9)
    tested = np.asarray([_more(int(n), p.n, int(all_), len(f.ids)) for n, all_ in zip(here, everywhere, strict=True)])
    implied = np.isin(f.factors, scenarios()[f.scenarios[int(p.scenario.argmax())]].implied)
    able = next((some for some in (tested & ~implied, tested, (gain > 0) & ~implied, here > 0) if some.any()), None)
    if able is None:
        return None
    code = f.factors[int(np.argmax(np.where(able, gain, -np.inf)))]
    return Part(code, fill(grammar().stress if tested.any() else grammar().lean, need=grammar().needs[code]))


def _more(hits: int, n: int, all_: int, total: int) -> bool:
    """Whether enough cases have something, and more of them than of the category's, beyond chance."""
    return hits >= grammar().cases and over_represented(hits, n, all_, total) <= thresholds().significance


def _size(f: Features, p: Profile) -> Part | None:
    if not _names(p, p.size.max()):
        return None
    code = f.sizes[int(p.size.argmax())]
    return Part(code, grammar().sizes[code])


def name_all(found: Sequence[Mapping[str, Part]]) -> list[tuple[str, Text]]:
    """(id, name) of every persona, all different: those that share a name get the next fuller pattern, a number at worst."""
    usable = [_usable(parts) for parts in found]
    step = [0] * len(found)
    for _ in range(len(grammar().patterns)):
        names = [_made(usable[i][step[i]], parts) for i, parts in enumerate(found)]
        clash = [i for i, n in enumerate(names) if names.count(n) > 1 and step[i] + 1 < len(usable[i])]
        if not clash:
            break
        for i in clash:
            step[i] += 1
    texts = [_made(usable[i][step[i]], parts) for i, parts in enumerate(found)]
    return list(zip(_different(identities(found)), _different_texts(texts), strict=True))


def _usable(parts: Mapping[str, Part]) -> list[Pattern]:
    """The patterns that the parts can fill; the empty one only where there is no other."""
    able = [p for p in grammar().patterns if set(p.parts) <= set(parts) and not set(p.without) & set(parts)]
    return [p for p in able if p.parts] or able


def _made(pattern: Pattern, parts: Mapping[str, Part]) -> Text:
    return fill(pattern.text, **{name: parts[name].text for name in pattern.parts})


def identities(found: Sequence[Mapping[str, Part]]) -> list[str]:
    """Ids from what the personas are: industry and scenario, which a few more cases leave alone; the need where two share both."""
    short = [_id(parts, ("industry", "scenario")) for parts in found]
    return [_id(p, ("industry", "scenario", "need")) if short.count(s) > 1 else s for s, p in zip(short, found, strict=True)]


def _id(parts: Mapping[str, Part], names: Sequence[str]) -> str:
    return "-".join(["p", *(parts[name].code if name in parts else "any" for name in names)])


def _different(names: Sequence[str]) -> list[str]:
    """The same names, each further one of a kind with its number."""
    return [n if (k := names[:i].count(n)) == 0 else f"{n}-{k + 1}" for i, n in enumerate(names)]


def _different_texts(texts: Sequence[Text]) -> list[Text]:
    again = [list(texts[:i]).count(t) for i, t in enumerate(texts)]
    return [t if not k else Text(f"{t.zh}（{k + 1}）", f"{t.en} ({k + 1})") for t, k in zip(texts, again, strict=True)]
