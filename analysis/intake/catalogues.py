"""The catalogues that values are held against: providers' regions, and certificates with the grades that exist."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analysis.intake.structure import DATA
from pipelines.vocabulary import DataError, load_yaml

_AREAS = "cn|us|eu|ap|me|af|sa|ca|il|mx|na|la|tr|africa|asia|europe|australia|northamerica|southamerica"
_CODES = rf"(?<![A-Za-z0-9])(?:{_AREAS})-(?:[a-z]{{3,12}})-?\d{{0,2}}(?![A-Za-z0-9])"
_WORDS = "North|South|East|West|Central|Southeast|Northeast|EU|US|UK|Japan|China|India|Europe|Asia|France|Germany|Poland|Sweden|Italy|Spain"
_AZURE = rf"(?<![A-Za-z0-9])(?:(?:{_WORDS}) ?){{2,3}}\d?(?![A-Za-z0-9])"


def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    found = "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))
    return re.compile(f"(?<![A-Za-z])(?:{found})(?![A-Za-z])", re.IGNORECASE)


@dataclass(frozen=True)
class Provider:
    """A provider's names and regions; a region is [code, country, name, name …]."""

    names: tuple[str, ...]
    regions: tuple[tuple[str, ...], ...]

    def pattern(self) -> re.Pattern[str]:
        """Where a text names the provider."""
        return _any_of(self.names)


@dataclass(frozen=True)
class Certification:
    """A certificate, law or standard; ``grade`` is the pattern of its type, level, edition or article.

    One that is not ``listed`` stands for a family of standards (ISO and a number) of which only some have an entry.
    """

    id: str
    pattern: str
    grade: str = ""
    grades: tuple[str, ...] = ()
    articles: int = 0
    editions: tuple[str, ...] = ()
    note: str = ""
    listed: bool = True

    def compiled(self) -> re.Pattern[str]:
        """Its name with the grade where one is given."""
        return re.compile(f"(?<![A-Za-z])(?:{self.pattern})(?:{self.grade})?" if self.grade else self.pattern, re.IGNORECASE)

    def exists(self, grade: str, written: str = "") -> bool:
        """Whether a grade exists, and the edition in the words; none given always does."""
        hit = self.compiled().search(written)
        edition = hit.groupdict().get("edition") if hit else None
        if edition and self.editions and edition not in self.editions:
            return False
        if not grade or not (self.grades or self.articles):
            return True
        return 1 <= int(grade) <= self.articles if self.articles else grade.casefold() in {g.casefold() for g in self.grades}


@dataclass(frozen=True)
class Places:
    """Words that claim a region behind a provider's name, and the clouds and rooms whose places are none of its regions."""

    places: tuple[str, ...]
    others: tuple[str, ...]


@cache
def providers() -> Mapping[str, Provider]:
    """Providers by vendor code; raises DataError for a region without code, country and name."""
    held = load_yaml(DATA / "regions.yaml", dict[str, Provider])
    if short := [r for p in held.values() for r in p.regions if len(r) < 3]:
        raise DataError(f"{DATA / 'regions.yaml'}: a region is [code, country, names …]: {short}")
    return held


@cache
def certifications() -> tuple[Certification, ...]:
    """All certificates."""
    return load_yaml(DATA / "certifications.yaml", tuple[Certification, ...])


@cache
def certification(name: str) -> Certification | None:
    """A certificate by its id; None for a standard that the catalogue does not list."""
    return {c.id: c for c in certifications() if c.listed}.get(name)


@cache
def _places() -> Places:
    return load_yaml(DATA / "places.yaml", Places)


@cache
def strangers() -> re.Pattern[str]:
    """Where a text names a cloud or a place that no catalogue of regions is about."""
    return _any_of(_places().others)


@cache
def region_places() -> re.Pattern[str]:
    """Every way to write a region: codes, names of regions, and places that claim to be one."""
    names = {n for p in providers().values() for r in p.regions for n in r[2:]} | set(_places().places)
    spelled = "|".join(
        re.escape(n) if not n.isascii() else rf"(?<![A-Za-z]){re.escape(n)}(?! ?\d)(?![A-Za-z])"
        for n in sorted(names, key=len, reverse=True)
    )
    return re.compile(f"{_CODES}|{_AZURE}|{spelled}", re.IGNORECASE)


@cache
def region_of(provider: str, place: str) -> str:
    """The code of the provider's region of this name or code; empty where it has none."""
    asked = place.casefold().replace(" ", "")
    for region in providers()[provider].regions:
        if asked in {n.casefold().replace(" ", "") for n in (region[0], *region[2:])}:
            return region[0]
    return ""


@cache
def region_name(provider: str, code: str) -> str:
    """The Chinese name of a provider's region; the code itself where the provider has none such."""
    return next((region[2] for region in providers()[provider].regions if region[0] == code), code)
