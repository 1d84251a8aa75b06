"""Keeps answers by content: a file a request, named by the digest of all that was sent (model, prompt, fields, story)."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from pipelines.errors import UserError
from pipelines.proposals.model import Reply


class CacheError(UserError):
    """A folder of answers that cannot be written; names it and the remedy."""


class Cache:
    """A folder of answers. A file that is damaged is as good as none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, request: dict[str, Any]) -> Reply | None:
        """The reply that was kept for a request."""
        try:
            held = msgspec.json.decode(self._file(request).read_bytes(), type=dict[str, Any])
            return msgspec.convert(held["reply"], Reply)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, msgspec.ValidationError, KeyError):
            return None

    def put(self, request: dict[str, Any], reply: Reply, about: dict[str, str]) -> None:
        """Keep a reply, whole or not at all; ``about`` says for people what it was asked of. Raises CacheError where the disk refuses."""
        file = self._file(request)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            handle, partial = tempfile.mkstemp(dir=file.parent, suffix=".part")
            with os.fdopen(handle, "wb") as stream:
                stream.write(msgspec.json.format(msgspec.json.encode({**about, "reply": asdict(reply)})) + b"\n")
            Path(partial).replace(file)
        except OSError as error:
            raise CacheError(f"模型的回答不能存入 {self.folder}，请用 INSIGHTS_LLM_CACHE 指定别的文件夹：{error.strerror}") from error

    def _file(self, request: dict[str, Any]) -> Path:
        name = hashlib.sha256(msgspec.json.encode(request, order="sorted")).hexdigest()
        return self.folder / name[:2] / f"{name}.json"
