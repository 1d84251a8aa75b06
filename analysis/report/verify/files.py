"""Are the files those that were written, and what the analysis renders to?"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.model import Analysis
from analysis.report.compose import kinds
from analysis.report.manifest import NAME, digest
from analysis.report.render import files
from analysis.report.verify.problem import Problem
from analysis.report.words import LANGUAGES, Words

DRAWING = re.compile(rb"<svg.*?</svg>", re.S)  # widths of drawn text depend on the fonts of the machine


def check_files(folder: Path, held: dict[str, Any]) -> Iterator[Problem]:
    """Every listed file is there with its bytes, and no other stands beside them."""
    listed: dict[str, str] = held.get("files", {})
    for name, expected in listed.items():
        path = folder / name
        if not path.is_file():
            yield Problem("missing_file", name)
        elif digest(path.read_bytes()) != expected:
            yield Problem("changed_file", name, f"指纹不是 {expected}")
    known = {*listed, *held.get("extras", []), NAME}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in known and name.split("/")[0] not in LANGUAGES:
            yield Problem("unlisted_file", name)


def check_rendering(folder: Path, held: dict[str, Any], analysis: Analysis) -> Iterator[Problem]:
    """Every file is what one of the manifest's kinds renders to; drawings are held by their digests alone."""
    lang = held.get("lang")
    wanted = [k for k in held.get("kinds", []) if k in kinds()]
    if lang not in LANGUAGES or not wanted:
        yield Problem("no_report", NAME, "没有写明可用的语言或报告类型")
        return
    try:
        made = [files(analysis, kind, Words(lang)) for kind in wanted]
    except (KeyError, ValueError) as error:  # it names a case, a code or a date that is none
        yield Problem("not_rendered", "analysis.json", f"渲染不出来：{error!r}")
        return
    names = sorted({n for m in made for n in m})
    for name in names:
        path = folder / name
        if name.startswith("charts/") or not path.is_file():
            continue
        found = bare(name, path.read_bytes())
        if not any(name in m and bare(name, m[name]) == found for m in made):
            yield Problem("not_rendered", name)


def bare(name: str, data: bytes) -> object:
    """What of a file must be equal on every machine: text without drawings, the members of a workbook."""
    if name.endswith(".xlsx"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as held:
                return {n: held.read(n) for n in held.namelist()}
        except zipfile.BadZipFile:
            return data
    return DRAWING.sub(b"", data) if name.endswith(".html") else data
