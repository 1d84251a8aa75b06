"""The personas that forms are held against, found once for a library: to find them costs some hundred times what the matching costs.

What is kept is a function of its key: the library's fingerprint, the category, and this program (its files, Python, the numeric
libraries), so that whatever changes is found anew. The folder may be removed at any time. What interviews told is never kept.
"""

from __future__ import annotations

import hashlib
import platform
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock

import msgspec

import analysis
import pipelines
from analysis.model import CaseRow, Persona

KEPT = 64  # categories of libraries, in the folder as in the process
_NUMERIC = ("numpy", "scipy")
_held: dict[str, Known] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Known:
    """What matching reads of the analysis of a category; no personas where it could not be analysed. It depends on no date."""

    category: str
    personas: tuple[Persona, ...] = ()
    cases: tuple[CaseRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """Of one library, by its fingerprint; without a ``folder`` in this process only."""

    library: str
    folder: Path | None = None

    def known(self, category: str, find: Callable[[], Known]) -> Known:
        """What was found before, else what ``find`` finds now, kept for the next time."""
        key = hashlib.sha256("\0".join((self.library, category, program())).encode()).hexdigest()
        made = _held.get(key) or self._read(key)
        if made is None:
            made = find()
            self._write(key, made)
        with _lock:
            _held[key] = made
            while len(_held) > KEPT:
                del _held[next(iter(_held))]
        return made

    def _read(self, key: str) -> Known | None:
        with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):  # not there, or half of it: found anew
            if self.folder is not None:
                return msgspec.json.decode((self.folder / f"{key}.json").read_bytes(), type=Known)
        return None

    def _write(self, key: str, made: Known) -> None:
        if self.folder is None:
            return
        with suppress(OSError):  # a folder that cannot be written to costs time, not the answer
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as part:
                part.write(msgspec.json.encode(made))
            Path(part.name).replace(self.folder / f"{key}.json")
            kept = sorted(self.folder.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
            for old in kept[:-KEPT]:
                old.unlink(missing_ok=True)


@cache
def program() -> str:
    """A fingerprint of everything that an analysis follows from besides the cases: told by size and time of the files, not read."""
    homes = [Path(p) for package in (analysis, pipelines) for p in package.__path__]
    files = sorted(f for home in homes for f in home.rglob("*") if f.is_file() and f.suffix != ".pyc")
    told = [f"{f}:{(stat := f.stat()).st_size}:{stat.st_mtime_ns}" for f in files]
    return hashlib.sha256("\n".join((platform.python_version(), *map(version, _NUMERIC), *told)).encode()).hexdigest()
