"""Cells that a user marks as confidential, beyond what the agency withholds."""

from __future__ import annotations

from pathlib import Path

from sectorlib.exceptions import TableError
from sectorlib.sources.text_tables import read_text_table

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
    MissingFileError, LayoutError
        As :func:`read_text_table`.
    TableError
        A column is missing, or a row lacks its area or its industry.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "confidential.csv"
    >>> _ = path.write_text("area,industry\\n36055,334\\n")
    >>> read_confidential(path)
    [('36055', '334')]
    """
    table = read_text_table(path)
    lacking = [column for column in _COLUMNS if column not in table]
    if lacking:
        raise TableError(
            f"{path.name} lacks {' and '.join(lacking)}; it has {', '.join(map(str, table.columns))}",
            "columns area and industry, one row for each confidential cell",
            "name the columns in the first line",
        )
    rows = table[_COLUMNS].dropna(how="all")
    blank = rows.index[rows.isna().any(axis=1)]
    if len(blank):
        raise TableError(
            f"row {blank[0]} of {path.name} lacks its area or its industry ({len(blank)} such rows)",
            "an area and an industry in each row",
            "name each cell: one that is not named would not be protected",
        )
    return [(str(area), str(industry)) for area, industry in rows.itertuples(index=False)]
