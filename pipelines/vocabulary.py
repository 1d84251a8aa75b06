"""Loads and validates the YAML data of ``pipelines/vocab`` and ``pipelines/catalog`` into frozen dataclasses.

Data that does not fit its dataclass is an error that names the file and the place; so is an alias that two entries claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from pipelines.errors import UserError

T = TypeVar("T")
HERE = Path(__file__).parent
VOCAB = HERE / "vocab"


class DataError(UserError):
    """A data file that does not fit; the message names the file, the place and the remedy."""


def load_yaml(path: Path, kind: type[T]) -> T:
    """Read ``path`` as ``kind`` (any type msgspec can check); raises DataError naming file and place."""
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        found = msgspec.convert(raw, kind, strict=False)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise DataError(f"{path} 的格式或内容不对，请改正：{error}") from error
    if place := _lost(raw, msgspec.to_builtins(found)):
        raise DataError(f"{path}：没有“{place}”这个键，可能拼错了；请改正或删去")
    return found


def load_merged(folder: Path, pattern: str, kind: type[dict[str, T]]) -> dict[str, T]:
    """The entries of all files of a folder that match, each file read as ``kind``; raises DataError for a key that two files hold."""
    held = {path: load_yaml(path, kind) for path in sorted(folder.glob(pattern))}
    unique(((key, path.name) for path, entries in held.items() for key in entries), str(folder / pattern))
    return {key: entry for entries in held.values() for key, entry in entries.items()}


def check_named(named: Iterable[str], known: Iterable[str], source: Path) -> None:
    """Raises DataError where the data of a file name entries that do not exist."""
    if strange := sorted(set(named) - set(known)):
        raise DataError(f"{source}：提到了不存在的条目 {strange}；请改正拼写，或先补上这些条目")


def _lost(raw: Any, read: Any, place: str = "$") -> str:
    """The place of the first key of ``raw`` that was not read, or nothing."""
    if isinstance(raw, dict) and isinstance(read, dict):
        known = {str(key): value for key, value in read.items()}
        pairs = ((raw[key], known.get(str(key), _lost), f"{place}.{key}") for key in raw)
        return next((p if r is _lost else found for value, r, p in pairs if r is _lost or (found := _lost(value, r, p))), "")
    if isinstance(raw, list) and isinstance(read, list | tuple) and len(raw) == len(read):
        return next((found for n, (value, r) in enumerate(zip(raw, read, strict=True)) if (found := _lost(value, r, f"{place}[{n}]"))), "")
    return ""


def unique(entries: Iterable[tuple[str, str]], source: str) -> dict[str, str]:
    """``{alias: entry}`` of (alias, entry) pairs; raises DataError where two entries claim one alias."""
    owner: dict[str, str] = {}
    for alias, entry in entries:
        if owner.setdefault(alias, entry) != entry:
            raise DataError(f"{source}：“{alias}”同时属于“{owner[alias]}”和“{entry}”；请只留一处")
    return owner


@dataclass(frozen=True)
class Code:
    """A code of the contract with its Chinese name; ``leaves`` only for industries, ``employees`` only for sizes."""

    zh: str
    en: str = ""
    note: str = ""
    leaves: Mapping[str, str] | None = None
    employees: str = ""


@dataclass(frozen=True)
class Codes:
    """The codes that a case uses, as in ``vocab/codes.yaml``: the contract between labels and program."""

    industry: Mapping[str, Code]
    company_size: Mapping[str, Code]
    scenario: Mapping[str, Code]
    maturity: Mapping[str, Code]
    factor: Mapping[str, Code]
    benefit_subject: tuple[str, ...]
    benefit_direction: tuple[str, ...]
    category: Mapping[str, tuple[str, ...]]
    vendor: tuple[str, ...]

    def industry_zh(self, code: str) -> str:
        """``金融-银行`` for ``finance.banking``; raises KeyError for a code that does not exist."""
        top, _, leaf = code.partition(".")
        entry = self.industry[top]
        return f"{entry.zh}-{(entry.leaves or {})[leaf]}" if leaf else entry.zh

    def categories(self) -> tuple[str, ...]:
        """All generic categories in the framework's order."""
        return tuple(name for group in self.category.values() for name in group)


@cache
def codes() -> Codes:
    """The codes, loaded once."""
    return load_yaml(VOCAB / "codes.yaml", Codes)


@cache
def known_codes(dimension: str) -> frozenset[str]:
    """The codes of ``industry`` (with its leaves), ``company_size``, ``scenario``, ``maturity`` or ``factor``; KeyError for another."""
    tops = codes().industry
    of: Mapping[str, Iterable[str]] = {
        "industry": (*tops, *(f"{top}.{leaf}" for top, entry in tops.items() for leaf in entry.leaves or {})),
        **{name: getattr(codes(), name) for name in ("company_size", "scenario", "maturity", "factor")},
    }
    return frozenset(of[dimension])


def as_plain(value: Any) -> Any:
    """A dataclass tree as plain dicts and lists, ready for JSON or YAML."""
    return msgspec.to_builtins(value)
