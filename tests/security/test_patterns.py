"""No pattern of analysis or crawlers needs more than a line's length: lines of one megabyte, made of what each pattern looks for."""

import importlib
import inspect
import pkgutil
import re
import re._constants as c
import re._parser as parser
import signal
import time
from contextlib import contextmanager
from functools import _lru_cache_wrapper
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("analysis", "crawlers")
SHORT, LONG = 5_000, 1_000_000
SECONDS = 2.0  # of CPU for a short line; what grows with the square of its length takes some hundred times as long as what does not
ENOUGH = 20.0  # of CPU for a long line
USES = r"\.(match|fullmatch|search|finditer|findall|sub|subn|split)\("


def modules():
    for package in PACKAGES:
        for found in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if not found.name.endswith(("__main__", ".env")):
                yield importlib.import_module(found.name)


def held(value, depth=0):
    """The patterns in a value, in what a cached function without parameters returns, and in tables of them."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 4 and isinstance(value, dict):
        yield from (p for one in value.values() for p in held(one, depth + 1))
    elif depth < 4 and isinstance(value, list | tuple | set | frozenset):
        yield from (p for one in value for p in held(one, depth + 1))
    elif (
        isinstance(value, _lru_cache_wrapper)
        and "Pattern" in str(inspect.signature(value).return_annotation)
        and not inspect.signature(value).parameters
    ):
        yield from held(value(), depth + 1)


def patterns():
    """Source of a pattern → where it stands, the pattern, whether it is only ever asked at one place of a text."""
    out = {}
    for module in modules():
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            for one in held(value):
                names = "|".join([name, *re.findall(rf"(\w+) = {name}\(\)", source)])
                uses = set(re.findall(rf"\b(?:{names})(?:\(\))?{USES}", source))
                fixed = bool(uses) and uses <= {"match", "fullmatch"}
                out.setdefault(one.pattern, (f"{module.__name__}.{name}", one, fixed))
    return out


FOUND = patterns()


def letters(tree):
    """A character for each thing that a pattern looks for, in its order."""
    for op, arg in tree:
        if op is c.LITERAL:
            yield chr(arg)
        elif op in (c.ANY, c.NOT_LITERAL) or (op is c.IN and arg[0][0] is c.NEGATE):
            yield "a"
        elif op is c.IN:
            yield from (member(kind, one) for kind, one in arg[:3])
        elif op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
            yield from letters(arg[2])
        elif op is c.SUBPATTERN:
            yield from letters(arg[3])
        elif op is c.BRANCH:
            yield from (x for one in arg[1][:6] for x in letters(one))
        elif op in (c.ASSERT, c.ASSERT_NOT):
            yield from letters(arg[1])
        elif op is c.ATOMIC_GROUP:
            yield from letters(arg)


def member(kind, one):
    if kind is c.LITERAL:
        return chr(one)
    return chr(one[0]) if kind is c.RANGE else {c.CATEGORY_DIGIT: "1", c.CATEGORY_SPACE: " ", c.CATEGORY_WORD: "a"}.get(one, "-")


def attacks(pattern):
    """Pieces that repeated make a line which begins a match again and again and never ends it."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    seen = list(letters(parser.parse(source, pattern.flags)))
    first = list(dict.fromkeys(seen))[:6]
    pairs = [a + b for a in first[:3] for b in first[:3] if a != b]
    return list(dict.fromkeys([*first, "a", " ", "1", "\n", *pairs, "".join(seen[:40]) or "a"]))


@contextmanager
def cpu(seconds):
    """Ends what has had so much CPU time: however busy the machine, what is linear is far below."""

    def ring(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def look(pattern, fixed, piece, size):
    """CPU seconds of asking a line for a pattern as the code does."""
    line = (piece * (size // len(piece) + 1))[:size]
    text = line if isinstance(pattern.pattern, str) else line.encode()
    begin = time.process_time()
    if fixed:
        pattern.match(text)
        pattern.fullmatch(text)
    else:
        for _ in pattern.finditer(text):
            pass
    return time.process_time() - begin


def test_the_patterns_are_found():
    assert len(FOUND) > 80
    assert sum(where.startswith("crawlers") for where, _, _ in FOUND.values()) > 5


@pytest.mark.parametrize("source", FOUND, ids=[f"{where}-{n}" for n, (where, _, _) in enumerate(FOUND.values())])
def test_a_line_of_a_megabyte_is_read_in_time(source):
    where, pattern, fixed = FOUND[source]
    cost = {}
    for piece in attacks(pattern):
        try:
            with cpu(SECONDS):
                cost[piece] = look(pattern, fixed, piece, SHORT)
        except TimeoutError:
            pytest.fail(f"{where}: {source[:80]} on {SHORT} characters of {piece!r}")
    worst = max(cost, key=lambda piece: cost[piece])
    try:
        with cpu(ENOUGH):
            look(pattern, fixed, worst, LONG)
    except TimeoutError:
        pytest.fail(f"{where}: {source[:80]} on {LONG} characters of {worst!r}")


def test_a_pattern_that_needs_the_square_is_found_out():
    """The measure itself: a well-known bad pattern does not pass."""
    with pytest.raises(TimeoutError), cpu(SECONDS / 4):
        look(re.compile(r"\s+x"), False, " ", LONG)
