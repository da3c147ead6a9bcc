"""Time, memory and quality of both delineation methods on every county of the nation.

    python benchmarks/labor_markets.py [FLOWS] [OFFICIAL]

FLOWS is a table of county flows, OFFICIAL a delineation to stand beside ours; without them, the real public
data beside the project is used. The last table is the sweep behind the parameters of travel-to-work areas
in data/labor_markets.yaml.
"""

import resource
import sys
import time
from pathlib import Path

import pandas as pd

from sectorlib import labor_markets as lm
from sectorlib.areas import bridge_areas, vintage_of
from sectorlib.membership import membership
from sectorlib.sources.commuting import read_flows
from sectorlib.sources.delineations import read_delineation

DATA = Path(__file__).parents[1].parent / "shared" / "data"

RUNS = {
    "commuting-zone .98": ("commuting-zone", {}),
    "commuting-zone .977": ("commuting-zone", {"cut": 0.977}),
    "travel-to-work": ("travel-to-work", {}),
}

SWEEP = [
    (3_500, 25_000, 0.667, 0.75),  # the UK's
    (10_000, 50_000, 0.667, 0.75),
    (10_000, 50_000, 0.70, 0.80),
    (5_000, 25_000, 0.75, 0.85),
    (10_000, 25_000, 0.75, 0.85),
    (10_000, 50_000, 0.75, 0.85),
    (20_000, 100_000, 0.75, 0.85),
    (10_000, 50_000, 0.75, 0.90),
    (10_000, 50_000, 0.77, 0.87),
    (10_000, 50_000, 0.78, 0.88),
    (10_000, 50_000, 0.80, 0.90),
    (10_000, 50_000, 0.85, 0.95),
]


def peak_memory() -> float:
    """Most memory the process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(flows: pd.DataFrame) -> pd.DataFrame:
    """Each run twice; the second is after compilation."""
    rows = []
    for label, (method, parameters) in RUNS.items():
        seconds = []
        for _ in range(2):
            start = time.perf_counter()
            markets = lm.delineate(flows, method, **parameters)
            seconds.append(time.perf_counter() - start)
        rows.append(
            {
                "run": label,
                "first_seconds": seconds[0],
                "seconds": seconds[1],
                "peak_megabytes": peak_memory(),
            }
            | lm.quality(flows, markets).iloc[0].drop("system").to_dict()
        )
    return pd.DataFrame(rows).set_index("run")


def on_the_counties_of(flows: pd.DataFrame, official: pd.DataFrame) -> pd.DataFrame:
    """An older delineation on the flows' counties; a county made of several counts where the first was."""
    counties = pd.Index(flows["home"]).union(flows["work"])
    bridge = bridge_areas(official["member"], vintage_of(counties).vintage)
    zones = bridge.set_index("member")["group"].to_frame("county").join(official.set_index("member")["group"])
    return membership(zones.drop_duplicates("county").set_index("county")["group"], system="official")


def sweep(flows: pd.DataFrame) -> pd.DataFrame:
    """Quality of travel-to-work areas by what makes an area valid."""
    names = list(lm.method_parameters("travel-to-work"))
    rows = []
    for values in SWEEP:
        parameters = dict(zip(names, values, strict=True))
        markets = lm.delineate(flows, "travel-to-work", **parameters)
        least = lm.self_containment(flows, markets)["self_containment"].min()
        most = markets.groupby("group").size().max()
        row = lm.quality(flows, markets, **parameters).iloc[0].drop("system").to_dict()
        rows.append(parameters | row | {"least_self_contained": least, "most_counties": most})
    return pd.DataFrame(rows)


def main() -> None:
    paths = [Path(argument) for argument in sys.argv[1:]]
    flows_path = paths[0] if paths else DATA / "commuting" / "us_county_flows_acs_2011_2015.csv.gz"
    official_path = paths[1] if len(paths) > 1 else DATA / "delineations" / "ers_czlma903_1990.xls"
    flows = read_flows(flows_path)
    official = on_the_counties_of(flows, read_delineation(official_path))
    print(f"{len(flows):,} flows, {flows['workers'].sum():,.0f} workers\n")
    print(timed(flows).T.round(4).to_string(), "\n")
    print(f"official ({official_path.name}) on these flows")
    print(lm.quality(flows, official).iloc[0].to_string())
    print(lm.market_quality(flows, official)["self_containment"].describe().round(3).to_string(), "\n")
    columns = [
        *lm.method_parameters("travel-to-work"),
        "n_areas", "singletons", "supply_side", "self_containment_p10", "least_self_contained",
        "largest_share", "most_counties", "modularity", "share_valid",
    ]  # fmt: skip
    print(sweep(flows)[columns].round(3).to_string(index=False))


if __name__ == "__main__":
    main()
