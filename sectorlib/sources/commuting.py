"""Commuting flows: who lives in which county and works in which.

Three layouts: a tidy table of one row for each pair of counties, the workbook of the American Community
Survey's county-to-county commuting flows (Census Bureau, five-year periods), and the origin-destination files
of LODES (LEHD, Census Bureau), from census blocks.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from sectorlib.exceptions import LayoutError, MissingFileError, TableError, UnknownNameError
from sectorlib.schemas import FLOWS
from sectorlib.sources.delineations import county_codes, read_sheets, read_text_table

#: Column names in files, for each column of the Flows table.
_NAMES = {
    "home": ("home_fips", "home"),
    "work": ("work_fips", "work"),
    "workers": ("workers",),
    "moe": ("moe",),
}

#: The last column but one of the American Community Survey's table, in its header.
_ACS_WORKERS = "workers in commuting flow"

#: Segments of the jobs in LODES: how they are told apart, and what the codes of each mean.
SEGMENTS: dict[str, dict[str, str]] = {
    "age": {"SA01": "age 29 or younger", "SA02": "age 30 to 54", "SA03": "age 55 or older"},
    "pay": {
        "SE01": "1,250 USD a month or less",
        "SE02": "1,251 to 3,333 USD a month",
        "SE03": "more than 3,333 USD a month",
    },
    "industry": {
        "SI01": "goods producing",
        "SI02": "trade, transportation and utilities",
        "SI03": "all other services",
    },
}

_LODES_COLUMNS = ("w_geocode", "h_geocode", "S000", *(code for codes in SEGMENTS.values() for code in codes))
_CROSSWALK_BLOCKS = ("tabblk2010", "tabblk2020")


def read_flows(path: str | Path) -> pd.DataFrame:
    """Read commuting flows between counties.

    Parameters
    ----------
    path : path
        A csv, csv.gz or parquet file with the columns home_fips (or home), work_fips (or work), workers
        and, if known, moe; or the workbook (xls, xlsx) of the American Community Survey's county-to-county
        commuting flows (its tables 1 and 2), of which the rows of foreign workplaces are left out:
        :func:`workers_abroad` has those.

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
    acs = _acs_table(path)
    table = read_text_table(path) if acs is None else acs[_is_domestic(acs)]
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


def workers_abroad(path: str | Path) -> pd.DataFrame:
    """Those in the American Community Survey's workbook who work in another country.

    Parameters
    ----------
    path : path
        As for :func:`read_flows`, with the same errors.

    Returns
    -------
    DataFrame
        home (county), place (of work), workers, moe.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "flows.csv"
    >>> _ = path.write_text("home,work,workers,moe\\n01001,01001,8828,752\\n")
    >>> len(workers_abroad(path))  # only the workbook has them
    0
    """
    path = Path(path)
    acs = _acs_table(path)
    if acs is None:
        read_flows(path)
        return pd.DataFrame(columns=["home", "place", "workers", "moe"])
    abroad = acs[~_is_domestic(acs)]
    return pd.DataFrame(
        {
            "home": county_codes(abroad["home"], path, "county of residence"),
            "place": abroad["place"],
            "workers": _counts(abroad["workers"], path, "workers"),
            "moe": _counts(abroad["moe"], path, "moe"),
        }
    ).reset_index(drop=True)


