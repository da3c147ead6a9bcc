"""LODES: the LEHD Origin-Destination Employment Statistics of the Census Bureau, summed to counties."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from sectorlib.exceptions import LayoutError, MissingFileError, TableError, UnknownNameError
from sectorlib.schemas import FLOWS
from sectorlib.sources.damage import require_sound
from sectorlib.sources.engine import query_engine
from sectorlib.sources.text_tables import county_codes

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
#: The type of jobs and the year in the name of a file: ``ri_od_main_JT00_2019.csv.gz``.
_RELEASE = re.compile(r"_od_(?:main|aux)_(jt\d\d_\d{4})\.")
#: What the column of blocks of a LODES crosswalk is called, by its vintage.
CROSSWALK_BLOCKS = ("tabblk2010", "tabblk2020")


def read_lodes(
    paths: Iterable[str | Path],
    crosswalks: Iterable[str | Path] = (),
    segments: str | None = None,
    mixed_years: bool = False,
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
    mixed_years : bool
        Files of states may be of different years, where some states' latest files lag behind.

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
        A file lacks a column, holds what is no census block or no number, or cannot be read.
    TableError
        Two files have the same part of the same state, whose jobs would count twice; names of files say that
        they are of several years or types of jobs; a number of jobs is negative; or crosswalks have a block in
        two counties.
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
    # A blank is no number of jobs: the sum is refused, where it would be passed over as missing.
    sums = ", ".join(f"""sum(CAST(coalesce("{c}", 'blank') AS DOUBLE)) AS "{c}\"""" for c in columns)
    files = [Path(path) for path in paths]
    _refuse_mixed_releases(files, mixed_years)
    with _connection(crosswalks) as connection:
        parts = [_lodes_counties(connection, file, sums) for file in files]
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
    FLOWS.check(flows, "LODES")
    infinite = flows[~flows["workers"].between(0, 5e8)]
    if len(infinite):
        pair = infinite.iloc[0]
        raise TableError(
            f"the files give {pair['workers']} jobs to {pair['home']} to {pair['work']}",
            "a number of jobs of 0 or more",
            "download the files again",
        )
    return flows[flows["workers"] > 0].reset_index(drop=True)


