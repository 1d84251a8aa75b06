"""Loads the vocabularies of factors and scenarios: code → pain, aspect and weak forms, one file a language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.evidence_scoring.forms import Forms
from pipelines.evidence_scoring.mentions import MASK, Entry
from pipelines.vocabulary import VOCAB, DataError, load_yaml


@dataclass(frozen=True)
class Words:
    """Forms of one code by strength; ``mask`` are phrases in which such words mean something else (see vocab/factors-en.yaml)."""

    pain: tuple[str, ...] = ()
    aspect: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    mask: tuple[str, ...] = ()

    def pairs(self) -> Iterator[tuple[str, str]]:
        """(form, kind), the strongest kind of a form that stands in several."""
        seen: set[str] = set()
        for kind, forms in (("pain", self.pain), ("aspect", self.aspect), ("weak", self.weak), (MASK, self.mask)):
            yield from ((form, kind) for form in forms if form not in seen)
            seen.update(forms)


def load(names: Iterable[str], codes: Sequence[str]) -> Forms[Entry]:
    """The vocabulary in the named files of ``vocab/``; raises DataError for a code that does not exist."""
    entries: list[tuple[str, Entry]] = []
    for name in names:
        path = VOCAB / f"{name}.yaml"
        words = load_yaml(path, dict[str, Words])
        _check(path, words, codes)
        entries += [(form, (code, kind)) for code, held in words.items() for form, kind in held.pairs()]
    return Forms(entries)


def _check(path: Path, words: Mapping[str, Words], codes: Sequence[str]) -> None:
    if strange := sorted(set(words) - set(codes)):
        raise DataError(f"{path}: unknown codes {strange}; the codes are {list(codes)}")
