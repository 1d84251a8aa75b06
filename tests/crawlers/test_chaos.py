"""A crawl that is killed with SIGKILL and started again has every page once, and its archive agrees with its library."""

from __future__ import annotations

from crawlers.chaos import RUN, ours
from pipelines.library import Library


def test_killed_crawls_lose_nothing_and_keep_nothing_twice(tmp_path):
    tally = ours(tmp_path, kills=3, seed=7, copies=2)
    assert tally.kills >= 2
    assert (tally.lost, tally.twice, tally.cases_lost, tally.exit_status) == (0, 0, 0, 0)
    with Library.open(f"sqlite:///{tmp_path}/library.db") as library:
        digests = {case.page_digest for case in library.cases()}
        assert all(library.archived(digest).payload for digest in digests)
        (run,) = (r for r in library.runs() if r.run_id == RUN)
    assert run.status == "complete"
