"""What a team says about its sectors, as CSV: scores, the readiness sheet, partnerships that already run."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sectorlib.sources.text_tables import require_columns


def read_team_file(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read a CSV that people filled in: text as it stands, without blank rows.

    Parameters
    ----------
    path : Path
        A CSV with the columns ``area`` and ``sector`` among others; spreadsheets save it in several encodings.
    columns : tuple of str
        Those that it must have.

    Returns
    -------
    DataFrame
        Every column as text, stripped; blank is missing.

    Raises
    ------
    LayoutError
        A column is missing.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "partnerships.csv"
    >>> _ = path.write_text("area,partnership,sector\\nLM36055,Finger Lakes Optics,Advanced manufacturing\\n,,\\n")
    >>> read_team_file(path, ("area", "partnership", "sector"))["partnership"].to_list()
    ['Finger Lakes Optics']
    """
    try:
        frame = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    except UnicodeDecodeError:
        frame = pd.read_csv(path, dtype=str, encoding="cp1252")
    frame.columns = frame.columns.str.strip()
    require_columns(frame, columns, path, "see docs/targeting.md for the form")
    frame = frame.apply(lambda column: column.str.strip())
    return frame.replace("", pd.NA).dropna(how="all").astype("str").reset_index(drop=True)
