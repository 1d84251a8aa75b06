"""Command lines as people are told them: what is printed can be pasted."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

_PLAIN = re.compile(r"[\w@%+=:,./-]+")  # what no shell reads as anything but a word, Chinese included


def line(words: Iterable[object]) -> str:
    """The words as one line for a POSIX shell, quoted where a word needs it."""
    return " ".join(w if _PLAIN.fullmatch(w) else shlex.quote(w) for w in map(str, words))
