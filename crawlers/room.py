"""Whether the place where a crawl keeps what it finds takes it: a full disk, a quota, a limit on the size of files.

It is told apart from everything else that may go wrong: no other try helps, and nothing of it is the site's doing.
"""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from sqlalchemy.exc import DBAPIError

FULL = "disk_full"
REMEDY = "腾出空间（或用 --library 指定别处）后，以同一 run 继续"
LEAST = 1_000_000  # free bytes below which a disk counts as full
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SQLITE = (10, 13)  # an error of input or output, a full disk: primary codes
_POSTGRES = "53100"


def no_room(error: BaseException) -> bool:
    """Whether an error says that what was to be kept could not be written."""
    if isinstance(error, DBAPIError):
        code = getattr(error.orig, "sqlite_errorcode", None)
        return (isinstance(code, int) and code & 0xFF in _SQLITE) or getattr(error.orig, "sqlstate", None) == _POSTGRES
    return isinstance(error, OSError) and error.errno in _NO_ROOM


def is_full(place: Path) -> bool:
    """Whether a disk has next to nothing left."""
    try:
        return shutil.disk_usage(place).free < LEAST
    except OSError:
        return False
