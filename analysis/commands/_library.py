"""The library that a command reads, where the starter library may stand in for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.library import AbsentLibraryError, Library, library_url


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
