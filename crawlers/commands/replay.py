"""``scrapy replay RUN``: read the archived pages of a crawl again, without the net."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand

from crawlers.commands import only
from crawlers.replaying import replay
from pipelines.errors import UserError
from pipelines.library import Library


class Command(ScrapyCommand):
    """See the module."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What follows the command's name."""
        return "RUN"

    def short_desc(self) -> str:
        """One line of help."""
        return "Read the archived pages of a crawl again, without the net"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 - Scrapy's signature
        """Replay one run; exit status 1 where a record is damaged, 2 where there is no such run."""
        assert self.settings is not None
        try:
            run_id = only(args, "replay RUN")
            with Library.open(self.settings.get("CASE_LIBRARY") or None, must_exist=True) as library:
                done = replay(library, run_id)
        except UserError as error:
            sys.stderr.write(f"{error}\n")
            self.exitcode = error.status
            return
        table = Table(title=f"重放 {run_id}", show_header=False, title_justify="left")
        table.add_row("页面", str(done.pages))
        table.add_row("案例", f"新 {done.stored.new}，变更 {done.stored.changed}，未变 {done.stored.unchanged}")
        for code, count in done.rejected.most_common():
            table.add_row(f"拒绝 {code}", str(count))
        for record in done.damaged:
            table.add_row("损坏", record)
        Console(stderr=True).print(table)
        self.exitcode = 1 if done.damaged else 0
