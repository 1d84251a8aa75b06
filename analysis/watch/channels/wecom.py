"""企业微信 group robot: Markdown of at most 4096 bytes; the key stands in the address (developer.work.weixin.qq.com, 群机器人配置说明)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.watch.causes import Cause
from analysis.watch.channels._webhook import Webhook, coded
from analysis.watch.message import Message, fit, harmless

LIMIT = 3500  # bytes of the causes, within the 4096 of the whole content
BUSY = (-1, 45009)  # system busy; more than 20 messages a minute


@dataclass(frozen=True)
class Channel(Webhook):
    """See the module."""

    def request(self, message: Message, url: str, secret: str, now: float) -> tuple[str, Mapping[str, Any]]:  # noqa: ARG002 - not signed
        """The address and the body."""
        parts = [f"### {harmless(self.headline(message))[:60]}", *fit(message.causes, _written, LIMIT)]
        if message.link:
            parts.append(message.link)
        return url, {"msgtype": "markdown", "markdown": {"content": "\n".join(parts)}}

    def refusal(self, answer: bytes) -> tuple[str, bool]:
        """``errcode`` other than 0."""
        return coded(answer, "errcode", "errmsg", BUSY)


def _written(cause: Cause) -> str:
    return "\n".join([f"**{harmless(cause.title)}**", *(f"> {harmless(one)}" for one in cause.lines)])
