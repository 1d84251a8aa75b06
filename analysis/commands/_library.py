"""The library that a command reads, where the starter library may stand in for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError

from analysis.intake.memory import Memory
from pipelines.library import AbsentLibraryError, Library, library_url
from pipelines.library.database import ReadOnlyError, parse, read_only, told_read_only


def memory_of(library: Library) -> Memory:
    """What forms were held against before, kept beside the archive of the library."""
    return Memory(library.digest(), library.archive.folder.parent / "cache" / "personas")


@contextmanager
def opened_or_none(url: str | None) -> Iterator[Library | None]:
    """The library of a URL, or None where nobody named one and the default file holds none; raises LibraryError as ``Library.open``."""
    try:
        library = Library.open(url, must_exist=True)
    except AbsentLibraryError:
        if url is not None or not library_url(None).startswith("sqlite:///"):
            raise
        yield None
        return
    with library:
        yield library


def unwritable(url: str | None) -> bool:
    """Whether the library of a URL may be read and not written; False for what is no URL, which opening it tells."""
    try:
        return read_only(parse(library_url(url)))
    except ArgumentError:
        return False


def must_be_writable(url: str | None) -> None:
    """Raise ReadOnlyError, before anything is done, where a command could not keep what it makes."""
    if unwritable(url):
        raise ReadOnlyError(told_read_only(parse(library_url(url))))
