"""``scrapy checkall``: whether every vendor's spider is whole: declarations, policy, fixtures, replica site."""

from __future__ import annotations

import argparse
import importlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand

from crawlers.base import DeclarationError, VendorSpider
from crawlers.fixtures import FOLDER, fixtures, observe
from crawlers.run import known_vendors
from crawlers.sandbox.site import facts_file, facts_of
from pipelines.sources import policies
from pipelines.vocabulary import DataError

LEAST_CUSTOMERS, LEAST_CATEGORIES = 25, 4
REPLICA = "沙箱站点"
NO_REPLICA = "没有（不影响）：演示与端到端测试不含它；要加，见 crawlers/sandbox/site.py 开头"


class Command(ScrapyCommand):
    """See the module."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """One line of help."""
        return "Check every vendor: declarations, policy, fixtures, replica site"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options, and ours."""
        super().add_options(parser)
        parser.add_argument("--fixtures", default=str(FOLDER), metavar="FOLDER")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print what is missing, by vendor; exit status 1 where anything is."""
        chosen = args or list(known_vendors())
        table = Table("厂商", "检查", "结果")
        found = [(vendor, *one) for vendor in chosen for one in check(vendor, Path(opts.fixtures))]
        for vendor, name, problem in found:
            table.add_row(vendor, name, problem or (NO_REPLICA if name == REPLICA and not has_replica(vendor) else "通过"))
        Console(width=140).print(table)
        self.exitcode = 1 if any(problem for _, _, problem in found) else 0


def check(vendor: str, folder: Path = FOLDER) -> Iterator[tuple[str, str]]:
    """(check, what is wrong or empty) of one vendor."""
    yield "来源规则", "" if vendor in policies() else f"没有 pipelines/sources/{vendor}.yaml"
    yield "爬虫声明", _spider(vendor)
    yield "页面样本", _fixtures(vendor, folder)
    yield REPLICA, _replica(vendor) if has_replica(vendor) else ""


def has_replica(vendor: str) -> bool:
    """Whether the sandbox has a site of the vendor: a further step, without which demo and end-to-end tests leave it out."""
    return facts_file(vendor).is_file()


def _spider(vendor: str) -> str:
    try:
        module = importlib.import_module(f"crawlers.spiders.{vendor}")
    except (ImportError, DeclarationError) as error:
        return f"声明有误，请改正：{error}"
    found = [c for c in vars(module).values() if isinstance(c, type) and issubclass(c, VendorSpider) and c is not VendorSpider]
    return "" if [c.name for c in found] == [vendor] else f"文件里应恰有一个名为 {vendor} 的爬虫"


def _fixtures(vendor: str, folder: Path) -> str:
    held = [one for one in fixtures(folder) if one.document.vendor == vendor]
    if not held:
        return f"没有样本；用 scrapy savecase 写入 {folder}/{vendor}/"
    wrong = [one.folder.name for one in held if one.expected() != observe(one.document)]
    return f"与期望不符：{'、'.join(wrong)}" if wrong else ""


def _replica(vendor: str) -> str:
    try:
        facts = facts_of(vendor)
    except (OSError, DataError) as error:
        return f"沙箱事实读不了：{error}"
    categories = Counter(c.category for c in facts.customers if c.category)
    if len(facts.customers) < LEAST_CUSTOMERS or len(categories) < LEAST_CATEGORIES:
        return f"{len(facts.customers)} 个客户、{len(categories)} 个品类；至少 {LEAST_CUSTOMERS} 与 {LEAST_CATEGORIES}"
    return ""
