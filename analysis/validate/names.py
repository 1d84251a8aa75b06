"""Customer names that look like others: told in the report's notes, never merged silently (docs/security.md)."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.model import CaseRow, Text
from analysis.prose import plain, say
from pipelines.companies.lookalikes import Doubt, doubtful, named

SHOWN = 20


def name_notes(rows: Iterable[CaseRow]) -> tuple[Text, ...]:
    """One note a doubtful name or group of names, at most ``SHOWN`` and then how many more."""
    found = doubtful({r.customer for r in rows})
    more = (say("note.lookalikes_more", n=len(found) - SHOWN),) if len(found) > SHOWN else ()
    return (*(_note(d) for d in found[:SHOWN]), *more)


def _note(doubt: Doubt) -> Text:
    letters = [plain(named(c)) for c in doubt.letters[:5]] or [say("unknown.value")]
    return say("note.lookalike" if len(doubt.names) > 1 else "note.odd_name", names=[plain(n) for n in doubt.names[:5]], letters=letters)
