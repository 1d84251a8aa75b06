"""A library on partitioned Parquet gives the figures that pandas and the analysis itself give."""

import shutil
from dataclasses import replace

import pytest

from analysis import generate
from analysis.commands import export, tally
from analysis.insight.world import READ
from analysis.load import fold, gather
from analysis.partition.columns import DIMENSIONS
from analysis.partition.counting import counting
from analysis.partition.cube import by_duckdb, by_pandas
from analysis.partition.write import write
from analysis.run import analyse
from analysis.scope import AnalysisError
from pipelines.case import Field, Many
from pipelines.errors import UserError
from pipelines.library import Library

UNKNOWN = {"sizes": 0.5, "industries": 0.2, "scenarios": 0.1}
LOVED = tuple(replace(g, vendors=("aws", "gcp") if i else g.vendors, noise=0.2, unknown=UNKNOWN) for i, g in enumerate(generate.THREE))


def a_library():
    """Cases of three categories, some in two, some in none, some told twice, with unknowns and vendors that differ."""
    held = list(generate.stream(300, ("对象存储", "消息队列", "向量数据库"), LOVED, seed=4))
    second = Field("消息队列", held[0].categories.items[0].evidence, 0.9, "generated")
    held[0] = replace(held[0], categories=Many((*held[0].categories.items, second)))
    held[1] = replace(held[1], categories=Many())
    newer = Field("2027-01-01", (), 1.0, "generated")
    again = [
        replace(held[2], case_id="later", published=newer),
        replace(held[4], case_id="elsewhere", published=newer, categories=Many((second,))),
        replace(held[5], case_id="a-poorer", industry=Field.unknown("not_found")),
        replace(held[6], case_id="a-twin"),
    ]
    return [*held, *again]


@pytest.fixture(scope="module")
def cases():
    return a_library()


@pytest.fixture(scope="module")
def exported(cases, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "parts"
    write(cases, folder)
    return folder


def names(cases, category):
    return sorted(c.case_id for c in fold(cases) if category in c.categories.values())


@pytest.mark.parametrize("category", ["对象存储", "消息队列", "向量数据库"])
def test_duckdb_and_pandas_count_the_same(exported, cases, category):
    from_disk = counting(by_duckdb(exported, category), category)
    assert from_disk == counting(by_pandas(cases, category), category)
    assert from_disk.n_cases == len(names(cases, category))


def test_the_figures_are_those_of_the_analysis(exported, cases):
    counted = counting(by_duckdb(exported, "对象存储"), "对象存储")
    made = analyse(cases, "对象存储", as_of="2026-01-31")
    assert counted.n_cases == made.scope.n_cases
    assert set(DIMENSIONS) <= set(READ)
    for dimension in set(DIMENSIONS) & set(made.distributions):
        assert counted.distributions[dimension] == made.distributions[dimension], dimension
    for profile in made.comparison.profiles:
        mine = counted.profiles[profile.vendor]
        assert (mine["industry"], mine["company_size"], mine["scenario"]) == (profile.industries, profile.sizes, profile.scenarios)
        assert mine["factor"] == profile.factors
    told = sorted((p.vendor, s.source, s.share) for p in made.comparison.profiles for s in p.over_represented)
    assert told == sorted((o.vendor, f"stat:vendors.over.{o.dimension}.{o.code}", o.share) for o in counted.over)
    assert told, "the planted vendors differ"


def test_little_memory_changes_no_figure(exported):
    assert by_duckdb(exported, "对象存储", memory="64MB").equals(by_duckdb(exported, "对象存储"))


def test_the_same_cases_give_the_same_bytes(exported, cases, tmp_path):
    write(cases, tmp_path / "again")
    files = sorted(p.relative_to(exported) for p in exported.rglob("*.parquet"))
    assert len(files) > 6
    assert [(exported / f).read_bytes() for f in files] == [(tmp_path / "again" / f).read_bytes() for f in files]


def test_names_cannot_lead_out_of_the_folder(cases, tmp_path):
    evil = replace(cases[0], vendor=Field("../../../evil", (), 1.0), categories=Many((Field("/etc/../..", (), 1.0),)))
    write([evil], tmp_path / "deep" / "parts")
    outside = [p for p in tmp_path.rglob("*") if p.is_file() and not p.is_relative_to(tmp_path / "deep" / "parts")]
    assert outside == []
    assert counting(by_duckdb(tmp_path / "deep" / "parts", "/etc/../.."), "x").n_cases == 1


def test_a_category_that_speaks_sql_is_only_a_name(exported):
    for hostile in ("' OR 1=1 --", "x'; DROP TABLE chosen; --", "$files"):
        with pytest.raises(AnalysisError, match="没有"):
            counting(by_duckdb(exported, hostile), hostile)


def test_a_folder_that_is_not_empty_or_no_export_is_refused(exported, cases, tmp_path):
    with pytest.raises(UserError, match="不是空文件夹"):
        write(cases, exported)
    with pytest.raises(UserError, match="没有导出"):
        by_duckdb(tmp_path, "对象存储")


def test_the_commands_export_and_tally(tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/library.db"
    with Library.open(url) as library:
        assert generate.fill(library, 120) == 120
    export.export(tmp_path / "parts", url)
    tally.tally(tmp_path / "parts", "S3")
    said = capsys.readouterr().out
    assert "120 行" in said
    assert "对象存储：12 个案例" in said


def test_an_empty_library_is_not_exported(tmp_path):
    url = f"sqlite:///{tmp_path}/library.db"
    Library.open(url).close()
    with pytest.raises(UserError, match="案例库是空的"):
        export.export(tmp_path / "parts", url)
    assert not (tmp_path / "parts").exists()


def test_a_memory_that_is_none_and_a_broken_export_are_told(exported, tmp_path):
    for memory in ("abc", "0GB", "1", "1GB; DROP"):
        with pytest.raises(UserError, match="--memory"):
            tally.tally(exported, "对象存储", memory)
    broken = tmp_path / "broken"
    shutil.copytree(exported, broken)
    for file in broken.rglob("*.parquet"):
        file.write_bytes(b"no parquet")
    with pytest.raises(UserError, match="不是完好的导出"):
        tally.tally(broken, "对象存储", "512 MB")


def test_codes_of_another_release_are_counted_as_they_stand_and_told(cases, tmp_path, capsys):
    one = next(c for c in cases if c.categories.values() == ("对象存储",))
    foreign = [
        replace(one, case_id="x", customer_key="x", industry=Field("gambling.poker", (), 1.0)),
        replace(one, case_id="y", customer_key="y", scenario=Field("teleport", (), 1.0), challenges=Many((Field("joy", (), 1.0),))),
    ]
    write([one, *foreign], tmp_path / "parts")
    tally.tally(tmp_path / "parts", "对象存储")
    said = capsys.readouterr()
    assert "3 个案例" in said.out
    for words in ("行业的值“gambling.poker”（1 例）", "场景的值“teleport”（1 例）", "需求的值“joy”（1 例）", "请用写成此导出的版本"):
        assert words in said.err


@pytest.mark.parametrize("category", ["对象存储", "消息队列", "没有这个品类"])
def test_gathering_keeps_what_folding_everything_would(cases, category):
    """Streaming one category out of a library changes nothing but what stays in memory."""
    whole = fold(cases)
    for order in (cases, cases[::-1]):
        held = gather(order, category)
        assert list(held.inside) == [c for c in whole if category in c.categories.values()]
        assert held.total == len(whole)
        assert sorted(held.industries.elements()) == sorted(c.industry.value for c in whole if c.industry.value)
