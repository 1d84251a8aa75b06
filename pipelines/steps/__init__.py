"""One normalizer a file: each module here turns a RawCase into one or a few attributes of a Case.

A module is found by being here; nothing is registered a second time. It declares

    PROVIDES: tuple[str, ...]   names of attributes of pipelines.case.Case that it fills
    NEEDS: tuple[str, ...]      attributes that other steps must have filled before it
    def run(raw: RawCase, found: Found) -> Mapping[str, Any]

``run`` is pure: the same raw case and the same attributes found so far give the same answer.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Any, Protocol, cast

from pipelines.case import RawCase

Found = Mapping[str, Any]


class Step(Protocol):
    """What a module of this package must offer."""

    PROVIDES: tuple[str, ...]
    NEEDS: tuple[str, ...]

    def run(self, raw: RawCase, found: Found) -> Mapping[str, Any]:
        """The attributes of PROVIDES for a raw case."""
        ...


@cache
def steps() -> tuple[Step, ...]:
    """All steps, each after those it needs; raises ValueError for a cycle, a need nobody provides or two providers."""
    names = [m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")]
    modules = [cast("Step", importlib.import_module(f"{__name__}.{name}")) for name in names]
    owner: dict[str, Step] = {}
    for module in modules:
        for name in module.PROVIDES:
            if name in owner:
                raise ValueError(f"two steps provide '{name}': {owner[name]} and {module}")
            owner[name] = module
    wanted = {name for m in modules for name in m.NEEDS} - set(owner)
    if wanted:
        raise ValueError(f"no step provides {sorted(wanted)}")
    graph = {index: {modules.index(owner[n]) for n in m.NEEDS} for index, m in enumerate(modules)}
    try:
        return tuple(modules[i] for i in TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise ValueError(f"steps need each other in a circle: {error.args[1]}") from error


def steps_for(wanted: Collection[str]) -> tuple[Step, ...]:
    """The steps that some attributes take, each after those it needs."""
    needed, chosen = set(wanted), []
    for step in reversed(steps()):
        if needed & set(step.PROVIDES):
            needed |= set(step.NEEDS)
            chosen.append(step)
    return tuple(reversed(chosen))