def read_lodes(
    paths: Iterable[str | Path], crosswalks: Iterable[str | Path] = (), segments: str | None = None
) -> pd.DataFrame:
    """Read LODES origin-destination files as flows between counties.

    Blocks are summed to counties: by the column ``cty`` of the crosswalk where it has the block, else by the
    first five digits of the block. Files are streamed; a large state needs little memory.

    Parameters
    ----------
    paths : iterable of paths
        ``{state}_od_main_...`` (who live and work in the state) and ``{state}_od_aux_...`` (who work in it and
        live in another), csv or csv.gz, of one year and one type of jobs. With only some states, commuters
        who leave them are missing.
    crosswalks : iterable of paths
        ``{state}_xwalk.csv`` or csv.gz of the states, also of those where the workers of aux files live.
    segments : {"age", "pay", "industry"}, optional
        Tell jobs apart (:data:`SEGMENTS`); without it all of them together.

    Returns
    -------
    DataFrame
        Flows: home, work, workers and, with ``segments``, segment; pairs without workers are left out. They
        count jobs, have noise for confidentiality, and no margins of error.

    Raises
    ------
    MissingFileError
        A file is not there.
    LayoutError
        A file lacks a column, or cannot be read.
    TableError
        Two files have the same part of the same state, whose jobs would count twice.
    UnknownNameError
        There is no such kind of segments.

    References
    ----------
    Census Bureau, LEHD Origin-Destination Employment Statistics (LODES), technical documentation.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "ri_od_main_JT00_2019.csv"
    >>> _ = path.write_text(
    ...     "w_geocode,h_geocode,S000,SA01,SA02,SA03,SE01,SE02,SE03,SI01,SI02,SI03\\n"
    ...     "440010301001008,440070301003019,3,1,2,0,1,0,2,0,0,3\\n"
    ...     "440010302001008,440070301003019,1,0,1,0,0,1,0,0,0,1\\n"
    ... )
    >>> read_lodes([path])
        home   work  workers
    0  44007  44001      4.0
    >>> read_lodes([path], segments="pay")["workers"].tolist()
    [1.0, 1.0, 2.0]
    """
    if segments is not None and segments not in SEGMENTS:
        raise UnknownNameError.unknown_name("kind of segments", segments, SEGMENTS)
    columns = ["S000"] if segments is None else list(SEGMENTS[segments])
    sums = ", ".join(f'sum(CAST("{column}" AS DOUBLE)) AS "{column}"' for column in columns)
    with _connection(crosswalks) as connection:
        parts = [_lodes_counties(connection, Path(path), sums) for path in paths]
    if not parts:
        raise MissingFileError("no LODES files", "origin-destination files", "give main and aux files")
    _refuse_repeated_parts(parts)
    tables = [table for _, table, _ in parts]
    pairs = pd.concat(tables, ignore_index=True).groupby(["home", "work"], as_index=False)[columns].sum()
    if segments is None:
        flows = pairs.rename(columns={"S000": "workers"})
    else:
        flows = pairs.melt(["home", "work"], columns, var_name="segment", value_name="workers")
        flows = flows[["home", "work", "workers", "segment"]].sort_values(["home", "work", "segment"])
    return FLOWS.check(flows[flows["workers"] > 0].reset_index(drop=True), "LODES")


