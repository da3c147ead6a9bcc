"""Yardsticks and cuts for the pay criterion, compared on the labor markets of New York, Ohio and the nation, 2016, private.

    python benchmarks/pay_criterion.py ../shared/data

Each target sector of each labor market has the average pay of its published industries of four digits. It is set beside each
yardstick; `benchmarks/typical_pay.py` shows the yardsticks themselves. Printed for each place: how many dollars a yardstick
asks of the market that has it easiest and of the one that has it hardest; how far dropping one industry moves it, at the median
market and at the one that it moves most; how many sectors are under the criterion's worst figure or over its best, where more or
less pay no longer counts; and how many change tier if the yardstick is this one instead of the chosen one. Then the same sectors
by pairs of cuts.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

import sectorlib as sl
from sectorlib import naics, wages
from sectorlib.reference import national_industries, reference_table
from sectorlib.sectors import load_sectors
from sectorlib.targeting import load_criteria

YEAR = 2016
PLACES = {"New York": "36", "Ohio": "39", "United States": ""}
CHOSEN = "nation, 4 digits, local prices"
CUTS = ((0.6, 1.5), (0.7, 1.4), (0.8, 1.2), (0.8, 1.5), (0.9, 1.3))
#: A sector of a market is compared if its published industries have this many jobs.
LEAST_JOBS = 100
_KEYS = {"area_fips": "area", "own_code": "ownership", "industry_code": "industry"}


def annual(path: Path) -> pd.DataFrame:
    """Private cells of the year that every quarter publishes, of sectors, three and four digits and the total."""
    months = ["month1_emplvl", "month2_emplvl", "month3_emplvl"]
    rows = pd.read_parquet(
        path, columns=[*_KEYS, "disclosure_code", "total_qtrly_wages", *months], filters=[("own_code", "==", "5")]
    ).rename(columns=_KEYS)  # fmt: skip
    level = rows["industry"].map({code: naics.level(code) for code in rows["industry"].unique()})
    rows = rows.assign(level=level, withheld=rows["disclosure_code"] == "N")
    rows = rows[rows["level"].isin(["total", "sector", "3", "4"]) & ~rows["area"].str.endswith("999")]
    rows["employment"] = rows[months].sum(axis=1) / 12
    found = rows.groupby(["area", "industry", "level"], as_index=False).agg(
        employment=("employment", "sum"), wages=("total_qtrly_wages", "sum"), withheld=("withheld", "any")
    )
    found = found[~found["withheld"] & (found["employment"] > 0)].drop(columns="withheld")
    return found.assign(ownership="5", year=YEAR)


def summed(cells: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Cells added up over groups of areas."""
    keys = ["area", "industry", "level", "ownership", "year"]
    return (
        cells.assign(area=cells["area"].map(groups))
        .groupby(keys, as_index=False)[["employment", "wages"]]
        .sum()
    )


def middles(panel: pd.DataFrame, level: str) -> pd.DataFrame:
    """Typical industry pay of each area at one level, and how far dropping one industry moves it."""
    rows = panel[panel["level"].isin(["total", level])]
    found = {
        area: wages.typical_industry_pay(part, area).iloc[0]
        for area, part in rows.groupby("area", observed=True)
    }
    table = pd.DataFrame(found).T
    return pd.DataFrame(
        {
            "dollars": table["typical_industry_pay"].astype(float),
            "swing": _swing(table["typical_industry_pay"], table["typical_least"], table["typical_most"]),
        }
    )


def means(panel: pd.DataFrame) -> pd.DataFrame:
    """Average pay of each area, and how far dropping one industry of three digits moves it."""
    whole = panel[panel["level"] == "total"].set_index("area")[["employment", "wages"]]
    parts = panel[panel["level"] == "3"].merge(whole, left_on="area", right_index=True, suffixes=("", "_all"))
    without = (parts["wages_all"] - parts["wages"]) / (parts["employment_all"] - parts["employment"]).clip(
        lower=1
    )
    ends = without.groupby(parts["area"]).agg(["min", "max"])
    dollars = whole["wages"] / whole["employment"]
    return pd.DataFrame({"dollars": dollars, "swing": _swing(dollars, ends["min"], ends["max"])})


def _swing(middle: pd.Series, least: pd.Series, most: pd.Series) -> pd.Series:
    middle, least, most = (series.astype(float) for series in (middle, least, most))
    return np.maximum(most / middle - 1, 1 - least / middle)


def local_prices(counties: pd.DataFrame, markets: pd.DataFrame) -> pd.Series:
    """Prices of each market over the nation's: the mean of its counties' parities by jobs."""
    totals = counties[counties["level"] == "total"]
    parity = wages.area_price_parity(
        totals, reference_table("price_parities"), reference_table("metropolitan_areas")
    )
    found = wages.group_price_parity(totals.assign(price_parity=parity), markets)
    return found.set_index("area")["price_parity"] / 100


