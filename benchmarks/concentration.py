"""Time of the concentration table on the whole nation in one year, and of every measure on a state over all its years.

    python benchmarks/concentration.py [NATION_STUDY STATE_STUDY]

Each argument is a study file; without them, the studies beside the project are used. Beside the nation's table stands
the idiom a plain pandas user would write for a location quotient alone: groupby, transform and merge, without bounds,
ownership totals or withheld cells. Times are after loading and after the roll-up to regions, which has a line of its
own, and each is the fastest of three runs; processor seconds stand beside them, for a machine that is busy with
other work.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import sectorlib as sl
from sectorlib.growth import METHODS
from sectorlib.results import Results

STUDIES = Path(__file__).parents[1].parent / "shared" / "studies"


class Timed:
    """Runs functions three times, keeps the fewest seconds of each, and gives what they made."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []

    def __call__(self, name: str, run: Callable[[], object]) -> object:
        seconds, processor = [], []
        for _ in range(3):
            start, busy = time.perf_counter(), time.process_time()
            made = run()
            seconds.append(time.perf_counter() - start)
            processor.append(time.process_time() - busy)
        self.rows.append({"measure": name, "seconds": min(seconds), "processor_seconds": min(processor)})
        return made


def plain_pandas(panel: pd.DataFrame, base_area: str) -> pd.Series:
    """The textbook idiom: shares by groupby and transform, divided by the base's, found by merge."""
    own = panel.groupby(["area", "ownership", "year"], observed=True)["employment"].transform("max")
    rows = panel.assign(share=panel["employment"] / own)
    keys = ["industry", "ownership", "year"]
    base = rows.loc[rows["area"] == base_area, [*keys, "share"]]
    merged = rows.merge(base, on=keys, how="left", suffixes=("", "_base"))
    return merged["share"] / merged["share_base"]


def concentration_table(study: sl.Study, rows: pd.DataFrame) -> pd.DataFrame:
    """The concentration result from the rows it is of: quotients, bounds, churn, stability, quadrant, trade, names."""
    results = Results(study)
    results._made["reported"] = rows
    return results["concentration"]


def nation(path: Path) -> pd.DataFrame:
    study = sl.load_study(path)
    panel, base, timed = study.panel, study.base_area, Timed()
    rows = timed("roll-up of counties to labor markets", lambda: Results(study).reported)
    print(f"{path.name}: {len(panel):,} rows, with labor markets {len(rows):,}, base {base}")
    timed("concentration table, with names", lambda: concentration_table(study, rows))
    timed("of these, the quotient alone", lambda: sl.location_quotient(rows, panel, base))
    timed("plain pandas idiom of the quotient", lambda: plain_pandas(rows, base))
    return pd.DataFrame(timed.rows)


def state(path: Path) -> pd.DataFrame:
    study = sl.load_study(path)
    panel, base, timed = study.panel, study.base_area, Timed()
    counties = panel[panel["area"] != base]
    first, last = study.years[0], study.years[-1]
    print(f"{path.name}: {len(panel):,} rows, {len(study.years)} years, base {base}")
    timed("quotient", lambda: sl.location_quotient(panel, panel, base))
    for on in ("wages", "establishments"):
        timed(f"quotient of {on}", lambda on=on: sl.location_quotient(panel, panel, base, on=on))
    bounds = timed("bounds", lambda: sl.location_quotient_bounds(panel, panel, base))
    timed("stability", lambda: sl.stability(panel, panel, base))
    churn = timed("churn", lambda: sl.location_quotient_churn(counties, panel, base))
    interval = timed(
        "interval", lambda: sl.location_quotient_interval(bounds, panel["establishments"], churn)
    )
    change = timed("growth", lambda: sl.growth(panel, first, last))
    keys = ["area", "industry", "ownership"]
    percent = panel[keys].astype(str).merge(change.astype(dict.fromkeys(keys, str)), on=keys, how="left")
    percent = percent["percent_change"].set_axis(panel.index)
    timed("quadrant", lambda: sl.quadrant(interval, percent))
    timed("dynamic quotient", lambda: sl.dynamic_location_quotient(panel, panel, base, first, last))
    for level in ("sector", "3"):
        timed(
            f"specialization, level {level}",
            lambda level=level: sl.specialization(panel, panel, base, level),
        )
    spatial = timed("concentration over areas", lambda: sl.spatial_concentration(counties))
    timed("traded or local", lambda: sl.traded_or_local(spatial))
    for method in METHODS:
        timed(
            f"shift-share, {method}",
            lambda method=method: sl.shift_share(panel, panel, base, first, last, method=method),
        )
    timed("shift-share year by year", lambda: sl.dynamic_shift_share(panel, panel, base, first, last))
    timed("average pay and bounds", lambda: sl.average_annual_pay_bounds(panel))
    tiers = timed("pay tiers", lambda: sl.wage_tier(panel, panel, base, "base-terciles"))
    timed("shares of tiers", lambda: sl.tier_shares(panel, tiers))
    timed("moves of tiers", lambda: sl.tier_migration(panel, tiers, first, last))
    prices = pd.Series({year: 100.0 + year - first for year in study.years})
    timed("job quality", lambda: sl.job_quality(panel, panel, base, prices, first))
    totals = counties[(counties["industry"] == "10") & (counties["ownership"] == "0")]
    parities = pd.DataFrame({"area": base, "year": study.years, "price_parity": 110.0})
    parity = timed("price parities", lambda: sl.area_price_parity(panel, parities))
    timed("pay at parity", lambda: sl.pay_at_parity(sl.average_annual_pay(panel), parity))
    members = totals.assign(price_parity=100.0, area=totals["area"].astype(str))
    timed("price parities of regions", lambda: sl.group_price_parity(members, study.regions))
    return pd.DataFrame(timed.rows)


def main() -> None:
    paths = [Path(argument) for argument in sys.argv[1:]] or [
        STUDIES / "united_states_2016.yaml",
        STUDIES / "new_york.yaml",
    ]
    for measure, path in zip((nation, state), paths, strict=True):
        table = measure(path)
        print(table.round(3).to_string(index=False))
        sums = table[["seconds", "processor_seconds"]].sum()
        print(f"together {sums.iloc[0]:.2f} s, {sums.iloc[1]:.2f} s of processor\n")


if __name__ == "__main__":
    main()
