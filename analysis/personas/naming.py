"""Names that set personas apart: a grammar of 行业 + 场景 + 核心诉求 + 客户 (document 1 §2.2 and 常见陷阱 3).

Each persona has name parts, each part only where its cases bear it out; the patterns of ``data/naming.yaml`` are tried
from the shortest to the fullest until all names differ. A name never holds a customer, and never is one part alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from analysis.labels import leaf
from analysis.model import Text
from analysis.personas.features import Features
from analysis.personas.merge import Profile, profile
from analysis.prose import DATA, fill
from analysis.stats import Floats, Ints
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
class Leading:
    """When industries lead a persona that crosses industries (``…等行业``): each its share, over the category's, and together."""

    cases: int
    share: float
    lift: float
    together: float


@dataclass(frozen=True)
class Grammar:
    """``data/naming.yaml``."""

    dominant: float  # a single value names where it has this share of the known cases
    leaf_dominant: float
    leaf_min: int
    known: float  # share of the cases that must tell a dimension before it may name
    pair: float
    pair_each: float
    family: float
    leading: Leading
    industries: Mapping[str, Text]  # shorter than the codes' names, where those are long
    scenarios: Mapping[str, Text]
    needs: Mapping[str, Text]
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
        "need": _need(features, mine, rest),
        "size": _size(features, mine),
    }
    return {name: part for name, part in found.items() if part}


def _industry(f: Features, p: Profile) -> Part | None:
    """The leaf, the industry, a pair of them or a family that most known cases belong to; none where the persona crosses industries."""
    book, known = grammar(), p.top.sum()
    if known < max(book.leaf_min, book.known * p.n):
        return None
    if p.leaf.max() >= max(book.leaf_min, book.leaf_dominant * known):
        code = f.leaves[int(p.leaf.argmax())]
        return Part(code.replace(".", "-"), _short(code))
    shares, order = p.top / known, np.argsort(-p.top, kind="stable")
    first, second = int(order[0]), int(order[1])
    if shares[first] >= book.dominant:
        return Part(f.tops[first], _short(f.tops[first]))
    if shares[first] + shares[second] >= book.pair and shares[second] >= book.pair_each:
        names = (_short(f.tops[first]), _short(f.tops[second]))
        return Part(f"{f.tops[first]}-{f.tops[second]}", Text(f"{names[0].zh}与{names[1].zh}", f"{names[0].en} and {names[1].en.lower()}"))
    return _family(f, shares)


def _short(code: str) -> Text:
    """An industry or leaf as it stands in a name."""
    return grammar().industries.get(code) or leaf(code)


def _family(f: Features, shares: Floats) -> Part | None:
    book = grammar()
    held = {name: sum(shares[f.tops.index(t)] for t in fam.industries) for name, fam in book.families.items()}
    best = max(held, key=lambda name: (held[name], name))
    return Part(best, book.families[best].text) if held[best] >= book.family else None


def _leading(f: Features, p: Profile, everyone: Profile) -> Part | None:
    """The one or two industries that lead a persona of many, each clearly more than in the category."""
    book, known = grammar(), p.top.sum()
    if known < max(book.leaf_min, book.known * p.n):
        return None
    mine, base = p.top / known, everyone.top / max(everyone.top.sum(), 1)
    rule = book.leading
    able = np.flatnonzero((p.top >= rule.cases) & (mine >= rule.share - 1e-9) & (mine >= rule.lift * base - 1e-9))
    chosen = sorted(able.tolist(), key=lambda i: (-p.top[i], i))[:2]
    if not chosen or mine[chosen].sum() < rule.together - 1e-9:
        return None
    names = [_short(f.tops[i]) for i in chosen]
    return Part("-".join(f.tops[i] for i in chosen), Text("与".join(n.zh for n in names), " and ".join(n.en.lower() for n in names)))


def _scenario(f: Features, p: Profile) -> Part | None:
    known = p.scenario.sum()
    if known < max(1, grammar().known * p.n) or p.scenario.max() / known < grammar().dominant:
        return None
    code = f.scenarios[int(p.scenario.argmax())]
    return Part(code, grammar().scenarios[code])


def _need(f: Features, p: Profile, everyone: Profile) -> Part | None:
    """The need that sets the group apart: most over the category's share, weighted by how many name it."""
    gain = p.needs * (p.needs - everyone.needs)
    best = int(np.argmax(np.round(gain, 9))) if gain.max() > 0 else int(np.argmax(np.round(p.needs, 9)))
    return Part(f.factors[best], grammar().needs[f.factors[best]]) if p.needs[best] > 0 else None


def _size(f: Features, p: Profile) -> Part | None:
    known = p.size.sum()
    if known < grammar().leaf_min or p.size.max() / known < grammar().dominant:
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
