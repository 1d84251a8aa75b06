"""What an interview or a client information table tells: statements, each with source, credibility and date."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """One statement. ``codes`` are the values of the field's options found in ``text``, ``low`` and ``high`` months of a duration.

    ``teller`` told it, ``about`` is the key person it concerns (empty: the company); both are names of people and stay in
    the store. ``source`` is document, bd, expert or customer; ``firsthand`` False is hearsay; ``place`` the line or cell.
    """

    customer: str
    field: str
    text: str
    source: str
    firsthand: bool
    date: str
    codes: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    interviewer: str = ""
    teller: str = ""
    about: str = ""
    evidence: str = ""
    category: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that was not taken: where (file and line or cell), what, and what to do."""

    place: str
    what: str
    remedy: str

    def text(self) -> str:
        """One line."""
        return f"{self.place}：{self.what}；{self.remedy}"


@dataclass(frozen=True, slots=True)
class Flag:
    """A sensitive question or answer that was met: its kind and place, never its words."""

    kind: str
    place: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file gave: statements, what was refused, what is sensitive, and notes on how words were understood."""

    told: tuple[Told, ...] = ()
    problems: tuple[Problem, ...] = ()
    flags: tuple[Flag, ...] = ()
    notes: tuple[str, ...] = ()
