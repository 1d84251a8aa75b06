"""The registry of source types: how far each is to be believed on a kind of question, and by which names it is recognized."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path, PurePosixPath

from analysis.research.model import SourceType
from pipelines.errors import UserError
from pipelines.vocabulary import DataError, load_yaml, unique

DATA = Path(__file__).parent / "data"
UNKNOWN = "note"
_TAIL = re.compile(r"(?:[\s（(《》）)\[\]|·:：_-]|[vV]?\d[\d.\-/年月日]*)+$")  # version, date, brackets
_PARTS = re.compile(r"[\s._\-]+")


@cache
def source_types() -> Mapping[str, SourceType]:
    """Every type by id; raises DataError for an authority outside 0–1 or without ``*``, and for a folder claimed twice."""
    path = DATA / "source_types.yaml"
    held = load_yaml(path, dict[str, SourceType])
    for name, one in held.items():
        if "*" not in one.authority or not all(0 <= a <= 1 for a in one.authority.values()):
            raise DataError(f"{path}: {name}: authority needs '*' and values from 0 to 1")
    return held


@cache
def _names() -> Mapping[str, str]:
    pairs = [(n.casefold(), key) for key, one in source_types().items() for n in (key, one.zh, one.en, *one.folders)]
    return unique(pairs, str(DATA / "source_types.yaml"))


def authority(source_type: str, question_type: str) -> float:
    """How far a type of source is believed on a type of question, 0–1."""
    held = source_types()[source_type].authority
    return held.get(question_type, held["*"])


def named_type(name: str) -> str:
    """The type of an id or a name in either language; raises UserError that lists them for any other."""
    if found := _names().get(name.strip().casefold()):
        return found
    raise UserError(f"没有资料类型“{name}”；可用：{'、'.join(source_types())}")


def recognized_type(path: PurePosixPath, stated: str = "", title: str = "") -> str:
    """The type a document states, else of the nearest folder that names one, of its title, of a word of the file's name, else ``note``."""
    folders = (stated, *reversed(path.parts[:-1]))
    return _first(folders) or titled_type(title) or _first((path.stem, *_words(path.stem))) or UNKNOWN


def _first(places: Sequence[str]) -> str:
    return next((_names()[p.casefold()] for p in places if p.casefold() in _names()), "")


def titled_type(title: str) -> str:
    """The type whose word closes a title (示例产品用户手册 v2.0), whatever version or date follows; empty where none does."""
    words = _TAIL.sub("", title).casefold()
    ends = ((len(end), key) for key, one in source_types().items() for end in one.titles if words.endswith(end.casefold()))
    return max(ends, default=(0, ""))[1]


def _words(stem: str) -> list[str]:
    return [w for w in _PARTS.split(stem) if w]