@contextmanager
def _connection(crosswalks: Iterable[str | Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a table of counties by block."""
    connection = duckdb.connect(":memory:")
    try:
        # Its bar goes to standard output, where a command writes its table.
        connection.execute("SET enable_progress_bar = false")
        connection.execute("CREATE TABLE counties (block VARCHAR, county VARCHAR)")
        for crosswalk in map(Path, crosswalks):
            header = _header(crosswalk)
            block = next((name for name in _CROSSWALK_BLOCKS if name in header), None)
            if block is None or "cty" not in header:
                raise LayoutError(
                    f"{crosswalk.name} has columns {', '.join(header[:6])}, ...",
                    f"a LODES crosswalk: {' or '.join(_CROSSWALK_BLOCKS)}, and cty",
                    "the file is called {state}_xwalk.csv.gz",
                )
            _run(connection, crosswalk, f'INSERT INTO counties SELECT DISTINCT "{block}", cty FROM {_FROM}')
        yield connection
    finally:
        connection.close()


def _lodes_counties(
    connection: duckdb.DuckDBPyConnection, path: Path, sums: str
) -> tuple[Path, pd.DataFrame, set[tuple[str, str]]]:
    """A file's flows between counties, and which parts of which states it holds."""
    missing = [column for column in _LODES_COLUMNS if column not in _header(path)]
    if missing:
        raise LayoutError(
            f"{path.name} lacks {', '.join(missing)}",
            f"a LODES origin-destination file: {', '.join(_LODES_COLUMNS)}",
            "the files are called {state}_od_main_JT00_{year}.csv.gz and {state}_od_aux_...",
        )
    table = _run(
        connection,
        path,
        f"""
        SELECT coalesce(lives.county, left(h_geocode, 5)) AS home,
               coalesce(works.county, left(w_geocode, 5)) AS work, {sums}
        FROM {_FROM} AS jobs
        LEFT JOIN counties AS lives ON lives.block = h_geocode
        LEFT JOIN counties AS works ON works.block = w_geocode
        GROUP BY home, work ORDER BY home, work
        """,
    )
    table = table.astype({"home": "str", "work": "str"})
    for column in ("home", "work"):
        county_codes(table[column], path, column)
    inside = np.where(table["home"].str[:2] == table["work"].str[:2], "main", "aux")
    return path, table, set(zip(table["work"].str[:2], inside, strict=True))


#: The rows of a csv file as text, so that codes keep their zeros; ``?`` is its path.
_FROM = "read_csv(?, header = true, all_varchar = true)"


def _run(connection: duckdb.DuckDBPyConnection, path: Path, sql: str) -> pd.DataFrame:
    try:
        return connection.execute(sql, [str(path)]).df()
    except duckdb.Error as error:
        raise LayoutError(
            f"{path.name} cannot be read: {str(error).splitlines()[0]}",
            "a csv or csv.gz file of LODES",
            "download it again",
        ) from None


def _header(path: Path) -> list[str]:
    if not path.is_file():
        raise MissingFileError(f"{path} is not there", "a file of LODES", "check the path")
    try:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
            return file.readline().strip().replace('"', "").split(",")
    except (OSError, UnicodeDecodeError) as error:
        raise LayoutError(
            f"{path.name} cannot be read: {error}", "a csv or csv.gz file of LODES", "download it again"
        ) from None


def _refuse_repeated_parts(parts: list[tuple[Path, pd.DataFrame, set[tuple[str, str]]]]) -> None:
    seen: dict[tuple[str, str], Path] = {}
    for path, _, held in parts:
        for part in sorted(held):
            if part in seen:
                state, kind = part
                raise TableError(
                    f"{path.name} and {seen[part].name} both hold {kind} jobs of state {state}",
                    "one main and one aux file for each state, of one year and one type of jobs",
                    "leave one of them out; JT00 is all jobs",
                )
            seen[part] = path


def _acs_table(path: Path) -> pd.DataFrame | None:
    """The workbook of the American Community Survey as columns; None if the file is not one.

    Its header repeats: the first columns of state and county are the residence, the second the workplace.
    """
    if path.suffix.lower() not in (".xls", ".xlsx") or not path.is_file():
        return None
    for rows in read_sheets(path):
        for i, row in enumerate(rows):
            names = [(value or "").lower() for value in row]
            if _ACS_WORKERS in names:
                return _acs_columns(rows, i, names, path)
    return None


def _acs_columns(rows: list[list[str | None]], header: int, names: list[str], path: Path) -> pd.DataFrame:
    states, counties = (
        [j for j, name in enumerate(names) if name.startswith(start)]
        for start in ("state fips", "county fips")
    )
    margins = [j for j, name in enumerate(names) if name.startswith("margin of error")]
    if not (len(states) == len(counties) == 2 and len(margins) == 1):
        raise LayoutError(
            f"{path.name} has columns {', '.join(name for name in names if name)}",
            "state and county FIPS codes of residence and of workplace, workers and margin of error, once each",
            "take the table of counties (1 or 2), not of minor civil divisions",
        )
    table = pd.DataFrame(rows[header + 1 :], dtype="str").set_axis(range(header + 2, len(rows) + 1))
    table = table[table[counties[0]].notna()]  # notes follow the table
    home, work = (
        table[state].str[-2:].str.zfill(2) + table[county].str.zfill(3)
        for state, county in zip(states, counties, strict=True)
    )
    names_of_states = [j for j, name in enumerate(names) if name.startswith("state name")]
    return pd.DataFrame(
        {
            "home": home,
            "work": work,
            "workers": table[names.index(_ACS_WORKERS)],
            "moe": table[margins[0]],
            "work_state": table[states[1]],
            "place": table[names_of_states[-1]] if names_of_states else table[states[1]],
        }
    )


def _is_domestic(acs: pd.DataFrame) -> pd.Series:
    """Other countries have numbers from 100 on, and no counties."""
    return acs["work"].notna() & (pd.to_numeric(acs["work_state"], errors="coerce") < 100)


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
