"""``manifest.json``: what stands in the folder, by digest, and which stages of the work were done (document 1 执行前置要求 4)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from analysis.model import Analysis
from analysis.report.words import Words

NAME = "manifest.json"


def digest(data: bytes) -> str:
    """``sha256:<hex>``."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def manifest(analysis: Analysis, words: Words, kinds: list[str], files: Mapping[str, str], extras: list[str], notes: list[str]) -> bytes:
    """The manifest; ``files`` maps a path to its digest, ``extras`` are files of a browser, which differ from run to run."""
    held = {
        "category": analysis.scope.category,
        "date": analysis.scope.as_of,
        "lang": words.lang,
        "kinds": sorted(kinds),
        "version": analysis.version,
        "library_digest": analysis.library_digest,
        "origin": analysis.scope.origin,
        "stages": [{"stage": s.stage, "done": s.done, "detail": words.text(s.detail)} for s in analysis.stages],
        "files": dict(sorted(files.items())),
        "extras": sorted(extras),
        "notes": notes,
        "untranslated": sorted(words.untranslated),
    }
    return msgspec.json.format(msgspec.json.encode(held), indent=1) + b"\n"


def read(folder: Path) -> dict[str, Any]:
    """The folder's manifest; empty where there is none or it cannot be read."""
    try:
        held = msgspec.json.decode((folder / NAME).read_bytes())
    except (OSError, msgspec.DecodeError):
        return {}
    return held if isinstance(held, dict) else {}
