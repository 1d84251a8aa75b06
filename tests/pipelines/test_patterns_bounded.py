"""No pattern of the pipelines goes on for ever on one long line: text of the web is hostile (ReDoS).

The patterns are those that compile while every module is imported and pages of each kind are processed. Each searches
lines made to tempt it; the work of a pattern that grows with the square of the line would take minutes on a line of
1 MB, and its share here is past the guard. The guard counts the processor's time, not the clock's.
"""

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.normalize import process
from pipelines.reader.document import Document

FOLDER = Path(process.__code__.co_filename).parent  # by a file: the tests' own folder bears the name of the package
LENGTH = 20_000
GUARD = 0.5  # seconds of processor time; a pattern that is linear in the line needs a few milliseconds
OTHERS = ("pipelines.library",)  # SQL, no text of pages
SEEDS = ("a", " ", "1", "我", "_", "1,", "Ab ", "- ", "为我，", "a.", "(", "“", "<a ")
STORY = (
    "Exampla is a bank with 1,200 employees. It cut costs by 30% and went from 5 hours to 2 minutes on Amazon S3. "
    "示例银行是国内领先的商业银行，员工约3000人，查询从 7 秒降到 0.5 秒，QPS 达到 4000。"
)
PAGES = {
    "text/html": f"<html><title>How Exampla saved 30% | Case Study</title><body><h1>Exampla</h1><p>{STORY}</p></body></html>",
    "text/markdown": f"# 示例客户案例\n\n## 公司介绍\n\n{STORY}\n\n## 客户价值\n\n- 成本降低 40%\n\n"
    "| 客户 | 说明 |\n| --- | --- |\n| 示例 | 示例上云 |\n",
    "text/plain": f"Page Contents\nExampla: saving time\nRESULTS\nReduced costs by 30%\n\n{STORY}\nIndustry: Retail\nProducts: BigQuery\n",
}


class EndlessSearchError(Exception):
    """A search that went past the guard."""


@contextmanager
def guarded() -> Iterator[None]:
    """Ends a search that needs more processor time than the guard allows."""

    def stop(*_):
        raise EndlessSearchError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, GUARD)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.fixture(scope="module")
def compiled():
    """Every pattern of the pipelines by its text and flags, and the module that compiled it."""
    found: dict[tuple[str, int], str] = {}
    names = (m.name for m in pkgutil.walk_packages([str(FOLDER)], "pipelines."))
    loaded = [importlib.import_module(name) for name in names if "migrations" not in name]
    caches = [held for module in loaded for held in vars(module).values() if hasattr(held, "cache_clear")]
    with pytest.MonkeyPatch.context() as patch:
        plain = re.compile

        def recorded(pattern, flags=0):
            made = plain(pattern, flags)
            if isinstance(made.pattern, str):
                found.setdefault((made.pattern, made.flags), "compiled when used")
            return made

        patch.setattr(re, "compile", recorded)
        for cache in caches:
            cache.cache_clear()
        for media_type, text in PAGES.items():
            for vendor in ("aws", "gcp", "aliyun"):
                process(Document(text.encode(), media_type, vendor, "https://x.example/", "utf-8"))
    for module in loaded:
        for held in vars(module).values():
            for one in held if isinstance(held, tuple | list) else held.values() if isinstance(held, dict) else (held,):
                if isinstance(one, re.Pattern) and isinstance(one.pattern, str) and not module.__name__.startswith(OTHERS):
                    found[one.pattern, one.flags] = module.__name__
    return found


def test_the_patterns_are_found(compiled):
    assert len(compiled) > 250
    assert {m.split(".")[1] for m in compiled.values() if "." in m} >= {"reader", "quantities", "steps", "companies", "catalog"}


def test_no_pattern_goes_on_for_ever(compiled):
    endless = []
    for (text, flags), module in compiled.items():
        pattern = re.compile(text, flags)
        for seed in SEEDS:
            line = seed * (LENGTH // len(seed))
            try:
                with guarded():
                    pattern.search(line)
            except EndlessSearchError:
                endless.append((module, seed, text[:120]))
                break
    assert endless == []


def test_the_guard_ends_an_endless_search():
    with pytest.raises(EndlessSearchError), guarded():
        re.search(r"(?:a+)+$", "a" * 40 + "b")
