"""The interviews that a command may use."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.interviews.store import Store, default_exists
from analysis.interviews.voices import voices
from analysis.model import Voice
from pipelines.errors import UserError

InterviewsOption = Annotated[str | None, typer.Option("--interviews", help="访谈库 URL；缺省用 outputs/interviews.db（有的话）；none 不用")]


def voices_of(url: str | None) -> tuple[Voice, ...]:
    """What interviews tell: of the store named, else of the default one where there is one; ``none`` is none."""
    if url == "none" or (url is None and not default_exists()):
        return ()
    try:
        with Store.open(url, must_exist=True) as opened:
            return voices(opened.told())
    except UserError as error:
        raise UserError(str(error).replace("--store", "--interviews")) from error  # the option of these commands
