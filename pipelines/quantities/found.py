"""What the grammar finds in a text, and its verdict."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.case import Benefit


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a quantity is a benefit. ``rule`` decided; ``why`` tells a person, in Chinese, why it is none."""

    benefit: bool
    rule: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A quantity of the text: where its clause and its figure stand, what it says, and the verdict.

    ``start:end`` is the shortest span that still tells (from subject or verb to the value), ``at:stop`` the figure.
    ``benefit`` is also filled for what is none, as far as it could be read. ``features`` are the signs that
    ``pipelines.steps.benefits`` weighs.
    """

    start: int
    end: int
    at: int
    stop: int
    benefit: Benefit
    verdict: Verdict
    features: tuple[str, ...] = ()

    @property
    def dim(self) -> str:
        """The dimension of the quantity: ratio, time, data, rate, money, count; none where it was not read."""
        return next((f.removeprefix("dim.") for f in self.features if f.startswith("dim.")), "none")

    @property
    def rule(self) -> str:
        """The rule that read the quantity, or the one that refused it."""
        return next((f.removeprefix("rule.") for f in self.features if f.startswith("rule.")), self.verdict.rule)
