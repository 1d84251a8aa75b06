"""0 → 80 → 100 % by weight, what is missing, and whom to ask what next."""

from analysis.interviews.model import Told
from analysis.interviews.stage import standing
from analysis.interviews.vocabulary import fields
from analysis.interviews.voices import heard


def of(names, source="bd", firsthand=True):
    (made,) = heard(Told("示例银行", n, "不详", source, firsthand, "2026-03-02", teller="蒋销售") for n in names)
    return standing(made)


def test_the_stages_by_weight():
    whole = sum(f.weight for f in fields().values())
    by_weight = sorted(fields(), key=lambda n: -fields()[n].weight)
    sums, taken = 0, 0
    while sums < 0.8 * whole:
        sums += fields()[by_weight[taken]].weight
        taken += 1
    assert of(by_weight[: taken - 1]).stage == 0
    assert of(by_weight[:taken]).stage == 80
    assert of(by_weight[:-1]).stage == 80
    full = of(by_weight)
    assert (full.stage, full.share, full.next) == (100, 1.0, ())


def test_the_customer_is_not_disturbed_before_80_percent():
    early = of(["decision.cycle"])
    able = {n for n, f in fields().items() if set(f.ask) - {"customer"}}
    assert {a.source for a in early.next if a.field in able} <= {"document", "bd", "expert"}
    late = of(list(fields())[:-4])
    assert late.stage == 80
    assert "customer" in {a.source for a in late.next}


def test_documents_first_then_who_was_not_asked_yet():
    (first, *_) = of(["decision.cycle"], source="bd").next
    assert first.source == "document"
    asked = {a.field: a.source for a in of(["decision.cycle"], source="document").next}
    assert asked["company.purchase"] == "bd"


def test_easy_questions_come_before_hard_ones():
    made = of(["decision.cycle"]).next
    for source in {a.source for a in made}:
        eases = [a.ease for a in made if a.source == source]
        assert eases == sorted(eases)


def test_what_is_known_by_hearsay_alone_is_to_be_verified():
    made = [Told("示例银行", "decision.cycle", "3 个月", "bd", False, "2026-03-02", low=3.0, high=3.0)]
    (one,) = heard(made)
    assert [(a.field, a.source) for a in standing(one).verify] == [("decision.cycle", "customer")]
