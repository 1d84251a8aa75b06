"""The thin HTTP shell: asks an OpenAI-compatible chat-completions endpoint, with bounds on time, size and tries.

httpx comes with the extra ``llm`` and is imported only here, when a model is asked for. No message, log or error holds the
key, nor anything that the server sent: what it says may repeat the key.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from pipelines.errors import UserError
from pipelines.proposals.model import Reply
from pipelines.proposals.settings import Settings

if TYPE_CHECKING:
    import httpx

    from pipelines.proposals.prompt import Messages

LARGEST = 2_000_000  # bytes of an answer
WAIT = 2.0  # seconds before the second try; doubled for each one more
LONGEST_WAIT = 30.0  # what a server may make us wait
AGAIN = frozenset({"timeout", "unreachable", "busy", "server_error"})


class NoAnswerError(Exception):
    """No answer came; ``code`` is one of ``failures`` in ``guide.yaml``, ``after`` what the server asks us to wait."""

    def __init__(self, code: str, after: float = 0.0) -> None:
        super().__init__(code)
        self.code = code
        self.after = after


def body(settings: Settings, messages: Messages) -> dict[str, Any]:
    """The request: temperature 0, and nothing that only some of the endpoints know."""
    return {"model": settings.model, "messages": list(messages), "temperature": 0, "stream": False}


class Endpoint:
    """An endpoint of chat completions. Close it after use, or use it as a context manager."""

    def __init__(self, settings: Settings, sleep: Callable[[float], None] = time.sleep) -> None:
        """Raises UserError where httpx is not installed."""
        try:
            import httpx
        except ImportError as error:
            raise UserError("--llm 需要 httpx，请安装：pip install 'cloud-insights[llm]'") from error
        self._http = httpx
        self._settings = settings
        self._sleep = sleep
        headers = {"Authorization": f"Bearer {settings.key}"} if settings.key else {}
        self._client = httpx.Client(headers=headers, timeout=settings.timeout, follow_redirects=False)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(self, request: dict[str, Any], retried: Callable[[], None] = lambda: None) -> Reply:
        """The reply to a request; raises NoAnswerError when the last try failed too, or at once where trying again is no use."""
        for attempt in range(self._settings.attempts):
            try:
                return self._once(request)
            except NoAnswerError as failed:
                if failed.code not in AGAIN or attempt + 1 == self._settings.attempts:
                    raise
                retried()
                self._sleep(min(max(failed.after, WAIT * 2**attempt), LONGEST_WAIT))
        raise AssertionError("at least one attempt is made")

    def _once(self, request: dict[str, Any]) -> Reply:
        try:
            with self._client.stream("POST", self._settings.url, json=request) as response:
                _check(response)
                return _reply(_read(response, time.monotonic() + self._settings.timeout))
        except self._http.TimeoutException:
            raise NoAnswerError("timeout") from None
        except (self._http.HTTPError, self._http.InvalidURL):
            raise NoAnswerError("unreachable") from None


def _check(response: httpx.Response) -> None:
    """Raise NoAnswerError for every status but success."""
    status = response.status_code
    if status == 429:
        raise NoAnswerError("busy", _seconds(response.headers.get("Retry-After", "")))
    if status >= 500:
        raise NoAnswerError("server_error", _seconds(response.headers.get("Retry-After", "")))
    if status >= 400:
        raise NoAnswerError("refused")
    if status != 200:
        raise NoAnswerError("redirected" if status >= 300 else "not_a_completion")


def _seconds(text: str) -> float:
    """The seconds of a ``Retry-After``; 0 for a date or nonsense."""
    return float(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0.0


def _read(response: httpx.Response, until: float) -> bytes:
    """The body, as far as time and size allow: a server that sends a byte a second is one that never answers."""
    held = bytearray()
    for chunk in response.iter_bytes():
        held += chunk
        if len(held) > LARGEST:
            raise NoAnswerError("too_large")
        if time.monotonic() > until:
            raise NoAnswerError("timeout")
    return bytes(held)


def _reply(payload: bytes) -> Reply:
    try:
        held = msgspec.json.decode(payload)
        content = held["choices"][0]["message"]["content"]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError, IndexError, TypeError):
        raise NoAnswerError("not_a_completion") from None
    if not isinstance(content, str):
        raise NoAnswerError("not_a_completion")
    usage = held.get("usage")
    counted = usage if isinstance(usage, dict) else {}
    return Reply(content, _count(counted.get("prompt_tokens")), _count(counted.get("completion_tokens")))


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
