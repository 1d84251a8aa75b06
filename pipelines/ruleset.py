"""Which rules read a page: a fingerprint of the code and the vocabulary that make a case of it.

A page whose bytes are known is read again only where the rules are others than those that read it last. The fingerprint is
of the files themselves, so that nobody has to remember a number after a change; what a page's fields follow from is all
here and nothing else is (analysis, crawlers and the tier gate's policies do not change what a page says).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
PARTS = ("calibration", "catalog", "companies", "evidence_scoring", "quantities", "reader", "steps", "vocab")
FILES = ("case.py", "normalize.py", "text.py", "vocabulary.py")
ENDINGS = (".py", ".yaml")
LENGTH = 12


@cache
def ruleset() -> str:
    """``rules`` and twelve hexadecimal digits; the same for the same files wherever they are installed."""
    return fingerprint(HERE)


def fingerprint(folder: Path) -> str:
    """The fingerprint of the rules that lie in a folder laid out as this package is."""
    digest = hashlib.sha256()
    for path in _files(folder):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return f"rules {digest.hexdigest()[:LENGTH]}"


def _files(folder: Path) -> Iterator[Path]:
    yield from (folder / name for name in FILES)
    for part in PARTS:
        yield from sorted(p for p in (folder / part).rglob("*") if p.suffix in ENDINGS and "__pycache__" not in p.parts)
