"""``make licences``: the licences of everything that an installation brings along, as ``docs/licences.md``.

Read from the metadata of the installed distributions, direct ones first, then what they need in turn. What has a copyleft
(GPL, LGPL, AGPL, MPL, EPL) is flagged with what it asks of whoever passes this program on. ``data/licences.yaml`` holds what
metadata do not say and how licences are told apart.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import cast

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from analysis.prose import DATA
from pipelines.vocabulary import load_yaml

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "licences.md"


@dataclass(frozen=True)
class Copyleft:
    """A kind of copyleft: the words that tell it, and what it asks."""

    words: tuple[str, ...]
    asks: str


@dataclass(frozen=True)
class Rules:
    """``data/licences.yaml``."""

    known: Mapping[str, str]  # distribution → licence, where its metadata say none or only a text
    copyleft: Mapping[str, Copyleft]  # the strictest first


@dataclass(frozen=True)
class Entry:
    """A distribution: which parts of ours bring it, its licence, and the kind of copyleft, if any."""

    name: str
    parts: tuple[str, ...]
    licence: str
    copyleft: str


@cache
def rules() -> Rules:
    """The rules, loaded once."""
    return load_yaml(DATA / "licences.yaml", Rules)


def declared(pyproject: Path = ROOT / "pyproject.toml") -> dict[str, tuple[str, ...]]:
    """Name → the parts of ``pyproject.toml`` that name it: core, then extras."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    parts = {"core": project["dependencies"], **project["optional-dependencies"]}
    out: dict[str, tuple[str, ...]] = {}
    for part, lines in parts.items():
        for name in (canonicalize_name(Requirement(line).name) for line in lines):
            if name != canonicalize_name(project["name"]):
                out[name] = (*out.get(name, ()), part)
    return out


def closure(names: Iterable[str]) -> set[str]:
    """Everything that the installed distributions of these names need in turn, themselves included."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = canonicalize_name(todo.pop())
        if name not in found and (wanted := _needs(name)) is not None:
            found.add(name)
            todo += wanted
    return found


def _needs(name: str) -> list[str] | None:
    """What a distribution needs here without its extras; None where it is not installed."""
    try:
        lines = distribution(name).requires or []
    except PackageNotFoundError:
        return None
    wanted = map(Requirement, lines)
    return [r.name for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})]


def licence(name: str) -> str:
    """The licence of an installed distribution: ours to know, else its expression, its classifiers, its own short word, else 未声明."""
    if name in rules().known:
        return rules().known[name]
    held = cast(Message, distribution(name).metadata)
    if held.get("License-Expression"):
        return str(held["License-Expression"])
    named = [c.rsplit(" :: ", 1)[1] for c in held.get_all("Classifier", []) if c.startswith("License ::") and c.count("::") > 1]
    own = str(held.get("License") or "").strip()
    return ", ".join(dict.fromkeys(named)) or (own if own and "\n" not in own and len(own) < 60 else "未声明")


def copyleft(licence_: str) -> str:
    """The strictest kind of copyleft that a licence names without an alternative; empty where it has none."""
    choices = [_kind(choice) for choice in re.split(r"\bOR\b", licence_)]
    order = ("", *reversed(tuple(rules().copyleft)))
    return min(choices, key=order.index)


def _kind(licence_: str) -> str:
    words = set(re.findall(r"[A-Za-z]+", licence_.replace("Affero", "AGPL").replace("Lesser", "LGPL").replace("Mozilla", "MPL")))
    return next((kind for kind, one in rules().copyleft.items() if words & set(one.words)), "")


def entries() -> tuple[list[Entry], list[Entry]]:
    """The direct and the indirect distributions, each by name; a direct one that is not installed is 未安装."""
    parts = declared()
    direct = [_entry(name, parts[name]) for name in sorted(parts)]
    shipped = closure(n for n, p in parts.items() if p != ("dev",))
    return direct, [_entry(name, ()) for name in sorted(shipped - set(parts))]


def _entry(name: str, parts: tuple[str, ...]) -> Entry:
    try:
        said = licence(name)
    except PackageNotFoundError:
        said = "未安装"
    return Entry(name, parts, said, copyleft(said))


def page() -> str:
    """``docs/licences.md``."""
    direct, indirect = entries()
    return "\n".join(_lines(direct, indirect)) + "\n"


def _lines(direct: Iterable[Entry], indirect: Iterable[Entry]) -> Iterator[str]:
    yield "# 依赖的许可证\n"
    yield "由 `make licences` 从已安装的发行包元数据生成；测试保证直接依赖与 `pyproject.toml` 一致。⚠ 表示带有传染条款，见文末。\n"
    yield "## 直接依赖\n"
    yield "| 名称 | 用于 | 许可证 | |"
    yield "|---|---|---|---|"
    for e in direct:
        yield f"| {e.name} | {', '.join(e.parts)} | {e.licence} | {f'⚠ {e.copyleft}' if e.copyleft else ''} |"
    yield "\n## 间接依赖（不含开发工具）\n"
    yield "| 名称 | 许可证 | |"
    yield "|---|---|---|"
    for e in indirect:
        yield f"| {e.name} | {e.licence} | {f'⚠ {e.copyleft}' if e.copyleft else ''} |"
    yield "\n## ⚠ 的含义\n"
    for kind, one in rules().copyleft.items():
        yield f"- **{kind}**：{one.asks}"


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
