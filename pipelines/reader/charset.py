"""Bytes to text: byte order mark, transport, declaration in the page, then UTF-8 before GB18030 (DESIGN §2.2).

A declared charset counts only where the bytes fit it: pages that say one thing and are another exist on every site.
"""

from __future__ import annotations

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})|^<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:.-]{2,40})""", re.I
)
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "utf-8",
    "us-ascii": "utf-8",
}
_HEAD = 4096


def decode(payload: bytes, charset: str = "") -> str | None:
    """The payload as text with ``\\n`` line ends, or None where it is not text (binary, or no charset fits)."""
    for bom, name in _BOMS:
        if payload.startswith(bom):
            return _lines(_try(payload, name))
    if b"\0" in payload[:_HEAD]:
        return None
    found = _DECLARED.search(payload[:_HEAD])
    declared = (found.group(1) or found.group(2)).decode("ascii", "replace") if found else ""
    for name in (charset, declared, "utf-8", "gb18030", "cp1252"):
        text = _try(payload, _SUPERSETS.get(name.casefold().strip(), name.strip())) if name else None
        if text is not None:
            return _lines(text)
    return _lines(payload.decode("utf-8", "replace"))


def _try(payload: bytes, name: str) -> str | None:
    try:
        return payload.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _lines(text: str | None) -> str | None:
    return text if text is None or "\r" not in text else text.replace("\r\n", "\n").replace("\r", "\n")
