"""The settings of a deployed egg (``scrapyd-deploy``): unpacks it, then is ``crawlers.settings``.

Scrapyd puts the egg, a zip file, on the path as it is; our data (YAML, Jinja2, JSON lines) is read as files beside the
modules. So the egg is unpacked into a folder of this process, and everything but the name of this package comes from
there. Scrapyd imports the settings before anything else of the project; out of an egg this module does nothing more
than ``crawlers.settings``. ``pyproject.toml`` names it as the entry point ``scrapy``, ``settings``.
"""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import crawlers


def unpack(package: str) -> Path | None:
    """Unpack the egg that holds ``package`` (a folder within a zip file) and return where to; None where it is in no egg."""
    egg = Path(package).parent
    if not egg.is_file() or not zipfile.is_zipfile(egg):
        return None
    folder = Path(tempfile.mkdtemp(prefix="cloud-insights-egg-"))
    with zipfile.ZipFile(egg) as held:
        held.extractall(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


if unpacked := unpack(crawlers.__path__[0]):
    sys.path.insert(0, str(unpacked))
    crawlers.__path__[:] = [str(unpacked / "crawlers")]

from crawlers.settings import *  # noqa: E402, F403

FEED_EXPORTERS = {"jsonlines": "crawlers.feeds.CaseLines"}  # FeedExporter: what Scrapyd's items_dir shows; default writes items
