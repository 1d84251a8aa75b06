"""Whether an error says that there was no room: a full disk, a quota, a limit on the size of files, as the system and databases tell it."""

from __future__ import annotations

import errno

from sqlalchemy.exc import DBAPIError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SQLITE = (10, 13)  # an error of input or output, a full disk: primary codes
_POSTGRES = "53100"


def no_room(error: BaseException) -> bool:
    """Whether an error says that what was to be kept could not be written."""
    if isinstance(error, DBAPIError):
        code = getattr(error.orig, "sqlite_errorcode", None)
        return (isinstance(code, int) and code & 0xFF in _SQLITE) or getattr(error.orig, "sqlstate", None) == _POSTGRES
    return isinstance(error, OSError) and error.errno in _NO_ROOM
