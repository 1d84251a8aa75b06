"""Writes everything about one analysis into ``<out>/<category>/<date>/``: made in a temporary folder, moved when all is whole."""

from __future__ import annotations

from pathlib import Path

from analysis.model import Analysis
from analysis.report import compose
from analysis.report.to_html import HtmlWriter
from analysis.report.to_markdown import MarkdownWriter
from analysis.report.words import Words


def files(analysis: Analysis, kind: str = "positioning", lang: str = "zh") -> dict[str, bytes]:
    """Every file of a report by its path, but for what a browser makes and the manifest."""
    words = Words(lang)
    doc = compose.document(analysis, kind, words)
    name = compose.kinds()[kind].file
    return {
        f"{name}.md": MarkdownWriter(words).document(doc).encode(),
        f"{name}.html": HtmlWriter(words).document(doc).encode(),
    }


def render(analysis: Analysis, out: Path, kind: str = "positioning", lang: str = "zh") -> list[Path]:
    made = []
    for name, data in files(analysis, kind, lang).items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        made.append(path)
    return made
