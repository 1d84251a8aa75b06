"""A person's corrections of company matching: ``decisions.yaml``.

same:      [[示例银行, Example Bank]]
related:   [[Example Motors, Example Motors Finance]]
different: [[Example Air, Example Airport]]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipelines.companies.names import bare
from pipelines.vocabulary import DataError, load_yaml

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Decisions:
    """Pairs of names that a person has judged; they go before every rule."""

    same: Pairs = ()
    related: Pairs = ()
    different: Pairs = ()
    _index: dict[frozenset[str], str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the pairs; raises DataError for a pair judged twice in different ways."""
        for verdict in ("same", "related", "different"):
            for a, b in getattr(self, verdict):
                if self._index.setdefault(_pair(a, b), verdict) != verdict:
                    raise DataError(f"decisions：“{a}”与“{b}”既判为 {self._index[_pair(a, b)]}，又判为 {verdict}；请只留一条")

    def verdict(self, a: str, b: str) -> str:
        """``same``, ``related`` or ``different`` where a person judged the two names; else empty."""
        return self._index.get(_pair(a, b), "")


@dataclass(frozen=True)
class _File:
    same: Pairs = ()
    related: Pairs = ()
    different: Pairs = ()


def load_decisions(path: Path) -> Decisions:
    """Read ``decisions.yaml``; raises DataError where it does not fit. A file that is not there holds no decisions."""
    if not path.exists():
        return Decisions()
    read = load_yaml(path, _File)
    return Decisions(read.same, read.related, read.different)


def _pair(a: str, b: str) -> frozenset[str]:
    return frozenset((bare(a), bare(b)))
