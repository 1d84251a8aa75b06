"""Sentences and dictionary look-up in mixed Chinese and English."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text import Lexicon, sentence_at, sentences, trim


def cut(text):
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Example Inc. cut costs by 3.5%. It grew.", ["Example Inc. cut costs by 3.5%.", "It grew."]),
        ("成本降低三成。峰值 6.7万TPS！真的？", ["成本降低三成。", "峰值 6.7万TPS！", "真的？"]),
        ("Dr. A. Example said “it works.” Then left.", ["Dr. A. Example said “it works.”", "Then left."]),
        ("first line\nsecond line", ["first line", "second line"]),
        ("  \n ", []),
        ("visit example.com now", ["visit example.com now"]),
        ("Costs fell by 3% • 20% faster ovens", ["Costs fell by 3%", "• 20% faster ovens"]),  # a list that lost its lines
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, expected):
    assert cut(text) == expected


@given(st.text(alphabet="ab.。! \n“”3", max_size=60))
def test_sentences_lose_nothing_but_white_space(text):
    spans = list(sentences(text))
    assert all(a < b for a, b in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


def test_the_sentence_of_an_offset_is_found_and_empty_between():
    text = "One.  Two."
    assert sentence_at(text, 7) == (6, 10)
    assert sentence_at(text, 5) == (5, 5)


def test_trim_gives_nothing_for_white_space():
    assert trim("a   ", 1, 4) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("用S3存储", ["S3"]),
        ("PS3 and S3X", []),
        ("Amazon S3 or amazon s3", ["Amazon S3", "amazon s3"]),
        ("s3 in lower case", []),
        ("对象存储OSS", ["OSS"]),
    ],
)
def test_forms_are_found_only_at_sound_boundaries(text, found):
    lexicon = Lexicon([("Amazon S3", 1)], exact=[("S3", 1), ("OSS", 2)])
    assert [text[h.start : h.end] for h in lexicon.find(text)] == found


def test_the_longest_form_wins_and_a_range_keeps_offsets():
    lexicon = Lexicon([("data lake", "lake"), ("data", "data")])
    text = "İ data lake, data"  # a capital whose lower case is longer must not shift what follows
    assert [(h.entry, text[h.start : h.end]) for h in lexicon.find(text)] == [("lake", "data lake"), ("data", "data")]
    assert [h.start for h in lexicon.find(text, 6)] == [13]
