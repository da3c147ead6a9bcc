"""Yardsticks of pay and cuts of tiers, compared on states and the nation of 2016 (private industry).

    python benchmarks/typical_pay.py ../shared/data [STATES]

STATES are two-digit codes, New York and Ohio by default. The nation is the shipped table `national_industries`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from sectorlib import naics, wages
from sectorlib.areas import state_name
from sectorlib.reference import national_industries

YEAR = 2016
#: Low below and high above, as ratios to typical industry pay.
CUTS = ((0.6, 1.5), (0.7, 1.4), (0.75, 1.5), (0.8, 1.2), (0.8, 1.5), (0.9, 1.3))
#: The scheme before: of the mean of all jobs.
OF_MEAN = (0.8, 1.2)
SHOWN = {"7225": "restaurants", "4451": "grocery stores", "6231": "nursing homes", "6216": "home health", "6221": "general hospitals", "3363": "vehicle parts", "5221": "banks", "5231": "securities"}  # fmt: skip


def of_state(data: Path, state: str) -> pd.DataFrame:
    """The state's industries of the year, as a panel."""
    months = ["month1_emplvl", "month2_emplvl", "month3_emplvl"]
    names = {"area_fips": "area", "own_code": "ownership", "industry_code": "industry"}
    rows = pd.read_parquet(
        data / "qcew" / "us_2016" / "us_2016_quarterly_state_to_naics6.parquet",
        columns=[*names, "disclosure_code", "total_qtrly_wages", *months], filters=[("area_fips", "==", state + "000")],
    ).rename(columns=names)  # fmt: skip
    withheld = rows["disclosure_code"] == "N"
    rows = rows.assign(
        employment=rows[months].mean(axis=1).mask(withheld) / 4,
        wages=rows["total_qtrly_wages"].mask(withheld),
    )
    sums = rows.groupby(list(names.values()), as_index=False)[["employment", "wages"]].agg(
        lambda q: q.sum(skipna=False)
    )
    return sums[sums["ownership"].isin(["0", "5"])].assign(year=YEAR)


def main(data: Path, *states: str) -> None:
    """Print yardsticks, then cuts."""
    nation = national_industries("5", YEAR).assign(
        area="US000", wages=lambda t: t["average_pay"] * t["employment"]
    )
    places = {"United States": (nation, "US000")}
    places |= {state_name(code): (of_state(data, code), code + "000") for code in states or ("36", "39")}
    yardsticks, cuts = [], []
    for name, (panel, area) in places.items():
        private = panel[panel["ownership"] == "5"]
        found = wages.typical_industry_pay(panel, area).iloc[0]
        level = private["industry"].map(naics.level)
        whole = private[level == "total"].iloc[0]
        mean = whole["wages"] / whole["employment"]
        typical = found["typical_industry_pay"]
        coarse = {
            n: wages.typical_industry_pay(private[level.isin(["total", n])], area).iloc[0]
            for n in ("3", "sector")
        }
        row = {"place": name, "mean": mean, "typical, 4 digits": typical}
        row |= {"least": found["typical_least"], "most": found["typical_most"], "by": found["moved_most_by"]}
        for n, other in coarse.items():
            row |= {
                f"at {n}": other["typical_industry_pay"],
                f"least {n}": other["typical_least"],
                f"most {n}": other["typical_most"],
            }
        yardsticks.append(row)
        industries = private[
            (level == "4") & (private["employment"] > 0) & private["wages"].notna()
        ].set_index("industry")
        pay = industries["wages"] / industries["employment"]
        for low, high, reference, of in [*((*c, typical, "typical") for c in CUTS), (*OF_MEAN, mean, "mean")]:
            share = industries["employment"] / industries["employment"].sum()
            tier = pd.Series(
                np.select([pay < low * reference, pay > high * reference], ["low", "high"], "middle"),
                pay.index,
            )
            shares = share.groupby(tier).sum().round(3).to_dict()
            groups = {words: tier.get(code, "") for code, words in SHOWN.items()}
            cuts.append(
                {
                    "place": name,
                    "of": of,
                    "low": low,
                    "high": high,
                    **{f"jobs {k}": v for k, v in shares.items()},
                    **groups,
                }
            )
    print(pd.DataFrame(yardsticks).round(0).to_string())
    print(pd.DataFrame(cuts).to_string())


if __name__ == "__main__":
    main(
        Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "shared" / "data",
        *sys.argv[2:],
    )
