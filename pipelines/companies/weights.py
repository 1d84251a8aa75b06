"""The points of every observation, as data: ``vocab/company_names_scores.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pipelines.vocabulary import VOCAB, load_yaml


@dataclass(frozen=True)
class Weights:
    """Points per observation, the thresholds, the groups of rules, and confidence by score; each explained in the file."""

    label: float
    section_heading: float
    whole_title: float
    first_words: float
    summary_words: float
    profile_subject: float
    definition: float
    definition_max: float
    speaker: float
    speaker_max: float
    agent: float
    agent_max: float
    named: float
    legal: float
    frequency: float
    frequency_max: float
    in_title: float
    in_lead: float
    common_word: float
    partner: float
    software: float
    product: float
    made: float
    title_and_lead: float
    only_once: float
    no_evidence: float
    given_twice: float
    plain_but_told: float
    accept: float
    unnamed: float
    long_story: int
    long_page: int
    confidence: tuple[tuple[float, float], ...]
    rules: Mapping[str, tuple[str, ...]]


@cache
def weights() -> Weights:
    """The weights, loaded once."""
    return load_yaml(VOCAB / "company_names_scores.yaml", Weights)
