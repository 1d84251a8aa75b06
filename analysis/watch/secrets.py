"""Secrets are named in a configuration, never written into it: ``env:NAME`` or ``file:PATH``; what is shown is masked."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote, quote_plus

from pipelines.errors import UserError

# What carries a token in the addresses of webhooks: a query's value, or the end of the path.
_QUERY = re.compile(r"(?i)\b((?:access_)?token|key|sign|secret|password)=[^&\s\"']+")
_HOOK = re.compile(r"(?i)(/(?:hook|services|send)/)[^\s\"'?&]+")
_USER = re.compile(r"://[^/@\s]+@")


def reveal(name: str, where: str) -> str:
    """The secret that ``name`` points to; raises UserError naming ``where`` it is asked for, never the secret."""
    kind, _, place = name.partition(":")
    if kind == "env" and place:
        found = os.environ.get(place, "")
    elif kind == "file" and place:
        found = _read(Path(place), where)
    else:
        raise UserError(f"{where}：请写 env:NAME 或 file:PATH；密钥本身不要写进配置")
    if not found.strip():
        raise UserError(f"{where}：{name} 是空的；请先设置，再发送通知")
    return found.strip()


def mask(text: str, *secrets: str) -> str:
    """The text without these secrets, however they are quoted, and without what looks like one in an address."""
    for one in sorted((s for s in secrets if s), key=len, reverse=True):
        for form in {one, quote(one, safe=""), quote_plus(one)}:
            text = text.replace(form, "***")
    return _USER.sub("://***@", _HOOK.sub(r"\1***", _QUERY.sub(r"\1=***", text)))


def _read(path: Path, where: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"{where}：{path} 读不了，请给出当前用户可读的文件：{error.strerror}") from error
