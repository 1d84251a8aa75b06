"""``python -m analysis.research.bench``: what a question costs over many source documents, after indexing.

The documents are generated and plainly fictional: features with edition, limit and state, in Chinese and English.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from rich.console import Console
from rich.table import Table

from analysis.research.answer import answer
from analysis.research.index import Index
from analysis.research.model import Source
from analysis.research.sources import read_bytes
from analysis.research.terms import dictionary

AS_OF = "2026-03-20"
TARGET = 1.0
FOLDERS = ("api", "guide", "announcement", "manual", "kb")
QUESTIONS = (
    "你们的 REST API 是否支持 Webhook 通知？",
    "Does the export support PDF?",
    "附件大小上限是多少？",
    "如何配置单点登录？",
    "支持区块链存证吗？",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Generate, index, ask, print; returns 0, or 1 where the slowest question is over the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    asked = parser.parse_args(argv)
    console = Console(highlight=False, width=120)
    console.print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    held = list(documents(asked.documents))
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        index = Index.build(held, Path(folder) / "research.index")
        built = time.perf_counter() - start
        answer(index, QUESTIONS[0], AS_OF)  # dictionaries are loaded once a process
        spent = [_timed(index, q) for q in QUESTIONS]
        index.close()
    drawn = Table(title=f"A question over {len(held):,} source documents ({index.size:,} passages)", title_justify="left")
    for column in ("what", "seconds"):
        drawn.add_column(column, justify="right" if column == "seconds" else "left")
    drawn.add_row("index built", f"{built:.1f}")
    for question, seconds in zip(QUESTIONS, spent, strict=True):
        drawn.add_row(question, f"{seconds:.3f}")
    drawn.add_row("peak memory, MB", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f}")
    console.print(drawn)
    return int(max(spent) > TARGET)


def _timed(index: Index, question: str) -> float:
    start = time.perf_counter()
    answer(index, question, AS_OF)
    return time.perf_counter() - start


def documents(number: int, seed: int = 7) -> Iterator[Source]:
    """Generated sources: the same for the same number and seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    names = [[f for f in forms if not f.isascii()][:1] + [f for f in forms if f.isascii()][:1] for forms in dictionary().values()]
    words = [pair for pair in names if len(pair) == 2]
    for n in range(number):
        place = PurePosixPath(FOLDERS[n % len(FOLDERS)], f"document-{n}.md")
        yield from read_bytes(_document(chance, words, n).encode(), place)


def _document(chance: random.Random, words: Sequence[Sequence[str]], n: int) -> str:
    zh = n % 3 != 0
    lines = [
        f"# 示例产品 {n}" if zh else f"# Demo product {n}",
        "",
        f"更新日期：{chance.randint(2022, 2025)}-{chance.randint(1, 12):02d}-10",
        "",
    ]
    for _ in range(8):
        a, b = (pair[0] if zh else pair[1] for pair in chance.sample(words, 2))
        figure = chance.randint(2, 900)
        lines += [
            f"## {a}",
            "",
            f"{a}支持{b}，每分钟最多 {figure} 次。" if zh else f"The {a} supports {b}, at most {figure} times a minute.",
            f"- {b}是企业版功能，专业版不支持" if zh else f"- {b} is available in the Enterprise edition only",
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
