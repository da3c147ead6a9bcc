"""Counties in the areas of the LODES geography crosswalk: workforce boards, metropolitan areas, tribal lands, ...

The crosswalk says, for every census block, which areas of each kind it is in. Areas such as workforce boards
split counties; a county belongs to each of them by the share of its jobs, or of its blocks, that is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import geopandas as gpd
import pandas as pd

from sectorlib.areas import county_names, state_of
from sectorlib.exceptions import LayoutError, TableError, UnknownNameError
from sectorlib.membership import NONE, check_membership
from sectorlib.sources.boundaries import CRS, shapes_for
from sectorlib.sources.engine import query_engine
from sectorlib.sources.lodes import LODES_ROWS, crosswalk_columns, lodes_header, lodes_kind, lodes_query

#: A block in no area of a kind has a code of nines, as long as the codes of that kind.
_NOWHERE = r"9{4,}"

#: The column of all jobs: in files of residences and workplaces, and in files of workplaces.
_JOBS_COLUMNS = ("S000", "C000")

#: A projection in metres, to find the nearest county of a state (EPSG).
_METRES = 5070


def is_crosswalk(path: str | Path) -> bool:
    """Whether a file is a LODES geography crosswalk: it has blocks and their counties.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "boards.csv"
    >>> _ = path.write_text("fips,board\\n36055,Finger Lakes\\n")
    >>> is_crosswalk(path)
    False
    """
    return lodes_kind(path) == "crosswalk"


def read_crosswalk(
    paths: Iterable[str | Path],
    group: str | None,
    jobs: Sequence[str | Path] = (),
    vintage: str | None = None,
) -> pd.DataFrame:
    """Which areas of a kind the counties belong to, and by what share, from census blocks.

    Parameters
    ----------
    paths : iterable of paths
        ``{state}_xwalk.csv`` or csv.gz, one for each state.
    group : str
        The column that holds the areas' codes: ``stwib`` (workforce boards), ``cbsa``, ``stcd116``
        (congressional districts), ``trib``, ... The column of the same name and ``name`` holds their titles.
    jobs : sequence of paths
        LODES files with the jobs of blocks: workplaces (``{state}_wac_...``), or residences and workplaces
        (``{state}_od_main_...`` and ``{state}_od_aux_...``). With them a county is shared out by jobs, else by
        blocks on land.
    vintage : str, optional
        A vintage of county codes (:data:`~sectorlib.areas.VINTAGES`). Blocks of counties that it does not have
        are placed in its counties by the position of their town. Without it the counties are the crosswalk's.

    Returns
    -------
    DataFrame
        Membership: member (county), group, weight, title, system (the column). Blocks that are known to be in
        no such area (codes of nines) are in the group ``none``; what is not recorded (blank) is in no row, so
        weights may sum to less than 1. Counties of other states, of which the files have stray blocks, are left
        out.

    Raises
    ------
    MissingFileError
        A file is not there.
    LayoutError
        A file is no crosswalk, or holds no jobs of blocks.
    UnknownNameError
        The crosswalk has no such column.
    TableError
        The files of jobs have none in a county, count jobs twice, or leave out those of a state's residents;
        or two crosswalks hold the blocks of one state.

    References
    ----------
    Census Bureau, LEHD Origin-Destination Employment Statistics (LODES), technical documentation.
    Census Bureau, Geographic Areas Reference Manual: blocks numbered from 0 are water.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "ri_xwalk.csv").write_text(
    ...     "tabblk2010,cty,stwib,stwibname\\n440070001001000,44007,44440001,Providence\\n"
    ...     "440070002001000,44007,44440002,Greater Rhode Island\\n")
    >>> _ = (folder / "ri_wac_S000_JT00_2019.csv").write_text(
    ...     "w_geocode,C000\\n440070001001000,30\\n440070002001000,10\\n")
    >>> boards = read_crosswalk([folder / "ri_xwalk.csv"], "stwib", [folder / "ri_wac_S000_JT00_2019.csv"])
    >>> boards[["member", "title", "weight"]]
      member                 title  weight
    0  44007            Providence    0.75
    1  44007  Greater Rhode Island    0.25
    """
    with query_engine() as connection:
        _count_jobs(connection, [Path(path) for path in jobs])
        parts = {path: _blocks(connection, path, group, bool(jobs)) for path in map(Path, paths)}
    _refuse_repeated_states(parts)
    blocks = pd.concat(parts.values(), ignore_index=True)
    blocks = blocks[state_of(blocks["member"]).isin(blocks["block_state"].unique())]
    if vintage is not None:
        blocks = _in_vintage(blocks, vintage)
    return _membership(blocks, str(group))


def _count_jobs(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> None:
    """A table of jobs by block."""
    connection.execute("CREATE TABLE jobs (block VARCHAR, of_residents BOOLEAN, jobs DOUBLE)")
    kinds = {}
    for path in paths:
        header = lodes_header(path)
        column = next((name for name in _JOBS_COLUMNS if name in header), None)
        if column is None or "w_geocode" not in header:
            raise LayoutError(
                f"{path.name} has columns {', '.join(header[:6])}, ...",
                f"jobs by block: w_geocode, and {' or '.join(_JOBS_COLUMNS)}",
                "give a LODES file called {state}_wac_S000_JT00_{year}.csv.gz",
            )
        kinds[column] = path
        home = "left(h_geocode, 2)" if "h_geocode" in header else "left(w_geocode, 2)"
        query = f"""
            INSERT INTO jobs
            SELECT w_geocode, {home} = left(w_geocode, 2), sum(CAST({column} AS DOUBLE))
            FROM {LODES_ROWS} GROUP BY ALL
        """
        lodes_query(connection, path, query)
    impossible = connection.execute(
        "SELECT block, jobs FROM jobs WHERE coalesce(NOT (jobs BETWEEN 0 AND 5e8), true) ORDER BY block"
    ).fetchone()
    if impossible:
        raise TableError(
            f"the files of jobs give {impossible[1]} jobs to block {impossible[0]}",
            "a number of jobs of 0 or more for each block",
            "download the file again",
        )
    if len(kinds) > 1:
        raise TableError(
            f"{' and '.join(path.name for path in kinds.values())} count the same jobs",
            "files of workplaces (wac), or of residences and workplaces (od)",
            "leave one kind out",
        )
    lacking = connection.execute(
        "SELECT left(block, 2) AS state FROM jobs GROUP BY ALL HAVING NOT bool_or(of_residents) ORDER BY state"
    ).fetchall()
    if lacking:
        raise TableError(
            f"of state {lacking[0][0]} only the jobs of people from other states are given",
            "all jobs of a state: its main file too",
            "add {state}_od_main_JT00_{year}.csv.gz, or give the file of workplaces (wac)",
        )


def _blocks(
    connection: duckdb.DuckDBPyConnection, path: Path, group: str | None, by_jobs: bool
) -> pd.DataFrame:
    """Sums over the blocks of a file: county, group, title, place of the blocks, and what they count."""
    block, header = crosswalk_columns(path)
    if group not in header:
        raise UnknownNameError.unknown_name(f"column of {path.name}", group, header)
    title = f"{group}name" if f"{group}name" in header else group
    lat, lon = (f"CAST({c} AS DOUBLE)" if c in header else "NULL" for c in ("blklatdd", "blklondd"))
    town = "ctycsub" if "ctycsub" in header else block
    counted = "coalesce(jobs.jobs, 0)" if by_jobs else f"CAST(substr({block}, 12, 1) != '0' AS DOUBLE)"
    return lodes_query(
        connection,
        path,
        f"""
        SELECT left({block}, 2) AS block_state, cty AS member,
               nullif(trim("{group}"), '') AS group, nullif(trim("{title}"), '') AS title,
               {lat} AS lat, {lon} AS lon, {town} AS town, {counted} AS counted
        FROM {LODES_ROWS} AS places
        LEFT JOIN (SELECT block, sum(jobs) AS jobs FROM jobs GROUP BY block) AS jobs ON jobs.block = {block}
        """,
    )


def _refuse_repeated_states(parts: dict[Path, pd.DataFrame]) -> None:
    """Refuse two crosswalks of a state: its blocks would count twice, in two vintages perhaps."""
    seen: dict[str, Path] = {}
    for path, blocks in parts.items():
        for state in blocks["block_state"].unique():
            if state in seen:
                raise TableError(
                    f"{path.name} and {seen[state].name} both hold the blocks of state {state}",
                    "one crosswalk for each state",
                    "keep the one whose blocks are of the vintage of the files of jobs",
                )
            seen[state] = path


def _in_vintage(blocks: pd.DataFrame, vintage: str) -> pd.DataFrame:
    """Blocks of counties that a vintage does not have, in the vintage's county that they lie in.

    Shapes are simplified, so a block at a border may seem to lie beside its county. Counties were redrawn along
    the lines of towns (county subdivisions): a town goes where most of its blocks lie.
    """
    known = county_names(vintage).index
    away = blocks[~blocks["member"].isin(known)].dropna(subset=["lat", "lon"])
    if away.empty:
        return blocks
    states = set(away["member"].str[:2])
    shapes = shapes_for([county for county in known if county[:2] in states]).to_crs(_METRES)
    points = gpd.GeoDataFrame(
        away[["town"]], geometry=gpd.points_from_xy(away["lon"], away["lat"], crs=CRS)
    ).to_crs(_METRES)
    counties = points.sjoin_nearest(shapes[["area", "geometry"]]).groupby("town")["area"].agg(_most_frequent)
    return blocks.assign(member=away["town"].map(counties).reindex(blocks.index).fillna(blocks["member"]))


def _most_frequent(values: pd.Series) -> str:
    return str(values.value_counts().index[0])


def _membership(blocks: pd.DataFrame, system: str) -> pd.DataFrame:
    whole = blocks.groupby("member")["counted"].sum()
    empty = whole.index[whole == 0]
    if len(empty):
        raise TableError(
            f"the files of jobs have none in {len(empty)} counties of the crosswalk: {', '.join(empty[:5])}",
            "jobs in every county",
            "give the files of every state, or leave jobs out to share counties out by blocks",
        )
    nowhere = blocks["group"].str.fullmatch(_NOWHERE).fillna(False).astype(bool)
    groups = blocks["group"].mask(nowhere, NONE)
    titles = blocks["title"].mask(nowhere, NONE).fillna(groups)
    counted = blocks.assign(group=groups, title=titles).dropna(subset="group")
    sums = counted.groupby(["member", "group"], as_index=False).agg(
        counted=("counted", "sum"), title=("title", "first")
    )
    sums["weight"] = sums["counted"] / sums["member"].map(whole)
    sums = sums[sums["weight"] > 0].assign(title=_told_apart(sums), system=system)
    sums = sums.astype({"member": "str", "group": "str", "title": "str"}).reset_index(drop=True)
    return check_membership(sums[["member", "group", "weight", "title", "system"]], partial=True)


def _told_apart(sums: pd.DataFrame) -> pd.Series:
    """Titles; with the code where two groups have the same."""
    repeated = sums.groupby("title")["group"].transform("nunique") > 1
    return sums["title"].where(~repeated, sums["title"] + " (" + sums["group"] + ")")