@contextmanager
def _connection(crosswalks: Iterable[str | Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a table of counties by block."""
    with query_engine() as connection:
        connection.execute("CREATE TABLE placed (block VARCHAR, county VARCHAR)")
        for crosswalk in map(Path, crosswalks):
            block, _ = crosswalk_columns(crosswalk)
            codes = f"""lpad("{block}", 15, '0'), lpad(cty, 5, '0')"""
            lodes_query(
                connection, crosswalk, f"INSERT INTO placed SELECT DISTINCT {codes} FROM {LODES_ROWS}"
            )
        # A block that two crosswalks hold is one row: joined to two, its jobs would count twice.
        connection.execute("CREATE TABLE counties AS SELECT DISTINCT * FROM placed WHERE county IS NOT NULL")
        _refuse_blocks_in_two_counties(connection)
        yield connection


def _refuse_blocks_in_two_counties(connection: duckdb.DuckDBPyConnection) -> None:
    split = connection.execute(
        "SELECT block, min(county), max(county) FROM counties GROUP BY block HAVING count(*) > 1 ORDER BY block"
    ).fetchone()
    if split:
        raise TableError(
            f"the crosswalks have block {split[0]} in county {split[1]} and in county {split[2]}",
            "each block in one county",
            "name one crosswalk for each state: that of the vintage of the flows' blocks",
        )


def _lodes_counties(
    connection: duckdb.DuckDBPyConnection, path: Path, sums: str
) -> tuple[Path, pd.DataFrame, set[tuple[str, str]]]:
    """A file's flows between counties, and which parts of which states it holds."""
    missing = [column for column in _LODES_COLUMNS if column not in lodes_header(path)]
    if missing:
        raise LayoutError(
            f"{path.name} lacks {', '.join(missing)}",
            f"a LODES origin-destination file: {', '.join(_LODES_COLUMNS)}",
            "the files are called {state}_od_main_JT00_{year}.csv.gz and {state}_od_aux_...",
        )
    table = lodes_query(
        connection,
        path,
        f"""
        SELECT coalesce(lives.county, {_county_of("h_geocode")}) AS home,
               coalesce(works.county, {_county_of("w_geocode")}) AS work, {sums}
        FROM {LODES_ROWS} AS jobs
        LEFT JOIN counties AS lives ON lives.block = lpad(h_geocode, 15, '0')
        LEFT JOIN counties AS works ON works.block = lpad(w_geocode, 15, '0')
        GROUP BY home, work ORDER BY home, work
        """,
    )
    table = table.astype({"home": "str", "work": "str"})
    for column in ("home", "work"):
        county_codes(table[column], path, column)
    inside = np.where(table["home"].str[:2] == table["work"].str[:2], "main", "aux")
    return path, table, set(zip(table["work"].str[:2], inside, strict=True))


def _county_of(block: str) -> str:
    """The county in a block's code, whose leading zero a spreadsheet may have taken; else the code as it is."""
    return f"CASE WHEN regexp_full_match({block}, '\\d{{14,15}}') THEN left(lpad({block}, 15, '0'), 5) ELSE {block} END"


#: The rows of a csv file as text, so that codes keep their zeros; ``?`` is its path.
LODES_ROWS = "read_csv(?, header = true, all_varchar = true)"


def lodes_query(connection: duckdb.DuckDBPyConnection, path: Path, sql: str) -> pd.DataFrame:
    """What a query of a file's rows (:data:`LODES_ROWS`) gives.

    Raises
    ------
    LayoutError
        The file is damaged.
    """
    try:
        return connection.execute(sql, [str(path)]).df()
    except duckdb.Error as error:
        raise LayoutError(
            f"{path.name} cannot be read: {str(error).splitlines()[0]}",
            "a csv or csv.gz file of LODES",
            "download it again",
        ) from None


def lodes_header(path: Path) -> list[str]:
    """The column names of a csv or csv.gz file.

    Raises
    ------
    MissingFileError
        There is no such file.
    LayoutError
        It cannot be read.
    """
    if not path.is_file():
        raise MissingFileError(f"{path} is not there", "a file of LODES", "check the path")
    require_sound(path)
    try:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
            return file.readline().strip().replace('"', "").split(",")
    except (OSError, UnicodeDecodeError) as error:
        raise LayoutError(
            f"{path.name} cannot be read: {error}", "a csv or csv.gz file of LODES", "download it again"
        ) from None


def crosswalk_columns(path: Path) -> tuple[str, list[str]]:
    """The column of blocks of a crosswalk, and all its columns.

    Raises
    ------
    MissingFileError, LayoutError
        As :func:`lodes_header`; also for a file that is no crosswalk.
    """
    header = lodes_header(path)
    block = next((name for name in CROSSWALK_BLOCKS if name in header), None)
    if block is None or "cty" not in header:
        raise LayoutError(
            f"{path.name} has columns {', '.join(header[:6])}, ...",
            f"a LODES crosswalk: {' or '.join(CROSSWALK_BLOCKS)}, and cty",
            "the file is called {state}_xwalk.csv.gz",
        )
    return block, header


def lodes_kind(path: str | Path) -> str:
    """What a file of LODES is, by its columns: ``flows``, ``crosswalk``, or nothing if it is no such file.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "ri_xwalk.csv"
    >>> _ = path.write_text("tabblk2020,st,cty\\n440010301001008,44,44001\\n")
    >>> lodes_kind(path)
    'crosswalk'
    """
    path = Path(path)
    if not path.name.lower().endswith((".csv", ".csv.gz")):
        return ""
    header = lodes_header(path)
    if {"w_geocode", "h_geocode"} <= set(header):
        return "flows"
    return "crosswalk" if "cty" in header and any(block in header for block in CROSSWALK_BLOCKS) else ""


def release_of(path: str | Path) -> tuple[str, int] | None:
    """The type of jobs and the year in a file's name; None where it has none.

    >>> release_of("ri_od_main_JT00_2019.csv.gz")
    ('jt00', 2019)
    """
    match = _RELEASE.search(Path(path).name.lower())
    if match is None:
        return None
    kind, year = match.group(1).split("_")
    return kind, int(year)


def _refuse_mixed_releases(paths: list[Path], mixed_years: bool) -> None:
    """Refuse files whose names give another type of jobs than the first's or, unless told, another year."""
    named = {path.name: release_of(path) for path in paths}
    releases = {name: release[:1] if mixed_years else release for name, release in named.items() if release}
    for name, release in releases.items():
        first = next(iter(releases))
        if release != releases[first]:
            raise TableError(
                f"{first} and {name} are of different types of jobs or years",
                "LODES files of one year and one type of jobs",
                "JT00 is all jobs; leave out the others. Where a state's latest file lags behind, "
                "`mixed_flow_years: true` takes files of several years",
            )


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
