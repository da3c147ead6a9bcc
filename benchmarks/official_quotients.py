"""How many published location quotients of 2016 this package reproduces within their rounding.

    python benchmarks/official_quotients.py [COUNTIES NATION]

COUNTIES is a quarterly file of counties with published ``lq_*`` columns, NATION the quarterly rows of US000;
without them, the real public data beside the project is used. That national file was itself derived from
published quotients, so the second table is the honest one: shares recovered from half of the states, held
against the quotients of the other half.
"""

import sys
import time
from pathlib import Path

import pandas as pd

from sectorlib import concentration
from sectorlib.sources.qcew import read_quarterly

DATA = Path(__file__).parents[1].parent / "shared" / "data" / "qcew" / "us_2016"

#: Measure: the column with the published quotient, and the column it is of.
MEASURES = {
    "employment": ("lq_month3_emplvl", "month3"),
    "establishments": ("lq_qtrly_estabs_count", "establishments"),
    "wages": ("lq_total_qtrly_wages", "wages"),
}

#: Half of the last published digit, and a thousandth of it for what the base's own rounding adds.
ROUNDING = 0.005 * 1.001

#: Puerto Rico and the Virgin Islands are not in the United States total.
ISLANDS = ("72", "78")


def read(path: Path, columns: list[str]) -> pd.DataFrame:
    rows = read_quarterly([path], columns=columns)
    return rows.assign(quarter=rows["quarter"].astype(str), employment=rows["month3"])


def against_the_nation(counties: pd.DataFrame, nation: pd.DataFrame) -> pd.DataFrame:
    """Share of published quotients reproduced, by quarter and measure."""
    table = []
    for quarter, rows in counties.groupby("quarter"):
        base = nation[nation["quarter"] == quarter]
        for measure, (published, _) in MEASURES.items():
            found = concentration.location_quotient(rows, base, "US000", on=measure)
            judged = (rows[published] > 0) & found.notna()
            off = (found - rows[published])[judged].abs()
            table.append(
                {
                    "quarter": quarter,
                    "measure": measure,
                    "cells": len(off),
                    "within_rounding": (off <= ROUNDING).mean(),
                    "within_0.01": (off <= 0.01).mean(),
                }
            )
    return pd.DataFrame(table)


def from_half_of_the_states(counties: pd.DataFrame) -> pd.DataFrame:
    """Shares recovered from every other state; the share of the others' quotients that they explain."""
    states = sorted(counties["area"].astype(str).str[:2].unique())
    learned = counties["area"].astype(str).str[:2].isin(states[::2])
    table = []
    for measure, (published, _) in MEASURES.items():
        periods = ["year", "quarter"]
        known, held = counties[learned], counties[~learned]
        shares = concentration.recover_base_shares(known, known[published], measure, periods, rounding=0)
        found = concentration.location_quotient_from_shares(held, shares, measure, periods)
        judged = (held[published] > 0) & found["location_quotient"].notna()
        low = found["location_quotient_low"][judged] - ROUNDING
        high = found["location_quotient_high"][judged] + ROUNDING
        inside = held.loc[judged, published].between(low, high)
        width = (shares["share_high"] / shares["share_low"] - 1)[shares["agrees"]]
        table.append(
            {
                "measure": measure,
                "shares": len(shares),
                "agree": shares["agrees"].mean(),
                "median_width": width.median(),
                "cells_held_out": int(judged.sum()),
                "explained": inside.mean(),
            }
        )
    return pd.DataFrame(table)


def main() -> None:
    paths = [Path(argument) for argument in sys.argv[1:]]
    counties_path, nation_path = paths or (
        DATA / "us_2016_quarterly_county_to_naics4.parquet",
        DATA / "us000_2016_quarterly_DERIVED.csv.gz",
    )
    start = time.perf_counter()
    counties = read(counties_path, [published for published, _ in MEASURES.values()])
    counties = counties[~counties["area"].astype(str).str[:2].isin(ISLANDS)]
    nation = read(nation_path, [])
    print(f"{len(counties):,} rows of counties read in {time.perf_counter() - start:.1f} s\n")
    table = against_the_nation(counties, nation)
    print(table.to_string(index=False), "\n")
    weighted = (table["cells"] * table["within_rounding"]).sum() / table["cells"].sum()
    print(f"all {table['cells'].sum():,}: {100 * weighted:.3f} % within rounding\n")
    print(from_half_of_the_states(counties).to_string(index=False))


if __name__ == "__main__":
    main()
