"""Prices: the Consumer Price Index over time, regional price parities over places, from the official files."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from sectorlib.exceptions import LayoutError, MissingFileError, UnknownNameError
from sectorlib.sources.text_tables import require_columns

#: All items, U.S. city average, all urban consumers (CPI-U), not seasonally adjusted.
ALL_ITEMS = "CUUR0000SA0"

#: The period that holds the average of the twelve months.
_ANNUAL = "M13"

#: The largest figures that can be: prices of 100 times the base year's, and of ten times the nation's.
_MOST_INDEX, _MOST_PARITY = 10_000, 1_000

#: Kinds of area of the BEA tables, by table name and the last three digits of the code.
_STATE_PORTIONS = {"998": "metropolitan portion", "999": "nonmetropolitan portion"}


def read_consumer_prices(path: Path, series: str = ALL_ITEMS) -> pd.Series:
    """Annual averages of a consumer price index (period M13, never the mean of what months there are).

    Parameters
    ----------
    path : Path
        A BLS data file (``cu.data.*``, columns padded and split by tabs) or the same as CSV: a series (or
        series_id), year, period and value.
    series : str
        Series of the file; the default is CPI-U, all items, U.S. city average.

    Returns
    -------
    Series of float
        ``consumer_price_index`` by year, for years that have an annual average.

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        A column is missing, or a value is no number.
    UnknownNameError
        The file has no such series.

    References
    ----------
    U.S. Bureau of Labor Statistics, Consumer Price Index, flat files (cu.txt).

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "cu.data.1.AllItems"
    >>> _ = path.write_text(
    ...     "series_id        \\tyear\\tperiod\\t       value\\tfootnote_codes\\n"
    ...     "CUUR0000SA0      \\t2016\\tM12\\t     241.432\\t\\n"
    ...     "CUUR0000SA0      \\t2016\\tM13\\t     240.007\\t\\n"
    ... )
    >>> read_consumer_prices(path).to_dict()
    {2016: 240.007}
    """
    rows = _read(path).rename(columns={"series_id": "series"})
    require_columns(rows, ("series", "year", "period", "value"), path, "is this the publisher's file?")
    if series not in set(rows["series"]):
        raise UnknownNameError.unknown_name("price series", series, rows["series"].dropna().unique())
    annual = rows[(rows["series"] == series) & (rows["period"] == _ANNUAL)]
    values = _numbers(annual["value"], path, _MOST_INDEX)
    return values.set_axis(annual["year"].astype(int)).sort_index().rename("consumer_price_index")


def read_price_parities(path: Path) -> pd.DataFrame:
    """Regional price parities for all items: how dear an area is, the United States being 100.

    The line of all items is found by its description, since its number differs between tables.

    Parameters
    ----------
    path : Path
        A table of the Bureau of Economic Analysis: SARPP (states), MARPP (metropolitan areas) or PARPP
        (metropolitan and nonmetropolitan portions of states).

    Returns
    -------
    DataFrame
        area, area_name, kind (nation, state, metropolitan area, metropolitan portion, nonmetropolitan
        portion), year, price_parity (index). Codes are those of QCEW and cannot be mistaken for counties:
        ``36000``, ``C1018`` for metropolitan area 10180; portions of a state are ``36M`` and ``36N``.

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        A column is missing, there is no line of all items, or a value is no number.

    References
    ----------
    U.S. Bureau of Economic Analysis, Real Personal Income and Regional Price Parities (methodology).

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "SARPP.csv"
    >>> _ = path.write_text(
    ...     'GeoFIPS,GeoName,Region,TableName,LineCode,IndustryClassification,Description,Unit,2015,2016\\n'
    ...     ' "36000","New York",2,SARPP,5,"...","RPPs: All items ","Index",109.666,110.138\\n'
    ...     '"U.S. Bureau of Economic Analysis"\\n'
    ... )
    >>> read_price_parities(path)
        area area_name   kind  year  price_parity
    0  36000  New York  state  2015       109.666
    1  36000  New York  state  2016       110.138
    """
    rows = _read(path)
    require_columns(
        rows, ("GeoFIPS", "GeoName", "TableName", "Description"), path, "is this the publisher's file?"
    )
    rows = rows[rows["Description"].str.startswith("RPPs: All items", na=False)]
    if rows.empty:
        raise LayoutError(
            f"{path.name} has no line 'RPPs: All items'",
            "a BEA table of regional price parities: SARPP, MARPP or PARPP",
            "download the whole table, with every line",
        )
    years = [column for column in rows.columns if column.isdigit()]
    keys = [_area(code, table) for code, table in zip(rows["GeoFIPS"], rows["TableName"], strict=True)]
    rows = rows.assign(area=[k[0] for k in keys], kind=[k[1] for k in keys], area_name=rows["GeoName"])
    long = rows.melt(["area", "area_name", "kind"], years, "year", "price_parity", ignore_index=False)
    text = long["price_parity"].reset_index(drop=True)
    text = text.mask(
        text.str.fullmatch(r"0+(\.0*)?").fillna(False).astype(bool)
    )  # a portion that a state lacks
    parities = _numbers(text, path, _MOST_PARITY, long.index)
    long = long.reset_index(drop=True).assign(year=long["year"].astype(int).to_numpy(), price_parity=parities)
    return long.sort_values(["area", "year"], ignore_index=True)


def _area(code: str, table: str) -> tuple[str, str]:
    if code == "00000":
        return "US000", "nation"
    if code == "00999":
        return "USN", "nonmetropolitan portion"
    if table == "MARPP":
        return f"C{code[:4]}", "metropolitan area"
    if code[2:] in _STATE_PORTIONS:
        kind = _STATE_PORTIONS[code[2:]]
        return code[:2] + kind[0].upper(), kind
    return code, "state"


def _read(path: Path) -> pd.DataFrame:
    """A CSV or tab-separated file as stripped text; lines of another length, as footers are, end it.

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        A line amid the others has more or fewer cells than the header.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(f"{path} is not a file", "a file of prices", "check the path")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="latin-1")
    lines = text.splitlines()
    delimiter = "\t" if lines and "\t" in lines[0] else ","
    header, *rows = csv.reader(lines, delimiter=delimiter, skipinitialspace=True) if lines else [[]]
    filled = [(number, row) for number, row in enumerate(rows, start=2) if any(row)]
    while filled and len(filled[-1][1]) != len(header):
        filled.pop()  # the footer
    for number, row in filled:
        if len(row) != len(header):
            raise LayoutError(
                f"row {number} of {path.name} has {len(row)} cells, the header {len(header)}",
                "as many in each row, but for notes at the end",
                "write numbers without separators, or download the file again",
            )
    cells = [[cell.strip() for cell in row] for _, row in filled]
    return pd.DataFrame(cells, columns=[name.strip() for name in header], index=[n for n, _ in filled])


def _numbers(text: pd.Series, path: Path, most: float, rows: pd.Index | None = None) -> pd.Series:
    """Figures above 0; ``(NA)`` and ``-``, which the publishers write where there is none, are missing."""
    text = text.where(~text.isin(["(NA)", "-", ""]))
    numbers = pd.to_numeric(text, errors="coerce").astype(float)
    bad = text.notna() & ~(numbers.between(0, most) & numbers.ne(0))
    if bad.any():
        at = int(bad.to_numpy().argmax())
        raise LayoutError(
            f"{path.name}, row {(text.index if rows is None else rows)[at]}, holds {text.iloc[at]!r} where a figure should be",
            f"numbers above 0 and up to {most:,g}, or (NA)",
            "download the file again",
        )
    return numbers
