"""Codes and titles of NAICS 2002 to 2022 (Census Bureau). Of 2002 and 2007, six digits alone are at hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from naics_concordances import concordances

FULL = (2012, 2017, 2022)


def table(data: Path) -> pd.DataFrame:
    """Each code of each revision with its title and the code that it lies in."""
    parts = [_codes(data / "industry" / f"census_2-6 digit_{naics}_Codes.csv", naics) for naics in FULL]
    known = concordances(data)
    for naics in (2002, 2007):
        old = known[known["naics"] == naics].drop_duplicates("code")
        parts.append(old[["naics", "code", "title"]])
    codes = pd.concat(parts, ignore_index=True)
    return codes.sort_values(["naics", "code"], ignore_index=True).astype({"naics": "int16"})


def _codes(path: Path, naics: int) -> pd.DataFrame:
    rows = pd.read_csv(path, dtype=str, encoding="utf-8-sig", header=0)
    rows = rows.iloc[:, 1:3].set_axis(["code", "title"], axis=1).dropna()
    # A T at the end of a title says that the three countries of NAICS share it.
    titles = rows["title"].str.strip().str.replace(r"(?<=[a-z)])T$", "", regex=True)
    return pd.DataFrame({"naics": naics, "code": rows["code"].str.strip(), "title": titles})
