"""What each composition of the catalogue is in three kinds of county: jobs of every segment, 2016, private.

    python benchmarks/compositions.py ../shared/data > table.md

A manufacturing county (Elkhart, Indiana), a university county (Tompkins, New York) and a resort county (Pitkin, Colorado).
Withheld industries have what their state leaves, by establishments, as in data/recipes/traded_industries.py, and at most
what the wider industry has in the county; a figure of which more than a fifth is such an estimate stands after "about".
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from sectorlib import naics
from sectorlib.sectors import load_sectors

sys.path.insert(0, str(Path(__file__).parents[1] / "data" / "recipes"))
import traded_industries as recipe

COUNTIES = {"18039": "Elkhart, IN", "36109": "Tompkins, NY", "08097": "Pitkin, CO"}
#: More estimated than this is said.
ABOUT = 0.2


def main(data: Path) -> None:
    """Print the table."""
    folder = data / "qcew" / "us_2016"
    levels = ("sector", "3", "4")
    counties = recipe._year_of(folder / "us_2016_quarterly_county_to_naics4.parquet", levels)
    states = recipe._year_of(folder / "us_2016_quarterly_state_to_naics6.parquet", levels)
    filled = recipe._filled(counties[counties["state"].isin({code[:2] for code in COUNTIES})], states)
    here = _capped(filled[filled["area"].isin(COUNTIES)])
    whole = here[here["industry"].map(naics.level) == "sector"].groupby("area")["employment"].sum()
    sectors = load_sectors()
    rows = sectors.merge(here[["area", "industry", "published", "employment"]], on="industry", how="left")
    for figure in ("published", "employment"):
        rows[figure] *= rows["weight"]
    sums = rows.groupby(["title", "segment", "area"], sort=False)[["published", "employment"]].sum()
    print("| sector | segment | codes (weight) | " + " | ".join(COUNTIES.values()) + " |")
    print("|---|---|---|" + "---|" * len(COUNTIES))
    total = " | ".join(f"{whole[code]:,.0f}" for code in COUNTIES)
    print(f"| all private jobs | | | {total} |")
    for (title, segment), part in sectors.groupby(["title", "segment"], sort=False):
        codes = ", ".join(
            code + ("" if weight == 1 else f" ({weight:g})")
            for code, weight in zip(part["industry"], part["weight"], strict=True)
        )
        cells = [_cell(sums, (title, segment, code), whole[code]) for code in COUNTIES]
        print(f"| {title} | {segment} | {codes} | " + " | ".join(cells) + " |")


def _capped(cells: pd.DataFrame) -> pd.DataFrame:
    """Estimates of no more than what the wider industry has left in the county, sectors first."""
    cells = cells.set_index(["area", "industry"]).sort_index()
    for level in ("3", "4"):
        for area, code in [key for key in cells.index if naics.level(key[1]) == level]:
            above = (area, naics.parent(code))
            if cells.loc[(area, code), "withheld"] and above in cells.index:
                inside = [key for key in cells.index if key[0] == area and naics.parent(key[1]) == above[1]]
                left = cells.loc[above, "employment"] - cells.loc[inside, "published"].sum()
                cells.loc[(area, code), "employment"] = min(
                    cells.loc[(area, code), "employment"], max(left, 0.0)
                )
    return cells.reset_index()


def _cell(sums: pd.DataFrame, key: tuple[str, str, str], whole: float) -> str:
    if key not in sums.index:
        return "0"
    jobs = float(sums.loc[key, "employment"])
    about = "about " if jobs - sums.loc[key, "published"] > ABOUT * jobs else ""
    return f"{about}{float(f'{jobs:.3g}'):,.0f} ({jobs / whole:.1%})"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
