"""A notice before it is written for a channel: a headline and the causes; text of pages and sites is made harmless here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from analysis.report.escape import clean
from analysis.watch.causes import Cause, phrases

# Marks of Markdown and of mentions, as characters that look alike and mean nothing to the messengers.
_HARMLESS = str.maketrans({"<": "＜", ">": "＞", "[": "［", "]": "］", "`": "’", "*": "＊", "@": "＠", "#": "＃", "|": "｜", "\\": "＼"})
LINE_MAX = 500


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent at once; ``link`` is an address of the viewer or empty."""

    title: str
    causes: tuple[Cause, ...]
    link: str = ""


def message(causes: Sequence[Cause], link: str = "") -> Message:
    """The causes as one message."""
    return Message(phrases()["title"].format(count=len(causes)), tuple(causes), link)


def line(text: str) -> str:
    """One line without control characters, cut where it is very long."""
    shown = clean(text).strip()
    return shown if len(shown) <= LINE_MAX else shown[: LINE_MAX - 1] + "…"


def harmless(text: str) -> str:
    """A line in which no messenger finds markup, a link or a mention."""
    return line(text).translate(_HARMLESS)


def fit(causes: Iterable[Cause], write: Callable[[Cause], str], limit: int) -> list[str]:
    """The causes as written, as many as fit into ``limit`` bytes of UTF-8, and how many more there are."""
    written = [write(c) for c in causes]
    size = 0
    kept: list[str] = []
    for n, text in enumerate(written):
        more = phrases()["more"].format(count=len(written) - n)
        if size + len(text.encode()) + len(more.encode()) > limit:
            return [*kept, more]
        kept.append(text)
        size += len(text.encode()) + 2
    return kept
