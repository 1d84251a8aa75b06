"""The rule base covers whatever the taxonomies can yield, says its sources, and is bilingual throughout."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from analysis import labels, segment
from analysis.insight import rulebase
from analysis.model import Kind
from analysis.personas import merge, naming
from analysis.prose import DATA, templates
from analysis.segment import known_rules
from analysis.thresholds import thresholds
from pipelines.sources import policies
from pipelines.vocabulary import codes

INDUSTRIES = [None, *codes().industry, *(f"{top}.{leaf}" for top, e in codes().industry.items() for leaf in e.leaves or {})]
SIZES = [None, *codes().company_size]
ATTRIBUTES = ("cycle", "key_roles", "contact_role", "vendor_type", "best_moment", "key_stages", "main_concerns")


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_every_segment_has_an_archetype_and_all_that_is_said_of_it(industry):
    for size in SIZES:
        kind = rulebase.archetype(industry, size)
        for attribute in ATTRIBUTES:
            said = rulebase.decide(kind, attribute)
            assert said.kind is Kind.PRIOR
            assert said.text.zh
            assert said.text.en
            assert "文档" in said.source
        for stage, cell in itertools.product(rulebase.STAGES, ("touchpoints", "pains", "content", "influences")):
            assert "文档1 §5" in rulebase.cell(kind, stage, cell).source


@pytest.mark.parametrize("factor", codes().factor)
def test_every_factor_has_its_words_and_a_feature_in_every_category(factor):
    for attribute in ("pain", "impact", "goal", "selling", "objection", "answer", "advice", "choice"):
        assert rulebase.about(factor, attribute).text.en
    for group, names in codes().category.items():
        for category in names:
            features, metric, source = rulebase.feature(category, group, factor)
            assert features.zh
            assert features.en
            assert metric.zh
            assert source.startswith("文档1")
    assert naming.grammar().needs[factor].zh


def test_the_documents_own_rows_stand_in_the_rule_base():
    assert rulebase.decide(rulebase.archetype("finance.banking", "large"), "cycle").text.zh == "6–12 个月"
    assert rulebase.decide(rulebase.archetype("internet", "startup"), "cycle").text.zh == "1–4 周"
    assert rulebase.decide(rulebase.archetype("government", None), "cycle").text.zh == "9–18 个月"
    assert rulebase.feature("对象存储", "存储类", "cost")[0].zh.startswith("存储成本：分层存储定价")
    assert rulebase.feature("块存储", "存储类", "support")[0] == rulebase.factors()["support"].features


def test_priors_sum_to_one_and_name_known_factors():
    for name, held in rulebase.decisions().items():
        assert sum(held.weights.values()) == pytest.approx(1), name
        assert set(held.weights) | set(held.expected) <= set(codes().factor), name


def test_every_scenario_and_the_unknown_have_their_words():
    assert set(rulebase.scenarios()) == {*codes().scenario, "unknown"}
    for held in rulebase.scenarios().values():
        assert set(held.implied) <= set(codes().factor)


def test_places_of_features_are_categories_or_groups():
    known = {*codes().category, *codes().categories()}
    assert {place for f in rulebase.features() for place in f.where} <= known
    assert {f.factor for f in rulebase.features()} <= set(codes().factor)


def test_a_mixed_group_hears_each_of_its_archetypes():
    said = rulebase.decide_group("general", ("finance-large", "digital-large"), "cycle")
    assert "6–12 个月" in said.text.zh
    assert "1–3 个月" in said.text.zh
    assert "decisions.finance-large" in said.source


def test_every_segment_rule_is_explained():
    assert set(segment.rules()) == known_rules()
    assert all(r.text.en and r.source for r in segment.rules().values())


def test_four_merge_rules_with_their_sections():
    assert list(merge.merge_rules().rules) == ["industry-overlap", "scenario-similarity", "p0-identical", "size-span"]
    assert all("文档1 §2.2" in r.source for r in merge.merge_rules().rules.values())


@pytest.mark.parametrize("dimension", ["industry", "company_size", "scenario", "maturity", "factor"])
def test_every_code_has_an_english_name(dimension):
    for code in INDUSTRIES[1:] if dimension == "industry" else getattr(codes(), dimension):
        name = labels.label(dimension, code)
        assert name.zh != code
        assert name.en != code
        assert name.en.isascii() or "–" in name.en


def test_no_language_is_missing_anywhere_in_the_data():
    def texts(held, path=""):
        if isinstance(held, dict):
            if "zh" in held:
                yield path, held
            for key, value in held.items():
                yield from texts(value, f"{path}/{key}")
        elif isinstance(held, list):
            for i, value in enumerate(held):
                yield from texts(value, f"{path}/{i}")

    for file in sorted(Path(DATA).rglob("*.yaml")):
        for path, held in texts(yaml.safe_load(file.read_text(encoding="utf-8")), file.name):
            assert held["zh"], path
            assert held.get("en"), path
            assert not any("\u4e00" <= c <= "\u9fff" for c in held["en"]), path


def test_templates_ask_for_the_same_values_in_both_languages():
    from string import Formatter

    def asked(text):
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for key, text in templates().items():
        assert asked(text.zh) == asked(text.en), key


def test_thresholds_keep_the_documents_numbers():
    floors = thresholds().floors
    assert {n: lv.floor for n, lv in floors.complexity.items()} == {"simple": 15, "medium": 20, "complex": 25}
    assert (floors.persona_min, floors.persona_target) == (3, 5)
    assert (floors.vendors_min, floors.vendors_target) == (3, 4)
    assert floors.coverage == 0.8
    assert thresholds().stability == 0.75
    assert sum(thresholds().clustering.weights.values()) == pytest.approx(1)


def test_a_vendor_that_was_added_is_called_as_its_policy_calls_it(monkeypatch):
    made = policies()["tencent"]
    added = {"examplecloud": replace(made, name="示例云"), "plaincloud": replace(made, name="Plain Cloud")}
    monkeypatch.setattr(labels, "policies", lambda: added)
    named = [labels.vendor.__wrapped__(code) for code in ("examplecloud", "plaincloud", "nobody", "aws")]
    assert [(n.zh, n.en) for n in named] == [
        ("示例云", "examplecloud"),
        ("Plain Cloud", "Plain Cloud"),
        ("nobody", "nobody"),
        ("AWS", "AWS"),
    ]
