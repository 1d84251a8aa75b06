"""How complete a customer's information is (document 4 §三.1: 0 → 80 → 100 %), what is missing by weight, and what to ask whom next.

Up to 80 % it is asked inside and of experts, who know much and are not disturbed; the customer is visited for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.interviews.panel import disagreements, of_field, red_flags
from analysis.interviews.vocabulary import fields, rules, sources
from analysis.interviews.voices import Client
from analysis.model import Check, Conflict, Voice


@dataclass(frozen=True, slots=True)
class Ask:
    """A missing item: its weight, whom to ask (a source) and the open question; ``ease`` 1 easy … 3 hard."""

    field: str
    label: str
    weight: int
    source: str
    question: str
    ease: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a customer stands: ``share`` of the weights (0…1), the stage reached (0, 80, 100) and what follows.

    ``next`` are the missing items in the order of asking; ``verify`` items known at second hand only.
    """

    customer: str
    share: float
    stage: int
    talks: int
    direct: int
    next: tuple[Ask, ...]
    verify: tuple[Ask, ...]
    committee: tuple[Check, ...]
    conflicts: tuple[Conflict, ...]


def standing(heard: Client) -> Standing:
    """Where one customer stands."""
    voice = heard.voice
    known = {t.field for t in heard.told}
    whole = sum(f.weight for f in fields().values())
    share = round(sum(fields()[f].weight for f in known) / whole, 4)
    left = [f for f in fields() if f not in known]
    met = {t.source for t in heard.told}
    doubtful = [f for f in fields() if (s := of_field(voice, f)) and not any(x.firsthand for x in s)]
    stage = 100 if not left else 80 if share >= rules().stage else 0
    conflicts = disagreements([voice], {voice.id: heard.customer})
    asks = tuple(sorted((_ask(f, _next(f, share, met)) for f in left), key=_order))
    verify = tuple(_ask(f, list(fields()[f].ask)[-1]) for f in doubtful)
    return Standing(heard.customer, share, stage, voice.talks, voice.direct, asks, verify, red_flags([voice]), conflicts)


def _next(name: str, share: float, met: set[str]) -> str:
    """Whom to ask for an item: the first who was not asked yet, the customer only from 80 %; else the last of those."""
    able = list(fields()[name].ask)
    inside = [s for s in able if s != "customer"]
    order = inside or able if share < rules().stage else able
    return next((s for s in order if s not in met), order[-1])


def _ask(name: str, source: str) -> Ask:
    spec = fields()[name]
    return Ask(name, spec.label, spec.weight, source, spec.ask[source], spec.ease)


def _order(ask: Ask) -> tuple[int, int, int]:
    """By whom, then easy to hard, then by weight."""
    return list(sources()).index(ask.source), ask.ease, -ask.weight


def interviewed(voices: Sequence[Voice]) -> int:
    """Customers that were interviewed themselves."""
    return sum(bool(v.direct) for v in voices)
