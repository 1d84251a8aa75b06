"""Words of an attacker, and ways to see whether they got through."""

import signal
from contextlib import contextmanager

import lxml.html
from markdown_it import MarkdownIt

MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</style><script>x</script>",
    "<svg/onload=alert(1)>",
    "]]><!--",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "<https://evil.example>",
    "| a | b |\n|---|---|\n# heading\n- item",
    "{{7*7}}{% raw %}${7*7}",
    "javascript:alert(1)//",
    "&lt;b&gt;&#x3c;b&#x3e;",
)
HIDDEN = ("\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\x1b[31m", "\x9b2J", "\x00", "\x07")
FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "\u200b=1", "'=1", '=HYPERLINK("https://evil.example")')
PATHS = ("../../x", "/etc/passwd", "..\\..\\x", "C:\\x", "a/../../b", "~/x", "x\x00y", ".", "..", "", "CON", "a\nb", "－/．．/x")
SQL = ("' OR 1=1 --", "x'; DROP TABLE cases; --", '" OR ""="', "%", "_", "a\\", "NEAR(a b)", "body:*", "NOT a", "(", "a AND", '"', "a*")


@contextmanager
def within(seconds):
    """Ends what does not end by itself: a bound against hanging, no measure of speed."""

    def ring(*_):
        raise TimeoutError(f"not done within {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def shape(page):
    """The kinds of elements, attributes and schemes of addresses that a page is made of: text alone can add none."""
    tree = lxml.html.document_fromstring(page)
    found = set()
    for one in tree.iter():
        if not isinstance(one.tag, str):
            found.add(("comment",))
            continue
        for name, value in dict(one.attrib).items() or {"": ""}.items():
            scheme = value.split(":")[0].strip().lower() if name in ("href", "src", "action", "formaction") and ":" in value else ""
            found.add((one.tag, name, scheme))
    return found


def markdown_shape(text):
    """The kinds of HTML elements that Markdown renders to, raw HTML let through."""
    return shape("<html><body>" + MarkdownIt("commonmark", {"html": True}).enable("table").render(text) + "</body></html>")
