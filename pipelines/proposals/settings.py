"""Where the model is and what it costs, from the environment; nothing is asked where it is not set and ``--llm`` not given."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.errors import UserError

PREFIX = "INSIGHTS_LLM_"
PATH = "/chat/completions"
TIMEOUT = 60.0
ATTEMPTS = 3


class SettingsError(UserError):
    """A setting that is missing or cannot be; the message names the variable, never the key."""


@dataclass(frozen=True, slots=True)
class Settings:
    """An endpoint: its address, the model, the key if it asks for one, limits, and prices per 1000 tokens if known."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = TIMEOUT  # seconds for one answer, from the first byte sent to the last one read
    attempts: int = ATTEMPTS  # times that one question is asked at most
    price_in: float | None = None
    price_out: float | None = None
    currency: str = ""
    cache: Path | None = None

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """What tokens cost; None where a price is not known."""
        if self.price_in is None or self.price_out is None:
            return None
        return round((tokens_in * self.price_in + tokens_out * self.price_out) / 1000, 6)


def settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the environment's ``INSIGHTS_LLM_*`` variables; raises SettingsError for what is missing or wrong."""
    given = {
        k.removeprefix(PREFIX): v.strip()
        for k, v in (os.environ if environment is None else environment).items()
        if k.startswith(PREFIX) and v.strip()
    }
    for name in ("URL", "MODEL"):
        if name not in given:
            raise SettingsError(
                f"--llm 需要 {PREFIX}{name}；请设置 {PREFIX}URL（如 http://localhost:11434/v1）和 {PREFIX}MODEL，"
                f"接口要密钥时再设置 {PREFIX}KEY"
            )
    return Settings(
        url=_url(given["URL"]),
        model=given["MODEL"],
        key=_key(given.get("KEY", "")),
        timeout=_number(given, "TIMEOUT", TIMEOUT, 1, 3600),
        attempts=int(_number(given, "ATTEMPTS", ATTEMPTS, 1, 10)),
        price_in=_price(given, "PRICE_IN"),
        price_out=_price(given, "PRICE_OUT"),
        currency=given.get("CURRENCY", ""),
        cache=Path(given["CACHE"]) if "CACHE" in given else None,
    )


def _url(text: str) -> str:
    """The address of chat completions; a base address (…/v1) gets the path. What may hold a secret stays out of the address."""
    try:
        parts = urlsplit(text)
        named = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        named = None
    if not named or parts.username or parts.password or parts.query or parts.fragment:
        raise SettingsError(f"{PREFIX}URL 要写成 http(s)://host/path，不含用户名、密码和参数；密钥写在 {PREFIX}KEY")
    return text.rstrip("/") if text.rstrip("/").endswith(PATH) else text.rstrip("/") + PATH


def _key(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise SettingsError(f"{PREFIX}KEY 含有密钥里不会有的字符；请重新复制，不带换行和引号")
    return text


def _number(given: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    try:
        value = float(given.get(name, default))
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise SettingsError(f"{PREFIX}{name} 是 {low:g} 到 {high:g} 的数，不是“{given[name]}”")
    return value


def _price(given: Mapping[str, str], name: str) -> float | None:
    return _number(given, name, 0, 0, 1_000_000) if name in given else None
