"""Whether the place where a crawl keeps what it finds takes it: permission, a full disk, a quota, a limit on the size of files.

It is told apart from everything else that may go wrong: no other try helps, and nothing of it is the site's doing.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
from pathlib import Path

from pipelines.errors import UserError
from pipelines.library.room import no_room

FULL = "disk_full"
REFUSED = "archive_refused"  # for whatever other reason
REMEDY = "腾出空间（或用 --library 指定别处）后，以同一 run 继续"
LEAST = 1_000_000  # free bytes below which a disk counts as full
_SAID = {errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.EROFS: "文件系统只读", errno.ENOSPC: "磁盘已满", errno.EDQUOT: "超出配额"}


def why(error: OSError) -> str:
    """What the system says, in words."""
    return _SAID.get(error.errno or 0, error.strerror or str(error))


def must_take(folder: Path) -> None:
    """Make a folder where there is none; raises UserError where nothing can be written into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError as error:
        told = REMEDY if no_room(error) else "请检查权限，或用 --library（归档用 CASE_ARCHIVE）指定别处"
        raise UserError(f"文件夹 {folder} 写不进去（{why(error)}）；{told}") from error


def is_full(place: Path) -> bool:
    """Whether a disk has next to nothing left."""
    try:
        return shutil.disk_usage(place).free < LEAST
    except OSError:
        return False
