"""Cells that a user marks as confidential, beyond what the agency withholds."""

from __future__ import annotations

from pathlib import Path

from sectorlib.exceptions import TableError
from sectorlib.sources.text_tables import read_text_table, require_columns

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
        As :func:`read_text_table`; also for a missing column.
    TableError
        A row lacks its area or its industry.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "confidential.csv"
    >>> _ = path.write_text("area,industry\\n36055,334\\n")
    >>> read_confidential(path)
    [('36055', '334')]
    """
    table = read_text_table(path)
    require_columns(table, _COLUMNS, path, "name the columns in the first line; one row for each cell")
    rows = table[_COLUMNS].dropna(how="all")
    blank = rows.index[rows.isna().any(axis=1)]
    if len(blank):
        raise TableError(
            f"row {blank[0]} of {path.name} lacks its area or its industry ({len(blank)} such rows)",
            "an area and an industry in each row",
            "name each cell: one that is not named would not be protected",
        )
    return [(str(area), str(industry)) for area, industry in rows.itertuples(index=False)]
