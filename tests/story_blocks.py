"""Makes raw cases of blocks for the tests of steps that read a story."""

from pipelines.case import Block, Field, Many, Page, Part, RawCase, Role


def story_of(*blocks, lang="en", ordered=True):
    """A raw case of ``(part, words)`` or ``(part, role, words)``; the canonical text has one block a line."""
    text, held = "", []
    for block in blocks:
        part, role, words = block if len(block) == 3 else (block[0], Role.TEXT, block[1])
        text += "\n" if text else ""
        held.append(Block(len(text), len(text) + len(words), Role(role), Part(part)))
        text += words
    page = Page("sha256:00", "aws", "https://example.com/case", text, lang)
    return RawCase(page, blocks=tuple(held), ordered=ordered)


def many(*values):
    """A set of values without evidence, as an earlier step would have left it."""
    return Many(tuple(Field(value, confidence=0.9, method="test") for value in values))
