"""``scrapy savecase FILE|URL --vendor V [--url U] [--layout L]``: save a page as a fixture, for a person to review.

A URL is looked up in the library's archive: a page is fetched by a crawl, politely, and never for a fixture alone.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand
from sqlalchemy import select

from crawlers.commands import only
from crawlers.fixtures import FOLDER, save
from pipelines.errors import UserError
from pipelines.importing import SUFFIXES
from pipelines.library import Library
from pipelines.library import tables as t
from pipelines.reader.document import Document
from pipelines.sources import canonical_url, vendor_of


class Command(ScrapyCommand):
    """See the module."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What follows the command's name."""
        return "FILE|URL [options]"

    def short_desc(self) -> str:
        """One line of help."""
        return "Save a page as a fixture: page, meta, expected, for review"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options, and ours."""
        super().add_options(parser)
        parser.add_argument("--vendor", default="")
        parser.add_argument("--url", default="", help="official address of the page in FILE")
        parser.add_argument("--layout", default="default", help="name of the page layout that it stands for")
        parser.add_argument("--charset", default="", help="character set that the transport named")
        parser.add_argument("--into", default=str(FOLDER), metavar="FOLDER")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Save one page; exit status 2 for wrong input."""
        try:
            page = only(args, "savecase FILE|URL --vendor V")
            found = self._from_file(Path(page), opts) if Path(page).is_file() else self._from_archive(page)
            folder = save(found, opts.layout, Path(opts.into))
        except UserError as error:
            sys.stderr.write(f"{error}\n")
            self.exitcode = error.status
            return
        sys.stdout.write(f"{folder}\n请审阅 expected.json，再提交\n")

    def _from_file(self, path: Path, opts: argparse.Namespace) -> Document:
        vendor = opts.vendor or vendor_of(opts.url) or ""
        if not vendor or not opts.url:
            raise UserError("文件需要 --url（官方网址），网址不属于已知厂商时还需要 --vendor")
        media_type = SUFFIXES.get(path.suffix.lower(), "text/html")
        return Document(path.read_bytes(), media_type, vendor, canonical_url(vendor, opts.url), charset=opts.charset)

    def _from_archive(self, url: str) -> Document:
        assert self.settings is not None
        vendor = vendor_of(url)
        if vendor is None:
            raise UserError(f"{url} 不是文件，也不是已知厂商的网址")
        with Library.open(self.settings.get("CASE_LIBRARY") or None, must_exist=True) as library:
            with library.engine.connect() as db:
                name = db.scalar(select(t.pages.c.digest).where(t.pages.c.url == canonical_url(vendor, url)))
            page = library.page(name) if name else None
            if page is None:
                raise UserError(f"{url} 不在案例库里；先抓取：scrapy crawl {vendor} -a category=全部")
            archived = library.archived(page.digest)
        return Document(archived.payload, page.media_type, vendor, page.url, charset=archived.charset)
