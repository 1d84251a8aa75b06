"""``insights-scrapy``: Scrapy with this project's settings, from any folder.

``scrapy`` finds a project by a ``scrapy.cfg`` above the folder or by ``SCRAPY_SETTINGS_MODULE``; an installed package has
no say in it. This is ``scrapy`` with that variable set unless it is set already.
"""

from __future__ import annotations

import os

from scrapy.cmdline import execute


def main() -> None:
    """Entry point: run Scrapy's command line; it ends with Scrapy's exit status."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawlers.settings")
    execute()


if __name__ == "__main__":
    main()
