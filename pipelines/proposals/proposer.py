"""Asks for a case what the rules are not sure of, and keeps count: the one object that importing and extracting hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from pipelines.case import Case, RawCase
from pipelines.proposals import prompt
from pipelines.proposals.answer import parse
from pipelines.proposals.cache import Cache
from pipelines.proposals.endpoint import Endpoint, NoAnswerError, body
from pipelines.proposals.guide import unsure
from pipelines.proposals.judge import judge
from pipelines.proposals.model import Judged, Proposed, Reply, Tally
from pipelines.proposals.settings import Settings, settings

GIVE_UP = 2  # cases in a row without an answer, after which no more are asked
KEY = 12  # characters from which a key is a secret; shorter ones are words that an endpoint without keys is given (ollama, EMPTY)
HOPELESS = frozenset({"refused", "redirected"})  # a wrong key, model or address is wrong for every case

Ask = Callable[[dict[str, Any], Callable[[], None]], Reply]


class Proposer:
    """Called with a raw case and its case, gives the case with the proposals that hold. Never raises for what an endpoint does."""

    def __init__(self, asked_of: Settings, ask: Ask, cache: Cache) -> None:
        self._settings, self._ask, self._cache = asked_of, ask, cache
        self._in_a_row = 0
        self.tally = Tally(model=asked_of.model, currency=asked_of.currency, cost=asked_of.cost(0, 0))
        self.rules = f"llm {asked_of.model} {prompt.version()}"  # what a case's ``rules`` say of it

    def __call__(self, raw: RawCase, case: Case) -> Proposed:
        """The case with what was proposed and holds; as it is, and not ``whole``, where no answer came."""
        self.tally.cases += 1
        asked = unsure(case)
        if not asked:
            return Proposed(case)
        reply = self._reply(raw, case, asked)
        if reply is None:
            return Proposed(case, whole=False)
        answer = parse(reply.content)
        judged = judge(raw, case, answer.proposals, asked, self._settings.model)
        self._count(judged, answer.discarded)
        return Proposed(replace(judged.case, rules=f"{case.rules}; {self.rules}") if judged.accepted else judged.case)

    def _reply(self, raw: RawCase, case: Case, asked: tuple[str, ...]) -> Reply | None:
        """The answer kept from before, else the endpoint's, which is kept; None where none comes."""
        request = body(self._settings, prompt.messages(raw, case.customer_name.value or "", asked))
        self.tally.asked += 1
        self.tally.cut += prompt.is_cut(raw)
        if kept := self._cache.get(request):
            self.tally.cached += 1
            return kept
        if self.tally.stopped:
            self.tally.failed["stopped"] += 1
            return None
        try:
            reply = self._ask(request, self._retried)
        except NoAnswerError as failed:
            self._failed(failed.code)
            return None
        return self._kept(request, reply, raw)

    def _kept(self, request: dict[str, Any], reply: Reply, raw: RawCase) -> Reply:
        """The reply, counted and kept; a server that repeats the key does not bring it onto the disk."""
        self._in_a_row = 0
        self._pay(reply)
        secret = self._settings.key
        safe = replace(reply, content=reply.content.replace(secret, "***")) if len(secret) >= KEY else reply
        about = {"model": self._settings.model, "prompt": prompt.version(), "page": raw.page.digest}
        self._cache.put(request, safe, about)
        return safe

    def _pay(self, reply: Reply) -> None:
        t = self.tally
        t.calls += 1
        t.uncounted += reply.tokens_in is None or reply.tokens_out is None
        t.tokens_in += reply.tokens_in or 0
        t.tokens_out += reply.tokens_out or 0
        t.cost = None if t.uncounted else self._settings.cost(t.tokens_in, t.tokens_out)

    def _failed(self, code: str) -> None:
        self._in_a_row += 1
        self.tally.failed[code] += 1
        if code in HOPELESS or self._in_a_row == GIVE_UP:
            self.tally.stopped = code

    def _retried(self) -> None:
        self.tally.retries += 1

    def _count(self, judged: Judged, discarded: tuple[str, ...]) -> None:
        self.tally.accepted.update(judged.accepted)
        self.tally.discarded.update((*judged.discarded, *discarded))


@contextmanager
def proposer(library: str, given: Settings | None = None) -> Iterator[Proposer]:
    """A proposer by the environment's settings, its answers kept beside the library of a URL.

    Raises SettingsError for settings that are missing or wrong, UserError where httpx is not installed.
    """
    found = given or settings()
    endpoint = Endpoint(found)
    try:
        yield Proposer(found, endpoint.ask, Cache(found.cache or beside(library)))
    finally:
        endpoint.close()


def beside(library: str) -> Path:
    """The folder for answers beside a library: beside a SQLite file, else in ``outputs``."""
    try:
        url = make_url(library)
    except ArgumentError:
        return Path("outputs") / "proposals"
    file = url.database if url.get_backend_name() == "sqlite" else None
    return (Path(file).parent if file and file != ":memory:" else Path("outputs")) / "proposals"
