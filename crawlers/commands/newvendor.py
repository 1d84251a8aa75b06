"""``scrapy newvendor NAME --listing URL [--title 名称]``: write a vendor's policy, spider and fixture folder.

What it writes passes every check but the one that asks for a saved page, and for the replica site.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from scrapy.commands import ScrapyCommand

from crawlers.commands import only
from pipelines.errors import UserError
from pipelines.sources import urls
from pipelines.sources.urls import Refused

TEMPLATES = Path(__file__).with_name("templates")


class Command(ScrapyCommand):
    """See the module."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What follows the command's name."""
        return "NAME --listing URL [--title TITLE]"

    def short_desc(self) -> str:
        """One line of help."""
        return "Write the files of a new vendor: policy, spider, fixture folder"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options, and ours."""
        super().add_options(parser)
        parser.add_argument("--listing", default="", help="official address of the page that lists customer cases")
        parser.add_argument("--title", default="")
        parser.add_argument("--root", default=".", help="the project's folder")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the files; exit status 2 for wrong input."""
        try:
            name = only(args, "newvendor NAME --listing URL")
            written = new_vendor(Path(opts.root), name, opts.listing, opts.title or name)
        except UserError as error:
            sys.stderr.write(f"{error}\n")
            self.exitcode = error.status
            return
        for path in written:
            sys.stdout.write(f"{path}\n")
        sys.stdout.write("下一步：补全来源规则，抓取一页后 scrapy savecase，再 scrapy checkall\n")


def new_vendor(root: Path, name: str, listing: str, title: str) -> list[Path]:
    """Write the files of a vendor and return them; raises UserError for a bad name or address, or where one is there."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,30}", name):
        raise UserError(f"厂商代码由小写字母、数字、下划线组成，不能是“{name}”")
    parts = urls.split(listing)
    if isinstance(parts, Refused):
        raise UserError(f"--listing 要是官方目录页的网址，不是“{listing}”：{parts.detail}")
    path = urlsplit(listing).path.rstrip("/") or "/cases"
    host = ".".join(parts.netloc.split(".")[-2:])
    values = {"name": name, "title": title, "host": host, "listing": listing, "listing_host": parts.netloc, "listing_path": path}
    values |= {"cls": "".join(word.title() for word in name.split("_"))}
    files = {
        root / "pipelines/sources" / f"{name}.yaml": "policy.yaml.j2",
        root / "crawlers/spiders" / f"{name}.py": "spider.py.j2",
    }
    if there := [str(file) for file in files if file.exists()]:
        raise UserError(f"已存在：{'、'.join(there)}")
    renderer = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701 - Python and YAML, no HTML
    for file, template in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(renderer.get_template(template).render(**values), encoding="utf-8")
    folder = root / "tests/fixtures" / name
    folder.mkdir(parents=True, exist_ok=True)
    return [*files, folder]
