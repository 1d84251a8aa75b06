"""Writes Parquet by vendor and category (``vendor=aws/category=对象存储/part-0.parquet``), batch by batch.

Names of folders are percent-encoded by the engine, so that no vendor or category can lead out of the folder. Everything is
written beside the target and moved when all is whole; the same cases give the same bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from analysis.partition.columns import BENEFIT, LISTS, TEXT, rows
from pipelines.case import Case
from pipelines.errors import UserError

BATCH = 20_000  # rows at hand
GROUP = 5_000  # rows that wait for a partition's next row group

_TYPES = {**dict.fromkeys(("value", "value_from", "value_to", "confidence"), pa.float64()), "reached": pa.bool_()}
SCHEMA = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in TEXT),
        pa.field("filled", pa.int32()),
        *(pa.field(name, pa.list_(pa.string())) for name in LISTS),
        pa.field("benefits", pa.list_(pa.struct([(n, _TYPES.get(n, pa.string())) for n in BENEFIT]))),
    ]
)
PARTITIONS = pa.schema([SCHEMA.field("vendor"), SCHEMA.field("category")])


def write(cases: Iterable[Case], target: Path) -> int:
    """Exports the cases into a new folder; returns the rows written. Raises UserError where the folder holds something already."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UserError(f"{target} 不是空文件夹；请给出新的文件夹")
    target.parent.mkdir(parents=True, exist_ok=True)
    counted = _Counted(rows(cases))
    with tempfile.TemporaryDirectory(prefix=".making-", dir=target.parent) as made:
        ds.write_dataset(
            counted.batches(),
            Path(made) / "parts",
            schema=SCHEMA,
            format="parquet",
            partitioning=ds.partitioning(PARTITIONS, flavor="hive"),
            min_rows_per_group=GROUP,
            use_threads=False,
        )
        (Path(made) / "parts").mkdir(exist_ok=True)
        (Path(made) / "parts").replace(target)
    return counted.n


class _Counted:
    """Rows as record batches, counted as they pass."""

    def __init__(self, held: Iterator[dict[str, Any]]) -> None:
        self._held = held
        self.n = 0

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Batches until there are no more rows."""
        while batch := list(islice(self._held, BATCH)):
            self.n += len(batch)
            yield pa.RecordBatch.from_pylist(batch, schema=SCHEMA)
