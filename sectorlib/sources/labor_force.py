"""Labor force and unemployment of counties: annual averages of the Local Area Unemployment Statistics."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from sectorlib.exceptions import LayoutError, MissingFileError, TableError
from sectorlib.sources.text_tables import county_codes, read_sheets, readable

_FIGURES = ("labor_force", "employed", "unemployed", "unemployment_rate")

#: A county's row: series, state, county, name, year and four figures; a figure may be not available.
_FIGURE = r"([\d,.]+|N\.A\.|-)"
_ROW = re.compile(
    rf"(CN\d{{13}})\s+(\d\d)\s+(\d\d\d)\s+(.+?)\s+((?:19|20)\d\d)\s+{_FIGURE}\s+{_FIGURE}\s+{_FIGURE}\s+{_FIGURE}\s*"
)


def read_labor_force(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Read the labor force of counties, by where people live.

    Parameters
    ----------
    paths : iterable of paths
        Files of annual averages by county (``laucnty23.xlsx``, or the text file of the same name), one a year.

    Returns
    -------
    DataFrame
        area (county), year, labor_force, employed, unemployed (persons, annual averages), unemployment_rate
        (percent). Persons who live in the county, wherever they work. A figure that is not available is missing.

    Raises
    ------
    MissingFileError
        A file is not there.
    LayoutError
        A file holds no row of a county, or cannot be read.
    TableError
        A county stands twice in a year, or its employed and unemployed are not its labor force.

    References
    ----------
    U.S. Bureau of Labor Statistics, Local Area Unemployment Statistics.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "laucnty16.txt"
    >>> _ = path.write_text(
    ...     "CN0100100000000   01     001   Autauga County, AL    2016        25,918       24,593      1,325      5.1\\n"
    ... )
    >>> read_labor_force([path])
        area  year  labor_force  employed  unemployed  unemployment_rate
    0  01001  2016      25918.0   24593.0      1325.0                5.1
    """
    parts = [_one(Path(path)) for path in paths]
    if not parts:
        raise MissingFileError("no file of the labor force", "files of annual averages by county", "name one")
    table = pd.concat(parts, ignore_index=True).sort_values(["area", "year"], ignore_index=True)
    repeated = table[table.duplicated(["area", "year"])]
    if len(repeated):
        row = repeated.iloc[0]
        raise TableError(
            f"county {row['area']} stands twice in {row['year']}",
            "one file a year",
            "leave one of the files out",
        )
    return table


def _one(path: Path) -> pd.DataFrame:
    rows = [match.groups() for line in _lines(path) if (match := _ROW.fullmatch(line))]
    if not rows:
        raise LayoutError(
            f"{path.name} holds no county's labor force",
            "annual averages by county: LAUS code, state, county, name, year, labor force, employed, unemployed, rate",
            "the publisher's file is called laucnty with two digits of the year",
        )
    text = pd.DataFrame(rows, columns=["series", "state", "county", "name", "year", *_FIGURES], dtype="str")
    out = pd.DataFrame({"area": county_codes(text["state"] + text["county"], path, "county")})
    out["year"] = text["year"].astype("int64")
    for figure in _FIGURES:
        out[figure] = pd.to_numeric(text[figure].str.replace(",", ""), errors="coerce").astype("float64")
    off = (out["labor_force"] - out["employed"] - out["unemployed"]).abs() > 1
    if off.any():
        row = out[off].iloc[0]
        raise TableError(
            f"{path.name}: county {row['area']} has {row['employed']:,.0f} employed and {row['unemployed']:,.0f} "
            f"unemployed in a labor force of {row['labor_force']:,.0f}",
            "a labor force that is the sum of both",
            "download the file again",
        )
    return out


def _lines(path: Path) -> Iterable[str]:
    """The rows of a text file, or of a workbook's sheets with blanks between the cells."""
    if not path.is_file():
        raise MissingFileError(f"{path} is not there", "a file of the labor force", "check the path")
    if path.suffix.lower() in (".xls", ".xlsx"):
        return ["  ".join(cell for cell in row if cell) for rows in read_sheets(path) for row in rows]
    with readable(path):
        return path.read_text(encoding="cp1252").splitlines()
