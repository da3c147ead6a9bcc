"""Estimates and 80 % ranges of cells that an agency really withheld, where another publication gives their figures.

    python benchmarks/withheld_truth.py ../shared/data [STATES]

Two sources of truth. New York's own file of 2000 to 2017 withholds cells that the Bureau of Labor Statistics published in
its final files of 2000, 2010 and 2016. And the bureau's quarterly files of 2016 withhold one quarter or more of cells whose
year is in its annual files; here all of their quarters are taken away. STATES are two-digit codes of the second source (New
York and Ohio by default). Regions are the commuting zones of 1990 inside the state. Printed by number of establishments: cells,
the share inside the 80 % range, below and above it, and the weighted error, beside that of masked cells of the same panel.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from sectorlib.areas import is_county
from sectorlib.disclosure import errors_of_estimates, estimate_withheld, plausible_ranges
from sectorlib.disclosure.estimates import rated_cells
from sectorlib.panel import aggregate, assemble
from sectorlib.reference import reference_table
from sectorlib.sources.qcew import read_annual

KEY = ["area", "industry", "ownership", "year"]
FIGURES = ["employment", "establishments"]
SIZES = {"1": (0, 1.5), "2": (1.5, 2.5), "3-5": (2.5, 5.5), "6+": (5.5, np.inf)}


def keyed(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with plain codes, private, by cell."""
    rows = rows.astype(dict.fromkeys(KEY[:3], str))
    return rows[rows["ownership"] == "5"].set_index(KEY)


def of_state(path: Path, state: str) -> pd.DataFrame:
    """A state's rows of a national file of quarters."""
    code = pc.utf8_slice_codeunits(ds.field("area_fips").cast("string"), 0, 2)
    return ds.dataset(path).to_table(filter=pc.is_in(code, value_set=pa.array([state]))).to_pandas()


def written(data: Path, state: str, folder: Path) -> list[Path]:
    """A state's quarters of 2016 as files of their own."""
    paths = [folder / f"{state}_{kind}.parquet" for kind in ("county_to_naics4", "state_to_naics6")]
    for path in paths:
        if not path.exists():
            of_state(
                data / "qcew" / "us_2016" / f"us_2016_quarterly_{path.stem[3:]}.parquet", state
            ).to_parquet(path)
    return paths


def new_york(data: Path, annual: pd.DataFrame, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The state's own file, and the bureau's figures of its private cells: by year, and for 2016 by quarter."""
    read = read_annual([data / "ny" / "ny_annual_2000_2017.csv.gz"])
    fine = keyed(read_annual(written(data, "36", folder)).rows)
    return assemble(read.rows, read.absent), annual.combine_first(fine)[FIGURES]


def quarters(data: Path, state: str, annual: pd.DataFrame, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A state's quarters of 2016 with every doubtful year taken away, and the annual figures."""
    read = read_annual(written(data, state, folder))
    rows = read.rows.copy()
    partial = rows["disclosure"] == "partial"
    rows.loc[partial, ["employment_low", "wages_low"]] = 0.0
    rows.loc[partial, "disclosure"] = "suppressed"
    return assemble(rows, read.absent), annual[FIGURES]


def inside(ranges: pd.DataFrame, truth: np.ndarray) -> dict[str, np.ndarray]:
    """Below, inside and above the range; half a job of rounding is inside."""
    below = truth < ranges["employment_low_80"].to_numpy() - 0.5
    above = truth > ranges["employment_high_80"].to_numpy() + 0.5
    return {"held": ~below & ~above, "below": below, "above": above}


def tried(panel: pd.DataFrame, final: pd.DataFrame) -> pd.DataFrame:
    """Each withheld cell and sum of which the truth is known: estimate, range, truth and establishments."""
    estimates, errors = estimate_withheld(panel), errors_of_estimates(panel)
    zones = reference_table("commuting_zones")[["member", "group"]].assign(weight=1.0)
    zones = zones[zones["member"].isin(panel["area"].astype(str))]
    local = is_county(panel["area"]).to_numpy()
    cells = pd.MultiIndex.from_frame(panel[KEY].astype(dict.fromkeys(KEY[:3], str)))
    final = final.reindex(cells).set_axis(panel.index)
    truth, places = final["employment"], panel["establishments"].fillna(final["establishments"])
    truth = truth.where(truth.notna(), panel["employment"].where(panel["ownership"].astype(str) == "5"))
    found = []
    for kind in ("counties", "regions"):
        if kind == "counties":
            published, made, right = panel[local], estimates[local], truth[local].to_numpy()
        else:
            published, made = (aggregate(t[local], areas=zones) for t in (panel, estimates))
            known = panel[local].assign(employment=truth[local], wages=0.0, disclosure="disclosed")
            known.loc[truth[local].isna(), "disclosure"] = "suppressed"
            right = aggregate(known, areas=zones)["employment"].to_numpy()
        ranges = plausible_ranges(made, published, errors)
        rows = (published["disclosure"] != "disclosed").to_numpy() & ~np.isnan(right)
        rows &= (made["disclosure"] == "estimated").to_numpy() & (
            published["industry"].astype(str) != "10"
        ).to_numpy()
        table = made.loc[rows, [*KEY, "employment"]].assign(
            kind=kind,
            truth=right[rows],
            establishments=places[local].to_numpy()[rows] if kind == "counties" else np.nan,
            **{word: told[rows] for word, told in inside(ranges, right).items()},
        )
        found.append(table[table["truth"] > 0])
    return pd.concat(found)


def masked_error(panel: pd.DataFrame) -> float:
    """Weighted error of masked private county cells of the same panel, in percent."""
    published, guessed = rated_cells(panel)
    hidden = ((guessed["disclosure"] == "estimated") & (published["disclosure"] == "disclosed")).to_numpy()
    private = (published["ownership"].astype(str) == "5").to_numpy()
    hidden = hidden & private & is_county(published["area"]).to_numpy()
    off = (guessed["employment"] - published["employment"]).abs()[hidden].sum()
    return float(100 * off / published["employment"][hidden].sum())


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """Cells, shares and weighted error by kind and number of establishments."""
    size = pd.cut(found["establishments"], [0, *(end for _, end in SIZES.values())], labels=list(SIZES))
    found = found.assign(
        establishments=np.where(found["kind"] == "regions", "all", size.astype(str)),
        off=(found["employment"] - found["truth"]).abs(),
    )
    every = found[found["kind"] == "counties"].assign(establishments="all")
    grouped = pd.concat([found, every]).groupby(["kind", "establishments"])
    table = 100 * grouped[["held", "below", "above"]].mean()
    table["error"] = 100 * grouped["off"].sum() / grouped["truth"].sum()
    return table.assign(cells=grouped.size()).round(1)


def main(data: Path, *states: str) -> None:
    """Print a table for New York's own file, one for each state, and one for the states together."""
    annual = keyed(read_annual(sorted((data / "qcew" / "by_industry").glob("*.zip"))).rows)
    every = []
    with tempfile.TemporaryDirectory() as folder:
        panel, final = new_york(data, annual, Path(folder))
        print(f"New York's own file; masked cells {masked_error(panel):.1f} %")
        print(summary(tried(panel, final)).to_string())
        for state in states or ("36", "39"):
            panel, final = quarters(data, state, annual, Path(folder))
            every.append(tried(panel, final))
            print(f"State {state}, 2016; masked cells {masked_error(panel):.1f} %")
            print(summary(every[-1]).to_string())
    print("The states together")
    print(summary(pd.concat(every)).to_string())


if __name__ == "__main__":
    main(
        Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "shared" / "data",
        *sys.argv[2:],
    )
