"""What a report may be narrowed to, by the codes given on the command line; one that is none is told with those that are."""

from __future__ import annotations

from collections.abc import Container, Sequence

from analysis.labels import industry, vendor
from pipelines.errors import UserError
from pipelines.sources import policies
from pipelines.vocabulary import codes, known_codes


def words(given: str) -> tuple[str, ...]:
    """The words of a list that is separated by commas of either script."""
    return tuple(w.strip() for w in given.replace("，", ",").split(",") if w.strip())


def vendors_of(given: str) -> tuple[str, ...]:
    """Codes of vendors; raises UserError naming what is none."""
    return _known(given, sorted(policies()), "--vendors", "厂商", [f"{v}（{vendor(v).zh}）" for v in sorted(policies())])


def industries_of(given: str) -> tuple[str, ...]:
    """Codes of industries or their leaves; raises UserError naming what is none."""
    shown = [f"{code}（{industry(code).zh}）" for code in codes().industry]
    return _known(given, known_codes("industry"), "--industries", "行业", shown, "，也可写到细分，例如 finance.banking")


def _known(given: str, known: Container[str], option: str, what: str, shown: Sequence[str], more: str = "") -> tuple[str, ...]:
    found = words(given)
    if unknown := [w for w in found if w not in known]:
        raise UserError(f"{option} 没有{what}“{'、'.join(unknown)}”；可用：{'、'.join(shown)}{more}")
    return found
