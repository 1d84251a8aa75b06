"""Tiles and captions of pages without order: what all captions that fit agree on is said of the figure, and no more."""

from pipelines.case import Block, Page, Part, RawCase, Role
from pipelines.steps import benefits


def tiles(*words, ordered=False, text="The bakery moved its shop to the cloud."):
    """The benefits of a page whose figure tiles and captions are ``words``, in that order."""
    blocks, offset = [], 0
    for each in (*words, text):
        role = Role.TEXT if each == text else Role.KPI
        blocks.append(Block(offset, offset + len(each), role, Part.OTHER if role is Role.TEXT else Part.RESULTS))
        offset += len(each) + 1
    raw = RawCase(Page("sha256:0", "aws", "", "\n".join((*words, text)), "en"), blocks=tuple(blocks), ordered=ordered)
    found = benefits.run(raw, {})["benefits"]
    assert all(e.check(raw.page.text) for f in found.items for e in f.evidence)
    return found.items


def said(items):
    return {(f.value.value, f.value.unit): (f.value.direction, f.value.subject) for f in items}


def test_the_only_caption_that_fits_tells_of_the_tile_and_is_evidence():
    (item,) = tiles("4 months", "reduction in waiting time", "happier bakers")
    assert (item.value.direction, item.value.subject, item.method) == ("down", "time", "tile.caption")
    assert [e.quote for e in item.evidence] == ["4 months", "reduction in waiting time"]


def test_a_share_takes_the_caption_of_a_share_and_a_duration_that_of_a_time():
    found = said(tiles("99.99%", "uptime", "4 months", "time saved in each release"))
    assert found == {(99.99, "%"): ("reach", "availability"), (4, "month"): ("down", "time")}


def test_what_the_captions_do_not_agree_on_stays_untold():
    found = said(tiles("20%", "30%", "reduction in costs", "reduction in latency"))
    assert set(found.values()) == {("down", "other")}
    assert said(tiles("20%", "reduction in costs", "faster releases")) == {(20, "%"): ("reach", "other")}


def test_fewer_captions_than_tiles_tell_nothing():
    assert set(said(tiles("20%", "30%", "reduction in costs")).values()) == {("reach", "other")}


def test_a_duration_takes_no_caption_of_costs_and_no_second_half_of_a_line():
    assert said(tiles("2 months", "reduction in yearly costs")) == {(2, "month"): ("reach", "time")}
    assert said(tiles("20%", "and reduction in costs")) == {(20, "%"): ("reach", "other")}


def test_in_a_page_in_order_a_caption_belongs_to_the_tile_it_stands_by():
    assert said(tiles("20%", "reduction in costs", ordered=True)) == {(20, "%"): ("reach", "other")}


def test_a_figure_that_the_story_tells_needs_no_caption():
    (item,) = tiles("30%", "reduction in latency", text="It cut its hosting costs by 30 percent.")
    assert (item.value.subject, item.method) == ("cost", "change.by")
