"""Establishments by size of employment: the County Business Patterns."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from sectorlib import naics
from sectorlib.exceptions import LayoutError
from sectorlib.sources.text_tables import cells_of_one_year, county_codes, read_delimited, require_columns

#: Size classes: the publisher's column and the employees that it stands for.
SIZES = {
    "n<5": "1 to 4", "n5_9": "5 to 9", "n10_19": "10 to 19", "n20_49": "20 to 49", "n50_99": "50 to 99",
    "n100_249": "100 to 249", "n250_499": "250 to 499", "n500_999": "500 to 999", "n1000": "1,000 or more",
}  # fmt: skip

#: The first class was called n1_4 until 2016.
_FORMER = {"n1_4": "n<5"}


def read_employer_sizes(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Read how many establishments of each size a county's industries have.

    Not verified against a real file: the columns are those of the publisher's layout of 2020.

    Parameters
    ----------
    paths : iterable of paths
        County files of one year (``cbp21co.txt``, or the zip it comes in).

    Returns
    -------
    DataFrame
        area (county), industry, size (employees in mid-March, one of :data:`SIZES`, or ``all``), establishments. A
        class that is not available or not comparable (``N``) is missing, and so is one whose cell has too few
        establishments to be published. Establishments with paid employees, without government, farms, railroads
        and households.

    Raises
    ------
    MissingFileError
        A file is not there.
    LayoutError
        A column is missing, a code is no county's or industry's, or a value is no number.
    TableError
        A county's industry stands twice.

    References
    ----------
    U.S. Census Bureau, County Business Patterns, county data dictionary.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "cbp21co.txt"
    >>> header = "fipstate,fipscty,naics,emp,est," + ",".join(SIZES)
    >>> _ = path.write_text(header + "\\n36,055,31----,900,12,5,3,N,1,N,N,N,N,N\\n")
    >>> read_employer_sizes([path]).query("establishments.notna()")
        area industry      size  establishments
    0  36055    31-33       all            12.0
    1  36055    31-33    1 to 4             5.0
    2  36055    31-33    5 to 9             3.0
    4  36055    31-33  20 to 49             1.0
    """
    return cells_of_one_year(
        [_one(Path(path)) for path in paths], "County Business Patterns", ["area", "industry", "size"]
    )


def _one(path: Path) -> pd.DataFrame:
    rows = read_delimited(path, ("co.txt", ".csv")).rename(columns=_FORMER)
    require_columns(
        rows, ("fipstate", "fipscty", "naics", "est", *SIZES), path, "is this the publisher's county file?"
    )
    rows = rows[rows["fipscty"] != "999"]  # establishments that no county is known of
    areas = county_codes(rows["fipstate"].str.zfill(2) + rows["fipscty"].str.zfill(3), path, "fipscty")
    industries = rows["naics"].str.rstrip("-/").replace("", naics.TOTAL)
    industries = industries.map({code: naics.normalize(code) for code in industries.unique()})
    wide = (
        rows[["est", *SIZES]].rename(columns={"est": "all", **SIZES}).assign(area=areas, industry=industries)
    )
    long = wide.melt(["area", "industry"], var_name="size", value_name="text", ignore_index=False)
    known = long["text"].str.strip().ne("N") & long["text"].str.strip().ne("")
    figures = pd.to_numeric(long["text"].str.replace(",", "").where(known), errors="coerce")
    wrong = known & figures.isna()
    if wrong.any():
        row = int(long.index[wrong][0])
        raise LayoutError(
            f"{path.name} holds {long.loc[wrong, 'text'].iloc[0]!r} as a number of establishments in row {row}",
            "a number, or N where it is not available",
            "download the file again",
        )
    order = {size: i for i, size in enumerate(["all", *SIZES.values()])}
    out = long.assign(establishments=figures, order=long["size"].map(order))
    return (
        out.sort_values(["area", "industry", "order"])[["area", "industry", "size", "establishments"]]
        .reset_index(drop=True)
    )  # fmt: skip
