"""What passes between the parts: a proposal, an answer, a reply of the endpoint, a judged case, and the tally."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pipelines.case import Case


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a model proposes for a field: a value as it wrote it, and the words of the page that it says bear it out."""

    field: str
    value: Any
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as read: its proposals, and the reason codes of what in it was no proposal."""

    proposals: tuple[Proposal, ...] = ()
    discarded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What the endpoint sent: the model's words and the tokens it counted; None where it did not say."""

    content: str
    tokens_in: int | None = None
    tokens_out: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with the proposals that hold; the fields of those, and the reason codes of the rest."""

    case: Case
    accepted: tuple[str, ...] = ()
    discarded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """A case after the model was asked, and whether it was: ``whole`` is False where no answer came."""

    case: Case
    whole: bool = True


@dataclass(slots=True)
class Tally:
    """What asking a model did and cost. ``failed`` counts cases left without an answer; ``stopped`` says why no more were asked."""

    model: str = ""
    cases: int = 0
    asked: int = 0
    calls: int = 0
    retries: int = 0
    cached: int = 0
    cut: int = 0  # cases whose story was too long to be sent whole
    tokens_in: int = 0
    tokens_out: int = 0
    uncounted: int = 0  # calls for which the endpoint named no tokens
    accepted: Counter[str] = field(default_factory=Counter)
    discarded: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    stopped: str = ""
    cost: float | None = None  # in ``currency``; None where it is unknown
    currency: str = ""
