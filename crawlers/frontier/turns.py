"""Waits for a host's turn, before every request that leaves this process: robots files, redirects and retries included.

The delay is counted from the last answer, not from the last request: however slow the way there, the site never sees
two requests nearer to each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from crawlers.failures import Declined, Failed
from crawlers.frontier.hosts import Hosts

LOOK = 0.5  # seconds between looks whether another worker has let go of a host
PATIENCE = 180.0  # seconds that a host is waited for


class Turns:
    """The turnstile of one worker. ``least`` is the delay of every host; ``slower`` names hosts that asked for more."""

    def __init__(self, hosts: Hosts, least: float) -> None:
        self.hosts = hosts
        self.least = least
        self.slower: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Hold while a request is under way; raises Declined (``host_busy``) where another worker keeps the host."""
        await self._wait(host)
        try:
            yield
        finally:
            self.hosts.answered(host)

    async def _wait(self, host: str) -> None:
        left = PATIENCE
        while (wait := self.hosts.ask(host, max(self.least, self.slower.get(host, 0.0)))) != 0.0:
            if wait is None:
                left -= LOOK
            if left <= 0:
                raise Declined(Failed("host_busy", f"{host} 一直由另一个进程抓取"))
            await asyncio.sleep(LOOK if wait is None else wait)
