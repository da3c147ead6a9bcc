"""Time of the measures on the whole nation in one year, and on a state over all its years.

    python benchmarks/concentration.py [NATION_STUDY STATE_STUDY]

Each argument is a study file; without them, the studies beside the project are used. The last line of the first
table is the idiom a plain pandas user would write for a location quotient: groupby, transform and merge, without
bounds, ownership totals or withheld cells.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import sectorlib as sl

STUDIES = Path(__file__).parents[1].parent / "shared" / "studies"


def timed(name: str, run: Callable[[], object], rows: list[dict]) -> object:
    start = time.perf_counter()
    made = run()
    rows.append({"measure": name, "seconds": time.perf_counter() - start})
    return made


def plain_pandas(panel: pd.DataFrame, base_area: str) -> pd.Series:
    """The textbook idiom: shares by groupby and transform, divided by the base's, found by merge."""
    own = panel.groupby(["area", "ownership", "year"], observed=True)["employment"].transform("max")
    rows = panel.assign(share=panel["employment"] / own)
    keys = ["industry", "ownership", "year"]
    base = rows.loc[rows["area"] == base_area, [*keys, "share"]]
    merged = rows.merge(base, on=keys, how="left", suffixes=("", "_base"))
    return merged["share"] / merged["share_base"]


def concentration_table(panel: pd.DataFrame, base_area: str) -> pd.DataFrame:
    """What the concentration result holds: quotients, bounds, stability."""
    return panel.assign(
        location_quotient=sl.location_quotient(panel, panel, base_area),
        **sl.location_quotient_bounds(panel, panel, base_area),
        **sl.stability(panel, panel, base_area),
    )


def nation(path: Path) -> pd.DataFrame:
    study = sl.load_study(path)
    panel, base = study.panel, study.base_area
    print(f"{path.name}: {len(panel):,} rows, base {base}")
    rows: list[dict] = []
    timed("concentration table (quotient, bounds, stability)", lambda: concentration_table(panel, base), rows)
    timed("of these, the quotient alone", lambda: sl.location_quotient(panel, panel, base), rows)
    timed("plain pandas idiom of the quotient", lambda: plain_pandas(panel, base), rows)
    return pd.DataFrame(rows)


def state(path: Path) -> pd.DataFrame:
    study = sl.load_study(path)
    panel, base = study.panel, study.base_area
    counties = panel[panel["area"] != base]
    first, last = study.years[0], study.years[-1]
    print(f"{path.name}: {len(panel):,} rows, {len(study.years)} years, base {base}")
    rows: list[dict] = []
    table = timed("concentration table", lambda: concentration_table(panel, base), rows)
    churn = timed("churn", lambda: sl.location_quotient_churn(counties, panel, base), rows)
    interval = timed(
        "interval", lambda: sl.location_quotient_interval(table, table["establishments"], churn), rows
    )
    change = timed("growth", lambda: sl.growth(panel, first, last), rows)
    keys = ["area", "industry", "ownership"]
    percent = panel[keys].astype(str).merge(change.astype(dict.fromkeys(keys, str)), on=keys, how="left")
    percent = percent["percent_change"].set_axis(panel.index)
    timed("quadrant", lambda: sl.quadrant(interval, percent), rows)
    timed("dynamic quotient", lambda: sl.dynamic_location_quotient(panel, panel, base, first, last), rows)
    for level in ("sector", "3"):
        timed(
            f"specialisation, level {level}",
            lambda level=level: sl.specialisation(panel, panel, base, level),
            rows,
        )
    spatial = timed("concentration over areas", lambda: sl.spatial_concentration(counties), rows)
    timed("traded or local", lambda: sl.traded_or_local(spatial), rows)
    for method in ("dunn", "esteban-marquillas", "arcelus"):
        timed(
            f"shift-share, {method}",
            lambda method=method: sl.shift_share(panel, panel, base, first, last, method=method),
            rows,
        )
    timed("shift-share year by year", lambda: sl.dynamic_shift_share(panel, panel, base, first, last), rows)
    timed("average pay and bounds", lambda: sl.average_annual_pay_bounds(panel), rows)
    tiers = timed("pay tiers", lambda: sl.wage_tier(panel, panel, base, "base-terciles"), rows)
    timed("shares of tiers", lambda: sl.tier_shares(panel, tiers), rows)
    timed("moves of tiers", lambda: sl.tier_migration(panel, tiers, first, last), rows)
    prices = pd.Series({year: 100.0 + year - first for year in study.years})
    timed("job quality", lambda: sl.job_quality(panel, panel, base, prices, first), rows)
    return pd.DataFrame(rows)


def main() -> None:
    paths = [Path(argument) for argument in sys.argv[1:]] or [
        STUDIES / "united_states_2016.yaml",
        STUDIES / "new_york.yaml",
    ]
    for measure, path in zip((nation, state), paths, strict=True):
        table = measure(path)
        print(table.round(3).to_string(index=False))
        print(f"together {table['seconds'].sum():.2f} s\n")


if __name__ == "__main__":
    main()
