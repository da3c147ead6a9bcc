"""The engine that queries files too large to hold: one connection's settings, for every reader."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

#: The engine spills to disk above this, so that a reader never needs more than a few times as much.
_MEMORY_LIMIT = "1500MB"


@contextmanager
def query_engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to DuckDB in memory, which draws no progress bar and spills to a folder of its own.

    Examples
    --------
    >>> with query_engine() as connection:
    ...     connection.execute("SELECT 1 + 1").fetchone()
    (2,)
    """
    with tempfile.TemporaryDirectory(prefix="sectorlib-duckdb-") as spill:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": _MEMORY_LIMIT,
            "temp_directory": spill,
        }
        connection = duckdb.connect(":memory:", config=settings)
        try:
            # Its bar goes to standard output, where a command writes its table.
            connection.execute("SET enable_progress_bar = false")
            yield connection
        finally:
            connection.close()
