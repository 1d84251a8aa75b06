"""What the linear models weigh: how strongly, how often and in how many words a case speaks of a code.

Every feature is a number that a person can check. A sentence is worth the sum of its words, each by kind, stance and
zone; a ``share_`` is the code's part of the whole case, on a log scale, so that long and short pages compare. Beside these
stand plain counts by kind and by zone, so that a fit may weigh kinds and zones otherwise than the tables here do, and the
code's rank among all of them: a page names about three factors, however many words it has.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from pipelines.evidence_scoring.mentions import Mention, Stance, Zone

Span = tuple[int, int]

KIND: Mapping[str, float] = {"pain": 1.0, "aspect": 0.7, "weak": 0.25}
STANCE: Mapping[Stance, float] = {
    Stance.COMPLAINT: 1.0,
    Stance.ASK: 1.0,
    Stance.HINT: 0.6,
    Stance.NEED: 0.5,
    Stance.RELIEF: 0.3,
    Stance.PLAIN: 0.3,
}
ZONE: Mapping[Zone, float] = {Zone.CHALLENGE: 1.0, Zone.HEAD: 0.8, Zone.BODY: 0.6, Zone.SOLUTION: 0.5, Zone.OUTCOME: 0.4}
_STRONGEST = 3  # sentences that make up ``strongest``
_FLOOR = 0.02  # keeps the log of an absent share finite


def by_sentence(mentions: Iterable[Mention]) -> dict[Span, float]:
    """The worth of every sentence that mentions the code."""
    worth: dict[Span, float] = defaultdict(float)
    for m in mentions:
        worth[m.sentence] += KIND[m.kind] * STANCE[m.stance] * ZONE[m.zone]
    return worth


def _best(held: Collection[Mention]) -> float:
    return max(by_sentence(held).values(), default=0.0)


def _strongest(held: Collection[Mention]) -> float:
    return sum(sorted(by_sentence(held).values())[-_STRONGEST:])


def _sentences(held: Collection[Mention]) -> float:
    """How many sentences mention it, each by its strongest word, whatever its stance."""
    return _strongest_each((m.sentence, m) for m in held)


def _forms(held: Collection[Mention]) -> float:
    """In how many different words it is mentioned, each by its kind."""
    return _strongest_each((m.form, m) for m in held)


def _strongest_each(keyed: Iterable[tuple[object, Mention]]) -> float:
    best: dict[object, float] = {}
    for key, m in keyed:
        best[key] = max(best.get(key, 0.0), KIND[m.kind])
    return sum(best.values())


def _in_zone(zone: Zone) -> Callable[[Collection[Mention]], float]:
    return lambda held: sum(KIND[m.kind] for m in held if m.zone is zone)


def _kind_count(kind: str, key: Callable[[Mention], object]) -> Callable[[Collection[Mention]], float]:
    """How many different sentences, or forms, mention the code by a word of the kind."""
    return lambda held: float(len({key(m) for m in held if m.kind == kind}))


_MEASURES: Mapping[str, Callable[[Collection[Mention]], float]] = {
    "best": _best,
    "strongest": _strongest,
    "sentences": _sentences,
    "forms": _forms,
    "challenge": _in_zone(Zone.CHALLENGE),
    "head": _in_zone(Zone.HEAD),
}
_COUNTS: Mapping[str, Callable[[Collection[Mention]], float]] = {
    **{f"sentences_{kind}": _kind_count(kind, lambda m: m.sentence) for kind in KIND},
    **{f"forms_{kind}": _kind_count(kind, lambda m: m.form) for kind in KIND},
    **{f"zone_{zone.value}": _in_zone(zone) for zone in Zone},
}
_ABSOLUTE: Sequence[str] = ("best", "strongest", "sentences", "forms")
_UNMEASURED: Mapping[str, float] = dict.fromkeys(_MEASURES, 0.0)  # most codes are mentioned nowhere in a case
_UNCOUNTED: Mapping[str, float] = dict.fromkeys(_COUNTS, 0.0)
NAMES: tuple[str, ...] = (*_ABSOLUTE, *(f"share_{name}" for name in _MEASURES), *_COUNTS, "rank")


def features(mentions: Iterable[Mention], codes: Sequence[str]) -> dict[str, dict[str, float]]:
    """``{code: {feature: value}}`` for every code; a code that is not mentioned has the least of every feature."""
    held: dict[str, list[Mention]] = {code: [] for code in codes}
    for mention in mentions:
        held[mention.code].append(mention)
    measured = {code: {name: measure(own) for name, measure in _MEASURES.items()} if own else _UNMEASURED for code, own in held.items()}
    totals = {name: 1.0 + sum(row[name] for row in measured.values()) for name in _MEASURES}
    counted = {code: {name: math.log1p(count(own)) for name, count in _COUNTS.items()} if own else _UNCOUNTED for code, own in held.items()}
    order = sorted(codes, key=lambda code: -measured[code]["strongest"])
    rank = {code: {"rank": 1 / (1 + place) if held[code] else 0.0} for place, code in enumerate(order)}
    return {code: {**_damped(row, totals), **counted[code], **rank[code]} for code, row in measured.items()}


def _damped(row: Mapping[str, float], totals: Mapping[str, float]) -> dict[str, float]:
    absolute = {name: math.log1p(row[name]) for name in _ABSOLUTE}
    return absolute | {f"share_{name}": math.log(row[name] / totals[name] + _FLOOR) for name in _MEASURES}