def sector_pay(markets: pd.DataFrame) -> pd.DataFrame:
    """Jobs and pay of each market's target sectors, from published industries of four digits."""
    fine = markets[markets["level"] == "4"]
    codes = fine["industry"].drop_duplicates()
    above = {code: [code, code[:3], naics.sector(code)] for code in codes}
    pairs = pd.DataFrame([(code, one) for code, wider in above.items() for one in dict.fromkeys(wider)])
    members = pairs.set_axis(["code", "industry"], axis=1).merge(load_sectors(), on="industry")
    cells = fine.merge(members[["code", "sector", "weight"]], left_on="industry", right_on="code")
    cells[["employment", "wages"]] = cells[["employment", "wages"]].mul(cells["weight"], axis=0)
    sums = cells.groupby(["area", "sector"])[["employment", "wages"]].sum()
    sums = sums[sums["employment"] >= LEAST_JOBS].reset_index()
    return sums.assign(pay=sums["wages"] / sums["employment"])


def everywhere(table: pd.DataFrame, markets: pd.Index) -> pd.DataFrame:
    """One area's yardstick in every market."""
    return pd.DataFrame(np.tile(table.iloc[0].to_numpy(), (len(markets), 1)), markets, table.columns)


def yardsticks(
    place: str, counties: pd.DataFrame, states: pd.DataFrame, markets: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Dollars and swing in every market of the place, by yardstick."""
    groups = markets.set_index("member")["group"]
    within = summed(counties, groups)
    names = pd.Index(within["area"].unique(), name="area")
    nation = national_industries("5", YEAR).assign(
        area="US000",
        wages=lambda t: t["average_pay"] * t["employment"],
        level=lambda t: t["industry"].map(naics.level),
    )
    found = {"area's own mean": means(within), "area, 4 digits": middles(within, "4")}
    if len(states):
        found["state's mean"] = everywhere(means(states), names)
        found |= {
            f"state, {words}": everywhere(middles(states, level), names) for level, words in LEVELS.items()
        }
    found |= {
        f"nation, {words}": everywhere(middles(nation, level), names) for level, words in LEVELS.items()
    }
    prices = local_prices(counties, markets).reindex(names)
    found[CHOSEN] = found["nation, 4 digits"].assign(dollars=lambda t: t["dollars"] * prices)
    return found


LEVELS = {"sector": "2 digits", "3": "3 digits", "4": "4 digits"}


def tiers(ratio: pd.Series, low: float, high: float) -> np.ndarray:
    return np.select([ratio < low, ratio > high], ["low", "high"], "middle")


def main(data: Path) -> None:
    """Print both tables for each place."""
    folder = data / "qcew" / "us_2016"
    counties = annual(folder / "us_2016_quarterly_county_to_naics4.parquet")
    states = annual(folder / "us_2016_quarterly_state_to_naics6.parquet")
    markets = sl.delineate(reference_table("commuting_flows"))
    ends = load_criteria().loc["average_pay", ["worst", "best"]]
    low, high = wages.tier_cuts("typical-pay")
    found, cuts = [], []
    for place, code in PLACES.items():
        inside = counties[counties["area"].str.startswith(code) & counties["area"].isin(markets["member"])]
        within = markets[markets["member"].isin(inside["area"])]
        state = states[states["area"] == code + "000"]
        pay = sector_pay(summed(inside, within.set_index("member")["group"]))
        made = yardsticks(place, inside, state, within)
        ratios = {name: pay["pay"] / pay["area"].map(table["dollars"]) for name, table in made.items()}
        chosen = tiers(ratios[CHOSEN], low, high)
        for name, table in made.items():
            ratio = ratios[name]
            found.append(
                {
                    "place": place,
                    "yardstick": name,
                    "from": table["dollars"].min(),
                    "to": table["dollars"].max(),
                    "moved": 100 * table["swing"].median(),
                    "at most": 100 * table["swing"].max(),
                    "worth nothing": 100 * (ratio < ends["worst"]).mean(),
                    "worth all": 100 * (ratio > ends["best"]).mean(),
                    "low": 100 * (ratio < low).mean(),
                    "high": 100 * (ratio > high).mean(),
                    "other tier": 100 * (tiers(ratio, low, high) != chosen).mean(),
                }
            )
        for pair in CUTS:
            told = tiers(ratios[CHOSEN], *pair)
            cuts.append(
                {"place": place, "low": pair[0], "high": pair[1]}
                | {f"{t} sectors": 100 * (told == t).mean() for t in ("low", "middle", "high")}
                | {f"{t} jobs": 100 * pay["employment"][told == t].sum() / pay["employment"].sum() for t in ("low", "middle", "high")}
            )  # fmt: skip
        print(f"{place}: {pay['area'].nunique()} markets, {len(pay):,} sectors of markets")
    print(pd.DataFrame(found).round(1).to_string())
    print(pd.DataFrame(cuts).round(1).to_string())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "shared" / "data")
