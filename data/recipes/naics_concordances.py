"""Which industries of one revision of NAICS became which of the next, at six digits (Census Bureau)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

FILES = {
    2002: "2002_to_2007_NAICS.csv",
    2007: "census_2007_to_2012_NAICS.csv",
    2012: "census_2012_to_2017_NAICS.csv",
    2017: "census_2017_to_2022_NAICS.csv",
}
NEXT = {2002: 2007, 2007: 2012, 2012: 2017, 2017: 2022}


def table(data: Path) -> pd.DataFrame:
    """Each pair of an old code and a new one."""
    pairs = concordances(data)[["naics", "code", "next_naics", "next_code"]].drop_duplicates()
    return pairs.sort_values(["naics", "code", "next_code"], ignore_index=True)


def concordances(data: Path) -> pd.DataFrame:
    """The same with the titles of both."""
    return pd.concat([_pairs(data / "industry" / name, naics) for naics, name in FILES.items()])


def _pairs(path: Path, naics: int) -> pd.DataFrame:
    rows = pd.read_csv(path, dtype=str, encoding="utf-8-sig", header=None, skiprows=2)
    rows = rows.iloc[:, :4].set_axis(["code", "title", "next_code", "next_title"], axis=1)
    rows = rows.apply(lambda column: column.str.strip())
    rows = rows[
        rows["code"].str.fullmatch(r"\d{6}", na=False) & rows["next_code"].str.fullmatch(r"\d{6}", na=False)
    ]
    return rows.assign(naics=naics, next_naics=NEXT[naics]).astype({"naics": "int16", "next_naics": "int16"})
