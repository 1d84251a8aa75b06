"""Makes the factories of this folder importable, and starts a PostgreSQL server for the tests that need one."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def postgres_server():
    """A server of our own for the whole session; CI sets REQUIRE_POSTGRES, so that these tests are never skipped there."""
    from crawlers.sandbox.postgres import NoPostgresError, postgres

    try:
        running = postgres()
        server = running.__enter__()
    except NoPostgresError as error:
        if os.environ.get("REQUIRE_POSTGRES"):
            pytest.fail(f"REQUIRE_POSTGRES is set, and {error}")
        pytest.skip(str(error))
    yield server
    running.__exit__(None, None, None)


@pytest.fixture
def postgres_url(postgres_server):
    """The URL of a new, empty database."""
    return postgres_server.url()
