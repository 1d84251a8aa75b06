"""E-mail over SMTP: plain text, TLS with a verified certificate unless the server is on loopback."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Literal

from analysis.watch.channels import DeliveryError
from analysis.watch.channels._webhook import LOOPBACK
from analysis.watch.message import Message, line
from analysis.watch.secrets import mask, reveal
from pipelines.errors import UserError

SECONDS = 30
PERMANENT = 500  # replies from here on refuse for good (RFC 5321 §4.2.1)


@dataclass(frozen=True)
class Channel:
    """Server, who sends, who reads. ``user`` and ``password`` name secrets; without ``user`` nobody logs in."""

    host: str
    sender: str
    to: tuple[str, ...]
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""

    def check(self, name: str) -> None:
        """Raise UserError for addresses that are none, secrets that are missing, and a login without TLS."""
        where = f"通知渠道 {name}"
        for address in (self.sender, *self.to):
            _address(address, where)
        if not self.to:
            raise UserError(f"{where} 的 to：写至少一个收件人")
        if self.security == "none" and self.host not in LOOPBACK:
            raise UserError(f"{where} 的 security：只有本机的服务器可以不加密；写 starttls 或 tls")
        self._login(name)

    def send(self, message: Message, name: str) -> None:
        """Send it to everybody; raises DeliveryError, masked."""
        login = self._login(name)
        try:
            with self._server() as server:
                if login:
                    server.login(*login)
                refused = server.send_message(self.written(message))
        except smtplib.SMTPException as error:
            raise DeliveryError(f"通知渠道 {name} 没有送达：{mask(_told(error), *login)}", _again(error)) from None
        except OSError as error:
            raise DeliveryError(f"{name}: 无法连接（{type(error).__name__}）", again=True) from None
        if refused:
            raise DeliveryError(f"{name}: 服务器拒绝了 {len(refused)} 个收件人，其余已收到", again=False, arrived=True)

    def written(self, message: Message) -> EmailMessage:
        """The mail; the e-mail library refuses line breaks in its headers, and ``line`` leaves none."""
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = line(message.title), self.sender, ", ".join(self.to)
        parts = ["\n".join([f"■ {line(c.title)}", *(f"  {line(one)}" for one in c.lines)]) for c in message.causes]
        mail.set_content("\n\n".join([*parts, message.link] if message.link else parts) + "\n", cte="base64")
        return mail

    def _login(self, name: str) -> tuple[str, ...]:
        if not self.user:
            return ()
        where = f"通知渠道 {name}"
        return reveal(self.user, f"{where} 的 user"), reveal(self.password, f"{where} 的 password")

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        context = ssl.create_default_context()
        if self.security == "tls":
            with smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context) as server:
                yield server
            return
        with smtplib.SMTP(self.host, self.port, timeout=SECONDS) as server:
            if self.security == "starttls":
                server.starttls(context=context)
            yield server


def _address(given: str, where: str) -> None:
    try:
        Address(addr_spec=given)
    except (ValueError, IndexError) as error:
        raise UserError(f"{where}：“{line(given)}”不是邮件地址") from error
    if "@" not in given:
        raise UserError(f"{where}：“{line(given)}”不是邮件地址")


def _again(error: smtplib.SMTPException) -> bool:
    return not (isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= PERMANENT)


def _told(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"SMTP {error.smtp_code} {line(said.decode('utf-8', 'replace') if isinstance(said, bytes) else str(said))}"
    return type(error).__name__
