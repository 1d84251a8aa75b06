"""What may go wrong through what a user gave: a message that names the input and the remedy, and an exit status."""

from __future__ import annotations


class UserError(ValueError):
    """Wrong input (exit status 2). The message names the input and what to do; it is printed without a traceback."""

    status = 2


class WorkError(RuntimeError):
    """Work that failed or is not whole although the input was right (exit status 1)."""

    status = 1
