"""The sentences that research says itself, from ``data/prose.yaml``: all else in an answer is a quote."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from analysis.research.registry import DATA
from pipelines.vocabulary import load_yaml


@cache
def _prose() -> Mapping[str, str]:
    return load_yaml(DATA / "prose.yaml", dict[str, str])


def say(key: str, **values: object) -> str:
    """The sentence of a key with its values; raises KeyError for a key or a value that does not exist."""
    return _prose()[key].format(**values)


def said(prefix: str) -> tuple[str, ...]:
    """All sentences whose key begins with a prefix, in the file's order."""
    return tuple(text for key, text in _prose().items() if key.startswith(prefix))
