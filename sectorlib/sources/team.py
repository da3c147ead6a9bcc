"""What a team says about its sectors, as CSV or a workbook: scores, the readiness sheet, partnerships that already run."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sectorlib.sources.text_tables import read_text_table, require_columns


def read_team_file(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read a table that people filled in: text as it stands, without blank rows.

    Parameters
    ----------
    path : Path
        A CSV or a workbook with the columns ``area`` and ``sector`` among others, in any encoding spreadsheets save.
    columns : tuple of str
        Those that it must have.

    Returns
    -------
    DataFrame
        Every column as text, stripped; blank is missing.

    Raises
    ------
    LayoutError
        It cannot be read as a table, or a column is missing.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "partnerships.csv"
    >>> _ = path.write_text("area,partnership,sector\\nLM36055,Finger Lakes Optics,Advanced manufacturing\\n,,\\n")
    >>> read_team_file(path, ("area", "partnership", "sector"))["partnership"].to_list()
    ['Finger Lakes Optics']
    """
    frame = read_text_table(path, empty=True)
    frame.columns = frame.columns.str.strip()
    require_columns(frame, columns, path, "see docs/targeting.md for the form")
    frame = frame.apply(lambda column: column.str.strip())
    return frame.replace("", pd.NA).dropna(how="all").astype("str").reset_index(drop=True)
