"""The ways to send a notice, one file each: being there is its registration.

A file defines ``Channel``, a frozen dataclass whose fields are what the configuration says of it, with ``check()``
(raises UserError for what is missing) and ``send(message)`` (raises DeliveryError). Fields that name a secret hold
``env:NAME`` or ``file:PATH``; the secret itself is looked up when something is sent.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any, Protocol

from analysis.watch.message import Message
from pipelines.errors import WorkError


class DeliveryError(WorkError):
    """A notice that was not delivered; ``again`` where another attempt may help, ``after`` seconds that the service asks for.

    ``arrived``: some of the readers have it, so it is not sent again. The message is masked by whoever raises it.
    """

    def __init__(self, text: str, again: bool, after: float = 0.0, arrived: bool = False) -> None:
        super().__init__(text)
        self.again = again
        self.after = after
        self.arrived = arrived


class Channel(Protocol):
    """What every channel is."""

    def check(self, name: str) -> None:
        """Raise UserError for a secret that is missing or a value that cannot be; ``name`` is the channel's."""

    def send(self, message: Message, name: str) -> None:
        """Send the message once; raises DeliveryError."""


def kinds() -> dict[str, Any]:
    """The class of every type of channel."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    return {name: importlib.import_module(f"{__name__}.{name}").Channel for name in names}
