"""Commuting flows: who lives in which county and works in which.

Such as the American Community Survey's county-to-county workflows (Census Bureau, five-year periods), as a
tidy table of one row for each pair of counties.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sectorlib.exceptions import LayoutError, TableError
from sectorlib.schemas import FLOWS
from sectorlib.sources.delineations import county_codes, read_text_table

#: Column names in files, for each column of the Flows table.
_NAMES = {
    "home": ("home_fips", "home"),
    "work": ("work_fips", "work"),
    "workers": ("workers",),
    "moe": ("moe",),
}


def read_flows(path: str | Path) -> pd.DataFrame:
    """Read commuting flows between counties.

    Parameters
    ----------
    path : path
        A csv, csv.gz or parquet file with the columns home_fips (or home), work_fips (or work), workers
        and, if known, moe.

    Returns
    -------
    DataFrame
        Flows: home, work (five-digit counties), workers (who live in home and work in work) and, where
        the file has it, moe (their 90 % margin of error); one row for each pair, in the file's order.

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        A column is missing, a code is not a county's, or workers or their margin are not numbers of at
        least 0.
    TableError
        A pair of counties repeats.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "flows.csv"
    >>> _ = path.write_text("home,work,workers,moe\\n01001,01001,8828,752\\n01001,01101,9000,800\\n")
    >>> read_flows(path)
        home   work  workers    moe
    0  01001  01001   8828.0  752.0
    1  01001  01101   9000.0  800.0
    """
    path = Path(path)
    table = read_text_table(path)
    columns = _recognise(table, path)
    flows = pd.DataFrame(
        {
            "home": county_codes(table[columns["home"]], path, columns["home"]),
            "work": county_codes(table[columns["work"]], path, columns["work"]),
            "workers": _counts(table[columns["workers"]], path, "workers"),
        }
    )
    if "moe" in columns:
        flows["moe"] = _counts(table[columns["moe"]], path, "moe")
    _refuse_missing_workers(flows, path)
    _refuse_repeated_pairs(flows, path)
    return FLOWS.check(flows.reset_index(drop=True), path.name)


def _recognise(table: pd.DataFrame, path: Path) -> dict[str, str]:
    found = {key: name for key, names in _NAMES.items() for name in reversed(names) if name in table}
    missing = [names[0] for key, names in _NAMES.items() if key != "moe" and key not in found]
    if missing:
        raise LayoutError(
            f"{path.name} lacks {', '.join(missing)}; it has {', '.join(table.columns)}",
            "columns home_fips, work_fips, workers and, if known, moe",
            "one row for each pair of counties; rename the columns",
        )
    return found


def _counts(values: pd.Series, path: Path, column: str) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    wrong = (values.notna() & ~np.isfinite(numbers)) | (numbers < 0)
    if wrong.any():
        row = values.index[wrong][0]
        raise LayoutError(
            f"column {column} of {path.name} holds {values[row]!r} in row {row} ({wrong.sum()} such rows)",
            "numbers of at least 0, without separators",
            "nobody commutes in negative numbers; leave a withheld margin blank",
        )
    return numbers


def _refuse_missing_workers(flows: pd.DataFrame, path: Path) -> None:
    missing = flows["workers"].isna()
    if missing.any():
        row = flows.index[missing][0]
        raise LayoutError(
            f"column workers of {path.name} is blank in row {row} ({missing.sum()} such rows)",
            "a number of workers in every row",
            "leave out pairs without commuters; fill in withheld flows, with a note, before use",
        )


def _refuse_repeated_pairs(flows: pd.DataFrame, path: Path) -> None:
    repeated = flows.duplicated(["home", "work"])
    if repeated.any():
        row = flows.index[repeated][0]
        home, work = flows.loc[row, ["home", "work"]]
        raise TableError(
            f"{path.name} has {home} to {work} a second time in row {row} ({int(repeated.sum())} such rows)",
            "one row for each pair of counties",
            "add up the segments or places of a pair; keep one period",
        )
