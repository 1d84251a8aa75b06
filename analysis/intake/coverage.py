"""Which fields of a form are answered: by themselves, by a remark for their group, or by the words of another field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.intake.model import Answer, Form
from analysis.intake.rules import named
from analysis.intake.structure import DATA, blanks, fields, sections
from analysis.intake.values import known_kinds
from pipelines.vocabulary import DataError, load_yaml


@dataclass(frozen=True)
class Way:
    """``coverage.yaml``: where a field may be answered besides, and the signs of it."""

    of: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    pattern: str = ""
    technologies: bool = False

    def told(self, answer: Answer) -> bool:
        """Whether the words of another field answer this one too."""
        return (
            any(v.kind in self.kinds for v in answer.values)
            or bool(self.pattern and re.search(self.pattern, answer.raw))
            or (self.technologies and bool(named(answer.raw)))
        )


@cache
def ways() -> Mapping[str, Way]:
    """By field; raises DataError for a field or a kind that does not exist."""
    path = DATA / "coverage.yaml"
    held = load_yaml(path, dict[str, Way])
    named_fields = {f for name, way in held.items() for f in (name, *way.of)}
    if strange := (named_fields - set(fields())) | {k for way in held.values() for k in way.kinds} - set(known_kinds()):
        raise DataError(f"{path}: no such fields or kinds {sorted(strange)}")
    return held


def covered(form: Form) -> frozenset[str]:
    """The fields that need not be asked for."""
    told = set(form.answered())
    for section in sections().values():
        for group in section.groups:
            asked = {f for f in group.under if fields()[f].weight}
            if group.field in told and group.field not in blanks(form.template) and not told & asked:
                told |= set(group.under)
            if group.field.endswith(".users") and told & set(group.parts):
                told.add(group.field)
    if "scale.users" in form.answered():
        told |= {"scale.consumers", "scale.businesses"}
    return frozenset(told | {name for name, way in ways().items() if any(way.told(a) for a in form.of(*way.of))})
