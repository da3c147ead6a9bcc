"""Build the reference data in the box from the public files beside the project.

    python data/recipes/build.py ../shared/data            # every table
    python data/recipes/build.py ../shared/data flows ...  # these

Each table has a recipe of its name beside this file, with a function ``table(data)`` that makes it of the folder of
public data. ``data/reference.yaml`` says what each is and where its facts come from.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sectorlib.reference import reference_tables

HERE = Path(__file__).parent
TARGET = HERE.parent / "reference"


def build(name: str, data: Path) -> pd.DataFrame:
    """One table, made anew from the folder of public data."""
    if str(HERE) not in sys.path:
        sys.path.insert(0, str(HERE))
    return import_module(name).table(data).reset_index(drop=True)


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table small: codes as dictionaries, and compressed hard."""
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(arrow, path, compression="zstd", compression_level=22, row_group_size=1 << 20)


def main(data: str, *names: str) -> None:
    """Build and write the tables named, or all."""
    TARGET.mkdir(exist_ok=True)
    for name in names or reference_tables():
        table = build(name, Path(data))
        path = TARGET / f"{name}.parquet"
        write(table, path)
        print(f"{path.relative_to(HERE.parent.parent)}: {len(table):,} rows, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
