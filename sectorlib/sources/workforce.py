"""Who works in an industry and how often jobs change hands: the Quarterly Workforce Indicators by county and age."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pandas as pd

from sectorlib import naics
from sectorlib.exceptions import LayoutError, MissingFileError, TableError
from sectorlib.sources.engine import query_engine
from sectorlib.sources.lodes import lodes_header
from sectorlib.sources.text_tables import county_codes

#: Ages of the workforce indicators; A00 is all of them.
AGES = {
    "A00": "all ages", "A01": "14 to 18", "A02": "19 to 21", "A03": "22 to 24", "A04": "25 to 34", "A05": "35 to 44",
    "A06": "45 to 54", "A07": "55 to 64", "A08": "65 or older",
}  # fmt: skip

#: Figures: the publisher's name, ours, and how four quarters become a year.
_FIGURES = {
    "Emp": ("jobs", "avg"),
    "HirA": ("hires", "sum"),
    "Sep": ("separations", "sum"),
    "EarnS": ("monthly_earnings", "avg"),
    "EarnHirNS": ("new_hire_monthly_earnings", "avg"),
}

#: Status flags of figures that are published, and those of them that are distorted on purpose.
_PUBLISHED, _DISTORTED = ("1", "6", "7", "9", "10", "12"), ("7", "9", "12")

#: Private ownership, and all of it where a file has nothing else.
_OWNERS = ("A05", "A00")

_KEYS = ("geography", "industry", "ownercode", "sex", "agegrp", "year", "quarter")


def read_workforce(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Read Quarterly Workforce Indicators by county, industry and age as annual figures.

    Verified against rows of North Carolina, 2010, without ages; the columns by age are those of the publisher's schema.

    Parameters
    ----------
    paths : iterable of paths
        Files by sex and age (``qwi_{state}_sa_f_gc_ns_op_u.csv``, also gz).

    Returns
    -------
    DataFrame
        area (county), industry, age (:data:`AGES`), year, jobs (mean of the quarters' first days), hires and
        separations (sums of four quarters), monthly_earnings and new_hire_monthly_earnings (USD a month, nominal,
        means of the quarters), distorted (whether a quarter's jobs are distorted to protect employers). Both sexes,
        private ownership where the file has it, else all. Of the figures a file needs jobs alone; those that it lacks are
        missing. Counties may be one column, ``geography``, or ``state`` and ``county``. A figure of which a quarter is withheld is missing, as is every
        figure of a year without four quarters.

    Raises
    ------
    MissingFileError
        A file is not there.
    LayoutError
        A column is missing, or a value is no number.
    TableError
        A cell stands twice in a quarter.

    References
    ----------
    U.S. Census Bureau, Quarterly Workforce Indicators, LEHD public-use schema.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "qwi_ri_sa_f_gc_ns_op_u.csv"
    >>> rows = [f"44007,62,A05,0,A07,2022,{quarter},{100 + quarter},10,9,4000,3000,1,1,1,1,1" for quarter in (1, 2, 3, 4)]
    >>> header = "geography,industry,ownercode,sex,agegrp,year,quarter,Emp,HirA,Sep,EarnS,EarnHirNS"
    >>> _ = path.write_text(header + ",sEmp,sHirA,sSep,sEarnS,sEarnHirNS\\n" + "\\n".join(rows) + "\\n")
    >>> read_workforce([path])[["area", "industry", "age", "year", "jobs", "hires"]]
        area industry  age  year   jobs  hires
    0  44007       62  A07  2022  102.5   40.0
    """
    files = [Path(path) for path in paths]
    if not files:
        raise MissingFileError("no workforce indicators", "files by sex and age", "name one")
    parts = [_one(path) for path in files]
    table = pd.concat(parts, ignore_index=True).sort_values(
        ["area", "industry", "age", "year"], ignore_index=True
    )
    if table.duplicated(["area", "industry", "age", "year"]).any():
        raise TableError(
            "workforce indicators of a county stand in two files",
            "one file for each state",
            "leave one of them out",
        )
    return table


def _one(path: Path) -> pd.DataFrame:
    header = lodes_header(path)
    apart = {"state", "county"} <= set(header) and "geography" not in header
    needed = [key for key in _KEYS if not (apart and key == "geography")] + ["Emp", "sEmp"]
    missing = [column for column in needed if column not in header]
    if missing:
        raise LayoutError(
            f"{path.name} lacks {', '.join(missing[:6])}",
            "workforce indicators by county, industry, sex and age",
            "the publisher's files are called qwi_{state}_sa_f_gc_ns_op_u.csv.gz",
        )
    figures = ", ".join(
        f"CASE WHEN count(*) = 4 AND bool_and(s{name} IN {_PUBLISHED}) THEN {how}(CAST({name} AS DOUBLE)) END AS {ours}"
        if {name, f"s{name}"} <= set(header)
        else f"CAST(NULL AS DOUBLE) AS {ours}"
        for name, (ours, how) in _FIGURES.items()
    )
    place = "lpad(state, 2, '0') || lpad(county, 3, '0')" if apart else "geography"
    level = f"AND length({place}) = 5" + (" AND geo_level = 'C'" if "geo_level" in header else "")
    query = f"""
        SELECT {place} AS area, industry, agegrp AS age, CAST(year AS BIGINT) AS year, {figures},
               bool_or(sEmp IN {_DISTORTED}) AS distorted, count(*) AS quarters,
               count(DISTINCT quarter) AS different
        FROM read_csv($path, header = true, all_varchar = true)
        WHERE sex = '0' AND ownercode = $owner {level}
        GROUP BY ALL
    """
    try:
        with query_engine() as connection:
            for owner in _OWNERS:
                table = connection.execute(query, {"path": str(path), "owner": owner}).df()
                if len(table):
                    break
    except duckdb.Error as error:
        raise LayoutError(
            f"{path.name} cannot be read: {str(error).splitlines()[0]}",
            "workforce indicators",
            "download it again",
        ) from None
    if table.empty:
        raise LayoutError(
            f"{path.name} holds no county's jobs",
            f"rows of owner {' or '.join(_OWNERS)} by county, of both sexes",
            "is it the file by county?",
        )
    if (table["quarters"] != table["different"]).any():
        row = table[table["quarters"] != table["different"]].iloc[0]
        raise TableError(
            f"{path.name}: industry {row['industry']} of {row['area']} stands twice in a quarter of {row['year']}",
            "one row for each quarter",
            "leave out the rows by firm age and size, race, ethnicity and education",
        )
    table["area"] = county_codes(table["area"].astype("str"), path, "geography")
    codes = table["industry"].astype("str")
    table["industry"] = codes.map(
        {code: naics.normalize("10" if code == "00" else code) for code in codes.unique()}
    )
    return table.drop(columns=["quarters", "different"])
