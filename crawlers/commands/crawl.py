"""``scrapy crawl VENDOR -a category=…``: Scrapy's command with a sandbox and an exit status that says how it ended.

0 complete, 1 incomplete, blocked or changed, 2 wrong input (unknown category, industry, vendor).
"""

from __future__ import annotations

import argparse
import sys

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from crawlers.base import plan_of
from crawlers.extensions.record import ENDINGS
from crawlers.frontier.workers import Workers
from crawlers.room import must_take
from crawlers.runs import earlier_run, run_name, stored_plan
from crawlers.sandbox.server import running
from crawlers.searching import provider
from pipelines.errors import UserError
from pipelines.library import Library
from pipelines.sources import policies


class Command(ScrapyCrawl):
    """See the module."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options, and ours."""
        super().add_options(parser)
        parser.add_argument("--sandbox", action="store_true", help="crawl the replica site on loopback instead of the vendor's")
        parser.add_argument("--run", metavar="ID", help="resume the run of this id, or name a new one")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl one vendor."""
        assert self.settings is not None
        if opts.run:
            self.settings.set("CRAWL_RUN_ID", opts.run, priority="cmdline")
        wanted = opts.sandbox or self.settings.get("SANDBOX") == "on"
        try:
            self._check(args, opts)
            if str(self.settings.get("SANDBOX")).startswith("http"):
                use_sandbox(self.settings, self.settings["SANDBOX"])
            if wanted:
                with running() as address:
                    use_sandbox(self.settings, address)
                    self._crawl(args, opts)
            else:
                self._crawl(args, opts)
        except UserError as error:
            sys.stderr.write(f"{error}\n")
            self.exitcode = error.status

    def _check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Raise UserError for what is wrong with the input, before anything starts."""
        assert self.settings is not None
        if not args or args[0] not in policies():
            raise UserError(f"没有厂商 {' '.join(args) or '（未给出）'} 的来源规则；可用：{'、'.join(policies())}")
        provider(self.settings.get("CRAWL_SEARCH") or "")
        plan = plan_of(args[0], opts.spargs)
        with Library.open(self.settings.get("CASE_LIBRARY") or None) as library:
            for place in (library.archive.folder, library.archive.folder.parent / "runs"):
                must_take(place)
            run_id = run_name(self.settings)
            Workers(library.database, run_id or "").check_free(args[0])
            if run_id:
                earlier_run(library, run_id, args[0], stored_plan(plan, opts.sandbox or bool(self.settings.get("SANDBOX"))))

    def _crawl(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        crawler = self._create_crawler(args[0])
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        end = ENDINGS.get(id(crawler))
        self.exitcode = end.exit_status if end else 1


def use_sandbox(settings: BaseSettings, address: str) -> None:
    """Settings for the sandbox: it is ours, so nobody needs to be waited for, unless the command line says so."""
    changes = {
        "SANDBOX": address,
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "CRAWL_DELAY_MAX": 1.0,
    }
    for name, value in changes.items():
        if name == "SANDBOX" or (settings.getpriority(name) or 0) < SETTINGS_PRIORITIES["cmdline"]:
            settings.set(name, value, priority="cmdline")
