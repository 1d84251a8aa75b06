"""Files of notes as what people said: each dated line with its speaker (spec 3 案例3 来源 3: YYYY 年 2 月:张总提到正在评估竞品).

Whose words they are and of when is read from the line itself, or from the heading above it; what neither tells stays unsigned
and undated. What is written under 情绪信号 is the reader's own reading and nobody's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from analysis.research.account.lines import Line, lines_of, stands_under
from analysis.research.account.names import names, plain
from pipelines.steps import published

_DAY = r"(?:\d{4}|YYYY)\s*(?:年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|[-/.]\s*\d{1,2}(?:[-/.]\d{1,2})?)|\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?"
_END = r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2})?)?(?![-/.]?\d)"
_DATED = re.compile(rf"^[\[【(（]?\s*({_DAY}){_END}(\s*[\]】)）]\s*|\s*[:：|,，·—–-]+\s*|\s+|$)[:：]?\s*(.*)$")
_SEVERAL = re.compile(rf"(?<=[。；;!！?？])\s*(?=(?:{_DAY})\s*[:：])")
_SPEAKER = re.compile(r"^([^:：。，,；;！？!?“”\"「」]{1,24}?)\s*[:：]\s*(\S.*)$")
_NAME_DAY = re.compile(
    rf"^([^:：。，,；;！？!?\d]{{1,16}}?)\s{{0,4}}[\[【(（]?\s{{0,4}}({_DAY})(?:\s{{1,4}}\d{{1,2}}:\d{{2}})?\s{{0,4}}[\]】)）]?\s{{0,4}}[:：]\s*(\S.*)$"
)
_READING = re.compile(r"\s=\s")
_RULED = re.compile(r"^\|[\s|:-]*$")
_LONGEST_NAME = 16
_CELLS = 2


@dataclass(slots=True)
class Note:
    """What one person said at one time: ISO day or month, name as written, lines with their numbers; ``ours`` a reading of our own."""

    date: str = ""
    who: str = ""
    said: list[tuple[str, int]] = field(default_factory=list)
    ours: bool = False


def iso(text: str) -> str:
    """A day or month as written, in ISO; empty where it is none or has no year."""
    found = published.iso(text) or ""
    return found if "-" in found else ""  # a year alone dates nothing


def notes_of(raw: Sequence[str], people: Sequence[str], date: str = "", sender: str = "") -> list[Note]:
    """The notes of a file; ``people`` are the names of the account's contacts, date and sender those that the file states of itself.

    A file with dated lines gives its other lines no date.
    """
    written = lines_of(raw)
    ruled = {x.number for x in written if _RULED.match(x.text)}
    lines = [part for x in written if not {x.number, x.number + 1} & ruled for part in _split(_celled(x))]  # no table's head
    dated = any(_head(line, people) for line in lines)
    out = _Notes(Note("" if dated else date, sender), people)
    for line in lines:
        out.take(line)
    return [n for n in out.held if n.said]


def _celled(line: Line) -> Line:
    """A row of a table with a day, a name and words as a dated line."""
    if not line.text.startswith("|"):
        return line
    cells = [c.strip() for c in line.text.strip("|").split("|")]
    if len(cells) <= _CELLS or not re.match(_DAY, cells[0]):
        return line
    return replace(line, text=f"{cells[0]} {cells[1]}: {' '.join(cells[_CELLS:])}", label="", value="")


def _split(line: Line) -> Iterator[Line]:
    """The dated notes of one line, each as a line."""
    parts = _SEVERAL.split(line.text)
    if len(parts) == 1:
        yield line
        return
    yield from (Line(line.number, part, "", "", line.under, line.level, line.marked) for part in parts)


class _Notes:
    """The notes so far; the last of ``held`` is the one that a line without a head belongs to."""

    def __init__(self, default: Note, people: Sequence[str]) -> None:
        self._default, self._people = default, people
        self._level, self._block = 0, False  # of the last head; whether the words stand below it
        self.held: list[Note] = []
        self._open("", "", whole=True)

    def _open(self, date: str, who: str, ours: bool = False, whole: bool = False) -> None:
        self.held.append(Note(self._default.date, self._default.who, ours=ours) if whole else Note(date, who, ours=ours))

    def take(self, line: Line) -> None:
        """Read a line: a head opens a note, a heading or label alone ends one, anything else is said in the last."""
        if found := _head(line, self._people):
            date, who, said = found
            self._level, self._block = line.level, not said
            self._open(date, who, _is_ours(who, self._people))
            self._say(said, line.number)
        elif header := _header(line):
            self._head(*header)
        elif line.leads:
            if not (line.level and 0 < self._level < line.level):  # a heading below that of a dated note is part of it
                self._open("", "", whole=True)
        elif stands_under(line, names().reading) or (line.marked and _READING.search(line.text)):
            self.held.append(Note(said=[(line.text, line.number)], ours=True))
            self._open("", "", whole=True)
        elif speaker := _known_speaker(line.text, self._people):
            self._open(self.held[-1].date, speaker[0], _is_ours(speaker[0], self._people))
            self._say(speaker[1], line.number)
        elif (who := _reported(line.text, self._people)) in self._people and who != self.held[-1].who:
            self._open(self.held[-1].date if self._block else "", who)  # a line of its own: of when is not told
            self._say(line.text, line.number)
        else:
            self._say(line.text, line.number)

    def _head(self, date: str, who: str) -> None:
        """A header line of a mail (发件人: …, 日期: …)."""
        last = self.held[-1]
        if last.said and (date or who):
            self._open("", "")
            last = self.held[-1]
        last.date, last.who = date or last.date, who or last.who

    def _say(self, text: str, number: int) -> None:
        if text:
            self.held[-1].said.append((text, number))


def _header(line: Line) -> tuple[str, str] | None:
    """(date, sender) of a header line, one of them or both empty."""
    label = plain(line.label)
    if line.value and label in {plain(n) for n in names().sender}:
        return "", line.value
    if line.value and label in {plain(n) for n in names().sent}:
        return iso(line.value), ""
    return ("", "") if line.value and label in {plain(n) for n in names().headers} else None


def _head(line: Line, people: Sequence[str]) -> tuple[str, str, str] | None:
    """(ISO date or empty, speaker or empty, words) of a line that opens a note; None for any other."""
    if (hit := _NAME_DAY.match(line.text)) and _person(hit[1], people):
        return iso(hit[2]), hit[1].strip(), hit[3]
    hit = _DATED.match(line.text)
    if not hit:
        return None
    if line.level:
        return iso(hit[1]), hit[3].strip(), ""
    rest = hit[3].strip()
    who, said = _speaker(rest, people)
    parted = bool(hit[2].strip())
    alone = rest.rstrip(":： ")
    if len(alone) <= _LONGEST_NAME and (alone != rest or _named(alone, people)):  # 2026-10-05 张总, and the words below
        return iso(hit[1]), alone, ""
    if not (who or parted or line.marked):
        return None  # a sentence that begins with a date
    return iso(hit[1]), who, said


def _speaker(text: str, people: Sequence[str]) -> tuple[str, str]:
    """(who, words): 张总: 话; 张总提到 … whole; nobody where no name leads."""
    if hit := _SPEAKER.match(text):
        inner = _reported(hit[2], people)
        return (inner, hit[2]) if inner and not _person(hit[1], people) else (hit[1].strip(), hit[2].strip())
    return _reported(text, people), text.strip()


def _known_speaker(text: str, people: Sequence[str]) -> tuple[str, str] | None:
    hit = _SPEAKER.match(text)
    return (
        (hit[1].strip(), hit[2].strip())
        if hit and (_person(hit[1], people) or _named(hit[1], people) or _is_ours(hit[1], people))
        else None
    )


def _reported(text: str, people: Sequence[str]) -> str:
    """The name with which a report of somebody's words begins (李经理询问 …); empty for none."""
    known = next((p for p in sorted(people, key=lambda p: (-len(p), p)) if p and text.startswith(p)), "")
    hit = _reports().match(text)
    return known or (hit[1].strip() if hit else "")


@cache
def _reports() -> re.Pattern[str]:
    verbs = "|".join(map(re.escape, sorted(names().reports, key=lambda v: (-len(v), v))))
    return re.compile(rf"^([\u3400-\u9fff]{{2,4}}?|[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)?\s)(?:{verbs})", re.IGNORECASE)


def _named(text: str, people: Sequence[str]) -> bool:
    """Whether words are the name of a contact, or a name with a title (赵总) and nothing else."""
    return text.strip() in people or bool(_titled().match(text.strip()))


@cache
def _titled() -> re.Pattern[str]:
    titles = "|".join(map(re.escape, sorted(names().titles, key=lambda t: (-len(t), t))))
    return re.compile(rf"^[\u3400-\u9fff]{{1,2}}(?:{titles})(?:\s*[(（][^()（）]*[)）])?$")


def _person(name: str, people: Sequence[str]) -> bool:
    return any(p and p in name for p in people)


def _is_ours(who: str, people: Sequence[str]) -> bool:
    """Whether a speaker is one of our side by the name of his role (客户成功 …)."""
    return bool(who) and not _person(who, people) and any(plain(n) in plain(who) for n in names().our_side)
