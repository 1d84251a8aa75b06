"""飞书 custom robot: a post of plain lines, signed in the body (open.feishu.cn, 自定义机器人使用指南, 签名校验).

``sign`` = base64(HMAC-SHA256(key = "<timestamp in s>\\n<secret>", message = nothing)), with ``timestamp`` beside it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.watch.causes import Cause
from analysis.watch.channels._webhook import Webhook, coded
from analysis.watch.message import Message, fit, line

LIMIT = 12_000  # bytes; the service takes a body of 20 KB
BUSY = (11232,)  # limit on the rate


@dataclass(frozen=True)
class Channel(Webhook):
    """See the module."""

    def request(self, message: Message, url: str, secret: str, now: float) -> tuple[str, Mapping[str, Any]]:
        """The address and the signed body; text elements of a post hold no markup."""
        lines = [part for text in fit(message.causes, _written, LIMIT) for part in (*text.split("\n"), "")]
        content: list[list[dict[str, str]]] = [[{"tag": "text", "text": one}] for one in lines]
        if message.link:
            content.append([{"tag": "a", "text": message.link, "href": message.link}])
        post = {"zh_cn": {"title": line(self.headline(message)), "content": content}}
        signed = signature(secret, now) if secret else {}
        return url, {**signed, "msg_type": "post", "content": {"post": post}}

    def refusal(self, answer: bytes) -> tuple[str, bool]:
        """``code`` other than 0."""
        return coded(answer, "code", "msg", BUSY)


def signature(secret: str, now: float) -> dict[str, str]:
    """The two fields of the body."""
    stamp = str(int(now))
    made = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(made).decode()}


def _written(cause: Cause) -> str:
    return "\n".join([f"■ {line(cause.title)}", *(f"　{line(one)}" for one in cause.lines)])
