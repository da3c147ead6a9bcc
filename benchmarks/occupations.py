"""How far national staffing patterns are off: modeled occupations of states beside the survey's own estimates.

    python benchmarks/occupations.py

The jobs of each state in 2016 (QCEW, all ownerships, 3-digit industries where published) are staffed as in the nation in
May 2025, and each occupation's share of jobs is held against the share that the survey of May 2025 itself finds in the
state; beside it, the share that the occupation has in the nation, which knows nothing of the state's industries. The nine
years between are part of the error. Below it, percentiles of pay of the 2-digit sectors, put together from their 3-digit
industries, beside the published ones. Needs the real public data beside the project, and `sectorlib[occupations]`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

import sectorlib as sl
from sectorlib import naics
from sectorlib.sectors import naics_sectors

SHARED = Path(__file__).parents[1].parent / "shared"
LEAST_JOBS = 1_000
PERCENTILES = ["pay_p10", "pay_p25", "pay_p50", "pay_p75", "pay_p90"]


def main() -> None:
    if not (SHARED / "data").is_dir():
        sys.exit("the real public data (../shared) is not beside the project")
    staffing = sl.read_oews_package()
    print(staffed_as_in_the_nation(staffing).to_string())
    print()
    print(percentiles_put_together(staffing).to_string())


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


if __name__ == "__main__":
    main()
