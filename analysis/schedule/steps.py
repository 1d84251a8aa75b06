"""Runs commands of ``insights`` as processes, each in a group of its own, and ends them all when the scheduler stops.

SIGTERM goes to the whole group: a spider ends by itself then (requests under way are finished, the frontier forgets
nothing) and writes that it was interrupted. Who does not end within the patience is killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from analysis.watch.secrets import mask

PATIENCE = 90.0  # seconds; a spider waits at most for its slowest request (DOWNLOAD_TIMEOUT 60)
PROC = Path("/proc")
TOLD = 3  # lines of an error that are kept


class Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """The scheduler was asked to stop."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a step ended: its exit status, what it wrote to standard output, and the last lines of what it complained of."""

    status: int
    out: str
    told: tuple[str, ...]


class Steps:
    """Runs one step at a time; ``stop`` may be called from any thread."""

    def __init__(self, environment: Mapping[str, str] | None = None, patience: float = PATIENCE) -> None:
        self.environment = {**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})}
        self.patience = patience
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, words: Sequence[str], record: Path, name: str) -> Result:
        """Run ``insights WORDS``; its output stays in ``record`` as ``<name>.out`` and ``<name>.err``. Raises Stopped."""
        record.mkdir(parents=True, exist_ok=True)
        out, err = record / f"{name}.out", record / f"{name}.err"
        with out.open("wb") as o, err.open("wb") as e:
            process = self._start(self.command(words), o.fileno(), e.fileno())
            status = process.wait()
        if self.stopping.is_set():
            raise Stopped
        return Result(status, out.read_text(encoding="utf-8", errors="replace"), _last(err))

    def command(self, words: Sequence[str]) -> list[str]:
        """The command line of a step."""
        return [sys.executable, "-m", "analysis.cli", *words]

    def _start(self, command: Sequence[str], out: int, err: int) -> subprocess.Popen[bytes]:
        with self._lock:
            if self.stopping.is_set():
                raise Stopped
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=self.environment, start_new_session=True
            )
            return self._process

    def rest(self, seconds: float) -> None:
        """Wait, but not longer than until the scheduler stops; raises Stopped."""
        if self.stopping.wait(seconds):
            raise Stopped

    def stop(self) -> None:
        """End the step and everything that it started, and wait until all of it is gone."""
        self.stopping.set()
        with self._lock:
            process = self._process
        if process is None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, sign)
            if _gone(process, self.patience):
                return


def _gone(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether the whole group ends in time; our own child is fetched, so that it is no zombie."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        process.poll()
        if not _members(process.pid):
            return True
        time.sleep(0.05)
    return False


def _members(group: int) -> bool:
    """Whether any process of the group still runs; one that ended and was not fetched by its parent (zombie) does not."""
    if not PROC.is_dir():
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True
    return any(state != "Z" for state, of in map(_state, PROC.glob("[0-9]*/stat")) if of == group)


def _state(stat: Path) -> tuple[str, int]:
    """State and group of a process (proc(5): after the name in brackets come state, parent, group)."""
    try:
        told = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return "Z", -1
    return told[0], int(told[2])


def _last(file: Path) -> tuple[str, ...]:
    lines = [" ".join(one.split()) for one in file.read_text(encoding="utf-8", errors="replace").splitlines() if one.strip()]
    return tuple(mask(one.removeprefix("insights: ")[:500]) for one in lines[-TOLD:])
