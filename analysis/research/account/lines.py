"""The lines of a file of prose as its writer laid them out: what each is labelled with and what it stands under (spec 3 案例3 来源 1–4).

The readers of research join the lines of a paragraph; a CRM record or a block of figures is one fact a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from analysis.research.account.names import names, plain

MARKS = "✅❌⚠❗❓☑✔✖"
_LINE = re.compile(rf"^(\s*)(#{{1,6}}\s+)?((?:[-*+•·]\s+|\d{{1,2}}[.)、]\s*|[{MARKS}]\ufe0f?\s*)*)(.*?)\s*#*\s*$")
_LABEL = re.compile(r"^[*_]{0,2}([^:：|]{1,24}?)[*_]{0,2}\s*[:：][*_]{0,2}\s*(.*)$")
_PART = re.compile(r"(?<!\d)[,，;；]\s*|[,，;；]\s*(?!\d)")
_BRACKET = re.compile(r"[(（]\s*([^:：()（）]{1,16})[:：]\s*([^()（）]{1,60})[)）]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that says something: its number from 1, its words, label and value where it has them, and the labels it stands under.

    ``level`` is that of a heading (0 for none), ``marked`` whether a mark (⚠️ …) or a bullet stands before the words.
    """

    number: int
    text: str
    label: str
    value: str
    under: tuple[str, ...]
    level: int = 0
    marked: bool = False

    @property
    def leads(self) -> bool:
        """Whether it is a heading or a label alone (工单统计:)."""
        return bool(self.level) or (bool(self.label) and not self.value)


def lines_of(raw: Sequence[str]) -> list[Line]:
    """The lines of a file that are not empty; what a heading or a label alone leads stands under it."""
    out: list[Line] = []
    path: list[tuple[int, str]] = []
    for number, line in enumerate(raw, 1):
        hit = _LINE.match(line)
        if not hit or not hit[4].strip():
            continue
        heading, text = len((hit[2] or "").strip()), hit[4].strip()
        labelled = _LABEL.match(text)
        label, value = (labelled[1].strip(), labelled[2].strip()) if labelled else ("", "")
        leads = bool(heading) or (bool(label) and not value)
        depth = heading - 10 if heading else len(hit[1].expandtabs(4)) + (bool(hit[3]) or not leads)
        path = [(d, name) for d, name in path if d < depth]
        out.append(Line(number, text, label, value, tuple(name for _, name in path), heading, bool(hit[3])))
        if leads:
            path.append((depth, label or text))
    return out


def pairs_of(lines: Iterable[Line]) -> Iterator[tuple[str, str]]:
    """(label, value) of every labelled line, and of what its value holds besides (规模:500 人,年 ARR $120,000; 2.3 小时(SLA:4 小时))."""
    for line in lines:
        if line.label and line.value and not line.level:
            yield from parted(line.label, line.value)


def parted(label: str, value: str) -> list[tuple[str, str]]:
    """A labelled value as one pair or several: parts behind a comma that begin with a name of a CRM field, labelled values in brackets.

    What stands in brackets is named by both labels (平均响应时间.SLA) and by its own.
    """
    out = [(label, "")]
    for part in _PART.split(value):
        if hit := _named().match(part):
            out.append((hit[1], hit[2].strip()))
        else:
            name, held = out[-1]
            out[-1] = name, f"{held}，{part}" if held else part
    if len(out) == 1:
        out = [(label, value)]
    inner = [(k.strip(), v.strip()) for k, v in _BRACKET.findall(value)]
    return [*out, *((f"{label}.{k}", v) for k, v in inner), *inner]


@cache
def _named() -> re.Pattern[str]:
    """A name of a CRM field with a value behind it."""
    forms = sorted({n for held in names().crm.values() for n in held}, key=lambda n: (-len(n), n))
    known = "|".join(r"\s*".join(map(re.escape, form.split())) for form in forms)
    return re.compile(rf"\s*({known})(?:\s*[:：]\s*|\s+(?=\S)|(?=[\d$¥￥€]))(.+)$", re.IGNORECASE)


def stands_under(line: Line, known: Iterable[str]) -> bool:
    """Whether a line stands under a heading or label of one of some names."""
    wanted = {plain(n) for n in known}
    return any(plain(name) in wanted for name in line.under)
