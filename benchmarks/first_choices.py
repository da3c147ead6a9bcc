"""The first three sectors of forty labor markets, for an economist to judge: docs/first_choices.md.

    python benchmarks/first_choices.py [--data DATA]

All markets of New York State (2000 to 2017), and of the United States in 2016 the markets that hold the counties below:
large cities, university towns, resorts, mines and oil fields, places on a border, and rural places. DATA is the folder of the real public data beside the project.
"""

import argparse
from pathlib import Path

import pandas as pd

from sectorlib import Results
from sectorlib.study import load_study

SHARED = Path(__file__).parents[1].parent / "shared"

#: A county of each market of the United States, by kind of place.
COUNTIES = {
    "large": ("06037", "17031", "48201", "11001", "26163"),
    "university": ("42027", "19103", "12001"),
    "resort": ("15003", "32003", "12095", "25001", "45051"),
    "mine or oil field": ("56005", "48329", "32007"),
    "border": ("48141", "48215", "06025"),
    "rural": ("13313", "20055", "23003"),
}


def lines_of(targets: pd.DataFrame, kind: str) -> list[str]:
    """One line a market: its first three sectors with what they rest on."""
    out = []
    for name, rows in targets[targets["rank"] <= 3].groupby("area_name", sort=False, observed=True):
        first = rows.sort_values("rank").iloc[0]
        words = [
            f"{row['sector']} ({row['location_quotient']:.1f}, {row['average_pay']:.0%}, {row['share_of_jobs']:.1f} %)"
            for _, row in rows.sort_values("rank").iterrows()
        ]
        label = first["label"] or ("limited data" if first["limited_data"] else "")
        out.append(f"| {name} | {kind} | {'; '.join(words)} | {first['share_first']:.0%} {label} |")
    return out


def main(data: Path) -> None:
    print("| market | kind | first three (quotient, pay of typical industry pay, share of jobs) | first in |")
    print("|---|---|---|---|")
    new_york = load_study(data / "studies" / "new_york.yaml")
    print(*lines_of(Results(new_york)["targets"], "New York"), sep="\n", flush=True)
    nation = load_study(data / "studies" / "united_states_2016.yaml")
    region = nation.regions.set_index("member")["group"]
    targets = Results(nation)["targets"]
    for kind, counties in COUNTIES.items():
        asked = targets[targets["area"].isin(region.reindex(list(counties)))]
        print(*lines_of(asked, kind), sep="\n", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=SHARED)
    main(parser.parse_args().data)
