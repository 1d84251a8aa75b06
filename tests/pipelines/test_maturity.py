"""Technology maturity: only from signals in the text, each with the id of its rule."""

import pytest
from story_blocks import story_of

from pipelines.steps import maturity
from pipelines.vocabulary import codes


def found(*sentences, part="other"):
    return maturity.run(story_of(*((part, s) for s in sentences)), {})["maturity"]


@pytest.mark.parametrize(
    ("sentence", "level", "rule"),
    [
        ("Example Bank was the first bank to use generative AI for loans.", "early-adopter", "adopter.first"),
        ("示例银行是业内首家采用分布式数据库的银行。", "early-adopter", "adopter.first"),
        ("The team joined the private preview of the service.", "early-adopter", "adopter.early-access"),
        ("示例游戏从内测期便参与其中。", "early-adopter", "adopter.early-access"),
        ("Its generative AI assistant has been in production since May.", "early-adopter", "adopter.generative-ai-in-production"),
        ("Example Mill follows a cloud-first strategy.", "early-majority", "majority.cloud-first"),
        ("示例制造推进数字化转型。", "early-majority", "majority.cloud-first"),
        ("The bakery adopted microservices and continuous delivery.", "early-majority", "majority.modern-practice"),
        ("The bakery chose a lift-and-shift migration.", "late-majority", "conservative.lift-and-shift"),
        ("Nurses previously relied on paper-based records and fax.", "laggard", "laggard.paper"),
        ("过去员工依赖纸质单据登记。", "laggard", "laggard.paper"),
    ],
)
def test_a_signal_gives_the_level_and_names_its_rule(sentence, level, rule):
    got = found(sentence)
    assert (got.value, got.method) == (level, rule)
    assert got.evidence[0].quote == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "The bakery bakes bread.",
        "Example Store helps customers adopt microservices.",
        "It helps its customers through digital transformation.",
        "Example Bakery was founded in 1990 and has 20,000 employees.",
        "In the future, the bakery plans to be the first bank to use generative AI.",
    ],
)
def test_no_signal_of_the_customers_own_is_unknown(sentence):
    got = found(sentence)
    assert got.value is None
    assert got.reason == "no_maturity_signal"


def test_half_signals_add_up_and_one_alone_is_not_enough():
    old = "Its servers were at the end of life."
    legacy = "It had legacy systems in its own data center and struggled."
    assert found(old).value is None
    both = found(old, legacy)
    assert both.value == "late-majority"
    assert len(both.evidence) == 2


def test_what_the_customer_does_now_wins_over_what_it_had():
    got = found("Nurses previously relied on paper-based records.", "The clinic adopted microservices and serverless computing.")
    assert got.value == "early-majority"
    assert got.losers[0][0] == "laggard"


def test_two_levels_that_both_tell_of_now_leave_it_unknown():
    got = found("The team joined the private preview.", "The bank follows a cloud-first strategy.")
    assert got.value is None
    assert got.reason == "maturity_signals_disagree"


def test_the_same_rule_counts_once():
    assert found("A cloud-first plan.", "A cloud-first plan again.").confidence == found("A cloud-first plan.").confidence


def test_rules_name_levels_of_the_contract_and_each_level_has_one():
    assert {r.level for r in maturity.rules()} == set(codes().maturity)
