"""Evidence-scored vocabulary: forms with open edges, stances of sentences, features, linear weights."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from story_blocks import story_of

from pipelines.evidence_scoring.cues import denials
from pipelines.evidence_scoring.features import NAMES, features
from pipelines.evidence_scoring.forms import Forms, lower
from pipelines.evidence_scoring.linear import Linear, model, sigmoid
from pipelines.evidence_scoring.mentions import Stance, Zone, mentions
from pipelines.evidence_scoring.story import story
from pipelines.evidence_scoring.vocabulary import load
from pipelines.steps import challenges, scenario
from pipelines.vocabulary import DataError

VOCABULARY = Forms(
    [
        ("scal*", ("scalability", "aspect")),
        ("peak*", ("scalability", "pain")),
        ("slow", ("performance", "pain")),
        ("performance", ("performance", "aspect")),
        ("business performance", ("performance", "mask")),
        ("=AI", ("intelligence", "aspect")),
        ("downtime", ("reliability", "pain")),
        ("宕机", ("reliability", "pain")),
        ("扩容", ("scalability", "aspect")),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("scaling", ["scaling"]),
        ("it scales, and scalability matters", ["scales", "scalability"]),
        ("upscale", []),
        ("AI and Ai and MAIL", ["AI"]),
        ("用AI做", ["AI"]),
        ("slowly", []),
        ("slow!", ["slow"]),
        ("SLOW", ["SLOW"]),
    ],
)
def test_a_star_leaves_the_right_edge_open_and_an_equals_sign_keeps_case(text, found):
    assert [text[h.start : h.end] for h in VOCABULARY.find(text)] == found


@given(st.text(alphabet="aAsScCalLİ k扩容宕机.AI", max_size=40))
def test_hits_lie_within_the_text_and_lower_keeps_offsets(text):
    assert len(lower(text)) == len(text)
    for hit in VOCABULARY.find(text):
        assert 0 <= hit.start < hit.end <= len(text)


def stances(sentence, lang="en"):
    return [(m.code, m.stance) for m in mentions(story_of(("other", sentence), lang=lang), VOCABULARY)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The bakery struggled with slow queries.", [("performance", Stance.COMPLAINT)]),
        ("Example Bakery wanted to improve scalability.", [("scalability", Stance.ASK)]),
        ("It needed a platform that could grow and scale at any time.", [("scalability", Stance.ASK)]),
        ("The new shop runs without downtime.", [("reliability", Stance.RELIEF)]),
        ("Performance rose.", [("performance", Stance.PLAIN)]),
        ("Downtime.", [("reliability", Stance.HINT)]),
        ("示例银行难以快速扩容。", [("scalability", Stance.COMPLAINT)]),
        ("示例银行希望系统可以扩容。", [("scalability", Stance.ASK)]),
        ("升级后不再宕机。", [("reliability", Stance.RELIEF)]),
    ],
)
def test_the_sentence_gives_the_word_its_stance(sentence, expected):
    assert stances(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "This service lets you scale your servers with ease.",
        "In the future the bakery plans to scale further.",
        "Example Bakery, founded in 1990, is a leading maker of scales and performance bread.",
        "点击了解更多扩容方案。",
    ],
)
def test_sales_talk_plans_and_portraits_are_silent(sentence):
    assert stances(sentence) == []


def test_a_mask_hides_the_word_that_means_something_else():
    assert stances("Business performance was measured.") == []
    assert stances("Query performance was measured.") == [("performance", Stance.PLAIN)]


def test_a_negation_reaches_a_little_way_and_its_exceptions_deny_nothing():
    assert denials("no downtime")
    assert not denials("not only downtime")
    assert denials("无需人工")
    assert not denials("无法扩容")


def test_zones_follow_the_parts_and_what_is_not_the_story_is_left_out():
    raw = story_of(
        ("title", "title", "Scaling bread"),
        ("challenge", "It could not scale."),
        ("products", "product", "Scale Service"),
        ("future", "It scales next year."),
        ("other", "noise", "Scale now"),
    )
    assert [m.zone for m in mentions(raw, VOCABULARY)] == [Zone.HEAD, Zone.CHALLENGE]


def test_sentences_of_a_story_stand_at_their_spans():
    raw = story_of(("lead", "One sentence. Another one!"), ("other", "第一句。第二句。"))
    assert [s.text for s in story(raw)] == ["One sentence.", "Another one!", "第一句。", "第二句。"]
    assert all(raw.page.text[s.start : s.end] == s.text for s in story(raw))


def test_text_without_full_stops_is_cut_into_readable_pieces_that_lose_no_word():
    words = "slow " * 2000
    told = story(story_of(("other", words.strip())))
    assert all(len(s.text) <= 1200 for s in told)
    assert " ".join(s.text for s in told) == words.strip()
    assert "".join(s.text for s in story(story_of(("other", "慢" * 3000)))) == "慢" * 3000


def test_features_of_a_complaint_exceed_those_of_a_plain_word_and_absence_is_least():
    codes = ("performance", "scalability", "reliability", "intelligence")
    complaint = features(mentions(story_of(("challenge", "The slow site was a problem.")), VOCABULARY), codes)
    plain = features(mentions(story_of(("other", "The performance.")), VOCABULARY), codes)
    assert set(complaint["performance"]) == set(NAMES)
    assert complaint["performance"]["best"] > plain["performance"]["best"] > 0
    assert all(complaint["scalability"][n] <= complaint["performance"][n] for n in NAMES)


def test_probability_rises_with_evidence_and_sigmoid_never_overflows():
    linear = Linear("x", {}, 0.5, {"a": -1.0}, {"f": 2.0})
    assert linear.probability("a", {"f": 0.0}) < 0.5 < linear.probability("a", {"f": 1.0})
    assert sigmoid(-800) == pytest.approx(0.0)
    assert sigmoid(800) == pytest.approx(1.0)


def test_weights_that_do_not_fit_the_codes_are_an_error_that_names_the_remedy():
    with pytest.raises(DataError, match=r"calibration\.fit challenges"):
        model("challenges", ("nothing",), NAMES)


def test_the_vocabularies_know_every_code_and_no_other():
    assert {c for c, _ in challenges.vocabulary().entries()} == set(challenges.factors())
    assert {c for c, _ in scenario.vocabulary().entries()} == set(scenario.scenarios())
    with pytest.raises(DataError, match="unknown codes"):
        load(("factors-en",), ("cost",))


def test_counts_by_kind_and_zone_and_the_rank_of_what_is_mentioned():
    codes = ("scalability", "performance", "reliability")
    said = story_of(("challenge", "The slow site was slow; a slow site is a problem."), ("solution", "Its performance and scaling."))
    rows = features(mentions(said, VOCABULARY), codes)
    assert rows["performance"]["forms_pain"] == rows["performance"]["forms_aspect"] > 0 == rows["performance"]["forms_weak"]
    assert rows["performance"]["zone_challenge"] > rows["performance"]["zone_solution"] > 0 == rows["performance"]["zone_head"]
    assert (rows["performance"]["rank"], rows["scalability"]["rank"], rows["reliability"]["rank"]) == (1.0, 0.5, 0.0)
