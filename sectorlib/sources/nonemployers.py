"""People who work for themselves: the Nonemployer Statistics, by county and industry."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from sectorlib import naics
from sectorlib.exceptions import LayoutError
from sectorlib.sources.text_tables import cells_of_one_year, county_codes, read_delimited, require_columns

#: The publisher's columns: businesses and receipts, each with the flag that says why a figure is withheld.
_FIGURES = {"nonemployers": ("estab", "estab_f"), "receipts": ("rcptot", "rcptot_f")}

#: Counties of rows that are of a whole state, or of no known county.
_NO_COUNTY = ("000", "999")

#: The code of all industries.
_ALL = "00"


def read_nonemployers(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Read how many businesses without employees each county's industries have, and what they take in.

    Most of them are people who work for themselves; no count of jobs by employers includes them.

    Parameters
    ----------
    paths : iterable of paths
        County files of one year (``nonemp22co.txt``, or the zip it comes in).

    Returns
    -------
    DataFrame
        area (county), industry, nonemployers (businesses), receipts (USD a year, nominal, published in thousands). A
        figure that is flagged as withheld (``D``, ``S``) is missing. Businesses without paid employees that are subject
        to federal income tax; farms, and a few other industries, are not covered.

    Raises
    ------
    MissingFileError
        A file is not there.
    LayoutError
        A column is missing, a code is no county's, or a value is no number.
    TableError
        A county's industry stands twice.

    References
    ----------
    U.S. Census Bureau, Nonemployer Statistics, record layout of county files.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "nonemp22co.txt"
    >>> _ = path.write_text("ST,CTY,NAICS,ESTAB_F,ESTAB,RCPTOT_N_F,RCPTOT_F,RCPTOT\\n36,055,23,,4100,G,,215000\\n")
    >>> read_nonemployers([path])
        area industry  nonemployers     receipts
    0  36055       23        4100.0  215000000.0
    """
    return cells_of_one_year(
        [_one(Path(path)) for path in paths], "Nonemployer Statistics", ["area", "industry"]
    )


def _one(path: Path) -> pd.DataFrame:
    rows = read_delimited(path, ("co.txt", ".csv"))
    columns = [column for pair in _FIGURES.values() for column in pair]
    require_columns(rows, ("st", "cty", "naics", *columns), path, "is this the publisher's county file?")
    rows = rows[~rows["cty"].str.zfill(3).isin(_NO_COUNTY)]
    areas = county_codes(rows["st"].str.zfill(2) + rows["cty"].str.zfill(3), path, "cty")
    industries = rows["naics"].str.strip().replace(_ALL, naics.TOTAL)
    out = pd.DataFrame({"area": areas, "industry": industries.map(naics.normalize)})
    for name, (column, flag) in _FIGURES.items():
        out[name] = _numbers(rows, column, flag, path)
    out["receipts"] *= 1000
    return out.reset_index(drop=True)


def _numbers(rows: pd.DataFrame, column: str, flag: str, path: Path) -> pd.Series:
    """A column of figures, those that are flagged as withheld missing."""
    shown = rows[flag].str.strip().eq("") & rows[column].str.strip().ne("")
    figures = pd.to_numeric(rows[column].str.replace(",", "").where(shown), errors="coerce")
    wrong = shown & (figures.isna() | (figures < 0))
    if wrong.any():
        row = int(rows.index[wrong][0])
        raise LayoutError(
            f"{path.name} holds {rows.loc[row, column]!r} as {column} in row {row}",
            "a number, or a flag beside it",
            "download the file again",
        )
    return figures.astype(float)
