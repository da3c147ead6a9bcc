"""Every delineation method on every county of the nation: quality side by side, time, agreement, certainty.

    python benchmarks/labor_markets.py [DATA]

DATA is a folder with ``commuting/us_county_flows_acs_2011_2015.csv.gz`` and, in ``delineations/``, the official
commuting zones of 1990, those of 2020 (Fowler) and the metropolitan list of 2023; without it, the real public data
beside the project is used. The last table compares the searches behind the parameters of travel-to-work areas in
data/labor_markets.yaml.
"""

import resource
import sys
import time
from pathlib import Path

import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage

from sectorlib import labor_markets as lm
from sectorlib.membership import NONE, membership
from sectorlib.simulation import simulate
from sectorlib.sources.commuting import read_flows
from sectorlib.sources.delineations import read_delineation
from sectorlib.sources.metropolitan import read_metropolitan_areas

DATA = Path(__file__).parents[1].parent / "shared" / "data"

OFFICIAL = {
    "commuting zones 1990 (ERS)": "ers_czlma903_1990.xls",
    "commuting zones 2020 (Fowler)": "cz2020_fowler_county20.csv",
    "metropolitan list 2023 (OMB)": "omb_cbsa_list1_2023.xlsx",
}

#: As many areas as the official zones of 1990 have.
EQUAL = 741

#: What leads a method near EQUAL areas: its stop rule, or the value of a parameter that comes nearest.
AT_EQUAL = {
    "flow-cluster": {"areas": EQUAL, "least_flow": 0},
    "flow-cluster-absolute": {"areas": EQUAL, "self_containment": 1},
    "intramax": {"areas": EQUAL, "self_containment": 1},
    "leiden": {"resolution": 66},
    "travel-to-work": {"minimum_self_containment": 0.7475, "target_self_containment": 0.845},
}

#: Parameters for the few counties of the demonstration, where the shipped ones are for a nation.
DEMONSTRATION = {
    "leiden": {"resolution": 1},
    "flow-cluster-absolute": {"areas": 12, "self_containment": 1},
    "intramax": {"areas": 12, "self_containment": 1},
}

COLUMNS = [
    "n_areas", "singletons", "supply_side", "demand_side", "self_containment_p10", "largest_share",
    "most_counties", "median_counties", "modularity", "share_valid", "not_contiguous", "metropolitan_split",
]  # fmt: skip

#: Coombes and Bond's own search, which ignores the map.
PLAIN = {"contiguous": False, "strong_tie": 1, "least_tie": 0, "most_counties": 0}
LARGER = {"minimum_size": 10_000, "target_size": 50_000}

#: The searches that docs/labor_markets.md compares, each with what is not as shipped.
CANDIDATES = {
    "Coombes and Bond, no map": PLAIN | LARGER,
    "the same near 741": PLAIN | LARGER | {"minimum_self_containment": 0.74, "target_self_containment": 0.83},
    "grown over borders": LARGER | {"strong_tie": 1, "least_tie": 0, "most_counties": 0},
    "and every tie weighed": LARGER | {"strong_tie": 1, "most_counties": 0},
    "and strong ties first": LARGER | {"most_counties": 0},
    "and smaller sizes": {"most_counties": 0},
    "default": {},
    "default at 741": AT_EQUAL["travel-to-work"],
    "default without least_tie": {"least_tie": 0},
    "default without strong_tie": {"strong_tie": 1},
}


def peak_memory() -> float:
    """Most memory the process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def seconds_of(flows: pd.DataFrame, method: str) -> float:
    """Seconds that a method takes once compiled."""
    lm.delineate(flows, method)
    start = time.perf_counter()
    lm.delineate(flows, method)
    return time.perf_counter() - start


def average_linkage(flows: pd.DataFrame, areas: int) -> pd.DataFrame:
    """Commuting zones cut to a number of areas instead of a height."""
    matrix = lm.flow_matrix(flows)
    labels = fcluster(linkage(lm.dissimilarity(matrix), "average"), areas, "maxclust")
    return membership(pd.Series(labels.astype(str), index=matrix.areas))


def at_equal(flows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every method at, or as near as it comes to, EQUAL areas."""
    drawn = {f"{method}, {EQUAL}": lm.delineate(flows, method, **rule) for method, rule in AT_EQUAL.items()}
    return {f"average linkage, {EQUAL}": average_linkage(flows, EQUAL)} | drawn


