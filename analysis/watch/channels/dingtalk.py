"""钉钉 custom robot: Markdown, signed in the address (open.dingtalk.com, 自定义机器人安全设置, 加签).

``sign`` = base64(HMAC-SHA256(key = secret, message = "<timestamp in ms>\\n<secret>")), quoted, with ``timestamp`` beside it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from analysis.watch.causes import Cause
from analysis.watch.channels._webhook import Webhook, coded
from analysis.watch.message import Message, fit, harmless

LIMIT = 16_000  # bytes; the service takes 20,000 with everything around it
BUSY = (-1, 130101)  # system busy; more than 20 messages a minute


@dataclass(frozen=True)
class Channel(Webhook):
    """See the module."""

    def request(self, message: Message, url: str, secret: str, now: float) -> tuple[str, Mapping[str, Any]]:
        """The signed address and the body."""
        title = harmless(self.headline(message))
        parts = [f"### {title}", *fit(message.causes, _written, LIMIT)]
        if message.link:
            parts.append(message.link)
        body = {"msgtype": "markdown", "markdown": {"title": title, "text": "\n\n".join(parts)}}
        return (f"{url}{'&' if '?' in url else '?'}{urlencode(signature(secret, now))}" if secret else url), body

    def refusal(self, answer: bytes) -> tuple[str, bool]:
        """``errcode`` other than 0."""
        return coded(answer, "errcode", "errmsg", BUSY)


def signature(secret: str, now: float) -> dict[str, str]:
    """The two parameters of the address."""
    stamp = str(round(now * 1000))
    made = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(made).decode()}


def _written(cause: Cause) -> str:
    return "\n".join([f"**{harmless(cause.title)}**", "", *(f"- {harmless(one)}" for one in cause.lines)])
