"""Slack incoming webhook: sections whose ``&``, ``<`` and ``>`` are escaped, so that no text becomes a link or a mention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.watch.causes import Cause
from analysis.watch.channels._webhook import Webhook
from analysis.watch.message import Message, fit, line

SECTION_MAX = 2900  # characters; Slack takes 3000 in a section
SECTIONS_MAX = 45  # Slack takes 50 blocks
LIMIT = 30_000


@dataclass(frozen=True)
class Channel(Webhook):
    """See the module."""

    def request(self, message: Message, url: str, secret: str, now: float) -> tuple[str, Mapping[str, Any]]:  # noqa: ARG002 - not signed
        """The address and the body; ``text`` is what a notification shows."""
        title = _escaped(line(self.headline(message)))
        texts = [f"*{title}*", *fit(message.causes[:SECTIONS_MAX], _written, LIMIT)]
        if message.link:
            texts.append(_escaped(message.link))
        return url, {"text": title, "blocks": [_section(text) for text in texts]}

    def refusal(self, answer: bytes) -> tuple[str, bool]:
        """Anything but ``ok``."""
        told = answer.decode("utf-8", "replace").strip()
        return ("" if told == "ok" else told[:200] or "空的回答"), False


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:SECTION_MAX], "verbatim": True}}


def _written(cause: Cause) -> str:
    return "\n".join([f"*{_escaped(line(cause.title))}*", *(f"• {_escaped(line(one))}" for one in cause.lines)])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
