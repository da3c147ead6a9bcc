"""How far national staffing patterns are off: modeled occupations of states beside the survey's own estimates.

    python benchmarks/occupations.py

The jobs of each state in 2016 (QCEW, all ownerships, 3-digit industries where published) are staffed as in the nation in
May 2025, and each occupation's share of jobs is held against the share that the survey of May 2025 itself finds in the
state; beside it, the share that the occupation has in the nation, which knows nothing of the state's industries. The nine
years between are part of the error. Below it, percentiles of pay of the 2-digit sectors, put together from their 3-digit
industries, beside the published ones; and how far local pay is off by the place that it is taken from: regions mixed from a
metropolitan area and a nonmetropolitan one of its state, and nonmetropolitan areas beside their state. Sampling errors of
the survey are left out of these two. Needs the real public data beside the project, and `sectorlib[occupations]`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

import sectorlib as sl
from sectorlib import naics
from sectorlib.sectors import naics_sectors
from sectorlib.sources.metropolitan import read_metropolitan_areas

SHARED = Path(__file__).parents[1].parent / "shared"
LEAST_JOBS = 1_000
LEAST_AREA_JOBS = 100
PERCENTILES = ["pay_p10", "pay_p25", "pay_p50", "pay_p75", "pay_p90"]


def main() -> None:
    if not (SHARED / "data").is_dir():
        sys.exit("the real public data (../shared) is not beside the project")
    staffing = sl.read_oews_package()
    print(staffed_as_in_the_nation(staffing).to_string())
    print()
    print(percentiles_put_together(staffing).to_string())
    print()
    print(pay_of_mixed_regions(staffing).to_string())
    print()
    print(pay_outside_of_metropolitan_areas(staffing).to_string())


def staffed_as_in_the_nation(staffing: pd.DataFrame) -> pd.DataFrame:
    """Quantiles of the error of modeled shares, over states and occupations."""
    source = sl.read_annual([SHARED / "data/qcew/us_2016/us_2016_quarterly_state_to_naics6.parquet"])
    panel = sl.with_ownership(sl.bound_withheld(sl.assemble(source.rows, source.absent)), "all")
    cells = panel[(panel["ownership"] == "0") & naics.levels(panel["industry"]).isin(["sector", "3"])]
    economy = naics_sectors().assign(sector="economy")
    modeled = sl.sector_occupations(cells, economy[economy["industry"] != "99"], staffing, count=10_000)
    detailed = staffing[(staffing["industry"] == naics.TOTAL) & (staffing["level"] == "detailed")]
    nation = detailed[detailed["area"] == "US000"].set_index("occupation")["share"].rename("national")
    found = detailed[detailed["employment"] >= LEAST_JOBS][["area", "occupation", "share"]]
    both = found.merge(modeled[["area", "occupation", "share_low"]], on=["area", "occupation"]).join(
        nation, on="occupation"
    )
    off = {
        "staffed as in the nation": (both["share_low"] / both["share"] - 1).abs(),
        "the nation's share": (both["national"] / both["share"] - 1).abs(),
    }
    large = both["share"] >= 0.005
    rows = {}
    for name, error in off.items():
        rows[f"{name}, {LEAST_JOBS:,} jobs or more ({len(error):,})"] = error.quantile([0.25, 0.5, 0.75, 0.9])
        rows[f"{name}, 0.5 % of jobs or more ({large.sum():,})"] = error[large].quantile(
            [0.25, 0.5, 0.75, 0.9]
        )
    return pd.DataFrame(rows).T.round(3)


def percentiles_put_together(staffing: pd.DataFrame) -> pd.DataFrame:
    """Quantiles of the error of percentiles averaged over 3-digit industries, by percentile."""
    nation = staffing[staffing["area"] == "US000"]
    codes = pd.Series(nation["industry"].unique())
    three = codes[naics.levels(codes) == "3"]
    errors = []
    for sector, children in three.groupby(three.map(naics.sector)):
        if len(children) < 2:
            continue
        averaged = sl.staffing_pattern(staffing, pd.Series(1.0, index=children))
        published = sl.staffing_pattern(staffing, pd.Series({sector: 1.0}))
        errors.append((averaged[PERCENTILES] / published[PERCENTILES] - 1).abs())
    table = pd.concat(errors).replace(np.inf, np.nan)
    return table.quantile([0.5, 0.9]).T.round(4).assign(occupations=table.notna().sum())


def pay_of_mixed_regions(staffing: pd.DataFrame) -> pd.DataFrame:
    """How far medians of a metropolitan area and of its state are off, by the area's share of a region's jobs."""
    areas = read_metropolitan_areas(SHARED / "data/delineations/omb_cbsa_list1_2023.xlsx")
    states = areas["member"].str[:2].groupby("M" + areas["group"]).agg(["min", "max"])
    state = states.loc[states["min"] == states["max"], "min"]
    table = _medians(staffing)
    metro = table[table["area"].isin(state.index)].assign(state=lambda t: t["area"].map(state))
    both = metro[metro["employment"] >= LEAST_AREA_JOBS].merge(
        _nonmetropolitan(table), on=["state", "occupation"], suffixes=("", "_rest")
    )
    both = both.join(_of_states(table), on=["state", "occupation"]).dropna()
    rows = {}
    for share in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        true = share * both["pay_p50"] + (1 - share) * both["pay_p50_rest"]
        off, state_off = (both["pay_p50"] / true - 1).abs(), (both["pay_state"] / true - 1).abs()
        rows[share] = {
            "metropolitan median off by": off.median(),
            "state median off by": state_off.median(),
            "metropolitan closer": (off < state_off).mean(),
        }
    return pd.DataFrame(rows).T.round(3)


def pay_outside_of_metropolitan_areas(staffing: pd.DataFrame) -> pd.DataFrame:
    """How far a state's median, and that of its other nonmetropolitan areas, are off a nonmetropolitan area's own."""
    table = _medians(staffing)
    rest = _nonmetropolitan(table)
    rest["paid"] = rest["pay_p50"] * rest["employment"]
    sums = rest.groupby(["state", "occupation"])[["paid", "employment"]].transform("sum")
    others = (sums["paid"] - rest["paid"]) / (sums["employment"] - rest["employment"]).replace(0.0, np.nan)
    rest = rest.assign(others=others).join(_of_states(table), on=["state", "occupation"])
    rest = rest[rest["employment"] >= LEAST_AREA_JOBS].dropna()
    off = {
        "the state's median": rest["pay_state"] / rest["pay_p50"] - 1,
        "its other nonmetropolitan areas'": rest["others"] / rest["pay_p50"] - 1,
    }
    rows = {
        n: {"off by": e.abs().median(), "too high by": e.median(), "cases": len(e)} for n, e in off.items()
    }
    return pd.DataFrame(rows).T.round(3)


def _medians(staffing: pd.DataFrame) -> pd.DataFrame:
    """Median pay of detailed occupations over all industries, of every area."""
    rows = staffing[(staffing["industry"] == naics.TOTAL) & (staffing["level"] == "detailed")]
    return rows[["area", "occupation", "employment", "pay_p50"]].dropna()


def _nonmetropolitan(table: pd.DataFrame) -> pd.DataFrame:
    rows = table[table["area"].str.fullmatch(r"M\d{7}")]
    return rows.assign(state=rows["area"].str[1:3])


def _of_states(table: pd.DataFrame) -> pd.Series:
    rows = table[table["area"].str.fullmatch(r"\d{5}")]
    return (
        rows.assign(state=rows["area"].str[:2])
        .set_index(["state", "occupation"])["pay_p50"]
        .rename("pay_state")
    )


if __name__ == "__main__":
    main()