def agreement(drawn: dict[str, pd.DataFrame], official: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Adjusted Rand index of every delineation with the official ones."""
    return pd.DataFrame(
        {
            name: {ours: lm.adjusted_rand(m, other) for ours, m in drawn.items()}
            for name, other in official.items()
        }
    )


def demonstration() -> pd.Series:
    """How well each method finds the labor markets that the demonstration state was made with."""
    economy = simulate()
    return pd.Series(
        {
            method: lm.adjusted_rand(
                lm.delineate(economy.flows, method, **DEMONSTRATION.get(method, {})), economy.markets
            )
            for method in lm.METHODS
        }
    )


def candidates(flows: pd.DataFrame, official: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Quality of searches for travel-to-work areas, and how near they are to official delineations."""
    borders = lm.county_borders()
    rows = {}
    for name, parameters in CANDIDATES.items():
        markets = lm.delineate(flows, **parameters)
        market = markets.set_index("member")["group"]
        rows[name] = {
            **lm.quality(flows, markets, neighbors=borders).iloc[0][COLUMNS[:-1]],
            **{other: lm.adjusted_rand(markets, table) for other, table in official.items()},
            "Washington with Fairfax": market["11001"] == market["51059"],
        }
    return pd.DataFrame(rows).T


def table(flows: pd.DataFrame, drawn: dict[str, pd.DataFrame], **more: pd.DataFrame) -> pd.DataFrame:
    """Quality of delineations, one column for each."""
    stacked = pd.concat([m.assign(system=name) for name, m in drawn.items()], ignore_index=True)
    return lm.quality(flows, stacked, **more).set_index("system")[COLUMNS]


def main() -> None:
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    flows = read_flows(data / "commuting" / "us_county_flows_acs_2011_2015.csv.gz")
    counties = pd.Index(flows["home"]).union(flows["work"])
    official = {
        name: lm.on_counties(read_delineation(data / "delineations" / file), counties)
        for name, file in OFFICIAL.items()
    }
    areas = read_metropolitan_areas(data / "delineations" / OFFICIAL["metropolitan list 2023 (OMB)"])
    metropolitan = lm.on_counties(areas, counties)  # without micropolitan areas, most of which are one county
    more = {
        "neighbors": lm.county_borders(),
        "metropolitan": metropolitan[metropolitan["group"] != NONE],
    }
    print(f"{len(flows):,} flows, {flows['workers'].sum():,.0f} workers\n")

    shipped = {method: lm.delineate(flows, method) for method in lm.METHODS}
    shipped["commuting-zone .977"] = lm.delineate(flows, "commuting-zone", cut=0.977)
    equal = at_equal(flows)
    n = shipped["travel-to-work"]["group"].nunique()
    equal[f"average linkage, {n}"] = average_linkage(flows, n)
    print("Shipped parameters, and official delineations on the same flows")
    print(table(flows, shipped | official, **more).round(3).to_string(), "\n")
    print(f"At {EQUAL} areas, or as near as the method comes; average linkage also at {n}")
    print(table(flows, equal, **more).round(3).to_string(), "\n")
    print("Adjusted Rand index")
    print(agreement(shipped | equal | official, official).round(3).to_string(), "\n")
    print("Demonstration state: adjusted Rand index with the planted markets")
    print(demonstration().round(3).to_string(), "\n")
    print("Seconds, once compiled")
    print(pd.Series({method: seconds_of(flows, method) for method in lm.METHODS}).round(2).to_string(), "\n")
    for method in ("commuting-zone", "travel-to-work"):
        start = time.perf_counter()
        certain = lm.stability(flows, method, resamples=100)
        print(f"100 resamples, {method}: {time.perf_counter() - start:.1f} seconds")
        print(certain[["probability", "overlap"]].describe().round(3).T.to_string(), "\n")
    print(f"Peak memory: {peak_memory():,.0f} MB\n")
    print("Searches for travel-to-work areas")
    print(candidates(flows, official).to_string())


if __name__ == "__main__":
    main()
