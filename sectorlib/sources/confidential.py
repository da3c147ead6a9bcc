"""Cells that a user marks as confidential, beyond what the agency withholds."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sectorlib.exceptions import TableError

_COLUMNS = ["area", "industry"]


def read_confidential(path: Path) -> list[tuple[str, str]]:
    """Read the cells to withhold: a CSV file with the columns area and industry.

    Parameters
    ----------
    path : Path
        One row for each cell; it is withheld in every year and ownership.

    Returns
    -------
    list of (area, industry)

    Raises
    ------
    TableError
        A column is missing.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "confidential.csv"
    >>> _ = path.write_text("area,industry\\n36055,334\\n")
    >>> read_confidential(path)
    [('36055', '334')]
    """
    table = pd.read_csv(path, dtype=str, encoding="utf-8-sig", skipinitialspace=True)
    lacking = [column for column in _COLUMNS if column not in table]
    if lacking:
        raise TableError(
            f"{path.name} lacks {' and '.join(lacking)}; it has {', '.join(map(str, table.columns))}",
            "columns area and industry, one row for each confidential cell",
            "name the columns in the first line",
        )
    rows = table[_COLUMNS].dropna()
    return [(str(area).strip(), str(industry).strip()) for area, industry in rows.itertuples(index=False)]
