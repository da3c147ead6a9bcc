"""How well grown footprints find planted labor markets, and how far they reach on real flows.

    python benchmarks/scope.py                    # the demonstration state
    python benchmarks/scope.py FLOWS.csv.gz       # and footprints from cities, by the least tie with the center

The first table: an industry that was planted in a labor market, the footprint grown from the county of that market
where most of its jobs are, and the adjusted Rand index of being in it with being in the planted market. The second:
counties of a footprint, if every county had as many jobs, and the Jaccard index with the drawn labor market.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

import sectorlib as sl
from sectorlib.labor_markets import adjusted_rand, delineate, flow_matrix
from sectorlib.membership import membership
from sectorlib.resources import data_path
from sectorlib.scope import SectorJobs, as_sector, grow_footprint
from sectorlib.simulation import simulate

PLANTED = {
    "Merrow Bay": ["493", "488", "423"], "Calder City": ["541", "523", "524"], "Ashenford": ["311", "115"],
    "Lowen Head": ["721", "713"], "Ellisvar": ["622", "339", "611"], "Tarnholt": ["333", "331", "332"],
    "Gannet Field": ["211", "213"], "Hallow Pines": ["321", "322", "113"], "Vesper Falls": ["336", "334", "335"],
}  # fmt: skip

CITIES = {
    "Kansas City": "29095", "Cincinnati": "39061", "Rochester": "36055", "Albany": "36001", "Buffalo": "36029",
    "New York": "36047", "Atlanta": "13121", "Chicago": "17031", "Dallas": "48113", "Omaha": "31055",
    "Charlotte": "37119", "Denver": "08031",
}  # fmt: skip


def planted() -> pd.DataFrame:
    """Agreement of grown footprints with the markets that were planted, one row for each industry."""
    study = sl.load_study(data_path("demo", "study.yaml"))
    matrix = flow_matrix(study.flows)
    market = simulate().markets.set_index("member")["group"].loc[study.counties]
    rows = []
    for name, industries in PLANTED.items():
        truth = membership((market == name).astype(str))
        for industry in industries:
            jobs = SectorJobs(study.panel, as_sector(industry), study.ownership, study.base_area)
            estimates = jobs.counties["employment_estimate"]
            seed = estimates[market[market == name].index].idxmax()
            path = grow_footprint(matrix, estimates, seed)
            grown = set(path.loc[path["decision"] != "not added", "county"])
            found = membership(pd.Series({c: str(c in grown) for c in study.counties}))
            rows.append((name, industry, seed, len(grown), adjusted_rand(found, truth)))
    return pd.DataFrame(rows, columns=["market", "industry", "seed", "counties", "adjusted_rand"])


def reach(path: Path) -> pd.DataFrame:
    """How many counties footprints grown from cities have, by the least tie with the center."""
    flows = sl.read_flows(path)
    matrix = flow_matrix(flows)
    group = delineate(flows, "travel-to-work").set_index("member")["group"]
    even = pd.Series(1.0, index=matrix.areas)
    rows = []
    for tie in (0.0, 0.05, 0.1):
        for city, seed in CITIES.items():
            found = grow_footprint(matrix, even, seed, {"least_center_tie": tie})
            grown = set(found.loc[found["decision"] != "not added", "county"])
            drawn = set(group.index[group == group[seed]])
            rows.append((tie, city, len(grown), len(drawn), len(grown & drawn) / len(grown | drawn)))
    return pd.DataFrame(rows, columns=["least_center_tie", "city", "counties", "market", "jaccard"])


def main() -> None:
    start = time.perf_counter()
    table = planted()
    print(table.round(3).to_string(index=False))
    print(
        f"mean {table['adjusted_rand'].mean():.3f}, exact {np.isclose(table['adjusted_rand'], 1).sum()} of {len(table)}"
    )
    if len(sys.argv) > 1:
        print(reach(Path(sys.argv[1])).round(2).to_string(index=False))
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
