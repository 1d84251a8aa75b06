"""A feed of cases (``-O cases.jl``, Scrapyd's ``items_dir``): one JSON line a case as the library holds it.

What a spider yields besides (listings seen, refusals, pages unchanged) is no case and stands in the run's manifest.
"""

from __future__ import annotations

from typing import IO, Any

from scrapy.exporters import BaseItemExporter

from crawlers.items import Normalized


class CaseLines(BaseItemExporter):
    """Scrapy's exporter for the format ``jsonlines``; see the module."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self.file = file

    def export_item(self, item: Any) -> None:
        """Write the cases of a page that was read."""
        if isinstance(item, Normalized):
            self.file.writelines(case.to_json() + b"\n" for case in item.cases)
