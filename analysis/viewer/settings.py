"""How the viewer is set up, and what it refuses to be: open to the network without a token."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.errors import UserError

LOOPBACK = ("localhost", "127.0.0.1", "::1")
TOKEN_MIN = 20  # characters


def today() -> str:
    """Today as YYYY-MM-DD."""
    return date.today().isoformat()


@dataclass(frozen=True)
class Settings:
    """``hosts`` are the names that a request's Host may have beside those of loopback; ``https`` where a proxy ends TLS."""

    library: str
    out: Path
    host: str = "127.0.0.1"
    port: int = 8760
    token: str = ""
    hosts: tuple[str, ...] = ()
    https: bool = False
    today: Callable[[], str] = today

    @property
    def names(self) -> frozenset[str]:
        """Every name by which the viewer may be asked for."""
        own = () if is_any(self.host) else (self.host,)
        return frozenset(n.casefold() for n in (*(LOOPBACK if self.on_loopback else ()), *own, *self.hosts))

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in LOOPBACK or (is_address(self.host) and ipaddress.ip_address(self.host).is_loopback)


def check(settings: Settings) -> None:
    """Raise UserError for a viewer that others could reach unguarded."""
    if settings.token and len(settings.token) < TOKEN_MIN:
        raise UserError(f"令牌只有 {len(settings.token)} 个字符，至少要 {TOKEN_MIN} 个；例如 openssl rand -hex 24")
    if not settings.on_loopback and not settings.token:
        raise UserError(
            f"--host {settings.host} 会让别人连上：先用 --token-file 或环境变量 INSIGHTS_TOKEN 给出令牌，或只在 127.0.0.1 上监听"
        )
    if not settings.names:
        raise UserError(f"--host {settings.host} 监听所有地址：用 --allow-host 写出浏览器里使用的主机名（防止 DNS 重绑定）")
    if not 0 <= settings.port < 65536:
        raise UserError(f"--port {settings.port} 不是端口；写 1–65535")


def is_address(host: str) -> bool:
    """Whether it is an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_any(host: str) -> bool:
    """Whether it stands for every address of the machine."""
    return is_address(host) and ipaddress.ip_address(host).is_unspecified
