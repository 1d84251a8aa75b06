"""What the webhooks of messengers share: one POST of JSON over verified TLS, and what the answer means."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import msgspec
import urllib3

from analysis.watch.channels import DeliveryError
from analysis.watch.message import Message
from analysis.watch.secrets import mask, reveal
from pipelines.errors import UserError

LOOPBACK = ("127.0.0.1", "::1", "localhost")
TIMEOUT = urllib3.Timeout(connect=5, read=20)
ANSWER_MAX = 2000


@dataclass(frozen=True)
class Webhook:
    """A robot's address and, where its security asks for them, the signing secret and a keyword that every message holds."""

    url: str
    secret: str = ""
    keyword: str = ""

    def check(self, name: str) -> None:
        """Raise UserError where a secret is missing or the address is no https (loopback apart)."""
        self._address(name)
        self._signing(name)

    def send(self, message: Message, name: str) -> None:
        """Sign and post the message; raises DeliveryError, masked."""
        url, secret = self._address(name), self._signing(name)
        target, body = self.request(message, url, secret, time.time())
        try:
            self._read(*_post(target, body))
        except DeliveryError as error:
            raise DeliveryError(f"通知渠道 {name}：{mask(str(error), url, secret)}", error.again, error.after) from None

    def request(self, message: Message, url: str, secret: str, now: float) -> tuple[str, Mapping[str, Any]]:
        """The address and the JSON body to post at the time ``now`` (seconds)."""
        raise NotImplementedError

    def refusal(self, answer: bytes) -> tuple[str, bool]:
        """What the service's answer of status 200 refuses (empty where it accepts), and whether to try again."""
        raise NotImplementedError

    def headline(self, message: Message) -> str:
        """The title with the keyword."""
        return f"{self.keyword} {message.title}".strip()

    def _address(self, name: str) -> str:
        url = reveal(self.url, f"通知渠道 {name} 的 url")
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise UserError(f"通知渠道 {name} 的 url：只用 https 地址发送通知")
        return url

    def _signing(self, name: str) -> str:
        return reveal(self.secret, f"通知渠道 {name} 的 secret") if self.secret else ""

    def _read(self, status: int, answer: bytes, after: float) -> None:
        if status != HTTPStatus.OK:
            again = status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
            raise DeliveryError(f"服务拒绝了通知：HTTP {status} {_shown(answer)}".strip(), again, after)
        refused, again = self.refusal(answer)
        if refused:
            raise DeliveryError(f"服务拒绝了通知：{refused}", again)


def coded(answer: bytes, code: str, text: str, busy: tuple[int, ...]) -> tuple[str, bool]:
    """The refusal of an answer like ``{"errcode": 310000, "errmsg": "…"}``; ``busy`` are codes of a limit on the rate."""
    try:
        told = msgspec.json.decode(answer, type=dict[str, Any])
    except msgspec.DecodeError:
        return f"无法理解的回答 {_shown(answer)}", False
    if told.get(code) == 0:
        return "", False
    return f"{told.get(code)} {told.get(text, '')}".strip(), told.get(code) in busy


def _post(url: str, body: Mapping[str, Any]) -> tuple[int, bytes, float]:
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "cloud-insights"}
    with urllib3.PoolManager(timeout=TIMEOUT, retries=False) as pool:
        try:
            got = pool.request("POST", url, body=msgspec.json.encode(body), headers=headers, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise DeliveryError(f"无法连接（{type(error).__name__}）", again=True) from None  # its text holds the address
    wait = got.headers.get("Retry-After", "")
    return got.status, got.data[:ANSWER_MAX], float(wait) if wait.isascii() and wait.isdigit() else 0.0


def _shown(answer: bytes) -> str:
    return " ".join(answer[:200].decode("utf-8", "replace").split())
