"""How many cases of a category have which value at which vendor: one small table, whichever engine counted it.

A cube has a row (dimension, vendor, code, n) for every combination that occurs; the code is None where it is unknown. The dimension
``factor`` counts a case under each challenge that it names. DuckDB reads only the columns it needs and spills to disk beyond
its limit of memory; pandas holds the frame.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pandas as pd

from analysis.load import fold
from analysis.partition.columns import DIMENSIONS, rows
from pipelines.case import Case
from pipelines.errors import UserError

COLUMNS = ["dimension", "vendor", "code", "n"]
MEMORY = "1GB"  # of DuckDB; beyond, it works on disk

# Of several records of one case one stays, whatever their categories: later published, then fuller, then the first id (load.fold).
_CHOSEN = """
CREATE TEMP TABLE chosen AS
WITH held AS (SELECT * FROM read_parquet($files, hive_partitioning = true, hive_types_autocast = false)),
placed AS (SELECT id, rank() OVER (PARTITION BY identity ORDER BY published DESC, filled DESC, id) AS place FROM held)
SELECT {columns}, challenges FROM held WHERE category = $category AND id IN (SELECT id FROM placed WHERE place = 1)
"""
_ONE = "SELECT '{0}' AS dimension, vendor, CAST({0} AS VARCHAR) AS code, count(*) AS n FROM chosen GROUP BY ALL"
_FACTOR = (
    "SELECT 'factor' AS dimension, vendor, factor AS code, count(*) AS n "
    "FROM (SELECT vendor, unnest(challenges) AS factor FROM chosen) GROUP BY ALL"
)


def by_duckdb(folder: Path, category: str, memory: str = MEMORY) -> pd.DataFrame:
    """The cube of a category over an export, out of core; raises UserError where the folder holds no export."""
    if not any(folder.glob("*/*/*.parquet")):
        raise UserError(f"{folder} 里没有导出；先运行 insights export {folder}")
    with tempfile.TemporaryDirectory(prefix="insights-") as spill, duckdb.connect() as db:
        db.execute("SET memory_limit = $1", [memory])
        db.execute("SET temp_directory = $1", [spill])
        db.execute("SET preserve_insertion_order = false")
        chosen = _CHOSEN.format(columns=", ".join(DIMENSIONS))  # our own names
        db.execute(chosen, {"files": str(folder / "*" / "*" / "*.parquet"), "category": category})
        counted = db.execute(" UNION ALL ".join([*(_ONE.format(d) for d in DIMENSIONS), _FACTOR])).df()
    return tidied(counted)


def by_pandas(cases: Iterable[Case], category: str) -> pd.DataFrame:
    """The same cube of cases in memory."""
    frame = pd.DataFrame([r for r in rows(fold(cases)) if r["category"] == category], columns=[*DIMENSIONS, "challenges"])
    factors = frame[["vendor", "challenges"]].explode("challenges").dropna().rename(columns={"challenges": "factor"})
    parts = [_counted(frame, d) for d in DIMENSIONS] + [_counted(factors, "factor")]
    return tidied(pd.concat(parts, ignore_index=True))


def _counted(frame: pd.DataFrame, dimension: str) -> pd.DataFrame:
    held = pd.DataFrame({"vendor": frame["vendor"], "code": frame[dimension]})
    counted = held.groupby(["vendor", "code"], dropna=False).size().reset_index(name="n")
    return counted.assign(dimension=dimension)


def tidied(cube: pd.DataFrame) -> pd.DataFrame:
    """Columns and rows in one order, unknown codes None, so that two engines' cubes can be compared."""
    held = cube[COLUMNS].astype({"n": "int64"})
    held["code"] = held["code"].astype(object).where(held["code"].notna(), None)
    order = held.assign(code=held["code"].fillna("")).sort_values(["dimension", "vendor", "code"]).index
    return held.loc[order].reset_index(drop=True)
