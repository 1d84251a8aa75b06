"""Cron expressions of five fields as ``man 5 crontab`` has them, for APScheduler.

Two differences are settled here: APScheduler counts weekdays from Monday = 0, crontab from Sunday = 0; and crontab takes
day of month and weekday as "either", APScheduler as "both", so an expression that restricts both is refused.
"""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from pipelines.errors import UserError

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FIELDS = ("minute", "hour", "day", "month", "day_of_week")
_ITEM = re.compile(r"(?:\*|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:/(\d+))?")


def trigger(expression: str, zone: ZoneInfo) -> CronTrigger:
    """The times of an expression in a time zone; raises UserError naming the expression and what is wrong."""
    parts = expression.casefold().split()
    if len(parts) != len(FIELDS):
        raise UserError(f"cron “{expression}”：要五个字段（分 时 日 月 星期），这里有 {len(parts)} 个")
    given = dict(zip(FIELDS, parts, strict=True))
    if given["day"] != "*" and given["day_of_week"] != "*":
        raise UserError(f"cron “{expression}”：不能同时限定日与星期（含义有歧义）；写成两个任务")
    given["day_of_week"] = weekdays(given["day_of_week"], expression)
    try:
        made = CronTrigger(**given, timezone=zone)
    except ValueError as error:
        raise UserError(f"cron “{expression}”看不懂，请改正：{error}") from error
    if not made.get_next_fire_time(None, datetime(2024, 1, 1, tzinfo=zone)):
        raise UserError(f"cron “{expression}”永远不会到：没有这样的日期，请改正日与月")
    return made


def weekdays(field: str, expression: str) -> str:
    """The weekday field with names in place of numbers: ``0-2,6`` is ``sun,mon,tue,sat``; 7 is Sunday too."""
    if field == "*":
        return field
    found: set[int] = set()
    for item in field.split(","):
        match = _ITEM.fullmatch(item)
        if not match:
            raise UserError(f"cron “{expression}”：看不懂星期“{item}”；写 0–7 或 sun–sat")
        first, last, step = match.groups()
        low = _day(first, expression) if first else 0
        high = _day(last, expression) if last else (low if first and not step else 6)
        if last in ("7", "sun"):
            high = 7
        if high < low or step == "0":
            raise UserError(f"cron “{expression}”：星期“{item}”的范围是倒的或步长为 0")
        found.update(n % 7 for n in range(low, high + 1, int(step or 1)))
    return ",".join(DAYS[n] for n in sorted(found))


def _day(word: str, expression: str) -> int:
    if word in DAYS:
        return DAYS.index(word)
    if word.isascii() and word.isdigit() and int(word) <= len(DAYS):
        return int(word) % len(DAYS) if word == "7" else int(word)
    raise UserError(f"cron “{expression}”：没有星期“{word}”；写 0–7 或 sun–sat")
