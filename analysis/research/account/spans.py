"""How long a ticket took, in hours: written as a duration in any unit, or as the time at which it ended."""

from __future__ import annotations

import re
from datetime import datetime

from analysis.research.account.model import figure
from analysis.research.account.notes import iso

_CLOCK = re.compile(r"(?:^|[\sT日])(\d{1,2}):(\d{2})")
_AMOUNT = re.compile(
    r"(?<!\d)(\d{1,9}(?:\.\d{1,4})?)\s{0,4}(?:个\s{0,4})?(工作日|天|日|days?|d\b|小时|时|hours?|hrs?|h\b|分钟|分|minutes?|mins?|m\b)",
    re.IGNORECASE,
)
_HOURS = {"工": 24.0, "天": 24.0, "日": 24.0, "d": 24.0, "小": 1.0, "时": 1.0, "h": 1.0, "分": 1 / 60, "m": 1 / 60}
_DAY = len("2026-01-01")


def hours(text: str, begun: str) -> float | None:
    """The hours that a cell gives of a ticket ``begun`` then; None where it gives none, or a day without the time of the day.

    >>> hours("2.3 小时", ""), hours("2 天", ""), hours("30 分钟", ""), hours("18", "")
    (2.3, 48.0, 0.5, 18.0)
    >>> hours("2026-09-02 18:00", "2026-09-02 10:30"), hours("2026-09-02", "2026-09-02 10:30")
    (7.5, None)
    """
    if len(iso(text)) == _DAY:
        start, end = _moment(begun), _moment(text)
        return round((end - start).total_seconds() / 3600, 2) if start and end and end >= start else None
    amounts = [float(n) * _HOURS[unit[0].casefold()] for n, unit in _AMOUNT.findall(text)]
    return round(sum(amounts), 2) if amounts else figure(text)


def _moment(text: str) -> datetime | None:
    day, clock = iso(text), _CLOCK.search(text)
    if len(day) != _DAY or not clock or int(clock[1]) > 23 or int(clock[2]) > 59:
        return None
    return datetime.fromisoformat(f"{day}T{int(clock[1]):02d}:{clock[2]}")
