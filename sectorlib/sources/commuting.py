"""Commuting flows: who lives in which county and works in which.

Three layouts: a tidy table of one row for each pair of counties, the workbook of the American Community
Survey's county-to-county commuting flows (Census Bureau, five-year periods), and the origin-destination files
of LODES (:mod:`sectorlib.sources.lodes`), from census blocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from sectorlib.exceptions import LayoutError, NotSupportedError, TableError, UnknownNameError
from sectorlib.schemas import FLOWS
from sectorlib.sources.lodes import SEGMENTS, lodes_kind, read_lodes
from sectorlib.sources.text_tables import county_codes, read_sheets, read_text_table

#: Column names in files, for each column of the Flows table.
_NAMES = {
    "home": ("home_fips", "home"),
    "work": ("work_fips", "work"),
    "workers": ("workers",),
    "moe": ("moe",),
}

#: More workers than any pair of counties, or the United States, have.
_MOST_WORKERS = 5e8

#: How the American Community Survey's table calls its column of workers, in its header.
_ACS_WORKERS = "workers in commuting flow"


def read_commuting(
    paths: Iterable[str | Path], segment: str | None = None, mixed_years: bool = False
) -> pd.DataFrame:
    """Read the commuting flows of one source, whatever its layout and number of files.

    Parameters
    ----------
    paths : iterable of paths
        One file as for :func:`read_flows`; or LODES origin-destination files (:func:`read_lodes`), with or
        without their crosswalks. Files are told apart by their columns.
    segment : str, optional
        Only jobs of this kind, of LODES files: one of the codes in :data:`SEGMENTS`, such as ``SE03``, jobs
        that pay more than 3,333 USD a month.
    mixed_years : bool
        LODES files of states may be of different years.

    Returns
    -------
    DataFrame
        Flows: home, work, workers and, where the file has it, moe.

    Raises
    ------
    MissingFileError, LayoutError, TableError
        As :func:`read_flows` and :func:`read_lodes`; also for files of several sources.
    UnknownNameError
        There is no such segment.
    NotSupportedError
        A segment is asked for of flows that have none.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "flows.csv"
    >>> _ = path.write_text("home,work,workers\\n01001,01001,8828\\n")
    >>> read_commuting([path])
        home   work  workers
    0  01001  01001   8828.0
    """
    paths = list(paths)
    flows, crosswalks, table = _sorted_files(paths)
    known = [code for codes in SEGMENTS.values() for code in codes]
    if segment is not None and segment not in known:
        raise UnknownNameError.unknown_name("segment", segment, known)
    if segment is None:
        return read_lodes(flows, crosswalks, None, mixed_years) if table is None else read_flows(table)
    kind = next(kind for kind, codes in SEGMENTS.items() if segment in codes)
    told_apart = read_segments(paths, kind, mixed_years)
    return told_apart[told_apart["segment"] == segment].drop(columns="segment").reset_index(drop=True)


def read_segments(paths: Iterable[str | Path], segments: str, mixed_years: bool = False) -> pd.DataFrame:
    """Read the commuting flows of one source by kind of jobs.

    Parameters
    ----------
    paths : iterable of paths
        As for :func:`read_commuting`.
    segments : {"age", "pay", "industry"}
        How jobs are told apart: :data:`SEGMENTS`.
    mixed_years : bool
        Files of states may be of different years.

    Returns
    -------
    DataFrame
        Flows: home, work, workers, segment.

    Raises
    ------
    NotSupportedError
        The flows have no segments: only LODES files do.
    MissingFileError, LayoutError, TableError, UnknownNameError
        As :func:`read_lodes`.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "ri_od_main_JT00_2019.csv"
    >>> _ = path.write_text(
    ...     "w_geocode,h_geocode,S000,SA01,SA02,SA03,SE01,SE02,SE03,SI01,SI02,SI03\\n"
    ...     "440010301001008,440070301003019,3,1,2,0,1,0,2,0,0,3\\n"
    ... )
    >>> read_segments([path], "pay")[["segment", "workers"]].to_numpy().tolist()
    [['SE01', 1.0], ['SE03', 2.0]]
    """
    flows, crosswalks, table = _sorted_files(paths)
    if table is not None:
        raise NotSupportedError(
            f"{table.name} does not tell jobs apart",
            "LODES origin-destination files, which have age, pay and industry",
            "name them as the study's flows",
        )
    return read_lodes(flows, crosswalks, segments, mixed_years)


def _sorted_files(paths: Iterable[str | Path]) -> tuple[list[Path], list[Path], Path | None]:
    """The LODES flows among files, their crosswalks, and the table if it is one of another layout."""
    kinds = {path: lodes_kind(path) for path in map(Path, paths)}
    flows, crosswalks, others = (
        [path for path, kind in kinds.items() if kind == wanted] for wanted in ("flows", "crosswalk", "")
    )
    if (others and len(kinds) > 1) or (crosswalks and not flows):
        raise LayoutError(
            f"flows are in {len(kinds)} files, {', '.join(p.name for p in (others or crosswalks)[:3])} among them",
            "one table of flows, or LODES origin-destination files and their crosswalks",
            "flows of several sources or periods cannot be added up; keep one",
        )
    return flows, crosswalks, others[0] if others else None


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
    columns = _recognize(table, path)
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


def _acs_table(path: Path) -> pd.DataFrame | None:
    """The workbook of the American Community Survey as columns; None if the file is not one.

    Its header stands below titles, in the seventh row for 2011-2015 and the eighth for 2016-2020, and repeats:
    state and county of residence, then of the workplace.
    """
    if path.suffix.lower() not in (".xls", ".xlsx") or not path.is_file():
        return None
    for rows in read_sheets(path):
        for i, row in enumerate(rows):
            names = [" ".join((value or "").lower().split()) for value in row]
            if _ACS_WORKERS in names:
                return _acs_columns(rows, i, names, path)
    return None


def _acs_columns(rows: list[list[str | None]], header: int, names: list[str], path: Path) -> pd.DataFrame:
    states, counties = (
        [j for j, name in enumerate(names) if place in name and "fips" in name]
        for place in ("state", "county")
    )
    margins = [j for j, name in enumerate(names) if name.startswith("margin of error")]
    divisions = any("minor civil division" in name for name in names)
    if divisions or not (len(states) == len(counties) == 2 and len(margins) == 1):
        raise LayoutError(
            f"{path.name} has columns {', '.join(name for name in names if name)}",
            "state and county FIPS codes of residence and of workplace, workers and margin of error, once each",
            "take the table of counties (1 or 2), not of minor civil divisions",
        )
    table = pd.DataFrame(rows[header + 1 :], dtype="str").set_axis(range(header + 2, len(rows) + 1))
    table = table[table[counties].notna().any(axis=1)]  # notes follow the table
    titles = [j for j, name in enumerate(names) if name.startswith("state") and j not in states]
    # States of workplaces have three characters: a table sorted by workplaces may have them first.
    if (table[states[0]].str.len() == 3).all() and (table[states[1]].str.len() == 2).all():
        states, counties, titles = states[::-1], counties[::-1], titles[::-1]
    home, work = (
        table[state].str[-2:].str.zfill(2) + table[county].str.zfill(3)
        for state, county in zip(states, counties, strict=True)
    )
    return pd.DataFrame(
        {
            "home": home,
            "work": work,
            "workers": table[names.index(_ACS_WORKERS)],
            "moe": table[margins[0]],
            "work_state": table[states[1]],
            "place": table[titles[-1]] if titles else table[states[1]],
        }
    )


def _is_domestic(acs: pd.DataFrame) -> pd.Series:
    """Other countries have numbers from 100 on, and no counties."""
    return acs["work"].notna() & (pd.to_numeric(acs["work_state"], errors="coerce") < 100)


def _recognize(table: pd.DataFrame, path: Path) -> dict[str, str]:
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
    wrong = values.notna() & ~numbers.between(0, _MOST_WORKERS)
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
