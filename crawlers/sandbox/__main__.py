"""``python -m crawlers.sandbox [--port 8765] [--copies 1] [--behave slow=0.2,robots=503]``: serve the replica sites."""

from __future__ import annotations

import argparse
import sys

from crawlers.sandbox.server import Sandbox, Server, behaviour_of
from crawlers.sandbox.site import replicas


def main(argv: list[str] | None = None) -> int:
    """Serve until interrupted; prints the address first."""
    parser = argparse.ArgumentParser(prog="python -m crawlers.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--copies", type=int, default=1, help="times that each customer is repeated, numbered")
    parser.add_argument("--behave", default="", help="misbehaviour: slow=0.2,unavailable=7,robots=503 …")
    given = parser.parse_args(argv)
    try:
        server = Server(given.port, Sandbox(replicas(given.copies), behaviour_of(given.behave)))
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{server.address}\n演示数据：scrapy crawl aws -a category=对象存储 -s SANDBOX={server.address}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
